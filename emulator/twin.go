package emulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/recording"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// Live is what SnapshotOf reads: the resources that the given clients see. Clients may be nil.
type Live struct {
	FinSpace *finspace.Client
	Proton   *proton.Client
	Flink    *flink.Client
	DLC      *dlc.Client

	KxEnvironments []string         // the IDs of the FinSpace environments to read; all if empty
	Namespaces     []FlinkNamespace // those to read; required with Flink, which has no list of them

	// Limit is how many resources of a kind are read from one list. The default is DefaultLimit.
	Limit int
}

// FlinkNamespace is a namespace of a workspace.
type FlinkNamespace struct{ Workspace, Namespace string }

// DefaultLimit is the default of Live.Limit.
const DefaultLimit = 1000

// Twin is what SnapshotOf has read.
type Twin struct {
	// Seed is a file from which an emulator can be loaded: resources by service and kind, with the members that the
	// services respond with.
	Seed []byte
	// Unread is what could not be read, so that it is missing in the seed.
	Unread []Unread
}

// Unread is a list, or a resource in one, that could not be read.
type Unread struct {
	Service string
	Kind    string // as in the seed
	In      string // where, such as the ID of an environment; empty for the whole account
	Err     error
}

func (u Unread) String() string {
	what := u.Service + " " + u.Kind
	if u.In != "" {
		what += " in " + u.In
	}
	return fmt.Sprintf("%s: %v", what, u.Err)
}

// errLimit says that a list was longer than what was read of it.
var errLimit = errors.New("the list has more than the limit")

// SnapshotOf reads a live account into a seed, so that a rollout can be rehearsed on an emulator with the same
// resources. It makes only calls that change nothing: lists, and the details of each resource. What the caller may not
// read is left out and named in [Twin.Unread]. Some kinds are not read at all: tags, past deployments, settings and syncs of
// Proton, the dataset browser of FinSpace, folders, query scripts and automatic tuning of Flink, and partitions, locks,
// policies and storage of DLC. The members that the API's models mark as sensitive are replaced by
// "[redacted]"; account numbers and names stay as they are. The error is not nil only if ctx ends, or if nothing can be
// read with what live has.
//
// Resources that change in the meantime are in the state in which they were read, so take it while nothing is being
// rolled out.
func SnapshotOf(ctx context.Context, live Live) (*Twin, error) {
	ctx = orBackground(ctx)
	switch {
	case live.FinSpace == nil && live.Proton == nil && live.Flink == nil && live.DLC == nil:
		return nil, errors.New("emulator: SnapshotOf needs a client in Live")
	case live.Flink != nil && len(live.Namespaces) == 0:
		return nil, errors.New("emulator: SnapshotOf with Live.Flink needs Live.Namespaces")
	case live.Limit < 0:
		return nil, fmt.Errorf("emulator: Live.Limit must not be negative, not %d", live.Limit)
	}
	t := &twin{ctx: ctx, live: live, limit: cmp.Or(live.Limit, DefaultLimit)}
	for _, read := range []func(){t.readFinSpace, t.readProton, t.readFlink, t.readDLC} {
		read()
	}
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("emulator: SnapshotOf: %w", err)
	}
	seed, err := t.seed.Encode()
	if err != nil {
		return nil, fmt.Errorf("emulator: SnapshotOf: %w", err)
	}
	return &Twin{Seed: seed, Unread: t.unread}, nil
}

func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// A twin is a Twin being read.
type twin struct {
	ctx    context.Context //nolint:containedctx // of one call
	live   Live
	limit  int
	seed   recording.Seed
	unread []Unread
}

// A kind is a kind of resource in a place.
type kind struct {
	service, name string
	place         map[string]any
	in            string
}

// inside returns a kind in a place, which the members of the seed say.
func (k kind) inside(in string, place map[string]any) kind {
	k.in, k.place = in, place
	return k
}

func (t *twin) skip(k kind, err error) {
	t.unread = append(t.unread, Unread{Service: k.service, Kind: k.name, In: k.in, Err: err})
}

// listAll returns the items of a list, up to the limit. What cannot be read is noted.
func listAll[Item any](t *twin, k kind, list iter.Seq2[Item, error]) []Item {
	var items []Item
	for item, err := range list {
		if err != nil {
			t.skip(k, err)
			break
		}
		if len(items) == t.limit {
			t.skip(k, fmt.Errorf("%w: %d", errLimit, t.limit))
			break
		}
		items = append(items, item)
	}
	return items
}

// addAll adds the items of a list, and returns them.
func addAll[Item any](t *twin, k kind, list iter.Seq2[Item, error]) []Item {
	items := listAll(t, k, list)
	for i := range items {
		add(t, k, &items[i])
	}
	return items
}

// addEach adds the details of each item of a list. It returns those that were read.
func addEach[Item, T any](t *twin, k kind, list iter.Seq2[Item, error], get func(Item) (*T, error)) []*T {
	var all []*T
	for _, item := range listAll(t, k, list) {
		details, err := get(item)
		if errors.Is(err, cloud.ErrNotFound) || err == nil && details == nil {
			continue // deleted in the meantime
		}
		if err != nil {
			t.skip(k, err)
			if errors.Is(err, cloud.ErrDenied) || t.ctx.Err() != nil {
				break // the others would fail in the same way
			}
			continue
		}
		add(t, k, details)
		all = append(all, details)
	}
	return all
}

// add adds a resource.
func add[T any](t *twin, k kind, resource *T) {
	if err := t.seed.Add(k.service, k.name, k.place, resource); err != nil {
		t.skip(k, err)
	}
}

// part returns what a response has in it.
func part[R, T any](response *R, err error, of func(*R) *T) (*T, error) {
	if err != nil {
		return nil, err
	}
	return of(response), nil
}
