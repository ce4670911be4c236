package follow_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
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

func (c *change) wait() cloud.Wait[string] {
	return cloud.Wait[string]{
		Service: "demo",
		Read:    func(context.Context) (*string, error) { return &c.Names[0], nil },
		Judge:   func(name *string) cloud.Judgement { return cloud.Judgement{State: *name, Outcome: cloud.Succeeded} },
	}
}

var opMake = transport.Operation{Name: "Make"}

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
	w := follow.Begin(c, &opMake, &change{Names: []string{"a"}}, (*change).wait)
	again, err := follow.Resume(c, &opMake, w.Token(), (*change).wait)
	require.NoError(t, err)
	assert.Equal(t, w.Token(), again.Token())
	name, err := again.Wait(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "a", *name)

	empty := follow.Begin(c, &opMake, &change{}, (*change).wait).Token()
	_, err = follow.Resume(c, &opMake, empty, (*change).wait)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "demo Make: invalid: token: names nothing")
}
