package emulator_test

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// flinkResources takes resources of Realtime Compute for Apache Flink through their lives: created, read, listed, updated,
// deleted, gone.
var flinkResources = map[string]func(t *testing.T, c clients){
	"Deployments": func(t *testing.T, c clients) {
		in := flink.Deployment{
			Name: "clicks", Labels: map[string]any{"team": "web"}, DeploymentID: "mine", JobSummary: &flink.JobSummary{Running: 7},
			StreamingResourceSetting: &flink.StreamingResourceSetting{ResourceSettingMode: flink.ResourceSettingModeBasic},
		}
		made, err := c.flink.CreateDeployment(t.Context(), flink.CreateDeploymentRequest{Deployment: in})
		require.NoError(t, err)
		id := made.Data.DeploymentID
		assert.NotEqual(t, "mine", id, "the service assigns IDs")
		assert.Equal(t, &flink.JobSummary{}, made.Data.JobSummary)
		got, err := c.flink.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: id})
		require.NoError(t, err)
		assert.Equal(t, made.Data, got.Data)
		assert.Equal(t, flink.ExecutionModeStreaming, got.Data.ExecutionMode)

		named, err := c.flink.GetDeploymentsByName(t.Context(), flink.GetDeploymentsByNameRequest{
			DeploymentName: "clicks", IgnoreJobSummary: new(true), IgnoreResourceSetting: new(true),
		})
		require.NoError(t, err)
		require.Len(t, named.Data, 1)
		assert.Nil(t, named.Data[0].JobSummary)
		assert.Nil(t, named.Data[0].StreamingResourceSetting)
		labeled, err := c.flink.GetDeploymentsByLabel(t.Context(), flink.GetDeploymentsByLabelRequest{
			LabelKey: "team", LabelValue: "app,web", IgnoreJobSummary: new(false),
		})
		require.NoError(t, err)
		assert.Equal(t, []flink.Deployment{*made.Data}, labeled.Data)
		none, err := c.flink.GetDeploymentsByLabel(t.Context(), flink.GetDeploymentsByLabelRequest{LabelKey: "team", LabelValue: "app"})
		require.NoError(t, err)
		assert.Empty(t, none.Data)

		updated, err := c.flink.UpdateDeploymentByName(t.Context(), flink.UpdateDeploymentByNameRequest{
			DeploymentName: "clicks", Deployment: flink.Deployment{Description: new("of the shop")},
		})
		require.NoError(t, err)
		assert.Equal(t, "of the shop", *updated.Data.Description)
		assert.Equal(t, in.Labels, updated.Data.Labels, "what the request leaves out stays the same")
		_, err = c.flink.DeleteDeploymentByName(t.Context(), flink.DeleteDeploymentByNameRequest{DeploymentName: "clicks"})
		require.NoError(t, err)
		_, err = c.flink.GetDeployment(t.Context(), flink.GetDeploymentRequest{DeploymentID: id})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.DeleteDeployment(t.Context(), flink.DeleteDeploymentRequest{DeploymentID: id})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.DeleteDeployment(t.Context(), flink.DeleteDeploymentRequest{DeploymentID: idleDeployment})
		require.NoError(t, err)
	},
	"Deployments of one name": func(t *testing.T, c clients) {
		var ids []string
		for range 2 {
			made, err := c.flink.CreateDeployment(t.Context(), flink.CreateDeploymentRequest{Deployment: flink.Deployment{Name: "twin"}})
			require.NoError(t, err)
			ids = append(ids, made.Data.DeploymentID)
		}
		named, err := c.flink.GetDeploymentsByName(t.Context(), flink.GetDeploymentsByNameRequest{DeploymentName: "twin"})
		require.NoError(t, err)
		require.Len(t, named.Data, 2)
		assert.Equal(t, ids[1], named.Data[0].DeploymentID, "the newest first")
		_, err = c.flink.DeleteDeploymentByName(t.Context(), flink.DeleteDeploymentByNameRequest{DeploymentName: "twin"})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		_, err = c.flink.UpdateDeploymentByName(t.Context(), flink.UpdateDeploymentByNameRequest{DeploymentName: "none"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Deployments by address": func(t *testing.T, c clients) {
		_, err := c.flink.UpdateDeployment(t.Context(), flink.UpdateDeploymentRequest{DeploymentID: deployment, Deployment: flink.Deployment{
			Artifact: &flink.Artifact{Kind: flink.ArtifactKindSQLScript, SQLArtifact: &flink.SQLArtifact{
				SQLScript: "CREATE TABLE t (a INT) WITH ('bootstrap' = '10.0.0.7:9092')",
			}},
		}})
		require.NoError(t, err)
		for want, r := range map[int]flink.GetDeploymentsByIPRequest{
			1: {SrcIP: "10.0.0.7", SrcPort: "9092"}, 0: {SrcIP: "10.0.0.7", DstIP: "10.0.0.8"},
		} {
			found, err := c.flink.GetDeploymentsByIP(t.Context(), r)
			require.NoError(t, err)
			assert.Len(t, found.Data, want)
		}
	},
	"Busy deployments": func(t *testing.T, c clients) {
		_, err := c.flink.DeleteDeployment(t.Context(), flink.DeleteDeploymentRequest{DeploymentID: deployment})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		require.ErrorContains(t, err, "RUNNING")
		_, err = c.flink.DeleteJob(t.Context(), flink.DeleteJobRequest{JobID: job})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		_, err = c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
		require.NoError(t, err)
	},
	"Edited drafts": func(t *testing.T, c clients) {
		folder, err := c.flink.CreateFolder(t.Context(), flink.CreateFolderRequest{Folder: flink.Folder{Name: "drafts"}})
		require.NoError(t, err)
		made, err := c.flink.CreateDeploymentDraft(t.Context(), flink.CreateDeploymentDraftRequest{DeploymentDraft: flink.DeploymentDraft{
			Name: "clicks", ParentID: folder.Data.FolderID, ReferencedDeploymentID: deployment,
		}})
		require.NoError(t, err)
		id := made.Data.DeploymentDraftID
		assert.Empty(t, made.Data.ReferencedDeploymentID, "a new draft was never deployed")
		lock, err := c.flink.GetDeploymentDraftLock(t.Context(), flink.GetDeploymentDraftLockRequest{DeploymentDraftID: id})
		require.NoError(t, err)
		again, err := c.flink.GetDeploymentDraftLock(t.Context(), flink.GetDeploymentDraftLockRequest{DeploymentDraftID: id})
		require.NoError(t, err)
		assert.Equal(t, lock.Data, again.Data)
		updated, err := c.flink.UpdateDeploymentDraft(t.Context(), flink.UpdateDeploymentDraftRequest{
			DeploymentDraftID: id, DeploymentDraft: flink.DeploymentDraft{Name: "views", DeploymentDraftID: "mine"},
		})
		require.NoError(t, err)
		got, err := c.flink.GetDeploymentDraft(t.Context(), flink.GetDeploymentDraftRequest{DeploymentDraftID: id})
		require.NoError(t, err)
		assert.Equal(t, updated.Data, got.Data)
		assert.Equal(t, "views", got.Data.Name)
		assert.Equal(t, folder.Data.FolderID, got.Data.ParentID)
		assert.Equal(t, lock.Data, got.Data.Lock)

		_, err = c.flink.DeleteFolder(t.Context(), flink.DeleteFolderRequest{FolderID: folder.Data.FolderID})
		require.ErrorIs(t, err, cloud.Code("StateConflict"), "the folder has a draft")
		_, err = c.flink.UpdateDeploymentDraft(t.Context(), flink.UpdateDeploymentDraftRequest{
			DeploymentDraftID: id, DeploymentDraft: flink.DeploymentDraft{ParentID: "nowhere"},
		})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.DeleteDeploymentDraft(t.Context(), flink.DeleteDeploymentDraftRequest{DeploymentDraftID: id})
		require.NoError(t, err)
		_, err = c.flink.GetDeploymentDraft(t.Context(), flink.GetDeploymentDraftRequest{DeploymentDraftID: id})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.DeleteFolder(t.Context(), flink.DeleteFolderRequest{FolderID: folder.Data.FolderID})
		require.NoError(t, err)
	},
	"Folders": func(t *testing.T, c clients) {
		create := func(name, parent string) (string, error) {
			made, err := c.flink.CreateFolder(t.Context(), flink.CreateFolderRequest{Folder: flink.Folder{Name: name, ParentID: parent}})
			if err != nil {
				return "", err
			}
			return made.Data.FolderID, nil
		}
		a, err := create("a", "")
		require.NoError(t, err)
		b, err := create("b", a)
		require.NoError(t, err)
		_, err = create("b", a)
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		_, err = create("b", "nowhere")
		require.ErrorIs(t, err, cloud.ErrNotFound)
		root, err := c.flink.GetFolder(t.Context(), flink.GetFolderRequest{RootType: "DEVELOPMENT"})
		require.NoError(t, err)
		assert.Equal(t, []flink.SubFolder{{FolderID: a, Name: "a", ParentID: root.Data.FolderID}}, root.Data.SubFolder)

		move := func(id, parent string) error {
			_, err := c.flink.UpdateFolder(t.Context(), flink.UpdateFolderRequest{FolderID: id, Folder: flink.Folder{ParentID: parent}})
			return err
		}
		require.ErrorIs(t, move(a, b), cloud.Code("StateConflict"), "below itself")
		require.ErrorIs(t, move("nowhere", a), cloud.ErrNotFound)
		_, err = c.flink.DeleteFolder(t.Context(), flink.DeleteFolderRequest{FolderID: a})
		require.ErrorIs(t, err, cloud.Code("StateConflict"), "not empty")
		require.NoError(t, move(b, root.Data.FolderID))
		renamed, err := c.flink.UpdateFolder(t.Context(), flink.UpdateFolderRequest{FolderID: b, Folder: flink.Folder{Name: "c"}})
		require.NoError(t, err)
		got, err := c.flink.GetFolder(t.Context(), flink.GetFolderRequest{FolderID: b})
		require.NoError(t, err)
		assert.Equal(t, renamed.Data, got.Data)
		assert.Equal(t, "c", got.Data.Name)
		assert.Equal(t, root.Data.FolderID, got.Data.ParentID)
		_, err = c.flink.DeleteFolder(t.Context(), flink.DeleteFolderRequest{FolderID: a})
		require.NoError(t, err)
		_, err = c.flink.GetFolder(t.Context(), flink.GetFolderRequest{FolderID: a})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Variables": func(t *testing.T, c clients) {
		plain := flink.Variable{Name: "host", Kind: flink.VariableKindPlain, Value: "db", Description: new("the database")}
		made, err := c.flink.CreateVariable(t.Context(), flink.CreateVariableRequest{Variable: plain})
		require.NoError(t, err)
		assert.Equal(t, &plain, made.Data)
		_, err = c.flink.CreateVariable(t.Context(), flink.CreateVariableRequest{Variable: plain})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		secret, err := c.flink.CreateVariable(t.Context(), flink.CreateVariableRequest{Variable: flink.Variable{
			Name: "password", Kind: flink.VariableKindEncrypted, Value: "open sesame",
		}})
		require.NoError(t, err)
		assert.Equal(t, "******", secret.Data.Value)
		first, err := c.flink.ListVariables(t.Context(), flink.ListVariablesRequest{PageSize: 1})
		require.NoError(t, err)
		assert.Equal(t, []flink.Variable{plain}, first.Data)
		assert.Equal(t, 2, first.TotalSize)
		second, err := c.flink.ListVariables(t.Context(), flink.ListVariablesRequest{PageSize: 1, PageIndex: 2})
		require.NoError(t, err)
		assert.Equal(t, []flink.Variable{*secret.Data}, second.Data)

		updated, err := c.flink.UpdateVariable(t.Context(), flink.UpdateVariableRequest{Name: "host", Variable: flink.Variable{
			Name: "host", Kind: flink.VariableKindPlain, Value: "replica",
		}})
		require.NoError(t, err)
		assert.Equal(t, "replica", updated.Data.Value)
		_, err = c.flink.DeleteVariable(t.Context(), flink.DeleteVariableRequest{Name: "password"})
		require.NoError(t, err)
		_, err = c.flink.DeleteVariable(t.Context(), flink.DeleteVariableRequest{Name: "password"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.UpdateVariable(t.Context(), flink.UpdateVariableRequest{Name: "password", Variable: plain})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		rest, err := c.flink.ListVariables(t.Context(), flink.ListVariablesRequest{})
		require.NoError(t, err)
		assert.Equal(t, []flink.Variable{*updated.Data}, rest.Data)
	},
	"Members": func(t *testing.T, c clients) {
		anna := flink.Member{Member: "user:181319557522", Role: flink.RoleEditor}
		made, err := c.flink.CreateMember(t.Context(), flink.CreateMemberRequest{Member: anna})
		require.NoError(t, err)
		assert.Equal(t, &anna, made.Data)
		_, err = c.flink.CreateMember(t.Context(), flink.CreateMemberRequest{Member: anna})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		anna.Role = flink.RoleAdmin
		_, err = c.flink.UpdateMember(t.Context(), flink.UpdateMemberRequest{Member: anna})
		require.NoError(t, err)
		got, err := c.flink.GetMember(t.Context(), flink.GetMemberRequest{Member: anna.Member})
		require.NoError(t, err)
		assert.Equal(t, &anna, got.Data)
		list, err := c.flink.ListMembers(t.Context(), flink.ListMembersRequest{})
		require.NoError(t, err)
		assert.Equal(t, []flink.Member{anna}, list.Data)
		_, err = c.flink.DeleteMember(t.Context(), flink.DeleteMemberRequest{Member: anna.Member})
		require.NoError(t, err)
		_, err = c.flink.GetMember(t.Context(), flink.GetMemberRequest{Member: anna.Member})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.UpdateMember(t.Context(), flink.UpdateMemberRequest{Member: anna})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Namespaces": func(t *testing.T, c clients) {
		out, err := c.flink.ListEditableNamespace(t.Context(), flink.ListEditableNamespaceRequest{WorkspaceID: workspace, PageSize: "1"})
		require.NoError(t, err)
		assert.Equal(t, &flink.EditableNamespacePage{
			EditableNamespaces: []flink.EditableNamespace{{Namespace: namespace, Role: flink.RoleAdmin, WorkspaceID: workspace}},
			PageIndex:          "1", PageSize: "1", Total: "2",
		}, out.Data)
		none, err := c.flink.ListEditableNamespace(t.Context(), flink.ListEditableNamespaceRequest{Namespace: new("third")})
		require.NoError(t, err)
		assert.Equal(t, "0", none.Data.Total)
	},
	"New session clusters": func(t *testing.T, c clients) {
		in := flink.SessionCluster{
			Name: "fresh", Workspace: workspace, Namespace: namespace, Logging: &flink.Logging{LoggingProfile: flink.LoggingProfileDefault},
		}
		made, err := c.flink.CreateSessionCluster(t.Context(), flink.CreateSessionClusterRequest{SessionCluster: in})
		require.NoError(t, err)
		assert.NotEmpty(t, made.Data.SessionClusterID)
		assert.Equal(t, flink.SessionClusterStateStopped, stateOf(t, c, "fresh"))
		_, err = c.flink.CreateSessionCluster(t.Context(), flink.CreateSessionClusterRequest{SessionCluster: in})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		in.Name, in.Namespace = "other", "another"
		_, err = c.flink.CreateSessionCluster(t.Context(), flink.CreateSessionClusterRequest{SessionCluster: in})
		require.ErrorIs(t, err, cloud.Code("InvalidParameter"))
	},
	"Deleted savepoints": func(t *testing.T, c clients) {
		running, err := c.flink.CreateSavepoint(t.Context(), flink.CreateSavepointRequest{DeploymentID: deployment})
		require.NoError(t, err)
		_, err = c.flink.DeleteSavepoint(t.Context(), flink.DeleteSavepointRequest{SavepointID: running.Data.SavepointID})
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		list, err := c.flink.ListSavepoints(t.Context(), flink.ListSavepointsRequest{})
		require.NoError(t, err)
		done := list.Data[1].SavepointID
		_, err = c.flink.DeleteSavepoint(t.Context(), flink.DeleteSavepointRequest{SavepointID: done})
		require.NoError(t, err)
		_, err = c.flink.GetSavepoint(t.Context(), flink.GetSavepointRequest{SavepointID: done})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Deleted jobs": func(t *testing.T, c clients) {
		_, err := c.flink.DeleteJob(t.Context(), flink.DeleteJobRequest{JobID: endedJob})
		require.NoError(t, err)
		_, err = c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: endedJob})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		_, err = c.flink.DeleteJob(t.Context(), flink.DeleteJobRequest{JobID: endedJob})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
}

// endedJob is a job of no deployment.
const endedJob = "5af678c0-7db0-4650-94c2-d2604f0a0002"

func allFlinkOperations() map[string]func(t *testing.T, c clients) {
	all := maps.Clone(flinkOperations)
	maps.Copy(all, flinkResources)
	maps.Copy(all, flinkArtifacts)
	maps.Copy(all, flinkPlans)
	maps.Copy(all, flinkSQL)
	return all
}

// TestFlinkNamespaces checks that an emulator that knows a namespace refuses others.
func TestFlinkNamespaces(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start()
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	c := clientsOf(t, withoutRetries(emu))
	get := func(workspace, namespace string) error {
		_, err := c.flink.ListDeployments(t.Context(), flink.ListDeploymentsRequest{Workspace: workspace, Namespace: namespace})
		return err
	}
	require.NoError(t, get("w1", "n1"), "nothing is known")
	emu.Flink.AddVariable("w1", "n1", flink.Variable{})
	emu.Flink.AddWorkspace("w2")
	require.NoError(t, get("w1", "n1"))
	require.NoError(t, get("w2", "default-namespace"))
	for _, err := range []error{get("w1", "n2"), get("w2", "n1"), get("w3", "n1")} {
		require.ErrorIs(t, err, cloud.ErrNotFound)
	}
	emu.Flink.AddMember("w2", "default-namespace", flink.Member{})
	out, err := c.flink.ListEditableNamespace(t.Context(), flink.ListEditableNamespaceRequest{})
	require.NoError(t, err)
	require.Len(t, out.Data.EditableNamespaces, 1, "a viewer cannot change a namespace")
	assert.Equal(t, "n1", out.Data.EditableNamespaces[0].Namespace)
}

// TestForeignLock checks that a draft that another user has locked is not changed.
func TestForeignLock(t *testing.T) {
	t.Parallel()
	emu := start(t)
	id := emu.Flink.AddDeploymentDraft(workspace, namespace, flink.DeploymentDraft{Lock: &flink.Lock{HolderID: "18389966"}})
	c := clientsOf(t, withoutRetries(emu))
	_, lock := c.flink.GetDeploymentDraftLock(t.Context(), flink.GetDeploymentDraftLockRequest{DeploymentDraftID: id})
	_, update := c.flink.UpdateDeploymentDraft(t.Context(), flink.UpdateDeploymentDraftRequest{DeploymentDraftID: id})
	_, remove := c.flink.DeleteDeploymentDraft(t.Context(), flink.DeleteDeploymentDraftRequest{DeploymentDraftID: id})
	for _, err := range []error{lock, update, remove} {
		require.ErrorIs(t, err, cloud.Code("StateConflict"))
		require.ErrorContains(t, err, "18389966")
	}
}

// TestDeletedDeployment checks that the jobs of a deployment are deleted with it, once they have ended.
func TestDeletedDeployment(t *testing.T) {
	t.Parallel()
	emu := start(t)
	c := clientsOf(t, withoutRetries(emu))
	_, err := c.flink.StopJob(t.Context(), flink.StopJobRequest{
		JobID: job, StopJobParameters: flink.StopJobParameters{StopStrategy: flink.StopStrategyWithoutSavepoint},
	})
	require.NoError(t, err)
	_, err = c.flink.DeleteDeployment(t.Context(), flink.DeleteDeploymentRequest{DeploymentID: deployment})
	require.ErrorContains(t, err, "CANCELLING")
	emu.Advance(time.Hour)
	_, err = c.flink.DeleteDeployment(t.Context(), flink.DeleteDeploymentRequest{DeploymentID: deployment})
	require.NoError(t, err)
	_, err = c.flink.GetJob(t.Context(), flink.GetJobRequest{JobID: job})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}
