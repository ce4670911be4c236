package flink

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestEverySavepointStateHasAnOutcome(t *testing.T) {
	t.Parallel()
	places(t, SavepointState("").Values(), map[SavepointState]cloud.Outcome{
		SavepointStateStarted: pending, SavepointStateCompleted: succeeded, SavepointStateFailed: failed,
	}, func(s SavepointState) cloud.Verdict {
		return new(savepointChange).judge(&GetSavepointResponse{Data: &Savepoint{Status: &SavepointStatus{State: s}}})
	})
	assert.Equal(t, cloud.Verdict{}, new(savepointChange).judge(&GetSavepointResponse{Data: &Savepoint{}}))
}
