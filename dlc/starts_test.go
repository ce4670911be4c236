package dlc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestLostStarts checks that a start without a response is followed where the resource shows it, and only there.
func TestLostStarts(t *testing.T) {
	t.Parallel()
	maybe := fmt.Errorf("begin: %w", &cloud.Error{Kind: cloud.ErrTransport, MaybeExecuted: true})
	refused := &cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true}
	notSent := &cloud.Error{Kind: cloud.ErrConflict}
	before := &engineSnapshot{State: DataEngineStateRunning, Image: "v1", Size: 16, MinClusters: 1, MaxClusters: 2, Updated: 100}
	pausedGroup := []groupRecord{{Name: "etl", Before: groupSnapshot{ID: "rg-1", State: ResourceGroupStatePaused, Updated: 100}}}
	type lostStart func(context.Context, *Client, error) error
	restart := func(ctx context.Context, c *Client, err error) error {
		s := &engineChange{ID: "DataEngine-1", Name: "etl", Before: before, Goal: engineSnapshot{State: DataEngineStateRunning}}
		return restartDataEngine.Refused(c, ctx, s, time.Time{}, err)
	}
	image := func(ctx context.Context, c *Client, err error) error {
		s := &engineChange{ID: "DataEngine-1", Name: "etl", Before: before, Goal: engineSnapshot{State: DataEngineStateRunning, Image: "v2"}}
		return switchDataEngineImage.Refused(c, ctx, s, time.Time{}, err)
	}
	deletion := func(ctx context.Context, c *Client, err error) error {
		s := &engineDeletionChange{Deleted: []engineChange{{ID: "DataEngine-1", Name: "etl", Before: before}}}
		return deleteDataEngine.Refused(c, ctx, s, time.Time{}, err)
	}
	launch := func(ctx context.Context, c *Client, err error) error {
		s := &groupChange{Goal: ResourceGroupStateRunning, Groups: slices.Clone(pausedGroup)}
		return launchStandardEngineResourceGroups.Refused(c, ctx, s, time.Time{}, err)
	}
	removal := func(ctx context.Context, c *Client, err error) error {
		s := &groupChange{Goal: ResourceGroupStateDeleted, Groups: slices.Clone(pausedGroup)}
		return deleteStandardEngineResourceGroup.Refused(c, ctx, s, time.Time{}, err)
	}
	restartService := func(ctx context.Context, c *Client, err error) error {
		s := &inferenceChange{ID: "id-1", Goal: InferenceServiceStatusRunning, Before: inferenceSnapshot{InferenceServiceStatusRunning, 100}}
		return restartInferenceService.Refused(c, ctx, s, time.Time{}, err)
	}
	endSession := func(ctx context.Context, c *Client, err error) error {
		return deleteNativeSparkSession.Refused(c, ctx, &sparkSessionChange{Name: "study", SessionID: "s-1"}, time.Time{}, err)
	}
	startCluster := func(ctx context.Context, c *Client, err error) error {
		s := &rayChange{ID: "id-1", Goal: RayClusterStatusRunning, Before: raySnapshot{Status: RayClusterStatusStopped, Started: 100}}
		return startRayCluster.Refused(c, ctx, s, time.Time{}, err)
	}
	deleteCluster := func(ctx context.Context, c *Client, err error) error {
		s := &rayChange{ID: "id-1", Goal: RayClusterStatusDeleted, Before: raySnapshot{Status: RayClusterStatusStopped, Started: 100}}
		return deleteRayCluster.Refused(c, ctx, s, time.Time{}, err)
	}
	endNotebook := func(ctx context.Context, c *Client, err error) error {
		return deleteNotebookSession.Refused(c, ctx, &notebookDeletionChange{SessionID: "id-1"}, time.Time{}, err)
	}
	settings := func(ctx context.Context, c *Client, err error) error {
		s := &groupBaseChange{Name: "etl", Before: groupSnapshot{State: ResourceGroupStateRunning, Updated: 100}, Goal: groupBase{AutoPause: 1}}
		return updateStandardEngineResourceGroupBaseInfo.Refused(c, ctx, s, time.Time{}, err)
	}
	notebook := func(state NotebookSessionState) string {
		return response("Session", json.RawMessage(object("SessionId", "id-1", "State", state)))
	}
	noEngine := kind{read: "DescribeDataEngine"}.absent()
	tests := []struct {
		name  string
		start lostStart
		err   error
		shown string
		want  bool
	}{
		{"restart, as before", restart, maybe, engine(DataEngineStateRunning, "v1", 16, 100), false},
		{"restart, starting", restart, maybe, engine(DataEngineStateStarting, "v1", 16, 100), true},
		{"restart, changed since", restart, maybe, engine(DataEngineStateRunning, "v1", 16, 101), true},
		{"restart, the repetition refused", restart, refused, engine(DataEngineStateStarting, "v1", 16, 100), true},
		{"restart, surely not begun", restart, notSent, engine(DataEngineStateStarting, "v1", 16, 100), false},
		{"restart, no engine", restart, maybe, noEngine, false},
		{"restart, no response", restart, maybe, "", false},
		{"image, as before", image, maybe, engine(DataEngineStateRunning, "v1", 16, 100), false},
		{"image, new", image, maybe, engine(DataEngineStateRunning, "v2", 16, 100), true},
		{"image, another's in the past", image, maybe, engine(DataEngineStateRunning, "v3", 16, 99), false},
		{"deletion, as before", deletion, maybe, engine(DataEngineStateRunning, "v1", 16, 101), false},
		{"deletion, deleting", deletion, maybe, engine(DataEngineStateDeleting, "v1", 16, 101), true},
		{"deletion, gone", deletion, maybe, noEngine, true},
		{"deletion, surely not begun", deletion, notSent, noEngine, false},
		{"launch, as before", launch, maybe, group(ResourceGroupStatePaused, 100), false},
		{"launch, starting", launch, maybe, group(ResourceGroupStateStarting, 101), true},
		{"launch, runs", launch, maybe, group(ResourceGroupStateRunning, 100), true},
		{"launch, not listed", launch, maybe, groups(), false},
		{"removal, as before", removal, maybe, group(ResourceGroupStatePaused, 100), false},
		{"removal, gone", removal, maybe, groups(), true},
		{"removal, no list", removal, maybe, response(), false},
		{"service, as before", restartService, maybe, inference("id-1", "Running", 100), false},
		{"service, deploying", restartService, maybe, inference("id-1", "Deploying", 100), true},
		{"service, another", restartService, maybe, inference("id-2", "Deploying", 101), false},
		{"session, runs", endSession, maybe, study(SparkSessionStateRunning), false},
		{"cluster, as before", startCluster, maybe, ray("id-1", RayClusterStatusStopped, 100), false},
		{"cluster, starting", startCluster, maybe, ray("id-1", RayClusterStatusStarting, 100), true},
		{"cluster, failed again", startCluster, maybe, ray("id-1", RayClusterStatusFailed, 101), true},
		{"cluster, gone", startCluster, maybe, noEngine, false},
		{"deleted cluster, as before", deleteCluster, maybe, ray("id-1", RayClusterStatusStopped, 100), false},
		{"deleted cluster, gone", deleteCluster, maybe, noEngine, true},
		{"deleted cluster, shown so", deleteCluster, maybe, ray("id-1", RayClusterStatusDeleted, 100), true},
		{"notebook, idle", endNotebook, maybe, notebook(NotebookSessionStateIdle), false},
		{"notebook, shutting down", endNotebook, maybe, notebook(NotebookSessionStateShuttingDown), true},
		{"notebook, gone", endNotebook, maybe, noEngine, true},
		{"settings, as before", settings, maybe, group(ResourceGroupStateRunning, 100), false},
		{"settings, updated", settings, maybe, group(ResourceGroupStateRunning, 101), true},
		{"session, terminated", endSession, maybe, study(SparkSessionStateTerminated), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				polls := 0
				c := scripted(t, roundTripper(func(r *http.Request) (*http.Response, error) {
					if polls++; tt.shown == "" {
						return nil, errors.New("connection refused")
					}
					return (&script{kind: kind{read: r.Header.Get("X-Tc-Action"), before: tt.shown}}).RoundTrip(r)
				}))
				if err := tt.start(t.Context(), c, tt.err); tt.want {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, tt.err)
				}
				if tt.err == error(notSent) {
					assert.Zero(t, polls)
				}
			})
		})
	}
}

// TestLostStartsMeetStaleReads checks that the first reads may be behind, and that the caller may not wait for them.
func TestLostStartsMeetStaleReads(t *testing.T) {
	t.Parallel()
	maybe := &cloud.Error{Kind: cloud.ErrTransport, MaybeExecuted: true}
	synctest.Test(t, func(t *testing.T) {
		restart := func(ctx context.Context, c *Client) error {
			s := &engineChange{ID: "DataEngine-1", Name: "etl", Before: &engineSnapshot{State: DataEngineStateRunning, Updated: 100}, Goal: engineSnapshot{State: DataEngineStateRunning}}
			return restartDataEngine.Refused(c, ctx, s, time.Time{}, maybe)
		}
		began := time.Now()
		c := scripted(t, &script{
			kind:  kind{read: "DescribeDataEngine", before: engine(DataEngineStateRunning, "v1", 16, 100)},
			steps: []step{{4 * time.Second, engine(DataEngineStateStarting, "v1", 16, 101)}}, began: began,
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, restart(ctx, c), maybe)
		assert.Equal(t, time.Second, time.Since(began))
		require.NoError(t, restart(t.Context(), c))
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestGoneAlready checks that what is deleted by its state is not asked to be deleted again.
func TestGoneAlready(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		read, shown string
		begin       start
	}{
		"engine":  {"DescribeDataEngine", engine(DataEngineStateDeleted, "v1", 16, 100), begin((*Client).BeginDeleteDataEngine, DeleteDataEngineRequest{DataEngineNames: []string{"etl"}})},
		"cluster": {"GetRayCluster", ray("id-1", RayClusterStatusDeleted, 100), begin((*Client).BeginDeleteRayCluster, DeleteRayClusterRequest{ID: "id-1"})},
		"lab":     {"GetLabDetail", ray("id-1", RayClusterStatusDeleted, 100), begin((*Client).BeginDeleteLab, DeleteLabRequest{ID: "id-1"})},
		"group":   {"DescribeStandardEngineResourceGroups", group(ResourceGroupStateDeleted, 100), begin((*Client).BeginDeleteStandardEngineResourceGroup, DeleteStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"})},
		"session": {"DescribeNativeSparkSessions", study(SparkSessionStateTerminated), begin((*Client).BeginDeleteNativeSparkSession, DeleteNativeSparkSessionRequest{EngineSessionName: "study"})},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// The script expects no deletion.
				wait, err := tt.begin(t.Context(), scripted(t, &script{kind: kind{read: tt.read, before: tt.shown}}))
				require.NoError(t, err)
				require.NoError(t, wait(t.Context()))
			})
		})
	}
}

// TestEmptyLists checks that starts for nothing are refused before anything is sent, also without validation.
func TestEmptyLists(t *testing.T) {
	t.Parallel()
	for _, skip := range []bool{false, true} {
		cfg := cloud.Config{Region: "ap-guangzhou", SkipValidation: skip, Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", "")}
		var s seen
		cfg.HTTPClient = &http.Client{Transport: &s}
		c, err := New(cfg)
		require.NoError(t, err)
		ctx := t.Context()
		for name, start := range map[string]start{
			"LaunchStandardEngineResourceGroups: invalid: EngineResourceGroupNames": begin((*Client).BeginLaunchStandardEngineResourceGroups, LaunchStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{}}),
			"PauseStandardEngineResourceGroups: invalid: EngineResourceGroupNames":  begin((*Client).BeginPauseStandardEngineResourceGroups, PauseStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{}}),
			"CancelTasks: invalid: TaskId":                                          begin((*Client).BeginCancelTasks, CancelTasksRequest{TaskID: []string{}}),
			"DeleteDataEngine: invalid: DataEngineNames":                            begin((*Client).BeginDeleteDataEngine, DeleteDataEngineRequest{DataEngineNames: []string{}}),
		} {
			wait, err := start(ctx, c)
			assert.Nil(t, wait, name)
			require.ErrorIs(t, err, cloud.ErrInvalid, name)
			assert.ErrorContains(t, err, name)
		}
		assert.Nil(t, s.request)
	}
	for _, r := range []interface{ Validate() error }{
		CancelTasksRequest{TaskID: []string{}}, DeleteScriptRequest{ScriptIDs: []string{}}, DeleteUserRequest{UserIDs: []string{}},
		DeleteWorkGroupRequest{WorkGroupIDs: []int{}}, LockMetaDataRequest{LockComponentList: []LockComponentInfo{}},
	} {
		assert.ErrorIs(t, r.Validate(), cloud.ErrInvalid, "%T", r)
	}
}

// TestStatesThatNoStartMakes covers tokens that others wrote: they are refused.
func TestStatesThatNoStartMakes(t *testing.T) {
	t.Parallel()
	before := &engineSnapshot{State: DataEngineStateRunning}
	good := []interface{ Check() error }{
		&engineCreationChange{ID: "DataEngine-1", Name: "etl"}, &engineChange{Name: "etl", Before: before},
		&engineDeletionChange{Deleted: []engineChange{{Name: "etl", Before: before}}},
		&groupCreationChange{Name: "etl"}, &groupChange{Groups: []groupRecord{{Name: "etl"}}},
		&taskChange{IDs: []string{"t-1"}}, &sparkAppTaskChange{JobID: "j-1", TaskID: "t-1"}, &sparkSessionChange{Name: "study"},
		&datasourceChange{ID: "id-1"}, &downloadChange{ID: "id-1"}, &lockChange{LockID: 1}, &batchChange{BatchID: "id-1"},
		&notebookSessionChange{SessionID: "id-1"}, &notebookStatementChange{SessionID: "id-1", StatementID: "id-1"},
		&inferenceCreationChange{ID: "id-1"}, &inferenceChange{ID: "id-1", Goal: InferenceServiceStatusRunning},
		&rayCreationChange{ID: "id-1"}, &rayChange{ID: "id-1", Goal: RayClusterStatusRunning, Before: raySnapshot{Status: RayClusterStatusStopped}},
		&rayJobChange{ID: "id-1"}, &notebookBatchChange{SessionID: "id-1", BatchID: "id-1"}, &notebookDeletionChange{SessionID: "id-1"},
		&groupBaseChange{Name: "etl"},
	}
	for _, s := range good {
		assert.NoError(t, s.Check(), "%+v", s)
	}
	bad := []interface{ Check() error }{
		&engineCreationChange{}, &engineCreationChange{Name: "etl"}, &engineCreationChange{ID: "DataEngine-1"},
		&engineChange{}, &engineChange{Name: "etl", ID: "DataEngine-1"}, &engineChange{Before: before},
		&engineDeletionChange{}, &engineDeletionChange{Deleted: []engineChange{{Name: "etl"}}}, &engineDeletionChange{Deleted: []engineChange{{Before: before}}},
		&groupCreationChange{}, &groupChange{}, &groupChange{Groups: []groupRecord{{}}},
		&taskChange{}, &taskChange{IDs: []string{"t-1", ""}}, &sparkAppTaskChange{JobID: "j-1"}, &sparkAppTaskChange{TaskID: "t-1"}, &sparkSessionChange{},
		&datasourceChange{}, &downloadChange{}, &lockChange{}, &batchChange{},
		&notebookSessionChange{}, &notebookStatementChange{}, &notebookStatementChange{SessionID: "id-1"},
		&inferenceCreationChange{}, &inferenceChange{}, &inferenceChange{ID: "id-1"},
		&rayCreationChange{}, &rayChange{}, &rayChange{ID: "id-1", Goal: RayClusterStatusRunning}, &rayJobChange{},
		&notebookBatchChange{SessionID: "id-1"}, &notebookBatchChange{BatchID: "id-1"}, &notebookDeletionChange{}, &groupBaseChange{},
	}
	for _, s := range bad {
		assert.Error(t, s.Check(), "%+v", s)
	}
}

// TestStartsThatNameNothing covers starts whose response has no ID to wait for.
func TestStartsThatNameNothing(t *testing.T) {
	t.Parallel()
	for op, k := range kinds() {
		if k.fixed[op] == accepted || k.before != "" || k.read == "DescribeStandardEngineResourceGroups" {
			continue // it is named by the request
		}
		for _, body := range []string{response(), response("TaskIdSet", []string{"id-1", ""}), response("NotebookSessionStatement", nil)} {
			bad := k
			bad.fixed = map[string]string{op: body, "DescribeSparkAppJob": k.fixed["DescribeSparkAppJob"]}
			wait, err := k.begin(t.Context(), scripted(t, &script{kind: bad, op: op}))
			assert.Nil(t, wait, op)
			require.ErrorIs(t, err, cloud.ErrTransport, op)
			assert.ErrorContains(t, err, "r-1", op)
		}
	}
}

// TestNothingToFollow is about changes of what is known by an ID and polled by another name, or the other way around:
// they are not started while the service does not say both.
func TestNothingToFollow(t *testing.T) {
	t.Parallel()
	all := kinds()
	for op, read := range map[string]struct{ op, body, member string }{
		"RestartDataEngine":                          {"DescribeDataEngines", all["RestartDataEngine"].fixed["DescribeDataEngines"], "DataEngineName"},
		"SwitchDataEngineImage":                      {"DescribeDataEngines", all["SwitchDataEngineImage"].fixed["DescribeDataEngines"], "DataEngineName"},
		"UpgradeDataEngineImage":                     {"DescribeDataEngines", all["UpgradeDataEngineImage"].fixed["DescribeDataEngines"], "DataEngineName"},
		"RollbackDataEngineImage":                    {"DescribeDataEngines", all["RollbackDataEngineImage"].fixed["DescribeDataEngines"], "DataEngineName"},
		"UpdateEngineResourceGroupNetworkConfigInfo": {"DescribeStandardEngineResourceGroups", group(ResourceGroupStateRunning, 100), "EngineResourceGroupName"},
		"CreateSparkAppTask":                         {"DescribeSparkAppJob", all["CreateSparkAppTask"].fixed["DescribeSparkAppJob"], "JobId"},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			body := regexp.MustCompile(`"`+read.member+`":"[^"]+"`).ReplaceAllString(read.body, `"Other":1`)
			require.NotEqual(t, read.body, body)
			// The script expects no start.
			wait, err := all[op].begin(t.Context(), scripted(t, &script{kind: kind{read: read.op, before: body}}))
			assert.Nil(t, wait)
			require.ErrorIs(t, err, cloud.ErrTransport)
			assert.ErrorContains(t, err, "unexpected response: it has no ")
			assert.ErrorContains(t, err, read.member)
			assert.NotContains(t, err.Error(), "may have been carried out")
		})
	}
}
