package world

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPageBounds(t *testing.T) {
	t.Parallel()
	list := []int{1, 2, 3, 4, 5}
	assert.Equal(t, []int{1, 2}, NumberedPage(list, 1, 2))
	assert.Equal(t, []int{5}, NumberedPage(list, 3, 2))
	assert.Empty(t, NumberedPage(list, 4, 2))
	assert.Empty(t, NumberedPage(list, 1<<62, 100))
	assert.Equal(t, []int{4, 5}, OffsetPage(list, 3, 10))
	assert.Empty(t, OffsetPage(list, 1<<62, 100))
	assert.Equal(t, []int{1, 2}, NumberedPage(list, -1<<62, 2))
	assert.Equal(t, []int{2}, NumberedPage(list, 2, -5))
	assert.Equal(t, list, NumberedPage(list, 1, math.MaxInt))
	assert.Equal(t, []int{1, 2}, OffsetPage(list, math.MinInt, 2))
	assert.Empty(t, OffsetPage(list, 1, math.MinInt))
	assert.Equal(t, list, OffsetPage(list, 0, math.MaxInt))
	assert.Equal(t, 0, PageCount(0, 3))
	assert.Equal(t, 2, PageCount(4, 3))
	assert.Equal(t, 1, PageCount(4, math.MaxInt))
	page, next, err := NextPage(list, "s", "", 5)
	require.NoError(t, err)
	assert.Equal(t, list, page)
	assert.Empty(t, next)
	page, next, err = NextPage(list, "s", encodePageToken("s", 2), math.MaxInt)
	require.NoError(t, err)
	assert.Equal(t, []int{3, 4, 5}, page)
	assert.Empty(t, next)
	page, _, err = NextPage(list, "s", encodePageToken("s", math.MaxInt), math.MinInt)
	require.NoError(t, err)
	assert.Empty(t, page)
}

func FuzzPageToken(f *testing.F) {
	f.Add("s", encodePageToken("s", 7))
	f.Add("s", "cGFnZX4tMX4=")
	f.Fuzz(func(t *testing.T, scope, token string) {
		offset, err := decodePageToken(scope, token)
		if err == nil && token != "" {
			assert.Equal(t, token, encodePageToken(scope, offset))
		}
		assert.GreaterOrEqual(t, offset, 0)
	})
}
