package dlc

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) nativeSessionOperations() front.Handlers {
	return front.Handlers{
		"DeleteNativeSparkSession":    front.Handle(s.deleteNativeSession),
		"DescribeNativeSparkSessions": front.Handle(s.describeNativeSessions),
	}
}

// AddNativeSparkSession adds a Spark session of a standard engine, or replaces the one with its EngineSessionName, and returns its name.
func (s *Service) AddNativeSparkSession(session dlc.SparkSessionInfo) string {
	v := session
	v.EngineSessionName = cmp.Or(v.EngineSessionName, "session")
	v.SparkSessionID = cmp.Or(v.SparkSessionID, s.world.NewUUID())
	v.State = cmp.Or(v.State, dlc.SparkSessionStateRunning)
	s.nativeSessions.Add(v.EngineSessionName, s.world.Now(), v)
	return v.EngineSessionName
}

// deleteNativeSession plans the end of a session, which is gone then. If the change fails, the session goes on.
func (s *Service) deleteNativeSession(r *front.Received, in dlc.DeleteNativeSparkSessionRequest) (any, error) {
	row := s.nativeSessions.Row(in.EngineSessionName)
	session, ok := row.Actual(s.world.Now())
	if !ok {
		return nil, &front.Refusal{
			Code:    "ResourceNotFound.SessionNotFound",
			Message: "The session " + strconv.Quote(in.EngineSessionName) + " does not exist.",
		}
	}
	if s.isEnding(session.SparkSessionID) {
		return &dlc.DeleteNativeSparkSessionResponse{RequestID: r.RequestID}, nil
	}
	c := s.world.Begin("dlc", "DeleteNativeSparkSession")
	s.ending[session.SparkSessionID] = c.End
	c.Vanish = c.Vanish || !c.Failed() && c.State == ""
	world.Schedule(row, c, c.Start, session)
	session.State = cmp.Or(dlc.SparkSessionState(c.State), session.State)
	world.Finish(row, c, session)
	return &dlc.DeleteNativeSparkSessionResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeNativeSessions(r *front.Received, in dlc.DescribeNativeSparkSessionsRequest) (any, error) {
	list := slices.DeleteFunc(s.nativeSessions.List(s.world.Now()), func(v *dlc.SparkSessionInfo) bool {
		return in.ResourceGroupID != "" && v.ResourceGroupID != in.ResourceGroupID
	})
	return &dlc.DescribeNativeSparkSessionsResponse{SparkSessionsList: world.Copies(list), RequestID: r.RequestID}, nil
}
