package world

import "time"

// A Memory is a map whose entries expire. It has at most limit entries; the oldest are dropped first. All
// operations take constant time.
type Memory[V any] struct {
	limit int
	byKey map[string]*memoryEntry[V]
	order []*memoryEntry[V] // oldest first
}

type memoryEntry[V any] struct {
	key     string
	value   V
	expires time.Time
}

func NewMemory[V any](limit int) *Memory[V] {
	return &Memory[V]{limit: limit, byKey: map[string]*memoryEntry[V]{}}
}

func (m *Memory[V]) Get(key string, now time.Time) (value V, ok bool) {
	k, ok := m.byKey[key]
	if !ok || !now.Before(k.expires) {
		return value, false
	}
	return k.value, true
}

// Len returns how many entries there are.
func (m *Memory[V]) Len() int { return len(m.order) }

func (m *Memory[V]) Put(key string, value V, now, expires time.Time) {
	for len(m.order) > 0 && (len(m.order) >= m.limit || !now.Before(m.order[0].expires)) {
		m.evictOldest()
	}
	k := &memoryEntry[V]{key, value, expires}
	m.byKey[key] = k
	m.order = append(m.order, k)
}

func (m *Memory[V]) evictOldest() {
	oldest := m.order[0]
	m.order[0] = nil
	m.order = m.order[1:]
	if m.byKey[oldest.key] == oldest { // not replaced since
		delete(m.byKey, oldest.key)
	}
}
