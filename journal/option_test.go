package journal_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

func TestCheckRefusesAChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		no := errors.New("no")
		_, err := run(t, j, s, journal.Check(func(ch cloud.AnyChange) error {
			assert.Len(t, ch.Diff(), 1)
			return no
		}))
		require.Equal(t, no, err)
		assert.Empty(t, events(t, j))

		s.crash = func(point string) {
			if point == "send" {
				panic(errCrash)
			}
		}
		require.ErrorIs(t, process(func() error { _, err := run(t, j, s); return err }), errCrash)
		s.crash = func(string) {}
		_, err = run(t, j, s, journal.Check(func(cloud.AnyChange) error { return no }))
		require.Equal(t, no, err, "also one that is prepared anew")
		assert.Equal(t, []journal.Event{journal.EventPrepared, journal.EventNotBegun, journal.EventRefused}, events(t, j))
		assert.Empty(t, s.effects)
	})
}

func TestOnStepAndOnPoll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, j := newServer(), journal.Memory()
		var steps []journal.Event
		var polls []cloud.Observation
		end, err := run(t, j, s,
			journal.OnStep(func(did journal.Step) { steps = append(steps, did.What) }),
			journal.OnPoll(func(found cloud.Observation) { polls = append(polls, found) }))
		require.NoError(t, err)
		assert.Equal(t, []journal.Event{journal.EventPrepared, journal.EventStarted, journal.EventEnded}, steps)
		require.Greater(t, len(polls), 3)
		assert.Equal(t, "CHANGING", polls[0].State)
		assert.Equal(t, end.Outcome, polls[len(polls)-1].Outcome)
	})
}
