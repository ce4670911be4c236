package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

const updateOperation = "UpdateKxClusterCodeConfiguration"

// A world is an emulator and a test environment in the same virtual time: a timer of a workflow lets both pass.
type world struct {
	t   *testing.T
	emu *emulator.Emulator
	env *testsuite.TestWorkflowEnvironment
}

func newWorld(t *testing.T) *world {
	t.Helper()
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t), emulator.WithChangeTime(20*time.Minute))
	require.NoError(t, err)
	for _, name := range []string{"tickerplant", "hdb"} {
		emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{
			ClusterName: name, Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"},
		})
	}
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	w := &world{t, emu, suite.NewTestWorkflowEnvironment()}
	w.env.SetTestTimeout(24 * time.Hour)
	w.env.SetStartTime(time.Now())
	pass := func() { time.Sleep(max(time.Until(w.env.Now()), 0)) }
	w.env.SetOnTimerFiredListener(func(string) { pass() })
	w.env.SetOnActivityStartedListener(func(*activity.Info, context.Context, converter.EncodedValues) { pass() }) // after a retry, too
	w.env.RegisterActivity(w.activities())
	return w
}

// activities are those of a new worker, with a client of its own.
func (w *world) activities() *Activities {
	c, err := finspace.New(w.emu.Config())
	require.NoError(w.t, err)
	return &Activities{c}
}

func (w *world) release() error {
	w.env.ExecuteWorkflow(Release, []Update{
		{"kxenv", "tickerplant", "releases", "new.zip"}, {"kxenv", "hdb", "releases", "new.zip"},
	})
	require.True(w.t, w.env.IsWorkflowCompleted())
	return w.env.GetWorkflowError()
}

func (w *world) requireCode(tickerplant, hdb string) {
	w.t.Helper()
	for name, want := range map[string]string{"tickerplant": tickerplant, "hdb": hdb} {
		k, err := w.activities().Client.GetKxCluster(w.t.Context(), finspace.GetKxClusterRequest{EnvironmentID: "kxenv", ClusterName: name})
		require.NoError(w.t, err)
		assert.Equal(w.t, want, k.Code.S3Key, name)
	}
}

func (w *world) starts() (n int) {
	for _, r := range w.emu.Requests() {
		n += r.Changes
	}
	return n
}

func TestRelease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		begun := time.Now()
		require.NoError(t, w.release())
		w.requireCode("new.zip", "new.zip")
		assert.Equal(t, 2, w.starts())
		assert.InDelta(t, 45, time.Since(begun).Minutes(), 5, "virtual time has passed")
	})
}

func TestFailureIsTakenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.emu.Script(emulator.Ending{Operation: updateOperation}, emulator.Ending{Operation: updateOperation, Fail: true, Reason: "init.q failed"})
		require.ErrorContains(t, w.release(), "init.q failed")
		w.requireCode("old.zip", "old.zip")
	})
}

func TestCancellationIsTakenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.env.RegisterDelayedCallback(w.env.CancelWorkflow, 25*time.Minute) // while the second cluster changes
		var canceled *temporal.CanceledError
		require.ErrorAs(t, w.release(), &canceled)
		w.requireCode("old.zip", "old.zip")
	})
}

// TestLostStart has each worker die after its first start. The next one gets the token from before it.
func TestLostStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var mu sync.Mutex
		died := map[string]int{}
		w.env.RegisterActivityWithOptions(func(ctx context.Context, token string) (string, error) {
			begun, err := w.activities().Start(ctx, token)
			mu.Lock()
			defer mu.Unlock()
			if died[token]++; err == nil && died[token] == 1 {
				return "", errors.New("the worker died")
			}
			return begun, err
		}, activity.RegisterOptions{Name: "Start", DisableAlreadyRegisteredCheck: true})
		require.NoError(t, w.release())
		w.requireCode("new.zip", "new.zip")
		assert.Equal(t, 2, w.starts(), "one for each cluster")
		for _, times := range died {
			assert.Equal(t, 2, times)
		}
		assert.Len(t, died, 2)
	})
}

// TestThrottling has the service throttle starts and polls.
func TestThrottling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for _, operation := range []string{updateOperation, "GetKxCluster"} {
			w.emu.Inject(emulator.Fault{Operation: operation, Kind: emulator.Throttle, Times: 20})
		}
		require.NoError(t, w.release())
		w.requireCode("new.zip", "new.zip")
		assert.Equal(t, 2, w.starts())
	})
}

// TestStartThatWasNotSent has each worker die before its first start, and the next one come when nothing that was sent could
// take effect any more.
func TestStartThatWasNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		var mu sync.Mutex
		tokens := map[string]bool{}
		w.env.RegisterActivityWithOptions(func(ctx context.Context, token string) (string, error) {
			mu.Lock()
			first := len(tokens) == 0 || len(tokens) == 2 && !tokens[token]
			tokens[token] = true
			mu.Unlock()
			if first {
				time.Sleep(9 * time.Minute)
				return "", errors.New("the worker died")
			}
			return w.activities().Start(ctx, token)
		}, activity.RegisterOptions{Name: "Start", DisableAlreadyRegisteredCheck: true})
		require.NoError(t, w.release())
		w.requireCode("new.zip", "new.zip")
		assert.Equal(t, 2, w.starts())
		assert.Len(t, tokens, 4, "each change was prepared anew")
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		update Update
		want   string
	}{
		"by Validate":    {Update{EnvironmentID: "kxenv", Bucket: "releases", Key: "new.zip"}, "clusterName: required"},
		"by the service": {Update{"kxenv", "other", "releases", "new.zip"}, "not found"},
		"of the start":   {Update{EnvironmentID: "kxenv", Cluster: "hdb"}, "code.s3Bucket must be set"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.env.ExecuteWorkflow(Release, []Update{tt.update})
				require.ErrorContains(t, w.env.GetWorkflowError(), tt.want)
				assert.Zero(t, w.starts())
			})
		})
	}
}

// TestConverter requires that what goes to Temporal shows no token.
func TestConverter(t *testing.T) {
	t.Parallel()
	_, err := newConverter([]byte("short"))
	require.Error(t, err)
	key := bytes.Repeat([]byte{7}, 32)
	c, err := newConverter(key)
	require.NoError(t, err)
	sent, err := c.ToPayload("a token with new.zip")
	require.NoError(t, err)
	text, err := sent.Marshal()
	require.NoError(t, err)
	assert.NotContains(t, string(text), "new.zip")
	var read string
	require.NoError(t, c.FromPayload(sent, &read))
	assert.Equal(t, "a token with new.zip", read)

	plain, err := converter.GetDefaultDataConverter().ToPayload("x")
	require.NoError(t, err)
	other, err := newConverter(bytes.Repeat([]byte{8}, 32))
	require.NoError(t, err)
	for _, p := range []*commonpb.Payload{plain, {Metadata: sent.Metadata, Data: sent.Data[:5]}} {
		require.Error(t, c.FromPayload(p, &read))
	}
	require.Error(t, other.FromPayload(sent, &read), "another key")
}

// TestReleaseEncrypted runs the workflow with the converter.
func TestReleaseEncrypted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		c, err := newConverter(bytes.Repeat([]byte{7}, 32))
		require.NoError(t, err)
		w.env.SetDataConverter(c)
		require.NoError(t, w.release())
		w.requireCode("new.zip", "new.zip")
	})
}
