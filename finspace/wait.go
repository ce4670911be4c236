package finspace

import (
	"context"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// The maximum times of waits. The package documentation lists them.
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

// A resource declares how a resource is read before and after its changes, so that all resources share the code that
// begins and follows them. S is the resume state of its creation and deletion, which is part of the states of updates,
// and T the response that shows it.
//
// Changes call its methods in functions of their own, because the linker can leave those out of a program that does not
// make the change. Method values are made when a program starts, so that every program would have all changes.
type resource[S, T any] struct {
	within   time.Duration
	read     func(c *Client, ctx context.Context, s *S) (*T, error)
	recordOf func(s *S) *record
	observe  func(now *T) snapshot
	// live and deleted return the verdict on a response alone, regardless of what was seen before.
	live    func(now *T) cloud.Verdict // for creations and updates
	deleted func(now *T) cloud.Verdict // for deletions
	// share makes a wait share the reads of a list; nil if none shows enough.
	share func(c *Client, s *S, w cloud.WaitSpec[T]) cloud.WaitSpec[T]
	// sources returns what else tells about a change; nil if nothing does. last is the last response that was seen.
	sources func(c *Client, s *S, last *T) []wait.Source
}

// load reads a resource before an update, and records its state, which distinguishes the update from others.
func (k *resource[S, T]) load(c *Client, ctx context.Context, s *S) (*T, error) {
	now, err := k.read(c, ctx, s)
	if err != nil {
		return nil, err
	}
	r := k.recordOf(s)
	if r.Before = k.observe(now); r.Before.Status == "" {
		return nil, &cloud.Error{Kind: cloud.ErrTransport, Message: "unexpected response before the update: it has no status"}
	}
	return now, nil
}

// before records the state of a resource before a deletion.
func (k *resource[S, T]) before(c *Client, ctx context.Context, s *S) error {
	now, err := k.read(c, ctx, s)
	if err != nil {
		return err
	}
	k.recordOf(s).Before = k.observe(now)
	return nil
}

// alreadyDeleted reports whether the resource was deleted before its deletion.
func (k *resource[S, T]) alreadyDeleted(s *S) bool {
	return phases[k.recordOf(s).Before.Status] == phaseGone
}

// refusedCreation returns nil for the refusal of a retried creation if the existing resource was created since the
// first attempt. It then records what distinguishes that resource from others of its name.
func (k *resource[S, T]) refusedCreation(c *Client, ctx context.Context, s *S, sent time.Time, err error) error {
	var now snapshot
	err = wait.CreatedAnyway(sent, err, func() (time.Time, bool, error) {
		out, err := k.read(c, ctx, s)
		if err != nil {
			return time.Time{}, false, err
		}
		now = k.observe(out)
		return now.Created, phases[now.Status] == phaseWorking, nil
	})
	if err == nil {
		k.recordOf(s).Before.Created = now.Created
	}
	return err
}

// refusedDeletion records the refusal of a retried deletion.
func (k *resource[S, T]) refusedDeletion(_ *Client, _ context.Context, s *S, _ time.Time, err error) error {
	return k.recordOf(s).refusedDeletion(err)
}

func (k *resource[S, T]) creation(c *Client, s *S) cloud.WaitSpec[T] {
	w := k.spec(c, s)
	w.Judge = func(now *T) cloud.Verdict { return k.recordOf(s).creation(k.live(now), k.observe(now)) }
	w.AppearWithin = wait.AppearsWithin
	return k.shared(c, s, w)
}

// update waits for an update whose content contentOf compares.
func (k *resource[S, T]) update(c *Client, s *S, contentOf func(now *T) content) cloud.WaitSpec[T] {
	w := k.spec(c, s)
	k.recordOf(s).clock = c.api.Now
	w.Judge = func(now *T) cloud.Verdict { return k.recordOf(s).update(k.live(now), k.observe(now), contentOf(now)) }
	return k.shared(c, s, w)
}

func (k *resource[S, T]) deletion(c *Client, s *S) cloud.WaitSpec[T] {
	w := k.spec(c, s)
	w.Judge = func(now *T) cloud.Verdict { return k.recordOf(s).deletion(k.deleted(now), k.observe(now)) }
	w.GoneIsSuccess = true
	return k.shared(c, s, w)
}

// shared makes a wait share the reads of a list, if there is one.
func (k *resource[S, T]) shared(c *Client, s *S, w cloud.WaitSpec[T]) cloud.WaitSpec[T] {
	if k.share == nil {
		return w
	}
	return k.share(c, s, w)
}

func (k *resource[S, T]) spec(c *Client, s *S) cloud.WaitSpec[T] {
	return cloud.WaitSpec[T]{
		Service:  service,
		Within:   k.within,
		Read:     func(ctx context.Context) (*T, error) { return k.read(c, ctx, s) },
		Diagnose: k.diagnose(c, s),
	}
}

// pageSize is how many items of a list one request asks for.
const pageSize = 100

// sharing makes w share the reads of a list. show makes of an item what the wait polls, or nil if the item is not
// enough. A list that shows less than a poll must be declared partial.
func sharing[I, T any](c *Client, w cloud.WaitSpec[T], l wait.List[I, T], show func(*I) *T) cloud.WaitSpec[T] {
	l.PerCall = pageSize
	l.Show = func(items []*I) *T {
		if items[0] == nil {
			return nil
		}
		return show(items[0])
	}
	return wait.Share(c.api, w, &l)
}

// underway returns what an item of a list shows while work on the resource goes on. An end is judged by more than the
// list shows.
func underway[T, I any](status string, item *I) *T {
	if p := phases[status]; p != phaseWorking && p != phaseDeleting {
		return nil
	}
	return wait.Widened[T](item)
}

// inUse adds a reason to a failed deletion if the service gives none but shows which clusters use the resource.
func inUse(v cloud.Verdict, clusters []string) cloud.Verdict {
	if v.Outcome == cloud.Failed && v.Reason == "" && len(clusters) > 0 {
		v.Reason = "in use by " + strings.Join(clusters, ", ")
	}
	return v
}
