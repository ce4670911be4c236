package emulator

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcTaskChanges are the actions that start or cancel tasks.
var dlcTaskChanges = []string{"CreateTask", "CreateTasks", "CancelTask", "CreateSparkAppTask"}

func (s *dlcService) taskActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateTask":            action(s.createTask),
		"CreateTasks":           action(s.createTasks),
		"CancelTask":            action(s.cancelTask),
		"DescribeTasks":         action(s.describeTasks),
		"DescribeTaskResult":    action(s.describeTaskResult),
		"CreateSparkAppTask":    action(s.createSparkAppTask),
		"DescribeSparkAppTasks": action(s.describeSparkAppTasks),
		"DescribeSparkAppJob":   action(s.describeSparkAppJob),
	}
}

// AddTask adds a task, or replaces the one with its ID, and returns the ID. Empty fields default to those of a
// task that runs until it is canceled. That includes a zero State, so an initializing task cannot be added.
func (e *Emulator) AddTask(task dlc.TaskResponseInfo) (taskID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := deepCopy(task)
	t.ID = cmp.Or(t.ID, newUUID())
	t.State = cmp.Or(t.State, dlc.TaskStateRunning)
	t.CreateTime = cmp.Or(t.CreateTime, digits(e.now().UnixMilli()))
	e.dlc.tasks.add(t.ID, e.now(), t)
	e.dlc.taskLine(change{}, e.now(), t)
	return t.ID
}

// AddSparkApp adds a Spark job that can be run, or replaces the one with its name. Empty fields default to
// those of a job whose last run succeeded.
func (e *Emulator) AddSparkApp(job dlc.SparkJobInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j := deepCopy(job)
	j.JobName = cmp.Or(j.JobName, "job")
	j.JobID = cmp.Or(j.JobID, "batch_"+newUUID())
	j.JobStatus = cmp.Or(j.JobStatus, dlc.SparkJobStateSucceeded)
	e.dlc.jobs.add(j.JobName, e.now(), j)
}

// startTask plans a task that takes one of the equal parts of a change, n from 0. The last part ends as the
// change does.
func (s *dlcService) startTask(c change, t dlc.TaskResponseInfo, n, parts int) dlc.TaskResponseInfo {
	t.ID, t.State = newUUID(), dlc.TaskStateInitializing
	t.CreateTime = digits(c.start.UnixMilli())
	running := t
	running.State = dlc.TaskStateRunning
	row := s.tasks.create(t.ID)
	schedule(row, c, c.start, t)
	schedule(row, c, c.part(3*n+1, 3*parts), running)
	s.taskLine(c, c.start, t)
	s.taskLine(c, c.part(3*n+1, 3*parts), running)
	after := finishedTask(change{}, running)
	if n+1 == parts {
		after = finishedTask(c, running)
		finish(row, c, after)
	} else {
		schedule(row, c, c.part(n+1, parts), after)
	}
	s.taskLine(c, c.part(n+1, parts), after)
	return t
}

func finishedTask(c change, t dlc.TaskResponseInfo) dlc.TaskResponseInfo {
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

func (s *dlcService) createTask(r *received, in dlc.CreateTaskRequest) (any, error) {
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
	t = s.startTask(s.emulator.begin("dlc", "CreateTask"), t, 0, 1)
	return &dlc.CreateTaskResponse{TaskID: t.ID, RequestID: r.requestID}, nil
}

func (s *dlcService) createTasks(r *received, in dlc.CreateTasksRequest) (any, error) {
	text, err := base64.StdEncoding.DecodeString(in.Tasks.SQL)
	if err != nil {
		return nil, &refusal{code: "InvalidParameter.InvalidSQL", message: "The SQL must be base64-encoded."}
	}
	statements := slices.DeleteFunc(strings.Split(string(text), ";"), func(sql string) bool { return strings.TrimSpace(sql) == "" })
	c := s.emulator.begin("dlc", "CreateTasks")
	out := &dlc.CreateTasksResponse{BatchID: newUUID(), RequestID: r.requestID}
	for i, sql := range statements {
		t := dlc.TaskResponseInfo{
			DatabaseName: in.DatabaseName, DataEngineName: in.DataEngineName, ResourceGroupName: in.ResourceGroupName,
			SQL: base64.StdEncoding.EncodeToString([]byte(sql)),
		}
		out.TaskIDSet = append(out.TaskIDSet, s.startTask(c, t, i, len(statements)).ID)
	}
	return out, nil
}

// cancelTask cancels a task that has not finished. If the cancellation fails, the task succeeds.
func (s *dlcService) cancelTask(r *received, in dlc.CancelTaskRequest) (any, error) {
	row := s.tasks.row(in.TaskID)
	task, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, &refusal{code: "InvalidParameter.TaskNotFound", message: "The task " + strconv.Quote(in.TaskID) + " does not exist."}
	case task.State == dlc.TaskStateSucceeded || task.State < 0:
		return nil, &refusal{code: "InvalidParameter.TaskAlreadyFinished", message: "The task " + in.TaskID + " has finished."}
	}
	if s.isEnding(in.TaskID) {
		return &dlc.CancelTaskResponse{RequestID: r.requestID}, nil
	}
	c := s.emulator.begin("dlc", "CancelTask")
	s.ending[in.TaskID] = c.end
	schedule(row, c, c.start, task)
	after := finishedTask(cancellation(c), task)
	finish(row, c, after)
	s.taskLine(c, c.end, after)
	return &dlc.CancelTaskResponse{RequestID: r.requestID}, nil
}

// isEnding reports whether something is being canceled or deleted. No state shows that, and doing it again changes
// nothing.
func (s *dlcService) isEnding(key string) bool { return s.emulator.now().Before(s.ending[key]) }

// cancellation turns the outcome of a cancel operation into that of the work that it cancels: canceled, or
// successful if the cancellation failed.
func cancellation(c change) change {
	c.Fail, c.Cancel = false, !c.Fail
	return c
}

func (s *dlcService) describeTasks(r *received, in dlc.DescribeTasksRequest) (any, error) {
	list := []dlc.TaskResponseInfo{}
	for _, t := range s.tasks.list(s.emulator.now()) {
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
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeTasksResponse{TaskList: page, TotalCount: len(list), RequestID: r.requestID}, nil
}

// inPeriod reports whether a task was created in the period of a request.
func inPeriod(t dlc.TaskResponseInfo, in dlc.DescribeTasksRequest) bool {
	created := t.CreateTime.Time()
	return !created.Before(cloud.TimeString(in.StartTime).Time()) &&
		(in.EndTime == "" || !created.After(cloud.TimeString(in.EndTime).Time()))
}

func matchesTaskFilters(t dlc.TaskResponseInfo, filters []dlc.Filter) (bool, error) {
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
func (s *dlcService) describeTaskResult(r *received, in dlc.DescribeTaskResultRequest) (any, error) {
	out := &dlc.DescribeTaskResultResponse{RequestID: r.requestID}
	if t, ok := s.tasks.row(in.TaskID).visible(s.emulator.now()); ok {
		out.TaskInfo = &dlc.TaskResultInfo{
			TaskID: t.ID, DatabaseName: t.DatabaseName, SQL: t.SQL, State: t.State, OutputMessage: t.OutputMessage,
			CreateTime: t.CreateTime, Percentage: t.Percentage,
		}
	}
	return out, nil
}

// createSparkAppTask runs a job. The job shows the state of its latest run.
func (s *dlcService) createSparkAppTask(r *received, in dlc.CreateSparkAppTaskRequest) (any, error) {
	row := s.jobs.row(in.JobName)
	job, ok := row.actual(s.emulator.now())
	if !ok {
		return nil, &refusal{
			code: "InvalidParameter.SparkJobNotFound", message: "The job " + strconv.Quote(in.JobName) + " does not exist.",
		}
	}
	c := s.emulator.begin("dlc", "CreateSparkAppTask")
	t := s.startTask(c, dlc.TaskResponseInfo{SparkJobID: job.JobID, SparkJobName: job.JobName, CmdArgs: in.CmdArgs}, 0, 1)
	job.CurrentTaskID, job.JobStatus = t.ID, dlc.SparkJobStateRunning
	schedule(row, c, c.start, job)
	job.JobStatus = dlc.SparkJobState(finishedTask(c, t).State)
	schedule(row, c, c.end, job)
	return &dlc.CreateSparkAppTaskResponse{BatchID: newUUID(), TaskID: t.ID, RequestID: r.requestID}, nil
}

func (s *dlcService) describeSparkAppTasks(r *received, in dlc.DescribeSparkAppTasksRequest) (any, error) {
	list := slices.DeleteFunc(s.tasks.list(s.emulator.now()), func(t dlc.TaskResponseInfo) bool {
		return t.SparkJobID != in.JobID || in.TaskID != "" && t.ID != in.TaskID
	})
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeSparkAppTasksResponse{SparkAppTasks: page, TotalCount: len(list), RequestID: r.requestID}, nil
}

func (s *dlcService) describeSparkAppJob(r *received, in dlc.DescribeSparkAppJobRequest) (any, error) {
	for _, job := range s.jobs.list(s.emulator.now()) {
		if in.JobID != "" && job.JobID == in.JobID || in.JobID == "" && job.JobName == in.JobName {
			return &dlc.DescribeSparkAppJobResponse{Job: &job, IsExists: true, RequestID: r.requestID}, nil
		}
	}
	return &dlc.DescribeSparkAppJobResponse{RequestID: r.requestID}, nil
}
