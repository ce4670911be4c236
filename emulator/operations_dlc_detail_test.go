package emulator_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// dlcDetail calls the operations that read details of what others keep, and those of the configuration of engines,
// connections and the optimizer.
var dlcDetail = map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator){
	"Kubernetes objects": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		cluster := emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{Name: "ray", Status: dlc.RayClusterStatusRunning})
		lab := emu.DLC.AddLab(dlc.GetLabDetailResponse{Name: "lab", Status: dlc.RayClusterStatusRunning})
		job := emu.DLC.AddRayJob(dlc.GetRayJobResponse{JobName: "train", Status: dlc.RayJobStatusRunning})
		assert.Contains(t, must(c.GetRayClusterYAML(ctx, dlc.GetRayClusterYAMLRequest{ID: cluster}))(t).YAML, cluster)
		assert.Contains(t, must(c.GetLabYAML(ctx, dlc.GetLabYAMLRequest{ID: lab}))(t).YAML, lab)
		assert.Contains(t, must(c.GetRayJobYAML(ctx, dlc.GetRayJobYAMLRequest{ID: job}))(t).YAML, "kind: RayJob")

		pods := must(c.GetRayClusterPods(ctx, dlc.GetRayClusterPodsRequest{ID: cluster}))(t).Items
		require.NotEmpty(t, pods)
		name := pods[len(pods)-1].PodName
		assert.Contains(t, must(c.GetRayClusterPodYAML(ctx, dlc.GetRayClusterPodYAMLRequest{ID: cluster, PodName: name}))(t).YAML, name)
		assert.Contains(t, must(c.GetLabPodYAML(ctx, dlc.GetLabPodYAMLRequest{ID: lab}))(t).YAML, "kind: Pod")
		assert.Contains(t, must(c.GetRayJobPodYAML(ctx, dlc.GetRayJobPodYAMLRequest{ID: job}))(t).YAML, "submitter")
		_, err := c.GetRayClusterPodYAML(ctx, dlc.GetRayClusterPodYAMLRequest{ID: cluster, PodName: "none"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.GetLabYAML(ctx, dlc.GetLabYAMLRequest{ID: "none"})
		require.ErrorIs(t, err, cloud.ErrNotFound)

		urls := must(c.GetLabServiceURLs(ctx, dlc.GetLabServiceURLsRequest{ID: lab}))(t).ServiceURLs
		require.Len(t, urls, 1)
		assert.Contains(t, urls[0].Value, lab)
	},
	"files of models": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		uid := must(c.CreateInferenceModel(ctx, dlc.CreateInferenceModelRequest{
			Name: "chat", ModelType: "LLM", InitialVersion: "v1", Description: "talks",
		}))(t).ModelUID
		assert.Equal(t, "chat", must(c.GetModelConfig(ctx, dlc.GetModelConfigRequest{ModelUID: uid}))(t).ModelName)
		readme := must(c.GetModelReadme(ctx, dlc.GetModelReadmeRequest{ModelUID: uid, ModelVersion: "v1"}))(t).Readme
		assert.Contains(t, readme, "talks")
		files := must(c.GetModelFiles(ctx, dlc.GetModelFilesRequest{ModelUID: uid}))(t).Files
		require.Len(t, files, 2)
		assert.EqualValues(t, len(readme), files[0].Size)
		_, err := c.GetModelFiles(ctx, dlc.GetModelFilesRequest{ModelUID: uid, ModelVersion: "v2"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"changes of partitions": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		_, err := c.CheckModifyPartition(ctx, dlc.CheckModifyPartitionRequest{
			PartitionCode: "none", TargetResourceQuotaList: []dlc.ResourceQuota{{Quota: new(64)}},
		})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundPartition)
		must(c.CreatePartition(ctx, dlc.CreatePartitionRequest{
			ActionType: "purchase", PayMode: 1, ResourceQuotaList: []dlc.ResourceQuota{{Quota: new(32)}}, TimeSpan: 1, TimeUnit: "m", Name: "gpu",
		}))(t)
		code := must(c.DescribePartitions(ctx, dlc.DescribePartitionsRequest{}))(t).Partitions[0].PartitionCode
		assert.True(t, must(c.CheckModifyPartition(ctx, dlc.CheckModifyPartitionRequest{
			PartitionCode: code, TargetResourceQuotaList: []dlc.ResourceQuota{{Quota: new(64)}},
		}))(t).CanModify)
		assert.Empty(t, must(c.DescribeFlowList(ctx, dlc.DescribeFlowListRequest{PartitionCode: code}))(t).FlowInfoList)
		assert.Empty(t, must(c.DescribeFlowDetailList(ctx, dlc.DescribeFlowDetailListRequest{PartitionCode: code}))(t).FlowDetailList)
	},
	"heartbeats of locks": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		lock := must(c.LockMetaData(ctx, dlc.LockMetaDataRequest{LockComponentList: []dlc.LockComponentInfo{{DBName: "sales"}}}))(t).LockID
		must(c.ReportHeartbeatMetaData(ctx, dlc.ReportHeartbeatMetaDataRequest{LockID: new(lock)}))(t)
		_, err := c.ReportHeartbeatMetaData(ctx, dlc.ReportHeartbeatMetaDataRequest{LockID: new(lock + 1)})
		require.ErrorContains(t, err, "does not exist")
	},
	"costs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		first := emu.DLC.AddTask(dlc.TaskResponseInfo{DataEngineName: engineName})
		emu.DLC.AddTask(dlc.TaskResponseInfo{DataEngineName: engineName})
		must(c.DescribeTaskResourceUsage(ctx, dlc.DescribeTaskResourceUsageRequest{TaskInstanceID: first}))(t)
		_, err := c.DescribeTaskResourceUsage(ctx, dlc.DescribeTaskResourceUsageRequest{TaskInstanceID: "none"})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterTaskNotFound)

		rows := func(data string) (table [][]string) {
			require.NoError(t, json.Unmarshal([]byte(data), &table))
			return table
		}
		all := must(c.DescribeTasksCostInfo(ctx, dlc.DescribeTasksCostInfoRequest{DataEngineName: engineName}))(t)
		assert.Len(t, rows(all.Data), 3, "one row has the headings")
		assert.Empty(t, all.SearchAfter)
		page := must(c.QueryTaskCostDetail(ctx, dlc.QueryTaskCostDetailRequest{PageSize: 1}))(t)
		assert.Len(t, rows(page.Data), 2)
		rest := must(c.QueryTaskCostDetail(ctx, dlc.QueryTaskCostDetailRequest{PageSize: 1, SearchAfter: page.SearchAfter}))(t)
		assert.NotEqual(t, rows(page.Data)[1][0], rows(rest.Data)[1][0])
		assert.Empty(t, rest.SearchAfter)

		batch := emu.DLC.AddSparkSessionBatchSQL("batch-1", dlc.DescribeSparkSessionBatchSQLResponse{})
		costs := must(c.DescribeSparkSessionBatchSQLCost(ctx, dlc.DescribeSparkSessionBatchSQLCostRequest{BatchIDs: []string{batch, "none"}}))(t)
		require.Len(t, costs.CostInfo, 1)
		assert.Equal(t, batch, costs.CostInfo[0].BatchID)
	},
	"results of statements": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		session := emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{DataEngineName: engineName})
		emu.DLC.AddNotebookSessionStatement(session, dlc.NotebookSessionStatementInfo{
			TaskID: "task-1", State: dlc.NotebookStatementStateAvailable,
		})
		emu.DLC.AddNotebookSessionStatement(session, dlc.NotebookSessionStatementInfo{
			TaskID: "task-2", State: dlc.NotebookStatementStateRunning,
		})
		request := dlc.DescribeNotebookSessionStatementSQLResultRequest{TaskID: "task-1"}
		assert.Equal(t, "[]", must(c.DescribeNotebookSessionStatementSQLResult(ctx, request))(t).ResultSet)
		request.TaskID = "task-2"
		_, err := c.DescribeNotebookSessionStatementSQLResult(ctx, request)
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundResultOutputPathNotFound)
	},
	"use of inference services": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		id := emu.DLC.AddInferenceService(dlc.GetInferenceServiceResponse{Name: "chat"})
		emu.DLC.AddInferenceService(dlc.GetInferenceServiceResponse{Name: "search"})
		page := must(c.QueryDashboardServiceList(ctx, dlc.QueryDashboardServiceListRequest{Page: 1, PageSize: 1}))(t)
		assert.Len(t, page.Items, 1)
		assert.Equal(t, 2, page.Total)
		charts := must(c.QueryMonitorOverview(ctx, dlc.QueryMonitorOverviewRequest{ServiceID: id, ChartTypes: []string{"QPS"}}))(t).Items
		require.Len(t, charts, 1)
		assert.Equal(t, "QPS", charts[0].ChartType)
		_, err := c.QueryMonitorOverview(ctx, dlc.QueryMonitorOverviewRequest{ServiceID: "none", ChartTypes: []string{"QPS"}})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"policies of the optimizer": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		scope := dlc.SmartPolicy{BaseInfo: &dlc.SmartPolicyBaseInfo{UIN: "1", Catalog: "DataLakeCatalog", Database: "sales"}}
		set := scope
		set.Policy = &dlc.SmartOptimizerPolicy{Inherit: "none"}
		must(c.SetOptimizerPolicy(ctx, dlc.SetOptimizerPolicyRequest{SmartPolicy: set}))(t)
		for range 2 { // an engine is added once
			must(c.AddOptimizerEngines(ctx, dlc.AddOptimizerEnginesRequest{
				Catalog: "DataLakeCatalog", Database: "sales", Engines: []dlc.OptimizerEngineInfo{{HouseID: engine, HouseName: engineName}},
			}))(t)
		}
		got := must(c.GetOptimizerPolicy(ctx, dlc.GetOptimizerPolicyRequest{SmartPolicy: scope}))(t).SmartOptimizerPolicy
		assert.Equal(t, "none", got.Inherit)
		require.Len(t, got.Resources, 1)
		assert.Equal(t, engineName, got.Resources[0].Name)
		scope.BaseInfo = &dlc.SmartPolicyBaseInfo{UIN: "1", Catalog: "DataLakeCatalog", Database: "other"}
		assert.Empty(t, must(c.GetOptimizerPolicy(ctx, dlc.GetOptimizerPolicyRequest{SmartPolicy: scope}))(t).SmartOptimizerPolicy.Resources)
	},
	"connections of engines": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		r := dlc.AssociateDatasourceHouseRequest{
			DatasourceConnectionName: "orders", DatasourceConnectionType: "Mysql", DataEngineNames: []string{engineName}, NetworkConnectionType: 2,
		}
		must(c.AssociateDatasourceHouse(ctx, r))(t)
		_, err := c.AssociateDatasourceHouse(ctx, r)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateDatasourceName)
		must(c.UpdateNetworkConnection(ctx, dlc.UpdateNetworkConnectionRequest{
			NetworkConnectionName: "orders", NetworkConnectionDesc: new("to the shop"),
		}))(t)
		list := must(c.DescribeNetworkConnections(ctx, dlc.DescribeNetworkConnectionsRequest{}))(t).NetworkConnectionSet
		require.Len(t, list, 1)
		assert.Equal(t, []string{"to the shop", engine}, []string{list[0].NetworkConnectionDesc, list[0].HouseID})
		must(c.UnboundDatasourceHouse(ctx, dlc.UnboundDatasourceHouseRequest{NetworkConnectionName: "orders"}))(t)
		_, err = c.UnboundDatasourceHouse(ctx, dlc.UnboundDatasourceHouseRequest{NetworkConnectionName: "orders"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"configuration of engines": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		pairs := []dlc.DataEngineConfigPair{{ConfigItem: "spark.sql.shuffle.partitions", ConfigValue: "8"}}
		must(c.UpdateUserDataEngineConfig(ctx, dlc.UpdateUserDataEngineConfigRequest{DataEngineID: engine, DataEngineConfigPairs: pairs}))(t)
		configs := must(c.DescribeUserDataEngineConfig(ctx, dlc.DescribeUserDataEngineConfigRequest{
			Filters: []dlc.Filter{{Name: "engine-id", Values: []string{engine}}},
		}))(t).DataEngineConfigInstanceInfos
		require.Len(t, configs, 1)
		assert.Equal(t, pairs, configs[0].DataEngineConfigPairs)
		update := dlc.UpdateDataEngineConfigRequest{
			DataEngineIDs: []string{engine}, DataEngineConfigCommand: dlc.DataEngineConfigCommandUpdateResultPath,
			CustomResultPath: new("cosn://results/"),
		}
		must(c.UpdateDataEngineConfig(ctx, update))(t)
		update.DataEngineIDs = []string{"none"}
		_, err := c.UpdateDataEngineConfig(ctx, update)
		require.ErrorIs(t, err, cloud.ErrNotFound)

		must(c.ModifyDataEngineDescription(ctx, dlc.ModifyDataEngineDescriptionRequest{DataEngineName: engineName, Message: "for reports"}))(t)
		must(c.SwitchDataEngine(ctx, dlc.SwitchDataEngineRequest{DataEngineName: engineName, StartStandbyCluster: true}))(t)
		must(c.RenewDataEngine(ctx, dlc.RenewDataEngineRequest{DataEngineName: engineName, TimeSpan: 2, RenewFlag: new(1)}))(t)
		got := must(c.DescribeDataEngine(ctx, dlc.DescribeDataEngineRequest{DataEngineName: engineName}))(t).DataEngine
		assert.Equal(t, "for reports", got.Message)
		assert.True(t, got.StartStandbyCluster)
		assert.Equal(t, 1, got.RenewFlag)
		assert.True(t, got.ExpireTime.Time().After(time.Now().AddDate(0, 1, 0)), got.ExpireTime)
	},
	"size and use of engines": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		id := emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "sized", Size: 64})
		assert.Equal(t, 64, must(c.DescribeEngineUsageInfo(ctx, dlc.DescribeEngineUsageInfoRequest{DataEngineID: id}))(t).Total)
		assert.NotEmpty(t, must(c.DescribeEngineNodeSpec(ctx, dlc.DescribeEngineNodeSpecRequest{DataEngineName: "sized"}))(t).DriverSpec)
		_, err := c.DescribeEngineNodeSpec(ctx, dlc.DescribeEngineNodeSpecRequest{DataEngineName: "none"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		must(c.DescribeDataEngineSessionParameters(ctx, dlc.DescribeDataEngineSessionParametersRequest{DataEngineID: id}))(t)
		must(c.DescribeClusterMonitorInfos(ctx, dlc.DescribeClusterMonitorInfosRequest{DataEngineID: id}))(t)
		session := emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{DataEngineName: "sized", ExecutorNumbers: 3})
		usage := must(c.DescribeResourceGroupUsageInfo(ctx, dlc.DescribeResourceGroupUsageInfoRequest{SessionID: session}))(t)
		assert.Equal(t, []int{64, 3, 61}, []int{usage.Total, usage.Used, usage.Available})
	},
}
