package cloud_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestChangeCallsOneFunctionAtATime checks that a call waits for another one, and stops waiting when its context ends.
func TestChangeCallsOneFunctionAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inside, release := 0, make(chan struct{})
		ch := cloud.NewChange(cloud.ChangeSpec[thing]{
			Service: "things", Operation: "MakeThing", Token: func() string { return "pc1.token" },
			Start: func(context.Context) error { return nil }, Follow: func() *cloud.Waiter[thing] { return newWaiter(states("NEW"), nil) },
			Began: func(context.Context) (cloud.StartStatus, error) {
				inside++
				defer func() { inside-- }()
				assert.Equal(t, 1, inside)
				<-release
				return cloud.NotBegun, nil
			},
		})
		ended := 0
		for range 3 {
			go func() {
				_, err := ch.Began(t.Context())
				assert.NoError(t, err)
				ended++
			}()
		}
		synctest.Wait()
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := ch.Began(canceled)
		require.ErrorIs(t, err, context.Canceled)
		for i := range 3 {
			release <- struct{}{}
			synctest.Wait()
			assert.Equal(t, i+1, ended)
		}
	})
}
