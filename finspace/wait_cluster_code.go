package finspace

import (
	"cmp"
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginUpdateKxClusterCodeConfiguration starts an update of a cluster's code and returns a waiter
// for it. The wait ends well only when the cluster runs the code that r asks for, and the time of its last
// modification, its code, or an UPDATING that was seen on the way show that this is not the state before
// the update. FinSpace has no status for an update that failed, so the wait fails when the cluster runs
// another code and gives a reason for its status, and when it was UPDATING and runs the old code again. It
// fails as superseded when the cluster runs a third code, or another cluster has its name. A failure that the
// update may not have caused counts only when it is still seen half a minute later. It reads the cluster once
// before the update, to know how it stands.
func (c *Client) BeginUpdateKxClusterCodeConfiguration(ctx context.Context, r UpdateKxClusterCodeConfigurationRequest) (*cloud.Waiter[GetKxClusterResponse], error) {
	if err := c.api.Prepare(&opUpdateKxClusterCodeConfiguration, &r); err != nil {
		return nil, err
	}
	u := &codeUpdate{Cluster: clusterState{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName}, Code: r.Code}
	before, err := c.GetKxCluster(ctx, u.Cluster.request())
	if err != nil {
		return nil, err
	}
	u.Cluster.Record.Before, u.CodeBefore = sightOfKxCluster(before), before.Code
	_, err = c.UpdateKxClusterCodeConfiguration(ctx, r)
	if err := u.Cluster.Record.accepted(err); err != nil {
		return nil, err
	}
	return wait.Begin(c.api, &opUpdateKxClusterCodeConfiguration, u, c.codeUpdate), nil
}

// ResumeUpdateKxClusterCodeConfiguration returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxClusterCodeConfiguration(token string) (*cloud.Waiter[GetKxClusterResponse], error) {
	return wait.Resume(c.api, &opUpdateKxClusterCodeConfiguration, token, c.codeUpdate)
}

// codeUpdate is what has to be known to recognize the end of an update of a cluster's code.
type codeUpdate struct {
	Cluster    clusterState       `json:"cluster"`
	Code       CodeConfiguration  `json:"code"` // what it asks for
	CodeBefore *CodeConfiguration `json:"codeBefore,omitzero"`
}

// Check refuses a state that names no cluster or no code, or without what was there before.
func (u *codeUpdate) Check() error {
	return cmp.Or(u.Cluster.Check(), wait.Lacks(
		"code.s3Bucket", u.Code.S3Bucket, "code.s3Key", u.Code.S3Key, "before", u.Cluster.Record.Before.Status))
}

func (c *Client) codeUpdate(u *codeUpdate) cloud.WaitSpec[GetKxClusterResponse] {
	w := c.clusterWait(u.Cluster.request())
	w.Judge = u.judge
	return w
}

func (u *codeUpdate) judge(cluster *GetKxClusterResponse) cloud.Verdict {
	return u.Cluster.Record.update(judgeKxCluster(cluster), sightOfKxCluster(cluster), u.content(cluster.Code))
}

// content compares versions only where the service shows them or did; one that was not asked for may be any.
func (u *codeUpdate) content(code *CodeConfiguration) content {
	now, before := codeOf(code), codeOf(u.CodeBefore)
	c, other := content{met: true, reasons: true}, "the cluster runs "+locationOf(now)
	compare(&c, locationOf(u.Code), locationOf(before), locationOf(now), other)
	if now.S3ObjectVersion != before.S3ObjectVersion || now.S3ObjectVersion != "" {
		compare(&c, u.Code.S3ObjectVersion, before.S3ObjectVersion, now.S3ObjectVersion, other)
	}
	if c.met && now.S3ObjectVersion != before.S3ObjectVersion {
		c.changed = true
	}
	return c
}

// codeOf is code that a cluster may not have.
func codeOf(code *CodeConfiguration) CodeConfiguration {
	if code == nil {
		return CodeConfiguration{}
	}
	return *code
}

// locationOf is where code comes from; empty for none.
func locationOf(code CodeConfiguration) string {
	if code.S3Key == "" {
		return ""
	}
	return "s3://" + code.S3Bucket + "/" + code.S3Key
}
