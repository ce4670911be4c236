package transport_test

import (
	"context"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// limitedClient is a client of a service with a documented rate and a shared Limiter.
func limitedClient(t *testing.T, l *cloud.Limiter, r transport.Rate, name string, change func(*cloud.Config)) (*transport.Client, error) {
	t.Helper()
	cfg := cloud.Config{
		Region: "us-east-1", Limiter: l, HTTPClient: &http.Client{Transport: &stub{answers: []reply{up}}},
		Credentials: cloud.StaticCredentials("AKID", secretKey, ""),
	}
	if change != nil {
		change(&cfg)
	}
	service := testService()
	service.Name, service.Rate = name, r
	return transport.New(cfg, service)
}

// allAtOnce makes calls with several clients, of each as many, and tells how long they took.
func allAtOnce(t *testing.T, clients []*transport.Client, calls int, operations ...*transport.Operation) time.Duration {
	t.Helper()
	began := time.Now()
	var wg sync.WaitGroup
	for _, c := range clients {
		wg.Go(func() { callAtOnce(t, c, calls, operations...) })
	}
	wg.Wait()
	return time.Since(began)
}

func TestClientsShareALimiter(t *testing.T) {
	t.Parallel()
	ten := transport.Rate{PerSecond: 10}
	each := transport.Rate{PerSecond: 10, PerOperation: true, Operations: map[string]float64{"GetThing": 5}}
	region := func(cfg *cloud.Config) { cfg.Region = "eu-west-1" }
	gateway := func(cfg *cloud.Config) { cfg.Endpoint = "https://gateway.example.com" }
	configured := func(cfg *cloud.Config) { cfg.RequestRate = 5 }
	unlimited := func(cfg *cloud.Config) { cfg.RequestRate = -1 }
	tests := []struct {
		name          string
		total         float64
		rate          transport.Rate
		other         string // the service of the second client
		first, second func(*cloud.Config)
		want          time.Duration // for 10 calls of each of two operations and clients
	}{
		{"one service", 0, ten, "things", nil, nil, 3900 * time.Millisecond},
		{"each operation", 0, each, "things", nil, nil, 3800 * time.Millisecond},
		{"another service", 0, ten, "others", nil, nil, 1900 * time.Millisecond},
		{"another region", 0, ten, "things", nil, region, 1900 * time.Millisecond},
		{"another gateway", 0, ten, "things", nil, gateway, 1900 * time.Millisecond},
		{"a rate of the configuration", 0, ten, "things", configured, configured, 7800 * time.Millisecond},
		{"no rate of one service", 0, ten, "others", unlimited, nil, 1900 * time.Millisecond},
		{"no rate at all", 0, transport.Rate{}, "things", nil, nil, 0},
		{"one rate for all", 4, each, "others", nil, region, 9750 * time.Millisecond},
		{"bursts of all", 100, ten, "others", nil, nil, 300 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := cloud.NewLimiter(tt.total)
				a, err := limitedClient(t, l, tt.rate, "things", tt.first)
				require.NoError(t, err)
				b, err := limitedClient(t, l, tt.rate, tt.other, tt.second)
				require.NoError(t, err)
				took := allAtOnce(t, []*transport.Client{a, b}, 10, &readOp, &writeOp)
				assert.InDelta(t, tt.want, took, float64(time.Millisecond))
			})
		})
	}
}

func TestClientsWithoutALimiterDoNotShare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var clients []*transport.Client
		for range 3 {
			c, err := limitedClient(t, nil, transport.Rate{PerSecond: 10}, "things", nil)
			require.NoError(t, err)
			clients = append(clients, c)
		}
		assert.InDelta(t, 900*time.Millisecond, allAtOnce(t, clients, 10, &readOp), float64(time.Millisecond))
	})
}

func TestLimitersThatAreRefused(t *testing.T) {
	t.Parallel()
	rated := func(perSecond float64) func(*cloud.Config) {
		return func(cfg *cloud.Config) { cfg.RequestRate = perSecond }
	}
	tests := []struct {
		name   string
		total  float64
		change func(*cloud.Config)
		field  string
		rule   string
		gave   string
	}{
		{"no number", math.NaN(), nil, "Limiter", "must have a rate that is a number", `"NaN"`},
		{"infinite", math.Inf(1), nil, "Limiter", "must have a rate that is a number", `"+Inf"`},
		{"infinite below", math.Inf(-1), nil, "Limiter", "must have a rate that is a number", `"-Inf"`},
		{"negative", -1, nil, "Limiter", "must have a rate that is a number", `"-1"`},
		{"two rates", 5, rated(7), "RequestRate", "must be 0 with a Limiter that has a rate of its own", `"7"`},
		{"another rate", 0, rated(7), "RequestRate", "must be 0, as in the other clients", `"7"`},
		{"a rate that is no number", 0, rated(math.NaN()), "RequestRate", "must be a number", `"NaN"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := cloud.NewLimiter(tt.total)
			if tt.total == 0 {
				_, err := limitedClient(t, l, transport.Rate{}, "things", nil)
				require.NoError(t, err)
			}
			_, err := limitedClient(t, l, transport.Rate{}, "things", tt.change)
			var v *cloud.ValidationError
			require.ErrorAs(t, err, &v)
			require.Len(t, v.Problems, 1)
			assert.Equal(t, tt.field, v.Problems[0].Field)
			assert.Contains(t, v.Problems[0].Rule, tt.rule)
			assert.Equal(t, tt.gave, v.Problems[0].Given)
		})
	}
}

// sequence makes one call for each letter, in this order but all at once, and returns the order in which they were sent:
// h, n and l have a priority, p is a poll, P one with normal priority, and d has the default.
func sequence(t *testing.T, perSecond float64, letters string) string {
	t.Helper()
	var mu sync.Mutex
	var sent strings.Builder
	c, err := limitedClient(t, nil, transport.Rate{PerSecond: perSecond}, "things", nil)
	require.NoError(t, err)
	priorities := map[rune]cloud.Priority{
		'h': cloud.PriorityHigh, 'n': cloud.PriorityNormal, 'l': cloud.PriorityLow, 'P': cloud.PriorityNormal,
	}
	var wg sync.WaitGroup
	for _, letter := range letters {
		ctx := cloud.WithOptions(t.Context(), cloud.Options{Priority: priorities[letter]})
		if letter == 'p' || letter == 'P' {
			ctx = transport.Polling(ctx)
		}
		wg.Go(func() {
			_, err := get(ctx, c, &readOp)
			assert.NoError(t, err)
			mu.Lock()
			defer mu.Unlock()
			sent.WriteRune(letter)
		})
		synctest.Wait()
	}
	wg.Wait()
	return sent.String()
}

func TestPriorities(t *testing.T) {
	t.Parallel()
	many := strings.Repeat
	tests := []struct{ name, calls, want string }{
		{"the highest first", "nllnnhh", "nhhnnll"},
		{"polls after other calls", "nppdp", "ndppp"},
		{"polls with a priority", "npPpl", "nPppl"},
		{"the default is normal", "nldndh", "nhdndl"},
		{"no low one starves", "n" + "l" + many("h", 20), "n" + many("h", 8) + "l" + many("h", 12)},
		{"none of two starves", "n" + "lln" + many("h", 30), "n" + many("h", 8) + "nl" + many("h", 8) + "l" + many("h", 14)},
		{"patience does not add up", "n" + "nnnn" + "ll" + "hhh", "n" + "hhh" + "nnnn" + "ll"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { assert.Equal(t, tt.want, sequence(t, 1, tt.calls)) })
		})
	}
}

func TestPrioritiesThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, p := range []cloud.Priority{-1, cloud.PriorityHigh + 1} {
		s := &stub{answers: []reply{up}}
		_, err := get(cloud.WithOptions(t.Context(), cloud.Options{Priority: p}), newClient(t, s, nil), &readOp)
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.ErrorContains(t, err, "Options.Priority: must be PriorityLow, PriorityNormal or PriorityHigh")
		assert.Empty(t, s.sent)
	}
}

// TestCanceledTurnsGoToTheNext also checks that those who leave the queue cost the others nothing.
func TestCanceledTurnsGoToTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, err := limitedClient(t, nil, transport.Rate{PerSecond: 1}, "things", nil)
		require.NoError(t, err)
		began := time.Now()
		callAtOnce(t, c, 1, &readOp)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := get(ctx, c, &readOp)
				assert.ErrorIs(t, err, context.Canceled)
			})
		}
		synctest.Wait()
		time.Sleep(500 * time.Millisecond)
		wg.Go(func() { callAtOnce(t, c, 2, &readOp) })
		synctest.Wait()
		cancel()
		wg.Wait()
		assert.Equal(t, 2*time.Second, time.Since(began))
	})
}

// TestStartsWaitOnlyForATurnInTime checks that a start whose turn would come too late does not wait, and that one whose
// turns were taken by others ends at its deadline.
func TestStartsWaitOnlyForATurnInTime(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		waiting  int // of the same priority, before the start
		low      int // of low priority, before it
		priority cloud.Priority
		later    int // of high priority, after it
		within   time.Duration
		took     time.Duration
		sent     bool
	}{
		{"the next turn", 0, 0, 0, 0, 1500 * time.Millisecond, time.Second, true},
		{"a turn at the deadline", 0, 0, 0, 0, time.Second, 0, false},
		{"behind others", 3, 0, 0, 0, 4500 * time.Millisecond, 4 * time.Second, true},
		{"too far behind", 4, 0, 0, 0, 4500 * time.Millisecond, 0, false},
		{"past the low ones", 1, 5, 0, 0, 2500 * time.Millisecond, 2 * time.Second, true},
		{"not past one that waits too long", 9, 1, 0, 0, 10500 * time.Millisecond, 0, false},
		{"as a low one that need not wait for all", 20, 0, cloud.PriorityLow, 0, 9500 * time.Millisecond, 9 * time.Second, true},
		{"turns taken by others", 0, 0, 0, 5, 3500 * time.Millisecond, 3500 * time.Millisecond, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, err := limitedClient(t, nil, transport.Rate{PerSecond: 1}, "things", nil)
				require.NoError(t, err)
				var wg sync.WaitGroup
				add := func(n int, p cloud.Priority) {
					for range n {
						wg.Go(func() {
							_, err := get(cloud.WithOptions(t.Context(), cloud.Options{Priority: p}), c, &readOp)
							assert.NoError(t, err)
						})
					}
					synctest.Wait()
				}
				add(1, cloud.PriorityNormal)
				add(tt.low, cloud.PriorityLow)
				add(tt.waiting, cloud.PriorityNormal)
				began := time.Now()
				wg.Go(func() {
					_, err := send(cloud.WithOptions(t.Context(), cloud.Options{Priority: tt.priority}), c, &writeOp, began.Add(tt.within))
					assert.Equal(t, tt.took, time.Since(began))
					if tt.sent {
						assert.NoError(t, err)
						return
					}
					assert.ErrorContains(t, err, "the request rate has no turn left before the deadline for sending")
				})
				synctest.Wait()
				add(tt.later, cloud.PriorityHigh)
				wg.Wait()
			})
		})
	}
}

// TestManyCallsShareALimiter checks, with callers of all priorities of whom some leave, that no turn is lost.
func TestManyCallsShareALimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const callers, calls, perSecond = 64, 20, 50
		l := cloud.NewLimiter(perSecond)
		began := time.Now()
		var wg sync.WaitGroup
		var mu sync.Mutex
		sent := 0
		for i := range callers {
			c, err := limitedClient(t, l, transport.Rate{}, "things", nil)
			require.NoError(t, err)
			priority := cloud.Priority(i%3 + 1)
			wg.Go(func() {
				for n := range calls {
					ctx, cancel := context.WithCancel(cloud.WithOptions(t.Context(), cloud.Options{Priority: priority}))
					if (i+n)%4 == 0 {
						ctx, cancel = context.WithTimeout(ctx, 20*time.Millisecond*time.Duration(n+1))
					}
					_, err := get(ctx, c, &readOp)
					cancel()
					if err != nil {
						assert.ErrorIs(t, err, context.DeadlineExceeded)
						continue
					}
					mu.Lock()
					sent++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		elapsed := time.Since(began).Seconds()
		most := perSecond*elapsed + perSecond/10
		assert.LessOrEqual(t, float64(sent), most+1e-6)
		assert.GreaterOrEqual(t, float64(sent), most-perSecond/10-1, "no turn was lost while somebody waited")
		assert.Greater(t, sent, callers*calls/2)
	})
}

// TestExtremeRates checks that no rate overflows: a very high one delays nothing, a very low one a long time.
func TestExtremeRates(t *testing.T) {
	t.Parallel()
	for perSecond, waits := range map[float64]bool{math.MaxFloat64: false, 1e12: false, 1e-9: true, math.SmallestNonzeroFloat64: true} {
		synctest.Test(t, func(t *testing.T) {
			c, err := limitedClient(t, cloud.NewLimiter(perSecond), transport.Rate{}, "things", nil)
			require.NoError(t, err)
			began := time.Now()
			assert.Zero(t, callAtOnce(t, c, 1, &readOp))
			ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
			defer cancel()
			_, err = get(ctx, c, &readOp)
			if waits {
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, 24*time.Hour, time.Since(began))
				_, err = send(t.Context(), c, &writeOp, time.Now().Add(time.Hour))
				require.ErrorContains(t, err, "no turn left")
				return
			}
			require.NoError(t, err)
			assert.Zero(t, time.Since(began))
		})
	}
}

func TestQueuedIsMeasuredWithALimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var queued []time.Duration
		l := cloud.NewLimiter(0.5)
		for range 2 {
			c, err := limitedClient(t, l, transport.Rate{}, "things", func(cfg *cloud.Config) { cfg.Observer = queueing{func(context.Context, cloud.CallResult) {}, &queued} })
			require.NoError(t, err)
			callAtOnce(t, c, 1, &readOp)
		}
		assert.Equal(t, []time.Duration{0, 2 * time.Second}, queued)
	})
}

// queueing records how long attempts were queued.
type queueing struct {
	cloud.CallFunc

	queued *[]time.Duration
}

func (q queueing) OnAttempt(_ context.Context, a cloud.AttemptInfo) (context.Context, func(cloud.AttemptResult)) {
	*q.queued = append(*q.queued, a.Queued)
	return nil, func(cloud.AttemptResult) {}
}

// TestTurnsCostNothingWithoutAWait checks that a limit which is not reached allocates nothing.
func TestTurnsCostNothingWithoutAWait(t *testing.T) { // not parallel: it counts allocations
	if underRace {
		t.Skip("the race detector allocates")
	}
	count := func(l *cloud.Limiter, r transport.Rate) float64 {
		c, err := limitedClient(t, l, r, "things", nil)
		require.NoError(t, err)
		least := 1e9
		for range 5 {
			least = min(least, testing.AllocsPerRun(50, func() { _, _ = get(t.Context(), c, &readOp) }))
		}
		return least
	}
	base := count(nil, transport.Rate{})
	for _, r := range []transport.Rate{{PerSecond: 1e6}, {PerSecond: 1e6, PerOperation: true}} {
		assert.InDelta(t, base, count(nil, r), 0)
		assert.InDelta(t, base, count(new(cloud.Limiter), r), 0)
		assert.InDelta(t, base, count(cloud.NewLimiter(1e6), r), 0)
	}
}
