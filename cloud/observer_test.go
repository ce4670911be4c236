package cloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

type layers struct{}

// A witness records the starts and waits that it sees. Its contexts have its name.
type witness struct {
	cloud.NopObserver
	name string
	log  *[]string // of all witnesses, in order

	mu     sync.Mutex
	infos  []cloud.ChangeInfo
	starts []cloud.StartResult
	waits  []cloud.WaitResult
	live   int // waits that have begun and not ended
}

func (w *witness) note(ctx context.Context, what string) context.Context {
	under, _ := ctx.Value(layers{}).(string)
	if w.log != nil {
		*w.log = append(*w.log, strings.TrimSpace(under+" "+w.name+" "+what))
	}
	return context.WithValue(ctx, layers{}, strings.TrimSpace(under+" "+w.name))
}

func (w *witness) OnCall(ctx context.Context, _ cloud.CallInfo) (context.Context, func(cloud.CallResult)) {
	return w.note(ctx, "call"), func(cloud.CallResult) { w.note(ctx, "called") }
}

func (w *witness) OnAttempt(ctx context.Context, _ cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	return w.note(ctx, "attempt"), nil
}

func (w *witness) OnStart(ctx context.Context, c cloud.ChangeInfo) (context.Context, func(cloud.StartResult)) {
	w.infos = append(w.infos, c)
	return w.note(ctx, "start"), func(r cloud.StartResult) {
		w.note(ctx, "started")
		w.starts = append(w.starts, r)
	}
}

func (w *witness) OnWait(ctx context.Context, c cloud.ChangeInfo) (context.Context, func(cloud.WaitResult)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.live++
	w.infos = append(w.infos, c)
	return w.note(ctx, "wait"), func(r cloud.WaitResult) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.live--
		w.note(ctx, "waited")
		w.waits = append(w.waits, r)
	}
}

// A spanner is a witness that knows a span.
type spanner struct {
	witness
	span string
}

func (s *spanner) Traceparent(context.Context) string { return s.span }

const aSpan = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

func TestWaitsAreObserved(t *testing.T) {
	t.Parallel()
	const polling = 5 * time.Second
	tests := []struct {
		name string
		s    *script
		wait func(t *testing.T, w *cloud.Waiter[thing]) error
		want cloud.WaitResult // what is compared of it
	}{
		{"live", states("NEW", "NEW", "LIVE"), justWait, cloud.WaitResult{Outcome: cloud.Succeeded, State: "LIVE", Polls: 3}},
		{
			"failed", &script{responses: []response{{thing: &thing{"BROKEN", "out of paint"}}}}, justWait,
			cloud.WaitResult{Outcome: cloud.Failed, State: "BROKEN", Reason: "out of paint", Polls: 1},
		},
		{"of any type", states("LIVE"), func(t *testing.T, w *cloud.Waiter[thing]) error {
			_, err := w.WaitAny(t.Context())
			return err
		}, cloud.WaitResult{Outcome: cloud.Succeeded, State: "LIVE", Polls: 1}},
		{"too long", states("NEW"), func(t *testing.T, w *cloud.Waiter[thing]) error {
			_, err := w.Wait(t.Context(), cloud.Within(polling))
			return err
		}, cloud.WaitResult{State: "NEW", Polls: 2}},
		{"interrupted", states("NEW"), func(t *testing.T, w *cloud.Waiter[thing]) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := w.Wait(ctx)
			return err
		}, cloud.WaitResult{State: "NEW", Polls: 1}},
		{"after polls", states("NEW", "NEW", "LIVE"), func(t *testing.T, w *cloud.Waiter[thing]) error {
			for range 2 {
				_, err := w.Poll(t.Context())
				require.NoError(t, err)
			}
			return justWait(t, w)
		}, cloud.WaitResult{Outcome: cloud.Succeeded, State: "LIVE", Polls: 1}},
		{"watched and left", states("NEW"), func(t *testing.T, w *cloud.Waiter[thing]) error {
			for range w.Watch(t.Context()) {
				break
			}
			return nil
		}, cloud.WaitResult{State: "NEW", Polls: 1}},
		{"broken off", &script{responses: []response{{err: callError(cloud.ErrDenied)}}}, justWait, cloud.WaitResult{Polls: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o, began := new(witness), time.Now()
				err := tt.wait(t, newWaiter(tt.s, func(w *cloud.WaitSpec[thing]) {
					w.Observer, w.Region, w.Resumed = o, "us-east-1", true
				}))
				require.Len(t, o.waits, 1)
				got := o.waits[0]
				assert.Equal(t, err, got.Err)
				assert.Equal(t, time.Since(began), got.Elapsed)
				assert.Equal(t, time.Since(began), got.Waited)
				info := cloud.ChangeInfo{
					TokenInfo: cloud.TokenInfo{Service: "things", Operation: "MakeThing", Region: "us-east-1"}, Resumed: true,
				}
				assert.Equal(t, []cloud.ChangeInfo{info}, o.infos)
				assert.Equal(t, info, got.ChangeInfo)
				got.ChangeInfo, got.Err, got.Elapsed, got.Waited = cloud.ChangeInfo{}, nil, 0, 0
				assert.Equal(t, tt.want, got)
				assert.Zero(t, o.live)
			})
		})
	}
}

func justWait(t *testing.T, w *cloud.Waiter[thing]) error {
	t.Helper()
	_, err := w.Wait(t.Context())
	return err
}

func TestPollsAndEndsAreNoWaits(t *testing.T) {
	t.Parallel()
	o := new(witness)
	w := newWaiter(states("LIVE"), func(w *cloud.WaitSpec[thing]) { w.Observer = o })
	_, err := w.Poll(t.Context())
	require.NoError(t, err)
	require.NoError(t, justWait(t, w), "it has ended before")
	_, err = new(cloud.Waiter[thing]).Wait(cloud.WithObserver(t.Context(), o))
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.Empty(t, o.infos)
}

func TestPollsHaveTheContextOfTheirWait(t *testing.T) {
	t.Parallel()
	var under any
	w := cloud.NewWaiter(cloud.WaitSpec[thing]{
		Read: func(ctx context.Context) (*thing, error) {
			under = ctx.Value(layers{})
			return &thing{State: "LIVE"}, nil
		},
		Judge: judge, Observer: &witness{name: "client"},
	})
	require.NoError(t, justWaitWith(cloud.WithObserver(t.Context(), &witness{name: "ctx"}), w))
	assert.Equal(t, "client ctx", under)
}

func justWaitWith(ctx context.Context, w *cloud.Waiter[thing]) error {
	_, err := w.Wait(ctx)
	return err
}

func TestWaitsThatPanicAreObserved(t *testing.T) {
	t.Parallel()
	o := new(witness)
	w := cloud.NewWaiter(cloud.WaitSpec[thing]{
		Read: func(context.Context) (*thing, error) { panic("oops") }, Judge: judge, Observer: o,
	})
	assert.PanicsWithValue(t, "oops", func() { _ = justWait(t, w) })
	require.Len(t, o.waits, 1)
	assert.Equal(t, cloud.Pending, o.waits[0].Outcome)
	assert.Zero(t, o.live)
}

func TestWaitsOfAFleetAreObserved(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fleet cloud.Fleet
		leave bool
		want  map[cloud.Outcome]int
	}{
		{"all", cloud.Fleet{}, false, map[cloud.Outcome]int{cloud.Succeeded: 20, cloud.Failed: 1}},
		{"fail fast", cloud.Fleet{FailFast: true}, false, map[cloud.Outcome]int{cloud.Pending: 20, cloud.Failed: 1}},
		{"left", cloud.Fleet{}, true, map[cloud.Outcome]int{cloud.Pending: 21}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o, plain := new(witness), newWaiter(states("NEW", "LIVE"), nil)
				waiters := []cloud.AnyWaiter{plain, newWaiter(states("NEW", "BROKEN"), func(w *cloud.WaitSpec[thing]) {
					w.Observer, w.MinInterval = o, time.Second
				})}
				for range 20 {
					waiters = append(waiters, newWaiter(states("NEW", "LIVE"), func(w *cloud.WaitSpec[thing]) { w.Observer = o }))
				}
				for range tt.fleet.Watch(t.Context(), waiters...) {
					if tt.leave {
						break
					}
				}
				got := map[cloud.Outcome]int{}
				for _, r := range o.waits {
					got[r.Outcome]++
				}
				if tt.leave { // some polls were made, of which the fleet did not take the result
					assert.Len(t, o.waits, 21)
				} else {
					assert.Equal(t, tt.want, got)
				}
				assert.Zero(t, o.live)
			})
		})
	}
}

func TestStartsAreObserved(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want cloud.StartOutcome
	}{
		{"begun", nil, cloud.StartBegun},
		{"refused", &cloud.Error{Kind: cloud.ErrConflict, StatusCode: 409}, cloud.StartRefused},
		{"lost", &cloud.Error{Kind: cloud.ErrInternal, StatusCode: 500, MaybeExecuted: true}, cloud.StartUncertain},
		{"no connection", &cloud.Error{Kind: cloud.ErrTransport}, cloud.StartNotSent},
		{"invalid", &cloud.ValidationError{}, cloud.StartNotSent},
		{"uncertain", &cloud.StartError{Err: &cloud.Error{StatusCode: 409}}, cloud.StartUncertain},
		{"not begun", &cloud.StartError{Status: cloud.NotBegun}, cloud.StartNotSent},
		{"canceled", context.Canceled, cloud.StartNotSent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o, under := &witness{name: "o"}, any(nil)
				ch := cloud.NewChange(cloud.ChangeSpec[thing]{
					Service: "things", Operation: "MakeThing", Observer: o,
					Token: func() string { return "a token of its own" },
					Start: func(ctx context.Context) error {
						under = ctx.Value(layers{})
						time.Sleep(time.Second)
						return tt.err
					},
					Began:  func(context.Context) (cloud.StartStatus, error) { return cloud.Uncertain, nil },
					Follow: func() *cloud.Waiter[thing] { return newWaiter(states("LIVE"), nil) },
				})
				require.Equal(t, tt.err, ch.Start(t.Context()))
				assert.Equal(t, "o", under)
				info := cloud.ChangeInfo{TokenInfo: cloud.TokenInfo{Service: "things", Operation: "MakeThing"}}
				assert.Equal(t, []cloud.ChangeInfo{info}, o.infos)
				assert.Equal(t, []cloud.StartResult{{ChangeInfo: info, Outcome: tt.want, Elapsed: time.Second, Err: tt.err}}, o.starts)
				if tt.err == nil {
					require.NoError(t, ch.Start(t.Context()))
					assert.Len(t, o.starts, 1, "it has begun")
				}
			})
		})
	}
}

func TestObserversAreNested(t *testing.T) {
	t.Parallel()
	var log []string
	a, b := &witness{name: "a", log: &log}, &witness{name: "b", log: &log}
	o := cloud.Observers(nil, a, cloud.NopObserver{}, b)
	ctx, called := o.OnCall(t.Context(), cloud.CallInfo{})
	ctx, attempted := o.OnAttempt(ctx, cloud.AttemptInfo{})
	assert.Equal(t, "a b a b", ctx.Value(layers{}))
	attempted(cloud.AttemptResult{})
	called(cloud.CallResult{})
	assert.Equal(t, []string{"a call", "a b call", "a b a attempt", "a b a b attempt", "a b called", "a called"}, log)

	assert.Nil(t, cloud.Observers())
	assert.Nil(t, cloud.Observers(nil, nil))
	assert.Same(t, a, cloud.Observers(nil, a))
	assert.Nil(t, cloud.ObserverFrom(cloud.WithObserver(t.Context(), nil)))
	assert.Equal(t, a, cloud.ObserverFrom(cloud.WithObserver(nil, a))) //nolint:staticcheck // as the calls of a client take it
}

func TestACallFuncSeesOnlyCalls(t *testing.T) {
	t.Parallel()
	for _, o := range []cloud.Observer{cloud.NopObserver{}, cloud.CallFunc(nil), cloud.CallFunc(func(context.Context, cloud.CallResult) {})} {
		_, attempt := o.OnAttempt(t.Context(), cloud.AttemptInfo{})
		_, start := o.OnStart(t.Context(), cloud.ChangeInfo{})
		_, wait := o.OnWait(t.Context(), cloud.ChangeInfo{})
		assert.True(t, attempt == nil && start == nil && wait == nil)
	}
	_, call := cloud.CallFunc(nil).OnCall(t.Context(), cloud.CallInfo{})
	assert.Nil(t, call)
}

func TestTraceparent(t *testing.T) {
	t.Parallel()
	const trace, span = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	for text, valid := range map[string]bool{
		aSpan:                                                true,
		"cc-" + trace + "-" + span + "-00":                   true,
		"ff-" + trace + "-" + span + "-01":                   false,
		"":                                                   false,
		"00-" + trace + "-" + span + "-0":                    false,
		"00-" + trace + "-" + span + "-01-":                  false,
		"00_" + trace + "-" + span + "-01":                   false,
		"00-" + trace + "_" + span + "-01":                   false,
		"00-" + trace + "-" + span + "_01":                   false,
		"0x-" + trace + "-" + span + "-01":                   false,
		"00-" + trace + "-" + span + "-0g":                   false,
		strings.ToUpper(aSpan):                               false,
		aSpan[:54] + "\n":                                    false,
		"00-" + zeros(32) + "-" + span + "-01":               false,
		"00-" + trace + "-" + zeros(16) + "-01":              false,
		"00-4bf92f3577b34da6a3ce929d0e0é736-" + span + "-01": false,
	} {
		want := ""
		if valid {
			want = text
		}
		o := &spanner{span: text}
		assert.Equal(t, want, cloud.Traceparent(t.Context(), o), "%q", text)
		assert.Equal(t, want, cloud.Traceparent(t.Context(), cloud.Observers(new(witness), o, new(witness))), "%q", text)
	}
	assert.Empty(t, cloud.Traceparent(t.Context(), nil))
	assert.Empty(t, cloud.Traceparent(t.Context(), new(witness)))
	first := &spanner{span: aSpan}
	assert.Equal(t, aSpan, cloud.Traceparent(t.Context(), cloud.Observers(&spanner{span: "?"}, first)))
}

func zeros(n int) string { return strings.Repeat("0", n) }

func TestResultsShowNoTokens(t *testing.T) {
	t.Parallel()
	const secret = "pc1.secret-token"
	start := cloud.StartResult{Outcome: cloud.StartUncertain, Err: &cloud.StartError{Token: secret, Err: errors.New("lost")}}
	wait := cloud.WaitResult{Err: &cloud.WaitError{Token: secret}}
	for _, v := range []any{start, &start, wait, &wait} {
		assert.NotContains(t, fmt.Sprintf("%v %+v", v, v), secret)
	}
	data, err := json.Marshal(start)
	require.NoError(t, err)
	assert.NotContains(t, string(data), secret)
}

// TestNoObserverOfAWaitCostsNothing compares a wait with the number of its allocations before there were observers.
func TestNoObserverOfAWaitCostsNothing(t *testing.T) {
	live := &thing{State: "LIVE"}
	read := func(context.Context) (*thing, error) { return live, nil } //nolint:unparam // the form of WaitSpec.Read
	assert.LessOrEqual(t, testing.AllocsPerRun(200, func() {
		_, _ = cloud.NewWaiter(cloud.WaitSpec[thing]{Read: read, Judge: judge}).Wait(t.Context())
	}), 12.0)
}
