package finspace

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var updateKxClusterCodeConfiguration = change[
	UpdateKxClusterCodeConfigurationRequest, UpdateKxClusterCodeConfigurationResponse, codeChange, GetKxClusterResponse,
]{
	State: func(r *UpdateKxClusterCodeConfigurationRequest) *codeChange {
		return &codeChange{Cluster: clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}, Code: r.Code}
	},
	Before: func(c *Client, ctx context.Context, s *codeChange) error {
		before, err := clusters.load(c, ctx, &s.Cluster)
		if err != nil {
			return err
		}
		s.CodeBefore = before.Code
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *codeChange, _ time.Time, err error) error {
		return s.Cluster.Record.refused(err)
	},
	Spec: func(c *Client, s *codeChange) cloud.WaitSpec[GetKxClusterResponse] {
		return clusters.update(c, &s.Cluster, s.contentOf)
	},
}

// codeChange is the resume state of an update of a cluster's code.
type codeChange struct {
	Cluster    clusterChange      `json:"cluster"`
	Code       CodeConfiguration  `json:"code"` // what the update asks for
	CodeBefore *CodeConfiguration `json:"codeBefore,omitzero"`
}

// Check refuses a state that names no cluster, or without what was there before. An update may leave the code out.
func (s *codeChange) Check() error {
	return cmp.Or(s.Cluster.Check(), wait.Lacks("before", s.Cluster.Record.Before.Status))
}

// contentOf compares versions only where the service shows them or did. Without a requested version, any will do.
func (s *codeChange) contentOf(cluster *GetKxClusterResponse) content {
	now, before := codeOf(cluster.Code), codeOf(s.CodeBefore)
	c, other := content{met: true, reasons: true}, "the cluster runs "+locationOf(now)
	compare(&c, locationOf(s.Code), locationOf(before), locationOf(now), other)
	if now.S3ObjectVersion != before.S3ObjectVersion || now.S3ObjectVersion != "" {
		compare(&c, s.Code.S3ObjectVersion, before.S3ObjectVersion, now.S3ObjectVersion, other)
	}
	if c.met && now.S3ObjectVersion != before.S3ObjectVersion {
		c.changed = true
	}
	return c
}

// codeOf returns the code of a cluster, or nothing where it has none.
func codeOf(code *CodeConfiguration) CodeConfiguration {
	if code == nil {
		return CodeConfiguration{}
	}
	return *code
}

// locationOf returns where code comes from, or nothing if there is none.
func locationOf(code CodeConfiguration) string {
	if code.S3Key == "" {
		return ""
	}
	return "s3://" + code.S3Bucket + "/" + code.S3Key
}
