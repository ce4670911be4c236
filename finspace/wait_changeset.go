package finspace

import (
	"context"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginCreateKxChangeset starts a change of a database's files and returns a waiter for it. The wait
// ends when that changeset is completed; when it has failed, the error holds what ErrorInfo says.
func (c *Client) BeginCreateKxChangeset(ctx context.Context, r CreateKxChangesetRequest) (*cloud.Waiter[GetKxChangesetResponse], error) {
	created, err := c.CreateKxChangeset(ctx, r)
	if err != nil {
		return nil, err
	}
	if created.ChangesetID == "" {
		return nil, wait.Unnamed(service, &opCreateKxChangeset, "changesetId")
	}
	s := &changesetState{r.EnvironmentID, r.DatabaseName, created.ChangesetID}
	return wait.Begin(c.api, &opCreateKxChangeset, s, c.changesetCompletion), nil
}

// ResumeCreateKxChangeset returns the waiter whose token is given.
func (c *Client) ResumeCreateKxChangeset(token string) (*cloud.Waiter[GetKxChangesetResponse], error) {
	return wait.Resume(c.api, &opCreateKxChangeset, token, c.changesetCompletion)
}

// UntilKxChangesetCompleted waits until a changeset is completed, whoever created it; when it has
// failed, the error holds what ErrorInfo says.
func (c *Client) UntilKxChangesetCompleted(r GetKxChangesetRequest) *cloud.Waiter[GetKxChangesetResponse] {
	s := changesetState(r)
	return wait.Until(c.api, "UntilKxChangesetCompleted", c.changesetCompletion(&s))
}

// changesetState names one changeset; its id is new, so nothing older can be mistaken for it.
type changesetState struct {
	EnvironmentID string `json:"environmentId"`
	DatabaseName  string `json:"databaseName"`
	ChangesetID   string `json:"changesetId"`
}

// Check refuses a state that names no changeset.
func (s *changesetState) Check() error {
	return wait.Lacks("environmentId", s.EnvironmentID, "databaseName", s.DatabaseName, "changesetId", s.ChangesetID)
}

func (c *Client) changesetCompletion(s *changesetState) cloud.WaitSpec[GetKxChangesetResponse] {
	return cloud.WaitSpec[GetKxChangesetResponse]{
		Service: service,
		Read: func(ctx context.Context) (*GetKxChangesetResponse, error) {
			return c.GetKxChangeset(ctx, GetKxChangesetRequest(*s))
		},
		Judge:        judgeKxChangeset,
		AppearWithin: wait.AppearsWithin,
		Within:       changesetWithin,
	}
}

// changesetStatusComplete is what FinSpace's documents call a completed changeset, though its model
// does not.
const changesetStatusComplete ChangesetStatus = "COMPLETE"

func judgeKxChangeset(changeset *GetKxChangesetResponse) cloud.Verdict {
	j := cloud.Verdict{State: string(changeset.Status)}
	if info := changeset.ErrorInfo; info != nil {
		j.Reason = info.ErrorMessage
		if info.ErrorType != "" {
			j.Reason = strings.TrimSpace(j.Reason + " (" + string(info.ErrorType) + ")")
		}
	}
	switch changeset.Status {
	case ChangesetStatusCompleted, changesetStatusComplete:
		j.Outcome = cloud.Succeeded
	case ChangesetStatusFailed:
		j.Outcome = cloud.Failed
		if changeset.ErrorInfo != nil && changeset.ErrorInfo.ErrorType == ErrorDetailsCancelled {
			j.Outcome = cloud.Canceled
		}
	}
	return j
}
