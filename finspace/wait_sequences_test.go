package finspace

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// A sequence is a course that a change may take, and how the wait must end.
type sequence struct {
	name   string
	steps  func(k kind) []step
	want   error // nil is a success
	reason string
	within int // seconds
}

// walk follows a change of each kind through each sequence.
func walk(t *testing.T, kinds []kind, sequences []sequence) {
	for _, k := range kinds {
		for _, q := range sequences {
			steps := q.steps(k)
			if steps == nil {
				continue
			}
			t.Run(k.name+"/"+q.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					began := time.Now()
					w, err := k.begin(t.Context(), clientOf(t, &script{show: k.show, steps: steps}))
					require.NoError(t, err)
					results, _ := cloud.WaitAll(t.Context(), w)
					if q.want == nil {
						require.NoError(t, results[0].Err)
					} else {
						require.ErrorIs(t, results[0].Err, q.want)
						assert.ErrorContains(t, results[0].Err, q.reason)
					}
					assert.LessOrEqual(t, time.Since(began), time.Duration(q.within)*time.Second)
				})
			})
		}
	}
}

var updateSequences = []sequence{
	{"stale for five minutes", func(k kind) []step {
		return []step{k.before(), {300, k.works(1300, oldContent)}, {600, k.rests(1600, newContent)}}
	}, nil, "", 700},
	{"equal times", func(k kind) []step {
		return []step{k.before(), {1, k.works(1000, oldContent)}, {60, k.rests(1000, newContent)}}
	}, nil, "", 80},
	{"equal times, and nothing seen on the way", func(k kind) []step {
		return []step{k.before(), {4, k.rests(1000, newContent)}}
	}, nil, "", 10},
	{"the clock steps back", func(k kind) []step {
		return []step{k.before(), {1, k.works(900, oldContent)}, {60, k.rests(960, newContent)}}
	}, nil, "", 120},
	{"a clock of 1970", func(k kind) []step {
		return []step{{0, shown(k.idle, 1, 1)}, {1, shown(k.busy, 1, 2)}, {60, view{status: k.idle, created: 1, modified: 3, content: newContent}}}
	}, nil, "", 80},
	{"the same again, at equal times", func(k kind) []step {
		return []step{{0, k.rests(1000, newContent)}, {1, k.works(1000, newContent)}, {60, k.rests(1000, newContent)}}
	}, nil, "", 80},
	{"the same again, by a clock that steps back", func(k kind) []step {
		return []step{{0, k.rests(1000, newContent)}, {1, k.works(900, newContent)}, {60, k.rests(960, newContent)}}
	}, nil, "", 120},
	{"flapping", func(k kind) []step {
		was := k.rests(1000, oldContent)
		return []step{{0, was}, {6, k.works(1006, oldContent)}, {20, was}, {120, k.works(1006, oldContent)}, {150, was}, {300, k.rests(1150, newContent)}}
	}, nil, "", 360},
	{"an old reason stays", func(k kind) []step {
		trouble := func(v view) view { v.reason = "old trouble"; return v }
		return []step{{0, trouble(k.rests(1000, oldContent))}, {1, trouble(k.works(1001, oldContent))}, {60, trouble(k.rests(1060, newContent))}}
	}, nil, "", 80},
	{"another's change in a stale read", func(k kind) []step {
		return []step{k.before(), {1, k.rests(1500, thirdContent)}, {20, k.works(1600, thirdContent)}, {60, k.rests(1660, newContent)}}
	}, nil, "", 80},
	{"another's failure in a stale read", func(k kind) []step {
		return []step{k.before(), {1, k.fails(1500, "theirs failed")}, {20, k.works(1600, oldContent)}, {60, k.rests(1660, newContent)}}
	}, nil, "", 80},
	{"another's change of something else in a stale read", func(k kind) []step {
		return []step{k.before(), {1, k.rests(1500, oldContent)}, {300, k.works(1600, oldContent)}, {600, k.rests(1660, newContent)}}
	}, nil, "", 700},
	{"an unknown status", func(k kind) []step {
		return []step{k.before(), {1, view{status: "MIGRATING", modified: 1001, content: oldContent}}, {60, k.rests(1060, newContent)}}
	}, nil, "", 80},
	{"fails", func(k kind) []step {
		return []step{k.before(), {1, k.works(1001, oldContent)}, {60, k.fails(1060, "no capacity")}}
	}, cloud.ErrFailed, "no capacity", 80},
	{"fails at equal times", func(k kind) []step {
		return []step{k.before(), {1, k.works(1000, oldContent)}, {60, k.fails(1000, "no capacity")}}
	}, cloud.ErrFailed, "no capacity", 80},
	{"fails with the reason of the failure before", func(k kind) []step {
		was := k.fails(1000, "no capacity")
		return []step{{0, was}, {1, k.works(1001, oldContent)}, {60, k.fails(1060, "no capacity")}}
	}, cloud.ErrFailed, "no capacity", 120},
	{"fails, and nothing is seen on the way", func(k kind) []step {
		return []step{k.before(), {4, k.fails(1004, "no capacity")}}
	}, cloud.ErrFailed, "no capacity", 60},
	{"abandoned", func(k kind) []step {
		return []step{k.before(), {1, k.works(1001, oldContent)}, {60, k.rests(1060, oldContent)}}
	}, cloud.ErrFailed, "again, without the update", 120},
	{"abandoned at equal times", func(k kind) []step {
		return []step{k.before(), {1, k.works(1000, oldContent)}, {60, k.rests(1000, oldContent)}}
	}, cloud.ErrFailed, "again, without the update", 120},
	{"superseded", func(k kind) []step {
		return []step{k.before(), {1, k.works(1001, oldContent)}, {60, k.rests(1060, thirdContent)}}
	}, cloud.ErrSuperseded, "superseded: ", 120},
	{"superseded at equal times, and nothing seen on the way", func(k kind) []step {
		return []step{k.before(), {4, k.rests(1000, thirdContent)}}
	}, cloud.ErrSuperseded, "superseded: ", 60},
	{"deleted and made anew", func(k kind) []step {
		return []step{k.before(), {10, shown("CREATING", 700, 700)}, {60, shown(k.idle, 700, 760)}}
	}, cloud.ErrSuperseded, "superseded: another of the same name was created at", 20},
	{"being deleted", func(k kind) []step {
		return []step{k.before(), {10, view{status: k.deleting, modified: 1010, content: oldContent, reason: "by hand"}}}
	}, cloud.ErrFailed, "by hand", 20},
	{"being deleted at equal times", func(k kind) []step {
		return []step{k.before(), {10, view{status: k.deleting, modified: 1000, content: oldContent, reason: "by hand"}}}
	}, cloud.ErrFailed, "by hand", 60},
	{"gone", func(k kind) []step {
		return []step{k.before(), {10, missing}}
	}, cloud.ErrNotFound, "not there", 20},
	{"nothing ever happens", func(k kind) []step {
		return []step{k.before()}
	}, context.DeadlineExceeded, "the wait exceeded its maximum time", 24 * 3600},
}

func TestUpdateSequences(t *testing.T) {
	t.Parallel()
	walk(t, updates, updateSequences)
}

var deletionSequences = []sequence{
	{"stale for five minutes", func(k kind) []step {
		return []step{k.before(), {300, k.works(1300, oldContent)}, {600, missing}}
	}, nil, "", 700},
	{"shown as deleted", func(k kind) []step {
		if k.deleting == "" {
			return nil
		}
		return []step{k.before(), {1, k.works(1000, oldContent)}, {60, shown(k.deleting, 0, 1000)}}
	}, nil, "", 80},
	{"deleted already", func(k kind) []step {
		if k.deleting == "" {
			return nil
		}
		return []step{{0, shown(k.deleting, 0, 1000)}}
	}, nil, "", 1},
	{"made anew", func(k kind) []step {
		return []step{k.before(), {60, shown("CREATING", 700, 700)}}
	}, nil, "", 80},
	{"failed before", func(k kind) []step {
		was := k.fails(1000, "old trouble")
		return []step{{0, was}, {120, k.works(1001, oldContent)}, {300, missing}}
	}, nil, "", 400},
	{"another's failure in a stale read", func(k kind) []step {
		return []step{k.before(), {1, k.fails(1500, "theirs failed")}, {20, k.works(1600, oldContent)}, {60, missing}}
	}, nil, "", 80},
	{"flapping", func(k kind) []step {
		was := k.rests(1000, oldContent)
		return []step{{0, was}, {6, k.works(1006, oldContent)}, {20, was}, {200, missing}}
	}, nil, "", 260},
	{"fails", func(k kind) []step {
		return []step{k.before(), {1, k.works(1001, oldContent)}, {60, k.fails(1060, "in use")}}
	}, cloud.ErrFailed, "in use", 80},
	{"fails again as it failed before", func(k kind) []step {
		return []step{{0, k.fails(1000, "in use")}, {1, k.works(1000, oldContent)}, {60, k.fails(1000, "in use")}}
	}, cloud.ErrFailed, "in use", 80},
	{"fails at equal times, and nothing is seen on the way", func(k kind) []step {
		return []step{k.before(), {4, k.fails(1000, "in use")}}
	}, cloud.ErrFailed, "in use", 60},
	{"abandoned", func(k kind) []step {
		return []step{k.before(), {1, k.works(1001, oldContent)}, {60, k.rests(1060, oldContent)}}
	}, cloud.ErrFailed, "again, and not deleted", 120},
	{"abandoned at equal times", func(k kind) []step {
		return []step{k.before(), {1, k.works(1000, oldContent)}, {60, k.rests(1000, oldContent)}}
	}, cloud.ErrFailed, "again, and not deleted", 120},
	{"nothing ever happens", func(k kind) []step {
		return []step{k.before()}
	}, context.DeadlineExceeded, "the wait exceeded its maximum time", 24 * 3600},
}

func TestDeletionSequences(t *testing.T) {
	t.Parallel()
	walk(t, deletions, deletionSequences)
}

// The times at which creations of resources of one name are shown.
const earlier, ours, later = 100, 2000, 3000

var creationSequences = []sequence{
	{"an older one is shown for five minutes", func(k kind) []step {
		return []step{{0, shown(k.busy, ours, ours)}, {1, shown(k.idle, earlier, 200)}, {300, shown(k.busy, ours, ours)}, {600, shown(k.idle, ours, 2600)}}
	}, nil, "", 700},
	{"an older one that is being deleted is shown", func(k kind) []step {
		return []step{{0, shown(k.busy, ours, ours)}, {1, shown(k.deleting, earlier, 200)}, {60, shown(k.idle, ours, ours)}}
	}, nil, "", 80},
	{"not visible for a while", func(k kind) []step {
		return []step{{0, shown(k.busy, ours, ours)}, {1, missing}, {50, shown(k.idle, ours, ours)}}
	}, nil, "", 80},
	{"fails", func(k kind) []step {
		return []step{{0, shown(k.busy, ours, ours)}, {60, view{status: k.failed, created: ours, modified: ours, reason: "no capacity"}}}
	}, cloud.ErrFailed, "no capacity", 80},
	{"deleted and made anew", func(k kind) []step {
		return []step{{0, shown(k.busy, ours, ours)}, {60, shown(k.idle, later, later)}}
	}, cloud.ErrSuperseded, "superseded: another of the same name was created at", 80},
	{"nothing ever happens", func(k kind) []step {
		return []step{{0, shown(k.busy, ours, ours)}}
	}, context.DeadlineExceeded, "the wait exceeded its maximum time", 24 * 3600},
}

func TestCreationSequences(t *testing.T) {
	t.Parallel()
	walk(t, creations, creationSequences)
}

func TestDeletedAlready(t *testing.T) {
	t.Parallel()
	for _, k := range deletions {
		if k.deleting == "" {
			continue
		}
		s := &script{show: k.show, steps: []step{{0, view{status: k.deleting, modified: 1000}}}}
		_, err := k.begin(t.Context(), clientOf(t, s))
		require.NoError(t, err)
		assert.Zero(t, s.starts, "%s: nothing is sent for what is deleted", k.name)
	}
}
