package emulator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// operations calls each operation once with the module's clients.
var operations = map[string]func(t *testing.T, c clients){
	"UpdateKxClusterCodeConfiguration": func(t *testing.T, c clients) {
		_, err := c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v2.zip", ""))
		require.NoError(t, err)
	},
	"GetKxCluster": func(t *testing.T, c clients) {
		out, err := c.finspace.GetKxCluster(t.Context(), finspace.GetKxClusterRequest{EnvironmentID: environment, ClusterName: cluster})
		require.NoError(t, err)
		assert.Equal(t, finspace.KxClusterStatusRunning, out.Status)
		assert.Equal(t, "v1.zip", out.Code.S3Key)
	},
	"ListKxClusters": func(t *testing.T, c clients) {
		out, err := c.finspace.ListKxClusters(t.Context(), finspace.ListKxClustersRequest{EnvironmentID: environment})
		require.NoError(t, err)
		require.Len(t, out.KxClusterSummaries, 1)
		assert.Equal(t, cluster, out.KxClusterSummaries[0].ClusterName)
	},
	"Changesets": func(t *testing.T, c clients) {
		out, err := c.finspace.CreateKxChangeset(t.Context(), changeset(""))
		require.NoError(t, err)
		assert.Equal(t, finspace.ChangesetStatusPending, out.Status)
		got, err := c.finspace.GetKxChangeset(t.Context(), finspace.GetKxChangesetRequest{
			EnvironmentID: environment, DatabaseName: database, ChangesetID: out.ChangesetID,
		})
		require.NoError(t, err)
		assert.Equal(t, out.ChangeRequests, got.ChangeRequests)
		list, err := c.finspace.ListKxChangesets(t.Context(), finspace.ListKxChangesetsRequest{
			EnvironmentID: environment, DatabaseName: database,
		})
		require.NoError(t, err)
		require.Len(t, list.KxChangesets, 1)
		assert.Equal(t, out.ChangesetID, list.KxChangesets[0].ChangesetID)
	},
	"UpdateServiceInstance": func(t *testing.T, c clients) {
		out, err := c.proton.UpdateServiceInstance(t.Context(), instanceUpdate("4", ""))
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, out.ServiceInstance.DeploymentStatus)
		assert.NotEqual(t, out.ServiceInstance.LastSucceededDeploymentID, out.ServiceInstance.LastAttemptedDeploymentID)
		canceled, err := c.proton.CancelServiceInstanceDeployment(t.Context(), proton.CancelServiceInstanceDeploymentRequest{
			ServiceInstanceName: instance, ServiceName: serviceName,
		})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusCancelling, canceled.ServiceInstance.DeploymentStatus)
	},
	"GetServiceInstance": func(t *testing.T, c clients) {
		out, err := c.proton.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusSucceeded, out.ServiceInstance.DeploymentStatus)
		assert.Equal(t, out.ServiceInstance.LastSucceededDeploymentID, out.ServiceInstance.LastAttemptedDeploymentID)
	},
	"ListServiceInstances": func(t *testing.T, c clients) {
		out, err := c.proton.ListServiceInstances(t.Context(), proton.ListServiceInstancesRequest{})
		require.NoError(t, err)
		require.Len(t, out.ServiceInstances, 1)
		assert.Equal(t, instance, out.ServiceInstances[0].Name)
	},
	"HotUpdateJob": func(t *testing.T, c clients) {
		out, err := c.flink.HotUpdateJob(t.Context(), flink.HotUpdateJobRequest{JobID: job})
		require.NoError(t, err)
		assert.Equal(t, flink.HotUpdateStatusInit, out.Data.Status.Status)
		assert.Equal(t, out.RequestID, out.Data.Status.RequestID)
		got, err := c.flink.GetHotUpdateJobResult(t.Context(), flink.GetHotUpdateJobResultRequest{JobHotUpdateID: out.Data.JobHotUpdateID})
		require.NoError(t, err)
		assert.Equal(t, job, got.Data.JobID)
	},
	"GetJob": func(t *testing.T, c clients) {
		out, err := c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
		require.NoError(t, err)
		assert.Equal(t, flink.JobStateRunning, out.Data.Status.CurrentJobStatus)
		assert.Equal(t, "orders", out.Data.DeploymentName)
		assert.Equal(t, map[string]any{"state.backend.type": "gemini"}, out.Data.FlinkConf)
	},
	"ListJobs": func(t *testing.T, c clients) {
		out, err := c.flink.ListJobs(t.Context(), flink.ListJobsRequest{DeploymentID: deployment})
		require.NoError(t, err)
		require.Len(t, out.Data, 1)
		assert.Equal(t, 1, out.TotalSize)
	},
	"GetDeployment": func(t *testing.T, c clients) {
		out, err := c.flink.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: deployment})
		require.NoError(t, err)
		assert.Equal(t, "orders", out.Data.Name)
		assert.Equal(t, 1, out.Data.JobSummary.Running)
	},
	"ListDeployments": func(t *testing.T, c clients) {
		out, err := c.flink.ListDeployments(t.Context(), flink.ListDeploymentsRequest{Name: "order", Status: "RUNNING"})
		require.NoError(t, err)
		require.Len(t, out.Data, 1)
		empty, err := c.flink.ListDeployments(t.Context(), flink.ListDeploymentsRequest{Status: "FAILED"})
		require.NoError(t, err)
		assert.Empty(t, empty.Data)
	},
	"UpdateDeployment": func(t *testing.T, c clients) {
		out, err := c.flink.UpdateDeployment(t.Context(), flink.UpdateDeploymentRequest{
			DeploymentID: deployment, Deployment: flink.Deployment{FlinkConf: map[string]any{"parallelism.default": 8}},
		})
		require.NoError(t, err)
		assert.Equal(t, "orders", out.Data.Name, "what the request leaves out stays the same")
		assert.Equal(t, map[string]any{"parallelism.default": int64(8)}, out.Data.FlinkConf)
		assert.True(t, out.Data.DeploymentHasChanged)
	},
	"SwitchDataEngineImage": func(t *testing.T, c clients) {
		out, err := c.dlc.SwitchDataEngineImage(t.Context(),
			dlc.SwitchDataEngineImageRequest{DataEngineID: engine, NewImageVersionID: newImage})
		require.NoError(t, err)
		assert.NotEmpty(t, out.RequestID)
	},
	"DescribeDataEngine": func(t *testing.T, c clients) {
		out, err := c.dlc.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: engineName})
		require.NoError(t, err)
		assert.Equal(t, engine, out.DataEngine.DataEngineID)
		assert.Equal(t, dlc.DataEngineStateRunning, out.DataEngine.State)
	},
	"DescribeDataEngines": func(t *testing.T, c clients) {
		out, err := c.dlc.DescribeDataEngines(t.Context(), dlc.DescribeDataEnginesRequest{
			Filters: []dlc.Filter{{Name: "engine-id", Values: []string{engine}}},
		})
		require.NoError(t, err)
		require.Len(t, out.DataEngines, 1)
		assert.Equal(t, 1, out.TotalCount)
		native, err := c.dlc.DescribeDataEngines(t.Context(), dlc.DescribeDataEnginesRequest{EngineGeneration: "Native"})
		require.NoError(t, err)
		assert.Empty(t, native.DataEngines, "engines of one generation are listed at a time")
	},
	"DescribeDataEngineImageVersions": func(t *testing.T, c clients) {
		out, err := c.dlc.DescribeDataEngineImageVersions(t.Context(), dlc.DescribeDataEngineImageVersionsRequest{EngineType: "SparkSQL"})
		require.NoError(t, err)
		require.Len(t, out.ImageParentVersions, 2)
		assert.Equal(t, 2, out.Total)
	},
	"CheckDataEngineImageCanBeUpgrade": func(t *testing.T, c clients) {
		out, err := c.dlc.CheckDataEngineImageCanBeUpgrade(t.Context(), dlc.CheckDataEngineImageCanBeUpgradeRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.True(t, out.IsUpgrade)
		assert.Equal(t, "child-2", out.ChildImageVersionID)
	},
}

func codeUpdate(s3Key, token string) finspace.UpdateKxClusterCodeConfigurationRequest {
	return finspace.UpdateKxClusterCodeConfigurationRequest{
		EnvironmentID: environment, ClusterName: cluster, ClientToken: token,
		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: s3Key},
	}
}

func changeset(token string) finspace.CreateKxChangesetRequest {
	return finspace.CreateKxChangesetRequest{
		EnvironmentID: environment, DatabaseName: database, ClientToken: token,
		ChangeRequests: []finspace.ChangeRequest{
			{ChangeType: finspace.ChangeTypePut, S3Path: "s3://bucket/db/2026.01.02/", DBPath: "/2026.01.02/"},
		},
	}
}

func instanceUpdate(minor, token string) proton.UpdateServiceInstanceRequest {
	return proton.UpdateServiceInstanceRequest{
		Name: instance, ServiceName: serviceName, DeploymentType: proton.DeploymentUpdateTypeMinorVersion,
		Spec: "proton: ServiceSpec\nreplicas: 3\n", TemplateMinorVersion: minor, ClientToken: token,
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	for name, f := range operations {
		t.Run(name+"/loopback", func(t *testing.T) {
			t.Parallel()
			emu := start(t, emulator.WithStaleReads(0))
			f(t, clientsOf(t, withoutRetries(emu)))
		})
		t.Run(name+"/in process", func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				f(t, clientsOf(t, withoutRetries(emu)))
			}, emulator.WithStaleReads(0))
		})
	}
}
