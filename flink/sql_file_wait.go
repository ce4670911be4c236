package flink

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of an execution, and of its statements, mean for each wait. The service publishes no values:
// these are the final states of jobs, and CANCELED as Flink spells it.
var (
	sqlFinished = wait.Statuses[string]{
		Succeeded: []string{"FINISHED"},
		Failed:    []string{"FAILED"},
		Canceled:  []string{"CANCELLED", "CANCELED"},
	}
	sqlStopped = wait.Statuses[string]{
		Succeeded: []string{"FINISHED", "CANCELLED", "CANCELED"},
		Failed:    []string{"FAILED"},
	}
)

// sqlStopping has the states of an execution that is being stopped: those of jobs and session clusters, and as
// Flink spells them.
var sqlStopping = []string{"CANCELLING", "CANCELING", "STOPPING"}

var startSQLExecution = change[StartSQLExecutionRequest, StartSQLExecutionResponse, sqlExecutionChange, FetchSQLExecutionResultResponse]{
	State: func(r *StartSQLExecutionRequest) *sqlExecutionChange {
		return &sqlExecutionChange{Namespace: r.Namespace, Workspace: r.Workspace, SQLFileID: r.StartSQLExecutionParameters.SQLFileID}
	},
	Accepted: func(s *sqlExecutionChange, _ *StartSQLExecutionRequest, out *StartSQLExecutionResponse, _ time.Time) error {
		s.SQLExecutionID = out.Data.SQLExecutionID
		switch {
		case !out.Data.Success:
			return notStarted(out.RequestID, "the service did not start the script")
		case s.SQLExecutionID == "":
			return wait.NoMember(out.RequestID, "data.sqlExecutionId")
		case !out.Data.NewlyCreated:
			return notStarted(out.RequestID, "the execution "+s.SQLExecutionID+" of the script has not finished; no other was started")
		}
		return nil
	},
	Spec:   (*Client).sqlExecution,
	Cancel: (*Client).cancelSQLExecution,
}

var stopSQLExecution = change[StopSQLExecutionRequest, StopSQLExecutionResponse, sqlExecutionChange, FetchSQLExecutionResultResponse]{
	State: func(r *StopSQLExecutionRequest) *sqlExecutionChange {
		return &sqlExecutionChange{SQLExecutionID: r.SQLExecutionID, Namespace: r.Namespace, Workspace: r.Workspace}
	},
	Accepted: func(_ *sqlExecutionChange, _ *StopSQLExecutionRequest, out *StopSQLExecutionResponse, _ time.Time) error {
		return sqlExecutionStopped(out)
	},
	Began: (*Client).sqlExecutionStopBegan,
	Spec:  (*Client).sqlExecutionStop,
}

// UntilSQLExecutionFinished waits until the run of a query script is finished. It fails when the run, or any
// statement of a finished run, has failed, and is canceled when the run was; the error holds the service's
// messages. The service publishes no values for the state. Those that end the wait are FINISHED, FAILED and
// CANCELLED, which are the final states of jobs, and CANCELED as Flink spells it; any other is visible and pending.
// Every poll fetches the rows that the run has found.
func (c *Client) UntilSQLExecutionFinished(r FetchSQLExecutionResultRequest) *cloud.Waiter[FetchSQLExecutionResultResponse] {
	s := &sqlExecutionChange{SQLExecutionID: r.SQLExecutionID, Namespace: r.Namespace, Workspace: r.Workspace}
	return wait.Until(c.api, "UntilSQLExecutionFinished", c.sqlExecution(s))
}

// sqlExecutionChange is the resume state of the start or stop of a run. Its id is new, so nothing older can be
// mistaken for it.
type sqlExecutionChange struct {
	SQLExecutionID string `json:"sqlExecutionId"`
	Namespace      string `json:"namespace"`
	Workspace      string `json:"workspace"`
	SQLFileID      string `json:"sqlFileId,omitzero"` // empty for a stop

	course wait.Course // of a stop
	first  string      // the first state that this waiter saw before the stop
}

// Check refuses a state that names no execution.
func (s *sqlExecutionChange) Check() error {
	return wait.Lacks("sqlExecutionId", s.SQLExecutionID, "namespace", s.Namespace, "workspace", s.Workspace)
}

// Resource is the script, or the execution that is stopped.
func (s *sqlExecutionChange) Resource() string {
	return resource(s.Workspace, s.Namespace, cmp.Or(s.SQLFileID, s.SQLExecutionID))
}

func sqlExecutionStopped(out *StopSQLExecutionResponse) error {
	if out.Data.Success {
		return nil
	}
	return notStarted(out.RequestID, join(": ", "the service did not stop the execution", out.Data.Message))
}

func (c *Client) cancelSQLExecution(ctx context.Context, s *sqlExecutionChange) error {
	out, err := c.StopSQLExecution(ctx, StopSQLExecutionRequest{
		SQLExecutionID: s.SQLExecutionID, Namespace: s.Namespace, Workspace: s.Workspace,
	})
	if err != nil {
		return err
	}
	return sqlExecutionStopped(out)
}

// sqlExecutionStopBegan finds out whether an execution is being stopped, or has ended: it never runs again, so that is
// what was asked for.
func (c *Client) sqlExecutionStopBegan(
	ctx context.Context, s *sqlExecutionChange, r *StopSQLExecutionRequest, _ time.Time,
) (cloud.StartStatus, error) {
	*s = sqlExecutionChange{SQLExecutionID: r.SQLExecutionID, Namespace: r.Namespace, Workspace: r.Workspace}
	out, err := c.sqlExecutionSpec(s).Read(ctx)
	if err != nil {
		return cloud.Uncertain, err
	}
	v := s.judge(out)
	if slices.Contains(sqlStopping, v.State) || sqlStopped.Outcome(v.State) != cloud.Pending {
		return cloud.Begun, nil
	}
	return cloud.NotBegun, nil
}

func (c *Client) sqlExecution(s *sqlExecutionChange) cloud.WaitSpec[FetchSQLExecutionResultResponse] {
	w := c.sqlExecutionSpec(s)
	w.Judge = s.judge
	w.AppearWithin, w.Within = wait.AppearsWithin, runWithin
	return w
}

func (c *Client) sqlExecutionStop(s *sqlExecutionChange) cloud.WaitSpec[FetchSQLExecutionResultResponse] {
	w := c.sqlExecutionSpec(s)
	w.Judge = s.judgeStop
	w.Within = startWithin
	return w
}

func (c *Client) sqlExecutionSpec(s *sqlExecutionChange) cloud.WaitSpec[FetchSQLExecutionResultResponse] {
	r := FetchSQLExecutionResultRequest{SQLExecutionID: s.SQLExecutionID, Namespace: s.Namespace, Workspace: s.Workspace}
	return cloud.WaitSpec[FetchSQLExecutionResultResponse]{
		Service: service,
		Read: func(ctx context.Context) (*FetchSQLExecutionResultResponse, error) {
			return c.FetchSQLExecutionResult(ctx, r)
		},
		MinInterval: wait.QuickInterval,
	}
}

// judge uses the state of the execution. The statements can only turn a success into a failure, because all of those
// that are there so far may have ended while the script goes on.
func (s *sqlExecutionChange) judge(r *FetchSQLExecutionResultResponse) cloud.Verdict {
	e := r.Data.SQLExecution
	if e == nil {
		return cloud.Verdict{}
	}
	v := sqlFinished.Verdict(e.State, join("", e.Message))
	for _, statement := range e.Statements {
		outcome := sqlFinished.Outcome(statement.StatusState)
		if outcome != cloud.Failed && outcome != cloud.Canceled {
			continue
		}
		v.Reason = join("; ", v.Reason,
			join(": ", fmt.Sprintf("statement %d is %s", statement.Index, statement.StatusState), statement.Message))
		if v.Outcome == cloud.Succeeded {
			v.Outcome = outcome
		}
	}
	return verdictOn("SQL execution", s.SQLExecutionID, e.SQLExecutionID, v)
}

// judgeStop succeeds however the statements ended. The service publishes no state for an execution that runs, so
// the first one that was seen counts as running too.
func (s *sqlExecutionChange) judgeStop(r *FetchSQLExecutionResultResponse) cloud.Verdict {
	v := s.judge(r)
	v.Outcome = sqlStopped.Outcome(v.State)
	seen := s.course.Saw(slices.Contains(sqlStopping, v.State))
	if s.first == "" && !seen {
		s.first = v.State
	}
	again := v.State == "RUNNING" || v.State == s.first && v.State != ""
	if seen && again && v.Outcome == cloud.Pending {
		return abandoned(v.State, "the execution runs again", v.Reason)
	}
	return v
}
