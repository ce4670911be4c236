// Package flows_test takes the five changes that this module began with from request to proven
// outcome, against the emulator: started, watched, polled, resumed by another process, seen through
// stale reads, with each kind of trouble on the way, and with each way to fail.
package flows_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// progress is a cloud.Progress of any type.
type progress struct {
	cloud.Progress[any]
	value any
}

// waiter is a cloud.Waiter of any type.
type waiter struct {
	wait  func(context.Context) (any, error)
	watch func(context.Context) iter.Seq2[progress, error]
	poll  func(context.Context) (progress, error)
	token string
}

func erased[T any](w *cloud.Waiter[T], err error) (*waiter, error) {
	if err != nil {
		return nil, err
	}
	erase := func(p cloud.Progress[T]) progress {
		return progress{cloud.Progress[any]{State: p.State, Outcome: p.Outcome, Reason: p.Reason, Err: p.Err, Attempt: p.Attempt, Elapsed: p.Elapsed, Next: p.Next}, p.Value}
	}
	return &waiter{
		wait: func(ctx context.Context) (any, error) { return w.Wait(ctx) },
		watch: func(ctx context.Context) iter.Seq2[progress, error] {
			return func(yield func(progress, error) bool) {
				for p, err := range w.Watch(ctx) {
					if !yield(erase(p), err) {
						return
					}
				}
			}
		},
		poll: func(ctx context.Context) (progress, error) {
			p, err := w.Poll(ctx)
			return erase(p), err
		},
		token: w.Token(),
	}, nil
}

// clients are what one process has.
type clients struct {
	finspace *finspace.Client
	proton   *proton.Client
	flink    *flink.Client
	dlc      *dlc.Client
}

func newClients(t *testing.T, emu *emulator.Emulator) clients { return clientsOf(t, emu, nil) }

func clientsOf(t *testing.T, emu *emulator.Emulator, change func(*cloud.Config)) clients {
	var c clients
	var err error
	cfg := emu.Config()
	if change != nil {
		change(&cfg)
	}
	c.finspace, err = finspace.New(cfg)
	require.NoError(t, err)
	c.proton, err = proton.New(cfg)
	require.NoError(t, err)
	c.flink, err = flink.New(cfg, flink.WithWorkspace("w1"), flink.WithNamespace("default"))
	require.NoError(t, err)
	c.dlc, err = dlc.New(cfg)
	require.NoError(t, err)
	return c
}

func seed(emu *emulator.Emulator) {
	emu.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb", Code: &finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "old.zip"}})
	emu.AddKxDatabase("kxenv", "trades")
	emu.AddFlinkJob("w1", "default", flink.Job{JobID: "job-1"})
	emu.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"})
	emu.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"})
	emu.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "etl", ImageVersionID: "old"})
	emu.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod", Spec: "old"})
}

// flow is one of the five changes.
type flow struct {
	service, start, read string
	// oldState is what reads show before the change; empty where the change has a resource of its own.
	oldState   string
	idempotent bool // the start may be repeated
	begin      func(context.Context, clients) (*waiter, error)
	resume     func(clients, string) (*waiter, error)
	live       func(t *testing.T, value any) // checks what Wait returned
}

var flows = []flow{
	{
		service: "finspace", start: "UpdateKxClusterCodeConfiguration", read: "GetKxCluster", oldState: "RUNNING", idempotent: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
				EnvironmentID: "kxenv", ClusterName: "hdb", Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "new.zip"},
			}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.finspace.ResumeUpdateKxClusterCodeConfiguration(token))
		},
		live: func(t *testing.T, value any) {
			cluster := value.(*finspace.GetKxClusterResponse)
			assert.Equal(t, finspace.KxClusterStatusRunning, cluster.Status)
			assert.Equal(t, "new.zip", cluster.Code.S3Key)
		},
	},
	{
		service: "finspace", start: "CreateKxChangeset", read: "GetKxChangeset", idempotent: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.finspace.BeginCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
				EnvironmentID: "kxenv", DatabaseName: "trades",
				ChangeRequests: []finspace.ChangeRequest{{ChangeType: finspace.ChangeTypePut, S3Path: "s3://releases/2026.11.21/", DBPath: "/2026.11.21/"}},
			}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.finspace.ResumeCreateKxChangeset(token))
		},
		live: func(t *testing.T, value any) {
			changeset := value.(*finspace.GetKxChangesetResponse)
			assert.Equal(t, finspace.ChangesetStatusCompleted, changeset.Status)
			assert.Equal(t, "/2026.11.21/", changeset.ChangeRequests[0].DBPath)
		},
	},
	{
		service: "flink", start: "HotUpdateJob", read: "GetHotUpdateJobResult",
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.flink.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "job-1"}))
		},
		resume: func(c clients, token string) (*waiter, error) { return erased(c.flink.ResumeHotUpdateJob(token)) },
		live: func(t *testing.T, value any) {
			result := value.(*flink.GetHotUpdateJobResultResponse).Data
			assert.Equal(t, flink.HotUpdateStatusHotUpdated, result.Status.Status)
			assert.Equal(t, "job-1", result.JobID)
		},
	},
	{
		service: "dlc", start: "SwitchDataEngineImage", read: "DescribeDataEngine", oldState: "2",
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.dlc.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1", NewImageVersionID: "new"}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.dlc.ResumeSwitchDataEngineImage(token))
		},
		live: func(t *testing.T, value any) {
			engine := value.(*dlc.DescribeDataEngineResponse).DataEngine
			assert.Equal(t, dlc.DataEngineRunning, engine.State)
			assert.Equal(t, "new", engine.ImageVersionID)
		},
	},
	{
		service: "proton", start: "UpdateServiceInstance", read: "GetServiceInstance", oldState: "SUCCEEDED", idempotent: true,
		begin: func(ctx context.Context, c clients) (*waiter, error) {
			return erased(c.proton.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
				ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "new",
			}))
		},
		resume: func(c clients, token string) (*waiter, error) {
			return erased(c.proton.ResumeUpdateServiceInstance(token))
		},
		live: func(t *testing.T, value any) {
			instance := value.(*proton.GetServiceInstanceResponse).ServiceInstance
			assert.Equal(t, proton.DeploymentStatusSucceeded, instance.DeploymentStatus)
			assert.Equal(t, "new", instance.Spec)
			assert.Equal(t, instance.LastAttemptedDeploymentID, instance.LastSucceededDeploymentID)
		},
	},
}

// each runs test for every flow, in virtual time, with an emulator of its own.
func each(t *testing.T, test func(t *testing.T, f flow, emu *emulator.Emulator), opts ...emulator.Option) {
	for _, f := range flows {
		t.Run(f.start, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, func(emu *emulator.Emulator) { test(t, f, emu) }, opts...)
			})
		})
	}
}

func run(t *testing.T, test func(*emulator.Emulator), opts ...emulator.Option) {
	emu, err := emulator.Start(append([]emulator.Option{emulator.InProcess(), emulator.WithChangeTime(20 * time.Minute)}, opts...)...)
	require.NoError(t, err)
	defer emu.Close()
	seed(emu)
	test(emu)
}

// count counts the requests that reached an operation.
func count(emu *emulator.Emulator, operation string) int {
	n := 0
	for _, r := range emu.Requests() {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

func TestWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		began := time.Now()
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		value, err := w.wait(t.Context())
		require.NoError(t, err)
		f.live(t, value)
		took := time.Since(began)
		assert.GreaterOrEqual(t, took, 20*time.Minute)
		assert.Less(t, took, 23*time.Minute, "noticed within about a tenth of what it took")
		assert.Less(t, count(emu, f.read), 60)
	})
}

// TestStaleReads is the promise that a success from before the change never ends a wait.
func TestStaleReads(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		stale := 0
		var last progress
		for p, err := range w.watch(t.Context()) {
			require.NoError(t, err)
			if p.Elapsed < 5*time.Minute {
				assert.Equal(t, cloud.Pending, p.Outcome)
				assert.Equal(t, f.oldState, p.State)
				if f.oldState == "" {
					assert.ErrorIs(t, p.Err, cloud.ErrNotFound)
				}
				stale++
			}
			last = p
			if f.oldState == "" && p.Elapsed > 40*time.Second {
				break // what is not visible for minutes is not there; TestNewThingsMustAppear has that
			}
		}
		assert.Greater(t, stale, 3)
		if f.oldState != "" {
			assert.Equal(t, cloud.Succeeded, last.Outcome)
			f.live(t, last.value)
		}
	}, emulator.WithStaleReads(5*time.Minute))
}

func TestNewThingsMustAppear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if f.oldState != "" {
			return
		}
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		_, err = w.wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrNotFound)
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.GreaterOrEqual(t, wait.Elapsed, time.Minute)
	}, emulator.WithStaleReads(time.Hour))
}

func TestPoll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		var states []string
		for {
			p, err := w.poll(t.Context())
			require.NoError(t, err)
			if len(states) == 0 || states[len(states)-1] != p.State {
				states = append(states, p.State)
			}
			if p.Done() {
				f.live(t, p.value)
				break
			}
			require.Positive(t, p.Next)
			time.Sleep(p.Next)
		}
		assert.GreaterOrEqual(t, len(states), 2, "%v", states)
	})
}

func TestResumeInAnotherProcess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		_, err = w.poll(t.Context())
		require.NoError(t, err)
		time.Sleep(3 * time.Minute)

		again, err := f.resume(newClients(t, emu), w.token)
		require.NoError(t, err)
		assert.Equal(t, w.token, again.token)
		p, err := again.poll(t.Context())
		require.NoError(t, err)
		assert.Equal(t, cloud.Pending, p.Outcome)
		assert.GreaterOrEqual(t, p.Elapsed, 3*time.Minute, "it knows how old the change is")
		value, err := again.wait(t.Context())
		require.NoError(t, err)
		f.live(t, value)
		assert.Equal(t, 1, count(emu, f.start), "resuming starts nothing")
	})
}

func TestTokensOfAnotherKind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, func(emu *emulator.Emulator) {
			c := newClients(t, emu)
			for _, from := range flows {
				w, err := from.begin(t.Context(), c)
				require.NoError(t, err)
				sent := len(emu.Requests())
				for _, to := range flows {
					if to.start == from.start {
						continue
					}
					_, err := to.resume(c, w.token)
					require.ErrorIs(t, err, cloud.ErrInvalid)
					assert.ErrorContains(t, err, "is for "+from.service+" "+from.start)
				}
				for _, bad := range []string{"", "garbage", w.token + "x", w.token[1:], "pc2" + w.token[3:]} {
					_, err := from.resume(c, bad)
					require.ErrorIs(t, err, cloud.ErrInvalid, bad)
				}
				assert.Len(t, emu.Requests(), sent, "nothing is sent for a bad token")
			}
		})
	})
}

// TestFailures is that the service's own reason is in the error, each time.
func TestFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		outcome emulator.Outcome
		want    cloud.Outcome
		state   string
		reason  string
	}{
		{"code", emulator.Outcome{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, Reason: "init.q: 'type"}, cloud.Failed, "RUNNING", "init.q: 'type"},
		{"code, cluster gone", emulator.Outcome{Operation: "UpdateKxClusterCodeConfiguration", Fail: true, State: "DELETING", Reason: "torn down"}, cloud.Failed, "DELETING", "torn down"},
		{"changeset", emulator.Outcome{Operation: "CreateKxChangeset", Fail: true, Reason: "no such key", ReasonType: string(finspace.ErrorDetailsResourceNotFound)},
			cloud.Failed, "FAILED", "no such key (One or more inputs to this request were not found.)"},
		{"hot update", emulator.Outcome{Operation: "HotUpdateJob", Fail: true, Reason: "no slots", ReasonType: "RESCALE", Severity: "CRITICAL"},
			cloud.Failed, "FAILED", "RESCALE: no slots (severity CRITICAL)"},
		{"image, message", emulator.Outcome{Operation: "SwitchDataEngineImage", Fail: true, Reason: "image is broken"}, cloud.Failed, "2", "image is broken"},
		{"image, state", emulator.Outcome{Operation: "SwitchDataEngineImage", Fail: true, State: "-1", Reason: "out of units"}, cloud.Failed, "-1", "out of units"},
		{"instance", emulator.Outcome{Operation: "UpdateServiceInstance", Fail: true, Reason: "subnet is full"}, cloud.Failed, "FAILED", "subnet is full"},
		{"instance, cancelled", emulator.Outcome{Operation: "UpdateServiceInstance", Cancel: true, Reason: "User initiated cancellation."}, cloud.Cancelled, "CANCELLED", "User initiated cancellation."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, func(emu *emulator.Emulator) {
					emu.Script(tt.outcome)
					f := flowOf(tt.outcome.Operation)
					w, err := f.begin(t.Context(), newClients(t, emu))
					require.NoError(t, err)
					value, err := w.wait(t.Context())
					assert.Nil(t, value)
					var wait *cloud.WaitError
					require.ErrorAs(t, err, &wait)
					assert.Equal(t, tt.want, wait.Outcome)
					assert.Equal(t, tt.state, wait.State)
					assert.Equal(t, tt.reason, wait.Reason)
					assert.ErrorContains(t, err, tt.reason)
					assert.NotNil(t, wait.Last)
					assert.Equal(t, w.token, wait.Token)
					assert.Equal(t, f.service, wait.Service)
					assert.Equal(t, f.start, wait.Operation)
					assert.NoError(t, wait.Err)

					// A second change succeeds, although the first failed a moment ago.
					w, err = f.begin(t.Context(), newClients(t, emu))
					if tt.state == "DELETING" || tt.state == "-1" {
						require.Error(t, err, "what is gone or broken cannot be changed")
						return
					}
					require.NoError(t, err)
					value, err = w.wait(t.Context())
					require.NoError(t, err)
					f.live(t, value)
				})
			})
		})
	}
}

func flowOf(start string) flow {
	for _, f := range flows {
		if f.start == start {
			return f
		}
	}
	return flow{}
}

// TestTroubleWhileWaiting is that no fault on a read ends a wait.
func TestTroubleWhileWaiting(t *testing.T) {
	t.Parallel()
	kinds := []emulator.FaultKind{
		emulator.Throttle, emulator.ServerError, emulator.Unavailable, emulator.Latency, emulator.Reset, emulator.Truncate,
		emulator.ErrorIn200, emulator.HTML, emulator.EmptyBody, emulator.NullBody, emulator.EmptyObject,
	}
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
				w, err := f.begin(t.Context(), newClients(t, emu))
				require.NoError(t, err)
				emu.Inject(emulator.Fault{Operation: f.read, Kind: kind, Skip: 2, Times: 8, Delay: 10 * time.Second})
				borne := 0
				var last progress
				for p, err := range w.watch(t.Context()) {
					require.NoError(t, err)
					if p.Err != nil && p.Attempt > 2 {
						borne++
						assert.NotEmpty(t, cloud.KindOf(p.Err))
					}
					last = p
				}
				f.live(t, last.value)
				if kind != emulator.Latency {
					assert.Positive(t, borne, "the trouble is visible")
				}
			}, emulator.WithStaleReads(0))
		})
	}
}

// TestTroubleAtTheStart is that a start is repeated only where that is harmless, and that it never
// makes two changes.
func TestTroubleAtTheStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		kind        emulator.FaultKind
		afterEffect bool
		always      bool // also repeated when the start is not idempotent
	}{
		{emulator.Throttle, false, true},
		{emulator.ServerError, false, false},
		{emulator.Reset, false, false},
		{emulator.Reset, true, false},
		{emulator.Truncate, true, false},
		{emulator.HTML, false, false},
	}
	for _, tt := range tests {
		name := string(tt.kind)
		if tt.afterEffect {
			name += " after the effect"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
				emu.Inject(emulator.Fault{Operation: f.start, Kind: tt.kind, AfterEffect: tt.afterEffect, RetryAfter: time.Second})
				w, err := f.begin(t.Context(), newClients(t, emu))
				if f.start == "UpdateKxClusterCodeConfiguration" && tt.kind == emulator.Truncate {
					t.Log("an answer without a body cannot be cut short")
				} else if !f.idempotent && !tt.always {
					require.Error(t, err)
					assert.Contains(t, []cloud.Kind{cloud.ErrTransport, cloud.ErrInternal, cloud.ErrUnavailable}, cloud.KindOf(err))
					assert.Equal(t, 1, count(emu, f.start))
					return
				} else {
					require.NoError(t, err)
					assert.Equal(t, 2, count(emu, f.start))
				}
				require.NoError(t, err)
				value, err := w.wait(t.Context())
				require.NoError(t, err)
				f.live(t, value)
				var tokens []string
				for _, r := range emu.Requests() {
					if r.Operation == f.start && r.Token != "" {
						tokens = append(tokens, r.Token)
					}
				}
				if len(tokens) == 2 {
					assert.Equal(t, tokens[0], tokens[1], "the token is the same over retries")
				}
			})
		})
	}
}

func TestRefusedStarts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		c := newClients(t, emu)
		_, err := f.begin(t.Context(), c)
		require.NoError(t, err)
		if f.oldState == "" {
			return
		}
		time.Sleep(time.Minute)
		_, err = f.begin(t.Context(), c)
		require.ErrorIs(t, err, cloud.ErrConflict, "a second change while the first is under way")
	})
}

func TestExpiredCredentialsDuringAWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		emu.Inject(emulator.Fault{Operation: f.read, Kind: emulator.ExpiredCredentials, Skip: 1})
		_, err = w.wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnauthenticated, "static keys cannot be refreshed")
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		again, err := f.resume(newClients(t, emu), wait.Token)
		require.NoError(t, err)
		value, err := again.wait(t.Context())
		require.NoError(t, err, "the wait can be taken up again")
		f.live(t, value)
	})
}

func TestClockSkew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		emu.Inject(emulator.Fault{Kind: emulator.ClockSkew, Delay: 40 * time.Minute})
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err, "the client learns the service's clock")
		value, err := w.wait(t.Context())
		require.NoError(t, err)
		f.live(t, value)
	})
}

func TestCancelledWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 7*time.Minute, errors.New("the release window is over"))
		defer cancel()
		_, err = w.wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "the release window is over")
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, cloud.Pending, wait.Outcome)
		assert.NotNil(t, wait.Last)
		value, err := w.wait(t.Context())
		require.NoError(t, err, "the same waiter can go on")
		f.live(t, value)
	})
}

func TestBadStartsSendNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, func(emu *emulator.Emulator) {
			c, ctx := newClients(t, emu), t.Context()
			starts := map[string]func() (*waiter, error){
				"code: required": func() (*waiter, error) {
					return erased(c.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{}))
				},
				"initializationScript: must be empty": func() (*waiter, error) {
					return erased(c.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
						EnvironmentID: "kxenv", ClusterName: "hdb", InitializationScript: "init.q",
						DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.DeploymentNoRestart},
					}))
				},
				"changeRequests[1].s3Path: must be empty": func() (*waiter, error) {
					return erased(c.finspace.BeginCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
						EnvironmentID: "kxenv", DatabaseName: "trades", ChangeRequests: []finspace.ChangeRequest{
							{ChangeType: finspace.ChangeTypePut, DBPath: "/"},
							{ChangeType: finspace.ChangeTypeDelete, DBPath: "/", S3Path: "s3://releases/x"},
						},
					}))
				},
				"jobId: required": func() (*waiter, error) {
					return erased(c.flink.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{}))
				},
				"NewImageVersionId: required": func() (*waiter, error) {
					return erased(c.dlc.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1"}))
				},
				"deploymentType: must start a deployment": func() (*waiter, error) {
					return erased(c.proton.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
						Name: "prod", ServiceName: "shop", DeploymentType: proton.DeploymentUpdateTypeNone,
					}))
				},
				"templateMinorVersion: must be empty with deploymentType CURRENT_VERSION": func() (*waiter, error) {
					return erased(c.proton.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
						Name: "prod", ServiceName: "shop", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, TemplateMajorVersion: "1", TemplateMinorVersion: "2",
					}))
				},
			}
			for says, start := range starts {
				w, err := start()
				assert.Nil(t, w)
				require.ErrorIs(t, err, cloud.ErrInvalid, says)
				if says != "code: required" {
					assert.ErrorContains(t, err, says)
				}
			}
			assert.Empty(t, emu.Requests())
		})
	})
}

func TestZeroClients(t *testing.T) {
	t.Parallel()
	zero := clients{&finspace.Client{}, &proton.Client{}, &flink.Client{}, &dlc.Client{}}
	for _, f := range flows {
		_, err := f.begin(t.Context(), zero)
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.ErrorContains(t, err, "must be made with New")
		_, err = f.resume(zero, "pc1.a.b.c.d")
		require.ErrorIs(t, err, cloud.ErrInvalid)
	}
}
