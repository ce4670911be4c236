package transport_test

import (
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/alibaba"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/tencent"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// dated is r with the Date of a clock that is ahead of the host's.
func dated(r reply, ahead time.Duration) reply {
	r.header = r.header.Clone()
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
	return r
}

// TestTheClockOfTheService checks that the last response with a readable Date counts, whatever else it says.
func TestTheClockOfTheService(t *testing.T) {
	t.Parallel()
	success := ok(`{"status":"UP"}`)
	wrongDate := func(text string) reply {
		r := success
		r.header = http.Header{"Date": {text}}
		return r
	}
	const unknown = 12345 * time.Hour
	tests := []struct {
		name    string
		answers []func() reply
		want    time.Duration
	}{
		{"ahead", []func() reply{func() reply { return dated(success, 10*time.Minute) }}, 10 * time.Minute},
		{"behind", []func() reply{func() reply { return dated(success, -3*time.Hour) }}, -3 * time.Hour},
		{"the same", []func() reply{func() reply { return dated(success, 0) }}, 0},
		{"a refusal", []func() reply{func() reply { return dated(refusal(409, "ConflictException"), time.Hour) }}, time.Hour},
		{"a gateway's page", []func() reply{func() reply { return dated(reply{status: 404, body: "<html>"}, time.Hour) }}, time.Hour},
		{"the last", []func() reply{
			func() reply { return dated(success, time.Hour) }, func() reply { return dated(success, time.Minute) },
		}, time.Minute},
		{"the last that is readable", []func() reply{
			func() reply { return dated(success, time.Hour) }, func() reply { return wrongDate("yesterday") },
		}, time.Hour},
		{"the last with one", []func() reply{
			func() reply { return dated(success, time.Hour) }, func() reply { return wrongDate("") },
		}, time.Hour},
		{"none", []func() reply{func() reply { return wrongDate("") }}, unknown},
		{"no response", []func() reply{func() reply { return reply{err: http.ErrHandlerTimeout} }}, unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stub{}
				c := newClient(t, s, func(cfg *cloud.Config) { cfg.Retry.MaxAttempts = 1 })
				now, known := c.Now()
				assert.False(t, known, "before any response")
				assert.Equal(t, time.Now(), now)
				for _, answer := range tt.answers {
					s.answers = append(s.answers, answer())
					_, _ = get(t.Context(), c, &readOp)
				}
				now, known = c.Now()
				assert.Equal(t, tt.want != unknown, known)
				if known {
					assert.InDelta(t, tt.want, time.Until(now), float64(time.Microsecond))
				} else {
					assert.Equal(t, time.Now(), now)
				}
				assert.Zero(t, c.Skew(), "nobody complained about a signature")

				time.Sleep(time.Hour)
				later, _ := c.Now()
				assert.InDelta(t, time.Hour, later.Sub(now), float64(time.Microsecond), "it goes on")
			})
		})
	}
}

// TestTheClockAgreesWithTheSkew checks both after a complaint about a signature.
func TestTheClockAgreesWithTheSkew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const ahead = 20 * time.Minute
		s := &stub{answers: []reply{dated(refusal(403, "RequestTimeTooSkewed"), ahead), dated(ok(`{"status":"UP"}`), ahead)}}
		c := newClient(t, s, nil)
		_, err := get(t.Context(), c, &writeOp)
		require.NoError(t, err)
		require.Len(t, s.sent, 2)
		assert.Equal(t, ahead, c.Skew())
		now, known := c.Now()
		assert.True(t, known)
		assert.InDelta(t, c.Skew(), time.Until(now), float64(time.Second))
	})
}

func TestAClientThatWasNotMade(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c *transport.Client
		now, known := c.Now()
		assert.Equal(t, time.Now(), now)
		assert.False(t, known)
		assert.Zero(t, c.Timeout())
		assert.Zero(t, c.SignatureLife())
	})
}

func TestTimeoutAndSignatureLife(t *testing.T) {
	t.Parallel()
	region := cloud.Config{Region: "r"}
	for name, tt := range map[string]struct {
		service transport.Service
		life    time.Duration
	}{
		"aws":     {aws.Service{Name: "things"}.Describe(region), 5 * time.Minute},
		"alibaba": {alibaba.Service{Name: "things", Product: "things"}.Describe(region), 15 * time.Minute},
		"tencent": {tencent.Service{Name: "things"}.Describe(region), 5 * time.Minute},
	} {
		for configured, timeout := range map[time.Duration]time.Duration{0: cloud.DefaultTimeout, time.Second: time.Second, -1: 0} {
			c, err := transport.New(cloud.Config{Region: "r", Timeout: configured}, tt.service)
			require.NoError(t, err, name)
			assert.Equal(t, timeout, c.Timeout(), name)
			assert.Equal(t, tt.life, c.SignatureLife(), name)
		}
	}
}

// TestTheClockCostsNothing compares calls whose responses have a Date with those without.
func TestTheClockCostsNothing(t *testing.T) {
	if underRace {
		t.Skip("the race detector empties pools at random")
	}
	allocations := func(h http.Header) float64 {
		c, err := transport.New(cloud.Config{
			Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, ""),
			HTTPClient: &http.Client{Transport: &fixed{body: `{"status":"UP"}`, header: h}},
		}, testService())
		require.NoError(t, err)
		least := math.Inf(1) // since a garbage collection empties pools, too
		for range 5 {
			least = min(least, testing.AllocsPerRun(100, func() { _, _ = get(t.Context(), c, &readOp) }))
		}
		return least
	}
	assert.InDelta(t, allocations(nil), allocations(http.Header{"Date": {"Sat, 28 Nov 2026 10:00:00 GMT"}}), 0.5)
}
