package transport_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// through returns a client with middleware.
func through(t *testing.T, s *stub, m ...cloud.Middleware) *transport.Client {
	t.Helper()
	return newClient(t, s, func(cfg *cloud.Config) { cfg.Middleware, cfg.Retry.MinDelay = m, time.Nanosecond })
}

func TestMiddlewareOrder(t *testing.T) {
	t.Parallel()
	var seen []string
	type key struct{}
	named := func(name string) cloud.Middleware {
		return func(ctx context.Context, call *cloud.Call, next func(context.Context) error) error {
			outer, _ := ctx.Value(key{}).(string)
			seen = append(seen, outer+name+" "+call.Operation)
			err := next(context.WithValue(ctx, key{}, name+">"))
			seen = append(seen, name+" end")
			return err
		}
	}
	s := &stub{answers: []reply{refusal(503, "Busy"), ok(`{"status":"UP"}`)}}
	out, err := get(t.Context(), through(t, s, named("a"), named("b")), &readOp)
	require.NoError(t, err)
	assert.Equal(t, "UP", out.Status)
	assert.Equal(t, []string{"a GetThing", "a>b GetThing", "b end", "a end"}, seen, "once for both attempts")
	assert.Equal(t, "b>", s.sent[1].Context().Value(key{}), "attempts have its context")
}

func TestMiddlewareChangesTheCall(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
	c := through(t, s, func(ctx context.Context, call *cloud.Call, next func(context.Context) error) error {
		call.Request.(*getRequest).Code = "from outside"
		err := next(ctx)
		call.Response.(*getResponse).Status += "!"
		return err
	})
	out, err := get(t.Context(), c, &readOp)
	require.NoError(t, err)
	assert.Equal(t, "UP!", out.Status)
	assert.JSONEq(t, `{"code":"from outside"}`, s.bodies[0])
}

func TestMiddlewareRequestsAreValidated(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{}`)}}
	c := through(t, s, func(ctx context.Context, call *cloud.Call, next func(context.Context) error) error {
		call.Request.(*getRequest).Code = "bad"
		return next(ctx)
	})
	_, err := get(t.Context(), c, &readOp)
	require.ErrorContains(t, err, "must not be bad")
	assert.Empty(t, s.sent)
}

func TestMiddlewareAnswersItself(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{}`)}}
	denied := errors.New("not on a Friday")
	c := through(t, s, func(_ context.Context, call *cloud.Call, _ func(context.Context) error) error {
		if call.Operation == "MakeThing" {
			return denied
		}
		call.Response.(*getResponse).Status = "cached"
		return nil
	})
	out, err := get(t.Context(), c, &readOp)
	require.NoError(t, err)
	assert.Equal(t, "cached", out.Status)
	_, err = get(t.Context(), c, &writeOp)
	assert.Same(t, denied, err) //nolint:testifylint // the very error
	assert.Empty(t, s.sent)
}

func TestMiddlewareCallsNextOnce(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{}`)}}
	c := through(t, s, func(ctx context.Context, _ *cloud.Call, next func(context.Context) error) error {
		if err := next(nil); err != nil {
			return err
		}
		return next(ctx)
	})
	_, err := get(t.Context(), c, &readOp)
	require.EqualError(t, err, "a Middleware called next again: it can be called once")
	assert.Len(t, s.sent, 1)
}

func TestObserverSeesTheCallOutsideOfMiddleware(t *testing.T) {
	t.Parallel()
	denied := errors.New("not on a Friday")
	var seen []cloud.CallResult
	s := &stub{answers: []reply{ok(`{}`)}}
	c := newClient(t, s, func(cfg *cloud.Config) {
		cfg.Observer = cloud.CallFunc(func(_ context.Context, r cloud.CallResult) { seen = append(seen, r) })
		cfg.Middleware = []cloud.Middleware{func(ctx context.Context, call *cloud.Call, next func(context.Context) error) error {
			if call.Operation == "MakeThing" {
				return denied
			}
			return next(ctx)
		}}
	})
	_, err := get(t.Context(), c, &readOp)
	require.NoError(t, err)
	_, err = get(t.Context(), c, &writeOp)
	require.ErrorIs(t, err, denied)
	require.Len(t, seen, 2)
	assert.Equal(t, s.sent[0].URL.Query().Get("clientToken"), seen[0].IdempotencyToken)
	assert.NotEmpty(t, seen[0].IdempotencyToken)
	assert.ErrorIs(t, seen[1].Err, denied)
}
