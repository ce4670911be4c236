package finspace

import (
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

// BeginUpdateKxClusterCodeConfiguration starts an update of a cluster's code and returns a waiter
// for it. The wait ends well only when the cluster is running, was modified later than before the call,
// and runs the code that r asks for; a cluster that still shows its state before the update does
// not count. It reads the cluster once before the update, to know that state.
func (c *Client) BeginUpdateKxClusterCodeConfiguration(ctx context.Context, r UpdateKxClusterCodeConfigurationRequest) (*cloud.Waiter[GetKxClusterResponse], error) {
	if err := c.api.Prepare(&opUpdateKxClusterCodeConfiguration, &r); err != nil {
		return nil, err
	}
	before, err := c.GetKxCluster(ctx, GetKxClusterRequest{EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName})
	if err != nil {
		return nil, err
	}
	if _, err := c.UpdateKxClusterCodeConfiguration(ctx, r); err != nil {
		return nil, err
	}
	s := &codeUpdate{
		EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName, Code: r.Code,
		Before: before.LastModifiedTimestamp, CodeBefore: before.Code,
	}
	return follow.Begin(c.api, &opUpdateKxClusterCodeConfiguration, s, c.codeUpdate), nil
}

// ResumeUpdateKxClusterCodeConfiguration returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxClusterCodeConfiguration(token string) (*cloud.Waiter[GetKxClusterResponse], error) {
	return follow.Resume(c.api, &opUpdateKxClusterCodeConfiguration, token, c.codeUpdate)
}

// codeUpdate is what has to be known to recognise the end of an update.
type codeUpdate struct {
	EnvironmentID string            `json:"environmentId"`
	ClusterName   string            `json:"clusterName"`
	Code          CodeConfiguration `json:"code"`
	Before        time.Time         `json:"before"` // when the cluster was last modified before

	CodeBefore *CodeConfiguration `json:"codeBefore,omitzero"`
}

func (c *Client) codeUpdate(u *codeUpdate) cloud.Wait[GetKxClusterResponse] {
	w := c.clusterWait(GetKxClusterRequest{EnvironmentID: u.EnvironmentID, ClusterName: u.ClusterName})
	w.Judge = u.judge
	return w
}

// judge knows no failed status, because FinSpace has none for updates: a running cluster that gives
// a reason for its status is one whose update failed. A reason that stood there before counts as well,
// because the same failure may have come again.
func (u codeUpdate) judge(cluster *GetKxClusterResponse) cloud.Judgement {
	j := judgeKxCluster(cluster)
	if j.Outcome != cloud.Succeeded {
		return j
	}
	switch {
	case !cluster.LastModifiedTimestamp.After(u.Before):
		j.Outcome = cloud.Pending
	case cluster.StatusReason != "":
		j.Outcome = cloud.Failed
	case u.runs(cluster.Code):
	case cluster.Code == nil || u.CodeBefore != nil && *cluster.Code == *u.CodeBefore:
		j.Outcome = cloud.Pending
	default:
		return superseded(j, "the cluster runs s3://"+cluster.Code.S3Bucket+"/"+cluster.Code.S3Key)
	}
	return j
}

// runs reports whether code is what was asked for. A version that was not asked for may be any.
func (u codeUpdate) runs(code *CodeConfiguration) bool {
	return code != nil && code.S3Bucket == u.Code.S3Bucket && code.S3Key == u.Code.S3Key &&
		(u.Code.S3ObjectVersion == "" || code.S3ObjectVersion == u.Code.S3ObjectVersion)
}
