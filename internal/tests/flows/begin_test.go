package flows_test

import (
	"cmp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// readsBefore is how many requests a change needs before its start, where it is more than one: one for each resource that
// it changes, or a check that says what it will do.
var readsBefore = map[string]int{
	"UpgradeDataEngineImage": 2, "DeleteDataEngine": 2, "LaunchStandardEngineResourceGroups": 2, "PauseStandardEngineResourceGroups": 2,
}

// TestBeginIsCheap checks that Begin reads what is there at most once, and sends one request.
func TestBeginIsCheap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, f flow, emu *emulator.Emulator) {
		_, err := f.begin(t.Context(), newClients(t, emu))
		require.NoError(t, err)
		assert.Equal(t, 1, count(emu, f.start))
		assert.LessOrEqual(t, len(emu.Requests()), 1+cmp.Or(readsBefore[f.start], 1))
	})
}
