package transport_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// TestPollsAreGentle checks how often a poll is repeated, and after what pauses, beside an ordinary call.
func TestPollsAreGentle(t *testing.T) {
	t.Parallel()
	asked := func(status int) reply { return reply{status: status, header: http.Header{"Retry-After": {"7"}}} }
	tests := []struct {
		name        string
		answers     []reply
		ordinary    int // attempts
		poll        int
		least, most time.Duration // the first pause of the poll
	}{
		{"throttled", times(1, throttled), 3, 2, time.Second, time.Second},
		{"a throttling code", times(1, refusal(400, "Throttling")), 3, 2, time.Second, time.Second},
		{"throttled, asked to wait", times(1, asked(429)), 3, 2, 7 * time.Second, 7 * time.Second},
		{"503 with Retry-After", times(1, asked(503)), 3, 2, 7 * time.Second, 7 * time.Second},
		{"throttled once", []reply{throttled, up}, 2, 2, time.Second, time.Second},
		{"503", times(1, reply{status: 503}), 3, 3, 0, time.Second},
		{"internal", times(1, refusal(500, "InternalServerException")), 3, 3, 0, time.Second},
		{"unreachable", times(1, unreachable), 3, 3, 0, time.Second},
		{"internal, then throttled", []reply{{status: 500}, throttled}, 3, 3, 0, time.Second},
		{"throttled, then internal", []reply{throttled, {status: 500}}, 3, 3, time.Second, time.Second},
		{"refused", times(1, refusal(409, "ConflictException")), 1, 1, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				change := func(cfg *cloud.Config) { cfg.Retry = cloud.Retry{MinDelay: 100 * time.Millisecond} }
				s := &timed{stub: stub{answers: tt.answers}}
				_, _ = get(t.Context(), s.client(t, change), &readOp)
				assert.Len(t, s.times, tt.ordinary)

				s = &timed{stub: stub{answers: tt.answers}}
				_, err := get(transport.Polling(t.Context()), s.client(t, change), &readOp)
				require.Len(t, s.times, tt.poll, "%v", err)
				if tt.poll > 1 {
					assert.GreaterOrEqual(t, s.times[1].Sub(s.times[0]), tt.least)
					assert.LessOrEqual(t, s.times[1].Sub(s.times[0]), tt.most)
				}
			})
		})
	}
}

// TestAPollWithoutRetries checks that Config.Retry counts for polls too.
func TestAPollWithoutRetries(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{throttled}}
	c := newClient(t, s, func(cfg *cloud.Config) { cfg.Retry.MaxAttempts = 1 })
	_, err := get(transport.Polling(t.Context()), c, &readOp)
	require.ErrorIs(t, err, cloud.ErrThrottled)
	assert.Len(t, s.sent, 1)
}
