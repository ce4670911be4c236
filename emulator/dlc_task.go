package emulator

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcTaskStarts are the actions that start or cancel tasks.
var dlcTaskStarts = []string{"CreateTask", "CreateTasks", "CancelTask", "CreateSparkAppTask"}

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

// AddTask puts in a task, or replaces the one with its id, and returns the id. What is left empty
// becomes that of a task which runs, and goes on until it is canceled; since a zero State is left
// empty too, a task cannot be put in as initializing.
func (e *Emulator) AddTask(task dlc.TaskResponseInfo) (taskID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := copyOf(task)
	t.ID = cmp.Or(t.ID, newUUID())
	t.State = cmp.Or(t.State, dlc.TaskStateRunning)
	t.CreateTime = cmp.Or(t.CreateTime, strconv.FormatInt(e.now().UnixMilli(), 10))
	e.dlc.tasks.add(t.ID, e.now(), t)
	return t.ID
}

// AddSparkApp puts in a Spark job, so that it can be run, or replaces the one of its name. What is
// left empty becomes that of a job whose last run has succeeded.
func (e *Emulator) AddSparkApp(job dlc.SparkJobInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	j := copyOf(job)
	j.JobName = cmp.Or(j.JobName, "job")
	j.JobID = cmp.Or(j.JobID, "batch_"+newUUID())
	j.JobStatus = cmp.Or(j.JobStatus, dlc.SparkJobStateSucceeded)
	e.dlc.jobs.add(j.JobName, e.now(), j)
}

// startTask plans a task that takes the n-th of several parts of a change. The last part ends as the
// change does.
func (s *dlcService) startTask(c change, t dlc.TaskResponseInfo, n, of int) dlc.TaskResponseInfo {
	t.ID, t.State = newUUID(), dlc.TaskStateInitializing
	t.CreateTime = strconv.FormatInt(c.start.UnixMilli(), 10)
	running := t
	running.State = dlc.TaskStateRunning
	row := s.tasks.create(t.ID)
	during(row, c, c.start, t)
	during(row, c, c.part(3*n+1, 3*of), running)
	if n+1 == of {
		finish(row, c, endOfTask(c, running))
		return t
	}
	during(row, c, c.part(n+1, of), endOfTask(change{}, running))
	return t
}

func endOfTask(c change, t dlc.TaskResponseInfo) dlc.TaskResponseInfo {
	t.State, t.OutputMessage, t.Percentage = dlc.TaskStateSucceeded, cmp.Or(c.Reason, "success"), 100
	switch {
	case c.Cancel:
		t.State, t.OutputMessage = dlc.TaskStateCancelled, c.Reason
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
	t := dlc.TaskResponseInfo{DatabaseName: database, DataEngineName: in.DataEngineName, SQL: sql.SQL}
	t = s.startTask(s.emulator.begin("dlc", "CreateTask"), t, 0, 1)
	return &dlc.CreateTaskResponse{TaskID: t.ID, RequestID: r.requestID}, nil
}

func (s *dlcService) createTasks(r *received, in dlc.CreateTasksRequest) (any, error) {
	text, err := base64.StdEncoding.DecodeString(in.Tasks.SQL)
	if err != nil {
		return nil, &refusal{code: "InvalidParameter.InvalidSQL", message: "The SQL is not in base64."}
	}
	statements := slices.DeleteFunc(strings.Split(string(text), ";"), func(sql string) bool { return strings.TrimSpace(sql) == "" })
	c := s.emulator.begin("dlc", "CreateTasks")
	out := &dlc.CreateTasksResponse{BatchID: newUUID(), RequestID: r.requestID}
	for i, sql := range statements {
		t := dlc.TaskResponseInfo{DatabaseName: in.DatabaseName, DataEngineName: in.DataEngineName, SQL: base64.StdEncoding.EncodeToString([]byte(sql))}
		out.TaskIDSet = append(out.TaskIDSet, s.startTask(c, t, i, len(statements)).ID)
	}
	return out, nil
}

// cancelTask cancels a task that has not ended. If that fails, the task succeeds.
func (s *dlcService) cancelTask(r *received, in dlc.CancelTaskRequest) (any, error) {
	row := s.tasks.row(in.TaskID)
	task, ok := row.truth(s.emulator.now())
	switch {
	case !ok:
		return nil, &refusal{code: "InvalidParameter.TaskNotFound", message: "There is no task " + strconv.Quote(in.TaskID) + "."}
	case task.State == dlc.TaskStateSucceeded || task.State < 0:
		return nil, &refusal{code: "InvalidParameter.TaskAlreadyFinished", message: "The task " + in.TaskID + " has ended."}
	}
	c := s.emulator.begin("dlc", "CancelTask")
	during(row, c, c.start, task)
	finish(row, c, endOfTask(canceled(c), task))
	return &dlc.CancelTaskResponse{RequestID: r.requestID}, nil
}

// canceled is how work ends that is canceled by change c: canceled, unless that fails.
func canceled(c change) change {
	c.Fail, c.Cancel = false, !c.Fail
	return c
}

func (s *dlcService) describeTasks(r *received, in dlc.DescribeTasksRequest) (any, error) {
	list := []dlc.TaskResponseInfo{}
	for _, t := range s.tasks.list(s.emulator.now()) {
		fits, err := fitsTaskFilters(t, in.Filters)
		if err != nil {
			return nil, err
		}
		if fits && (in.DataEngineName == "" || in.DataEngineName == t.DataEngineName) {
			list = append(list, t)
		}
	}
	page := offsetPage(list, in.Offset, cmp.Or(in.Limit, dlcPage))
	return &dlc.DescribeTasksResponse{TaskList: page, TotalCount: len(list), RequestID: r.requestID}, nil
}

func fitsTaskFilters(t dlc.TaskResponseInfo, filters []dlc.Filter) (bool, error) {
	for _, f := range filters {
		var fits bool
		switch f.Name {
		case "task-id":
			fits = slices.Contains(f.Values, t.ID)
		case "task-state":
			fits = slices.Contains(f.Values, strconv.Itoa(int(t.State)))
		default:
			return false, noFilter(f.Name)
		}
		if !fits {
			return false, nil
		}
	}
	return true, nil
}

// describeTaskResult has no rows, because no SQL is run.
func (s *dlcService) describeTaskResult(r *received, in dlc.DescribeTaskResultRequest) (any, error) {
	out := &dlc.DescribeTaskResultResponse{RequestID: r.requestID}
	if t, ok := s.tasks.row(in.TaskID).seen(s.emulator.now()); ok {
		out.TaskInfo = &dlc.TaskResultInfo{
			TaskID: t.ID, DatabaseName: t.DatabaseName, SQL: t.SQL, State: t.State, OutputMessage: t.OutputMessage,
			CreateTime: t.CreateTime, Percentage: t.Percentage,
		}
	}
	return out, nil
}

// createSparkAppTask runs a job; the job shows the state of its latest run.
func (s *dlcService) createSparkAppTask(r *received, in dlc.CreateSparkAppTaskRequest) (any, error) {
	row := s.jobs.row(in.JobName)
	job, ok := row.truth(s.emulator.now())
	if !ok {
		return nil, &refusal{code: "InvalidParameter.SparkJobNotFound", message: "There is no job " + strconv.Quote(in.JobName) + "."}
	}
	c := s.emulator.begin("dlc", "CreateSparkAppTask")
	t := s.startTask(c, dlc.TaskResponseInfo{SparkJobID: job.JobID, SparkJobName: job.JobName, CmdArgs: in.CmdArgs}, 0, 1)
	job.CurrentTaskID, job.JobStatus = t.ID, dlc.SparkJobStateRunning
	during(row, c, c.start, job)
	job.JobStatus = dlc.SparkJobState(endOfTask(c, t).State)
	during(row, c, c.end, job)
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
