package rollout_test

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func TestJoin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld("a", "b", "c", "d", "x", "y")}
		base := rollout.Rollout{Name: "both", Journal: journal.Memory(), Resume: p.resume}
		letters, others := base, base
		letters.Steps, letters.Waves = []rollout.Step{p.step("a"), p.step("b"), p.step("c"), p.step("d")}, rollout.Waves(1, 2, rollout.Rest)
		others.Steps, others.Waves = []rollout.Step{p.step("x"), p.step("y", "x")}, rollout.Waves(1, rollout.Rest)
		joined, err := rollout.Join(letters, others)
		require.NoError(t, err)
		assert.Equal(t, rollout.Waves(2, 3, 1), joined.Waves)
		report, err := joined.Run(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "a live new, x live new, b live new, c live new, y live new, d live new", phasesOf(report))

		alone, err := rollout.Join(letters)
		require.NoError(t, err)
		assert.Equal(t, rollout.Waves(1, 2, 1), alone.Waves)
	})
}

func TestJoinIsChecked(t *testing.T) {
	t.Parallel()
	a := rollout.Rollout{Name: "a", Journal: journal.Memory()}
	b := a
	b.Name = "b"
	_, err := rollout.Join(a, b)
	require.ErrorContains(t, err, `[1].Name: must be that of the first rollout, given "b"`)
	b = a
	for _, other := range []journal.Journal{nil, journal.Memory(), journal.Dir("folder")} {
		b.Journal = other
		_, err = rollout.Join(a, b)
		require.ErrorContains(t, err, "[1].Journal: must be that of the first rollout")
	}
}

// TestJoinResumes has each rollout restore its own changes.
func TestJoinResumes(t *testing.T) {
	t.Parallel()
	p := &process{world: newWorld("a")}
	first := rollout.Rollout{}
	second := rollout.Rollout{Resume: p.resume}
	joined, err := rollout.Join(first, second)
	require.NoError(t, err)
	ch, err := p.prepare("a", "new")
	require.NoError(t, err)
	restored, err := joined.Resume(ch.Token())
	require.NoError(t, err)
	assert.Equal(t, ch.Token(), restored.Token())
	_, err = joined.Resume("no token")
	require.ErrorContains(t, err, "token")
}
