package dlc_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

func TestStatesHaveTheirNumbers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		want int
		got  any
	}{
		{-2, dlc.DataEngineDeleted}, {-1, dlc.DataEngineFailed}, {0, dlc.DataEngineInitializing}, {1, dlc.DataEngineSuspended},
		{2, dlc.DataEngineRunning}, {8, dlc.DataEngineIsolated},
		{-3, dlc.TaskCancelled}, {-1, dlc.TaskFailed}, {0, dlc.TaskInitializing}, {1, dlc.TaskRunning}, {2, dlc.TaskSucceeded},
		{3, dlc.TaskWritingData}, {4, dlc.TaskQueued},
		{-5, dlc.SparkJobExpired}, {-3, dlc.SparkJobDeleted}, {-1, dlc.SparkJobFailed}, {2, dlc.SparkJobSucceeded},
		// The same numbers, but for what they mean.
		{0, dlc.SparkBatchSQLRunning}, {1, dlc.SparkBatchSQLSucceeded}, {2, dlc.SparkBatchSQLFailed}, {3, dlc.SparkBatchSQLCancelled},
		{4, dlc.SparkBatchSQLTimedOut},
		{-1, dlc.ResourceGroupDeleted}, {0, dlc.ResourceGroupStarting}, {2, dlc.ResourceGroupRunning}, {3, dlc.ResourceGroupPaused},
		{4, dlc.ResourceGroupPausing}, {7, dlc.ResourceGroupSwitchingEngine}, {8, dlc.ResourceGroupReconfiguring},
		{9, dlc.ResourceGroupRestarting}, {10, dlc.ResourceGroupResizing}, {11, dlc.ResourceGroupIsolated},
		{12, dlc.ResourceGroupDelivering}, {13, dlc.ResourceGroupIsolating},
		{-3, dlc.DatasourceDeleting}, {-2, dlc.DatasourceFailed}, {-1, dlc.DatasourceDeleted}, {0, dlc.DatasourceInitializing}, {1, dlc.DatasourceReady},
		{0, dlc.ConnectivityUntested}, {1, dlc.ConnectivityReached}, {2, dlc.ConnectivityFailed},
		{0, dlc.NetworkConnectionInitializing}, {1, dlc.NetworkConnectionReady},
		{-1, dlc.EngineNetworkDeleted}, {0, dlc.EngineNetworkInitializing}, {2, dlc.EngineNetworkAvailable},
		{11, dlc.PartitionProvisioning}, {1, dlc.PartitionRunning}, {2, dlc.PartitionIsolating}, {3, dlc.PartitionDestroyed},
		{1, dlc.ImageVersionInitializing}, {2, dlc.ImageVersionOnline}, {3, dlc.ImageVersionOffline},
		{0, dlc.MaskStrategyDeleted}, {1, dlc.MaskStrategyInEffect},
		{1, dlc.SparkAppBatch}, {2, dlc.SparkAppStreaming}, {4, dlc.SparkAppSQL},
	}
	for _, tt := range tests {
		assert.EqualValues(t, tt.want, tt.got)
	}
}

// TestStatesAreComplete compares with the facts that were gathered of the states.
func TestStatesAreComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "facts", "tencent-states.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the facts are not here")
	}
	require.NoError(t, err)
	var facts map[string]struct{ Values any }
	require.NoError(t, json.Unmarshal(text, &facts))
	types := map[string]any{
		"DataEngineInfo.State":                               dlc.DataEngineState(0),
		"StandardEngineResourceGroupInfo.ResourceGroupState": dlc.ResourceGroupState(0),
		"TaskResponseInfo.State":                             dlc.TaskState(0),
		"SparkJobInfo.JobStatus":                             dlc.SparkJobState(0),
		"DescribeSparkSessionBatchSQLResponse.State":         dlc.SparkBatchSQLState(0),
		"NotebookSession.State":                              dlc.NotebookSessionState(""),
		"NotebookSessionStatementInfo.State":                 dlc.NotebookStatementState(""),
		"DescribeResultDownloadResponse.Status":              dlc.DownloadStatus(""),
		"LakeFsInfo.Status":                                  dlc.LakeFSStatus(""),
		"LockState":                                          dlc.LockState(""),
		"DatasourceConnectionInfo.State":                     dlc.DatasourceState(0),
		"DatasourceConnectionInfo.ConnectivityState":         dlc.ConnectivityState(0),
		"EngineNetworkInfo.EngineNetworkState":               dlc.EngineNetworkState(0),
		"PartitionInfo.Status":                               dlc.PartitionState(0),
		"DataEngineImageVersion.State":                       dlc.ImageVersionState(0),
		"DataMaskStrategy.State":                             dlc.MaskStrategyState(0),
		"SparkSessionInfo.State":                             dlc.SparkSessionState(""),
		"InferenceServiceInfo.Status":                        dlc.InferenceServiceStatus(""),
		"RayCluster/Lab.Status":                              dlc.RayClusterStatus(""),
		"RayJob.Status":                                      dlc.RayJobStatus(""),
		"RegionInfo.Status":                                  dlc.RegionStatus(""),
	}
	plain := []string{"NetworkConnection.State", "FlowInfo.Status"} // a frozen number, and one that nobody documents
	for name, fact := range facts {
		kind, ok := types[name]
		if !ok {
			assert.Contains(t, plain, name)
			continue
		}
		assert.ElementsMatch(t, texts(fact.Values), texts(valuesOf(kind)), name)
	}
	assert.Len(t, facts, len(types)+len(plain))
}

func valuesOf(kind any) any {
	return reflect.ValueOf(kind).MethodByName("Values").Call(nil)[0].Interface()
}

// texts returns the values of a slice, or the keys of a map, as they are written in JSON.
func texts(values any) []string {
	var out []string
	switch v := reflect.ValueOf(values); v.Kind() {
	case reflect.Map:
		for _, key := range v.MapKeys() {
			out = append(out, key.String())
		}
	default:
		for i := range v.Len() {
			text, _ := json.Marshal(v.Index(i).Interface())
			out = append(out, string(slices.DeleteFunc(text, func(c byte) bool { return c == '"' })))
		}
	}
	return out
}
