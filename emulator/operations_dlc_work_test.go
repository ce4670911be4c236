package emulator_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// dlcWork calls the operations of tasks, scripts, Spark jobs, Ray and models.
var dlcWork = map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator){
	"reads of tasks": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		run(t, c, emu, "SELECT 1")
		running := emu.DLC.AddTask(dlc.TaskResponseInfo{DataEngineName: engineName, SQL: dlc.Base64("SELECT 2")})
		list := must(c.DescribeTaskList(ctx, dlc.DescribeTaskListRequest{}))(t)
		require.Len(t, list.TaskList, 2)
		assert.Equal(t, running, list.TaskList[0].ID, "the latest first")
		assert.Equal(t, engine, list.TaskList[0].DataEngineID)
		finished := list.TaskList[1].ID
		found := must(c.DescribeTaskList(ctx, dlc.DescribeTaskListRequest{
			Filters: []dlc.Filter{{Name: "task-sql-keyword", Values: []string{"SELECT 1"}}},
		}))(t)
		require.Len(t, found.TaskList, 1)
		assert.Equal(t, finished, found.TaskList[0].ID)
		detail := must(c.DescribeTaskDetail(ctx, dlc.DescribeTaskDetailRequest{TaskInstanceID: finished}))(t)
		assert.Equal(t, dlc.TaskStateSucceeded, detail.TaskDetail.State)
		assert.Equal(t, finished, must(c.DescribeTaskStatistics(ctx, dlc.DescribeTaskStatisticsRequest{TaskID: finished}))(t).StatisticInfo.TaskID)
		overview := must(c.DescribeTasksOverview(ctx, dlc.DescribeTasksOverviewRequest{}))(t).TasksOverview
		assert.Equal(t, dlc.TasksOverview{TaskRunningCount: 1, TotalTaskCount: 2}, *overview)
		assert.Equal(t, 2, must(c.DescribeTasksAnalysis(ctx, dlc.DescribeTasksAnalysisRequest{}))(t).TotalCount)
		infos := must(c.DescribeTaskMonitorInfos(ctx, dlc.DescribeTaskMonitorInfosRequest{TaskIDList: []string{finished}}))(t)
		assert.Equal(t, "SELECT 1", infos.TaskMonitorInfoList[0].QuerySQL)

		assert.Equal(t, "[]", must(c.QueryResult(ctx, dlc.QueryResultRequest{TaskID: finished}))(t).ResultSet)
		_, err := c.QueryResult(ctx, dlc.QueryResultRequest{TaskID: running})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundResultOutputPathNotFound)
		assert.NotEmpty(t, must(c.DescribeQuery(ctx, dlc.DescribeQueryRequest{TaskID: finished}))(t).DataSet)
		assert.Equal(t, 2, must(c.DescribeMCPTask(ctx, dlc.DescribeMCPTaskRequest{TaskID: finished}))(t).TaskInfo.State)
		assert.Equal(t, finished, must(c.DescribeMCPTaskResult(ctx, dlc.DescribeMCPTaskResultRequest{TaskID: finished}))(t).TaskResult.TaskID)
		_, err = c.DescribeTaskDetail(ctx, dlc.DescribeTaskDetailRequest{TaskInstanceID: "none"})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterTaskNotFound)

		assert.NotEmpty(t, must(c.ListTaskJobLogName(ctx, dlc.ListTaskJobLogNameRequest{TaskID: finished}))(t).Names)
		first := must(c.ListTaskJobLogDetail(ctx, dlc.ListTaskJobLogDetailRequest{
			TaskID: finished, StartTime: 1, EndTime: 1 << 52, Limit: 2, Asc: new(true),
		}))(t)
		require.Len(t, first.Results, 2)
		assert.False(t, first.ListOver)
		rest := must(c.ListTaskJobLogDetail(ctx, dlc.ListTaskJobLogDetailRequest{
			TaskID: finished, StartTime: 1, EndTime: 1 << 52, Limit: 2, Asc: new(true), Context: first.Context,
		}))(t)
		assert.Len(t, rest.Results, 1)
		assert.True(t, rest.ListOver)
	},
	"scripts": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		r := dlc.CreateScriptRequest{ScriptName: "daily", SQLStatement: dlc.Base64("SELECT 1")}
		must(c.CreateScript(ctx, r))(t)
		_, err := c.CreateScript(ctx, r)
		require.ErrorContains(t, err, "already exists")
		other := emu.DLC.AddScript(dlc.Script{ScriptName: "weekly"})
		list := must(c.DescribeScripts(ctx, dlc.DescribeScriptsRequest{
			Filters: []dlc.Filter{{Name: "script-name-keyword", Values: []string{"dai"}}},
		}))(t)
		require.Len(t, list.Scripts, 1)
		assert.Equal(t, r.SQLStatement, list.Scripts[0].SQLStatement)
		assert.Equal(t, 2, must(c.DeleteScript(ctx, dlc.DeleteScriptRequest{
			ScriptIDs: []string{other, list.Scripts[0].ScriptID, "none"},
		}))(t).ScriptsAffected)
		assert.Zero(t, must(c.DescribeScripts(ctx, dlc.DescribeScriptsRequest{}))(t).TotalCount)
	},
	"definitions of Spark jobs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		r := dlc.CreateSparkAppRequest{
			AppName: "etl", AppType: dlc.SparkAppTypeBatch, DataEngine: engineName, AppFile: "cosn://b/etl.jar", RoleARN: 1,
			AppDriverSize: "small", AppExecutorSize: "small", AppExecutorNums: 1, AppConf: "spark.a=b", MaxRetries: new(2),
		}
		id := must(c.CreateSparkApp(ctx, r))(t).SparkAppID
		_, err := c.CreateSparkApp(ctx, r)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterSparkJobNotUnique)
		job := must(c.DescribeSparkAppJob(ctx, dlc.DescribeSparkAppJobRequest{JobID: id}))(t).Job
		assert.Equal(t, "cosn://b/etl.jar", job.JobFile)
		assert.Equal(t, 2, job.JobMaxAttempts)
		m := dlc.ModifySparkAppRequest{
			SparkAppID: id, AppName: "etl-2", AppType: dlc.SparkAppTypeBatch, DataEngine: engineName, AppFile: "cosn://b/etl2.jar", RoleARN: 1,
			AppDriverSize: "small", AppExecutorSize: "small", AppExecutorNums: 2,
		}
		must(c.ModifySparkApp(ctx, m))(t)
		job = must(c.DescribeSparkAppJob(ctx, dlc.DescribeSparkAppJobRequest{JobName: "etl-2"}))(t).Job
		assert.Equal(t, "cosn://b/etl2.jar", job.JobFile)
		assert.Equal(t, "spark.a=b", job.JobConf, "what the request leaves out stays the same")
		must(c.ModifySparkAppBatch(ctx, dlc.ModifySparkAppBatchRequest{SparkAppID: []string{id}, AppExecutorNums: 9}))(t)
		list := must(c.DescribeSparkAppJobs(ctx, dlc.DescribeSparkAppJobsRequest{
			Filters: []dlc.Filter{{Name: "key-word", Values: []string{"etl"}}},
		}))(t)
		require.Len(t, list.SparkAppJobs, 1)
		assert.Equal(t, 9, list.SparkAppJobs[0].JobExecutorNums)
		must(c.CreateSparkAppTask(ctx, dlc.CreateSparkAppTaskRequest{JobName: "etl-2"}))(t)
		emu.Advance(emulator.DefaultChangeTime)
		info := must(c.DescribeJob(ctx, dlc.DescribeJobRequest{JobID: id}))(t)
		assert.Equal(t, int(dlc.TaskStateSucceeded), info.JobStatus)
		assert.Equal(t, 1, must(c.DescribeJobs(ctx, dlc.DescribeJobsRequest{Keyword: "etl"}))(t).TotalCount)

		tdlc := must(c.CreateSparkAppForTDLC(ctx, dlc.CreateSparkAppForTDLCRequest{
			AppName: "other", AppType: dlc.SparkAppTypeBatch, DataEngine: engineName, AppFile: "x", RoleARN: 1, AppDriverSize: "small",
			AppExecutorSize: "small", AppExecutorNums: 1,
		}))(t).SparkAppID
		must(c.ModifySparkAppForTDLC(ctx, dlc.ModifySparkAppForTDLCRequest{
			SparkAppID: tdlc, AppName: "other", AppType: dlc.SparkAppTypeBatch, DataEngine: engineName, AppFile: "y", RoleARN: 1,
			AppDriverSize: "small", AppExecutorSize: "small", AppExecutorNums: 1,
		}))(t)
		must(c.DeleteSparkApp(ctx, dlc.DeleteSparkAppRequest{AppName: "etl-2"}))(t)
		assert.False(t, must(c.DescribeSparkAppJob(ctx, dlc.DescribeSparkAppJobRequest{JobID: id}))(t).IsExists)
		_, err = c.ModifySparkApp(ctx, m)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterSparkJobNotFound)
	},
	"job configurations": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		created := must(c.CreateJobSpec(ctx, dlc.CreateJobSpecRequest{Name: "train", Entrypoint: "python a.py", Queue: "q"}))(t)
		updated := must(c.UpdateJobSpec(ctx, dlc.UpdateJobSpecRequest{SpecID: created.ID, Entrypoint: "python b.py", Description: new("two")}))(t)
		assert.Equal(t, "q", updated.Queue, "what the request leaves out stays the same")
		assert.Greater(t, updated.UpdateTime, created.UpdateTime)
		assert.Equal(t, 7, must(c.UpdateJobSpecPriority(ctx, dlc.UpdateJobSpecPriorityRequest{SpecID: created.ID, Priority: 7}))(t).Priority)
		copied := must(c.CopyJobSpec(ctx, dlc.CopyJobSpecRequest{SpecID: created.ID}))(t)
		assert.Equal(t, "train-copy", copied.Name)
		assert.Equal(t, "false", must(c.CheckResourceName(ctx, dlc.CheckResourceNameRequest{ResourceName: "train"}))(t).IsValid)
		assert.Equal(t, "true", must(c.CheckResourceName(ctx, dlc.CheckResourceNameRequest{ResourceName: "free"}))(t).IsValid)
		list := must(c.ListJobSpecs(ctx, dlc.ListJobSpecsRequest{
			PageSize: 1, Page: 2, SortFields: []dlc.SortField{{Field: "name", Order: "DESC"}},
		}))(t)
		require.Len(t, list.Items, 1)
		assert.Equal(t, "train", list.Items[0].Name)
		assert.Equal(t, 2, list.TotalPages)
		_, err := c.ListJobSpecs(ctx, dlc.ListJobSpecsRequest{Filters: []dlc.Filter{{Name: "color", Values: []string{"red"}}}})
		require.ErrorContains(t, err, "color")

		job := must(c.RunJobSpec(ctx, dlc.RunJobSpecRequest{SpecID: created.ID}))(t)
		_, err = c.DeleteJobSpec(ctx, dlc.DeleteJobSpecRequest{SpecID: created.ID})
		require.ErrorIs(t, err, cloud.ErrConflict, "it has an unfinished job")
		emu.Advance(emulator.DefaultChangeTime)
		assert.Equal(t, 1, must(c.GetJobSpec(ctx, dlc.GetJobSpecRequest{SpecID: created.ID}))(t).JobInstanceCount)
		must(c.DeleteRayJob(ctx, dlc.DeleteRayJobRequest{ID: job.ID}))(t)
		must(c.DeleteJobSpec(ctx, dlc.DeleteJobSpecRequest{SpecID: created.ID}))(t)
		_, err = c.GetJobSpec(ctx, dlc.GetJobSpecRequest{SpecID: created.ID})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"reads of Ray jobs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		cluster := emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{Name: "shared"})
		spec := emu.DLC.AddJobSpec(dlc.GetJobSpecResponse{ClusterID: cluster})
		job := must(c.RunJobSpec(ctx, dlc.RunJobSpecRequest{SpecID: spec}))(t).ID
		emu.Advance(emulator.DefaultChangeTime * 5 / 6)
		assert.Len(t, must(c.GetRayJobPods(ctx, dlc.GetRayJobPodsRequest{ID: job}))(t).Items, 1, "it runs")
		_, err := c.DeleteRayJob(ctx, dlc.DeleteRayJobRequest{ID: job})
		require.ErrorIs(t, err, cloud.ErrConflict)
		emu.Advance(emulator.DefaultChangeTime)
		assert.Empty(t, must(c.GetRayJobPods(ctx, dlc.GetRayJobPodsRequest{ID: job}))(t).Items)
		history := must(c.GetRayJobHistory(ctx, dlc.GetRayJobHistoryRequest{ID: job}))(t).Items
		require.Len(t, history, 3)
		assert.Equal(t, dlc.RayJobStatusRunning, history[2].FromState)
		assert.Equal(t, dlc.RayJobStatusSucceeded, history[2].ToState)
		assert.Equal(t, 3, must(c.GetRayJobEventLog(ctx, dlc.GetRayJobEventLogRequest{ID: job}))(t).TotalCount)
		assert.Equal(t, 3, must(c.UpdateRayJobPriority(ctx, dlc.UpdateRayJobPriorityRequest{ID: job, Priority: 3}))(t).Priority)
		assert.Len(t, must(c.ListRayJobs(ctx, dlc.ListRayJobsRequest{}))(t).Items, 1)
		assert.Len(t, must(c.ListRayClusterJobs(ctx, dlc.ListRayClusterJobsRequest{ClusterID: cluster}))(t).Items, 1)
		_, err = c.ListRayClusterJobs(ctx, dlc.ListRayClusterJobsRequest{ClusterID: "none"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"updates of Ray clusters and labs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		cluster := emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{Name: "shared", Queue: "q"})
		updated := must(c.UpdateRayCluster(ctx, dlc.UpdateRayClusterRequest{ID: cluster, Name: "ours", Description: new("for us")}))(t)
		assert.Equal(t, "q", updated.Queue)
		assert.Equal(t, 5, must(c.ModifyClusterPriority(ctx, dlc.ModifyClusterPriorityRequest{ID: cluster, Priority: 5}))(t).Priority)
		got := must(c.GetRayCluster(ctx, dlc.GetRayClusterRequest{ID: cluster}))(t)
		assert.Equal(t, "ours", got.Name)
		assert.Equal(t, "for us", got.Description)
		assert.Len(t, must(c.GetRayClusterPods(ctx, dlc.GetRayClusterPodsRequest{ID: cluster}))(t).Items, 2)
		must(c.StopRayCluster(ctx, dlc.StopRayClusterRequest{ID: cluster}))(t)
		_, err := c.UpdateRayCluster(ctx, dlc.UpdateRayClusterRequest{ID: cluster, Name: "other"})
		require.ErrorIs(t, err, cloud.ErrConflict, "it is stopping")
		emu.Advance(emulator.DefaultChangeTime)
		history := must(c.GetRayClusterHistory(ctx, dlc.GetRayClusterHistoryRequest{ID: cluster}))(t).Items
		require.Len(t, history, 2)
		assert.Equal(t, dlc.RayClusterStatusStopped, history[1].ToState)
		assert.Empty(t, must(c.GetRayClusterPods(ctx, dlc.GetRayClusterPodsRequest{ID: cluster}))(t).Items)

		lab := emu.DLC.AddLab(dlc.GetLabDetailResponse{Name: "lab"})
		assert.Equal(t, "new", must(c.UpdateLab(ctx, dlc.UpdateLabRequest{Name: "lab", LabImage: "x", Description: new("new")}))(t).Description)
		assert.Equal(t, 4, must(c.ModifyLabPriority(ctx, dlc.ModifyLabPriorityRequest{ID: lab, Priority: 4}))(t).Priority)
		assert.Len(t, must(c.GetLabPods(ctx, dlc.GetLabPodsRequest{ID: lab}))(t).Items, 2)
		must(c.StopLab(ctx, dlc.StopLabRequest{ID: lab}))(t)
		assert.Equal(t, 1, must(c.GetLabHistory(ctx, dlc.GetLabHistoryRequest{ID: lab}))(t).Total)
		_, err = c.UpdateLab(ctx, dlc.UpdateLabRequest{Name: "none", LabImage: "x"})
		require.ErrorIs(t, err, dlc.CodeFailedOperationLabNotFound)
	},
	"resource configurations": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		r := dlc.CreateResourceConfigRequest{Name: "small", Head: &dlc.HeadSpecDTO{PodNum: new(1)}, Worker: []dlc.WorkerSpecDTO{{Name: "w"}}}
		created := must(c.CreateResourceConfig(ctx, r))(t)
		_, err := c.CreateResourceConfig(ctx, r)
		require.ErrorIs(t, err, cloud.ErrConflict)
		must(c.UpdateResourceConfig(ctx, dlc.UpdateResourceConfigRequest{ID: created.ID, Description: new("two")}))(t)
		got := must(c.GetResourceConfig(ctx, dlc.GetResourceConfigRequest{ID: created.ID}))(t)
		assert.Equal(t, "two", got.Description)
		assert.Equal(t, created.Worker, got.Worker)
		assert.Equal(t, 1, must(c.ListResourceConfigs(ctx, dlc.ListResourceConfigsRequest{}))(t).Total)
		must(c.DeleteResourceConfig(ctx, dlc.DeleteResourceConfigRequest{ID: created.ID}))(t)
		_, err = c.GetResourceConfig(ctx, dlc.GetResourceConfigRequest{ID: created.ID})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"cluster groups": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		group := must(c.CreateClusterGroup(ctx, dlc.CreateClusterGroupRequest{Name: "g"}))(t).ID
		_, err := c.CreateClusterGroup(ctx, dlc.CreateClusterGroupRequest{Name: "g"})
		require.ErrorIs(t, err, cloud.ErrConflict)
		assert.Equal(t, "d", must(c.UpdateClusterGroup(ctx, dlc.UpdateClusterGroupRequest{ID: group, Description: new("d")}))(t).Description)
		emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{GroupID: group})
		assert.Equal(t, 1, must(c.DescribeClusterGroupClusters(ctx, dlc.DescribeClusterGroupClustersRequest{ID: group}))(t).Count)
		_, err = c.DeleteClusterGroup(ctx, dlc.DeleteClusterGroupRequest{ID: group})
		require.ErrorIs(t, err, cloud.ErrConflict, "it has a cluster")
		assert.Equal(t, 1, must(c.ListClusterGroups(ctx, dlc.ListClusterGroupsRequest{}))(t).Total)
		assert.True(t, must(c.DeleteClusterGroup(ctx, dlc.DeleteClusterGroupRequest{ID: group, Force: new(true)}))(t).Deleted)
		_, err = c.DescribeClusterGroup(ctx, dlc.DescribeClusterGroupRequest{ID: group})
		require.ErrorIs(t, err, dlc.CodeFailedOperationClusterGroupNotFound)
		assert.True(t, must(c.DescribeClusterGroup(ctx, dlc.DescribeClusterGroupRequest{ID: group, IncludeDeleted: new(true)}))(t).Deleted)
		assert.Zero(t, must(c.ListClusterGroups(ctx, dlc.ListClusterGroupsRequest{}))(t).Total)
	},
	"models": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		model := must(c.CreateInferenceModel(ctx, dlc.CreateInferenceModelRequest{Name: "m", ModelType: "LLM", InitialVersion: "v1"}))(t)
		assert.Equal(t, 1, model.VersionCount)
		_, err := c.CreateInferenceModel(ctx, dlc.CreateInferenceModelRequest{
			Name: "m", ModelType: "LLM", InitialVersion: "v1", ModelUID: model.ModelUID,
		})
		require.ErrorIs(t, err, cloud.ErrConflict)
		must(c.CreateModelVersion(ctx, dlc.CreateModelVersionRequest{ModelUID: model.ModelUID, ModelVersion: "v2"}))(t)
		_, err = c.CreateModelVersion(ctx, dlc.CreateModelVersionRequest{ModelUID: model.ModelUID, ModelVersion: "v2"})
		require.ErrorIs(t, err, cloud.ErrConflict)
		emu.DLC.AddInferenceService(dlc.GetInferenceServiceResponse{ModelUID: model.ModelUID, ModelVersion: "v2"})
		versions := must(c.ListModelVersions(ctx, dlc.ListModelVersionsRequest{ModelUID: model.ModelUID}))(t).Items
		require.Len(t, versions, 2)
		assert.Len(t, versions[1].LinkedServices, 1)
		must(c.UpdateInferenceModel(ctx, dlc.UpdateInferenceModelRequest{ModelUID: model.ModelUID, Description: new("d")}))(t)
		got := must(c.GetInferenceModel(ctx, dlc.GetInferenceModelRequest{ModelUID: model.ModelUID}))(t)
		assert.Equal(t, "v2", got.LatestVersion)
		assert.Equal(t, 1, got.ServiceCount)
		assert.Equal(t, "d", got.Description)
		list := must(c.ListInferenceModels(ctx, dlc.ListInferenceModelsRequest{Filters: []dlc.Filter{{Name: "Name", Values: []string{"m"}}}}))(t)
		assert.Equal(t, 1, list.Total)
		_, err = c.GetInferenceModel(ctx, dlc.GetInferenceModelRequest{ModelUID: "none"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"pages of Ray jobs": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		for i := range 25 {
			emu.DLC.AddRayJob(dlc.GetRayJobResponse{JobName: strconv.Itoa(i), Priority: i})
		}
		page := must(c.ListRayJobs(t.Context(), dlc.ListRayJobsRequest{Page: 2, SortFields: []dlc.SortField{{Field: "Priority", Order: "DESC"}}}))(t)
		require.Len(t, page.Items, 5)
		assert.Equal(t, 4, page.Items[0].Priority)
		assert.Equal(t, 2, page.TotalPages)
	},
}
