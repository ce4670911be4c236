package conformance_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/alibabacloud-go/tea/dara"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
)

// flinkStep is one call of the official runtime. An argument or a body member "$x" is member x of the data of an earlier
// response; without arguments for it, a label or a query parameter is one of those in flinkNames.
type flinkStep struct {
	operation string
	arguments map[string]string
	body      map[string]any
}

type (
	args   = map[string]string
	object = map[string]any
)

// flinkNames are the resources that seedOfficialFlink adds, by the name of the parameter.
var flinkNames = map[string]string{
	"namespace": "n", "deploymentId": "d1", "deploymentName": "orders", "deploymentDraftId": "draft", "folderId": "folder",
	"member": "user:1", "name": "password", "deploymentTargetName": "queue", "udfArtifactName": "f.jar", "connectorName": "redis",
	"scheduledPlanId": "plan", "sessionClusterName": "shared", "sqlFileId": "file", "savepointId": "savepoint", "jobId": "j1",
	"reportId": "report", "catalogName": "vvp", "databaseName": "default", "labelKey": "team", "labelValue": "web",
	"srcIp": "10.0.0.1", "fileName": "a.jar", "jarUrl": "oss://b/kv.jar", "className": "a.Up", "functionName": "up",
	"resourceType": "jobs", "resourceId": "j1", "flinkApiPath": "/jobs/overview", "origin": "SCHEDULED_PLAN",
}

func seedOfficialFlink(emu *emulator.Emulator) {
	const w, n = "w", "n"
	f := emu.Flink
	sql := &flink.Artifact{SQLArtifact: &flink.SQLArtifact{SQLScript: "INSERT INTO b SELECT * FROM a WHERE ip = '10.0.0.1'"}}
	f.AddDeployment(w, n, flink.Deployment{DeploymentID: "d1", Name: "orders", Labels: map[string]any{"team": "web"}, Artifact: sql})
	f.AddDeployment(w, n, flink.Deployment{DeploymentID: "d2", Name: "idle"})
	f.AddDeployment(w, n, flink.Deployment{DeploymentID: "d3", Name: "third"})
	f.AddJob(w, n, flink.Job{JobID: "j1", DeploymentID: "d1"})
	f.AddJob(w, n, flink.Job{JobID: "j2", Status: &flink.JobStatus{CurrentJobStatus: flink.JobStateFinished}})
	f.AddDeploymentDraft(w, n, flink.DeploymentDraft{DeploymentDraftID: "draft"})
	f.AddFolder(w, n, flink.Folder{FolderID: "folder"})
	f.AddMember(w, n, flink.Member{Member: "user:1"})
	f.AddVariable(w, n, flink.Variable{Name: "password", Kind: flink.VariableKindEncrypted, Value: "secret"})
	f.AddDeploymentTarget(w, n, flink.DeploymentTarget{Name: "queue"})
	f.AddUDFArtifact(w, n, flink.UDFArtifact{Name: "f.jar"})
	f.AddCustomConnector(w, n, flink.Connector{Name: "redis"})
	f.AddScheduledPlan(w, n, flink.ScheduledPlan{ScheduledPlanID: "plan", DeploymentID: "d1"})
	f.AddSessionCluster(w, n, flink.SessionCluster{Name: "shared"})
	f.AddSessionCluster(w, n, flink.SessionCluster{
		Name: "spare", Status: &flink.SessionClusterStatus{CurrentSessionClusterStatus: flink.SessionClusterStateStopped},
	})
	f.AddSessionCluster(w, n, flink.SessionCluster{
		Name: "old", Status: &flink.SessionClusterStatus{CurrentSessionClusterStatus: flink.SessionClusterStateStopped},
	})
	f.AddSQLFile(w, n, flink.SQLFile{SQLFileID: "file"})
	f.AddSavepoint(w, n, flink.Savepoint{SavepointID: "savepoint", DeploymentID: "d1"})
	f.AddPatrolReport(w, n, flink.PatrolReport{ReportID: "report"})
	f.AddTuningHistory(w, n, "d1", flink.TuningHistory{})
}

// flinkSteps call every operation except the one with a stream, which [chatOfficially] calls.
var flinkSteps = []flinkStep{
	{"ListEditableNamespace", nil, nil}, {"ListEngineVersionMetadata", nil, nil},
	{"CreateDeployment", nil, object{"name": "new", "executionMode": "STREAMING"}},
	{"GetDeployment", nil, nil}, {"ListDeployments", nil, nil},
	{"GetDeploymentsByName", nil, nil}, {"GetDeploymentsByLabel", nil, nil}, {"GetDeploymentsByIp", nil, nil},
	{"UpdateDeployment", nil, object{"description": "x"}}, {"UpdateDeploymentByName", nil, object{"description": "y"}},
	{"CreateDeploymentDraft", nil, object{"name": "new"}}, {"GetDeploymentDraft", nil, nil}, {"ListDeploymentDrafts", nil, nil},
	{"UpdateDeploymentDraft", nil, object{"name": "renamed"}}, {"GetDeploymentDraftLock", nil, nil},
	{"ValidateDeploymentDraftAsync", nil, object{"deploymentDraftId": "draft"}},
	{"GetValidateDeploymentDraftResult", args{"ticketId": "$ticketId"}, nil},
	{"DeployDeploymentDraftAsync", nil, object{"deploymentDraftId": "draft"}},
	{"GetDeployDeploymentDraftResult", args{"ticketId": "$ticketId"}, nil}, {"DeleteDeploymentDraft", nil, nil},
	{"GenerateResourcePlanWithFlinkConfAsync", nil, object{"a": "b"}}, {"GetGenerateResourcePlanResult", args{"ticketId": "$ticketId"}, nil},
	{"CreateFolder", nil, object{"name": "new"}}, {"GetFolder", nil, nil}, {"UpdateFolder", nil, object{"name": "x"}}, {"DeleteFolder", nil, nil},
	{"CreateMember", nil, object{"member": "user:2", "role": "EDITOR"}}, {"GetMember", nil, nil}, {"ListMembers", nil, nil},
	{"UpdateMember", nil, object{"member": "user:1", "role": "ADMIN"}}, {"DeleteMember", nil, nil},
	{"CreateVariable", nil, object{"name": "v", "kind": "Plain", "value": "1"}}, {"ListVariables", nil, nil},
	{"UpdateVariable", nil, object{"name": "password", "kind": "Plain", "value": "2"}}, {"DeleteVariable", nil, nil},
	{"CreateDeploymentTarget", args{"deploymentTargetName": "t"}, object{"cpu": 1}}, {"ListDeploymentTargets", nil, nil},
	{"CreateDeploymentTargetV2", args{"deploymentTargetName": "t2"}, object{"fixedResource": object{"cpu": 1}}},
	{"UpdateDeploymentTarget", nil, object{"cpu": 2}}, {"UpdateDeploymentTargetV2", nil, object{"fixedResource": object{"cpu": 2}}},
	{"DeleteDeploymentTarget", nil, nil},
	{"CreateUdfArtifact", nil, object{"name": "g.jar", "jarUrl": "oss://b/g.jar"}}, {"GetUdfArtifacts", nil, nil},
	{"UpdateUdfArtifact", nil, object{"name": "f.jar", "jarUrl": "oss://b/f2.jar"}}, {"RegisterUdfFunction", nil, nil},
	{"DeleteUdfFunction", nil, nil}, {"DeleteUdfArtifact", nil, nil}, {"GetPreSignedUrlForPutObject", nil, nil},
	{"RegisterCustomConnector", nil, nil}, {"ListCustomConnectors", nil, nil}, {"DeleteCustomConnector", nil, nil},
	{"CreateScheduledPlan", nil, object{"deploymentId": "d1", "name": "new"}}, {"ListScheduledPlan", nil, nil},
	{"UpdateScheduledPlan", nil, object{"name": "x"}}, {"ApplyScheduledPlan", nil, nil}, {"GetAppliedScheduledPlan", nil, nil},
	{"StopApplyScheduledPlan", nil, nil}, {"ListScheduledPlanExecutedHistory", nil, nil}, {"DeleteScheduledPlan", nil, nil},
	{"GetAutopilotPolicy", nil, nil}, {"UpdateAutopilotPolicy", nil, object{"enabled": true}},
	{"ListAutopilotTuningHistories", nil, nil},
	{"GetPatrolConfig", nil, nil}, {"UpdatePatrolConfig", nil, object{"enabled": true}}, {"TriggerPatrol", nil, object{"scopeType": "ALL"}},
	{"ListPatrolReports", nil, nil}, {"GetPatrolReportDetail", nil, nil},
	{"ExecuteSqlStatement", nil, object{"batchMode": false, "statement": "CREATE TABLE a (ip STRING)"}},
	{"GetCatalogs", args{"catalogName": ""}, nil},
	{"GetDatabases", args{"databaseName": ""}, nil}, {"GetTables", nil, nil},
	{"ValidateSqlStatement", nil, object{"batchMode": false, "statement": "SELECT 1"}},
	{"SubmitSqlPreview", nil, object{"batchMode": false, "statement": "SELECT 1"}},
	{"FetchSqlPreviewResults", args{"sessionId": "$sessionId", "queryId": "$queryId"}, nil},
	{"CancelSqlPreview", args{"sessionId": "$sessionId", "queryId": "$queryId"}, nil},
	{"GetLineageInfo", nil, object{"namespace": "n", "id": "j1", "idType": "JOB"}},
	{"CreateSqlFile", nil, object{"name": "q", "parentId": "root", "sessionClusterName": "shared", "sqlScript": "SELECT 1"}},
	{"GetSqlFile", nil, nil}, {"UpdateSqlFile", nil, object{"name": "x"}}, {"StartSqlExecution", nil, object{"sqlFileId": "file"}},
	{"FetchSqlExecutionResult", args{"sqlExecutionId": "$sqlExecutionId"}, nil},
	{"StopSqlExecution", args{"sqlExecutionId": "$sqlExecutionId"}, nil}, {"DeleteSqlFile", nil, nil},
	{"CreateSessionCluster", nil, object{"name": "new", "workspace": "w", "namespace": "n", "logging": object{"loggingProfile": "default"}}},
	{"GetSessionCluster", nil, nil}, {"ListSessionClusters", nil, nil},
	{"UpdateSessionCluster", args{"sessionClusterName": "spare"}, object{"labels": object{"a": "b"}}},
	{"StartSessionCluster", args{"sessionClusterName": "spare"}, nil}, {"StopSessionCluster", nil, nil},
	{"DeleteSessionCluster", args{"sessionClusterName": "old"}, nil},
	{"GetJob", nil, nil}, {"ListJobs", nil, nil}, {"FlinkApiProxy", nil, nil}, {"GetEvents", nil, nil}, {"GetJobDiagnosis", nil, nil},
	{"GetLatestJobStartLog", nil, nil}, {"HotUpdateJob", nil, object{}},
	{"GetHotUpdateJobResult", args{"jobHotUpdateId": "$jobHotUpdateId"}, nil},
	{"CreateSavepoint", nil, object{"deploymentId": "d1"}}, {"GetSavepoint", nil, nil}, {"ListSavepoints", nil, nil},
	{"DeleteSavepoint", nil, nil},
	{"StopJob", nil, object{"stopStrategy": "NONE"}}, {"DeleteJob", args{"jobId": "j2"}, nil},
	{"StartJobWithParams", nil, object{"deploymentId": "d2"}}, {"StartJob", nil, object{"deploymentId": "d3"}},
	{"DeleteDeploymentByName", args{"deploymentName": "new"}, nil}, {"DeleteDeployment", args{"deploymentId": "$created"}, nil},
}

// TestOfficialFlinkOperations calls the operations on the emulator with the official runtime.
func TestOfficialFlinkOperations(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start(emulator.WithStaleReads(0))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seedOfficialFlink(emu)
	emu.Flink.AddDeployment("w", "n", flink.Deployment{DeploymentID: "d4", Name: "fourth"})
	c, err := clients.OfficialFlink(clients.Target{
		URL: emu.URL(), AccessKeyID: emulator.AccessKeyID, Secret: emulator.SecretAccessKey,
	}, false)
	require.NoError(t, err)
	m, known := loadModel(t, "flink"), map[string]string{"created": "d4"}
	chatOfficially(t, c, m)
	called := map[string]bool{"ChatAiAgent": true}
	for _, step := range flinkSteps {
		body, err := c.Do(officialStep(t, m, step, known))
		require.NoError(t, err, step.operation)
		require.Equal(t, true, body["success"], "%s: %v", step.operation, body)
		data, _ := body["data"].(map[string]any)
		for name, v := range data {
			if text, ok := v.(string); ok {
				known[name] = text
			}
		}
		called[step.operation] = true
	}
	assert.ElementsMatch(t, m.operations(), slices.Collect(maps.Keys(called)))
	t.Logf("operations: %d", len(called))
}

// chatOfficially calls the operation whose response is a stream. Every event is a document of the model, and the last one
// says that the stream is complete.
func chatOfficially(t *testing.T, c *clients.Flinker, m model) {
	t.Helper()
	chat := flinkStep{"ChatAiAgent", nil, object{"userMessage": "Why does my job fail?", "sessionId": "s1"}}
	events, err := c.Stream(officialStep(t, m, chat, nil))
	require.NoError(t, err)
	require.NotEmpty(t, events)
	for _, event := range events {
		require.Empty(t, checkDocument(m, m.output("ChatAiAgent"), decoded(t, []byte(event)), true), event)
	}
}

// officialStep makes a call of a step as the methods of the product client do.
func officialStep(t *testing.T, m model, step flinkStep, known map[string]string) clients.FlinkCall {
	method, path := m.http(t, step.operation)
	c := clients.FlinkCall{
		Action: step.operation, Method: method, Query: map[string]any{}, Headers: map[string]*string{"workspace": new("w")},
	}
	if step.body != nil {
		c.Body = step.body
	}
	path = strings.ReplaceAll(path, ":", "%3A")
	for name, x := range m.input(step.operation).Members {
		wire := name
		if x.Traits.has("httpQuery") {
			wire = x.Traits.text("httpQuery")
		}
		value, given := step.arguments[wire]
		if !given {
			value = flinkNames[wire]
		}
		if earlier, ok := strings.CutPrefix(value, "$"); ok {
			value = known[earlier]
		}
		switch {
		case x.Traits.has("httpLabel"):
			path = strings.ReplaceAll(path, "{"+name+"}", dara.PercentEncode(value))
		case x.Traits.has("httpQuery") && value != "":
			c.Query[wire] = value
		}
	}
	c.Path = path
	return c
}
