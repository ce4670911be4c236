package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// timed records when requests reach its stub.
type timed struct {
	stub

	times []time.Time
}

func (s *timed) RoundTrip(r *http.Request) (*http.Response, error) {
	s.times = append(s.times, time.Now())
	return s.stub.RoundTrip(r)
}

func (s *timed) client(t *testing.T, change func(*cloud.Config)) *transport.Client {
	t.Helper()
	return newClient(t, &s.stub, func(cfg *cloud.Config) {
		cfg.HTTPClient = &http.Client{Transport: s}
		if change != nil {
			change(cfg)
		}
	})
}

func send(ctx context.Context, c *transport.Client, op *transport.Operation, deadline time.Time) (*getResponse, error) {
	return transport.CallBefore(ctx, c, op, &getRequest{Name: "a", Token: "t"}, new(getResponse), deadline)
}

// times is n times r.
func times(n int, r reply) []reply { return slices.Repeat([]reply{r}, n) }

var (
	throttled   = refusal(429, "ThrottlingException")
	up          = ok(`{"status":"UP"}`)
	unreachable = reply{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
)

// TestThrottledStartsWaitTheirTurn checks what counts against the ordinary retries of a call with a deadline, and
// what does not.
func TestThrottledStartsWaitTheirTurn(t *testing.T) {
	t.Parallel()
	put := writeOp
	put.Idempotent = true
	later := func(status int) reply { return reply{status: status, header: http.Header{"Retry-After": {"7"}}} }
	tests := []struct {
		name     string
		op       *transport.Operation
		answers  []reply
		attempts int
		kind     cloud.Kind // empty for a success
		maybe    bool
	}{
		{"429 with a code", &writeOp, append(times(9, throttled), up), 10, "", false},
		{"429 without a code", &writeOp, append(times(9, reply{status: 429}), up), 10, "", false},
		{"a throttling code", &writeOp, append(times(9, refusal(400, "Throttling")), up), 10, "", false},
		{"a throttling code in a 200", &writeOp, append(times(9, refusal(200, "ThrottlingException")), up), 10, "", false},
		{"503 with Retry-After", &writeOp, append(times(9, later(503)), up), 10, "", false},
		{"all of them", &writeOp, []reply{throttled, later(503), throttled, later(429), throttled, up}, 6, "", false},
		{"throttled, then refused", &writeOp, append(times(9, throttled), refusal(409, "ConflictException")), 10, cloud.ErrConflict, false},
		{"throttled, then lost", &writeOp, append(times(9, throttled), reply{status: 500}), 10, cloud.ErrInternal, true},
		{"throttled, then unreachable", &writeOp, append(times(9, throttled), unreachable), 12, cloud.ErrTransport, false},

		{"503", &writeOp, times(1, reply{status: 503}), 1, cloud.ErrUnavailable, true},
		{"503 that may be repeated", &put, times(1, reply{status: 503}), 3, cloud.ErrUnavailable, true},
		{"unreachable", &writeOp, times(1, unreachable), 3, cloud.ErrTransport, false},
		{"throttled and failing in turn", &put, []reply{throttled, {status: 500}, throttled, {status: 500}, throttled, {status: 500}}, 6, cloud.ErrInternal, true},
		{"refused", &writeOp, times(1, refusal(400, "ValidationException")), 1, cloud.ErrInvalid, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stub{answers: tt.answers}
				var calls []cloud.CallResult
				c := newClient(t, s, func(cfg *cloud.Config) {
					cfg.Observer = cloud.CallFunc(func(_ context.Context, done cloud.CallResult) { calls = append(calls, done) })
				})
				out, err := send(t.Context(), c, tt.op, time.Now().Add(time.Hour))
				assert.Len(t, s.sent, tt.attempts, "%v", err)
				require.Len(t, calls, 1)
				assert.Equal(t, tt.attempts, calls[0].Attempts)
				if tt.kind == "" {
					require.NoError(t, err)
					assert.Equal(t, "UP", out.Status)
					return
				}
				require.ErrorIs(t, err, tt.kind)
				assert.Nil(t, out)
				var e *cloud.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, tt.maybe, e.MaybeExecuted)
			})
		})
	}
}

// TestThePausesOfAThrottledStart checks that they double up to the maximum.
func TestThePausesOfAThrottledStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const attempts = 400
		s := &timed{stub: stub{answers: append(times(attempts-1, throttled), up)}}
		c := s.client(t, func(cfg *cloud.Config) {
			cfg.Retry = cloud.Retry{MaxAttempts: 1, MinDelay: 100 * time.Millisecond, MaxDelay: 10 * time.Second}
		})
		_, err := send(t.Context(), c, &writeOp, time.Now().Add(24*time.Hour))
		require.NoError(t, err)
		require.Len(t, s.times, attempts)
		var total time.Duration
		for i := range attempts - 1 {
			pause := s.times[i+1].Sub(s.times[i])
			assert.LessOrEqual(t, pause, min(100*time.Millisecond<<min(i, 20), 10*time.Second)+1, "pause %d", i)
			total += pause
		}
		assert.Greater(t, total/attempts, 3*time.Second, "the mean of the longest is five")
	})
}

// TestThrottlingCostsNoBudget has more throttled attempts than the budget has retries.
func TestThrottlingCostsNoBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: append(times(300, throttled), refusal(409, "ConflictException"), reply{status: 500}, up)}
		c := newClient(t, s, nil)
		_, err := send(t.Context(), c, &writeOp, time.Now().Add(24*time.Hour))
		require.ErrorIs(t, err, cloud.ErrConflict)
		_, err = get(t.Context(), c, &readOp)
		require.NoError(t, err, "an ordinary retry is left")
		assert.Len(t, s.sent, 303)
	})
}

// TestNoAttemptBeginsAfterTheDeadline throttles without end, in several ways.
func TestNoAttemptBeginsAfterTheDeadline(t *testing.T) {
	t.Parallel()
	asked := reply{status: 429, header: http.Header{"Retry-After": {"7"}}}
	slow := throttled
	slow.takes = 1700 * time.Millisecond
	tests := []struct {
		name   string
		answer reply
		change func(*cloud.Config)
		least  int // attempts
	}{
		{"throttled", throttled, nil, 6},
		{"with a time for the next try", asked, nil, 6},
		{"slow", slow, nil, 4},
		{"at a request rate", throttled, func(cfg *cloud.Config) { cfg.RequestRate = 0.3 }, 5},
		{"by credentials that take their time", throttled, func(cfg *cloud.Config) {
			cfg.Credentials = cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
				time.Sleep(2 * time.Second)
				return cloud.Credentials{AccessKeyID: "a", SecretAccessKey: cloud.NewSecret("b"), Expires: time.Now().Add(time.Second)}, nil
			})
		}, 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for range 20 { // the pauses are random
				synctest.Test(t, func(t *testing.T) {
					s := &timed{stub: stub{answers: []reply{tt.answer}}}
					deadline := time.Now().Add(time.Minute)
					_, err := send(t.Context(), s.client(t, tt.change), &writeOp, deadline)
					require.ErrorIs(t, err, cloud.ErrThrottled)
					var e *cloud.Error
					require.ErrorAs(t, err, &e)
					assert.Equal(t, cloud.ErrThrottled, e.Kind)
					assert.False(t, e.MaybeExecuted)
					assert.Equal(t, len(s.times), e.Attempts)
					assert.GreaterOrEqual(t, len(s.times), tt.least)
					assert.True(t, s.times[len(s.times)-1].Before(deadline))
					assert.Less(t, time.Until(deadline), cloud.DefaultMaxDelay, "it did not give up early")
					time.Sleep(time.Hour) // the credentials are refreshed in the background
				})
			}
		})
	}
}

// TestNoPauseEndsAfterTheDeadline checks that the throttling error comes at once then, for both kinds of deadline.
func TestNoPauseEndsAfterTheDeadline(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ sending, context time.Duration }{
		"of sending": {5 * time.Second, time.Hour}, "of the context": {time.Hour, 5 * time.Second},
		"exactly then": {10 * time.Second, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stub{answers: []reply{{status: 429, header: http.Header{"Retry-After": {"10"}}}}}
				began := time.Now()
				ctx, cancel := context.WithDeadline(t.Context(), began.Add(tt.context))
				defer cancel()
				_, err := send(ctx, newClient(t, s, nil), &writeOp, began.Add(tt.sending))
				require.EqualError(t, err, "things MakeThing: throttled: unexpected response (status 429, request id req-1, retry after 10s)")
				assert.Zero(t, time.Since(began))
			})
		})
	}
}

// TestTooLateForAnyAttempt checks everything that may take time before a request is sent.
func TestTooLateForAnyAttempt(t *testing.T) {
	t.Parallel()
	const passed, noTurn = "not sent: the deadline for sending has passed", "not sent: the request rate has no turn left"
	slowly := func(cfg *cloud.Config) {
		cfg.Credentials = cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
			time.Sleep(10 * time.Second)
			return cloud.Credentials{AccessKeyID: "a", SecretAccessKey: cloud.NewSecret("b")}, nil
		})
	}
	rarely := func(cfg *cloud.Config) { cfg.RequestRate = 0.1 }
	tests := []struct {
		name   string
		left   time.Duration
		change func(*cloud.Config)
		before int    // calls that take a turn
		says   string // empty when the request is sent
	}{
		{"time left", time.Nanosecond, nil, 0, ""},
		{"at the deadline", 0, nil, 0, passed},
		{"after it", -time.Hour, nil, 0, passed},
		{"the request rate", 5 * time.Second, rarely, 1, noTurn},
		{"the request rate at the deadline", 10 * time.Second, rarely, 1, noTurn},
		{"the request rate in time", 11 * time.Second, rarely, 1, ""},
		{"credentials", 10 * time.Second, slowly, 0, passed},
		{"credentials in time", 11 * time.Second, slowly, 0, ""},
	}
	for _, tt := range tests {
		for stored, form := range map[bool]func(time.Time) time.Time{
			false: func(at time.Time) time.Time { return at },
			true:  func(at time.Time) time.Time { return at.Round(0).UTC() }, // has no monotonic reading
		} {
			t.Run(fmt.Sprintf("%s, stored %v", tt.name, stored), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &stub{answers: []reply{up}}
					var call cloud.CallResult
					c := newClient(t, s, func(cfg *cloud.Config) {
						cfg.Observer = cloud.CallFunc(func(_ context.Context, done cloud.CallResult) { call = done })
						if tt.change != nil {
							tt.change(cfg)
						}
					})
					for range tt.before {
						_, err := get(t.Context(), c, &readOp)
						require.NoError(t, err)
					}
					_, err := send(t.Context(), c, &writeOp, form(time.Now().Add(tt.left)))
					if tt.says == "" {
						require.NoError(t, err)
						assert.Len(t, s.sent, tt.before+1)
						return
					}
					require.ErrorContains(t, err, tt.says)
					var e *cloud.Error
					require.ErrorAs(t, err, &e)
					assert.Equal(t, cloud.Error{Service: "things", Operation: "MakeThing", Kind: cloud.ErrTransport, Err: e.Err}, *e)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					assert.Len(t, s.sent, tt.before)
					assert.Zero(t, call.Attempts)
					assert.Equal(t, err, call.Err)
				})
			})
		}
	}
	_, err := send(t.Context(), newClient(t, &stub{}, nil), &writeOp, time.Time{})
	require.ErrorContains(t, err, passed, "the zero time has passed too")
	_, err = send(t.Context(), nil, &writeOp, time.Now().Add(time.Hour))
	require.ErrorContains(t, err, "must be made with New")
}

// TestTooLateForAnotherAttempt checks that the error tells of the attempts before.
func TestTooLateForAnotherAttempt(t *testing.T) {
	t.Parallel()
	put := writeOp
	put.Idempotent = true
	for name, tt := range map[string]struct {
		op    *transport.Operation
		first reply
		kind  cloud.Kind
		maybe bool
	}{
		"throttled":  {&writeOp, throttled, cloud.ErrThrottled, false},
		"lost":       {&put, refusal(500, "InternalServerException"), cloud.ErrInternal, true},
		"not a turn": {&writeOp, unreachable, cloud.ErrTransport, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stub{answers: []reply{tt.first, up}}
				c := newClient(t, s, func(cfg *cloud.Config) {
					cfg.RequestRate, cfg.Retry.MaxDelay = 0.1, time.Second
				})
				began := time.Now()
				_, err := send(t.Context(), c, tt.op, began.Add(5*time.Second))
				require.ErrorContains(t, err, "the request rate has no turn left before the deadline for sending; before that: ")
				var e *cloud.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, tt.kind, e.Kind)
				assert.Equal(t, tt.maybe, e.MaybeExecuted)
				assert.Equal(t, 1, e.Attempts)
				if tt.first.err != nil {
					require.ErrorIs(t, err, tt.first.err)
				}
				assert.Less(t, time.Since(began), 5*time.Second, "it does not wait for the turn")
				assert.Len(t, s.sent, 1)
			})
		})
	}
}

// TestARepairThatComesTooLate refreshes refused credentials, which takes until the deadline.
func TestARepairThatComesTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		s := &stub{answers: []reply{refusal(403, "ExpiredTokenException"), up}}
		c := newClient(t, s, func(cfg *cloud.Config) {
			cfg.Credentials = cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
				if asked++; asked > 1 {
					time.Sleep(10 * time.Second)
				}
				return cloud.Credentials{AccessKeyID: fmt.Sprintf("AKID%d", asked), SecretAccessKey: cloud.NewSecret("s")}, nil
			})
		})
		_, err := send(t.Context(), c, &writeOp, time.Now().Add(5*time.Second))
		require.ErrorIs(t, err, cloud.Code("ExpiredTokenException"))
		require.ErrorContains(t, err, "the deadline for sending has passed")
		assert.Equal(t, cloud.ErrUnauthenticated, cloud.KindOf(err))
		assert.Len(t, s.sent, 1)
	})
}

// TestAnAttemptThatBeganInTimeMayFinish also checks that the context still ends it.
func TestAnAttemptThatBeganInTimeMayFinish(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := up
		slow.takes = 20 * time.Second
		c := newClient(t, &stub{answers: []reply{slow}}, nil)
		out, err := send(t.Context(), c, &writeOp, time.Now().Add(time.Second))
		require.NoError(t, err)
		assert.Equal(t, "UP", out.Status)

		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err = send(ctx, c, &writeOp, time.Now().Add(time.Second))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var e *cloud.Error
		require.ErrorAs(t, err, &e)
		assert.True(t, e.MaybeExecuted)
	})
}

func TestCallBeforeDoesNotValidate(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{up}}
	in := getRequest{Name: "a", Code: "bad"}
	_, err := transport.CallBefore(t.Context(), newClient(t, s, nil), &writeOp, &in, new(getResponse), time.Now().Add(time.Hour))
	require.NoError(t, err)
	assert.Equal(t, "bad", in.Code)
	assert.Empty(t, in.Token, "Prepare fills it in")
}

// TestATurnThatComesTooLateGoesToTheNextCall counts from the first call, which needs no turn.
func TestATurnThatComesTooLateGoesToTheNextCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &timed{stub: stub{answers: []reply{up}}}
		c := s.client(t, func(cfg *cloud.Config) { cfg.RequestRate = 0.1 })
		began := time.Now()
		_, err := get(t.Context(), c, &readOp)
		require.NoError(t, err)
		_, err = send(t.Context(), c, &writeOp, began.Add(time.Second))
		require.ErrorIs(t, err, cloud.ErrTransport)
		_, err = get(t.Context(), c, &readOp)
		require.NoError(t, err)
		assert.InDelta(t, 10*time.Second, s.times[1].Sub(began), float64(time.Millisecond))
	})
}
