package flink

import (
	"context"
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginStartSQLExecution starts to run a query script and returns a waiter for that run, which ends like
// [Client.UntilSQLExecutionFinished]. If the service answers with an older run of the script that is not
// over yet, or says that it started none, the error is a [cloud.ErrConflict]: that run may be of another
// text. The error names it, so that it can be waited for or stopped.
func (c *Client) BeginStartSQLExecution(ctx context.Context, r StartSQLExecutionRequest) (*cloud.Waiter[FetchSQLExecutionResultResponse], error) {
	if err := c.api.Prepare(&opStartSQLExecution, &r); err != nil {
		return nil, err
	}
	out, err := c.StartSQLExecution(ctx, r)
	if err != nil {
		return nil, err
	}
	switch run := out.Data; {
	case run == nil:
		return nil, unnamed(&opStartSQLExecution, out.RequestID, "SQL execution")
	case !run.Success:
		return nil, refused(&opStartSQLExecution, out.RequestID, "the service did not start the script")
	case run.SQLExecutionID == "":
		return nil, unnamed(&opStartSQLExecution, out.RequestID, "SQL execution")
	case !run.NewlyCreated:
		return nil, refused(&opStartSQLExecution, out.RequestID, "the execution "+run.SQLExecutionID+" of the script is not over yet; no other was started")
	}
	s := &sqlExecutionOf{out.Data.SQLExecutionID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opStartSQLExecution, s, c.sqlExecutionFinish), nil
}

// ResumeStartSQLExecution returns the waiter whose token is given.
func (c *Client) ResumeStartSQLExecution(token string) (*cloud.Waiter[FetchSQLExecutionResultResponse], error) {
	return wait.Resume(c.api, &opStartSQLExecution, token, c.sqlExecutionFinish)
}

// BeginStopSQLExecution stops the run of a query script and returns a waiter for it. The wait ends well
// when the run has ended without a failure, canceled or finished. It fails when the run has failed, and when it was
// seen being stopped and is running again; the error holds the service's messages. If the service says that it did
// not stop the run, the error is a [cloud.ErrConflict]. The states are those of [Client.UntilSQLExecutionFinished];
// CANCELLING, CANCELING and STOPPING are those of a run that is being stopped.
func (c *Client) BeginStopSQLExecution(ctx context.Context, r StopSQLExecutionRequest) (*cloud.Waiter[FetchSQLExecutionResultResponse], error) {
	if err := c.api.Prepare(&opStopSQLExecution, &r); err != nil {
		return nil, err
	}
	out, err := c.StopSQLExecution(ctx, r)
	if err != nil {
		return nil, err
	}
	if out.Data != nil && !out.Data.Success {
		return nil, refused(&opStopSQLExecution, out.RequestID, join(": ", "the service did not stop the execution", out.Data.Message))
	}
	s := &sqlExecutionOf{r.SQLExecutionID, r.Namespace, r.Workspace}
	return wait.Begin(c.api, &opStopSQLExecution, s, c.sqlExecutionStop), nil
}

// ResumeStopSQLExecution returns the waiter whose token is given.
func (c *Client) ResumeStopSQLExecution(token string) (*cloud.Waiter[FetchSQLExecutionResultResponse], error) {
	return wait.Resume(c.api, &opStopSQLExecution, token, c.sqlExecutionStop)
}

// UntilSQLExecutionFinished waits until the run of a query script is finished, whoever started it. It fails
// when the run, or any statement of a finished run, has failed, and is canceled when the run was; the
// error holds the service's messages. The service publishes no values for the state. Those that end the
// wait are FINISHED, FAILED and CANCELLED, by which it names the ends of jobs, and CANCELED as Flink
// spells it; any other is visible and pending. Every look fetches the rows that the run has found.
func (c *Client) UntilSQLExecutionFinished(r FetchSQLExecutionResultRequest) *cloud.Waiter[FetchSQLExecutionResultResponse] {
	s := sqlExecutionOf(r)
	return wait.Until(c.api, "UntilSQLExecutionFinished", c.sqlExecutionFinish(&s))
}

// sqlExecutionOf names one run; its id is new, so nothing older can be mistaken for it.
type sqlExecutionOf struct {
	SQLExecutionID string `json:"sqlExecutionId"`
	Namespace      string `json:"namespace"`
	Workspace      string `json:"workspace"`
}

// Check refuses what no start has named.
func (s *sqlExecutionOf) Check() error {
	return named("sqlExecutionId", s.SQLExecutionID, "namespace", s.Namespace, "workspace", s.Workspace)
}

func (c *Client) sqlExecutionFinish(s *sqlExecutionOf) cloud.WaitSpec[FetchSQLExecutionResultResponse] {
	w := c.sqlExecutionWait(s)
	w.Judge = s.judge
	w.AppearWithin, w.Within = wait.AppearsWithin, withinRun
	return w
}

func (c *Client) sqlExecutionStop(s *sqlExecutionOf) cloud.WaitSpec[FetchSQLExecutionResultResponse] {
	w := c.sqlExecutionWait(s)
	var stop sqlExecutionStop
	w.Judge = func(r *FetchSQLExecutionResultResponse) cloud.Verdict { return stop.judge(s.judge(r)) }
	w.Within = withinStart
	return w
}

func (c *Client) sqlExecutionWait(s *sqlExecutionOf) cloud.WaitSpec[FetchSQLExecutionResultResponse] {
	return cloud.WaitSpec[FetchSQLExecutionResultResponse]{
		Service: service,
		Read: func(ctx context.Context) (*FetchSQLExecutionResultResponse, error) {
			return c.FetchSQLExecutionResult(ctx, FetchSQLExecutionResultRequest(*s))
		},
		MinInterval: wait.QuickInterval,
	}
}

// sqlStates are the words for the ends of executions and of their statements.
var sqlStates = map[string]cloud.Outcome{
	"FINISHED": cloud.Succeeded, "FAILED": cloud.Failed, "CANCELLED": cloud.Canceled, "CANCELED": cloud.Canceled,
}

// judge goes by the state of the execution. Its statements can only spoil a success, because
// all of those that are there so far may be over while the script goes on.
func (s *sqlExecutionOf) judge(r *FetchSQLExecutionResultResponse) cloud.Verdict {
	if r.Data == nil || r.Data.SQLExecution == nil {
		return cloud.Verdict{}
	}
	e := r.Data.SQLExecution
	j := cloud.Verdict{State: e.State, Outcome: sqlStates[e.State], Reason: join("", e.Message)}
	for _, statement := range e.Statements {
		outcome := sqlStates[statement.StatusState]
		if outcome != cloud.Failed && outcome != cloud.Canceled {
			continue
		}
		j.Reason = join("; ", j.Reason, join(": ", fmt.Sprintf("statement %d is %s", statement.Index, statement.StatusState), statement.Message))
		if j.Outcome == cloud.Succeeded {
			j.Outcome = outcome
		}
	}
	return about("SQL execution", s.SQLExecutionID, e.SQLExecutionID, j)
}

// sqlStopping are the words for an execution that is being stopped: those of jobs and clusters, and as Flink
// spells them.
var sqlStopping = map[string]bool{"CANCELLING": true, "CANCELING": true, "STOPPING": true}

// sqlExecutionStop is what a waiter has seen of a stop. The service publishes no word for an execution that
// runs, so that the first one counts as well.
type sqlExecutionStop struct {
	course wait.Course
	first  string
}

// judge does not care how the statements ended.
func (s *sqlExecutionStop) judge(j cloud.Verdict) cloud.Verdict {
	j.Outcome = sqlStates[j.State]
	if j.Outcome == cloud.Canceled {
		j.Outcome = cloud.Succeeded
	}
	stopping := sqlStopping[j.State]
	seen := s.course.Saw(stopping)
	if s.first == "" && !seen {
		s.first = j.State
	}
	again := j.State == "RUNNING" || j.State == s.first && j.State != ""
	if seen && again && j.Outcome == cloud.Pending {
		return givenUp(j.State, "the execution runs again", j.Reason)
	}
	return j
}
