package finspace

import (
	"context"
	"fmt"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

const (
	// tokenLife is how long FinSpace remembers a client token.
	tokenLife = 10 * time.Minute
	// sentWithin is longer than any request takes effect after its preparation: what was created later is another's.
	sentWithin = 30 * time.Minute
	// staleWithin is how old a read may be.
	staleWithin = 2 * time.Minute
	// quietWithin is longer than an update takes that was accepted to be shown.
	quietWithin = 5 * time.Minute
)

// creationBegun finds out whether a creation has begun that was prepared at a time. asked is the request without what
// the service itself changes later.
func (k *resource[S, T]) creationBegun(c *Client, ctx context.Context, s *S, asked any, prepared time.Time) (cloud.StartStatus, error) {
	out, err := k.read(c, ctx, s)
	switch {
	case cloud.KindOf(err) == cloud.ErrNotFound:
		return cloud.NotBegun, nil
	case err != nil:
		return cloud.Uncertain, err
	}
	now := k.observe(out)
	switch {
	case !wait.MadeSince(prepared, now.Created, phases[now.Status] == phaseWorking):
		return cloud.NotBegun, nil
	case wait.Contradicts(wait.ShownAs[T](asked), out):
		return cloud.Uncertain, nil // another's, or changed since
	}
	k.recordOf(s).Before.Created = now.Created
	return cloud.Begun, nil
}

// updateBegun finds out whether an update has begun. shows reports whether a response has all that it asks for.
func (k *resource[S, T]) updateBegun(
	c *Client, ctx context.Context, s *S, contentOf func(now *T) content, shows func(now *T) bool,
) (cloud.StartStatus, error) {
	now, err := k.read(c, ctx, s)
	if err != nil {
		return cloud.Uncertain, err
	}
	found := contentOf(now)
	found.met = found.met && shows(now)
	return k.recordOf(s).updateBegun(k.observe(now), found)
}

// deletionBegun finds out whether a deletion has begun. The resource was read before it.
func (k *resource[S, T]) deletionBegun(c *Client, ctx context.Context, s *S) (cloud.StartStatus, error) {
	now, err := k.read(c, ctx, s)
	switch {
	case cloud.KindOf(err) != cloud.ErrNotFound && err != nil:
		return cloud.Uncertain, err
	case err == nil:
		return k.recordOf(s).deletionBegun(k.observe(now), k.deleted(now).Outcome == cloud.Failed), nil
	}
	if at, _ := c.api.Now(); at.Sub(k.recordOf(s).Before.Created) < staleWithin {
		return cloud.Uncertain, nil // the read may be from before its creation
	}
	return cloud.Begun, nil
}

// checkUnreplaced returns an error if another resource has the name of the one that was created: undoing the creation
// would delete that one.
func (k *resource[S, T]) checkUnreplaced(c *Client, ctx context.Context, s *S) error {
	out, err := k.read(c, ctx, s)
	if err != nil {
		return err
	}
	if now := k.observe(out); wait.Age(now.Created, k.recordOf(s).Before.Created) > 0 {
		return &cloud.Error{
			Kind:    cloud.ErrSuperseded,
			Message: "another of the same name was created at " + now.Created.Format(time.RFC3339) + ", which this change did not",
		}
	}
	return nil
}

// updateFailed has the statuses of a failed update.
var updateFailed = map[string]bool{"FAILED": true, "UPDATE_FAILED": true, "FAILED_UPDATING_NETWORK": true}

// isUnchanged reports whether a response shows what was read before the change. If it has times, nothing has happened
// to the resource since.
func (r *record) isUnchanged(now snapshot) bool {
	return now.Modified.Equal(r.Before.Modified) && now.Status == r.Before.Status && now.Reason == r.Before.Reason
}

// updateBegun reports whether a response shows that an update has begun. A resource that was modified and has neither
// what was asked for nor failed does not show by what it was modified: the update may have been undone or replaced.
func (r *record) updateBegun(now snapshot, c content) (cloud.StartStatus, error) {
	failed := updateFailed[now.Status] || c.reasons && now.Reason != ""
	switch p := phases[now.Status]; {
	case wait.Compare(now.Created, r.Before.Created) != 0, now.Modified.Before(r.Before.Modified):
		return cloud.Uncertain, nil // another resource, or a stale read
	case c.met && c.changed:
		return cloud.Begun, nil
	case r.isUnchanged(now) && !now.Modified.IsZero():
		return cloud.NotBegun, nil
	case p == phaseWorking:
		return cloud.Uncertain, fmt.Errorf("the state is %s; whether this change is the cause shows when it is done", now.Status)
	case p == phaseSettled && (c.met || failed && c.other == ""):
		return cloud.Begun, nil
	}
	return cloud.Uncertain, nil
}

// deletionBegun reports whether a response shows that a deletion has begun, by this or another caller; failed says that
// it shows a deletion that failed.
func (r *record) deletionBegun(now snapshot, failed bool) cloud.StartStatus {
	switch p := phases[now.Status]; {
	case now.isNewer(r.Before):
		return cloud.Begun // it has replaced the deleted one
	case r.Before.isNewer(now), now.Modified.Before(r.Before.Modified):
		return cloud.Uncertain // a stale read
	case r.isUnchanged(now) && now.Modified.IsZero() && (failed || p != phaseSettled):
		return cloud.Uncertain // it may have been so before, or once more
	case r.isUnchanged(now):
		return cloud.NotBegun
	case p == phaseDeleting, p == phaseGone, failed:
		return cloud.Begun
	}
	return cloud.Uncertain
}

// A repeat is what is known of a request with a client token of the caller's own. It may repeat one that was carried out
// before, and then starts nothing.
type repeat struct {
	Own  bool      `json:"own,omitzero"`
	Met  bool      `json:"met,omitzero"`  // the resource had all that the request asks for before
	Sent time.Time `json:"sent,omitzero"` // when the service accepted it, by the clock of the service
}

// accepted records when a request was accepted that may repeat another.
func (r *record) accepted(sent time.Time) {
	if r.Repeat.Own {
		r.Repeat.Sent = sent
	}
}

// isReplay reports whether the request was accepted and started nothing, because its token was used before. Then the
// resource was modified while the service remembered the token.
func (r *record) isReplay(now snapshot) bool {
	return r.isQuiet(quietWithin) && now.Modified.After(r.Repeat.Sent.Add(-tokenLife-staleWithin))
}

// isQuiet reports whether a request that may repeat another was accepted longer ago than d.
func (r *record) isQuiet(d time.Duration) bool {
	if r.Repeat.Sent.IsZero() || r.clock == nil {
		return false
	}
	now, _ := r.clock()
	return now.Sub(r.Repeat.Sent) > d
}
