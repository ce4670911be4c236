package cloud

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// refreshAhead is how long before expiry a refresh starts: long enough for a call that was
	// just signed to arrive, and for a failing source to recover.
	refreshAhead = 5 * time.Minute
	// refreshPause keeps a source that fails, or gives short-lived keys, from being asked on every call.
	refreshPause = 15 * time.Second
)

// CredentialsCache keeps the credentials of a slow provider and refreshes them ahead of their
// expiry. Concurrent callers share one refresh; those who find credentials that are still valid do
// not wait for it. When a refresh fails, what is still valid is served on.
type CredentialsCache struct {
	source CredentialsProvider

	mu      sync.Mutex
	current Credentials
	filled  bool
	notYet  time.Time // no early refresh before this time
	flight  *refresh  // the refresh under way, nil when there is none
}

type refresh struct {
	done        chan struct{}
	credentials Credentials
	err         error
	abandoned   bool // its own caller's context ended, which says nothing about the source
}

// CacheCredentials wraps source. A source that is a cache already is returned as it is.
func CacheCredentials(source CredentialsProvider) *CredentialsCache {
	if c, ok := source.(*CredentialsCache); ok {
		return c
	}
	return &CredentialsCache{source: source}
}

// Credentials returns credentials that are valid now.
func (c *CredentialsCache) Credentials(ctx context.Context) (Credentials, error) {
	for {
		c.mu.Lock()
		now := time.Now()
		valid := c.filled && c.current.usableAt(now)
		if valid && (c.flight != nil || !c.due(now)) {
			current := c.current
			c.mu.Unlock() // a defer within a loop would cost every call an allocation
			return current, nil
		}
		flight := c.flight
		if flight == nil {
			flight = &refresh{done: make(chan struct{})}
			c.flight = flight
			c.mu.Unlock()
			return c.refresh(ctx, flight)
		}
		c.mu.Unlock()

		select {
		case <-flight.done:
		case <-ctx.Done():
			return Credentials{}, contextError(ctx)
		}
		if !flight.abandoned {
			return flight.credentials, flight.err
		}
	}
}

// Invalidate drops credentials that the service refused as expired; the next caller refreshes.
func (c *CredentialsCache) Invalidate(refused Credentials) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.filled && c.current.same(refused) {
		c.filled = false
	}
}

func (c *CredentialsCache) due(now time.Time) bool {
	return !c.current.Expires.IsZero() && now.After(c.current.Expires.Add(-refreshAhead)) && now.After(c.notYet)
}

// refresh asks the source and publishes the result, also when the source panics.
func (c *CredentialsCache) refresh(ctx context.Context, flight *refresh) (Credentials, error) {
	flight.err = fmt.Errorf("the credentials provider panicked")
	defer func() {
		c.mu.Lock()
		c.flight = nil
		c.mu.Unlock()
		close(flight.done)
	}()

	fresh, err := c.source.Credentials(ctx)
	now := time.Now()
	if err == nil && !fresh.usableAt(now) {
		err = &credentialsError{"the provider returned credentials that expired at " + fresh.Expires.UTC().Format(time.RFC3339)}
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err == nil:
		c.current, c.filled, c.notYet = fresh, true, now.Add(refreshPause)
	case c.filled && c.current.usableAt(now):
		c.notYet = now.Add(refreshPause)
		fresh, err = c.current, nil
	}
	flight.credentials, flight.err = fresh, err
	flight.abandoned = err != nil && ctx.Err() != nil
	return fresh, err
}
