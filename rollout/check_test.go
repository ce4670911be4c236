package rollout_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func TestInvalidRollouts(t *testing.T) {
	t.Parallel()
	step := func(name string, needs ...string) rollout.Step {
		return rollout.Step{Name: name, Needs: needs, Prepare: func(context.Context) (cloud.AnyChange, error) {
			t.Error("a step of an invalid rollout was prepared")
			return nil, nil
		}}
	}
	for want, r := range map[string]rollout.Rollout{
		`Steps: required`: {},
		`Steps[1].Name: must not be the name of Steps[0], given "a"`:                                     {Steps: []rollout.Step{step("a"), step("a")}},
		`Steps[0].Name: required`:                                                                        {Steps: []rollout.Step{step("")}},
		`Steps[0].Name: must have no control characters, given "a\n"`:                                    {Steps: []rollout.Step{step("a\n")}},
		`Steps[0].Prepare: required`:                                                                     {Steps: []rollout.Step{{Name: "a"}}},
		`Steps[0].Needs[0]: must be the name of a step, given "b"`:                                       {Steps: []rollout.Step{step("a", "b")}},
		`Steps[0].Needs: must not lead back to the step, given "a needs c needs b needs a"`:              {Steps: []rollout.Step{step("a", "c"), step("b", "a"), step("c", "b")}},
		`Steps[0].Needs: must not lead back to the step, given "a needs a"`:                              {Steps: []rollout.Step{step("a", "a")}},
		`Steps[0].Needs[0]: must be in wave 1 or an earlier one, and is in wave 2, given "b"`:            {Steps: []rollout.Step{step("a", "b"), step("b")}, Waves: rollout.Waves(1, rollout.Rest)},
		`Waves[1]: must be at least 1, given -2`:                                                         {Steps: []rollout.Step{step("a")}, Waves: rollout.Waves(1, -2)},
		`Waves[0]: must be the last wave, given "Rest"`:                                                  {Steps: []rollout.Step{step("a")}, Waves: rollout.Waves(rollout.Rest, 1)},
		`Waves: must have room for all 2 steps; add Rest, given 1`:                                       {Steps: []rollout.Step{step("a"), step("b")}, Waves: rollout.Waves(1)},
		`InFlight: must not be negative, given -1`:                                                       {Steps: []rollout.Step{step("a")}, InFlight: -1},
		`MaxFailures: must not be negative, given -1`:                                                    {Steps: []rollout.Step{step("a")}, MaxFailures: -1},
		`Soak: must not be negative, given -1s`:                                                          {Steps: []rollout.Step{step("a")}, Soak: -time.Second},
		`OnFailure: must be Stop, UndoWave, UndoAll or Continue, given "undo"`:                           {Steps: []rollout.Step{step("a")}, OnFailure: "undo"},
		`Resume: required with a Journal`:                                                                {Steps: []rollout.Step{step("a")}, Journal: journal.Memory()},
		`Name: must not have "step" between slashes, which the keys of the journal have, given "a/step"`: {Name: "a/step", Steps: []rollout.Step{step("b")}},
		`Name: must be valid UTF-8, given "\xff"`:                                                        {Name: "\xff", Steps: []rollout.Step{step("a")}},
		`Approved: must be a plan of these steps, waves and needs: 1 "a" [], given "1 \"b\" []"`: {
			Steps: []rollout.Step{step("a")}, Approved: &rollout.Plan{Steps: []rollout.PlannedStep{{Name: "b", Wave: 1}}},
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			report, err := r.Run(t.Context())
			require.EqualError(t, err, "rollout: invalid: "+want)
			assert.Nil(t, report)
			_, err = r.Plan(t.Context())
			invalid := new(cloud.ValidationError)
			require.ErrorAs(t, err, &invalid)
			assert.Len(t, invalid.Problems, 1)
			for e := range r.Watch(t.Context()) {
				require.ErrorIs(t, e.Err, cloud.ErrInvalid)
			}
		})
	}
}

func TestJournalOfAnotherRollout(t *testing.T) {
	t.Parallel()
	p, j := &process{world: newWorld("a", "b")}, journal.Memory()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := rollout.Rollout{Name: "n", Steps: []rollout.Step{p.step("a")}, Journal: j, Resume: p.resume}.Run(ctx)
	require.ErrorIs(t, err, context.Canceled)
	_, err = rollout.Rollout{Name: "n", Steps: []rollout.Step{p.step("b")}, Journal: j, Resume: p.resume}.Run(t.Context())
	require.ErrorContains(t, err, `Journal: must not have another rollout of this name, with other steps, waves or needs, given "n"`)
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.Empty(t, p.effects)
}
