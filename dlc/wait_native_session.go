package dlc

import (
	"context"
	"errors"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// BeginDeleteNativeSparkSession ends a Spark session of a standard engine and returns a waiter for
// it. The wait ends well when the session is terminated, or lists have not shown it for a minute, or another
// one has its name; it reads the session once before, to know its id. No state says that a deletion failed,
// so such a wait goes on until its longest time has passed.
func (c *Client) BeginDeleteNativeSparkSession(ctx context.Context, r DeleteNativeSparkSessionRequest) (*cloud.Waiter[SparkSessionInfo], error) {
	if err := c.api.Prepare(&opDeleteNativeSparkSession, &r); err != nil {
		return nil, err
	}
	s := &sparkSessionState{EngineID: r.DataEngineID, GroupID: r.ResourceGroupID, Name: r.EngineSessionName, Deleted: true}
	before, err := c.sparkSession(ctx, s)
	if err != nil {
		return nil, err
	}
	s.SessionID = before.SparkSessionID
	if before.State != SparkSessionStateTerminated {
		if _, err := c.DeleteNativeSparkSession(ctx, r); err != nil && !c.sparkSessionEnds(ctx, err, s) {
			return nil, err
		}
	}
	return wait.Begin(c.api, &opDeleteNativeSparkSession, s, c.sparkSessionWait), nil
}

// ResumeDeleteNativeSparkSession returns the waiter whose token is given.
func (c *Client) ResumeDeleteNativeSparkSession(token string) (*cloud.Waiter[SparkSessionInfo], error) {
	return wait.Resume(c.api, &opDeleteNativeSparkSession, token, c.sparkSessionWait)
}

// UntilNativeSparkSessionRunning waits until the Spark session with the given name within the engine
// runs, whoever started it. It fails when the session is terminated.
func (c *Client) UntilNativeSparkSessionRunning(r DescribeNativeSparkSessionsRequest, engineSessionName string) *cloud.Waiter[SparkSessionInfo] {
	s := &sparkSessionState{EngineID: r.DataEngineID, GroupID: r.ResourceGroupID, Name: engineSessionName}
	return wait.Until(c.api, "UntilNativeSparkSessionRunning", c.sparkSessionWait(s))
}

// sparkSessionState names a session, and has its id if it is to end.
type sparkSessionState struct {
	EngineID  string `json:"engineId,omitzero"`
	GroupID   string `json:"groupId,omitzero"`
	Name      string `json:"name"`
	SessionID string `json:"sessionId,omitzero"`
	Deleted   bool   `json:"deleted,omitzero"`
}

// Check refuses what no start has made.
func (s *sparkSessionState) Check() error {
	if s.Name == "" {
		return errors.New("names no session")
	}
	return nil
}

func (c *Client) sparkSession(ctx context.Context, s *sparkSessionState) (*SparkSessionInfo, error) {
	if err := wait.Required(service, &opDescribeNativeSparkSessions, "engineSessionName", s.Name); err != nil {
		return nil, err
	}
	out, err := c.DescribeNativeSparkSessions(ctx, DescribeNativeSparkSessionsRequest{DataEngineID: s.EngineID, ResourceGroupID: s.GroupID})
	if err != nil {
		return nil, err
	}
	for i := range out.SparkSessionsList {
		if out.SparkSessionsList[i].EngineSessionName == s.Name {
			return &out.SparkSessionsList[i], nil
		}
	}
	return nil, missing(&opDescribeNativeSparkSessions, "session", s.Name)
}

func (c *Client) sparkSessionWait(s *sparkSessionState) cloud.WaitSpec[SparkSessionInfo] {
	w := cloud.WaitSpec[SparkSessionInfo]{
		Service:       service,
		Read:          func(ctx context.Context) (*SparkSessionInfo, error) { return c.sparkSession(ctx, s) },
		Judge:         s.judge,
		GoneIsSuccess: s.Deleted,
		Within:        resourceWithin,
	}
	if s.Deleted {
		w.Confirm = wait.AbsentWithin
		return w
	}
	w.Read, w.AppearWithin = steady(w.Read), wait.AppearsWithin
	return w
}

// sparkSessionEnds reports whether a deletion was started although the call failed.
func (c *Client) sparkSessionEnds(ctx context.Context, err error, s *sparkSessionState) bool {
	return carriedOut(ctx, err, c.sparkSessionWait(s), func(session *SparkSessionInfo) bool { return s.judge(session).Outcome == cloud.Succeeded })
}

func (s *sparkSessionState) judge(session *SparkSessionInfo) cloud.Verdict {
	j := cloud.Verdict{State: string(session.State)}
	terminated := session.State == SparkSessionStateTerminated
	switch {
	case s.Deleted && (terminated || other(session.SparkSessionID, s.SessionID)):
		j.Outcome = cloud.Succeeded
	case s.Deleted:
	case terminated:
		j.Outcome, j.Inferred = cloud.Failed, true // it may be about to be started again
	case session.State == SparkSessionStateRunning:
		j.Outcome = cloud.Succeeded
	}
	return j
}
