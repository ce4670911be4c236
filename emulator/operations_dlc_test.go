package emulator_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// dlcOperations calls every operation of DLC that changes something, and the reads that follow it.
var dlcOperations = map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator){
	"CreateDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		r := dlc.CreateDataEngineRequest{DataEngineName: "sql", EngineType: "spark", ClusterType: "spark_cu", Mode: 1}
		out, err := c.CreateDataEngine(t.Context(), r)
		require.NoError(t, err)
		got, err := c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: "sql"})
		require.NoError(t, err)
		assert.Equal(t, out.DataEngineID, got.DataEngine.DataEngineID)
		assert.Equal(t, dlc.DataEngineInitializing, got.DataEngine.State)
		_, err = c.CreateDataEngine(t.Context(), r)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateDataEngineName)
	},
	"SuspendResumeDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		out, err := c.SuspendResumeDataEngine(t.Context(), dlc.SuspendResumeDataEngineRequest{DataEngineName: engineName, Operate: dlc.DataEngineSuspend})
		require.NoError(t, err)
		assert.Equal(t, engineName, out.DataEngineName)
		assert.Equal(t, dlc.DataEngineSuspending, stateOfEngine(t, c))
		_, err = c.SuspendResumeDataEngine(t.Context(), dlc.SuspendResumeDataEngineRequest{DataEngineName: engineName, Operate: dlc.DataEngineResume})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundDataEngineNotActivity)
	},
	"RestartDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		_, err := c.RestartDataEngine(t.Context(), dlc.RestartDataEngineRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStarting, stateOfEngine(t, c))
	},
	"UpdateDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		_, err := c.UpdateDataEngine(t.Context(), dlc.UpdateDataEngineRequest{DataEngineName: engineName, Size: 32, MinClusters: 1, MaxClusters: 1})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineResizing, stateOfEngine(t, c))
	},
	"DeleteDataEngine": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		_, err := c.DeleteDataEngine(t.Context(), dlc.DeleteDataEngineRequest{DataEngineNames: []string{engineName, "another"}})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundDataEngineNotFound)
		assert.Equal(t, dlc.DataEngineRunning, stateOfEngine(t, c), "all or none")
		_, err = c.DeleteDataEngine(t.Context(), dlc.DeleteDataEngineRequest{DataEngineNames: []string{engineName}})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineDeleting, stateOfEngine(t, c))
	},
	"UpgradeDataEngineImage": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		_, err := c.RollbackDataEngineImage(t.Context(), dlc.RollbackDataEngineImageRequest{DataEngineID: engine})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDataEngineImageOperateNotMatch, "there is nothing before the first")
		_, err = c.UpgradeDataEngineImage(t.Context(), dlc.UpgradeDataEngineImageRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStarting, stateOfEngine(t, c))
		emu.Advance(emulator.DefaultChangeTime)
		_, err = c.UpgradeDataEngineImage(t.Context(), dlc.UpgradeDataEngineImageRequest{DataEngineID: engine})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDataEngineImageOperateNotMatch, "there is nothing after the last")
	},
	"RollbackDataEngineImage": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		emu.AddDataEngine(dlc.DataEngineInfo{DataEngineID: engine, DataEngineName: engineName, ImageVersionID: oldImage, ChildImageVersionID: "child-2"})
		_, err := c.RollbackDataEngineImage(t.Context(), dlc.RollbackDataEngineImageRequest{DataEngineID: engine})
		require.NoError(t, err)
		assert.Equal(t, dlc.DataEngineStarting, stateOfEngine(t, c))
	},
}

func stateOfEngine(t *testing.T, c *dlc.Client) dlc.DataEngineState {
	out, err := c.DescribeDataEngine(t.Context(), dlc.DescribeDataEngineRequest{DataEngineName: engineName})
	require.NoError(t, err)
	return out.DataEngine.State
}

func TestDLCOperations(t *testing.T) {
	t.Parallel()
	for name, f := range dlcOperations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				f(t, clientsOf(t, once(emu)).dlc, emu)
			}, emulator.WithStaleReads(0))
		})
	}
}
