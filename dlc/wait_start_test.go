package dlc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestLostStarts is that a start without a response is followed where the resource shows it, and only there.
func TestLostStarts(t *testing.T) {
	t.Parallel()
	maybe := fmt.Errorf("begin: %w", &cloud.Error{Kind: cloud.ErrTransport, MaybeExecuted: true})
	refused := &cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true}
	notSent := &cloud.Error{Kind: cloud.ErrConflict}
	was := &engineLook{State: DataEngineStateRunning, Image: "v1", Size: 16, MinClusters: 1, MaxClusters: 2, Updated: 100}
	restart := func(ctx context.Context, c *Client, err error) bool {
		return c.engineBegan(ctx, err, &engineChange{ID: "DataEngine-1", Name: "etl", Was: was, Goal: engineLook{State: DataEngineStateRunning}})
	}
	image := func(ctx context.Context, c *Client, err error) bool {
		return c.engineBegan(ctx, err, &engineChange{ID: "DataEngine-1", Name: "etl", Was: was, Goal: engineLook{State: DataEngineStateRunning, Image: "v2"}})
	}
	deletion := func(ctx context.Context, c *Client, err error) bool {
		s := &engineDeletion{Deleted: []engineChange{{ID: "DataEngine-1", Name: "etl", Was: was}}}
		return carriedOut(ctx, err, c.engineDeletion(s), s.begun)
	}
	launch := func(ctx context.Context, c *Client, err error) bool {
		return c.groupsBegan(ctx, err, &groupChange{Goal: ResourceGroupStateRunning, Groups: []groupBefore{{Name: "etl", ID: "rg-1", State: ResourceGroupStatePaused, Updated: 100}}})
	}
	removal := func(ctx context.Context, c *Client, err error) bool {
		return c.groupsBegan(ctx, err, &groupChange{Goal: ResourceGroupStateDeleted, Groups: []groupBefore{{Name: "etl", ID: "rg-1", State: ResourceGroupStatePaused, Updated: 100}}})
	}
	restartService := func(ctx context.Context, c *Client, err error) bool {
		return c.inferenceBegan(ctx, err, &inferenceChange{ID: "id-1", Goal: InferenceServiceStatusRunning, Was: InferenceServiceStatusRunning, Updated: 100})
	}
	endSession := func(ctx context.Context, c *Client, err error) bool {
		return c.sparkSessionEnds(ctx, err, &sparkSessionState{Name: "study", SessionID: "s-1", Deleted: true})
	}
	study := `{"Response":{"SparkSessionsList":[{"EngineSessionName":"study","SparkSessionId":"s-1","State":"%s"}],"RequestId":"r-1"}}`
	noEngine := kind{read: "DescribeDataEngine"}.absent()
	tests := []struct {
		name  string
		began func(context.Context, *Client, error) bool
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
		{"session, runs", endSession, maybe, fmt.Sprintf(study, "RUNNING"), false},
		{"session, terminated", endSession, maybe, fmt.Sprintf(study, "TERMINATED"), true},
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
				assert.Equal(t, tt.want, tt.began(t.Context(), c, tt.err))
				if tt.err == error(notSent) {
					assert.Zero(t, polls)
				}
			})
		})
	}
}

// TestLostStartsMeetStaleReads is that the first reads may be behind, and that the caller may not wait for them.
func TestLostStartsMeetStaleReads(t *testing.T) {
	t.Parallel()
	maybe := &cloud.Error{Kind: cloud.ErrTransport, MaybeExecuted: true}
	synctest.Test(t, func(t *testing.T) {
		s := func() *engineChange {
			return &engineChange{ID: "DataEngine-1", Name: "etl", Was: &engineLook{State: DataEngineStateRunning, Updated: 100}, Goal: engineLook{State: DataEngineStateRunning}}
		}
		began := time.Now()
		c := scripted(t, &script{
			kind:  kind{read: "DescribeDataEngine", before: engine(DataEngineStateRunning, "v1", 16, 100)},
			steps: []step{{4 * time.Second, engine(DataEngineStateStarting, "v1", 16, 101)}}, began: began,
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.False(t, c.engineBegan(ctx, maybe, s()))
		assert.Equal(t, time.Second, time.Since(began))
		assert.True(t, c.engineBegan(t.Context(), maybe, s()))
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestGoneAlready is that what is deleted by its state is not asked to be deleted again.
func TestGoneAlready(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		read, shown string
		begin       func(context.Context, *Client) (waiting, error)
	}{
		"engine": {"DescribeDataEngine", engine(DataEngineStateDeleted, "v1", 16, 100), func(ctx context.Context, c *Client) (waiting, error) {
			return waits(c.BeginDeleteDataEngine(ctx, DeleteDataEngineRequest{DataEngineNames: []string{"etl"}}))
		}},
		"group": {"DescribeStandardEngineResourceGroups", group(ResourceGroupStateDeleted, 100), func(ctx context.Context, c *Client) (waiting, error) {
			return waits(c.BeginDeleteStandardEngineResourceGroup(ctx, DeleteStandardEngineResourceGroupRequest{EngineResourceGroupName: "etl"}))
		}},
		"session": {"DescribeNativeSparkSessions", `{"Response":{"SparkSessionsList":[{"EngineSessionName":"study","SparkSessionId":"s-1","State":"TERMINATED"}],"RequestId":"r-1"}}`, func(ctx context.Context, c *Client) (waiting, error) {
			return waits(c.BeginDeleteNativeSparkSession(ctx, DeleteNativeSparkSessionRequest{EngineSessionName: "study"}))
		}},
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

// TestEmptyLists is that starts for nothing are refused before anything is sent, also without validation.
func TestEmptyLists(t *testing.T) {
	t.Parallel()
	for _, skip := range []bool{false, true} {
		cfg := cloud.Config{Region: "ap-guangzhou", SkipValidation: skip, Credentials: cloud.StaticCredentials("AKIDEXAMPLE", "secret", "")}
		var s seen
		cfg.HTTPClient = &http.Client{Transport: &s}
		c, err := New(cfg)
		require.NoError(t, err)
		ctx := t.Context()
		for name, start := range map[string]func() (waiting, error){
			"LaunchStandardEngineResourceGroups: invalid: EngineResourceGroupNames": func() (waiting, error) {
				return waits(c.BeginLaunchStandardEngineResourceGroups(ctx, LaunchStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{}}))
			},
			"PauseStandardEngineResourceGroups: invalid: EngineResourceGroupNames": func() (waiting, error) {
				return waits(c.BeginPauseStandardEngineResourceGroups(ctx, PauseStandardEngineResourceGroupsRequest{EngineResourceGroupNames: []string{}}))
			},
			"DeleteDataEngine: invalid: DataEngineNames": func() (waiting, error) {
				return waits(c.BeginDeleteDataEngine(ctx, DeleteDataEngineRequest{DataEngineNames: []string{}}))
			},
		} {
			wait, err := start()
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

// TestStatesThatNoStartMakes is about tokens that others wrote: they are refused, and nothing that is made from
// them all the same panics or ends well.
func TestStatesThatNoStartMakes(t *testing.T) {
	t.Parallel()
	was := &engineLook{State: DataEngineStateRunning}
	good := []interface{ Check() error }{
		&engineChange{Name: "etl", ID: "DataEngine-1"}, &engineChange{Name: "etl", Was: was, OtherImage: true},
		&engineDeletion{Deleted: []engineChange{{Name: "etl", Was: was}}}, &groupChange{Groups: []groupBefore{{Name: "etl"}}},
		&taskState{IDs: []string{"t-1"}}, &sparkSessionState{Name: "study"}, &connectionState{"id-1"}, &downloadState{ID: "id-1"},
		&lockState{LockID: 1}, &notebookState{SessionID: "id-1"}, &batchState{BatchID: "id-1"}, &inferenceChange{ID: "id-1", Goal: InferenceServiceStatusRunning},
	}
	for _, s := range good {
		assert.NoError(t, s.Check(), "%+v", s)
	}
	bad := []interface{ Check() error }{
		&engineChange{}, &engineChange{Name: "etl"}, &engineChange{Name: "etl", ID: "DataEngine-1", OtherImage: true},
		&engineDeletion{}, &engineDeletion{Deleted: []engineChange{{Name: "etl"}}}, &engineDeletion{Deleted: []engineChange{{Was: was}}},
		&groupChange{}, &groupChange{Groups: []groupBefore{{}}}, &taskState{}, &taskState{IDs: []string{"t-1", ""}}, &taskState{JobID: "j-1"},
		&sparkSessionState{}, &connectionState{}, &downloadState{}, &lockState{}, &notebookState{}, &batchState{},
		&inferenceChange{}, &inferenceChange{ID: "id-1"},
	}
	for _, s := range bad {
		assert.Error(t, s.Check(), "%+v", s)
	}

	shown := func(body string) *Client {
		return scripted(t, roundTripper(func(r *http.Request) (*http.Response, error) {
			return (&script{kind: kind{read: r.Header.Get("X-Tc-Action"), before: body}}).RoundTrip(r)
		}))
	}
	running, none := shown(engine(DataEngineStateRunning, "v1", 16, 100)), shown(groups())
	for name, poll := range map[string]func() (cloud.Outcome, error){
		"image": func() (cloud.Outcome, error) {
			return outcomeOf(running.engineChange(&engineChange{Name: "etl", OtherImage: true}))
		},
		"deletion of nothing": func() (cloud.Outcome, error) { return outcomeOf(running.engineDeletion(&engineDeletion{})) },
		"deletion of what was not read": func() (cloud.Outcome, error) {
			return outcomeOf(running.engineDeletion(&engineDeletion{Deleted: []engineChange{{Name: "etl"}}}))
		},
		"no groups": func() (cloud.Outcome, error) { return outcomeOf(none.groupChange(&groupChange{})) },
		"no groups, deleted": func() (cloud.Outcome, error) {
			return outcomeOf(none.groupChange(&groupChange{Goal: ResourceGroupStateDeleted}))
		},
		"no tasks":         func() (cloud.Outcome, error) { return outcomeOf(none.taskSuccess(&taskState{})) },
		"no task of a job": func() (cloud.Outcome, error) { return outcomeOf(none.taskCancellation(&taskState{JobID: "j-1"})) },
		"no session": func() (cloud.Outcome, error) {
			return outcomeOf(none.sparkSessionWait(&sparkSessionState{Deleted: true}))
		},
	} {
		outcome, err := poll()
		assert.Equal(t, cloud.Pending, outcome, "%s: %v", name, err)
	}
}

func outcomeOf[T any](w cloud.WaitSpec[T]) (cloud.Outcome, error) {
	p, err := cloud.NewWaiter(w).Poll(context.Background())
	return p.Outcome, err
}

// TestStartsThatNameNothing is a start whose response has no id: nobody could tell what to wait for.
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
