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

// AddNativeSparkSession puts in a Spark session of a standard engine, or replaces the one of its
// EngineSessionName. What is left empty becomes that of a running session.
func (e *Emulator) AddNativeSparkSession(session dlc.SparkSessionInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := copyOf(session)
	v.EngineSessionName = cmp.Or(v.EngineSessionName, "session")
	v.SparkSessionID = cmp.Or(v.SparkSessionID, newUUID())
	v.State = cmp.Or(v.State, dlc.SparkSessionStateRunning)
	e.dlc.nativeSessions.add(v.EngineSessionName, e.now(), v)
}

// deleteNativeSession ends a session, which is not there any more then. If that fails, it runs on.
func (s *dlcService) deleteNativeSession(r *received, in dlc.DeleteNativeSparkSessionRequest) (any, error) {
	row := s.nativeSessions.row(in.EngineSessionName)
	session, ok := row.truth(s.emulator.now())
	if !ok {
		return nil, &refusal{code: "ResourceNotFound.SessionNotFound", message: "There is no session " + strconv.Quote(in.EngineSessionName) + "."}
	}
	c := s.emulator.begin("dlc", "DeleteNativeSparkSession")
	c.Vanish = c.Vanish || !c.failed() && c.State == ""
	during(row, c, c.start, session)
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
