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

func TestDLCEngineConfigs(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	c := clientsOf(t, withoutRetries(emu)).dlc
	_, err := c.UpdateUserDataEngineConfig(t.Context(), dlc.UpdateUserDataEngineConfigRequest{DataEngineID: "gone"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.UpdateUserDataEngineConfig(t.Context(), dlc.UpdateUserDataEngineConfigRequest{
		DataEngineID: engine, DataEngineConfigPairs: []dlc.DataEngineConfigPair{{ConfigItem: "spark.x", ConfigValue: "1"}},
	})
	require.NoError(t, err)
	_, err = c.UpdateUserDataEngineConfig(t.Context(), dlc.UpdateUserDataEngineConfigRequest{
		DataEngineID: engine, SessionResourceTemplate: &dlc.SessionResourceTemplate{DriverSize: "small"},
	})
	require.NoError(t, err)
	out, err := c.DescribeUserDataEngineConfig(t.Context(), dlc.DescribeUserDataEngineConfigRequest{
		Filters: []dlc.Filter{{Name: "engine-id", Values: []string{engine}}},
	})
	require.NoError(t, err)
	require.Len(t, out.DataEngineConfigInstanceInfos, 1)
	assert.Equal(t, "spark.x", out.DataEngineConfigInstanceInfos[0].DataEngineConfigPairs[0].ConfigItem, "what the request leaves out stays")
	assert.Equal(t, "small", out.DataEngineConfigInstanceInfos[0].SessionResourceTemplate.DriverSize)
	_, err = c.DescribeUserDataEngineConfig(t.Context(), dlc.DescribeUserDataEngineConfigRequest{
		Filters: []dlc.Filter{{Name: "color", Values: []string{"red"}}},
	})
	require.Error(t, err)
}

func TestDLCEngineAmendments(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	c := clientsOf(t, withoutRetries(emu)).dlc
	_, err := c.SwitchDataEngineImage(t.Context(), dlc.SwitchDataEngineImageRequest{DataEngineID: engine, NewImageVersionID: newImage})
	require.NoError(t, err)
	_, err = c.ModifyDataEngineDescription(t.Context(), dlc.ModifyDataEngineDescriptionRequest{DataEngineName: engineName, Message: "nightly"})
	require.NoError(t, err)
	_, err = c.RenewDataEngine(t.Context(), dlc.RenewDataEngineRequest{DataEngineName: engineName, TimeSpan: 2, RenewFlag: new(1)})
	require.NoError(t, err)
	_, err = c.SwitchDataEngine(t.Context(), dlc.SwitchDataEngineRequest{DataEngineName: engineName, StartStandbyCluster: true})
	require.NoError(t, err)
	emu.Advance(24 * time.Hour)
	out, err := c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: engineName})
	require.NoError(t, err)
	assert.Equal(t, newImage, out.DataEngine.ImageVersionID, "the change under way goes on")
	assert.Equal(t, "nightly", out.DataEngine.Message)
	assert.Equal(t, 1, out.DataEngine.RenewFlag)
	assert.NotEmpty(t, out.DataEngine.ExpireTime)
	assert.True(t, out.DataEngine.StartStandbyCluster)
	usage, err := c.DescribeEngineUsageInfo(t.Context(), dlc.DescribeEngineUsageInfoRequest{DataEngineID: engine})
	require.NoError(t, err)
	assert.Equal(t, out.DataEngine.Size, usage.Total)
	_, err = c.ModifyDataEngineDescription(t.Context(), dlc.ModifyDataEngineDescriptionRequest{DataEngineName: "gone", Message: "x"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

func TestDLCOptimizerPolicies(t *testing.T) {
	t.Parallel()
	c := clientsOf(t, withoutRetries(start(t))).dlc
	policy := dlc.SmartPolicy{
		BaseInfo: &dlc.SmartPolicyBaseInfo{UIN: "1", PolicyType: "DATABASE", Catalog: "DataLakeCatalog", Database: "sales"},
		Policy:   &dlc.SmartOptimizerPolicy{Index: &dlc.SmartOptimizerIndexPolicy{IndexEnable: "enable"}},
	}
	_, err := c.SetOptimizerPolicy(t.Context(), dlc.SetOptimizerPolicyRequest{SmartPolicy: policy})
	require.NoError(t, err)
	for range 2 {
		_, err = c.AddOptimizerEngines(t.Context(), dlc.AddOptimizerEnginesRequest{
			Catalog: "DataLakeCatalog", Database: "sales", Engines: []dlc.OptimizerEngineInfo{{HouseName: engineName, HouseID: engine}},
		})
		require.NoError(t, err)
	}
	got, err := c.GetOptimizerPolicy(t.Context(), dlc.GetOptimizerPolicyRequest{SmartPolicy: dlc.SmartPolicy{BaseInfo: policy.BaseInfo}})
	require.NoError(t, err)
	assert.Equal(t, "enable", got.SmartOptimizerPolicy.Index.IndexEnable)
	require.Len(t, got.SmartOptimizerPolicy.Resources, 1)
	assert.Equal(t, engineName, got.SmartOptimizerPolicy.Resources[0].Name)
	_, err = c.AddOptimizerEngines(t.Context(), dlc.AddOptimizerEnginesRequest{
		Catalog: "DataLakeCatalog", Engines: []dlc.OptimizerEngineInfo{{HouseName: "gone", HouseID: "gone"}},
	})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

func TestDLCNetworkConnections(t *testing.T) {
	t.Parallel()
	c := clientsOf(t, withoutRetries(start(t))).dlc
	associate := dlc.AssociateDatasourceHouseRequest{
		DatasourceConnectionName: "mysql", DatasourceConnectionType: "Mysql", DataEngineNames: []string{engineName}, NetworkConnectionType: 2,
	}
	_, err := c.AssociateDatasourceHouse(t.Context(), associate)
	require.NoError(t, err)
	_, err = c.AssociateDatasourceHouse(t.Context(), associate)
	require.ErrorContains(t, err, "already exists")
	_, err = c.UpdateNetworkConnection(t.Context(), dlc.UpdateNetworkConnectionRequest{NetworkConnectionName: "mysql", NetworkConnectionDesc: new("reports")})
	require.NoError(t, err)
	list, err := c.DescribeNetworkConnections(t.Context(), dlc.DescribeNetworkConnectionsRequest{DataEngineName: engineName})
	require.NoError(t, err)
	require.Len(t, list.NetworkConnectionSet, 1)
	assert.Equal(t, "reports", list.NetworkConnectionSet[0].NetworkConnectionDesc)
	_, err = c.UnboundDatasourceHouse(t.Context(), dlc.UnboundDatasourceHouseRequest{NetworkConnectionName: "mysql"})
	require.NoError(t, err)
	_, err = c.UnboundDatasourceHouse(t.Context(), dlc.UnboundDatasourceHouseRequest{NetworkConnectionName: "mysql"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

// TestDLCDetails checks that details agree with the resources that they are of.
func TestDLCDetails(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithStaleReads(0))
	c := clientsOf(t, withoutRetries(emu)).dlc
	ray := emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{Name: "ray"})
	pods, err := c.GetRayClusterPods(t.Context(), dlc.GetRayClusterPodsRequest{ID: ray})
	require.NoError(t, err)
	out, err := c.GetRayClusterPodYAML(t.Context(), dlc.GetRayClusterPodYAMLRequest{ID: ray, PodName: pods.Items[1].PodName})
	require.NoError(t, err)
	assert.Contains(t, out.YAML, pods.Items[1].PodName)
	_, err = c.GetRayClusterPodYAML(t.Context(), dlc.GetRayClusterPodYAMLRequest{ID: ray, PodName: "gone"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.GetLabYAML(t.Context(), dlc.GetLabYAMLRequest{ID: ray})
	require.ErrorIs(t, err, cloud.ErrNotFound, "it is no lab")

	for _, name := range []string{"a", "b", "c"} {
		emu.DLC.AddTask(dlc.TaskResponseInfo{ID: name, DataEngineName: "costly"})
	}
	var ids []string
	in := dlc.QueryTaskCostDetailRequest{DataEngineName: "costly", PageSize: 2}
	for range 2 {
		page, err := c.QueryTaskCostDetail(t.Context(), in)
		require.NoError(t, err)
		var rows [][]string
		require.NoError(t, json.Unmarshal([]byte(page.Data), &rows))
		for _, row := range rows[1:] {
			ids = append(ids, row[0])
		}
		in.SearchAfter = page.SearchAfter
	}
	assert.Equal(t, []string{"c", "b", "a"}, ids)
	assert.Empty(t, in.SearchAfter)
}
