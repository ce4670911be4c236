package flink

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// valuesOf returns the values of an enum as strings.
func valuesOf[E ~string](values []E) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

// TestValues covers the values as the service's own sources list them. Sets that only examples show are
// open, as all are.
func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ got, want []string }{
		"state of a job":              {valuesOf(JobState("").Values()), []string{"STARTING", "RUNNING", "CANCELLING", "FAILED", "CANCELLED", "FINISHED"}},
		"way to stop":                 {valuesOf(StopStrategy("").Values()), []string{"NONE", "STOP_WITH_SAVEPOINT", "STOP_WITH_DRAIN"}},
		"state to start from":         {valuesOf(RestoreKind("").Values()), []string{"NONE", "LATEST_SAVEPOINT", "FROM_SAVEPOINT", "LATEST_STATE"}},
		"hot update":                  {valuesOf(HotUpdateStatus("").Values()), []string{"INIT", "HOT_UPDATING", "FAILED", "HOT_UPDATED"}},
		"failure of a hot update":     {valuesOf(HotUpdateFailureSeverity("").Values()), []string{"CRITICAL", "LOW"}},
		"savepoint":                   {valuesOf(SavepointState("").Values()), []string{"STARTED", "COMPLETED", "FAILED"}},
		"origin of a savepoint":       {valuesOf(SavepointOrigin("").Values()), []string{"USER_REQUEST", "STOP_WITH_SAVEPOINT", "RETAINED_CHECKPOINT", "AUTO_TRIGGERED"}},
		"session cluster":             {valuesOf(SessionClusterState("").Values()), []string{"STOPPED", "STARTING", "RUNNING", "UPDATING", "STOPPING", "FAILED"}},
		"ticket":                      {valuesOf(TicketStatus("").Values()), []string{"INIT", "EXECUTING", "FINISHED", "FAILED"}},
		"scheduled plan":              {valuesOf(ScheduledPlanState("").Values()), []string{"RUNNING", "WAITING"}},
		"change by a plan":            {valuesOf(ScheduledPlanExecutedState("").Values()), []string{"UPGRADED"}},
		"way of a plan to change":     {valuesOf(ScheduledPlanRestartType("").Values()), []string{"HOT_UPDATE"}},
		"patrol":                      {valuesOf(PatrolStatus("").Values()), []string{"PENDING", "IN_PROGRESS", "COMPLETED", "FAILED"}},
		"scope of a patrol":           {valuesOf(PatrolScopeType("").Values()), []string{"ALL", "TAGS", "DEPLOYMENTS"}},
		"trigger of a patrol":         {valuesOf(PatrolTriggerType("").Values()), []string{"CRON", "MANUAL", "INNER_API"}},
		"engine version":              {valuesOf(EngineVersionStatus("").Values()), []string{"STABLE", "BETA", "DEPRECATED", "EXPIRED"}},
		"execution mode":              {valuesOf(ExecutionMode("").Values()), []string{"STREAMING", "BATCH"}},
		"artifact":                    {valuesOf(ArtifactKind("").Values()), []string{"SQLSCRIPT", "JAR", "PYTHON", "CDCYAML"}},
		"mode of a target":            {valuesOf(DeploymentTargetMode("").Values()), []string{"PER_JOB", "SESSION"}},
		"mode of resources":           {valuesOf(ResourceSettingMode("").Values()), []string{"BASIC", "EXPERT"}},
		"level of a logger":           {valuesOf(LogLevel("").Values()), []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR"}},
		"profile of logs":             {valuesOf(LoggingProfile("").Values()), []string{"default", "oss"}},
		"direction of lineage":        {valuesOf(LineageDirection("").Values()), []string{"UPSTREAM", "DOWNSTREAM", "BOTH"}},
		"start of lineage":            {valuesOf(LineageIDType("").Values()), []string{"TABLE", "JOB"}},
		"variable":                    {valuesOf(VariableKind("").Values()), []string{"Plain", "Encrypted"}},
		"role":                        {valuesOf(Role("").Values()), []string{"EDITOR", "VIEWER", "ADMIN"}},
		"file of functions":           {valuesOf(UDFArtifactType("").Values()), []string{"ARTIFACT_TYPE_JAVA", "ARTIFACT_TYPE_PYTHON", "ARTIFACT_TYPE_UNKNOWN"}},
		"decision on a tool call":     {valuesOf(HitlDecision("").Values()), []string{"approve", "deny"}},
		"what a request is passed to": {valuesOf(ProxiedResourceType("").Values()), []string{"jobs", "sessionclusters"}},
		"risk of a job":               {valuesOf(RiskLevel("").Values()), []string{"RISK_LEVEL_HIGH", "RISK_LEVEL_MID", "RISK_LEVEL_LOW"}},
		"period of silence":           {valuesOf(SilentPeriodLevel("").Values()), []string{"DAY", "WEEK"}},
		"tuning":                      {valuesOf(TuningAction("").Values()), []string{"SCALE_UP_PARALLELISM", "SCALE_DOWN_PARALLELISM", "SCALE_UP_MEMORY", "RESTART"}},
		"function": {valuesOf(UDFType("").Values()), []string{
			"UDF_TYPE_INVALID", "UDF_TYPE_SCALAR", "UDF_TYPE_TABLE", "UDF_TYPE_AGGREGATE", "UDF_TYPE_TABLE_AGGREGATE", "UDF_TYPE_OTHER",
		}},
		"check of SQL": {valuesOf(ValidationResult("").Values()), []string{
			"VALIDATION_RESULT_INVALID", "VALIDATION_RESULT_INVALID_QUERY", "VALIDATION_RESULT_UNSUPPORTED_QUERY",
			"VALIDATION_RESULT_INVALID_CONNECTOR_CONFIG", "VALIDATION_RESULT_VALID_INSERT_QUERY", "VALIDATION_RESULT_VALID_SELECT_QUERY",
			"VALIDATION_RESULT_VALID_DDL_STATEMENT", "VALIDATION_RESULT_VALID_COMMAND_STATEMENT", "VALIDATION_RESULT_INVALID_FLINK_CONFIG",
		}},
		"state of tuning": {valuesOf(TuningState("").Values()), []string{
			"EXECUTING", "SUCCESS", "FAILED", "FAILED_WITH_RESOURCE_LACK", "FAILED_WITH_SAME_RESOURCE_SETTING",
			"FAILED_WITH_ROLLBACK_SUCCESS", "FAILED_WITH_ROLLBACK_FAILED", "TERMINATED",
		}},
	}
	for name, tt := range tests {
		assert.ElementsMatch(t, tt.want, tt.got, name)
	}
	assert.Len(t, tests, len(enumsInUse()), "every enum of the package is here")
}

// enumsInUse returns the types with known values that the messages of all operations hold.
func enumsInUse() map[reflect.Type]bool {
	found, seen := map[reflect.Type]bool{}, map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(typ.Elem())
		case reflect.String:
			if _, ok := typ.MethodByName("Values"); ok {
				found[typ] = true
			}
		case reflect.Struct:
			if seen[typ] {
				return
			}
			seen[typ] = true
			for f := range typ.Fields() {
				walk(f.Type)
			}
		}
	}
	for m := range reflect.TypeFor[*Client]().Methods() {
		if m.Type.NumIn() == 3 {
			walk(m.Type.In(2))
		}
		if out := m.Type.Out(0); m.Type.NumOut() == 2 && out.Kind() == reflect.Pointer {
			walk(out)
		}
	}
	return found
}

// TestConstants samples constants whose names do not follow from their values.
func TestConstants(t *testing.T) {
	t.Parallel()
	assert.Equal(t, StopStrategy("NONE"), StopStrategyWithoutSavepoint)
	assert.Equal(t, StopStrategy("STOP_WITH_DRAIN"), StopStrategyWithDrain)
	assert.Equal(t, PatrolTriggerType("INNER_API"), PatrolTriggerTypeInnerAPI)
	assert.Equal(t, UDFType("UDF_TYPE_TABLE_AGGREGATE"), UDFTypeTableAggregate)
	assert.Equal(t, ValidationResult("VALIDATION_RESULT_VALID_DDL_STATEMENT"), ValidationResultValidDDLStatement)
	assert.Equal(t, ProxiedResourceType("sessionclusters"), ProxiedResourceTypeSessionClusters)
}

// TestUnknownValuesPass through a response, and through the requests that send a response back.
func TestUnknownValuesPass(t *testing.T) {
	t.Parallel()
	const body = `{"data":{"name":"c","status":{"currentSessionClusterStatus":"PAUSED"}},"requestId":"r"}`
	var out GetSessionClusterResponse
	require.NoError(t, wire.Unmarshal([]byte(body), &out))
	state := out.Data.Status.CurrentSessionClusterStatus
	assert.Equal(t, SessionClusterState("PAUSED"), state)
	assert.False(t, slices.Contains(state.Values(), state))

	require.NoError(t, UpdateSessionClusterRequest{SessionClusterName: "c", SessionCluster: *out.Data}.Validate())
	again, err := wire.Append(nil, &out)
	require.NoError(t, err)
	assert.JSONEq(t, body, string(again))
}
