package wait_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// A bakery is a service that bakes cakes. It recognizes a token for ten minutes, and shows its cakes late.
type bakery struct {
	mu      sync.Mutex
	cakes   []time.Time // that were baked
	tokens  map[string]time.Time
	refuse  int           // a status to refuse requests with
	lose    string        // of the next request: "before" or "after" its effect, or "late" for a minute later
	stale   time.Duration // how late it shows a cake
	blind   bool          // it never shows one
	clock   time.Duration // how far its clock is ahead
	mute    bool          // its responses have no Date
	arrived int
}

func (b *bakery) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		return b.respond(r, 200, "{}"), nil
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	b.arrived++
	lose := b.lose
	b.lose = ""
	switch lose {
	case "before":
		return nil, io.ErrUnexpectedEOF
	case "late":
		time.AfterFunc(time.Minute, func() { b.bake(sent) })
		return nil, io.ErrUnexpectedEOF
	}
	if b.refuse != 0 {
		return b.respond(r, b.refuse, `{"__type":"ConflictException","message":"the oven is full"}`), nil
	}
	b.bake(sent)
	if lose == "after" {
		return nil, io.ErrUnexpectedEOF
	}
	return b.respond(r, 200, `{"id":"7"}`), nil
}

func (b *bakery) bake(body []byte) {
	var in struct{ Token string }
	if json.Unmarshal(body, &in) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if at, known := b.tokens[in.Token]; known && in.Token != "-" && time.Since(at) < 10*time.Minute {
		return
	}
	b.cakes = append(b.cakes, time.Now())
	b.tokens[in.Token] = time.Now()
}

func (b *bakery) respond(r *http.Request, status int, body string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	if !b.mute {
		h.Set("Date", time.Now().Add(b.clock).UTC().Format(http.TimeFormat))
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

// baked is how many cakes there are, shown or not.
func (b *bakery) baked() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.cakes)
}

// shown is how many cakes the service shows.
func (b *bakery) shown() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, at := range b.cakes {
		if time.Since(at) >= b.stale {
			n++
		}
	}
	return n
}

type bakeRequest struct {
	Shop  string `path:"shop"`
	Cake  string `json:"cake" sensitive:"true"`
	Token string `json:"token,omitzero" auto:"token"`
}

func (r bakeRequest) Validate() error {
	if r.Cake == "" {
		return &cloud.ValidationError{Problems: []cloud.Problem{{Field: "cake", Rule: "required"}}}
	}
	return nil
}

type bakeResponse struct {
	ID string `json:"id"`
}

type bakeChange struct {
	Shop   string `json:"shop"`
	Before int    `json:"before"`
	Known  bool   `json:"known,omitzero"`
}

func (s *bakeChange) Check() error     { return wait.Lacks("shop", s.Shop) }
func (s *bakeChange) Resource() string { return s.Shop }

var opBake = transport.Operation{Name: "BakeCake", Method: http.MethodPost, Path: "/shops/{shop}"}

// baking declares the change; life is how long tokens are recognized.
func baking(life time.Duration) *wait.Change[*bakery, *bakeRequest, *bakeResponse, *bakeChange, int] {
	return &wait.Change[*bakery, *bakeRequest, *bakeResponse, *bakeChange, int]{
		TokenLife: life,
		State:     func(r *bakeRequest) *bakeChange { return &bakeChange{Shop: r.Shop} },
		Before: func(c *bakery, _ context.Context, s *bakeChange) error {
			s.Before = c.shown()
			return nil
		},
		Began: func(c *bakery, _ context.Context, s *bakeChange, _ *bakeRequest, _ time.Time) (cloud.StartStatus, error) {
			switch {
			case c.blind:
				return cloud.Uncertain, nil
			case c.shown() > s.Before:
				s.Known = true
				return cloud.Begun, nil
			}
			return cloud.NotBegun, nil
		},
		Spec: func(c *bakery, s *bakeChange) cloud.WaitSpec[int] {
			return cloud.WaitSpec[int]{
				Service: "finspace",
				Read:    func(context.Context) (*int, error) { return new(c.shown()), nil },
				Judge: func(n *int) cloud.Verdict {
					if *n > s.Before {
						return cloud.Verdict{State: "BAKED", Outcome: cloud.Succeeded}
					}
					return cloud.Verdict{State: "EMPTY"}
				},
			}
		},
	}
}

var opLook = transport.Operation{Name: "GetShop", Method: http.MethodGet, Path: "/shops", Idempotent: true}

type lookRequest struct{}

func (lookRequest) Validate() error { return nil }

// A process is a client of the bakery.
type process struct {
	*bakery
	api  *transport.Client
	life time.Duration
}

func newProcess(t *testing.T, b *bakery, life time.Duration, change ...func(*cloud.Config)) process {
	cfg := cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: b},
		Retry: cloud.Retry{MaxAttempts: 1},
	}
	for _, f := range change {
		f(&cfg)
	}
	if b.tokens == nil {
		b.tokens = map[string]time.Time{}
	}
	api, err := aws.New(cfg, aws.Service{Name: "finspace", Kinds: map[cloud.Code]cloud.Kind{"ConflictException": cloud.ErrConflict}})
	require.NoError(t, err)
	return process{b, api, life}
}

func (p process) prepare(t *testing.T) *cloud.Change[int] {
	r := &bakeRequest{Shop: "corner", Cake: "apple"}
	if p.life == 0 {
		r.Token = "-" // which the bakery ignores
	}
	ch, err := wait.Prepare(t.Context(), p.bakery, p.api, &opBake, baking(p.life), r)
	require.NoError(t, err)
	return ch
}

func (p process) resume(t *testing.T, token string) *cloud.Change[int] {
	ch, err := wait.Resume(p.bakery, p.api, &opBake, baking(p.life), token)
	require.NoError(t, err)
	return ch
}

const tokenLife = 10 * time.Minute

// TestStart plays one change by up to two processes. After each the number of cakes is what counts.
func TestStart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		life   time.Duration
		bakery bakery
		dies   bool          // the first process never calls Start
		after  time.Duration // when Start is called again, by the other process
		other  cloud.Kind    // how the other process ends; empty if the change has begun
		cakes  int
	}{
		{"sent", 0, bakery{}, false, 0, "", 1},
		{"lost after the effect", 0, bakery{lose: "after"}, false, 0, "", 1},
		{"lost before the effect", 0, bakery{lose: "before"}, false, 0, cloud.ErrNotBegun, 0},
		{"late", 0, bakery{lose: "late"}, false, 0, "", 1},
		{"late and shown late", 0, bakery{lose: "late", stale: time.Minute}, false, 0, "", 1},
		{"lost after the effect, hours later", 0, bakery{lose: "after"}, false, 3 * time.Hour, "", 1},
		{"never sent", 0, bakery{}, true, time.Minute, cloud.ErrNotBegun, 0},
		{"not shown", 0, bakery{lose: "after", blind: true}, false, 0, cloud.ErrUncertain, 1},
		{"no clock", 0, bakery{lose: "late", mute: true}, false, 0, "", 1},
		{"a clock ahead", 0, bakery{lose: "late", clock: 4 * time.Minute}, false, 0, "", 1},
		{"a clock behind", 0, bakery{lose: "late", clock: -4 * time.Minute}, false, 0, "", 1},
		{"token: lost after the effect", tokenLife, bakery{lose: "after", stale: time.Minute}, false, 0, "", 1},
		{"token: lost before the effect", tokenLife, bakery{lose: "before"}, false, 0, "", 1},
		{"token: late", tokenLife, bakery{lose: "late"}, false, 0, "", 1},
		{"token: never sent", tokenLife, bakery{}, true, time.Minute, "", 1},
		{"token: forgotten", tokenLife, bakery{lose: "after"}, false, 20 * time.Minute, "", 1},
		{"token: forgotten a minute ago", tokenLife, bakery{lose: "after"}, false, 11 * time.Minute, "", 1},
		{"token: forgotten and never sent", tokenLife, bakery{}, true, 20 * time.Minute, cloud.ErrNotBegun, 0},
		{"token: forgotten and not shown", tokenLife, bakery{blind: true}, true, 20 * time.Minute, cloud.ErrUncertain, 0},
	}
	for i := range tests {
		tt := &tests[i]
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &tt.bakery
				ch := newProcess(t, b, tt.life).prepare(t)
				token := ch.Token()
				if !tt.dies {
					err := ch.Start(t.Context())
					if failed, ok := errors.AsType[*cloud.StartError](err); ok {
						assert.Equal(t, cloud.Uncertain, failed.Status)
						assert.Equal(t, token, failed.Token)
						assert.Positive(t, failed.Next)
						assert.ErrorIs(t, err, cloud.ErrTransport)
						assert.ErrorIs(t, err, cloud.ErrUncertain)
					} else {
						require.NoError(t, err)
					}
				}
				time.Sleep(tt.after)
				restarted := newProcess(t, b, tt.life)
				_, err := transport.Call(t.Context(), restarted.api, &opLook, &lookRequest{}, new(struct{})) // which tells the time
				require.NoError(t, err)
				other := restarted.resume(t, token)
				err = other.Start(t.Context())
				assert.Equal(t, tt.cakes, b.baked())
				if tt.other != "" {
					require.ErrorIs(t, err, tt.other)
					assert.Equal(t, tt.other, cloud.KindOf(err))
					return
				}
				require.NoError(t, err)
				require.NoError(t, other.Start(t.Context()), "once more does nothing")
				n, err := other.Wait(t.Context())
				require.NoError(t, err)
				assert.Equal(t, 1, *n)
				info, err := cloud.PeekToken(other.Token())
				require.NoError(t, err)
				assert.NotZero(t, info.Started)
				assert.Equal(t, "corner", info.Resource)
				time.Sleep(time.Hour)
				assert.Equal(t, 1, b.baked())
			})
		})
	}
}

// TestRenew makes a change that has not begun anew; with the old token it never begins.
func TestRenew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bakery{lose: "before"}
		p := newProcess(t, b, 0)
		ch := p.prepare(t)
		old := ch.Token()
		require.ErrorIs(t, ch.Start(t.Context()), cloud.ErrUncertain)
		err := ch.Renew(t.Context())
		require.ErrorIs(t, err, cloud.ErrUncertain, "it may still begin")
		require.ErrorIs(t, ch.Start(t.Context()), cloud.ErrNotBegun)
		require.NoError(t, ch.Renew(t.Context()))
		require.NotEqual(t, old, ch.Token())
		require.NoError(t, ch.Start(t.Context()))
		require.Error(t, ch.Renew(t.Context()), "it has begun")
		assert.Equal(t, 1, b.baked())
		_, err = ch.Wait(t.Context())
		require.NoError(t, err)
	})
}

// TestStartWithoutTime returns at once if the context ends before Start can know, and says when to call it again.
func TestStartWithoutTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bakery{lose: "before"}
		p := newProcess(t, b, 0)
		ch := p.prepare(t)
		require.Error(t, ch.Start(t.Context()))
		soon, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		failed, ok := errors.AsType[*cloud.StartError](ch.Start(soon))
		require.True(t, ok)
		assert.Zero(t, time.Since(began))
		assert.Equal(t, cloud.Uncertain, failed.Status)
		status, err := ch.Began(t.Context())
		require.NoError(t, err)
		assert.Equal(t, cloud.Uncertain, status)
		time.Sleep(failed.Next)
		status, err = ch.Began(t.Context())
		require.NoError(t, err)
		assert.Equal(t, cloud.NotBegun, status)
	})
}

// TestStrictWindow waits until no signature is valid any more.
func TestStrictWindow(t *testing.T) {
	t.Parallel()
	window := func(change ...func(*cloud.Config)) (d time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			p := newProcess(t, &bakery{lose: "before"}, 0, change...)
			ch := p.prepare(t)
			failed, ok := errors.AsType[*cloud.StartError](ch.Start(t.Context()))
			require.True(t, ok)
			d = failed.Next
		})
		return d
	}
	usual := window()
	strict := window(func(cfg *cloud.Config) { cfg.StartWindow = cloud.Strict })
	unlimited := window(func(cfg *cloud.Config) { cfg.Timeout = -1 })
	assert.Equal(t, 4*time.Minute, strict-usual, "5 minutes for a signature instead of one for the timeout")
	assert.Equal(t, strict, unlimited)
}

// TestCertainRefusals may be sent again.
func TestCertainRefusals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bakery{refuse: 409}
		ch := newProcess(t, b, 0).prepare(t)
		err := ch.Start(t.Context())
		require.ErrorIs(t, err, cloud.ErrConflict)
		_, ok := errors.AsType[*cloud.StartError](err)
		assert.False(t, ok)
		b.refuse = 0
		require.NoError(t, ch.Start(t.Context()))
		assert.Equal(t, 1, b.baked())
	})
}

// TestNotStarted refuses to wait for, undo and cancel what has not begun.
func TestNotStarted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bakery{}
		ch := newProcess(t, b, 0).prepare(t)
		_, err := ch.Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid)
		_, err = cloud.WaitAll(t.Context(), ch)
		require.ErrorIs(t, err, cloud.ErrInvalid)
		_, err = ch.Undo(t.Context())
		require.ErrorIs(t, err, cloud.ErrUncertain)
		require.ErrorIs(t, ch.Cancel(t.Context()), cloud.ErrUncertain)
		require.NoError(t, ch.Start(t.Context()))
		_, err = ch.Undo(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnsupported)
		require.ErrorIs(t, ch.Cancel(t.Context()), cloud.ErrUnsupported)
		assert.Zero(t, b.arrived-1)
	})
}

// TestSecretsOfTokens are in the token of a change that has not begun, and nowhere else.
func TestSecretsOfTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ch := newProcess(t, &bakery{lose: "before"}, 0).prepare(t)
		err := ch.Start(t.Context())
		for _, v := range []any{ch, err} {
			text, jsonErr := json.Marshal(v)
			require.NoError(t, jsonErr)
			assert.NotContains(t, string(text), ch.Token())
		}
		assert.Equal(t, []cloud.Difference{{Field: "cake", After: "[redacted]"}, {Field: "shop", After: "corner"}}, ch.Diff())
	})
}

// TestStartTimes checks that Config sets how long a change may be sent, and how soon it counts as not begun.
func TestStartTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bakery{}
		short := func(cfg *cloud.Config) {
			cfg.Timeout, cfg.StartWithin, cfg.StartConfirmAfter = time.Second, 2*time.Second, time.Second
		}
		p := newProcess(t, b, 0, short)
		require.NoError(t, p.prepare(t).Start(t.Context()), "whose response shows the service's clock")

		late := p.prepare(t)
		token := late.Token()
		time.Sleep(2 * time.Second)
		began := time.Now()
		require.ErrorIs(t, late.Start(t.Context()), cloud.ErrNotBegun)
		assert.Less(t, time.Since(began), 10*time.Second)
		assert.Equal(t, 1, b.baked(), "too late to send")

		began = time.Now()
		require.ErrorIs(t, newProcess(t, b, 0).resume(t, token).Start(t.Context()), cloud.ErrNotBegun)
		assert.Greater(t, time.Since(began), time.Minute, "this process allows for stale reads longer")
	})
}

// TestAdopt starts a change at once that another process has prepared and nobody has started, whatever the service
// recognizes and however long ago that was.
func TestAdopt(t *testing.T) {
	t.Parallel()
	for _, life := range []time.Duration{0, 10 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			b := &bakery{}
			token := newProcess(t, b, life).prepare(t).Token()
			time.Sleep(time.Hour)
			b.bake([]byte(`{"token":"somebody else's"}`))
			ch := newProcess(t, b, life).resume(t, token)
			began := time.Now()
			require.NoError(t, ch.Adopt(t.Context()))
			assert.NotEqual(t, token, ch.Token())
			before, err := cloud.PeekToken(token)
			require.NoError(t, err)
			after, err := cloud.PeekToken(ch.Token())
			require.NoError(t, err)
			assert.Equal(t, before.ID, after.ID, "it is the same change")
			require.NoError(t, ch.Start(t.Context()))
			assert.Zero(t, time.Since(began))
			assert.Equal(t, 2, b.baked(), "what was there before is read anew")
			require.ErrorIs(t, ch.Adopt(t.Context()), cloud.ErrConflict, "it has begun")
		})
	}
}

// TestAdoptOfSentChange refuses what the same process has sent.
func TestAdoptOfSentChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &bakery{lose: "before"}
		ch := newProcess(t, b, 0).prepare(t)
		require.ErrorIs(t, ch.Start(t.Context()), cloud.ErrUncertain)
		require.ErrorIs(t, ch.Adopt(t.Context()), cloud.ErrUncertain)
	})
}
