package wait_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

type spanKey struct{}

// A tracer counts spans; each start is one.
type tracer struct {
	cloud.NopObserver
	process byte
	spans   int
	starts  []cloud.StartResult
	waits   []cloud.WaitResult
}

func (r *tracer) OnStart(ctx context.Context, _ cloud.ChangeInfo) (context.Context, func(cloud.StartResult)) {
	r.spans++
	return context.WithValue(ctx, spanKey{}, r.spans), func(s cloud.StartResult) { r.starts = append(r.starts, s) }
}

func (r *tracer) OnWait(context.Context, cloud.ChangeInfo) (context.Context, func(cloud.WaitResult)) {
	return nil, func(w cloud.WaitResult) { r.waits = append(r.waits, w) }
}

func (r *tracer) Traceparent(ctx context.Context) string {
	span, ok := ctx.Value(spanKey{}).(int)
	if !ok {
		return "nothing"
	}
	return r.span(span)
}

func (r *tracer) span(number int) string { return fmt.Sprintf("00-%032x-%016x-01", r.process, number) }

func peek(t *testing.T, token string) cloud.TokenInfo {
	t.Helper()
	info, err := cloud.PeekToken(token)
	require.NoError(t, err)
	return info
}

// TestTokensCarryTheirTrace follows the token of a change over its start, a wait in another process, a lost start and a
// renewal.
func TestTokensCarryTheirTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bakery{stale: time.Minute}
		first, second := &tracer{process: 1}, &tracer{process: 2}
		observedBy := func(o cloud.Observer) func(*cloud.Config) { return func(cfg *cloud.Config) { cfg.Observer = o } }
		ch := newProcess(t, b, tokenLife, observedBy(first)).prepare(t)
		prepared := peek(t, ch.Token())
		assert.Regexp(t, "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", prepared.ID)
		assert.Empty(t, prepared.Traceparent, "nothing is a span yet, and the Tracer's own word for that is left out")

		require.NoError(t, ch.Start(t.Context()))
		started := peek(t, ch.Token())
		assert.Equal(t, prepared.ID, started.ID)
		assert.Equal(t, first.span(1), started.Traceparent)
		require.Len(t, first.starts, 1)
		assert.Equal(t, cloud.StartBegun, first.starts[0].Outcome)
		assert.Equal(t, started, first.starts[0].TokenInfo, "the result is of the token after the start")

		resumed := newProcess(t, b, tokenLife, observedBy(second)).resume(t, ch.Token())
		_, err := resumed.Wait(t.Context())
		require.NoError(t, err)
		require.Len(t, second.waits, 1)
		assert.Equal(t, started, second.waits[0].TokenInfo)
		assert.True(t, second.waits[0].Resumed)
		assert.Equal(t, "corner", second.waits[0].Resource)
		assert.Empty(t, second.starts)
		assert.NotEqual(t, started.ID, peek(t, newProcess(t, b, tokenLife).prepare(t).Token()).ID, "another change")
	})
}

func TestTheTraceOfALostStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, first, second := &bakery{lose: "before"}, &tracer{process: 1}, &tracer{process: 2}
		ch := newProcess(t, b, 0, func(cfg *cloud.Config) { cfg.Observer = first }).prepare(t)
		require.ErrorIs(t, ch.Start(t.Context()), cloud.ErrUncertain)
		require.Len(t, first.starts, 1)
		assert.Equal(t, cloud.StartUncertain, first.starts[0].Outcome)

		other := newProcess(t, b, 0, func(cfg *cloud.Config) { cfg.Observer = second }).resume(t, ch.Token())
		require.ErrorIs(t, other.Start(t.Context()), cloud.ErrNotBegun)
		assert.Equal(t, cloud.StartNotSent, second.starts[0].Outcome)
		require.NoError(t, other.Renew(context.WithValue(t.Context(), spanKey{}, 77)))
		renewed := peek(t, other.Token())
		assert.Equal(t, peek(t, ch.Token()).ID, renewed.ID, "it is still the same change")
		assert.Equal(t, second.span(77), renewed.Traceparent, "that of the preparation")
		require.NoError(t, other.Start(t.Context()))
		assert.Equal(t, second.span(2), peek(t, other.Token()).Traceparent)
	})
}

func TestRefusedStartsAreObserved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := new(tracer)
		ch := newProcess(t, &bakery{refuse: 409}, tokenLife).prepare(t)
		require.ErrorIs(t, ch.Start(cloud.WithObserver(t.Context(), r)), cloud.ErrConflict)
		require.Len(t, r.starts, 1)
		assert.Equal(t, cloud.StartRefused, r.starts[0].Outcome)
		assert.NotContains(t, fmt.Sprintf("%+v", r.starts), "apple", "the request")
	})
}
