package finspace

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// repeated is the refusal of a call whose first attempt may have been carried out.
func repeated(kind cloud.Kind) error {
	return &cloud.Error{Kind: kind, Code: "AnyException", Message: "no", MaybeExecuted: true}
}

func TestRefusedDeletion(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		err    error
		kinds  []cloud.Kind
		want   error
		doubts bool
	}{
		{"deleted by another caller", &cloud.Error{Kind: cloud.ErrNotFound}, nil, cloud.ErrNotFound, false},
		{"nothing is left for the repetition", repeated(cloud.ErrNotFound), nil, nil, false},
		{"the repetition conflicts", repeated(cloud.ErrConflict), nil, nil, true},
		{"the repetition is invalid", repeated(cloud.ErrInvalid), nil, cloud.ErrInvalid, false},
		{"the repetition is invalid, which may be its success", repeated(cloud.ErrInvalid), []cloud.Kind{cloud.ErrInvalid}, nil, true},
		{"the repetition is denied", repeated(cloud.ErrDenied), nil, cloud.ErrDenied, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r record
			require.ErrorIs(t, r.refusedDeletion(tt.err, tt.kinds...), tt.want)
			assert.Equal(t, tt.doubts, r.Refusal.Code != "")
		})
	}
}

// TestLoad checks that a resource is recorded as it is before a change, and that a deletion is already done when it is
// deleted.
func TestLoad(t *testing.T) {
	t.Parallel()
	for _, status := range []KxClusterStatus{KxClusterStatusRunning, KxClusterStatusDeleted} {
		k := clusters
		k.read = func(*Client, context.Context, *clusterChange) (*GetKxClusterResponse, error) {
			return &GetKxClusterResponse{Status: status, StatusReason: "trouble", CreatedTimestamp: created, LastModifiedTimestamp: before}, nil
		}
		var s clusterChange
		require.NoError(t, k.before(nil, t.Context(), &s))
		assert.Equal(t, snapshot{string(status), "trouble", created, before}, s.Record.Before)
		assert.Equal(t, status == KxClusterStatusDeleted, k.alreadyDeleted(&s))
	}
	k := clusters
	k.read = func(*Client, context.Context, *clusterChange) (*GetKxClusterResponse, error) {
		return nil, &cloud.Error{Kind: cloud.ErrNotFound}
	}
	require.ErrorIs(t, k.before(nil, t.Context(), new(clusterChange)), cloud.ErrNotFound)
}

// TestRefusedChange is a change whose start was refused when it was repeated: it gets under way, or it fails with
// the service's words.
func TestRefusedChange(t *testing.T) {
	t.Parallel()
	was := snapshot{Status: "RUNNING", Created: created, Modified: before}
	at := func(status string) snapshot {
		return snapshot{Status: status, Created: created, Modified: before}
	}
	refused := func() *record {
		r := &record{Before: was}
		require.NoError(t, r.refused(repeated(cloud.ErrConflict)))
		return r
	}
	const why = "the service refused the repeated call with AnyException: no"
	deletion := func(r *record, now snapshot) cloud.Verdict {
		return r.deletion(clusters.deleted(&GetKxClusterResponse{Status: KxClusterStatus(now.Status)}), now)
	}
	update := func(r *record, now snapshot) cloud.Verdict {
		return r.update(clusters.live(&GetKxClusterResponse{Status: KxClusterStatus(now.Status)}), now, content{})
	}
	assert.Equal(t, verdict{cloud.Failed, true, why}, verdictOf(deletion(refused(), was)))
	assert.Equal(t, verdict{cloud.Failed, true, why}, verdictOf(update(refused(), was)))
	assert.Equal(t, cloud.Pending, deletion(&record{Before: was}, was).Outcome, "it was not refused")
	assert.Equal(t, cloud.Pending, deletion(refused(), at("DELETING")).Outcome)
	assert.Equal(t, cloud.Pending, deletion(refused(), at("UPDATING")).Outcome, "which may be why it was refused")
	assert.Equal(t, cloud.Pending, update(refused(), at("UPDATING")).Outcome)
	assert.Equal(t, cloud.Succeeded, deletion(refused(), at("DELETED")).Outcome)

	r := refused()
	assert.Equal(t, cloud.Pending, deletion(r, at("DELETING")).Outcome)
	v := deletion(r, was)
	assert.Equal(t, "abandoned: the state is RUNNING again, and not deleted", v.Reason)
	assert.ErrorIs(t, (&record{}).refused(&cloud.Error{Kind: cloud.ErrConflict}), cloud.ErrConflict, "the only attempt")
}

func TestRefusedCreation(t *testing.T) {
	t.Parallel()
	sent := created
	tests := []struct {
		name    string
		now     GetKxClusterResponse
		readErr error
		want    error
		created time.Time
	}{
		{"made since", GetKxClusterResponse{Status: "CREATING", CreatedTimestamp: sent.Add(2 * time.Second)}, nil, nil, sent.Add(2 * time.Second)},
		{"made since, and done", GetKxClusterResponse{Status: "RUNNING", CreatedTimestamp: sent.Add(2 * time.Second)}, nil, nil, sent.Add(2 * time.Second)},
		{"there before", GetKxClusterResponse{Status: "RUNNING", CreatedTimestamp: sent.Add(-time.Hour)}, nil, cloud.ErrConflict, time.Time{}},
		{"being made by another caller", GetKxClusterResponse{Status: "CREATING", CreatedTimestamp: sent.Add(-time.Hour)}, nil, cloud.ErrConflict, time.Time{}},
		{"being made, by another clock", GetKxClusterResponse{Status: "CREATING", CreatedTimestamp: time.Unix(100, 0)}, nil, nil, time.Unix(100, 0)},
		{"not visible yet", GetKxClusterResponse{}, &cloud.Error{Kind: cloud.ErrNotFound}, nil, time.Time{}},
		{"cannot be read", GetKxClusterResponse{}, &cloud.Error{Kind: cloud.ErrDenied}, cloud.ErrConflict, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k, s := clusters, new(clusterChange)
			k.read = func(*Client, context.Context, *clusterChange) (*GetKxClusterResponse, error) {
				return &tt.now, tt.readErr
			}
			require.ErrorIs(t, k.refusedCreation(nil, t.Context(), s, sent, repeated(cloud.ErrConflict)), tt.want)
			assert.Equal(t, tt.created, s.Record.Before.Created)
		})
	}
}

// TestRecord covers what distinguishes a creation from others of its name, and a deletion from what came after.
func TestRecord(t *testing.T) {
	t.Parallel()
	const replaced = "superseded: another of the same name was created at 2026-11-22T05:00:00Z"
	at := func(status string, created, modified time.Time) snapshot {
		return snapshot{Status: status, Created: created, Modified: modified}
	}
	undated := time.Time{}
	creation, deletion := (*record).creation, (*record).deletion
	tests := []struct {
		name string
		read func(*record, cloud.Verdict, snapshot) cloud.Verdict
		now  snapshot
		said cloud.Outcome // by the status alone
		want verdict
	}{
		{"creation of ours", creation, at("ACTIVE", created, before), cloud.Succeeded, verdict{cloud.Succeeded, false, ""}},
		{"creation, dated a little differently", creation, at("ACTIVE", created.Add(-time.Second), before), cloud.Succeeded, verdict{cloud.Succeeded, false, ""}},
		{"creation, an older one", creation, at("ACTIVE", created.Add(-time.Hour), before), cloud.Succeeded, verdict{cloud.Pending, false, ""}},
		{"creation, an older one that is being deleted", creation, at("DELETING", created.Add(-time.Hour), before), cloud.Failed, verdict{cloud.Pending, false, ""}},
		{"creation, a newer one", creation, at("ACTIVE", before, before), cloud.Succeeded, verdict{cloud.Failed, false, replaced}},
		{"creation, a newer one on its way", creation, at("CREATING", before, before), cloud.Pending, verdict{cloud.Failed, false, replaced}},
		{"creation without a date", creation, at("ACTIVE", undated, undated), cloud.Succeeded, verdict{cloud.Succeeded, true, ""}},
		{"failed creation without a date", creation, at("CREATE_FAILED", undated, undated), cloud.Failed, verdict{cloud.Failed, true, ""}},

		{"deletion", deletion, at("DELETED", created, after), cloud.Succeeded, verdict{cloud.Succeeded, false, ""}},
		{"deletion without a date", deletion, at("DELETED", undated, undated), cloud.Succeeded, verdict{cloud.Succeeded, true, ""}},
		{"deletion of an older one", deletion, at("DELETED", created.Add(-time.Hour), created.Add(-time.Minute)), cloud.Succeeded, verdict{cloud.Pending, false, ""}},
		{"deletion, a newer one", deletion, at("CREATING", before, before), cloud.Pending, verdict{cloud.Succeeded, false, ""}},
		{"deletion, a newer one that is broken", deletion, at("DELETE_FAILED", before, after), cloud.Failed, verdict{cloud.Succeeded, false, ""}},
		{"deletion that failed", deletion, at("DELETE_FAILED", created, after), cloud.Failed, verdict{cloud.Failed, true, ""}},
		{"deletion that failed and left the date", deletion, at("DELETE_FAILED", created, before), cloud.Failed, verdict{cloud.Failed, true, ""}},
		{"deletion that failed long before", deletion, at("DELETE_FAILED", created, created), cloud.Failed, verdict{cloud.Pending, false, ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := baseline
			v := tt.read(&r, cloud.Verdict{State: tt.now.Status, Outcome: tt.said}, tt.now)
			assert.Equal(t, tt.want, verdictOf(v))
			assert.Equal(t, tt.want.reason == replaced, v.Superseded)
		})
	}
}
