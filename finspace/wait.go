package finspace

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

const (
	// A cluster takes from minutes to an hour and more.
	clusterMinInterval = 5 * time.Second
	clusterMaxInterval = 5 * time.Minute
	// A changeset of a few files is ready within a minute.
	changesetMinInterval = 5 * time.Second
	changesetMaxInterval = 2 * time.Minute
	// What is new may not be visible at once.
	appearsWithin = time.Minute
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
	started := time.Now()
	if _, err := c.UpdateKxClusterCodeConfiguration(ctx, r); err != nil {
		return nil, err
	}
	return c.waitCodeUpdate(started, codeUpdate{
		EnvironmentID: r.EnvironmentID, ClusterName: r.ClusterName, Code: r.Code,
		Before: before.LastModifiedTimestamp, CodeBefore: before.Code,
	}), nil
}

// ResumeUpdateKxClusterCodeConfiguration returns the waiter whose token is given.
func (c *Client) ResumeUpdateKxClusterCodeConfiguration(token string) (*cloud.Waiter[GetKxClusterResponse], error) {
	var u codeUpdate
	t, err := cloud.DecodeToken(token, c.api.Token(opUpdateKxClusterCodeConfiguration.Name, time.Time{}), &u)
	if err != nil {
		return nil, err
	}
	return c.waitCodeUpdate(t.Started, u), nil
}

// codeUpdate is what has to be known to recognise the end of an update.
type codeUpdate struct {
	EnvironmentID string            `json:"environmentId"`
	ClusterName   string            `json:"clusterName"`
	Code          CodeConfiguration `json:"code"`
	Before        time.Time         `json:"before"` // when the cluster was last modified before

	CodeBefore *CodeConfiguration `json:"codeBefore,omitzero"`
}

func (c *Client) waitCodeUpdate(started time.Time, u codeUpdate) *cloud.Waiter[GetKxClusterResponse] {
	return cloud.NewWaiter(cloud.Wait[GetKxClusterResponse]{
		Service:     service,
		Operation:   opUpdateKxClusterCodeConfiguration.Name,
		Read:        c.readKxCluster(GetKxClusterRequest{EnvironmentID: u.EnvironmentID, ClusterName: u.ClusterName}),
		Judge:       u.judge,
		MinInterval: clusterMinInterval,
		MaxInterval: clusterMaxInterval,
		Started:     started,
		Token:       c.api.Token(opUpdateKxClusterCodeConfiguration.Name, started).Encode(&u),
	})
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
		j.Outcome = cloud.Failed
		j.Reason = "superseded: the cluster runs s3://" + cluster.Code.S3Bucket + "/" + cluster.Code.S3Key
	}
	return j
}

// runs reports whether code is what was asked for. A version that was not asked for may be any.
func (u codeUpdate) runs(code *CodeConfiguration) bool {
	return code != nil && code.S3Bucket == u.Code.S3Bucket && code.S3Key == u.Code.S3Key &&
		(u.Code.S3ObjectVersion == "" || code.S3ObjectVersion == u.Code.S3ObjectVersion)
}

// UntilKxClusterRunning waits until a cluster runs, whoever made it so. It fails when the creation
// failed or the cluster is being deleted. It may end at the state before an update;
// [Client.BeginUpdateKxClusterCodeConfiguration] waits for the update itself.
func (c *Client) UntilKxClusterRunning(r GetKxClusterRequest) *cloud.Waiter[GetKxClusterResponse] {
	return cloud.NewWaiter(cloud.Wait[GetKxClusterResponse]{
		Service:      service,
		Operation:    "UntilKxClusterRunning",
		Read:         c.readKxCluster(r),
		Judge:        judgeKxCluster,
		AppearWithin: appearsWithin,
		MinInterval:  clusterMinInterval,
		MaxInterval:  clusterMaxInterval,
	})
}

func (c *Client) readKxCluster(r GetKxClusterRequest) func(context.Context) (*GetKxClusterResponse, error) {
	return func(ctx context.Context) (*GetKxClusterResponse, error) { return c.GetKxCluster(ctx, r) }
}

func judgeKxCluster(cluster *GetKxClusterResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(cluster.Status), Reason: cluster.StatusReason}
	switch cluster.Status {
	case KxClusterStatusRunning:
		j.Outcome = cloud.Succeeded
	case KxClusterStatusCreateFailed, KxClusterStatusDeleting, KxClusterStatusDeleted, KxClusterStatusDeleteFailed:
		j.Outcome = cloud.Failed
	}
	return j
}

// BeginCreateKxChangeset starts a change of a database's files and returns a waiter for it. The wait
// ends when that changeset is completed; when it has failed, the error holds what ErrorInfo says.
func (c *Client) BeginCreateKxChangeset(ctx context.Context, r CreateKxChangesetRequest) (*cloud.Waiter[GetKxChangesetResponse], error) {
	started := time.Now()
	created, err := c.CreateKxChangeset(ctx, r)
	if err != nil {
		return nil, err
	}
	return c.waitChangeset(started, changesetCreation{r.EnvironmentID, r.DatabaseName, created.ChangesetID}), nil
}

// ResumeCreateKxChangeset returns the waiter whose token is given.
func (c *Client) ResumeCreateKxChangeset(token string) (*cloud.Waiter[GetKxChangesetResponse], error) {
	var s changesetCreation
	t, err := cloud.DecodeToken(token, c.api.Token(opCreateKxChangeset.Name, time.Time{}), &s)
	if err != nil {
		return nil, err
	}
	return c.waitChangeset(t.Started, s), nil
}

// changesetCreation names one changeset; its id is new, so nothing older can be mistaken for it.
type changesetCreation struct {
	EnvironmentID string `json:"environmentId"`
	DatabaseName  string `json:"databaseName"`
	ChangesetID   string `json:"changesetId"`
}

func (c *Client) waitChangeset(started time.Time, s changesetCreation) *cloud.Waiter[GetKxChangesetResponse] {
	w := c.changesetWait(GetKxChangesetRequest(s))
	w.Operation = opCreateKxChangeset.Name
	w.Started = started
	w.Token = c.api.Token(opCreateKxChangeset.Name, started).Encode(&s)
	return cloud.NewWaiter(w)
}

// UntilKxChangesetCompleted waits until a changeset is completed, whoever created it; when it has
// failed, the error holds what ErrorInfo says.
func (c *Client) UntilKxChangesetCompleted(r GetKxChangesetRequest) *cloud.Waiter[GetKxChangesetResponse] {
	w := c.changesetWait(r)
	w.Operation = "UntilKxChangesetCompleted"
	return cloud.NewWaiter(w)
}

func (c *Client) changesetWait(r GetKxChangesetRequest) cloud.Wait[GetKxChangesetResponse] {
	return cloud.Wait[GetKxChangesetResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetKxChangesetResponse, error) {
			return c.GetKxChangeset(ctx, r)
		},
		Judge:        judgeKxChangeset,
		AppearWithin: appearsWithin,
		MinInterval:  changesetMinInterval,
		MaxInterval:  changesetMaxInterval,
	}
}

func judgeKxChangeset(changeset *GetKxChangesetResponse) cloud.Judgement {
	j := cloud.Judgement{State: string(changeset.Status)}
	if info := changeset.ErrorInfo; info != nil {
		j.Reason = info.ErrorMessage
		if info.ErrorType != "" {
			j.Reason = strings.TrimSpace(j.Reason + " (" + string(info.ErrorType) + ")")
		}
	}
	switch changeset.Status {
	case ChangesetStatusCompleted:
		j.Outcome = cloud.Succeeded
	case ChangesetStatusFailed:
		j.Outcome = cloud.Failed
		if changeset.ErrorInfo != nil && changeset.ErrorInfo.ErrorType == ErrorDetailsCancelled {
			j.Outcome = cloud.Cancelled
		}
	}
	return j
}
