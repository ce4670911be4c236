package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) taskReadOperations() front.Handlers {
	return front.Handlers{
		"DescribeTaskList":         front.Handle(s.describeTaskList),
		"DescribeTaskDetail":       front.Handle(s.describeTaskDetail),
		"ListTaskJobLogDetail":     front.Handle(s.listTaskJobLogDetail),
		"ListTaskJobLogName":       front.Handle(s.listTaskJobLogName),
		"DescribeJob":              front.Handle(s.describeJob),
		"DescribeJobs":             front.Handle(s.describeJobs),
		"DescribeTasksOverview":    front.Handle(s.describeTasksOverview),
		"DescribeTasksAnalysis":    front.Handle(s.describeTasksAnalysis),
		"DescribeTaskMonitorInfos": front.Handle(s.describeTaskMonitorInfos),
		"DescribeTaskStatistics":   front.Handle(s.describeTaskStatistics),
		"QueryResult":              front.Handle(s.queryResult),
		"DescribeQuery":            front.Handle(s.describeQuery),
		"DescribeMCPTask":          front.Handle(s.describeMCPTask),
		"DescribeMCPTaskResult":    front.Handle(s.describeMCPTaskResult),
	}
}

// task returns a task that reads show.
func (s *Service) task(id string) (dlc.TaskResponseInfo, error) {
	t, ok := s.tasks.Row(id).Visible(s.world.Now())
	if !ok {
		return t, refuse("InvalidParameter.TaskNotFound", "The task %q does not exist.", id)
	}
	return t, nil
}

// A taskQuery asks for tasks of a period.
type taskQuery struct {
	engine, group, from, to string
	filters                 []dlc.Filter
	sorting                 dlc.Sorting
}

// queryTasks returns tasks, the latest first unless asked otherwise.
func (s *Service) queryTasks(q taskQuery) ([]*dlc.TaskResponseInfo, error) {
	list, err := filtered(s.tasks.List(s.world.Now()), q.filters, filterFields[*dlc.TaskResponseInfo]{
		"task-id":          func(t *dlc.TaskResponseInfo, value string) bool { return t.ID == value },
		"task-state":       func(t *dlc.TaskResponseInfo, value string) bool { return strconv.Itoa(int(t.State)) == value },
		"task-operator":    func(t *dlc.TaskResponseInfo, value string) bool { return t.OperateUIN == value },
		"task-kind":        func(t *dlc.TaskResponseInfo, value string) bool { return t.TaskType == value },
		"task-sql-keyword": func(t *dlc.TaskResponseInfo, value string) bool { return strings.Contains(decoded(t.SQL), value) },
	})
	if err != nil {
		return nil, err
	}
	from, to := cloud.TimeString(q.from).Time(), cloud.TimeString(q.to).Time()
	list = slices.DeleteFunc(list, func(t *dlc.TaskResponseInfo) bool {
		created := t.CreateTime.Time()
		return !world.MatchesName(q.engine, t.DataEngineName) || !world.MatchesName(q.group, t.ResourceGroupName) ||
			q.from != "" && created.Before(from) || q.to != "" && created.After(to)
	})
	return descending(list, q.sorting != dlc.SortingAscending), nil
}

// detail returns a task with all that the service knows of it.
func (s *Service) detail(t dlc.TaskResponseInfo) dlc.TaskFullRespInfo {
	v := world.CommonTo[dlc.TaskFullRespInfo](t)
	v.CreatorUIN, v.OperateUIN = account, cmp.Or(v.OperateUIN, account)
	if _, d, ok := s.engines.By(s.world.Now(), t.DataEngineName); ok {
		v.DataEngineID, v.EngineType, v.EngineTypeDetail = d.DataEngineID, d.EngineType, cmp.Or(v.EngineTypeDetail, d.EngineTypeDetail)
	}
	if g, ok := s.groups.Row(t.ResourceGroupName).Visible(s.world.Now()); ok {
		v.ResourceGroupID = g.EngineResourceGroupID
	}
	return v
}

func (s *Service) describeTaskList(r *front.Received, in dlc.DescribeTaskListRequest) (any, error) {
	query := in
	query.Offset, query.Limit = 0, 0
	list, err := world.Select(s.tasks, s.world.Now(), &query, func() (*world.Sorted[*dlc.TaskResponseInfo], error) {
		list, err := s.queryTasks(taskQuery{in.DataEngineName, in.ResourceGroupName, in.StartTime, in.EndTime, in.Filters, in.Sorting})
		return world.Sort(list, nil), err
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeTaskListResponse{TotalCount: list.Len(), RequestID: r.RequestID}
	for _, t := range page {
		out.TaskList = append(out.TaskList, s.detail(*t))
	}
	return out, nil
}

func (s *Service) describeTaskDetail(r *front.Received, in dlc.DescribeTaskDetailRequest) (any, error) {
	t, err := s.task(in.TaskInstanceID)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeTaskDetailResponse{TaskDetail: new(s.detail(t)), RequestID: r.RequestID}, nil
}

func (s *Service) listTaskJobLogDetail(r *front.Received, in dlc.ListTaskJobLogDetailRequest) (any, error) {
	if _, err := s.task(in.TaskID); err != nil {
		return nil, err
	}
	page, next, err := s.logPage(logQuery{in.TaskID, in.Context, in.StartTime, in.EndTime, in.Limit, in.Asc})
	if err != nil {
		return nil, err
	}
	return &dlc.ListTaskJobLogDetailResponse{Context: next, ListOver: next == "", Results: page, RequestID: r.RequestID}, nil
}

func (s *Service) listTaskJobLogName(r *front.Received, in dlc.ListTaskJobLogNameRequest) (any, error) {
	if _, err := s.task(in.TaskID); err != nil {
		return nil, err
	}
	return &dlc.ListTaskJobLogNameResponse{Names: []string{"driver"}, RequestID: r.RequestID}, nil
}

// statistics returns the figures of a task.
func statistics(t dlc.TaskResponseInfo) *dlc.StatisticInfo {
	created := cloud.Milliseconds(t.CreateTime.Time())
	return &dlc.StatisticInfo{
		TaskID: t.ID, TotalProcessedBytes: t.DataAmount, UsedTime: t.UsedTime, TotalTime: t.TotalTime, CreateTime: created,
		StartTime: created,
	}
}

// describeJob shows the Spark job of an ID or a name, and the figures of its latest run.
func (s *Service) describeJob(r *front.Received, in dlc.DescribeJobRequest) (any, error) {
	j, ok := s.jobShown(in.JobID, "")
	if !ok {
		j, ok = s.jobShown("", in.JobID)
	}
	if !ok {
		return nil, refuse("InvalidParameter.JobNotFound", "The job %q does not exist.", in.JobID)
	}
	v := s.jobInfo(j)
	return &dlc.DescribeJobResponse{
		JobName: v.JobName, StatisticInfo: v.StatisticInfo, JobConfiguration: v.JobConfiguration, JobStatus: int(v.JobStatus),
		RequestID: r.RequestID,
	}, nil
}

func (s *Service) jobInfo(j dlc.SparkJobInfo) dlc.JobResponseInfo {
	v := dlc.JobResponseInfo{
		JobName: j.JobName, JobConfiguration: j.JobConf, JobStatus: dlc.TaskState(j.JobStatus), StatisticInfo: &dlc.StatisticInfo{},
	}
	if t, err := s.task(j.CurrentTaskID); err == nil {
		v.StatisticInfo = statistics(t)
	}
	return v
}

func (s *Service) describeJobs(r *front.Received, in dlc.DescribeJobsRequest) (any, error) {
	query := in
	query.Offset, query.Limit = 0, 0
	list, err := world.Select(s.jobs, s.world.Now(), &query, func() (*world.Sorted[*dlc.SparkJobInfo], error) {
		list := slices.DeleteFunc(s.jobs.List(s.world.Now()), func(j *dlc.SparkJobInfo) bool {
			return !strings.Contains(j.JobName, in.Keyword)
		})
		return world.Sort(descending(list, in.Asc != nil && !*in.Asc), nil), nil
	})
	if err != nil {
		return nil, err
	}
	page, err := sortedPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	shown := world.ShownAs(page, func(j *dlc.SparkJobInfo) dlc.JobResponseInfo { return s.jobInfo(*j) })
	return &dlc.DescribeJobsResponse{JobList: shown, TotalCount: list.Len(), RequestID: r.RequestID}, nil
}

func (s *Service) describeTasksOverview(r *front.Received, in dlc.DescribeTasksOverviewRequest) (any, error) {
	list, err := s.queryTasks(taskQuery{engine: in.DataEngineName, from: in.StartTime, to: in.EndTime, filters: in.Filters})
	if err != nil {
		return nil, err
	}
	out := &dlc.TasksOverview{TotalTaskCount: len(list)}
	for _, t := range list {
		switch t.State {
		case dlc.TaskStateInitializing:
			out.TaskInitCount++
		case dlc.TaskStateRunning:
			out.TaskRunningCount++
		case dlc.TaskStateQueued:
			out.TaskQueuedCount++
		}
	}
	return &dlc.DescribeTasksOverviewResponse{TasksOverview: out, RequestID: r.RequestID}, nil
}

func (s *Service) describeTasksAnalysis(r *front.Received, in dlc.DescribeTasksAnalysisRequest) (any, error) {
	list, err := s.queryTasks(taskQuery{
		engine: in.DataEngineName, from: in.StartTime, to: in.EndTime, filters: in.Filters, sorting: in.Sorting,
	})
	if err != nil {
		return nil, err
	}
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeTasksAnalysisResponse{TotalCount: len(list), RequestID: r.RequestID}
	for _, t := range page {
		out.TaskList = append(out.TaskList, dlc.AnalysisTaskResults{
			ID: t.ID, State: t.State, SQL: t.SQL, DataEngineName: t.DataEngineName, JobTimeSum: t.JobTimeSum, InputBytesSum: t.DataAmount,
			InstanceStartTime: cloud.Milliseconds(t.CreateTime.Time()),
		})
	}
	return out, nil
}

func (s *Service) describeTaskMonitorInfos(r *front.Received, in dlc.DescribeTaskMonitorInfosRequest) (any, error) {
	list, err := s.queryTasks(taskQuery{engine: in.HouseName, from: in.CreateTimeStart, to: in.CreateTimeEnd})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(t *dlc.TaskResponseInfo) bool {
		return len(in.TaskIDList) > 0 && !slices.Contains(in.TaskIDList, t.ID)
	})
	page, err := offsetPage(list, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeTaskMonitorInfosResponse{TotalCount: len(list), RequestID: r.RequestID}
	for _, t := range page {
		out.TaskMonitorInfoList = append(out.TaskMonitorInfoList, dlc.TaskMonitorInfo{
			TaskID: t.ID, HouseName: t.DataEngineName, QuerySQL: decoded(t.SQL), CreateTime: beijingTime(t.CreateTime.Time()),
			UsedTime: strconv.FormatInt(t.UsedTime, 10), DataAmount: strconv.FormatInt(t.DataAmount, 10), QueryStats: "{}",
		})
	}
	return out, nil
}

func (s *Service) describeTaskStatistics(r *front.Received, in dlc.DescribeTaskStatisticsRequest) (any, error) {
	t, err := s.task(in.TaskID)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeTaskStatisticsResponse{StatisticInfo: statistics(t), RequestID: r.RequestID}, nil
}

// requireResult returns a refusal unless the result of a task can be read.
func (s *Service) requireResult(id string) error {
	t, err := s.task(id)
	if err == nil && t.State != dlc.TaskStateSucceeded {
		err = refuse("ResourceNotFound.ResultOutputPathNotFound", "The task %q has no result: it is %s.", id, t.State)
	}
	return err
}

// queryResult returns no rows, because no SQL is run.
func (s *Service) queryResult(r *front.Received, in dlc.QueryResultRequest) (any, error) {
	if err := s.requireResult(in.TaskID); err != nil {
		return nil, err
	}
	return &dlc.QueryResultResponse{TaskID: in.TaskID, ResultSet: "[]", RequestID: r.RequestID}, nil
}

func (s *Service) describeQuery(r *front.Received, in dlc.DescribeQueryRequest) (any, error) {
	t, err := s.task(in.TaskID)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeQueryResponse{TaskID: t.ID, SQL: t.SQL, SQLType: t.SQLType, State: t.State, RequestID: r.RequestID}
	if t.State == dlc.TaskStateSucceeded {
		out.DataSet = `{"Schema":[],"Data":[]}`
	}
	return out, nil
}

func (s *Service) describeMCPTask(r *front.Received, in dlc.DescribeMCPTaskRequest) (any, error) {
	t, err := s.task(in.TaskID)
	if err != nil {
		return nil, err
	}
	v := world.CommonTo[dlc.MCPTaskInfo](s.detail(t))
	v.Progress = t.Percentage
	return &dlc.DescribeMCPTaskResponse{TaskInfo: &v, RequestID: r.RequestID}, nil
}

func (s *Service) describeMCPTaskResult(r *front.Received, in dlc.DescribeMCPTaskResultRequest) (any, error) {
	t, err := s.task(in.TaskID)
	if err != nil {
		return nil, err
	}
	v := world.CommonTo[dlc.MCPTaskResultInfo](t)
	v.TaskID, v.ResultSet = t.ID, "[]"
	return &dlc.DescribeMCPTaskResultResponse{TaskResult: &v, RequestID: r.RequestID}, nil
}
