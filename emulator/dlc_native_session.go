package emulator

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func (s *dlcService) nativeSessionActions() map[string]dlcAction {
	return map[string]dlcAction{
		"DeleteNativeSparkSession":    action(s.deleteNativeSession),
		"DescribeNativeSparkSessions": action(s.describeNativeSessions),
	}
}

// AddNativeSparkSession adds a Spark session of a standard engine, or replaces the one with its
// EngineSessionName. Empty fields default to those of a running session.
func (e *Emulator) AddNativeSparkSession(session dlc.SparkSessionInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(session)
	v.EngineSessionName = cmp.Or(v.EngineSessionName, "session")
	v.SparkSessionID = cmp.Or(v.SparkSessionID, newUUID())
	v.State = cmp.Or(v.State, dlc.SparkSessionStateRunning)
	e.dlc.nativeSessions.add(v.EngineSessionName, e.now(), v)
}

// deleteNativeSession plans the end of a session, which is gone then. If the change fails, the session goes on.
func (s *dlcService) deleteNativeSession(r *received, in dlc.DeleteNativeSparkSessionRequest) (any, error) {
	row := s.nativeSessions.row(in.EngineSessionName)
	session, ok := row.actual(s.emulator.now())
	if !ok {
		return nil, &refusal{
			code:    "ResourceNotFound.SessionNotFound",
			message: "The session " + strconv.Quote(in.EngineSessionName) + " does not exist.",
		}
	}
	if s.isEnding(session.SparkSessionID) {
		return &dlc.DeleteNativeSparkSessionResponse{RequestID: r.requestID}, nil
	}
	c := s.emulator.begin("dlc", "DeleteNativeSparkSession")
	s.ending[session.SparkSessionID] = c.end
	c.Vanish = c.Vanish || !c.failed() && c.State == ""
	schedule(row, c, c.start, session)
	session.State = cmp.Or(dlc.SparkSessionState(c.State), session.State)
	finish(row, c, session)
	return &dlc.DeleteNativeSparkSessionResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) describeNativeSessions(r *received, in dlc.DescribeNativeSparkSessionsRequest) (any, error) {
	list := slices.DeleteFunc(s.nativeSessions.list(s.emulator.now()), func(v dlc.SparkSessionInfo) bool {
		return in.ResourceGroupID != "" && v.ResourceGroupID != in.ResourceGroupID
	})
	return &dlc.DescribeNativeSparkSessionsResponse{SparkSessionsList: list, RequestID: r.requestID}, nil
}
