package cloud

import (
	"context"
	"sync"
)

// A gate lets one goroutine in at a time. Others wait until it leaves, or until their context ends. The zero gate is open.
type gate struct {
	mu    sync.Mutex
	taken bool
	left  chan struct{} // closed when the goroutine inside leaves; nil if no other waits
}

// enter waits until no other goroutine is inside. It reports false if ctx ends before.
func (g *gate) enter(ctx context.Context) bool {
	for {
		left, ok := g.try()
		if ok {
			return true
		}
		select {
		case <-left:
		case <-ctx.Done():
			return false
		}
	}
}

// try enters if no other goroutine is inside. Otherwise left is closed when that leaves.
func (g *gate) try() (left <-chan struct{}, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.taken {
		g.taken = true
		return nil, true
	}
	if g.left == nil {
		g.left = make(chan struct{})
	}
	return g.left, false
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.taken = false
	if g.left != nil {
		close(g.left)
		g.left = nil
	}
}
