package emulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// seedAll adds a resource of each kind that seed does not.
func seedAll(emu *emulator.Emulator) {
	seed(emu)
	emu.FinSpace.AddKxClusterNode(environment, cluster, finspace.KxNode{})
	emu.FinSpace.AddKxDataview(environment, database, finspace.GetKxDataviewResponse{DataviewName: "last-week"})
	emu.FinSpace.AddKxScalingGroup(environment, finspace.GetKxScalingGroupResponse{ScalingGroupName: "shared"})
	emu.FinSpace.AddKxVolume(environment, finspace.GetKxVolumeResponse{VolumeName: "cache"})
	emu.Proton.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: "vpc"})
	emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web"})
	emu.Proton.AddEnvironmentAccountConnection(proton.EnvironmentAccountConnection{EnvironmentName: "staging"})
	emu.Proton.AddEnvironment(proton.Environment{Name: "staging", Spec: "proton: EnvironmentSpec # hunter2"})
	emu.Proton.AddService(proton.Service{Name: serviceName})
	emu.Proton.AddComponent(proton.Component{Name: "bucket"})
	emu.Flink.AddDeploymentDraft(workspace, namespace, flink.DeploymentDraft{Name: "orders-next"})
	emu.Flink.AddSavepoint(workspace, namespace, flink.Savepoint{DeploymentID: deployment, JobID: job})
	emu.Flink.AddSessionCluster(workspace, namespace, flink.SessionCluster{Name: "adhoc"})
	emu.Flink.AddPatrolReport(workspace, namespace, flink.PatrolReport{})
	emu.DLC.AddStandardEngineResourceGroup(dlc.StandardEngineResourceGroupInfo{EngineResourceGroupName: "etl"})
	emu.DLC.AddNativeSparkSession(dlc.SparkSessionInfo{EngineSessionName: "native"})
	emu.DLC.AddNotebookSession(dlc.NotebookSessionInfo{DataEngineName: engineName})
	emu.DLC.AddEngineNetwork(dlc.EngineNetworkInfo{EngineNetworkID: "network-1"})
	emu.DLC.AddDatasourceConnection(dlc.DatasourceConnectionInfo{DatasourceConnectionName: "mysql"})
	emu.DLC.AddNetworkConnection(dlc.NetworkConnection{DatasourceConnectionName: "to-mysql"})
	emu.DLC.AddTask(dlc.TaskResponseInfo{SQL: "SELECT 'hunter3'"})
	emu.DLC.AddSparkApp(dlc.SparkJobInfo{JobName: "nightly"})
	emu.DLC.AddInferenceService(dlc.GetInferenceServiceResponse{Name: "chat"})
	emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{Name: "ray"})
	emu.DLC.AddLab(dlc.GetLabDetailResponse{Name: "lab"})
	emu.DLC.AddJobSpec(dlc.GetJobSpecResponse{Name: "train"})
	emu.DLC.AddRayJob(dlc.GetRayJobResponse{JobName: "train-1"})
	emu.FinSpace.AddKxUser(environment, finspace.KxUser{UserName: "ana"})
	emu.Proton.AddRepository(proton.Repository{Name: "shop/web"})
	emu.Flink.AddVariable(workspace, namespace, flink.Variable{Name: "bucket", Value: "oss://b"})
	emu.Flink.AddMember(workspace, namespace, flink.Member{})
	emu.Flink.AddDeploymentTarget(workspace, namespace, flink.DeploymentTarget{})
	emu.Flink.AddScheduledPlan(workspace, namespace, flink.ScheduledPlan{DeploymentID: deployment, Name: "nights"})
	emu.DLC.AddDatabase(dlc.DatabaseResponseInfo{DatabaseName: "sales"})
	emu.DLC.AddTable(dlc.TableResponseInfo{TableBaseInfo: &dlc.TableBaseInfo{DatabaseName: "sales", TableName: "orders"}})
	emu.DLC.AddUser(dlc.UserInfo{})
	emu.DLC.AddWorkGroup(dlc.WorkGroupInfo{WorkGroupName: "analysts"})
	emu.DLC.AddUserRole(dlc.UserRole{})
	emu.DLC.AddScript(dlc.Script{ScriptName: "daily"})
}

// live returns what is there to read in an emulator.
func live(t *testing.T, emu *emulator.Emulator) emulator.Live {
	t.Helper()
	cfg := withoutRetries(emu)
	cfg.RequestRate = -1
	c := clientsOf(t, cfg)
	return emulator.Live{
		FinSpace: c.finspace, Proton: c.proton, Flink: c.flink, DLC: c.dlc,
		Namespaces: []emulator.FlinkNamespace{{Workspace: workspace, Namespace: namespace}},
	}
}

type seedFile map[string]map[string][]map[string]any

func parseSeed(t *testing.T, twin *emulator.Twin) seedFile {
	t.Helper()
	var file seedFile
	require.NoError(t, json.Unmarshal(twin.Seed, &file))
	return file
}

func TestSnapshotOf(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seedAll(emu)
	twin, err := emulator.SnapshotOf(t.Context(), live(t, emu))
	require.NoError(t, err)
	file := parseSeed(t, twin)
	assert.Equal(t, "RUNNING", file["finspace"]["KxCluster"][0]["status"])
	assert.Equal(t, environment, file["finspace"]["KxCluster"][0]["environmentId"])
	assert.Equal(t, cluster, file["finspace"]["KxClusterNode"][0]["clusterName"])
	assert.Equal(t, "[redacted]", file["proton"]["Environment"][0]["spec"])
	assert.Equal(t, workspace, file["flink"]["Job"][0]["workspace"])
	assert.Equal(t, map[string]any{"state.backend.type": "[redacted]"}, file["flink"]["Deployment"][0]["flinkConf"])
	assert.True(t, slices.ContainsFunc(file["dlc"]["DataEngineImage"], func(image map[string]any) bool {
		return image["ImageVersionId"] == oldImage && assert.ObjectsAreEqual([]any{"child-1"}, image["ChildImageVersionIds"])
	}))
	assert.Equal(t, engineName, file["dlc"]["NotebookSession"][0]["DataEngineName"])
	assert.NotNil(t, file["dlc"]["Lab"][0]["CreateTime"])
	assert.NotContains(t, string(twin.Seed), "hunter")
	assert.NotContains(t, string(twin.Seed), `equestId"`)
	kinds := 0
	for service, resources := range file {
		for kind, list := range resources {
			kinds++
			assert.NotEmpty(t, list, "%s %s", service, kind)
		}
	}
	assert.GreaterOrEqual(t, kinds, 50)
	for _, u := range twin.Unread {
		// What the emulator does not have; nothing else may fail.
		assert.ErrorIs(t, u.Err, cloud.ErrUnsupported, u.String())
	}
}

// readName is the form of the names of operations that change nothing.
var readName = regexp.MustCompile(`^(Get|List|Describe)`)

func TestSnapshotOfOnlyReads(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seedAll(emu)
	_, err = emulator.SnapshotOf(t.Context(), live(t, emu))
	require.NoError(t, err)
	requests := emu.Requests()
	assert.Greater(t, len(requests), 40)
	for _, r := range requests {
		assert.Regexp(t, readName, r.Operation)
		assert.Zero(t, r.Changes, r.Operation)
	}
}

func TestSnapshotOfDenied(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seedAll(emu)
	for _, operation := range []string{"ListKxVolumes", "GetKxScalingGroup"} {
		emu.Inject(emulator.Fault{Operation: operation, Kind: emulator.Refuse, Code: "AccessDeniedException", Status: 403, Times: -1})
	}
	emu.Inject(emulator.Fault{Service: "dlc", Kind: emulator.Refuse, Times: -1})
	twin, err := emulator.SnapshotOf(t.Context(), live(t, emu))
	require.NoError(t, err)
	denied := map[string]bool{}
	for _, u := range twin.Unread {
		if errors.Is(u.Err, cloud.ErrDenied) {
			denied[u.Service+" "+u.Kind+" in "+u.In] = true
		}
	}
	assert.True(t, denied["finspace KxVolume in "+environment], denied)
	assert.True(t, denied["finspace KxScalingGroup in "+environment], denied)
	assert.True(t, denied["dlc Task in "], denied)
	file := parseSeed(t, twin)
	assert.Nil(t, file["finspace"]["KxVolume"])
	assert.Nil(t, file["dlc"])
	assert.Len(t, file["finspace"]["KxCluster"], 1)
	assert.Len(t, file["proton"]["Service"], 1)
}

func TestSnapshotOfLimit(t *testing.T) {
	t.Parallel()
	emu := start(t)
	for _, name := range []string{"vol-a", "vol-b", "vol-c"} {
		emu.FinSpace.AddKxVolume(environment, finspace.GetKxVolumeResponse{VolumeName: name})
	}
	l := live(t, emu)
	twin, err := emulator.SnapshotOf(t.Context(), emulator.Live{FinSpace: l.FinSpace, KxEnvironments: []string{environment, "gone"}, Limit: 2})
	require.NoError(t, err)
	assert.Len(t, parseSeed(t, twin)["finspace"]["KxVolume"], 2, twin.Unread)
	assert.True(t, slices.ContainsFunc(twin.Unread, func(u emulator.Unread) bool {
		return u.String() == "finspace KxVolume in kxenv: the list has more than the limit: 2"
	}), twin.Unread)
	assert.True(t, slices.ContainsFunc(twin.Unread, func(u emulator.Unread) bool {
		return u.Kind == "KxEnvironment" && u.In == "gone" && errors.Is(u.Err, cloud.ErrNotFound)
	}), twin.Unread)
}

func TestSnapshotOfRefuses(t *testing.T) {
	t.Parallel()
	l := live(t, start(t))
	ended, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the deployment window has closed")
	cancel(reason)
	tests := []struct {
		name string
		ctx  context.Context //nolint:containedctx // of one case
		live emulator.Live
		want string
	}{
		{"no client", t.Context(), emulator.Live{}, "needs a client in Live"},
		{"no namespace", t.Context(), emulator.Live{Flink: l.Flink}, "needs Live.Namespaces"},
		{"limit", t.Context(), emulator.Live{DLC: l.DLC, Limit: -1}, "Live.Limit must not be negative, not -1"},
		{"canceled", ended, l, reason.Error()},
	}
	for _, tt := range tests {
		_, err := emulator.SnapshotOf(tt.ctx, tt.live)
		require.ErrorContains(t, err, tt.want, tt.name)
	}
}

// An emulator loaded with a snapshot has what the snapshot was taken of.
func TestSnapshotOfLoads(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	seedAll(emu)
	twin, err := emulator.SnapshotOf(t.Context(), live(t, emu))
	require.NoError(t, err)

	rehearsal, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(rehearsal.Close)
	require.NoError(t, rehearsal.Load(bytes.NewReader(twin.Seed)), string(twin.Seed))
	again, err := emulator.SnapshotOf(t.Context(), live(t, rehearsal))
	require.NoError(t, err)
	assert.JSONEq(t, string(twin.Seed), string(again.Seed))

	// What is read is also what Save has of these kinds, apart from what is secret.
	var saved bytes.Buffer
	require.NoError(t, rehearsal.Save(&saved))
	var file seedFile
	require.NoError(t, json.Unmarshal(saved.Bytes(), &file))
	for service, kinds := range parseSeed(t, twin) {
		for kind, list := range kinds {
			if service == "flink" && (kind == "Catalog" || kind == "Database") {
				list = list[1:] // is in every namespace
			}
			assert.Len(t, file[service][kind], len(list), "%s %s", service, kind)
		}
	}
}
