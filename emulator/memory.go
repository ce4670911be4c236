package emulator

import "time"

// A memory is a map whose entries expire. It has at most limit entries; the oldest are dropped first. All
// operations take constant time.
type memory[V any] struct {
	limit int
	byKey map[string]*memoryEntry[V]
	order []*memoryEntry[V] // oldest first
}

type memoryEntry[V any] struct {
	key     string
	value   V
	expires time.Time
}

func newMemory[V any](limit int) *memory[V] {
	return &memory[V]{limit: limit, byKey: map[string]*memoryEntry[V]{}}
}

func (m *memory[V]) get(key string, now time.Time) (value V, ok bool) {
	k, ok := m.byKey[key]
	if !ok || !now.Before(k.expires) {
		return value, false
	}
	return k.value, true
}

func (m *memory[V]) put(key string, value V, now, expires time.Time) {
	for len(m.order) > 0 && (len(m.order) >= m.limit || !now.Before(m.order[0].expires)) {
		m.evictOldest()
	}
	k := &memoryEntry[V]{key, value, expires}
	m.byKey[key] = k
	m.order = append(m.order, k)
}

func (m *memory[V]) evictOldest() {
	oldest := m.order[0]
	m.order[0] = nil
	m.order = m.order[1:]
	if m.byKey[oldest.key] == oldest { // not replaced since
		delete(m.byKey, oldest.key)
	}
}
