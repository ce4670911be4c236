package journal

import (
	"context"
	"sync"
)

// MemoryJournal keeps its entries in memory, for tests and for programs whose changes need not outlive them.
type MemoryJournal struct {
	mu      sync.Mutex
	entries map[string]Entry
}

var _ Journal = (*MemoryJournal)(nil)

// Memory returns a journal without entries.
func Memory() *MemoryJournal { return &MemoryJournal{entries: map[string]Entry{}} }

// Load is Journal.Load.
func (m *MemoryJournal) Load(_ context.Context, key string) (Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[key]
	if !ok {
		return Entry{}, nil
	}
	return e.with(), nil
}

// Store is Journal.Store.
func (m *MemoryJournal) Store(_ context.Context, e Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries[e.Key].Version != e.Version {
		return ErrChanged
	}
	e = e.with() // the steps are the caller's
	e.Version++
	m.entries[e.Key] = e
	return nil
}

// Delete removes the entry of a change that has ended; the entry of any other is an error. A Run of the same key starts
// the change again.
func (m *MemoryJournal) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := mayDelete(key, m.entries[key]); err != nil {
		return err
	}
	delete(m.entries, key)
	return nil
}
