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
		{-2, dlc.DataEngineStateDeleted}, {-1, dlc.DataEngineStateFailed}, {0, dlc.DataEngineStateInitializing}, {1, dlc.DataEngineStateSuspended},
		{2, dlc.DataEngineStateRunning}, {8, dlc.DataEngineStateIsolated},
		{-3, dlc.TaskStateCanceled}, {-1, dlc.TaskStateFailed}, {0, dlc.TaskStateInitializing}, {1, dlc.TaskStateRunning}, {2, dlc.TaskStateSucceeded},
		{3, dlc.TaskStateWritingData}, {4, dlc.TaskStateQueued},
		{-5, dlc.SparkJobStateExpired}, {-3, dlc.SparkJobStateDeleted}, {-1, dlc.SparkJobStateFailed}, {2, dlc.SparkJobStateSucceeded},
		// The same numbers, but for what they mean.
		{0, dlc.SparkBatchSQLStateRunning}, {1, dlc.SparkBatchSQLStateSucceeded}, {2, dlc.SparkBatchSQLStateFailed}, {3, dlc.SparkBatchSQLStateCanceled},
		{4, dlc.SparkBatchSQLStateTimedOut},
		{-1, dlc.ResourceGroupStateDeleted}, {0, dlc.ResourceGroupStateStarting}, {2, dlc.ResourceGroupStateRunning}, {3, dlc.ResourceGroupStatePaused},
		{4, dlc.ResourceGroupStatePausing}, {7, dlc.ResourceGroupStateSwitchingEngine}, {8, dlc.ResourceGroupStateReconfiguring},
		{9, dlc.ResourceGroupStateRestarting}, {10, dlc.ResourceGroupStateResizing}, {11, dlc.ResourceGroupStateIsolated},
		{12, dlc.ResourceGroupStateDelivering}, {13, dlc.ResourceGroupStateIsolating},
		{-3, dlc.DatasourceStateDeleting}, {-2, dlc.DatasourceStateFailed}, {-1, dlc.DatasourceStateDeleted}, {0, dlc.DatasourceStateInitializing}, {1, dlc.DatasourceStateReady},
		{0, dlc.ConnectivityStateUntested}, {1, dlc.ConnectivityStateReached}, {2, dlc.ConnectivityStateFailed},
		{0, dlc.NetworkConnectionStateInitializing}, {1, dlc.NetworkConnectionStateReady},
		{-1, dlc.EngineNetworkStateDeleted}, {0, dlc.EngineNetworkStateInitializing}, {2, dlc.EngineNetworkStateAvailable},
		{11, dlc.PartitionStateProvisioning}, {1, dlc.PartitionStateRunning}, {2, dlc.PartitionStateIsolating}, {3, dlc.PartitionStateDestroyed},
		{1, dlc.ImageVersionStateInitializing}, {2, dlc.ImageVersionStateOnline}, {3, dlc.ImageVersionStateOffline},
		{0, dlc.MaskStrategyStateDeleted}, {1, dlc.MaskStrategyStateInEffect},
		{1, dlc.SparkAppTypeBatch}, {2, dlc.SparkAppTypeStreaming}, {4, dlc.SparkAppTypeSQL},
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
		"NetworkConnection.State":                            dlc.NetworkConnectionState(0),
		"PartitionInfo.Status":                               dlc.PartitionState(0),
		"DataEngineImageVersion.State":                       dlc.ImageVersionState(0),
		"DataMaskStrategy.State":                             dlc.MaskStrategyState(0),
		"SparkSessionInfo.State":                             dlc.SparkSessionState(""),
		"InferenceServiceInfo.Status":                        dlc.InferenceServiceStatus(""),
		"RayCluster/Lab.Status":                              dlc.RayClusterStatus(""),
		"RayJob.Status":                                      dlc.RayJobStatus(""),
		"RegionInfo.Status":                                  dlc.RegionStatus(""),
	}
	plain := []string{"FlowInfo.Status"} // its values are not documented
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
