package dlc

import (
	"cmp"
	"context"
	"iter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// What the states of a Spark session of a standard engine mean for each wait.
var (
	sparkSessionRunning = wait.Statuses[SparkSessionState]{
		Succeeded: []SparkSessionState{SparkSessionStateRunning},
		Failed:    []SparkSessionState{SparkSessionStateTerminated},
	}
	sparkSessionDeleted = wait.Statuses[SparkSessionState]{Succeeded: []SparkSessionState{SparkSessionStateTerminated}}
)

var deleteNativeSparkSession = change[
	DeleteNativeSparkSessionRequest, DeleteNativeSparkSessionResponse, sparkSessionChange, SparkSessionInfo,
]{
	Check: func(r *DeleteNativeSparkSessionRequest) error { // sessions are listed by name
		return wait.Required(service, &opDeleteNativeSparkSession, "EngineSessionName", r.EngineSessionName)
	},
	State: func(r *DeleteNativeSparkSessionRequest) *sparkSessionChange {
		return &sparkSessionChange{EngineID: r.DataEngineID, GroupID: r.ResourceGroupID, Name: r.EngineSessionName}
	},
	Before:      (*Client).beforeSparkSession,
	AlreadyDone: func(s *sparkSessionChange) bool { return s.Terminated },
	Refused: func(c *Client, ctx context.Context, s *sparkSessionChange, _ time.Time, err error) error {
		return startedAnyway(ctx, err, c.sparkSessionDeletion(s), func(session *SparkSessionInfo) bool {
			return s.judge(session).Outcome == cloud.Succeeded
		})
	},
	Began: (*Client).sparkSessionDeletionBegan,
	Spec:  (*Client).sparkSessionDeletion,
}

// NativeSparkSessionRequest names the Spark session that [Client.UntilNativeSparkSessionRunning] waits for. No
// operation reads one session, so it finds it in the list.
//
// EngineSessionName is required.
type NativeSparkSessionRequest struct {
	// The name of the session, which is unique within the engine.
	EngineSessionName string

	DataEngineID    string
	ResourceGroupID string
}

// UntilNativeSparkSessionRunning waits until a Spark session of a standard engine runs. It fails when the session is
// terminated.
func (c *Client) UntilNativeSparkSessionRunning(r NativeSparkSessionRequest) *cloud.Waiter[SparkSessionInfo] {
	w := c.sharingSparkSessions(r, cloud.WaitSpec[SparkSessionInfo]{
		Service:      service,
		Read:         func(ctx context.Context) (*SparkSessionInfo, error) { return c.findSparkSession(ctx, r) },
		Judge:        judgeSparkSession,
		AppearWithin: wait.AppearsWithin,
		Within:       resourceWithin,
	})
	w.Read = steady(w.Read)
	return wait.Until(c.api, "UntilNativeSparkSessionRunning", w)
}

// sharingSparkSessions makes w share the reads of a list of sessions.
func (c *Client) sharingSparkSessions(
	r NativeSparkSessionRequest, w cloud.WaitSpec[SparkSessionInfo],
) cloud.WaitSpec[SparkSessionInfo] {
	return wait.Share(c.api, w, &wait.List[SparkSessionInfo, SparkSessionInfo]{
		Op:   &opDescribeNativeSparkSessions,
		What: "session",
		Of:   func() []string { return []string{"engine " + r.DataEngineID, "group " + r.ResourceGroupID} },
		IDs:  []string{r.EngineSessionName},
		Items: func(ctx context.Context, _ []string) iter.Seq2[SparkSessionInfo, error] {
			return c.AllNativeSparkSessions(ctx, DescribeNativeSparkSessionsRequest{
				DataEngineID: r.DataEngineID, ResourceGroupID: r.ResourceGroupID,
			})
		},
		ID:   func(s *SparkSessionInfo) string { return s.EngineSessionName },
		Show: wait.Itself[SparkSessionInfo],
	})
}

// sparkSessionChange is the resume state of a deletion of a session.
type sparkSessionChange struct {
	EngineID  string `json:"engineId,omitzero"`
	GroupID   string `json:"groupId,omitzero"`
	Name      string `json:"name"`
	SessionID string `json:"sessionId,omitzero"`

	Terminated bool `json:"terminated,omitzero"` // before the deletion
}

// Resource is the session.
func (s *sparkSessionChange) Resource() string { return cmp.Or(s.EngineID, s.GroupID) + "/" + s.Name }

// Check refuses a state that names no session.
func (s *sparkSessionChange) Check() error { return wait.Lacks("name", s.Name) }

func (s *sparkSessionChange) request() NativeSparkSessionRequest {
	return NativeSparkSessionRequest{EngineSessionName: s.Name, DataEngineID: s.EngineID, ResourceGroupID: s.GroupID}
}

func (c *Client) beforeSparkSession(ctx context.Context, s *sparkSessionChange) error {
	before, err := c.findSparkSession(ctx, s.request())
	if err != nil {
		return err
	}
	s.SessionID, s.Terminated = before.SparkSessionID, before.State == SparkSessionStateTerminated
	return nil
}

// sparkSessionDeletionBegan looks for the session, which was read before.
func (c *Client) sparkSessionDeletionBegan(
	ctx context.Context, s *sparkSessionChange, _ *DeleteNativeSparkSessionRequest, _ time.Time,
) (cloud.StartStatus, error) {
	session, err := c.findSparkSession(ctx, s.request())
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.Begun, nil
	case err != nil:
		return cloud.Uncertain, err
	}
	return ended(s.judge(session)), nil
}

func (c *Client) findSparkSession(ctx context.Context, r NativeSparkSessionRequest) (*SparkSessionInfo, error) {
	op, name := &opDescribeNativeSparkSessions, r.EngineSessionName
	if err := wait.Required(service, op, "EngineSessionName", name); err != nil {
		return nil, err
	}
	out, err := c.DescribeNativeSparkSessions(ctx, DescribeNativeSparkSessionsRequest{
		DataEngineID: r.DataEngineID, ResourceGroupID: r.ResourceGroupID,
	})
	if err != nil {
		return nil, err
	}
	return wait.Find(service, op, "session "+name, wait.Items(out.SparkSessionsList), func(s *SparkSessionInfo) bool {
		return s.EngineSessionName == name
	})
}

// judgeSparkSession counts a terminated session as failed only if it stays so, because it may be started again.
func judgeSparkSession(session *SparkSessionInfo) cloud.Verdict {
	v := sparkSessionRunning.Verdict(session.State, "")
	v.Inferred = v.Outcome == cloud.Failed
	return v
}

func (c *Client) sparkSessionDeletion(s *sparkSessionChange) cloud.WaitSpec[SparkSessionInfo] {
	return c.sharingSparkSessions(s.request(), cloud.WaitSpec[SparkSessionInfo]{
		Service:       service,
		Read:          func(ctx context.Context) (*SparkSessionInfo, error) { return c.findSparkSession(ctx, s.request()) },
		Judge:         s.judge,
		GoneIsSuccess: true,
		Confirm:       wait.AbsentWithin,
		Within:        resourceWithin,
	})
}

// judge assumes that another session of the name is a later one.
func (s *sparkSessionChange) judge(session *SparkSessionInfo) cloud.Verdict {
	v := sparkSessionDeleted.Verdict(session.State, "")
	if differs(session.SparkSessionID, s.SessionID) {
		v.Outcome = cloud.Succeeded
	}
	return v
}
