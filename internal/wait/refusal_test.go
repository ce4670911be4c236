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
	var r wait.Refusal
	assert.Empty(t, r.Reason())
	assert.False(t, r.Note(nil, cloud.ErrConflict))
	assert.False(t, r.Note(&cloud.Error{Kind: cloud.ErrConflict}, cloud.ErrConflict), "the only attempt")
	assert.False(t, r.Note(repeated, cloud.ErrNotFound))
	assert.Empty(t, r.Code)
	assert.True(t, r.Note(repeated, cloud.ErrNotFound, cloud.ErrConflict))
	assert.Equal(t, "the service refused the repeated call with ConflictException: it is being deleted", r.Reason())
	assert.Equal(t, "the service refused the repeated call with ConflictException", wait.Refusal{Code: r.Code}.Reason(), "from a token")

	require.True(t, r.Note(&cloud.Error{Kind: cloud.ErrConflict, MaybeExecuted: true}, cloud.ErrConflict))
	assert.Equal(t, "conflict", r.Code)
}

func TestMadeSince(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name     string
		created  time.Time
		underway bool
		want     bool
	}{
		{"right after the call", start.Add(time.Second), false, true},
		{"in the second of the call", start.Add(-time.Second), false, true},
		{"an hour before", start.Add(-time.Hour), false, false},
		{"an hour before, and still being made", start.Add(-time.Hour), true, false},
		{"by a clock that is off, and still being made", time.Unix(100, 0), true, true},
		{"by a clock that is off", time.Unix(100, 0), false, false},
		{"no time, being made", time.Time{}, true, true},
		{"no time", time.Time{}, false, false},
	} {
		assert.Equal(t, tt.want, wait.MadeSince(start, tt.created, tt.underway), tt.name)
	}
}

func TestAccepted(t *testing.T) {
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
		assert.Equal(t, tt.want, wait.Accepted(tt.err, cloud.ErrNotFound), tt.name)
	}
}
