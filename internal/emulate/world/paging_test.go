package world

import (
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
	page, next, err := NextPage(list, "s", "", 5)
	require.NoError(t, err)
	assert.Equal(t, list, page)
	assert.Empty(t, next)
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
