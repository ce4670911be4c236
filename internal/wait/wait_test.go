package wait_test

import (
	"context"
	"errors"
	"net/http"
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

type change struct {
	Names []string `json:"names"`
}

func (c *change) Check() error {
	if len(c.Names) == 0 {
		return errors.New("names nothing")
	}
	return nil
}

// made declares a change that is begun without a call.
var made = wait.Change[*struct{}, *makeRequest, *struct{}, *change, string]{
	State:       func(r *makeRequest) *change { return &change{Names: r.Names} },
	AlreadyDone: func(*change) bool { return true },
	Cancel:      func(*struct{}, context.Context, *change) error { return nil },
	Spec: func(_ *struct{}, c *change) cloud.WaitSpec[string] {
		return cloud.WaitSpec[string]{
			Service: "demo",
			Read:    func(context.Context) (*string, error) { return &c.Names[0], nil },
			Judge:   func(name *string) cloud.Verdict { return cloud.Verdict{State: *name, Outcome: cloud.Succeeded} },
			Diagnose: func(context.Context, *string) (*cloud.Diagnosis, error) {
				return &cloud.Diagnosis{Source: c.Names[0]}, nil
			},
		}
	},
}

type makeRequest struct {
	Names []string `json:"names"`
}

func (r makeRequest) Validate() error { return nil }

var opMake = transport.Operation{Name: "Make"}

// begin begins the change of these names and returns its waiter.
func begin(t *testing.T, api *transport.Client, names ...string) *cloud.Change[string] {
	t.Helper()
	w, err := wait.Begin(t.Context(), &struct{}{}, api, &opMake, &made, &makeRequest{Names: names})
	require.NoError(t, err)
	return w
}

func resume(api *transport.Client, token string) (*cloud.Change[string], error) {
	return wait.Resume(&struct{}{}, api, &opMake, &made, token)
}

func newClient(t *testing.T, change ...func(*cloud.Config, *transport.Service)) *transport.Client {
	t.Helper()
	cfg := cloud.Config{Region: "r", Credentials: cloud.StaticCredentials("id", "secret", "")}
	s := transport.Service{Name: "demo", Endpoint: "https://demo.example.com"}
	for _, f := range change {
		f(&cfg, &s)
	}
	c, err := transport.New(cfg, s)
	require.NoError(t, err)
	return c
}

func TestResumeChecksTheState(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	w := begin(t, c, "a")
	again, err := resume(c, w.Token())
	require.NoError(t, err)
	assert.Equal(t, w.Token(), again.Token())
	name, err := again.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "a", *name)

	_, err = wait.Begin(t.Context(), &struct{}{}, c, &opMake, &made, &makeRequest{})
	require.ErrorContains(t, err, "names nothing", "such a token is not made")

	forged, err := wait.Begin(t.Context(), &struct{}{}, c, &opMake, &careless, &makeRequest{})
	require.NoError(t, err)
	_, err = resume(c, forged.Token())
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "demo Make: invalid: token: names nothing")
}

// careless is like made, with a state that checks nothing.
var careless = wait.Change[*struct{}, *makeRequest, *struct{}, *struct{}, string]{
	State:       func(*makeRequest) *struct{} { return new(struct{}) },
	AlreadyDone: func(*struct{}) bool { return true },
	Spec:        func(*struct{}, *struct{}) cloud.WaitSpec[string] { return cloud.WaitSpec[string]{} },
}

// TestForeignTokens checks that a change is not taken up with another account or at another site, unless that is
// asked for.
func TestForeignTokens(t *testing.T) {
	t.Parallel()
	key := func(id string) func(*cloud.Config, *transport.Service) {
		return func(cfg *cloud.Config, _ *transport.Service) {
			cfg.Credentials = cloud.StaticCredentials(id, "secret", "")
		}
	}
	slowly := func(id string) func(*cloud.Config, *transport.Service) {
		return func(cfg *cloud.Config, _ *transport.Service) {
			cfg.Credentials = cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
				return cloud.Credentials{AccessKeyID: id, SecretAccessKey: cloud.NewSecret("secret")}, nil
			})
		}
	}
	site := func(cfg *cloud.Config, s *transport.Service) { s.Site = "international" }
	allowed := func(cfg *cloud.Config, _ *transport.Service) { cfg.AllowForeignTokens = true }
	token := begin(t, newClient(t), "a").Token()

	tests := []struct {
		name           string
		changes        []func(*cloud.Config, *transport.Service)
		resumed, waits string // what the error says; empty when there is none
	}{
		{"the same", nil, "", ""},
		{"another key", []func(*cloud.Config, *transport.Service){key("other")}, `account "id"`, ""},
		{"the same key, not known at once", []func(*cloud.Config, *transport.Service){slowly("id")}, "", ""},
		{"another key, not known at once", []func(*cloud.Config, *transport.Service){slowly("other")}, "", `are of "other"`},
		{"another site", []func(*cloud.Config, *transport.Service){site}, `this client is for site "international"`, ""},
		{"allowed", []func(*cloud.Config, *transport.Service){key("other"), site, allowed}, "", ""},
		{"allowed, not known at once", []func(*cloud.Config, *transport.Service){slowly("other"), allowed}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, err := resume(newClient(t, tt.changes...), token)
			if tt.resumed != "" {
				require.ErrorIs(t, err, cloud.ErrInvalid)
				require.ErrorContains(t, err, tt.resumed)
				return
			}
			require.NoError(t, err)
			for range 2 {
				canceled := w.Cancel(t.Context())
				_, err = w.Wait(t.Context())
				if tt.waits == "" {
					require.NoError(t, canceled)
					require.NoError(t, err)
					continue
				}
				require.ErrorContains(t, canceled, tt.waits)
				require.ErrorIs(t, err, cloud.ErrInvalid)
				require.NotErrorIs(t, err, cloud.ErrFailed)
				require.ErrorContains(t, err, tt.waits)
				ended, ok := errors.AsType[*cloud.WaitError](err)
				require.True(t, ok)
				_, err = ended.Diagnose(t.Context())
				require.ErrorContains(t, err, tt.waits, "nothing is read for another account")
			}
		})
	}
}

// TestRefusedKeysInAWait end it at once where there can be no others.
func TestRefusedKeysInAWait(t *testing.T) {
	t.Parallel()
	provider := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, nil })
	for _, dynamic := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			c := newClient(t, func(cfg *cloud.Config, _ *transport.Service) {
				if dynamic {
					cfg.Credentials = provider
				}
			})
			looks := 0
			_, err := wait.Until(c, "UntilMade", cloud.WaitSpec[string]{
				Read: func(context.Context) (*string, error) {
					if looks++; looks == 2 {
						return nil, &cloud.Error{Kind: cloud.ErrUnauthenticated, Code: "ExpiredToken", StatusCode: 403}
					}
					return new("made"), nil
				},
				Judge: func(*string) cloud.Verdict {
					if looks == 3 {
						return cloud.Verdict{Outcome: cloud.Succeeded}
					}
					return cloud.Verdict{}
				},
			}).Wait(t.Context())
			assert.Equal(t, dynamic, err == nil, "%v", err)
		})
	}
}

type readRequest struct{}

func (readRequest) Validate() error { return nil }

type throttling struct{ times []time.Time }

func (s *throttling) RoundTrip(r *http.Request) (*http.Response, error) {
	s.times = append(s.times, time.Now())
	return &http.Response{StatusCode: http.StatusTooManyRequests, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}

// TestWaitsPollGently checks that the reads of all waits have the retry policy of polls.
func TestWaitsPollGently(t *testing.T) {
	t.Parallel()
	op := transport.Operation{Name: "GetThing", Method: http.MethodGet, Path: "/", Idempotent: true}
	synctest.Test(t, func(t *testing.T) {
		s := &throttling{}
		c, err := transport.New(cloud.Config{
			Region: "r", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: s},
		}, aws.Service{Name: "demo"}.Describe(cloud.Config{Region: "r"}))
		require.NoError(t, err)
		w := wait.Until(c, "UntilMade", cloud.WaitSpec[string]{
			Read: func(ctx context.Context) (*string, error) {
				return transport.Call(ctx, c, &op, &readRequest{}, new(string))
			},
			Judge: func(*string) cloud.Verdict { return cloud.Verdict{} },
		})
		p, err := w.Poll(t.Context())
		require.NoError(t, err)
		require.ErrorIs(t, p.Err, cloud.ErrThrottled)
		require.Len(t, s.times, 2)
		assert.Equal(t, time.Second, s.times[1].Sub(s.times[0]))
	})
}
