package world_test

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// A thing has what lists select and sort by.
type thing struct{ id, group, rank int }

// A thingQuery asks for the things of a group, 0 is any, by rank if it is sorted.
type thingQuery struct {
	Group  int  `query:"group"`
	Sorted bool `json:"sorted"`
	Within bool `header:"within"`
}

func (q thingQuery) choose(table *world.Table[thing], at time.Time) *world.Sorted[*thing] {
	list := table.List(at)
	if q.Within {
		list = table.ListIn(at, "some")
	}
	list = slices.DeleteFunc(list, func(v *thing) bool { return q.Group != 0 && v.group != q.Group })
	if !q.Sorted {
		return world.Sort(list, nil)
	}
	return world.Sort(list, func(a, b *thing) int { return cmp.Compare(a.rank, b.rank) })
}

// things is a table that a test changes at random.
type things struct {
	*world.Table[thing]
	*rand.Rand
	at time.Time
}

func (t *things) any() thing { return thing{t.IntN(1000), t.IntN(3), t.IntN(10)} }

func (t *things) some(most int) time.Duration { return time.Duration(t.IntN(most)) * time.Second }

// change does one thing that may change what lists show.
func (t *things) change() {
	key := world.KeyOf([]string{"some", "other"}[t.IntN(2)], fmt.Sprint(t.IntN(30)))
	c := world.Change{Start: t.at, End: t.at.Add(t.some(20)), StaleUntil: t.at.Add(t.some(10))}
	switch t.IntN(8) {
	case 0:
		t.Add(key, t.at, t.any())
	case 1:
		world.Schedule(t.Create(key), c, c.Start, t.any())
		world.Finish(t.Create(key), c, t.any())
	case 2:
		world.Remove(t.Row(key), c)
	case 3:
		t.Row(key).Amend(t.at, c.StaleUntil, func(v thing) thing { v.group = t.IntN(3); return v })
	case 4:
		t.Create(key).Put(c.End, c.StaleUntil, t.any())
	case 5:
		t.Row(key).Forget(t.at)
	case 6:
		t.at = t.at.Add(t.some(5))
	case 7:
		t.at = t.at.Add(-t.some(3)) // as when a state is restored
	}
}

func copied(page []*thing) []thing { return world.Copies(page) }

// TestSelect compares what is remembered with what is selected anew, while the table and the clock change.
func TestSelect(t *testing.T) {
	t.Parallel()
	remembered := 0
	for seed := range uint64(50) {
		all := &things{world.NewTable[thing](), rand.New(rand.NewPCG(seed, 1)), time.Unix(1000, 0)}
		for range 400 {
			if all.IntN(2) == 0 {
				all.change()
			}
			q := thingQuery{Group: all.IntN(3), Sorted: all.IntN(2) == 0, Within: all.IntN(2) == 0}
			chosen := false
			list, err := world.Select(all.Table, all.at, &q, func() (*world.Sorted[*thing], error) {
				chosen = true
				return q.choose(all.Table, all.at), nil
			})
			require.NoError(t, err)
			anew, offset, size := q.choose(all.Table, all.at), all.IntN(20), all.IntN(10)
			require.Equal(t, anew.Len(), list.Len())
			require.Equal(t, copied(world.OffsetPageOf(anew, offset, size)), copied(world.OffsetPageOf(list, offset, size)))
			if !chosen {
				remembered++
			}
			checkShown(t, all, q)
		}
	}
	assert.Greater(t, remembered, 1000)
}

// checkShown compares what Shown and Derive remember with what the table has.
func checkShown(t *testing.T, all *things, q thingQuery) {
	t.Helper()
	var names []string
	if q.Within {
		names = []string{"some"}
	}
	var matches func(*thing) bool
	if q.Group != 0 {
		matches = func(v *thing) bool { return v.group == q.Group }
	}
	q.Sorted = false
	anew := q.choose(all.Table, all.at)
	list := world.Shown(all.Table, all.at, fmt.Sprint(q.Group), matches, names...)
	require.Equal(t, copied(world.OffsetPageOf(anew, 0, 100)), copied(world.OffsetPageOf(list, 0, 100)))
	ranks := world.Derive(all.Table, all.at, "ranks", func(list []*thing) (sum int) {
		for _, v := range list {
			sum += v.rank
		}
		return sum
	}, names...)
	want := 0
	for _, v := range all.ListIn(all.at, names...) {
		want += v.rank
	}
	require.Equal(t, want, ranks)
}

// TestSelectAgain checks when a table selects again.
func TestSelectAgain(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	after := func(s int) time.Time { return now.Add(time.Duration(s) * time.Second) }
	table, chosen := world.NewTable[thing](), 0
	list := func(at time.Time, q thingQuery) []thing {
		l, err := world.Select(table, at, &q, func() (*world.Sorted[*thing], error) {
			chosen++
			return q.choose(table, at), nil
		})
		require.NoError(t, err)
		return copied(world.OffsetPageOf(l, 0, 10))
	}
	check := func(at time.Time, q thingQuery, selects int, want ...int) {
		t.Helper()
		before, ids := chosen, []int{}
		for _, v := range list(at, q) {
			ids = append(ids, v.id)
		}
		assert.Equal(t, want, ids)
		assert.Equal(t, selects, chosen-before)
	}
	table.Add("a", now, thing{id: 1, rank: 2})
	table.Add("b", now, thing{id: 2, rank: 1})
	sorted := thingQuery{Sorted: true}
	check(now, sorted, 1, 2, 1)
	check(after(1000), sorted, 0, 2, 1)
	check(now, thingQuery{}, 1, 1, 2)
	check(now, sorted, 0, 2, 1)

	world.Finish(table.Row("a"), world.Change{Start: now, End: after(10)}, thing{id: 3})
	check(now, sorted, 1, 2, 1)
	check(after(9), sorted, 0, 2, 1)
	check(after(10), sorted, 1, 3, 2)
	check(after(20), sorted, 0, 3, 2)
	check(now, sorted, 1, 2, 1)

	for group := range 20 { // more than it remembers
		list(now, thingQuery{Group: group})
	}
	check(now, sorted, 1, 2, 1)

	refusal, refused := errors.New("refused"), 0
	for range 2 {
		_, err := world.Select(table, now, &thingQuery{Group: 99}, func() (*world.Sorted[*thing], error) {
			refused++
			return nil, refusal
		})
		require.ErrorIs(t, err, refusal)
	}
	assert.Equal(t, 2, refused, "a refusal is not remembered")
}

// TestSelectAllocations checks that a page of a list that is remembered does not cost more if there are more resources. It
// runs alone, because it counts the allocations of the process.
func TestSelectAllocations(t *testing.T) {
	count := func(n int) float64 {
		table, now := world.NewTable[thing](), time.Unix(1000, 0)
		for i := range n {
			table.Add(fmt.Sprint(i), now, thing{id: i, rank: -i})
		}
		q, offset := thingQuery{Sorted: true}, 0
		page := func() {
			list, err := world.Select(table, now, &q, func() (*world.Sorted[*thing], error) { return q.choose(table, now), nil })
			require.NoError(t, err)
			require.Len(t, world.OffsetPageOf(list, offset, 10), 10)
		}
		page()
		for offset = 0; offset < 1000; offset += 10 { // divides what the pages need
			page()
		}
		offset = 500
		return testing.AllocsPerRun(100, page)
	}
	few := count(1000)
	assert.Equal(t, few, count(100_000))
	assert.Less(t, few, 20.0)
}

// TestSelectOfNoQuery: a query that has no encoding is an error, and nothing is chosen.
func TestSelectOfNoQuery(t *testing.T) {
	t.Parallel()
	query := struct {
		Rank float64 `json:"rank"`
	}{math.NaN()}
	table := world.NewTable[thing]()
	_, err := world.Select(table, time.Unix(0, 0), &query, func() (*world.Sorted[*thing], error) {
		t.Error("it was chosen")
		return nil, errors.New("chosen")
	})
	assert.ErrorContains(t, err, "the query cannot be encoded: ")
}
