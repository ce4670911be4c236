package transport_test

import (
	"context"
	"math"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// ratedClient is a client of a service that documents a rate.
func ratedClient(t *testing.T, s *stub, r transport.Rate, configured float64) *transport.Client {
	t.Helper()
	service := testService()
	service.Rate = r
	c, err := transport.New(cloud.Config{
		Region: "us-east-1", HTTPClient: &http.Client{Transport: s}, RequestRate: configured,
		Credentials: cloud.StaticCredentials("AKID", secretKey, ""),
	}, service)
	require.NoError(t, err)
	return c
}

// callAtOnce makes many calls at the same time, of each operation as many, and tells how long they took.
func callAtOnce(t *testing.T, c *transport.Client, calls int, operations ...*transport.Operation) time.Duration {
	t.Helper()
	began := time.Now()
	var wg sync.WaitGroup
	for _, op := range operations {
		for range calls {
			wg.Go(func() {
				_, err := get(t.Context(), c, op)
				assert.NoError(t, err)
			})
		}
	}
	wg.Wait()
	return time.Since(began)
}

func TestRequestRate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		rate       transport.Rate
		configured float64
		want       time.Duration // for 20 calls of each of two operations
	}{
		{"none documented", transport.Rate{}, 0, 0},
		{"of all together", transport.Rate{PerSecond: 10}, 0, 3900 * time.Millisecond},
		{"of each operation", transport.Rate{PerSecond: 10, PerOperation: true}, 0, 1900 * time.Millisecond},
		{"of some more", transport.Rate{PerSecond: 10, PerOperation: true, Operations: map[string]float64{"GetThing": 5}}, 0, 3800 * time.Millisecond},
		{"with bursts", transport.Rate{PerSecond: 100}, 0, 300 * time.Millisecond},
		{"configured", transport.Rate{PerSecond: 100, PerOperation: true, Operations: map[string]float64{"GetThing": 5}}, 20, 900 * time.Millisecond},
		{"configured for a service without", transport.Rate{}, 10, 3900 * time.Millisecond},
		{"switched off", transport.Rate{PerSecond: 1}, -1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stub{answers: []reply{{status: 200, body: `{"status":"ok"}`}}}
				c := ratedClient(t, s, tt.rate, tt.configured)
				assert.InDelta(t, tt.want, callAtOnce(t, c, 20, &readOp, &writeOp), float64(time.Millisecond))
				assert.Len(t, s.sent, 40)
			})
		})
	}
}

// TestRetriesKeepToTheRate checks that the second attempt waits for its turn as the first did.
func TestRetriesKeepToTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{{status: 503, body: `{}`}, {status: 200, body: `{"status":"ok"}`}}}
		c := ratedClient(t, s, transport.Rate{PerSecond: 0.1}, 0)
		assert.InDelta(t, 10*time.Second, callAtOnce(t, c, 1, &readOp), float64(time.Millisecond))
		assert.Len(t, s.sent, 2)
	})
}

// TestWaitingForATurnEndsWithTheContext also checks that a turn which was not taken goes to the next call.
func TestWaitingForATurnEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{{status: 200, body: `{"status":"ok"}`}}}
		c := ratedClient(t, s, transport.Rate{PerSecond: 0.1}, 0)
		began := time.Now()
		callAtOnce(t, c, 1, &readOp)

		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := get(ctx, c, &readOp)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 3*time.Second, time.Since(began))
		assert.Len(t, s.sent, 1, "what had no turn is not sent")

		callAtOnce(t, c, 1, &readOp)
		assert.InDelta(t, 10*time.Second, time.Since(began), float64(time.Millisecond))
	})
}

func TestRequestRateMustBeANumber(t *testing.T) {
	t.Parallel()
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		_, err := transport.New(cloud.Config{Region: "r1", RequestRate: bad}, transport.Service{Name: "things", Endpoint: "https://things.invalid"})
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.ErrorContains(t, err, "RequestRate")
	}
}
