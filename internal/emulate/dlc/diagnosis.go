package dlc

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) diagnosisOperations() front.Handlers {
	return front.Handlers{
		"DescribeDataEngineEvents":        front.Handle(s.describeEngineEvents),
		"DescribeTaskLog":                 front.Handle(s.describeTaskLog),
		"DescribeNotebookSessionLog":      front.Handle(s.describeSessionLog),
		"DescribeSparkSessionBatchSqlLog": front.Handle(s.describeBatchLog),
	}
}

// engineEvent is an event of an engine or of one of its resource groups.
type engineEvent struct{ action, info string }

// engineEvents records what a change does to an engine.
func (s *Service) engineEvents(c world.Change, changing, after dlc.DataEngineInfo) {
	key := world.KeyOf(after.DataEngineName, "")
	s.events.Add(key, c, c.Start, engineEvent{"engine is " + changing.State.String(), ""})
	s.events.Add(key, c, c.End, engineEvent{"engine is " + after.State.String(), after.Message})
}

// groupEvents records what a change does to a resource group, and why it failed.
func (s *Service) groupEvents(c world.Change, changing, after dlc.StandardEngineResourceGroupInfo) {
	key, info := world.KeyOf(after.DataEngineName, after.EngineResourceGroupID), c.Reason
	if c.Failed() {
		info = cmp.Or(info, "the change of the resource group failed")
	}
	s.events.Add(key, c, c.Start, engineEvent{"resource group is " + changing.ResourceGroupState.String(), ""})
	s.events.Add(key, c, c.End, engineEvent{"resource group is " + after.ResourceGroupState.String(), info})
}

// describeEngineEvents lists the events of an engine, or those of one resource group, the latest first. The period of a
// request selects events of resource groups only.
func (s *Service) describeEngineEvents(r *front.Received, in dlc.DescribeDataEngineEventsRequest) (any, error) {
	list, all := []dlc.HouseEventsInfo{}, s.events.In(s.world.Now(), in.DataEngineName)
	if in.SessionID != "" {
		all = s.events.Of(s.world.Now(), in.DataEngineName, in.SessionID)
	}
	for _, h := range slices.Backward(all) {
		at := string(beijingTime(h.At))
		if in.SessionID != "" && (at < in.StartTime || in.EndTime != "" && at > in.EndTime) {
			continue
		}
		list = append(list, dlc.HouseEventsInfo{
			Time: []cloud.TimeString{cloud.TimeString(at)}, EventsAction: []string{h.What.action}, ClusterInfo: []string{h.What.info},
		})
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	size := cmp.Or(in.Limit, pageSize)
	return &dlc.DescribeDataEngineEventsResponse{
		Events: page, Page: in.Offset/size + 1, Size: size, TotalPages: world.PageCount(len(list), size),
		TotalCount: len(list), RequestID: r.RequestID,
	}, nil
}

// taskLine records a state of a task in its log.
func (s *Service) taskLine(c world.Change, at time.Time, t dlc.TaskResponseInfo) {
	line := "task " + t.ID + " is " + t.State.String()
	if t.State != dlc.TaskStateInitializing && t.State != dlc.TaskStateRunning && t.OutputMessage != "" {
		line += ": " + t.OutputMessage
	}
	s.taskLogs.Add(t.ID, c, at, line)
}

// A logQuery asks for a page of the lines of a period, the latest first unless asked otherwise.
type logQuery struct {
	task, context string
	from, to      int64
	size          int
	ascending     *bool
}

// logPage returns a page of the log of a task.
func (s *Service) logPage(q logQuery) (page []dlc.JobLogResult, next string, err error) {
	list := []dlc.JobLogResult{}
	for _, h := range s.taskLogs.Of(s.world.Now(), q.task) {
		if at := h.At.UnixMilli(); at >= q.from && at <= q.to {
			list = append(list, dlc.JobLogResult{
				Time: cloud.Timestamp(at), TopicID: "topic-1", TopicName: "dlc-task-log", LogJSON: h.What, PkgLogID: s.world.NewUUID(),
			})
		}
	}
	if q.ascending == nil || !*q.ascending {
		slices.Reverse(list)
	}
	page, next, err = world.NextPage(list, "log of "+q.task, q.context, max(q.size, 1))
	if err != nil {
		return nil, "", refuse("InvalidParameter", "The Context is not one of this log.")
	}
	return page, next, nil
}

func (s *Service) describeTaskLog(r *front.Received, in dlc.DescribeTaskLogRequest) (any, error) {
	if _, err := s.task(in.TaskID); err != nil {
		return nil, err
	}
	page, next, err := s.logPage(logQuery{in.TaskID, in.Context, in.StartTime, in.EndTime, in.Limit, in.Asc})
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeTaskLogResponse{Context: next, ListOver: next == "", Results: page, RequestID: r.RequestID}, nil
}

// sessionLine records a line in the log of a notebook session. Each of its statements has a course of its own.
func (s *Service) sessionLine(c world.Change, at time.Time, session, statement, line string) {
	s.sessionLogs.Add(world.KeyOf(session, statement), c, at, string(beijingTime(at))+" "+line)
}

// statementLines records how a statement changes.
func (s *Service) statementLines(c world.Change, session string, changing, after dlc.NotebookSessionStatementInfo) {
	line := "statement " + after.StatementID + " is " + string(after.State)
	if out := after.OutPut; out != nil && out.ErrorName != "" {
		line += ": " + out.ErrorName + ": " + out.ErrorValue
	}
	s.sessionLine(c, c.Start, session, after.StatementID, "statement "+after.StatementID+" is "+string(changing.State))
	s.sessionLine(c, c.End, session, after.StatementID, line)
}

// describeSessionLog returns the latest lines, in the order in which they were written.
func (s *Service) describeSessionLog(r *front.Received, in dlc.DescribeNotebookSessionLogRequest) (any, error) {
	if _, ok := s.sessions.Row(in.SessionID).Visible(s.world.Now()); !ok {
		return nil, sessionNotFound(in.SessionID)
	}
	lines := []string{}
	for _, h := range s.sessionLogs.In(s.world.Now(), in.SessionID) {
		lines = append(lines, h.What)
	}
	limit := cmp.Or(in.Limit, 200)
	lines = lines[:max(len(lines)-in.Offset, 0)]
	return &dlc.DescribeNotebookSessionLogResponse{
		Logs: lines[max(len(lines)-limit, 0):], Limit: limit, Offset: in.Offset, RequestID: r.RequestID,
	}, nil
}

// batchStep records a step of a batch of Spark SQL.
func (s *Service) batchStep(c world.Change, at time.Time, id, step, message string) {
	s.batchLogs.Add(id, c, at, dlc.SparkSessionBatchLog{Step: step, Time: beijingTime(at), Message: message})
}

// finishBatchLog records the last step of a batch.
func (s *Service) finishBatchLog(c world.Change, id string, batch sqlBatch) {
	steps := map[dlc.SparkBatchSQLState]string{
		dlc.SparkBatchSQLStateSucceeded: "FINT", dlc.SparkBatchSQLStateFailed: "EXCE", dlc.SparkBatchSQLStateCanceled: "CANCEL",
	}
	message := batch.Event
	for _, task := range batch.Tasks {
		message = cmp.Or(message, task.Message)
	}
	s.batchStep(c, c.End, id, cmp.Or(steps[batch.State], "EXCE"), message)
}

func (s *Service) describeBatchLog(r *front.Received, in dlc.DescribeSparkSessionBatchSQLLogRequest) (any, error) {
	id := s.batchID(in.BatchID, in.CustomKey)
	batch, ok := s.batches.Row(id).Visible(s.world.Now())
	if !ok {
		return nil, batchNotFound(cmp.Or(in.CustomKey, in.BatchID))
	}
	out := &dlc.DescribeSparkSessionBatchSQLLogResponse{State: batch.State, RequestID: r.RequestID}
	for _, h := range s.batchLogs.Of(s.world.Now(), id) {
		out.LogSet = append(out.LogSet, h.What)
	}
	return out, nil
}
