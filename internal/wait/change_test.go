package wait_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
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

// A shop is a client with one change, whose hooks record what they are called with.
type shop struct {
	api    *transport.Client
	called []string
	fail   string // the hook that fails
	gone   bool
}

func (s *shop) call(hook string) error {
	s.called = append(s.called, hook)
	if hook == s.fail {
		return errors.New(hook + " fails")
	}
	return nil
}

type openRequest struct {
	Name string `json:"name,omitzero"`

	shop *shop
}

func (r openRequest) Validate() error {
	if err := r.shop.call("Validate"); err != nil {
		return &cloud.ValidationError{Service: "finspace", Operation: "OpenShop", Problems: []cloud.Problem{{Field: "name", Rule: err.Error()}}}
	}
	return nil
}

type openResponse struct {
	ID string `json:"id"`
}

type openChange struct {
	Name string    `json:"name"`
	ID   string    `json:"id,omitzero"`
	Sent time.Time `json:"sent,omitzero"`

	shop *shop
}

var opOpenShop = transport.Operation{Name: "OpenShop", Method: http.MethodPost, Path: "/shops"}

var openShop = wait.Change[*shop, *openRequest, *openResponse, *openChange, string]{
	Check:       func(r *openRequest) error { return r.shop.call("Check") },
	State:       func(r *openRequest) *openChange { return &openChange{Name: r.Name, shop: r.shop} },
	Before:      func(c *shop, _ context.Context, _ *openChange) error { return c.call("Before") },
	AlreadyDone: func(s *openChange) bool { return s.shop.gone },
	Adapt:       func(r *openRequest, _ *openChange) { r.Name += "!" },
	Accepted: func(s *openChange, r *openRequest, out *openResponse, sent time.Time) error {
		s.ID, s.Sent = r.Name+out.ID, sent
		if out.ID == "" {
			return wait.NoMember("", "id")
		}
		return r.shop.call("Accepted")
	},
	Refused: func(c *shop, _ context.Context, s *openChange, sent time.Time, err error) error {
		s.Sent = sent
		if c.call("Refused") == nil && cloud.KindOf(err) == cloud.ErrConflict {
			return nil
		}
		return err
	},
	Spec: func(c *shop, s *openChange) cloud.WaitSpec[string] {
		return cloud.WaitSpec[string]{
			Service: "finspace",
			Read:    func(context.Context) (*string, error) { return &s.ID, nil },
			Judge:   func(*string) cloud.Verdict { return cloud.Verdict{State: "OPEN", Outcome: cloud.Succeeded} },
		}
	},
}

// answer is what the service responds with.
type answer struct {
	status int
	body   string
}

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil || string(sent) != `{"name":"corner!"}` {
		return nil, errors.New("sent " + string(sent))
	}
	h := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: a.status, Header: h, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

func newShop(t *testing.T, a answer) *shop {
	api, err := aws.New(cloud.Config{
		Region: "us-east-1", Credentials: cloud.StaticCredentials("id", "secret", ""), HTTPClient: &http.Client{Transport: a},
	}, aws.Service{Name: "finspace", Kinds: map[cloud.Code]cloud.Kind{"ConflictException": cloud.ErrConflict}})
	require.NoError(t, err)
	return &shop{api: api}
}

func TestBegin(t *testing.T) {
	t.Parallel()
	opened := answer{200, `{"id":"7"}`}
	tests := []struct {
		name   string
		answer answer
		fail   string
		gone   bool
		called string // hooks, in order
		id     string // what a poll shows
		err    string
	}{
		{"started", opened, "", false, "Validate Check Before Accepted", "corner!7", ""},
		{"there already", opened, "", true, "Validate Check Before", "", ""},
		{"invalid", opened, "Validate", false, "Validate", "", "finspace OpenShop: invalid: name: Validate fails"},
		{"nothing to follow", opened, "Check", false, "Validate Check", "", "Check fails"},
		{"unreadable before", opened, "Before", false, "Validate Check Before", "", "Before fails"},
		{"not started", opened, "Accepted", false, "Validate Check Before Accepted", "", "Accepted fails"},
		{"no id", answer{200, `{"id":""}`}, "", false, "Validate Check Before", "", "it has no id"},
		{"refused", answer{400, `{"__type":"ValidationException"}`}, "", false, "Validate Check Before Refused", "", "finspace OpenShop: invalid: ValidationException"},
		{"refused, and started", answer{409, `{"__type":"ConflictException"}`}, "", false, "Validate Check Before Refused", "", ""},
		{"refused for good", answer{409, `{"__type":"ConflictException"}`}, "Refused", false, "Validate Check Before Refused", "", "conflict"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newShop(t, tt.answer)
				c.fail, c.gone = tt.fail, tt.gone
				began := time.Now()
				w, err := wait.Begin(t.Context(), c, c.api, &opOpenShop, &openShop, &openRequest{Name: "corner", shop: c})
				assert.Equal(t, tt.called, strings.Join(c.called, " "))
				if tt.err != "" {
					require.ErrorContains(t, err, tt.err)
					assert.Nil(t, w)
					return
				}
				require.NoError(t, err)
				id, err := w.Wait(t.Context())
				require.NoError(t, err)
				assert.Equal(t, tt.id, *id)

				again, err := wait.Resume(c, c.api, &opOpenShop, &openShop, w.Token())
				require.NoError(t, err)
				assert.Equal(t, w.Token(), again.Token())
				if !tt.gone {
					s := sentOf(t, c, w.Token())
					assert.Equal(t, began.UTC(), s.UTC())
				}
			})
		})
	}
}

// sentOf reads from a token when the change was sent.
func sentOf(t *testing.T, c *shop, token string) (sent time.Time) {
	ch := wait.Change[*shop, *openRequest, *openResponse, *openChange, string]{
		Spec: func(c *shop, s *openChange) cloud.WaitSpec[string] {
			sent = s.Sent
			return openShop.Spec(c, s)
		},
	}
	_, err := wait.Resume(c, c.api, &opOpenShop, &ch, token)
	require.NoError(t, err)
	return sent
}
