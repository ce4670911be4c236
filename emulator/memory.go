package emulator

import "time"

// A memory keeps values by key, each for a time, and no more than a number of them: the oldest are forgotten first. What
// it does takes the same time however much is in it.
type memory[V any] struct {
	most  int
	byKey map[string]*kept[V]
	order []*kept[V] // the oldest first
}

type kept[V any] struct {
	key   string
	value V
	until time.Time
}

func newMemory[V any](most int) *memory[V] {
	return &memory[V]{most: most, byKey: map[string]*kept[V]{}}
}

func (m *memory[V]) get(key string, now time.Time) (value V, ok bool) {
	k, ok := m.byKey[key]
	if !ok || !now.Before(k.until) {
		return value, false
	}
	return k.value, true
}

func (m *memory[V]) put(key string, value V, now, until time.Time) {
	for len(m.order) > 0 && (len(m.order) >= m.most || !now.Before(m.order[0].until)) {
		m.forgetOldest()
	}
	k := &kept[V]{key, value, until}
	m.byKey[key] = k
	m.order = append(m.order, k)
}

func (m *memory[V]) forgetOldest() {
	oldest := m.order[0]
	m.order[0] = nil
	m.order = m.order[1:]
	if m.byKey[oldest.key] == oldest { // not put again since
		delete(m.byKey, oldest.key)
	}
}
