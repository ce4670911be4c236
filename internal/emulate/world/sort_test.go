package world_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// TestSortedPages compares every page with that of a list that is sorted as a whole.
func TestSortedPages(t *testing.T) {
	t.Parallel()
	type item struct{ rank, at int }
	byRank := func(a, b item) int { return cmp.Compare(a.rank, b.rank) }
	random := rand.New(rand.NewPCG(1, 2))
	for _, ranks := range []int{1, 3, 1000} {
		for _, n := range []int{0, 1, 2, 10, 99} {
			list := make([]item, n)
			for i := range list {
				list[i] = item{random.IntN(ranks), i}
			}
			sorted := slices.Clone(list)
			slices.SortStableFunc(sorted, byRank)
			read := world.Sort(list, byRank) // its pages are read one after another, in any order
			for range 20 {
				offset, size := random.IntN(n+1), random.IntN(20)
				assert.Equal(t, world.OffsetPage(sorted, offset, size), world.OffsetPageOf(world.Sort(list, byRank), offset, size))
				assert.Equal(t, world.OffsetPage(sorted, offset, size), world.OffsetPageOf(read, offset, size))
				assert.Equal(t, world.NumberedPage(sorted, offset, size), world.NumberedPageOf(read, offset, size))
			}
			assert.Equal(t, sorted, world.OffsetPageOf(read, 0, n))
			assert.Len(t, list, n)
		}
	}
}

func TestIndexes(t *testing.T) {
	t.Parallel()
	type thing struct{ name string }
	now := time.Now()
	table := world.NewTableBy(func(v *thing) string { return v.name })
	for i := range 5 {
		table.Add(world.KeyOf("a", "b", fmt.Sprint(i)), now, thing{fmt.Sprint("name-", i%2)})
	}
	table.Add(world.KeyOf("a", "c", "5"), now, thing{"name-0"})
	table.Add(world.KeyOf("ab", "c", "6"), now, thing{""})
	assert.Len(t, table.List(now), 7)
	assert.Len(t, table.ListIn(now, "a"), 6)
	assert.Len(t, table.ListIn(now, "a", "b"), 5)
	assert.Empty(t, table.ListIn(now, "a", "b", "1"), "the whole key is no beginning")
	assert.Len(t, table.ListBy(now, "name-0"), 4)
	assert.Empty(t, table.ListBy(now, ""))

	key := world.KeyOf("a", "b", "0")
	table.Row(key).Put(now.Add(time.Second), now.Add(time.Minute), thing{"new"})
	assert.Empty(t, table.ListBy(now, "new"), "reads do not show it yet")
	assert.Len(t, table.ListBy(now, "name-0"), 4)
	found, v, ok := table.By(now.Add(time.Second), "new")
	assert.True(t, ok)
	assert.Equal(t, key, found)
	assert.Equal(t, thing{"new"}, v)
	later := now.Add(time.Hour)
	assert.Len(t, table.ListBy(later, "name-0"), 3)
	assert.Len(t, table.ListBy(later, "new"), 1)
	world.Remove(table.Row(key), world.Change{Start: later, End: later})
	assert.Empty(t, table.ListBy(later, "new"))
	_, _, ok = table.By(later, "new")
	assert.False(t, ok)
}
