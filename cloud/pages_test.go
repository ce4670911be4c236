package cloud_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// book is a list of three pages.
func book(fetched *[]string) func(string) ([]int, string, error) {
	return func(cursor string) ([]int, string, error) {
		*fetched = append(*fetched, cursor)
		switch cursor {
		case "":
			return []int{1, 2}, "b", nil
		case "b":
			return nil, "c", nil
		case "c":
			return []int{3}, "", nil
		}
		return nil, "", errors.New("no such page")
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	var fetched []string
	seq := cloud.Pages("", book(&fetched))
	assert.Empty(t, fetched, "nothing is fetched before the range")
	for round := range 2 {
		var got []int
		for item, err := range seq {
			require.NoError(t, err)
			got = append(got, item)
		}
		assert.Equal(t, []int{1, 2, 3}, got, "round %d", round)
	}
	assert.Equal(t, []string{"", "b", "c", "", "b", "c"}, fetched)
}

func TestPagesStopEarly(t *testing.T) {
	t.Parallel()
	var fetched []string
	for range cloud.Pages("", book(&fetched)) {
		break
	}
	assert.Equal(t, []string{""}, fetched)

	fetched = nil
	var got []int
	for item := range cloud.Pages("c", book(&fetched)) {
		got = append(got, item)
	}
	assert.Equal(t, []int{3}, got, "a cursor of the caller's is where it starts")
}

func TestPagesEndWithTheError(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	seq := cloud.Pages(0, func(cursor int) ([]string, int, error) {
		if cursor == 0 {
			return []string{"a"}, 1, nil
		}
		return []string{"lost"}, 2, boom
	})
	var items []string
	var errs []error
	for item, err := range seq {
		items, errs = append(items, item), append(errs, err)
	}
	assert.Equal(t, []string{"a", ""}, items)
	assert.Equal(t, []error{nil, boom}, errs)
}

func TestPagesRefuseToGoRound(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"same again":   {"b", "b"},
		"back to some": {"b", "c", "b"},
	}
	for name, cursors := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			var last error
			for _, err := range cloud.Pages("", func(string) ([]int, string, error) {
				calls++
				return []int{0}, cursors[calls-1], nil
			}) {
				last = err
			}
			require.ErrorIs(t, last, cloud.ErrTransport)
			assert.ErrorContains(t, last, "cursor b twice")
			assert.Equal(t, len(cursors), calls)
		})
	}
}

func TestPagesRefuseToGoOnForEver(t *testing.T) {
	t.Parallel()
	calls := 0
	count := func(empty func(call int) bool) (items int, last error) {
		calls = 0
		for _, err := range cloud.Pages(0, func(cursor int) ([]string, int, error) {
			calls++
			switch {
			case calls == 2500:
				return nil, 0, nil
			case empty(calls):
				return nil, cursor + 1, nil
			}
			return []string{"a"}, cursor + 1, nil
		}) {
			last = err
			if err == nil {
				items++
			}
		}
		return items, last
	}
	_, err := count(func(int) bool { return true })
	require.ErrorIs(t, err, cloud.ErrTransport)
	require.ErrorContains(t, err, "1000 empty pages in a row")
	assert.Equal(t, 1000, calls)

	items, err := count(func(call int) bool { return call%900 != 0 })
	require.NoError(t, err)
	assert.Equal(t, 2, items)
}

func TestPagesShowOnlySoMuchOfACursor(t *testing.T) {
	t.Parallel()
	var last error
	for _, err := range cloud.Pages("", func(string) ([]int, string, error) { return nil, strings.Repeat("x\n", 1<<20), nil }) {
		last = err
	}
	require.ErrorContains(t, last, "twice")
	assert.Less(t, len(last.Error()), 200)
	assert.NotContains(t, last.Error(), "\n")
}
