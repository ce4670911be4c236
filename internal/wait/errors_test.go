package wait_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestNoMember(t *testing.T) {
	t.Parallel()
	err := wait.NoMember("r1", "data.jobId")
	require.ErrorIs(t, err, cloud.ErrTransport)
	assert.ErrorContains(t, err, "unexpected response: it has no data.jobId (request id r1, may have been carried out)")
}

func TestRequired(t *testing.T) {
	t.Parallel()
	op := &transport.Operation{Name: "ListThings"}
	assert.NoError(t, wait.Required("demo", op, "id", "a"))
	err := wait.Required("demo", op, "id", "")
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "demo ListThings: invalid: id: required")
}

func TestLacks(t *testing.T) {
	t.Parallel()
	assert.NoError(t, wait.Lacks())
	assert.NoError(t, wait.Lacks("a", "1", "b", "2"))
	assert.EqualError(t, wait.Lacks("a", "1", "b", ""), "has no b")
}
