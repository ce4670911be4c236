package dlc

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// taskChanges are the actions that start or cancel tasks.
var taskChanges = []string{"CreateTask", "CreateTasks", "CancelTask", "CreateSparkAppTask", "CreateTasksInOrder"}

func (s *Service) taskOperations() front.Handlers {
	return front.Handlers{
		"CreateTask":            front.Handle(s.createTask),
		"CreateTasks":           front.Handle(s.createTasks),
		"CreateTasksInOrder":    front.Handle(s.createTasksInOrder),
		"CancelTask":            front.Handle(s.cancelTask),
		"DescribeTasks":         front.Handle(s.describeTasks),
		"DescribeTaskResult":    front.Handle(s.describeTaskResult),
		"CreateSparkAppTask":    front.Handle(s.createSparkAppTask),
		"DescribeSparkAppTasks": front.Handle(s.describeSparkAppTasks),
		"DescribeSparkAppJob":   front.Handle(s.describeSparkAppJob),
	}
}

// AddTask adds a task, or replaces the one with its ID, and returns the ID.
func (s *Service) AddTask(task dlc.TaskResponseInfo) (taskID string) {
	t := task
	t.ID = cmp.Or(t.ID, s.world.NewUUID())
	t.State = cmp.Or(t.State, dlc.TaskStateRunning)
	t.CreateTime = cmp.Or(t.CreateTime, world.Digits(s.world.Now().UnixMilli()))
	s.tasks.Add(t.ID, s.world.Now(), t)
	s.taskLine(world.Change{}, s.world.Now(), t)
	return t.ID
}

// AddSparkApp adds a Spark job that can be run, or replaces the one with its name, and returns its name.
func (s *Service) AddSparkApp(job dlc.SparkJobInfo) string {
	j := job
	j.JobName = cmp.Or(j.JobName, "job")
	j.JobID = cmp.Or(j.JobID, "batch_"+s.world.NewUUID())
	j.JobStatus = cmp.Or(j.JobStatus, dlc.SparkJobStateSucceeded)
	s.jobs.Add(j.JobName, s.world.Now(), j)
	return j.JobName
}

// startTask plans a task that takes one of the equal parts of a change, n from 0. The last part ends as the
// change does.
func (s *Service) startTask(c world.Change, t dlc.TaskResponseInfo, n, parts int) dlc.TaskResponseInfo {
	t.ID, t.State = s.world.NewUUID(), dlc.TaskStateInitializing
	t.CreateTime = world.Digits(c.Start.UnixMilli())
	running := t
	running.State = dlc.TaskStateRunning
	row := s.tasks.Create(t.ID)
	world.Schedule(row, c, c.Start, t)
	world.Schedule(row, c, c.Part(3*n+1, 3*parts), running)
	s.taskLine(c, c.Start, t)
	s.taskLine(c, c.Part(3*n+1, 3*parts), running)
	after := finishedTask(world.Change{}, running)
	if n+1 == parts {
		after = finishedTask(c, running)
		world.Finish(row, c, after)
	} else {
		world.Schedule(row, c, c.Part(n+1, parts), after)
	}
	s.taskLine(c, c.Part(n+1, parts), after)
	return t
}

func finishedTask(c world.Change, t dlc.TaskResponseInfo) dlc.TaskResponseInfo {
	t.State, t.OutputMessage, t.Percentage = dlc.TaskStateSucceeded, cmp.Or(c.Reason, "success"), 100
	switch {
	case c.Cancel:
		t.State, t.OutputMessage = dlc.TaskStateCanceled, c.Reason
	case c.Fail:
		t.State, t.OutputMessage = dlc.TaskStateFailed, cmp.Or(c.Reason, "The statement failed.")
	}
	if state, err := strconv.Atoi(c.State); err == nil {
		t.State = dlc.TaskState(state)
	}
	return t
}

func (s *Service) createTask(r *front.Received, in dlc.CreateTaskRequest) (any, error) {
	sql := in.Task.SQLTask
	if sql == nil {
		sql = in.Task.SparkSQLTask
	}
	database := ""
	if in.DatabaseName != nil {
		database = *in.DatabaseName
	}
	t := dlc.TaskResponseInfo{
		DatabaseName: database, DataEngineName: in.DataEngineName, ResourceGroupName: in.ResourceGroupName, SQL: sql.SQL,
	}
	t = s.startTask(s.world.Begin("dlc", "CreateTask"), t, 0, 1)
	s.noteStatement(t, in.DatasourceConnectionName)
	return &dlc.CreateTaskResponse{TaskID: t.ID, RequestID: r.RequestID}, nil
}

func (s *Service) createTasks(r *front.Received, in dlc.CreateTasksRequest) (any, error) {
	ids, err := s.startTasks(r.Operation, in.Tasks.SQL, in.DatasourceConnectionName, dlc.TaskResponseInfo{
		DatabaseName: in.DatabaseName, DataEngineName: in.DataEngineName, ResourceGroupName: in.ResourceGroupName,
	})
	if err != nil {
		return nil, err
	}
	return &dlc.CreateTasksResponse{BatchID: s.world.NewUUID(), TaskIDSet: ids, RequestID: r.RequestID}, nil
}

func (s *Service) createTasksInOrder(r *front.Received, in dlc.CreateTasksInOrderRequest) (any, error) {
	ids, err := s.startTasks(r.Operation, in.Tasks.SQL, in.DatasourceConnectionName, dlc.TaskResponseInfo{DatabaseName: in.DatabaseName})
	if err != nil {
		return nil, err
	}
	return &dlc.CreateTasksInOrderResponse{BatchID: s.world.NewUUID(), TaskIDSet: ids, RequestID: r.RequestID}, nil
}

// startTasks plans a task like t for every statement, one after the other in one change, and returns their IDs.
func (s *Service) startTasks(operation, sql, datasource string, t dlc.TaskResponseInfo) (ids []string, err error) {
	text, err := base64.StdEncoding.DecodeString(sql)
	if err != nil {
		return nil, refuse("InvalidParameter.InvalidSQL", "The SQL must be base64-encoded.")
	}
	statements := slices.DeleteFunc(strings.Split(string(text), ";"), func(sql string) bool { return strings.TrimSpace(sql) == "" })
	c := s.world.Begin("dlc", operation)
	for i, sql := range statements {
		t.SQL = base64.StdEncoding.EncodeToString([]byte(sql))
		started := s.startTask(c, t, i, len(statements))
		s.noteStatement(started, datasource)
		ids = append(ids, started.ID)
	}
	return ids, nil
}

// cancelTask cancels a task that has not finished. If the cancellation fails, the task succeeds.
func (s *Service) cancelTask(r *front.Received, in dlc.CancelTaskRequest) (any, error) {
	row := s.tasks.Row(in.TaskID)
	task, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, &front.Refusal{
			Code:    "InvalidParameter.TaskNotFound",
			Message: "The task " + strconv.Quote(in.TaskID) + " does not exist.",
		}
	case task.State == dlc.TaskStateSucceeded || task.State < 0:
		return nil, &front.Refusal{Code: "InvalidParameter.TaskAlreadyFinished", Message: "The task " + in.TaskID + " has finished."}
	}
	if s.isEnding(in.TaskID) {
		return &dlc.CancelTaskResponse{RequestID: r.RequestID}, nil
	}
	c := s.world.Begin("dlc", "CancelTask")
	s.ending[in.TaskID] = c.End
	world.Schedule(row, c, c.Start, task)
	after := finishedTask(cancellation(c), task)
	world.Finish(row, c, after)
	s.taskLine(c, c.End, after)
	return &dlc.CancelTaskResponse{RequestID: r.RequestID}, nil
}

// isEnding reports whether something is being canceled or deleted. No state shows that, and doing it again changes
// nothing.
func (s *Service) isEnding(key string) bool { return s.world.Now().Before(s.ending[key]) }

// cancellation turns the outcome of a cancel operation into that of the work that it cancels: canceled, or
// successful if the cancellation failed.
func cancellation(c world.Change) world.Change {
	c.Fail, c.Cancel = false, !c.Fail
	return c
}

func (s *Service) describeTasks(r *front.Received, in dlc.DescribeTasksRequest) (any, error) {
	list := []*dlc.TaskResponseInfo{}
	for _, t := range s.tasksShown(idAmong(in.Filters)) {
		matches, err := matchesTaskFilters(t, in.Filters)
		if err != nil {
			return nil, err
		}
		if matches && inPeriod(t, in) && (in.DataEngineName == "" || in.DataEngineName == t.DataEngineName) {
			list = append(list, t)
		}
	}
	if in.Sorting == dlc.SortingDescending {
		slices.Reverse(list)
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeTasksResponse{TaskList: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID}, nil
}

// tasksShown returns the task with an ID, or all if that is empty, as far as reads show them. Clients read one task again
// and again, so that this must not take longer if there are many.
func (s *Service) tasksShown(id string) []*dlc.TaskResponseInfo {
	if id == "" {
		return s.tasks.List(s.world.Now())
	}
	if t, ok := s.tasks.Row(id).Visible(s.world.Now()); ok {
		return []*dlc.TaskResponseInfo{&t}
	}
	return nil
}

// idAmong returns the only ID of a task that filters select first, "" if they select others too.
func idAmong(filters []dlc.Filter) string {
	if len(filters) > 0 && filters[0].Name == "task-id" && len(filters[0].Values) == 1 {
		return filters[0].Values[0]
	}
	return ""
}

// inPeriod reports whether a task was created in the period of a request.
func inPeriod(t *dlc.TaskResponseInfo, in dlc.DescribeTasksRequest) bool {
	created := t.CreateTime.Time()
	return !created.Before(cloud.TimeString(in.StartTime).Time()) &&
		(in.EndTime == "" || !created.After(cloud.TimeString(in.EndTime).Time()))
}

func matchesTaskFilters(t *dlc.TaskResponseInfo, filters []dlc.Filter) (bool, error) {
	for _, f := range filters {
		var matches bool
		switch f.Name {
		case "task-id":
			matches = slices.Contains(f.Values, t.ID)
		case "task-state":
			matches = slices.Contains(f.Values, strconv.Itoa(int(t.State)))
		default:
			return false, unknownFilter(f.Name)
		}
		if !matches {
			return false, nil
		}
	}
	return true, nil
}

// describeTaskResult returns no rows, because no SQL is run.
func (s *Service) describeTaskResult(r *front.Received, in dlc.DescribeTaskResultRequest) (any, error) {
	out := &dlc.DescribeTaskResultResponse{RequestID: r.RequestID}
	if t, ok := s.tasks.Row(in.TaskID).Visible(s.world.Now()); ok {
		out.TaskInfo = &dlc.TaskResultInfo{
			TaskID: t.ID, DatabaseName: t.DatabaseName, SQL: t.SQL, State: t.State, OutputMessage: t.OutputMessage,
			CreateTime: t.CreateTime, Percentage: t.Percentage,
		}
	}
	return out, nil
}

// createSparkAppTask runs a job. The job shows the state of its latest run.
func (s *Service) createSparkAppTask(r *front.Received, in dlc.CreateSparkAppTaskRequest) (any, error) {
	row := s.jobs.Row(in.JobName)
	job, ok := row.Actual(s.world.Now())
	if !ok {
		return nil, &front.Refusal{
			Code: "InvalidParameter.SparkJobNotFound", Message: "The job " + strconv.Quote(in.JobName) + " does not exist.",
		}
	}
	c := s.world.Begin("dlc", "CreateSparkAppTask")
	t := s.startTask(c, dlc.TaskResponseInfo{SparkJobID: job.JobID, SparkJobName: job.JobName, CmdArgs: in.CmdArgs}, 0, 1)
	job.CurrentTaskID, job.JobStatus = t.ID, dlc.SparkJobStateRunning
	world.Schedule(row, c, c.Start, job)
	job.JobStatus = dlc.SparkJobState(finishedTask(c, t).State)
	world.Schedule(row, c, c.End, job)
	return &dlc.CreateSparkAppTaskResponse{BatchID: s.world.NewUUID(), TaskID: t.ID, RequestID: r.RequestID}, nil
}

func (s *Service) describeSparkAppTasks(r *front.Received, in dlc.DescribeSparkAppTasksRequest) (any, error) {
	list := slices.DeleteFunc(s.tasksShown(in.TaskID), func(t *dlc.TaskResponseInfo) bool {
		return t.SparkJobID != in.JobID || in.TaskID != "" && t.ID != in.TaskID
	})
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeSparkAppTasksResponse{SparkAppTasks: world.Copies(page), TotalCount: len(list), RequestID: r.RequestID}, nil
}

func (s *Service) describeSparkAppJob(r *front.Received, in dlc.DescribeSparkAppJobRequest) (any, error) {
	if job, ok := s.jobShown(in.JobID, in.JobName); ok {
		return &dlc.DescribeSparkAppJobResponse{Job: &job, IsExists: true, RequestID: r.RequestID}, nil
	}
	return &dlc.DescribeSparkAppJobResponse{RequestID: r.RequestID}, nil
}

// jobShown returns the Spark job with an ID, or with a name if the ID is empty, that reads show.
func (s *Service) jobShown(id, name string) (dlc.SparkJobInfo, bool) {
	if id == "" {
		return s.jobs.Row(name).Visible(s.world.Now())
	}
	for _, job := range s.jobs.ListBy(s.world.Now(), id) {
		return *job, true
	}
	return dlc.SparkJobInfo{}, false
}
