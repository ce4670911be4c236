package finspace

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The longest times of waits. The documentation of the package lists them.
const (
	environmentWithin  = 24 * time.Hour
	networkWithin      = 12 * time.Hour
	clusterWithin      = 24 * time.Hour
	nodeWithin         = 6 * time.Hour
	changesetWithin    = 48 * time.Hour
	dataviewWithin     = 24 * time.Hour
	volumeWithin       = 12 * time.Hour
	scalingGroupWithin = 12 * time.Hour
)

// A change declares how one operation of this package is begun and followed.
type change[R, O, S, T any] = wait.Change[*Client, *R, *O, *S, T]

// A resource declares how a resource is read before and after its changes, which begin and follow in the same way
// for all resources. S is the resume state of its creation and deletion, which states of updates hold, and T the
// response that shows it.
type resource[S, T any] struct {
	within   time.Duration
	read     func(c *Client, ctx context.Context, s *S) (*T, error)
	recordOf func(s *S) *record
	observe  func(now *T) snapshot
	// live and deleted return what a response says by itself, whatever was seen before.
	live    func(now *T) cloud.Verdict // to creations and updates
	deleted func(now *T) cloud.Verdict // to deletions
}

// load reads a resource as it is before a change, and records that.
func (k *resource[S, T]) load(c *Client, ctx context.Context, s *S) (*T, error) {
	now, err := k.read(c, ctx, s)
	if err != nil {
		return nil, err
	}
	k.recordOf(s).Before = k.observe(now)
	return now, nil
}

// before is load for deletions, which need no more than the record.
func (k *resource[S, T]) before(c *Client, ctx context.Context, s *S) error {
	_, err := k.load(c, ctx, s)
	return err
}

// alreadyDeleted reports whether the resource was deleted before its deletion.
func (k *resource[S, T]) alreadyDeleted(s *S) bool {
	return phases[k.recordOf(s).Before.Status] == phaseGone
}

// refusedCreation records the refusal of a repeated creation.
func (k *resource[S, T]) refusedCreation(c *Client, ctx context.Context, s *S, sent time.Time, err error) error {
	return k.recordOf(s).refusedCreation(sent, err, func() (snapshot, error) {
		now, err := k.read(c, ctx, s)
		if err != nil {
			return snapshot{}, err
		}
		return k.observe(now), nil
	})
}

// refusedDeletion records the refusal of a repeated deletion.
func (k *resource[S, T]) refusedDeletion(_ *Client, _ context.Context, s *S, _ time.Time, err error) error {
	return k.recordOf(s).refusedDeletion(err)
}

func (k *resource[S, T]) creation(c *Client, s *S) cloud.WaitSpec[T] {
	w := k.spec(c, s)
	w.Judge = func(now *T) cloud.Verdict { return k.recordOf(s).creation(k.live(now), k.observe(now)) }
	w.AppearWithin = wait.AppearsWithin
	return w
}

// update waits for an update whose content contentOf compares.
func (k *resource[S, T]) update(c *Client, s *S, contentOf func(now *T) content) cloud.WaitSpec[T] {
	w := k.spec(c, s)
	w.Judge = func(now *T) cloud.Verdict { return k.recordOf(s).update(k.live(now), k.observe(now), contentOf(now)) }
	return w
}

func (k *resource[S, T]) deletion(c *Client, s *S) cloud.WaitSpec[T] {
	w := k.spec(c, s)
	w.Judge = func(now *T) cloud.Verdict { return k.recordOf(s).deletion(k.deleted(now), k.observe(now)) }
	w.GoneIsSuccess = true
	return w
}

func (k *resource[S, T]) spec(c *Client, s *S) cloud.WaitSpec[T] {
	return cloud.WaitSpec[T]{
		Service: service,
		Within:  k.within,
		Read:    func(ctx context.Context) (*T, error) { return k.read(c, ctx, s) },
	}
}

// inUse gives a failed deletion a reason, where the service says no more than which clusters use the resource.
func inUse(v cloud.Verdict, clusters []string) cloud.Verdict {
	if v.Outcome == cloud.Failed && v.Reason == "" && len(clusters) > 0 {
		v.Reason = "in use by " + strings.Join(clusters, ", ")
	}
	return v
}
