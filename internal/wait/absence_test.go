package wait_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestAbsence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var a wait.Absence
		assert.False(t, a.Proves(true), "one list may lack it")
		time.Sleep(wait.AbsentWithin - time.Nanosecond)
		assert.False(t, a.Proves(true))
		time.Sleep(time.Nanosecond)
		assert.True(t, a.Proves(true))
		assert.False(t, a.Proves(false))
		assert.False(t, a.Proves(true), "it was there in between")
		time.Sleep(wait.AbsentWithin)
		assert.True(t, a.Proves(true))
	})
}
