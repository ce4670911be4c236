package dlc

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// detailOperations read details of what other files keep. What nothing here can know, such as measurements, they leave empty.
func (s *Service) detailOperations() front.Handlers {
	return front.Handlers{
		"GetRayClusterYaml":         front.Handle(s.rayClusterYAML),
		"GetRayClusterPodYaml":      front.Handle(s.rayClusterPodYAML),
		"GetLabYaml":                front.Handle(s.labYAML),
		"GetLabPodYaml":             front.Handle(s.labPodYAML),
		"GetLabServiceUrls":         front.Handle(s.labServiceURLs),
		"GetRayJobYaml":             front.Handle(s.rayJobYAML),
		"GetRayJobPodYaml":          front.Handle(s.rayJobPodYAML),
		"GetModelConfig":            front.Handle(s.modelConfig),
		"GetModelFiles":             front.Handle(s.modelFiles),
		"GetModelReadme":            front.Handle(s.modelReadme),
		"CheckModifyPartition":      front.Handle(s.checkModifyPartition),
		"DescribeFlowList":          front.Handle(s.describeFlows),
		"DescribeFlowDetailList":    front.Handle(s.describeFlowDetails),
		"ReportHeartbeatMetaData":   front.Handle(s.reportHeartbeat),
		"DescribeTaskResourceUsage": front.Handle(s.describeTaskUsage),
		"DescribeTasksCostInfo":     front.Handle(s.describeTaskCosts),
		"QueryTaskCostDetail":       front.Handle(s.queryTaskCosts),
		"QueryDashboardServiceList": front.Handle(s.queryServices),
		"QueryMonitorOverview":      front.Handle(s.queryMonitor),

		"DescribeNotebookSessionStatementSqlResult": front.Handle(s.describeStatementResult),
		"DescribeSparkSessionBatchSQLCost":          front.Handle(s.describeBatchCost),
	}
}

func yamlOf(version, kind, name string) string {
	return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata:\n  name: %q\n  namespace: dlc\n", version, kind, name)
}

// rayYAML returns what a cluster or a lab is in Kubernetes.
func (s *Service) rayYAML(t *world.Table[rayState], id string) (string, error) {
	if _, ok := t.Row(id).Visible(s.world.Now()); !ok {
		return "", s.rayNotFound(t, id)
	}
	return yamlOf("ray.io/v1", "RayCluster", id), nil
}

// podYAML returns what a pod is in Kubernetes, the first one if it has no name.
func podYAML(pods []dlc.ClusterPod, name string) (string, error) {
	i := slices.IndexFunc(pods, func(p dlc.ClusterPod) bool { return name == "" || p.PodName == name })
	if i < 0 {
		return "", refuse("ResourceNotFound", "The pod %q does not exist.", name)
	}
	return yamlOf("v1", "Pod", pods[i].PodName), nil
}

func (s *Service) rayClusterYAML(r *front.Received, in dlc.GetRayClusterYAMLRequest) (any, error) {
	text, err := s.rayYAML(s.rayClusters, in.ID)
	return &dlc.GetRayClusterYAMLResponse{YAML: text, RequestID: r.RequestID}, err
}

func (s *Service) rayClusterPodYAML(r *front.Received, in dlc.GetRayClusterPodYAMLRequest) (any, error) {
	pods, err := s.pods(s.rayClusters, in.ID)
	if err != nil {
		return nil, err
	}
	text, err := podYAML(pods, in.PodName)
	return &dlc.GetRayClusterPodYAMLResponse{YAML: text, RequestID: r.RequestID}, err
}

func (s *Service) labYAML(r *front.Received, in dlc.GetLabYAMLRequest) (any, error) {
	text, err := s.rayYAML(s.labs, in.ID)
	return &dlc.GetLabYAMLResponse{YAML: text, RequestID: r.RequestID}, err
}

func (s *Service) labPodYAML(r *front.Received, in dlc.GetLabPodYAMLRequest) (any, error) {
	pods, err := s.pods(s.labs, in.ID)
	if err != nil {
		return nil, err
	}
	text, err := podYAML(pods, in.PodName)
	return &dlc.GetLabPodYAMLResponse{YAML: text, RequestID: r.RequestID}, err
}

// labServiceURLs shows where the services of a lab are while it runs.
func (s *Service) labServiceURLs(r *front.Received, in dlc.GetLabServiceURLsRequest) (any, error) {
	v, ok := s.labs.Row(in.ID).Visible(s.world.Now())
	if !ok {
		return nil, s.rayNotFound(s.labs, in.ID)
	}
	out := &dlc.GetLabServiceURLsResponse{ServiceURLs: []dlc.KVPair{}, RequestID: r.RequestID}
	if v.Status == dlc.RayClusterStatusRunning {
		out.ServiceURLs = append(out.ServiceURLs, dlc.KVPair{Key: "jupyter", Value: "https://emulator.invalid/labs/" + v.ID})
	}
	return out, nil
}

func (s *Service) rayJobYAML(r *front.Received, in dlc.GetRayJobYAMLRequest) (any, error) {
	v, err := s.rayJob(in.ID)
	return &dlc.GetRayJobYAMLResponse{YAML: yamlOf("ray.io/v1", "RayJob", v.ID), RequestID: r.RequestID}, err
}

func (s *Service) rayJobPodYAML(r *front.Received, in dlc.GetRayJobPodYAMLRequest) (any, error) {
	v, err := s.rayJob(in.ID)
	if err != nil {
		return nil, err
	}
	var pods []dlc.ClusterPod
	if v.Status == dlc.RayJobStatusRunning {
		pods = podsOf(v.ID, v.CreateTime, "submitter")
	}
	text, err := podYAML(pods, in.PodName)
	return &dlc.GetRayJobPodYAMLResponse{YAML: text, RequestID: r.RequestID}, err
}

// modelVersion returns a model with one of its versions, the latest if none is named.
func (s *Service) modelVersion(uid, version string) (dlc.InferenceModelInfo, dlc.ModelVersionInfo, error) {
	v, err := s.model(uid)
	if err != nil {
		return v, dlc.ModelVersionInfo{}, err
	}
	if version == "" {
		version = v.LatestVersion
	}
	found, ok := s.modelVersions.Row(world.KeyOf(uid, version)).Actual(s.world.Now())
	if !ok {
		return v, found, refuse("ResourceNotFound", "The model %q has no version %q.", uid, version)
	}
	return v, found, nil
}

func (s *Service) modelConfig(r *front.Received, in dlc.GetModelConfigRequest) (any, error) {
	v, _, err := s.modelVersion(in.ModelUID, in.ModelVersion)
	return &dlc.GetModelConfigResponse{ModelName: v.Name, ConfigJSON: "{}", RequestID: r.RequestID}, err
}

// modelFiles shows the files that it shows the content of.
func (s *Service) modelFiles(r *front.Received, in dlc.GetModelFilesRequest) (any, error) {
	v, version, err := s.modelVersion(in.ModelUID, in.ModelVersion)
	if err != nil {
		return nil, err
	}
	id, _ := strconv.Atoi(v.ModelID)
	return &dlc.GetModelFilesResponse{ModelID: id, ModelName: v.Name, Files: []dlc.FileNode{
		{Name: "README.md", Type: "file", Size: int64(len(readmeOf(v))), LastModifyTime: version.UpdateTime},
		{Name: "config.json", Type: "file", Size: 2, LastModifyTime: version.UpdateTime},
	}, RequestID: r.RequestID}, nil
}

func readmeOf(v dlc.InferenceModelInfo) string { return "# " + v.Name + "\n\n" + v.Description + "\n" }

func (s *Service) modelReadme(r *front.Received, in dlc.GetModelReadmeRequest) (any, error) {
	v, _, err := s.modelVersion(in.ModelUID, in.ModelVersion)
	return &dlc.GetModelReadmeResponse{
		ModelName: v.Name, Provider: v.Provider, ModelType: v.ModelType, ParameterSize: v.ParameterSize, BuiltIn: v.BuiltIn,
		Readme: readmeOf(v), RequestID: r.RequestID,
	}, err
}

func (s *Service) checkModifyPartition(r *front.Received, in dlc.CheckModifyPartitionRequest) (any, error) {
	_, err := s.resourcePartition(in.PartitionCode)
	return &dlc.CheckModifyPartitionResponse{CanModify: true, RequestID: r.RequestID}, err
}

// describeFlows shows none: partitions are changed at once.
func (s *Service) describeFlows(r *front.Received, in dlc.DescribeFlowListRequest) (any, error) {
	_, err := s.resourcePartition(in.PartitionCode)
	return &dlc.DescribeFlowListResponse{FlowInfoList: []dlc.FlowInfo{}, RequestID: r.RequestID}, err
}

func (s *Service) describeFlowDetails(r *front.Received, in dlc.DescribeFlowDetailListRequest) (any, error) {
	_, err := s.resourcePartition(in.PartitionCode)
	return &dlc.DescribeFlowDetailListResponse{FlowDetailList: []dlc.FlowDetail{}, RequestID: r.RequestID}, err
}

// reportHeartbeat keeps a lock alive, which does not expire anyway.
func (s *Service) reportHeartbeat(r *front.Received, in dlc.ReportHeartbeatMetaDataRequest) (any, error) {
	if in.LockID != nil {
		if _, ok := s.locks.Row(strconv.FormatInt(*in.LockID, 10)).Actual(s.world.Now()); !ok {
			return nil, lockNotFound(*in.LockID)
		}
	}
	return &dlc.ReportHeartbeatMetaDataResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeTaskUsage(r *front.Received, in dlc.DescribeTaskResourceUsageRequest) (any, error) {
	_, err := s.task(in.TaskInstanceID)
	return &dlc.DescribeTaskResourceUsageResponse{CoreInfo: &dlc.CoreInfo{}, RequestID: r.RequestID}, err
}

// costHeadings are the columns of the tables of costs, which the service names in Chinese: ID, type of engine, time of
// submission, time in the engine, name of the engine, user, CU-milliseconds, and how these divide.
var costHeadings = []string{"任务ID", "引擎类型", "提交时间", "引擎耗时", "引擎名称", "用户", "资源消耗", "消耗明细"}

// taskCosts returns a page of what tasks cost, as a table, and what the next page begins after: empty on the last one.
func (s *Service) taskCosts(in dlc.QueryTaskCostDetailRequest) (table, next string, err error) {
	tasks, err := s.queryTasks(taskQuery{engine: in.DataEngineName, from: in.StartTime, to: in.EndTime, filters: in.Filters})
	if err != nil {
		return "", "", err
	}
	from, size := 0, max(in.PageSize, 0)
	if in.SearchAfter != "" {
		from = 1 + slices.IndexFunc(tasks, func(t *dlc.TaskResponseInfo) bool { return t.ID == in.SearchAfter })
	}
	if size == 0 {
		size = pageSize
	}
	rows := [][]string{costHeadings}
	page := world.OffsetPage(tasks, from, size)
	for _, t := range page {
		rows = append(rows, []string{
			t.ID, t.EngineTypeDetail, strconv.FormatInt(t.CreateTime.Time().UnixMilli(), 10), strconv.FormatInt(t.UsedTime, 10),
			t.DataEngineName, t.OperateUIN, "0", "{}",
		})
	}
	if from+len(page) < len(tasks) {
		next = page[len(page)-1].ID
	}
	data, err := json.Marshal(rows)
	return string(data), next, err
}

func (s *Service) describeTaskCosts(r *front.Received, in dlc.DescribeTasksCostInfoRequest) (any, error) {
	data, next, err := s.taskCosts(world.CommonTo[dlc.QueryTaskCostDetailRequest](in))
	return &dlc.DescribeTasksCostInfoResponse{Data: data, SearchAfter: next, RequestID: r.RequestID}, err
}

func (s *Service) queryTaskCosts(r *front.Received, in dlc.QueryTaskCostDetailRequest) (any, error) {
	data, next, err := s.taskCosts(in)
	return &dlc.QueryTaskCostDetailResponse{Data: data, SearchAfter: next, RequestID: r.RequestID}, err
}

// queryServices shows inference services without traffic.
func (s *Service) queryServices(r *front.Received, in dlc.QueryDashboardServiceListRequest) (any, error) {
	shown := func(v *dlc.GetInferenceServiceResponse) dlc.ServiceMetricsItem {
		item := dlc.ServiceMetricsItem{
			ServiceID: v.ServiceID, ServiceName: v.Name, Status: v.Status, ModelName: v.ModelName, ModelIdentifier: v.ModelIdentifier,
			Replicas: &dlc.ReplicaInfo{Desired: 1}, Metrics: &dlc.MetricsData{},
		}
		if v.Status == dlc.InferenceServiceStatusRunning {
			item.Replicas.Available = 1
		}
		return item
	}
	l, err := pageOf(s.inference.List(s.world.Now()), listQuery{
		page: in.Page, size: in.PageSize, filters: in.Filters, sort: in.SortFields,
	}, shown)
	return &dlc.QueryDashboardServiceListResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

// queryMonitor has no values: there is no traffic.
func (s *Service) queryMonitor(r *front.Received, in dlc.QueryMonitorOverviewRequest) (any, error) {
	if _, ok := s.inference.Row(in.ServiceID).Visible(s.world.Now()); !ok {
		return nil, inferenceNotFound(in.ServiceID)
	}
	out := &dlc.QueryMonitorOverviewResponse{Items: []dlc.OverviewItem{}, RequestID: r.RequestID}
	for _, chart := range in.ChartTypes {
		out.Items = append(out.Items, dlc.OverviewItem{ChartType: chart})
	}
	return out, nil
}

// describeStatementResult returns no rows, because no SQL is run.
func (s *Service) describeStatementResult(r *front.Received, in dlc.DescribeNotebookSessionStatementSQLResultRequest) (any, error) {
	_, statement, ok := s.statements.By(s.world.Now(), in.TaskID)
	if ok && statement.State != dlc.NotebookStatementStateAvailable {
		return nil, refuse("ResourceNotFound.ResultOutputPathNotFound", "The task %q has no result: it is %s.", in.TaskID, statement.State)
	}
	if !ok {
		if err := s.requireResult(in.TaskID); err != nil {
			return nil, err
		}
	}
	return &dlc.DescribeNotebookSessionStatementSQLResultResponse{TaskID: in.TaskID, ResultSet: "[]", RequestID: r.RequestID}, nil
}

// describeBatchCost shows the batches that exist. They cost nothing.
func (s *Service) describeBatchCost(r *front.Received, in dlc.DescribeSparkSessionBatchSQLCostRequest) (any, error) {
	out := &dlc.DescribeSparkSessionBatchSQLCostResponse{CostInfo: []dlc.BatchSQLCostInfo{}, RequestID: r.RequestID}
	for _, id := range in.BatchIDs {
		if _, ok := s.batches.Row(id).Visible(s.world.Now()); ok {
			out.CostInfo = append(out.CostInfo, dlc.BatchSQLCostInfo{BatchID: id, Operator: account})
		}
	}
	return out, nil
}
