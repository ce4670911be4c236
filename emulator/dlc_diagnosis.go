package emulator

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func (s *dlcService) diagnosisActions() map[string]dlcAction {
	return map[string]dlcAction{
		"DescribeDataEngineEvents":        action(s.describeEngineEvents),
		"DescribeTaskLog":                 action(s.describeTaskLog),
		"DescribeNotebookSessionLog":      action(s.describeSessionLog),
		"DescribeSparkSessionBatchSqlLog": action(s.describeBatchLog),
	}
}

// dlcEvent is an event of an engine or of one of its resource groups.
type dlcEvent struct{ action, info string }

// engineEvents records what a change does to an engine.
func (s *dlcService) engineEvents(c change, changing, after dlc.DataEngineInfo) {
	key := keyOf(after.DataEngineName, "")
	s.events.add(key, c, c.start, dlcEvent{"engine is " + changing.State.String(), ""})
	s.events.add(key, c, c.end, dlcEvent{"engine is " + after.State.String(), after.Message})
}

// groupEvents records what a change does to a resource group, and why it failed.
func (s *dlcService) groupEvents(c change, changing, after dlc.StandardEngineResourceGroupInfo) {
	key, info := keyOf(after.DataEngineName, after.EngineResourceGroupID), c.Reason
	if c.failed() {
		info = cmp.Or(info, "the change of the resource group failed")
	}
	s.events.add(key, c, c.start, dlcEvent{"resource group is " + changing.ResourceGroupState.String(), ""})
	s.events.add(key, c, c.end, dlcEvent{"resource group is " + after.ResourceGroupState.String(), info})
}

// describeEngineEvents lists the events of an engine, or those of one resource group, the latest first. The period of a
// request selects events of resource groups only.
func (s *dlcService) describeEngineEvents(r *received, in dlc.DescribeDataEngineEventsRequest) (any, error) {
	list := []dlc.HouseEventsInfo{}
	for _, h := range slices.Backward(s.events.until(s.emulator.now(), func(key string) bool {
		engine, group, _ := strings.Cut(key, "\x00")
		return engine == in.DataEngineName && matchesName(in.SessionID, group)
	})) {
		at := string(beijingTime(h.at))
		if in.SessionID != "" && (at < in.StartTime || in.EndTime != "" && at > in.EndTime) {
			continue
		}
		list = append(list, dlc.HouseEventsInfo{
			Time: []cloud.TimeString{cloud.TimeString(at)}, EventsAction: []string{h.what.action}, ClusterInfo: []string{h.what.info},
		})
	}
	size := cmp.Or(in.Limit, dlcPage)
	return &dlc.DescribeDataEngineEventsResponse{
		Events: offsetPage(list, in.Offset, size), Page: in.Offset/size + 1, Size: size, TotalPages: (len(list) + size - 1) / size,
		TotalCount: len(list), RequestID: r.requestID,
	}, nil
}

// taskLine records a state of a task in its log.
func (s *dlcService) taskLine(c change, at time.Time, t dlc.TaskResponseInfo) {
	line := "task " + t.ID + " is " + t.State.String()
	if t.State != dlc.TaskStateInitializing && t.State != dlc.TaskStateRunning && t.OutputMessage != "" {
		line += ": " + t.OutputMessage
	}
	s.taskLogs.add(t.ID, c, at, line)
}

// describeTaskLog returns a page of the lines of a period, the latest first unless asked otherwise.
func (s *dlcService) describeTaskLog(r *received, in dlc.DescribeTaskLogRequest) (any, error) {
	if _, ok := s.tasks.row(in.TaskID).visible(s.emulator.now()); !ok {
		return nil, &refusal{code: "InvalidParameter.TaskNotFound", message: "The task " + in.TaskID + " does not exist."}
	}
	list := []dlc.JobLogResult{}
	for _, h := range s.taskLogs.until(s.emulator.now(), func(key string) bool { return key == in.TaskID }) {
		if at := h.at.UnixMilli(); at >= in.StartTime && at <= in.EndTime {
			list = append(list, dlc.JobLogResult{
				Time: cloud.Timestamp(at), TopicID: "topic-1", TopicName: "dlc-task-log", LogJSON: h.what, PkgLogID: newUUID(),
			})
		}
	}
	if in.Asc == nil || !*in.Asc {
		slices.Reverse(list)
	}
	page, next, err := nextPage(list, "DescribeTaskLog "+in.TaskID, in.Context, in.Limit)
	if err != nil {
		return nil, &refusal{code: "InvalidParameter", message: "The Context is not one of this log."}
	}
	return &dlc.DescribeTaskLogResponse{Context: next, ListOver: next == "", Results: page, RequestID: r.requestID}, nil
}

// sessionLine records a line in the log of a notebook session. Each of its statements has a course of its own.
func (s *dlcService) sessionLine(c change, at time.Time, session, statement, line string) {
	s.sessionLogs.add(keyOf(session, statement), c, at, string(beijingTime(at))+" "+line)
}

// statementLines records how a statement changes.
func (s *dlcService) statementLines(c change, session string, changing, after dlc.NotebookSessionStatementInfo) {
	line := "statement " + after.StatementID + " is " + string(after.State)
	if out := after.OutPut; out != nil && out.ErrorName != "" {
		line += ": " + out.ErrorName + ": " + out.ErrorValue
	}
	s.sessionLine(c, c.start, session, after.StatementID, "statement "+after.StatementID+" is "+string(changing.State))
	s.sessionLine(c, c.end, session, after.StatementID, line)
}

// describeSessionLog returns the latest lines, in the order in which they were written.
func (s *dlcService) describeSessionLog(r *received, in dlc.DescribeNotebookSessionLogRequest) (any, error) {
	if _, ok := s.sessions.row(in.SessionID).visible(s.emulator.now()); !ok {
		return nil, sessionNotFound(in.SessionID)
	}
	lines := []string{}
	for _, h := range s.sessionLogs.until(s.emulator.now(), func(key string) bool {
		return strings.HasPrefix(key, keyOf(in.SessionID, ""))
	}) {
		lines = append(lines, h.what)
	}
	limit := cmp.Or(in.Limit, 200)
	lines = lines[:max(len(lines)-in.Offset, 0)]
	return &dlc.DescribeNotebookSessionLogResponse{
		Logs: lines[max(len(lines)-limit, 0):], Limit: limit, Offset: in.Offset, RequestID: r.requestID,
	}, nil
}

// batchStep records a step of a batch of Spark SQL.
func (s *dlcService) batchStep(c change, at time.Time, id, step, message string) {
	s.batchLogs.add(id, c, at, dlc.SparkSessionBatchLog{Step: step, Time: beijingTime(at), Message: message})
}

// finishBatchLog records the last step of a batch.
func (s *dlcService) finishBatchLog(c change, id string, batch dlcBatch) {
	steps := map[dlc.SparkBatchSQLState]string{
		dlc.SparkBatchSQLStateSucceeded: "FINT", dlc.SparkBatchSQLStateFailed: "EXCE", dlc.SparkBatchSQLStateCanceled: "CANCEL",
	}
	message := batch.Event
	for _, task := range batch.Tasks {
		message = cmp.Or(message, task.Message)
	}
	s.batchStep(c, c.end, id, cmp.Or(steps[batch.State], "EXCE"), message)
}

func (s *dlcService) describeBatchLog(r *received, in dlc.DescribeSparkSessionBatchSQLLogRequest) (any, error) {
	id := s.batchID(in.BatchID, in.CustomKey)
	batch, ok := s.batches.row(id).visible(s.emulator.now())
	if !ok {
		return nil, batchNotFound(cmp.Or(in.CustomKey, in.BatchID))
	}
	out := &dlc.DescribeSparkSessionBatchSQLLogResponse{State: batch.State, RequestID: r.requestID}
	for _, h := range s.batchLogs.until(s.emulator.now(), func(key string) bool { return key == id }) {
		out.LogSet = append(out.LogSet, h.what)
	}
	return out, nil
}
