package finspace

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

var updateKxClusterCodeConfiguration = change[
	UpdateKxClusterCodeConfigurationRequest, UpdateKxClusterCodeConfigurationResponse, codeChange, GetKxClusterResponse,
]{
	TokenLife: tokenLife,
	State: func(r *UpdateKxClusterCodeConfigurationRequest) *codeChange {
		s := &codeChange{
			Cluster: clusterChange{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}, Code: r.Code,
			HasArguments: len(r.CommandLineArguments) > 0,
		}
		if d := r.DeploymentConfiguration; d != nil {
			s.Strategy = d.DeploymentStrategy
		}
		return s
	},
	Before: func(c *Client, ctx context.Context, s *codeChange) error {
		before, err := clusters.load(c, ctx, &s.Cluster)
		if err != nil {
			return err
		}
		s.keep(before)
		return nil
	},
	Repeated: func(s *codeChange, r *UpdateKxClusterCodeConfigurationRequest) {
		s.Cluster.Record.Repeat = repeat{Own: true, Met: s.meets(r)}
	},
	Accepted: func(
		s *codeChange, _ *UpdateKxClusterCodeConfigurationRequest, _ *UpdateKxClusterCodeConfigurationResponse, sent time.Time,
	) error {
		s.Cluster.Record.accepted(sent)
		return nil
	},
	Refused: func(_ *Client, _ context.Context, s *codeChange, _ time.Time, err error) error {
		return s.Cluster.Record.refused(err)
	},
	Began: func(
		c *Client, ctx context.Context, s *codeChange, r *UpdateKxClusterCodeConfigurationRequest, _ time.Time,
	) (cloud.StartStatus, error) {
		return clusters.updateBegun(c, ctx, &s.Cluster, s.contentOf, func(now *GetKxClusterResponse) bool {
			shown := codeChange{HasArguments: s.HasArguments}
			shown.keep(now)
			return shown.meets(r)
		})
	},
	Spec: func(c *Client, s *codeChange) cloud.WaitSpec[GetKxClusterResponse] {
		return clusters.update(c, &s.Cluster, s.contentOf)
	},
	Restore: (*codeChange).restore,
}

// codeChange is the resume state of an update of a cluster's code.
type codeChange struct {
	Cluster    clusterChange      `json:"cluster"`
	Code       CodeConfiguration  `json:"code"` // what the update asks for
	CodeBefore *CodeConfiguration `json:"codeBefore,omitzero"`

	Strategy     KxClusterCodeDeploymentStrategy `json:"strategy,omitzero"` // of the update, and of its undoing
	ScriptBefore string                          `json:"scriptBefore,omitzero"`
	// HasArguments says that the update asks for other arguments. Without, they are not kept, as they may hold secrets.
	HasArguments    bool                    `json:"hasArguments,omitzero"`
	ArgumentsBefore []KxCommandLineArgument `json:"argumentsBefore,omitzero"`
}

// Resource is what the change is about.
func (s *codeChange) Resource() string { return s.Cluster.Resource() }

// Check refuses a state that names no cluster, or without what was there before. An update may leave the code out.
func (s *codeChange) Check() error {
	return cmp.Or(s.Cluster.Check(), wait.Lacks("before", s.Cluster.Record.Before.Status))
}

// keep records what an update replaces.
func (s *codeChange) keep(before *GetKxClusterResponse) {
	s.CodeBefore, s.ScriptBefore = before.Code, before.InitializationScript
	if s.HasArguments {
		s.ArgumentsBefore = before.CommandLineArguments
	}
}

// meets reports whether what was kept is what an update asks for.
func (s *codeChange) meets(r *UpdateKxClusterCodeConfigurationRequest) bool {
	code := codeOf(s.CodeBefore)
	version := code.S3ObjectVersion == "" || isAsked(r.Code.S3ObjectVersion, code.S3ObjectVersion)
	return version && locationOf(r.Code) == locationOf(code) && isAsked(r.InitializationScript, s.ScriptBefore) &&
		slices.Equal(r.CommandLineArguments, s.ArgumentsBefore)
}

// restore leaves out the arguments if the update does, and what only a restart changes without one.
func (s *codeChange) restore() *UpdateKxClusterCodeConfigurationRequest {
	if s.CodeBefore == nil {
		return nil
	}
	r := &UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: s.Cluster.EnvironmentID, ClusterName: s.Cluster.ClusterName, Code: *s.CodeBefore,
	}
	if s.Strategy != "" {
		r.DeploymentConfiguration = &KxClusterCodeDeploymentConfiguration{DeploymentStrategy: s.Strategy}
	}
	if s.Strategy != KxClusterCodeDeploymentStrategyNoRestart {
		r.InitializationScript, r.CommandLineArguments = s.ScriptBefore, s.ArgumentsBefore
	}
	return r
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
