package dlc

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestSettingsThatWereThere checks that a change to the settings that a group had already ends when it was updated, or
// has stayed as it was for minutes.
func TestSettingsThatWereThere(t *testing.T) {
	t.Parallel()
	base := groupBase{AutoLaunch: 1, MaxConcurrency: 8}
	change := func() *groupBaseChange {
		return &groupBaseChange{Name: "etl", Before: groupSnapshot{State: ResourceGroupStateRunning, Updated: 100}, Base: base, Goal: base}
	}
	g := StandardEngineResourceGroupInfo{
		EngineResourceGroupName: "etl", ResourceGroupState: ResourceGroupStateRunning, UpdateTime: 100, AutoLaunch: 1, MaxConcurrency: 8,
	}
	synctest.Test(t, func(t *testing.T) {
		s := change()
		assert.Equal(t, cloud.Pending, s.judge(&g).Outcome)
		time.Sleep(startsWithin)
		assert.Equal(t, cloud.Succeeded, s.judge(&g).Outcome)
	})
	updated := g
	updated.UpdateTime = 101
	assert.Equal(t, cloud.Succeeded, change().judge(&updated).Outcome)
	isolated := g
	isolated.ResourceGroupState = ResourceGroupStateIsolated
	assert.Equal(t, cloud.Failed, change().judge(&isolated).Outcome)
}
