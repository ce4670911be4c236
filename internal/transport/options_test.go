package transport_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

func TestOptionsAddHeaders(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{refusal(503, "Busy"), ok(`{}`)}}
	ctx := cloud.WithOptions(t.Context(), cloud.Options{Header: http.Header{"x-team": {"data"}, "X-Ticket": {"1"}}})
	ctx = cloud.WithOptions(ctx, cloud.Options{Header: http.Header{"X-Ticket": {"2", "3"}}})
	c := newClient(t, s, func(cfg *cloud.Config) { cfg.Retry.MinDelay = time.Nanosecond })
	_, err := get(ctx, c, &readOp)
	require.NoError(t, err)
	require.Len(t, s.sent, 2)
	for _, r := range s.sent {
		assert.Equal(t, []string{"data"}, r.Header["X-Team"], "names are made canonical")
		assert.Equal(t, []string{"2", "3"}, r.Header["X-Ticket"], "the inner options win")
		assert.NotContains(t, r.Header.Get("Authorization"), "x-team", "they are not signed")
	}
	_, err = get(t.Context(), c, &readOp)
	require.NoError(t, err)
	assert.NotContains(t, s.sent[2].Header, "X-Team", "other calls have none")
}

func TestOptionsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		o      cloud.Options
		field  string
		rule   string
		gave   string
		hidden string
	}{
		{"a header of the client", cloud.Options{Header: http.Header{"authorization": {"x-secret"}}},
			"Options.Header", "must not have headers that the client sets itself", `"Authorization"`, "x-secret"},
		{"a header of the protocol", cloud.Options{Header: http.Header{"X-Amz-Target": {"x"}}},
			"Options.Header", "must not have headers that the client sets itself", `"X-Amz-Target"`, ""},
		{"a name that is none", cloud.Options{Header: http.Header{"a b": {"x"}}},
			"Options.Header", "must have names of letters, digits and hyphens", `"a b"`, ""},
		{"an empty name", cloud.Options{Header: http.Header{"": {"x"}}},
			"Options.Header", "must have names of letters, digits and hyphens", `""`, ""},
		{"a value of two lines", cloud.Options{Header: http.Header{"X-A": {"x-secret\r\nHost: evil"}}},
			"Options.Header", "must have no control characters in its values", `"X-A"`, "x-secret"},
		{"negative attempts", cloud.Options{MaxAttempts: -1}, "Options.MaxAttempts", "must not be negative", "-1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &stub{answers: []reply{ok(`{}`)}}
			_, err := get(cloud.WithOptions(t.Context(), tt.o), newClient(t, s, nil), &readOp)
			var v *cloud.ValidationError
			require.ErrorAs(t, err, &v)
			require.Len(t, v.Problems, 1)
			assert.Equal(t, tt.field, v.Problems[0].Field)
			assert.Equal(t, tt.rule, v.Problems[0].Rule)
			assert.Equal(t, tt.gave, v.Problems[0].Given)
			if tt.hidden != "" {
				assert.NotContains(t, err.Error(), tt.hidden)
			}
			assert.Empty(t, s.sent)
		})
	}
}

func TestOptionsMaxAttempts(t *testing.T) {
	t.Parallel()
	for _, attempts := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			s := &stub{answers: []reply{refusal(500, "Broken")}}
			_, err := get(cloud.WithOptions(t.Context(), cloud.Options{MaxAttempts: attempts}), newClient(t, s, nil), &readOp)
			require.ErrorIs(t, err, cloud.ErrInternal)
			assert.Len(t, s.sent, attempts)
		})
	}
}

func TestOptionsTimeout(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		config, option  time.Duration
		takes, attempts time.Duration // how long the response takes, and how long the call does
		fails           bool
	}{
		{"shorter", time.Minute, time.Second, time.Hour, time.Second, true},
		{"longer", time.Second, time.Minute, 30 * time.Second, 30 * time.Second, false},
		{"none", time.Second, -1, time.Hour, time.Hour, false},
		{"the client's", time.Second, 0, time.Hour, time.Second, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stub{answers: []reply{{status: 200, body: `{}`, takes: tt.takes}}}
				c := newClient(t, s, func(cfg *cloud.Config) { cfg.Timeout, cfg.Retry.MaxAttempts = tt.config, 1 })
				began := time.Now()
				_, err := get(cloud.WithOptions(t.Context(), cloud.Options{Timeout: tt.option}), c, &readOp)
				assert.Equal(t, tt.attempts, time.Since(began))
				if tt.fails {
					require.ErrorIs(t, err, context.DeadlineExceeded)
					assert.ErrorContains(t, err, "no response within 1s")
					return
				}
				require.NoError(t, err)
			})
		})
	}
}

// TestOptionsDoNotLengthenAStart: how long a start can take effect was counted from the client's own timeout.
func TestOptionsDoNotLengthenAStart(t *testing.T) {
	t.Parallel()
	for option, takes := range map[time.Duration]time.Duration{
		-1: time.Minute, time.Hour: time.Minute, time.Second: time.Second, 0: time.Minute,
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &stub{answers: []reply{{status: 200, body: `{}`, takes: 24 * time.Hour}}}
			c := newClient(t, s, func(cfg *cloud.Config) { cfg.Timeout, cfg.Retry.MaxAttempts = time.Minute, 1 })
			began := time.Now()
			ctx := cloud.WithOptions(t.Context(), cloud.Options{Timeout: option})
			_, err := transport.CallBefore(ctx, c, &writeOp, &getRequest{Name: "a"}, new(getResponse), began.Add(time.Hour))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, takes, time.Since(began), "with the option %s", option)
		})
	}
}

func TestOptionsLogger(t *testing.T) {
	t.Parallel()
	var own, other bytes.Buffer
	logger := func(b *bytes.Buffer) *slog.Logger {
		return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	s := &stub{answers: []reply{ok(`{}`)}}
	c := newClient(t, s, func(cfg *cloud.Config) { cfg.Logger = logger(&own) })
	_, err := get(cloud.WithOptions(t.Context(), cloud.Options{Logger: logger(&other)}), c, &readOp)
	require.NoError(t, err)
	assert.Empty(t, own.String())
	assert.Contains(t, other.String(), "operation=GetThing")
}

func TestOptionsAreCopied(t *testing.T) {
	t.Parallel()
	header := http.Header{"X-A": {"1"}}
	ctx := cloud.WithOptions(t.Context(), cloud.Options{Header: header})
	inner := cloud.WithOptions(ctx, cloud.Options{Header: http.Header{"X-B": {"1"}}, MaxAttempts: 7})
	header["X-A"][0] = "changed"
	header.Set("X-C", "new")
	assert.Equal(t, cloud.Options{Header: http.Header{"X-A": {"1"}}}, cloud.OptionsFrom(ctx))
	assert.Equal(t, cloud.Options{Header: http.Header{"X-A": {"1"}, "X-B": {"1"}}, MaxAttempts: 7}, cloud.OptionsFrom(inner))
	assert.Equal(t, cloud.Options{}, cloud.OptionsFrom(t.Context()))
}

// TestSeamsCostNothingUnused: options, middleware and dry runs that nobody uses allocate nothing.
func TestSeamsCostNothingUnused(t *testing.T) { // not parallel: it counts allocations
	if underRace {
		t.Skip("the race detector allocates")
	}
	count := func(ctx context.Context, m ...cloud.Middleware) float64 {
		s := &stub{answers: []reply{ok(`{}`)}}
		c := newClient(t, s, func(cfg *cloud.Config) { cfg.Middleware = m })
		least := 1e9
		for range 5 {
			least = min(least, testing.AllocsPerRun(50, func() { _, _ = get(ctx, c, &readOp) }))
		}
		return least
	}
	base := count(t.Context())
	assert.LessOrEqual(t, count(cloud.WithOptions(t.Context(), cloud.Options{MaxAttempts: 2})), base)
	pass := func(ctx context.Context, _ *cloud.Call, next func(context.Context) error) error { return next(ctx) }
	assert.LessOrEqual(t, count(t.Context(), pass), base+8)
}
