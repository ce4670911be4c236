package pages_test

import (
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/pages"
)

// answer is what a service says of one page.
type answer struct {
	items       []int
	size, total int
}

// book answers with the pages that it has, then with empty ones.
type book struct {
	answers []answer
	asked   []int
}

func (b *book) fetch(page int) ([]int, int, int, error) {
	b.asked = append(b.asked, page)
	if page < 1 || page > len(b.answers) {
		return nil, 0, 0, nil
	}
	a := b.answers[page-1]
	return a.items, a.size, a.total, nil
}

func collect[T any](t *testing.T, seq iter.Seq2[T, error]) []T {
	var items []T
	for item, err := range seq {
		require.NoError(t, err)
		items = append(items, item)
	}
	return items
}

func TestNumbered(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		start, asked int
		answers      []answer
		items, pages []int
	}{
		{"nothing", 0, 10, nil, nil, []int{1}},
		{"one page", 0, 10, []answer{{[]int{1, 2}, 10, 2}}, []int{1, 2}, []int{1}},
		{"full pages", 0, 2, []answer{{[]int{1, 2}, 2, 4}, {[]int{3, 4}, 2, 4}}, []int{1, 2, 3, 4}, []int{1, 2}},
		{"a short last page", 0, 2, []answer{{[]int{1, 2}, 2, 3}, {[]int{3}, 2, 3}}, []int{1, 2, 3}, []int{1, 2}},
		{"the size of the last page is how much is on it", 0, 2, []answer{{[]int{1, 2}, 2, 3}, {[]int{3}, 1, 3}}, []int{1, 2, 3}, []int{1, 2, 3}},
		{"a page that is shorter than it should be", 0, 2, []answer{{[]int{1}, 2, 3}, {[]int{3}, 2, 3}}, []int{1, 3}, []int{1, 2}},
		{"from page 2", 2, 2, []answer{{[]int{1, 2}, 2, 3}, {[]int{3}, 2, 3}}, []int{3}, []int{2}},
		{"smaller pages than asked for", 0, 500, []answer{{[]int{1, 2}, 2, 3}, {[]int{3}, 2, 3}}, []int{1, 2, 3}, []int{1, 2}},
		{"no size in the answer", 0, 2, []answer{{[]int{1, 2}, 0, 3}, {[]int{3}, 0, 3}}, []int{1, 2, 3}, []int{1, 2}},
		{"no size at all", 0, 0, []answer{{[]int{1, 2}, 0, 3}, {[]int{3}, 0, 3}}, []int{1, 2, 3}, []int{1, 2, 3}},
		{"no total", 0, 2, []answer{{[]int{1, 2}, 2, 0}, {[]int{3}, 2, 0}}, []int{1, 2, 3}, []int{1, 2}},
		{"a negative total", 0, 2, []answer{{[]int{1, 2}, 2, -1}, {[]int{3, 4}, 2, -1}}, []int{1, 2, 3, 4}, []int{1, 2, 3}},
		{"too high a total", 0, 2, []answer{{[]int{1, 2}, 2, 99}, {[]int{3}, 2, 99}}, []int{1, 2, 3}, []int{1, 2, 3}},
		{"a page before the first", -3, 2, nil, nil, []int{-3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := &book{answers: tt.answers}
			seq := pages.Numbered(tt.start, tt.asked, b.fetch)
			assert.Empty(t, b.asked, "nothing is fetched before the range")
			for range 2 {
				assert.Equal(t, tt.items, collect(t, seq))
			}
			assert.Equal(t, slices.Repeat(tt.pages, 2), b.asked)
		})
	}
}

func TestNumberedStopsEarly(t *testing.T) {
	t.Parallel()
	b := &book{answers: []answer{{[]int{1, 2}, 2, 4}, {[]int{3, 4}, 2, 4}}}
	for range pages.Numbered(0, 2, b.fetch) {
		break
	}
	assert.Equal(t, []int{1}, b.asked)
}

func TestNumberedEndsWithTheError(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	var items []int
	var errs []error
	for item, err := range pages.Numbered(0, 1, func(page int) ([]int, int, int, error) {
		if page == 1 {
			return []int{7}, 1, 9, nil
		}
		return []int{8}, 1, 9, boom
	}) {
		items, errs = append(items, item), append(errs, err)
	}
	assert.Equal(t, []int{7, 0}, items)
	assert.Equal(t, []error{nil, boom}, errs)
}

func TestNumberedRefusesToGoRound(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		page  func(page int) []int
		calls int
	}{
		"the same page always": {func(int) []int { return []int{1, 2} }, 2},
		"the last page again":  {func(page int) []int { return []int{min(page, 3)} }, 4},
		"from the start again": {func(page int) []int { return []int{page % 3} }, 4},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			var last error
			for _, err := range pages.Numbered(0, 2, func(page int) ([]int, int, int, error) {
				calls++
				return tt.page(page), 2, 1 << 30, nil
			}) {
				last = err
			}
			require.ErrorIs(t, last, cloud.ErrTransport)
			assert.ErrorContains(t, last, "what it had returned before")
			assert.Equal(t, tt.calls, calls)
		})
	}
}

func TestOne(t *testing.T) {
	t.Parallel()
	calls := 0
	seq := pages.One(func() ([]string, error) {
		calls++
		return []string{"a", "b"}, nil
	})
	assert.Zero(t, calls)
	assert.Equal(t, []string{"a", "b"}, collect(t, seq))
	for range seq {
		break
	}
	assert.Equal(t, 2, calls)

	boom := errors.New("boom")
	for item, err := range pages.One(func() ([]string, error) { return []string{"lost"}, boom }) {
		assert.Empty(t, item)
		assert.Equal(t, boom, err)
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "0": 0, "1": 1, "120": 120, "-2": -2, "first": -1, "1.5": -1, "99999999999999999999": -1} {
		assert.Equal(t, want, pages.Number(text), text)
	}
}
