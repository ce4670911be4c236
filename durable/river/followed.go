package river

import (
	"sync"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// maxFollowed is how many changes a process remembers between their polls.
const maxFollowed = 1000

// followed remembers changes that have begun between their polls, because a waiter recognizes some ends only by what
// earlier polls have shown. What is forgotten takes longer to be recognized, no more.
type followed struct {
	resume func(token string) (cloud.AnyChange, error)

	mu      sync.Mutex
	changes map[string]cloud.AnyChange // by token
}

func newFollowed(clients []cloud.Resumer) *followed {
	return &followed{resume: clientsOf(clients), changes: map[string]cloud.AnyChange{}}
}

// get returns the change of a token.
func (f *followed) get(token string) (cloud.AnyChange, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ch, ok := f.changes[token]; ok {
		return ch, nil
	}
	ch, err := f.resume(token)
	if err != nil {
		return nil, err
	}
	if info, err := cloud.PeekToken(token); err != nil || info.Started.IsZero() {
		return ch, nil // its token will change
	}
	for old := range f.changes {
		if len(f.changes) < maxFollowed {
			break
		}
		delete(f.changes, old)
	}
	f.changes[token] = ch
	return ch, nil
}

// forget drops a change that has ended.
func (f *followed) forget(token string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.changes, token)
}
