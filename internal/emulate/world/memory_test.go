package world

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	m := NewMemory[string](3)
	m.Put("a", "1", at(0), at(10))
	m.Put("b", "2", at(0), at(30))
	_, ok := m.Get("c", at(0))
	assert.False(t, ok)
	value, ok := m.Get("a", at(9))
	assert.True(t, ok)
	assert.Equal(t, "1", value)
	_, ok = m.Get("a", at(10))
	assert.False(t, ok, "it has expired")

	m.Put("a", "3", at(11), at(20)) // drops the first one
	m.Put("c", "4", at(12), at(40))
	m.Put("d", "5", at(13), at(40)) // drops b, the oldest of four
	_, ok = m.Get("b", at(13))
	assert.False(t, ok)
	value, ok = m.Get("a", at(13))
	assert.True(t, ok)
	assert.Equal(t, "3", value)
}

// TestMemoryKeepsTheLatest checks that a value that was put again outlives the first one.
func TestMemoryKeepsTheLatest(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	m := NewMemory[int](2)
	m.Put("a", 1, at(0), at(10))
	m.Put("a", 2, at(0), at(20))
	m.Put("b", 3, at(0), at(20)) // drops the first a
	value, ok := m.Get("a", at(15))
	assert.True(t, ok)
	assert.Equal(t, 2, value)
}

// TestMemoryIsBounded checks that the number of kept entries is bounded.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := NewMemory[int](100)
	for i := range 10_000 {
		m.Put(strconv.Itoa(i), i, time.Time{}, time.Unix(1<<40, 0))
		assert.LessOrEqual(t, len(m.order), 100)
		assert.Equal(t, len(m.order), len(m.byKey))
		assert.Less(t, cap(m.order), 1000)
	}
	_, ok := m.Get("9900", time.Time{})
	assert.True(t, ok)
	_, ok = m.Get("9899", time.Time{})
	assert.False(t, ok)
}
