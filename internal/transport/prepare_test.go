package transport_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// countedRequest counts how often it is validated.
type countedRequest struct {
	Name  string `path:"name"`
	Token string `query:"clientToken" auto:"token"`

	validated *int
}

func (r countedRequest) Validate() error {
	*r.validated++
	return nil
}

func TestAPreparedRequestIsValidatedOnce(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"ACTIVE"}`)}}
	c := newClient(t, s, nil)
	validated := 0
	in := countedRequest{Name: "a", validated: &validated}

	require.NoError(t, c.Prepare(&writeOp, &in))
	require.NotEmpty(t, in.Token)
	out, err := transport.CallPrepared(context.Background(), c, &writeOp, &in, new(getResponse))

	require.NoError(t, err)
	assert.Equal(t, "ACTIVE", out.Status)
	assert.Equal(t, 1, validated)
	require.Len(t, s.sent, 1)
	assert.Equal(t, in.Token, s.sent[0].URL.Query().Get("clientToken"))

	_, err = transport.Call(context.Background(), c, &writeOp, &in, new(getResponse))
	require.NoError(t, err)
	assert.Equal(t, 2, validated)
}

func TestAPreparedRequestNeedsAClient(t *testing.T) {
	t.Parallel()
	_, err := transport.CallPrepared(context.Background(), nil, &writeOp, &getRequest{}, new(getResponse))
	assert.ErrorContains(t, err, "must be made with New")
}

// A constant query belongs to every call of an operation, in the order in which the vendors' clients have it.
func TestConstantQueriesAreSent(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"ACTIVE"}`)}}
	c := newClient(t, s, nil)
	op := transport.Operation{Name: "MakeThing", Method: "POST", Path: "/things/{name}", Query: "a=1&op=make&z="}
	_, err := transport.Call(context.Background(), c, &op, &getRequest{Name: "x", Token: "t"}, new(getResponse))
	require.NoError(t, err)
	assert.Equal(t, "/things/x?a=1&clientToken=t&op=make&z=", s.sent[0].URL.RequestURI())
}
