package rollout_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func TestHours(t *testing.T) {
	t.Parallel()
	const h = time.Hour
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("the machine has no time zones")
	}
	for name, test := range map[string]struct { // the clock of synctest begins on Saturday, 2000-01-01 00:00 UTC
		hours rollout.Hours
		after time.Duration
		waits time.Duration
	}{
		"in the night that began yesterday": {hours: rollout.Hours{From: 22 * h, To: 5 * h}},
		"in the day":                        {hours: rollout.Hours{From: 22 * h, To: 5 * h}, after: 12 * h, waits: 10 * h},
		"just when it ends":                 {hours: rollout.Hours{From: 22 * h, To: 5 * h}, after: 5 * h, waits: 17 * h},
		"just when it begins":               {hours: rollout.Hours{From: 9 * h, To: 17 * h}, after: 9 * h},
		"on a workday": {
			hours: rollout.Hours{From: 9 * h, To: 17 * h, Days: []time.Weekday{time.Monday, time.Tuesday}}, waits: 57 * h,
		},
		"not in the night of a Friday": {
			hours: rollout.Hours{From: 22 * h, To: 5 * h, Days: []time.Weekday{time.Saturday}}, after: h, waits: 21 * h,
		},
		"by another clock": {hours: rollout.Hours{From: 9 * h, To: 17 * h, In: berlin}, waits: 8 * h},
		"when the clock was set forward": {
			hours: rollout.Hours{From: 9 * h, To: 17 * h, In: berlin}, after: 120 * 24 * h, waits: 7 * h, // the 30th of April
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(test.after)
				began := time.Now()
				require.NoError(t, test.hours.Approve(t.Context(), rollout.Wave{}))
				assert.Equal(t, test.waits, time.Since(began))
			})
		})
	}
}

func TestFreeze(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		at := func(d time.Duration) time.Time { return began.Add(d) }
		approve := rollout.Freeze(
			rollout.Window{Start: at(4 * time.Hour), End: at(9 * time.Hour)}, rollout.Window{Start: at(-time.Hour), End: at(5 * time.Hour)},
		)
		require.NoError(t, approve(t.Context(), rollout.Wave{}))
		assert.Equal(t, 9*time.Hour, time.Since(began))
		require.NoError(t, approve(t.Context(), rollout.Wave{}))
		assert.Equal(t, 9*time.Hour, time.Since(began))

		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		always := rollout.Freeze(rollout.Window{End: at(1000 * time.Hour)})
		require.ErrorIs(t, always(ctx, rollout.Wave{}), context.DeadlineExceeded)
	})
}

func TestAllOf(t *testing.T) {
	t.Parallel()
	no := errors.New("no")
	calls := 0
	yes := func(context.Context, rollout.Wave) error { calls++; return nil }
	require.NoError(t, rollout.AllOf(yes, yes)(t.Context(), rollout.Wave{}))
	require.ErrorIs(t, rollout.AllOf(yes, func(context.Context, rollout.Wave) error { return no }, yes)(t.Context(), rollout.Wave{}), no)
	assert.Equal(t, 3, calls)
}

func TestInvalidTimes(t *testing.T) {
	t.Parallel()
	for want, approve := range map[string]func(context.Context, rollout.Wave) error{
		"Hours.From: must be from 0 to 24 hours, given 25h0m0s":                                           rollout.Hours{From: 25 * time.Hour}.Approve,
		"Hours.To: must be from 0 to 24 hours, given -1s":                                                 rollout.Hours{To: -time.Second}.Approve,
		"Hours.To: must not be From, given 0s":                                                            rollout.Hours{}.Approve,
		"Hours.Days[0]: must be a day of the week, given 7":                                               rollout.Hours{To: 1, Days: []time.Weekday{7}}.Approve,
		"Freeze.windows[0]: must end after its start, given 0001-01-01T00:00:00Z to 0001-01-01T00:00:00Z": rollout.Freeze(rollout.Window{}),
	} {
		err := approve(t.Context(), rollout.Wave{})
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.EqualError(t, err, "rollout: invalid: "+want)
	}
}
