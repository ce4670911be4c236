package emulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

func TestClusterTypes(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.FinSpace.AddKxCluster(environment, finspace.GetKxClusterResponse{ClusterName: "rdb", ClusterType: finspace.KxClusterTypeRDB})
	c := clientsOf(t, withoutRetries(emu))
	out, err := c.finspace.ListKxClusters(t.Context(), finspace.ListKxClustersRequest{
		EnvironmentID: environment, ClusterType: finspace.KxClusterTypeRDB,
	})
	require.NoError(t, err)
	require.Len(t, out.KxClusterSummaries, 1)
	assert.Equal(t, "rdb", out.KxClusterSummaries[0].ClusterName)
}

func TestInstanceFilters(t *testing.T) {
	t.Parallel()
	emu := start(t)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i, name := range []string{"a", "b", "c"} {
		at := day.AddDate(0, 0, i)
		emu.Proton.AddServiceInstance(proton.ServiceInstance{
			ServiceName: "service-" + name, Name: name, EnvironmentName: "environment-" + name, TemplateName: "template-" + name,
			CreatedAt: at, LastDeploymentAttemptedAt: day.AddDate(0, 0, -i),
			DeploymentStatus: []proton.DeploymentStatus{"SUCCEEDED", "FAILED", "CANCELLED"}[i],
		})
	}
	noon := day.AddDate(0, 0, 1).Format(time.RFC3339) // when b was created
	before := day.AddDate(0, 0, -1).Format(time.RFC3339)
	tests := []struct {
		key   proton.ListServiceInstancesFilterBy
		value string
		want  []string
	}{
		{proton.ListServiceInstancesFilterByName, "b", []string{"b"}},
		{proton.ListServiceInstancesFilterByServiceName, "service-b", []string{"b"}},
		{proton.ListServiceInstancesFilterByEnvironmentName, "environment-b", []string{"b"}},
		{proton.ListServiceInstancesFilterByTemplateName, "template-b", []string{"b"}},
		{proton.ListServiceInstancesFilterByDeploymentStatus, "FAILED", []string{"b"}},
		{proton.ListServiceInstancesFilterByCreatedAtBefore, noon, []string{"a"}},
		{proton.ListServiceInstancesFilterByCreatedAtAfter, noon, []string{"c", instance}},
		{proton.ListServiceInstancesFilterByLastDeploymentAttemptedAtBefore, before, []string{"c"}},
		{proton.ListServiceInstancesFilterByLastDeploymentAttemptedAtAfter, before, []string{"a", instance}},
	}
	c := clientsOf(t, withoutRetries(emu))
	for _, tt := range tests {
		names := namesOf(t, c, proton.ListServiceInstancesRequest{
			Filters: []proton.ListServiceInstancesFilter{{Key: tt.key, Value: &tt.value}},
		})
		assert.ElementsMatch(t, tt.want, names, tt.key)
	}
	_, err := c.proton.ListServiceInstances(t.Context(), proton.ListServiceInstancesRequest{Filters: []proton.ListServiceInstancesFilter{
		{Key: proton.ListServiceInstancesFilterByDeployedTemplateVersionStatus, Value: new("CURRENT")},
	}})
	require.ErrorIs(t, err, proton.CodeValidationException)

	orders := map[proton.ListServiceInstancesSortBy][]string{
		proton.ListServiceInstancesSortByName:                      {"a", "b", "c", instance},
		proton.ListServiceInstancesSortByServiceName:               {"a", "b", "c", instance},
		proton.ListServiceInstancesSortByEnvironmentName:           {instance, "a", "b", "c"},
		proton.ListServiceInstancesSortByTemplateName:              {instance, "a", "b", "c"},
		proton.ListServiceInstancesSortByCreatedAt:                 {"a", "b", "c", instance},
		proton.ListServiceInstancesSortByLastDeploymentAttemptedAt: {"c", "b", "a", instance},
		proton.ListServiceInstancesSortByDeploymentStatus:          {"c", "b", instance, "a"},
	}
	for by, want := range orders {
		assert.Equal(t, want, namesOf(t, c, proton.ListServiceInstancesRequest{SortBy: by}), by)
	}
}

func namesOf(t *testing.T, c clients, r proton.ListServiceInstancesRequest) []string {
	t.Helper()
	out, err := c.proton.ListServiceInstances(t.Context(), r)
	require.NoError(t, err)
	var names []string
	for _, i := range out.ServiceInstances {
		names = append(names, i.Name)
	}
	return names
}

func TestVersions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		request      proton.UpdateServiceInstanceRequest
		major, minor string
	}{
		{"current version", proton.UpdateServiceInstanceRequest{
			DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "a: b",
		}, "2", "3"},
		{"minor version", proton.UpdateServiceInstanceRequest{
			DeploymentType: proton.DeploymentUpdateTypeMinorVersion, TemplateMinorVersion: "9",
		}, "2", "9"},
		{"no minor version named", proton.UpdateServiceInstanceRequest{DeploymentType: proton.DeploymentUpdateTypeMinorVersion}, "2", "3"},
		{"major version", proton.UpdateServiceInstanceRequest{
			DeploymentType: proton.DeploymentUpdateTypeMajorVersion, TemplateMajorVersion: "10",
		}, "10", "0"},
		{"both versions", proton.UpdateServiceInstanceRequest{
			DeploymentType: proton.DeploymentUpdateTypeMajorVersion, TemplateMajorVersion: "3", TemplateMinorVersion: "1",
		}, "3", "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			emu := start(t)
			c := clientsOf(t, withoutRetries(emu))
			tt.request.Name, tt.request.ServiceName = instance, serviceName
			_, err := c.proton.UpdateServiceInstance(t.Context(), tt.request)
			require.NoError(t, err)
			emu.Advance(time.Hour)
			out, err := c.proton.GetServiceInstance(t.Context(), proton.GetServiceInstanceRequest{Name: instance, ServiceName: serviceName})
			require.NoError(t, err)
			assert.Equal(t, tt.major, out.ServiceInstance.TemplateMajorVersion)
			assert.Equal(t, tt.minor, out.ServiceInstance.TemplateMinorVersion)
		})
	}
}

func TestDeploymentFilters(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{
		Name: "payments", Creator: "anna", Modifier: "bert", ExecutionMode: flink.ExecutionModeBatch,
		Labels: map[string]any{"env": "prod", "tier": 1}, CreatedAt: "2000000000",
	})
	tests := []struct {
		name    string
		request flink.ListDeploymentsRequest
		want    []string
	}{
		{"all", flink.ListDeploymentsRequest{}, []string{"orders", "payments"}},
		{"newest first", flink.ListDeploymentsRequest{SortName: "gmt_create"}, []string{"payments", "orders"}},
		{"part of the name", flink.ListDeploymentsRequest{Name: "pay"}, []string{"payments"}},
		{"mode", flink.ListDeploymentsRequest{ExecutionMode: flink.ExecutionModeBatch}, []string{"payments"}},
		{"creator", flink.ListDeploymentsRequest{Creator: "anna"}, []string{"payments"}},
		{"modifier", flink.ListDeploymentsRequest{Modifier: "anna"}, nil},
		{"label", flink.ListDeploymentsRequest{LabelKey: "env"}, []string{"payments"}},
		{"label with values", flink.ListDeploymentsRequest{LabelKey: "tier", LabelValueArray: "0,1"}, []string{"payments"}},
		{"label with another value", flink.ListDeploymentsRequest{LabelKey: "env", LabelValueArray: "test"}, nil},
		{"past the end", flink.ListDeploymentsRequest{PageIndex: 7}, nil},
	}
	c := clientsOf(t, withoutRetries(emu))
	for _, tt := range tests {
		out, err := c.flink.ListDeployments(t.Context(), tt.request)
		require.NoError(t, err, tt.name)
		var names []string
		for _, d := range out.Data {
			names = append(names, d.Name)
		}
		assert.Equal(t, tt.want, names, tt.name)
	}
}

func TestSortedJobs(t *testing.T) {
	t.Parallel()
	emu := start(t)
	for _, at := range []string{"1700000002", "1700000003", "1700000001"} {
		emu.Flink.AddJob(workspace, namespace, flink.Job{DeploymentID: "sorted", JobID: at, CreatedAt: cloud.TimeString(at)})
	}
	c := clientsOf(t, withoutRetries(emu))
	list := func(order string) []string {
		out, err := c.flink.ListJobs(t.Context(), flink.ListJobsRequest{DeploymentID: "sorted", SortName: "gmt_create", SortOrder: order})
		require.NoError(t, err)
		var ids []string
		for _, j := range out.Data {
			ids = append(ids, j.JobID)
		}
		return ids
	}
	assert.Equal(t, []string{"1700000001", "1700000002", "1700000003"}, list("ASC"))
	assert.Equal(t, []string{"1700000003", "1700000002", "1700000001"}, list("DESC"))
}

func TestEngineFilters(t *testing.T) {
	t.Parallel()
	emu := start(t)
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{
		DataEngineID: "DataEngine-b", DataEngineName: "b", EngineType: "presto", EngineTypeDetail: "PrestoSQL", ClusterType: "presto_cu",
		State: dlc.DataEngineStateSuspended, Mode: 2, Message: "resting", EngineNetworkID: "network", CreateTime: 1,
		NetworkConnectionSet: []dlc.NetworkConnection{{DatasourceConnectionName: "vpc"}}, Permissions: []string{"USE"},
	})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "gateway", EngineType: "kyuubi"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "batch", EngineExecType: "BATCH"})
	emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineName: "gone", State: dlc.DataEngineStateDeleted})
	filter := func(name, value string) dlc.DescribeDataEnginesRequest {
		return dlc.DescribeDataEnginesRequest{Filters: []dlc.Filter{{Name: name, Values: []string{value}}}}
	}
	tests := []struct {
		name    string
		request dlc.DescribeDataEnginesRequest
		want    []string
	}{
		{"all", dlc.DescribeDataEnginesRequest{}, []string{"b", engineName}},
		{"newest first", dlc.DescribeDataEnginesRequest{SortBy: "create-time", Sorting: "desc"}, []string{engineName, "b"}},
		{"offset", dlc.DescribeDataEnginesRequest{Offset: 1}, []string{engineName}},
		{"gateways", dlc.DescribeDataEnginesRequest{EngineType: "kyuubi"}, []string{"gateway"}},
		{"batch", dlc.DescribeDataEnginesRequest{EngineExecType: "BATCH"}, []string{"batch"}},
		{"detail", dlc.DescribeDataEnginesRequest{EngineTypeDetail: "PrestoSQL"}, []string{"b"}},
		{"network", dlc.DescribeDataEnginesRequest{DatasourceConnectionNameSet: []string{"vpc"}}, []string{"b"}},
		{"permission", dlc.DescribeDataEnginesRequest{AccessTypes: []string{"DELETE"}}, []string{engineName}},
		{"by name", filter("data-engine-name", "b"), []string{"b"}},
		{"by type", filter("engine-type", "presto"), []string{"b"}},
		{"by state", filter("state", "1"), []string{"b"}},
		{"by mode", filter("mode", "2"), []string{"b"}},
		{"by time", filter("create-time", "1"), []string{"b"}},
		{"by message", filter("message", "resting"), []string{"b"}},
		{"by cluster", filter("cluster-type", "presto_cu"), []string{"b"}},
		{"by execution", filter("engine-exec-type", "SQL"), []string{"b", engineName}},
		{"by network", filter("engine-network-id", "network"), []string{"b"}},
		{"by key word", filter("key-word", "rest"), []string{"b"}},
		{"by another ID", filter("engine-id", "another"), nil},
	}
	c := clientsOf(t, withoutRetries(emu))
	for _, tt := range tests {
		out, err := c.dlc.DescribeDataEngines(t.Context(), tt.request)
		require.NoError(t, err, tt.name)
		var names []string
		for _, e := range out.DataEngines {
			names = append(names, e.DataEngineName)
		}
		assert.Equal(t, tt.want, names, tt.name)
	}
	_, err := c.dlc.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: "gone"})
	require.ErrorIs(t, err, dlc.CodeResourceNotFoundDataEngineNotFound)
}

func TestImages(t *testing.T) {
	t.Parallel()
	emu := start(t)
	for i, at := range []cloud.TimeString{"2026-01-02 00:00:00", "2026-01-03 00:00:00", "2026-01-01 00:00:00"} {
		emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{
			ImageVersionID: string(at)[:10], EngineType: "PrestoSQL", InsertTime: at, UpdateTime: []cloud.TimeString{"3", "1", "2"}[i],
		})
	}
	c := clientsOf(t, withoutRetries(emu))
	list := func(sort string, asc *bool) []string {
		out, err := c.dlc.DescribeDataEngineImageVersions(t.Context(),
			dlc.DescribeDataEngineImageVersionsRequest{EngineType: "PrestoSQL", Sort: sort, Asc: asc})
		require.NoError(t, err)
		var ids []string
		for _, i := range out.ImageParentVersions {
			ids = append(ids, i.ImageVersionID)
		}
		return ids
	}
	assert.Equal(t, []string{"2026-01-03", "2026-01-02", "2026-01-01"}, list("", nil))
	assert.Equal(t, []string{"2026-01-01", "2026-01-02", "2026-01-03"}, list("InsertTime", new(true)))
	assert.Equal(t, []string{"2026-01-02", "2026-01-01", "2026-01-03"}, list("UpdateTime", new(false)))
}
