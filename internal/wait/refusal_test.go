package wait_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestRefusal(t *testing.T) {
	t.Parallel()
	repeated := &cloud.Error{Kind: cloud.ErrConflict, Code: "ConflictException", Message: "it is being deleted", MaybeExecuted: true}
	first := &cloud.Error{Kind: cloud.ErrConflict}
	shown := cloud.Verdict{State: "RUNNING", Outcome: cloud.Succeeded}
	var r wait.Refusal
	assert.Equal(t, cloud.Verdict{State: "RUNNING"}, r.Verdict(shown))
	assert.Same(t, first, r.Note(first, cloud.ErrConflict), "the only attempt")
	assert.Same(t, repeated, r.Note(repeated, cloud.ErrNotFound))
	again := &cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true, Attempts: 1}
	assert.Same(t, again, r.Note(again, cloud.ErrConflict), "the only attempt of a call that repeats another")
	assert.Empty(t, r.Code)
	require.NoError(t, r.Note(repeated, cloud.ErrNotFound, cloud.ErrConflict))
	assert.Equal(t, cloud.Verdict{
		State: "RUNNING", Outcome: cloud.Failed, Inferred: true,
		Reason: "the service refused the repeated call with ConflictException: it is being deleted",
	}, r.Verdict(shown))
	assert.Equal(t, "the service refused the repeated call with ConflictException", wait.Refusal{Code: r.Code}.Verdict(shown).Reason, "from a token")

	require.NoError(t, r.Note(&cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true}, cloud.ErrConflict))
	assert.Equal(t, "conflict", r.Code)
}

func TestRefusedDeletion(t *testing.T) {
	t.Parallel()
	gone := &cloud.Error{Kind: cloud.ErrNotFound, MaybeExecuted: true}
	conflict := &cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true}
	for _, tt := range []struct {
		name     string
		err      error
		wasThere bool
		accepted bool
		code     string
	}{
		{"gone since", gone, true, true, ""},
		{"gone, and never seen", gone, false, false, ""},
		{"gone at once", &cloud.Error{Kind: cloud.ErrNotFound}, true, false, ""},
		{"it is being deleted", conflict, true, true, "conflict"},
		{"it is being deleted, and was never seen", conflict, false, true, "conflict"},
	} {
		var r wait.Refusal
		err := r.NoteDeletion(tt.err, tt.wasThere, cloud.ErrConflict)
		assert.Equal(t, tt.accepted, err == nil, tt.name)
		assert.Equal(t, tt.code, r.Code, tt.name)
	}
}

func TestCreatedAnyway(t *testing.T) {
	t.Parallel()
	sent := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name     string
		created  time.Time
		underway bool
		readErr  error
		want     bool
	}{
		{"right after the call", sent.Add(time.Second), false, nil, true},
		{"in the second of the call", sent.Add(-time.Second), false, nil, true},
		{"an hour before", sent.Add(-time.Hour), false, nil, false},
		{"an hour before, and still being made", sent.Add(-time.Hour), true, nil, false},
		{"by a clock that is off, and still being made", time.Unix(100, 0), true, nil, true},
		{"by a clock that is off", time.Unix(100, 0), false, nil, false},
		{"no time, being made", time.Time{}, true, nil, true},
		{"no time", time.Time{}, false, nil, false},
		{"not visible yet", time.Time{}, false, cloud.ErrNotFound, true},
		{"cannot be read", sent, true, cloud.ErrDenied, false},
	} {
		refused := &cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true}
		err := wait.CreatedAnyway(sent, refused, func() (time.Time, bool, error) { return tt.created, tt.underway, tt.readErr })
		if tt.want {
			assert.NoError(t, err, tt.name)
		} else {
			assert.Same(t, refused, err, tt.name)
		}
	}
	first := &cloud.Error{Kind: cloud.ErrConflict}
	assert.Same(t, first, wait.CreatedAnyway(sent, first, nil), "the only attempt")
	again := &cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true, Attempts: 1}
	assert.Same(t, again, wait.CreatedAnyway(sent, again, nil), "the only attempt of a call that repeats another")
}

func TestIsRepeat(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"a repetition that finds nothing", &cloud.Error{Kind: cloud.ErrNotFound, MaybeExecuted: true}, true},
		{"wrapped", fmt.Errorf("begin: %w", &cloud.Error{Kind: cloud.ErrNotFound, MaybeExecuted: true}), true},
		{"the only attempt", &cloud.Error{Kind: cloud.ErrNotFound}, false},
		{"another refusal", &cloud.Error{Kind: cloud.ErrDenied, MaybeExecuted: true}, false},
		{"not of a call", cloud.ErrNotFound, false},
		{"none", nil, false},
	} {
		assert.Equal(t, tt.want, wait.IsRepeat(tt.err, cloud.ErrNotFound), tt.name)
	}
}
