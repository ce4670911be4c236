// Package flows_test takes every change that the module can follow from request to proven outcome,
// against the emulator: started, watched, polled, resumed by another process, with stale reads, with
// faults on the way, and with each way to fail.
package flows_test

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
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

// flow is one kind of change.
type flow struct {
	name                 string // the start operation unless given
	service, start, read string
	seed                 func(emu *emulator.Emulator) // puts in what the change needs
	// oldState is what reads show before the change; empty where the change makes a resource of its
	// own, which stale reads do not find.
	oldState   string
	idempotent bool // the start may be repeated
	repeatable bool // it may be started again while it is under way, or needs no resource to be idle
	bodyless   bool // the start gets a response without a body
	deletes    bool // it succeeds when the resource is gone
	listed     bool // its reads are lists, of which one may miss it
	thorough   bool // it meets every kind of fault, not just some
	shown      bool // the resource shows that a start without a response was carried out
	// refusal is how a second start is refused while the first is under way; ErrConflict unless given.
	refusal cloud.Kind

	prepare func(context.Context, clients) (cloud.AnyChange, error)
	resume  func(clients, string) (cloud.AnyChange, error)
	until   func(clients) cloud.AnyWaiter // waits for the same end, no matter what causes it; nil if there is none
	live    func(t *testing.T, value any) // checks what Wait returned; for a deletion nil unless the service shows that it is gone
	ends    []ending

	// content reads what the change replaces, which its undoing brings back; nil if there is no way back.
	content func(context.Context, clients) (any, error)
	diff    []string // the fields that the change replaces, as Diff lists them
}

// begin prepares the change and starts it.
func (f flow) begin(ctx context.Context, c clients) (cloud.AnyChange, error) {
	ch, err := f.prepare(ctx, c)
	if err != nil {
		return nil, err
	}
	return ch, ch.Start(ctx)
}

// ending is a way in which a change does not go live.
type ending struct {
	name    string
	outcome emulator.Ending // without Service and Operation
	want    cloud.Outcome
	state   string
	reason  string
	final   bool // the change cannot be started again
}

func (f flow) String() string { return cmp.Or(f.name, f.start) }

var flows = slices.Concat(finspaceFlows, finspaceBrowserFlows, protonFlows, flinkFlows, dlcFlows)

const (
	changeTime = 20 * time.Minute
	staleTime  = 5 * time.Minute
)

// each runs test for every flow, in virtual time, with an emulator of its own. With -short it takes every fourth flow.
func each(t *testing.T, test func(t *testing.T, f flow, emu *emulator.Emulator), opts ...emulator.Option) {
	for i, f := range flows {
		if testing.Short() && i%4 != 0 {
			continue
		}
		t.Run(f.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				run(t, f, func(emu *emulator.Emulator) { test(t, f, emu) }, opts...)
			})
		})
	}
}

func run(t *testing.T, f flow, test func(*emulator.Emulator), opts ...emulator.Option) {
	emu, err := emulator.Start(append([]emulator.Option{emulator.InProcess(), emulator.WithChangeTime(changeTime)}, opts...)...)
	require.NoError(t, err)
	defer emu.Close()
	f.seed(emu)
	test(emu)
}

// seed puts in what all thorough flows need.
func seed(emu *emulator.Emulator) {
	for _, f := range flows {
		if f.thorough {
			f.seed(emu)
		}
	}
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
		value, err := w.WaitAny(t.Context())
		require.NoError(t, err)
		f.live(t, value)
		took := time.Since(began)
		assert.GreaterOrEqual(t, took, changeTime)
		assert.Less(t, took, changeTime*23/20+time.Minute, "noticed within about a tenth of what it took, and confirmed")
		assert.Less(t, count(emu, f.read), 60)
	})
}

// TestUntil checks that a process which did not start the change sees its end too.
func TestUntil(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if f.until == nil {
			return
		}
		_, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		time.Sleep(changeTime / 4)
		w := f.until(newClients(t, emu))
		assert.Empty(t, w.Token())
		began := time.Now()
		value, err := w.WaitAny(t.Context())
		require.NoError(t, err)
		f.live(t, value)
		assert.GreaterOrEqual(t, time.Since(began), changeTime*3/4)
	})
}

// TestStaleReads is the promise that a success from before the change never ends a wait.
func TestStaleReads(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		stale := 0
		var last cloud.Step
		for p, err := range (cloud.Fleet{}).Watch(t.Context(), w) {
			require.NoError(t, err)
			if p.Elapsed < staleTime {
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
			f.live(t, last.Value)
		}
	}, emulator.WithStaleReads(staleTime))
}

func TestNewThingsMustAppear(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if f.oldState != "" {
			return
		}
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		_, err = w.WaitAny(t.Context())
		require.ErrorIs(t, err, cloud.ErrNotFound)
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.GreaterOrEqual(t, wait.Elapsed, time.Minute)
	}, emulator.WithStaleReads(time.Hour))
}

// TestVanishing is a resource that another caller removes while it changes.
func TestVanishing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		emu.Script(emulator.Ending{Service: f.service, Operation: f.start, Vanish: true})
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		_, err = w.WaitAny(t.Context())
		if f.deletes {
			require.NoError(t, err)
			return
		}
		require.ErrorIs(t, err, cloud.ErrNotFound)
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.NotEmpty(t, wait.State, "the last state that was seen")
		assert.NotNil(t, wait.Last)
		assert.Less(t, wait.Elapsed, changeTime*5/4, "one list more, where a list must lack it twice")
	})
}

func TestPoll(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		var states []string
		for {
			p, err := w.PollAny(t.Context())
			require.NoError(t, err)
			if len(states) == 0 || states[len(states)-1] != p.State {
				states = append(states, p.State)
			}
			if p.Done() {
				value, err := w.WaitAny(t.Context())
				require.NoError(t, err)
				f.live(t, value)
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
		_, err = w.PollAny(t.Context())
		require.NoError(t, err)
		time.Sleep(3 * time.Minute)

		again, err := f.resume(newClients(t, emu), w.Token())
		require.NoError(t, err)
		assert.Equal(t, w.Token(), again.Token())
		p, err := again.PollAny(t.Context())
		require.NoError(t, err)
		assert.Equal(t, cloud.Pending, p.Outcome)
		assert.GreaterOrEqual(t, p.Elapsed, 3*time.Minute, "it knows how old the change is")
		value, err := again.WaitAny(t.Context())
		require.NoError(t, err)
		f.live(t, value)
		assert.Equal(t, 1, count(emu, f.start), "resuming starts nothing")
	})
}

func TestTokensOfAnotherKind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, from flow, emu *emulator.Emulator) {
		c := newClients(t, emu)
		w, err := from.begin(t.Context(), c)
		require.NoError(t, err)
		sent := len(emu.Requests())
		for _, to := range flows {
			if to.service == from.service && to.start == from.start {
				continue
			}
			_, err := to.resume(c, w.Token())
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.ErrorContains(t, err, "is for "+from.service+" "+from.start)
		}
		for _, bad := range []string{"", "garbage", w.Token() + "x", w.Token()[1:], "pc2" + w.Token()[3:]} {
			_, err := from.resume(c, bad)
			require.ErrorIs(t, err, cloud.ErrInvalid, bad)
		}
		assert.Len(t, emu.Requests(), sent, "nothing is sent for a bad token")
	})
}

// TestFailures checks that the service's own reason is in the error, each time.
func TestFailures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, _ *emulator.Emulator) {
		for _, end := range f.ends {
			run(t, f, func(emu *emulator.Emulator) { testEnding(t, f, end, emu) })
		}
	})
}

func testEnding(t *testing.T, f flow, end ending, emu *emulator.Emulator) {
	outcome := end.outcome
	outcome.Service, outcome.Operation = f.service, f.start
	emu.Script(outcome)
	w, err := f.begin(t.Context(), newClients(t, emu))
	require.NoError(t, err, end.name)
	value, err := w.WaitAny(t.Context())
	assert.Nil(t, value, end.name)
	var wait *cloud.WaitError
	require.ErrorAs(t, err, &wait, end.name)
	assert.Equal(t, end.want, wait.Outcome, end.name)
	assert.Equal(t, end.state, wait.State, end.name)
	assert.Equal(t, end.reason, wait.Reason, end.name)
	assert.ErrorContains(t, err, end.reason)
	assert.NotNil(t, wait.Last, end.name)
	assert.Equal(t, w.Token(), wait.Token)
	assert.Equal(t, f.service, wait.Service)
	assert.Equal(t, f.start, wait.Operation)
	assert.NoError(t, wait.Err)
	if end.final {
		return
	}

	// A second change succeeds, although the first failed a moment ago.
	w, err = f.begin(t.Context(), newClients(t, emu))
	require.NoError(t, err, end.name)
	value, err = w.WaitAny(t.Context())
	require.NoError(t, err, end.name)
	f.live(t, value)
}

// TestFaultsWhileWaiting checks that no fault on a read ends a wait.
func TestFaultsWhileWaiting(t *testing.T) {
	t.Parallel()
	kinds := []emulator.FaultKind{
		emulator.Throttle, emulator.ServerError, emulator.Unavailable, emulator.Latency, emulator.Reset, emulator.Truncate,
		emulator.ErrorIn200, emulator.HTML, emulator.EmptyBody, emulator.NullBody, emulator.EmptyObject,
	}
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
				if !f.thorough && kind != emulator.Throttle {
					return
				}
				w, err := f.begin(t.Context(), newClients(t, emu))
				require.NoError(t, err)
				emu.Inject(emulator.Fault{Operation: f.read, Kind: kind, Skip: 2, Times: 8, Delay: 10 * time.Second})
				borne := 0
				var last cloud.Step
				for p, err := range (cloud.Fleet{}).Watch(t.Context(), w) {
					require.NoError(t, err)
					if p.Err != nil && p.Attempt > 2 {
						borne++
						assert.NotEmpty(t, cloud.KindOf(p.Err))
					}
					last = p
				}
				f.live(t, last.Value)
				if kind != emulator.Latency {
					assert.Positive(t, borne, "the trouble is visible")
				}
			}, emulator.WithStaleReads(0))
		})
	}
}

// TestFaultsAtTheStart checks that a start is repeated only where that is harmless, and that it never
// makes two changes.
func TestFaultsAtTheStart(t *testing.T) {
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
				if !f.thorough && (tt.kind != emulator.Reset || !tt.afterEffect) {
					return
				}
				emu.Inject(emulator.Fault{Operation: f.start, Kind: tt.kind, AfterEffect: tt.afterEffect, RetryAfter: time.Second})
				w, err := f.begin(t.Context(), newClients(t, emu))
				if f.bodyless && tt.kind == emulator.Truncate {
					t.Log("a response without a body cannot be cut short")
				} else if !f.idempotent && !tt.always {
					if f.shown && tt.afterEffect {
						require.NoError(t, err)
						assert.Equal(t, 1, count(emu, f.start))
						value, err := w.WaitAny(t.Context())
						require.NoError(t, err)
						f.live(t, value)
						return
					}
					require.Error(t, err)
					assert.Contains(t, []cloud.Kind{cloud.ErrTransport, cloud.ErrInternal, cloud.ErrUnavailable}, cloud.KindOf(err))
					assert.Equal(t, 1, count(emu, f.start))
					return
				} else {
					require.NoError(t, err)
					assert.Equal(t, 2, count(emu, f.start))
				}
				require.NoError(t, err)
				value, err := w.WaitAny(t.Context())
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
		if f.oldState == "" || f.repeatable {
			return
		}
		_, err := f.begin(t.Context(), c)
		require.NoError(t, err)
		time.Sleep(time.Minute)
		_, err = f.begin(t.Context(), c)
		require.ErrorIs(t, err, cmp.Or(f.refusal, cloud.ErrConflict), "a second change while the first is under way")
	})
}

func TestExpiredCredentialsDuringAWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if !f.thorough {
			return
		}
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		emu.Inject(emulator.Fault{Operation: f.read, Kind: emulator.ExpiredCredentials, Skip: 1})
		_, err = w.WaitAny(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnauthenticated, "static keys cannot be refreshed")
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		again, err := f.resume(newClients(t, emu), wait.Token)
		require.NoError(t, err)
		value, err := again.WaitAny(t.Context())
		require.NoError(t, err, "the wait can be taken up again")
		f.live(t, value)
	})
}

func TestClockSkew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		if !f.thorough {
			return
		}
		emu.Inject(emulator.Fault{Kind: emulator.ClockSkew, Delay: 40 * time.Minute})
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err, "the client learns the service's clock")
		value, err := w.WaitAny(t.Context())
		require.NoError(t, err)
		f.live(t, value)
	})
}

func TestCanceledWait(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		w, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 7*time.Minute, errors.New("the release window has closed"))
		defer cancel()
		_, err = w.WaitAny(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "the release window has closed")
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, cloud.Pending, wait.Outcome)
		assert.NotNil(t, wait.Last)
		value, err := w.WaitAny(t.Context())
		require.NoError(t, err, "the same waiter can go on")
		f.live(t, value)
	})
}

func TestBadStartsSendNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seed}, func(emu *emulator.Emulator) {
			c, ctx := newClients(t, emu), t.Context()
			starts := map[string]func() (cloud.AnyWaiter, error){
				"environmentId: required": func() (cloud.AnyWaiter, error) {
					return c.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{})
				},
				"initializationScript: must be empty": func() (cloud.AnyWaiter, error) {
					return c.finspace.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
						EnvironmentID: "kxenv", ClusterName: "hdb", InitializationScript: "init.q",
						DeploymentConfiguration: &finspace.KxClusterCodeDeploymentConfiguration{DeploymentStrategy: finspace.KxClusterCodeDeploymentStrategyNoRestart},
					})
				},
				"changeRequests[1].s3Path: must be empty": func() (cloud.AnyWaiter, error) {
					return c.finspace.BeginCreateKxChangeset(ctx, finspace.CreateKxChangesetRequest{
						EnvironmentID: "kxenv", DatabaseName: "trades", ChangeRequests: []finspace.ChangeRequest{
							{ChangeType: finspace.ChangeTypePut, DBPath: "/"},
							{ChangeType: finspace.ChangeTypeDelete, DBPath: "/", S3Path: "s3://releases/x"},
						},
					})
				},
				"jobId: required": func() (cloud.AnyWaiter, error) {
					return c.flink.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{})
				},
				"NewImageVersionId: required": func() (cloud.AnyWaiter, error) {
					return c.dlc.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{DataEngineID: "DataEngine-1"})
				},
				"deploymentType: must start a deployment": func() (cloud.AnyWaiter, error) {
					return c.proton.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
						Name: "prod", ServiceName: "shop", DeploymentType: proton.DeploymentUpdateTypeNone,
					})
				},
				"templateMinorVersion: must be empty with deploymentType CURRENT_VERSION": func() (cloud.AnyWaiter, error) {
					return c.proton.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
						Name: "prod", ServiceName: "shop", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, TemplateMajorVersion: "1", TemplateMinorVersion: "2",
					})
				},
			}
			for says, start := range starts {
				w, err := start()
				assert.Nil(t, w)
				require.ErrorIs(t, err, cloud.ErrInvalid, says)
				assert.ErrorContains(t, err, says)
			}
			assert.Empty(t, emu.Requests())
		})
	})
}

// TestWaitsForNothing is that a wait for a state of nothing in particular fails, and is no success.
func TestWaitsForNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seedEngine}, func(emu *emulator.Emulator) {
			c, waits := newClients(t, emu), 0
			for _, client := range []any{c.finspace, c.proton, c.flink, c.dlc} {
				v := reflect.ValueOf(client)
				for i := range v.NumMethod() {
					name := v.Type().Method(i).Name
					if !strings.HasPrefix(name, "Until") {
						continue
					}
					waits++
					w := v.Method(i).Call([]reflect.Value{reflect.Zero(v.Method(i).Type().In(0))})[0].Interface().(cloud.AnyWaiter)
					_, err := w.PollAny(t.Context())
					require.ErrorIs(t, err, cloud.ErrInvalid, name)
				}
			}
			_, err := c.dlc.UntilDataEngineRunsImage(dlc.DataEngineImageRequest{DataEngineName: "etl"}).Poll(t.Context())
			require.ErrorContains(t, err, "ImageVersionId: required")
			assert.Equal(t, 82, waits)
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
