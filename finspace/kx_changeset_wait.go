package finspace

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// changesetStatusComplete is what FinSpace's documentation calls a completed changeset, though its model does not.
const changesetStatusComplete ChangesetStatus = "COMPLETE"

// What the statuses of a changeset mean. One that was canceled is FAILED too, with an error type that says so.
var changesetCompleted = wait.Statuses[ChangesetStatus]{
	Succeeded: []ChangesetStatus{ChangesetStatusCompleted, changesetStatusComplete},
	Failed:    []ChangesetStatus{ChangesetStatusFailed},
}

var createKxChangeset = change[CreateKxChangesetRequest, CreateKxChangesetResponse, changesetChange, GetKxChangesetResponse]{
	TokenLife: tokenLife,
	State: func(r *CreateKxChangesetRequest) *changesetChange {
		return &changesetChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName}
	},
	Accepted: func(s *changesetChange, _ *CreateKxChangesetRequest, out *CreateKxChangesetResponse, _ time.Time) error {
		if out.ChangesetID == "" {
			return wait.NoMember("", "changesetId")
		}
		s.ChangesetID = out.ChangesetID
		return nil
	},
	Began: func(
		c *Client, ctx context.Context, s *changesetChange, r *CreateKxChangesetRequest, prepared time.Time,
	) (cloud.StartStatus, error) {
		s.EnvironmentID, s.DatabaseName = r.EnvironmentID, r.DatabaseName
		found, status, err := c.findChangeset(ctx, r, prepared)
		if status == cloud.Begun {
			s.ChangesetID = found.ChangesetID
		}
		return status, err
	},
	Spec: (*Client).changesetCompletion,
}

// findChangeset searches for the changeset that a request has created which was prepared at a time. The list does not
// show the steps, so it reads each changeset of that time.
func (c *Client) findChangeset(
	ctx context.Context, r *CreateKxChangesetRequest, prepared time.Time,
) (*KxChangesetListEntry, cloud.StartStatus, error) {
	var failed error
	found, status, err := wait.Creations[KxChangesetListEntry]{
		Items: c.AllKxChangesets(ctx, ListKxChangesetsRequest{
			EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, MaxResults: pageSize,
		}),
		PageSize:  pageSize,
		ID:        func(e *KxChangesetListEntry) string { return e.ChangesetID },
		CreatedAt: func(e *KxChangesetListEntry) time.Time { return e.CreatedTimestamp },
		Matches: func(e *KxChangesetListEntry) bool {
			if failed != nil || e.CreatedTimestamp.After(prepared.Add(sentWithin)) {
				return false
			}
			changeset, err := c.GetKxChangeset(ctx, GetKxChangesetRequest{
				EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, ChangesetID: e.ChangesetID,
			})
			if err != nil {
				failed = err
				return false
			}
			return slices.Equal(changeset.ChangeRequests, r.ChangeRequests)
		},
	}.Since(prepared)
	if failed != nil {
		return nil, cloud.Uncertain, failed
	}
	return found, status, err
}

// UntilKxChangesetCompleted waits until a changeset is completed. When it has failed, the error holds what ErrorInfo
// says.
func (c *Client) UntilKxChangesetCompleted(r GetKxChangesetRequest) *cloud.Waiter[GetKxChangesetResponse] {
	s := changesetChange{EnvironmentID: r.EnvironmentID, DatabaseName: r.DatabaseName, ChangesetID: r.ChangesetID}
	return wait.Until(c.api, "UntilKxChangesetCompleted", c.changesetCompletion(&s))
}

// changesetChange is the resume state of a changeset. Its ID is new, so nothing older can be mistaken for it.
type changesetChange struct {
	EnvironmentID string `json:"environmentId"`
	DatabaseName  string `json:"databaseName"`
	ChangesetID   string `json:"changesetId"`
}

// Resource is what the change is about; the service names the changeset.
func (s *changesetChange) Resource() string {
	return strings.TrimSuffix(s.EnvironmentID+"/"+s.DatabaseName+"/"+s.ChangesetID, "/")
}

// Check refuses a state that names no changeset.
func (s *changesetChange) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "databaseName", s.DatabaseName, "changesetId", s.ChangesetID)
}

func (c *Client) changesetCompletion(s *changesetChange) cloud.WaitSpec[GetKxChangesetResponse] {
	r := GetKxChangesetRequest{EnvironmentID: s.EnvironmentID, DatabaseName: s.DatabaseName, ChangesetID: s.ChangesetID}
	w := cloud.WaitSpec[GetKxChangesetResponse]{
		Service:      service,
		Within:       changesetWithin,
		Read:         func(ctx context.Context) (*GetKxChangesetResponse, error) { return c.GetKxChangeset(ctx, r) },
		Judge:        judgeChangeset,
		AppearWithin: wait.AppearsWithin,
	}
	l := wait.List[KxChangesetListEntry, GetKxChangesetResponse]{
		Op:  &opListKxChangesets,
		Of:  func() []string { return []string{s.EnvironmentID, s.DatabaseName} },
		IDs: []string{s.ChangesetID},
		Items: func(ctx context.Context, _ []string) iter.Seq2[KxChangesetListEntry, error] {
			return c.AllKxChangesets(ctx, ListKxChangesetsRequest{
				EnvironmentID: s.EnvironmentID, DatabaseName: s.DatabaseName, MaxResults: pageSize,
			})
		},
		ID:        func(item *KxChangesetListEntry) string { return item.ChangesetID },
		IsPartial: true,
	}
	return sharing(c, w, l, wait.Widened[GetKxChangesetResponse, KxChangesetListEntry])
}

func judgeChangeset(changeset *GetKxChangesetResponse) cloud.Verdict {
	v := changesetCompleted.Verdict(changeset.Status, "")
	info := changeset.ErrorInfo
	if info == nil {
		return v
	}
	v.Reason = info.ErrorMessage
	if info.ErrorType != "" {
		v.Reason = strings.TrimSpace(v.Reason + " (" + string(info.ErrorType) + ")")
	}
	if v.Outcome == cloud.Failed && info.ErrorType == ErrorDetailsCancelled {
		v.Outcome = cloud.Canceled
	}
	return v
}
