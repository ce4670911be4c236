package shape_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// TestZerosThatMeanSomething reads and writes back types with members whose zero the service distinguishes from
// absence, and writes them without those members.
func TestZerosThatMeanSomething(t *testing.T) {
	t.Parallel()
	tests := []struct {
		target any
		zeros  string
	}{
		{&flink.Log4jLogger{}, `{"loggerName":""}`},
		{&flink.LocalVariable{}, `{"value":""}`},
		{&flink.BatchResourceSetting{}, `{"maxSlot":0}`},
		{&flink.LogReservePolicy{}, `{"expirationDays":0,"openHistory":false}`},
		{&flink.DeploymentRestoreStrategy{}, `{"allowNonRestoredState":false,"jobStartTimeInMs":0}`},
		{&flink.GetLineageInfoParams{}, `{"depth":0,"isTemporary":false}`},
		{&flink.AutopilotLimits{}, `{"jobMaxCpu":0,"jobMaxParallelism":0,"jobMinParallelism":0}`},
		{&dlc.CreateTaskRequest{}, `{"DatabaseName":""}`},
		{&dlc.Policy{}, `{"Function":"","View":"","Column":"","DataEngine":"","Model":""}`},
		{&dlc.DescribeTaskResultRequest{}, `{"MaxResults":0}`},
		{&dlc.DescribeNotebookSessionStatementSQLResultRequest{}, `{"MaxResults":0}`},
		{&dlc.CrontabResumeSuspendStrategy{}, `{"SuspendStrategy":0}`},
		{&dlc.Tag{}, `{"TagValue":""}`},
		{&dlc.TagInfo{}, `{"TagValue":""}`},
		{&dlc.CustomConfig{}, `{"ConfigValue":""}`},
		{&dlc.Env{}, `{"Value":""}`},
		{&dlc.Label{}, `{"Value":""}`},
		{&dlc.DataMaskStrategyInfo{}, `{"StrategyDesc":"","Users":""}`},
		{&dlc.Asset{}, `{"Description":""}`},
		{&dlc.TableBaseInfo{}, `{"TableComment":""}`},
		{&dlc.TColumn{}, `{"Comment":"","Default":""}`},
		{&dlc.DatabaseInfo{}, `{"Comment":""}`},
		{&dlc.MetaDatabaseInfo{}, `{"Comment":""}`},
		{&dlc.CSVSerde{}, `{"Escape":"","Quote":""}`},
		{&dlc.TextFile{}, `{"Regex":""}`},
		{&dlc.RollbackDataEngineImageRequest{}, `{"ToRecordId":""}`},
		{&dlc.UpdateJobSpecRequest{}, `{"ResourceConfig":"","ResourcePartitionId":"","ResourceConfigId":"","Queue":"","DispatchStrategy":""}`},
		{&dlc.UpdateLabRequest{}, `{"Image":"","ResourceConfigId":"","ResourcePartitionId":"","Queue":"","ExampleId":""}`},
		{&dlc.UpdateRayClusterRequest{}, `{"ResourcePartitionId":"","Queue":"","ResourceConfig":"","ResourceConfigId":""}`},
		{&dlc.UpdateStandardEngineResourceGroupResourceInfoRequest{}, `{"RegistryId":"","RegionName":""}`},
	}
	for _, tt := range tests {
		t.Run(reflect.TypeOf(tt.target).Elem().String(), func(t *testing.T) {
			t.Parallel()
			absent := members(t, tt.target)
			require.NoError(t, wire.Unmarshal([]byte(tt.zeros), tt.target))
			sent := members(t, tt.target)
			for name, zero := range parse(t, tt.zeros) {
				assert.NotContains(t, absent, name, "what is not given is not sent")
				assert.Equal(t, zero, sent[name], name)
			}
		})
	}
}

// TestZerosAreAccepted is the same for validation.
func TestZerosAreAccepted(t *testing.T) {
	t.Parallel()
	sql := dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("CREATE DATABASE d")}}
	root := flink.Deployment{Logging: &flink.Logging{Log4jLoggers: []flink.Log4jLogger{{LoggerName: new(""), LoggerLevel: "INFO"}}}}
	for name, r := range map[string]interface{ Validate() error }{
		"root logger":     flink.UpdateDeploymentRequest{Workspace: "w", Namespace: "n", DeploymentID: "d", Deployment: root},
		"no rows":         dlc.DescribeTaskResultRequest{TaskID: "t", MaxResults: new(0)},
		"create database": dlc.CreateTaskRequest{DatabaseName: new(""), Task: sql},
		"data source": dlc.AttachUserPolicyRequest{UserID: "1", PolicySet: []dlc.Policy{{
			Catalog: "*", Operation: "CREATE", PolicyType: "DATASOURCE", Function: new(""), View: new(""), Model: new(""),
		}}},
		"property without a value": dlc.CreateDatabaseRequest{DatabaseInfo: dlc.DatabaseInfo{
			DatabaseName: "d", Comment: new(""), Properties: []dlc.Property{{Key: "k"}},
		}},
	} {
		assert.NoError(t, r.Validate(), name)
	}
}

func members(t *testing.T, v any) map[string]any {
	text, err := wire.Append(nil, v)
	require.NoError(t, err)
	return parse(t, string(text))
}

func parse(t *testing.T, text string) map[string]any {
	out := struct {
		M map[string]any `json:"m"`
	}{}
	require.NoError(t, wire.Unmarshal([]byte(`{"m":`+text+`}`), &out))
	return out.M
}
