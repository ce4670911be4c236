package finspace

import (
	"context"
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
	Spec: (*Client).changesetCompletion,
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

// Check refuses a state that names no changeset.
func (s *changesetChange) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "databaseName", s.DatabaseName, "changesetId", s.ChangesetID)
}

func (c *Client) changesetCompletion(s *changesetChange) cloud.WaitSpec[GetKxChangesetResponse] {
	r := GetKxChangesetRequest{EnvironmentID: s.EnvironmentID, DatabaseName: s.DatabaseName, ChangesetID: s.ChangesetID}
	return cloud.WaitSpec[GetKxChangesetResponse]{
		Service:      service,
		Within:       changesetWithin,
		Read:         func(ctx context.Context) (*GetKxChangesetResponse, error) { return c.GetKxChangeset(ctx, r) },
		Judge:        judgeChangeset,
		AppearWithin: wait.AppearsWithin,
	}
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
