package dlc

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// everyState checks what each waiter makes of each known state. It fails when a new state is not placed; an unknown
// state is pending.
func everyState[S comparable](t *testing.T, values []S, unknown S, want map[S][]cloud.Outcome, judge func(S) []cloud.Verdict) {
	t.Helper()
	assert.Len(t, want, len(values))
	for _, state := range values {
		outcomes, ok := want[state]
		require.True(t, ok, "%v is not placed", state)
		judged := judge(state)
		require.Len(t, judged, len(outcomes))
		for i, v := range judged {
			assert.Equal(t, outcomes[i], v.Outcome, "state %v, waiter %d", state, i)
			assert.Equal(t, fmt.Sprint(state), v.State)
		}
	}
	for i, v := range judge(unknown) {
		assert.Equal(t, cloud.Pending, v.Outcome, "an unknown state, waiter %d", i)
	}
}
