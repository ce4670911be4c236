package cloud

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

const (
	// refreshAhead is how long before expiry a refresh starts: long enough for a call that was
	// just signed to arrive, and for a failing source to recover.
	refreshAhead = 5 * time.Minute
	// refreshPause keeps a source that fails, returns short-lived keys, or returns only the key that was
	// refused, from being asked on every call.
	refreshPause = 15 * time.Second
	// refreshTimeout limits one refresh, not its callers: each waits as long as its own context allows.
	refreshTimeout = time.Minute
)

// CredentialsCache keeps the credentials of a slow provider and refreshes them ahead of their
// expiry. A refresh has its own goroutine and timeout; there is never more than one. Callers who find
// credentials that are still valid do not wait for it, and when it fails, what is still valid stays in use.
type CredentialsCache struct {
	source CredentialsProvider

	mu        sync.Mutex
	current   Credentials
	filled    bool
	notYet    time.Time   // no early refresh before this time
	refused   Credentials // what the service refused last
	refusedAt time.Time
	flight    *refresh // the refresh under way, nil when there is none
}

type refresh struct {
	done        chan struct{}
	late        <-chan struct{} // closed when the source has taken too long, although it may still be running
	credentials Credentials
	err         error
}

// CacheCredentials wraps source. A source that is a cache already is returned as it is.
func CacheCredentials(source CredentialsProvider) *CredentialsCache {
	if c, ok := source.(*CredentialsCache); ok {
		return c
	}
	return &CredentialsCache{source: source}
}

// Credentials returns credentials that are valid now. It waits for the provider only when there are none,
// and no longer than ctx allows.
func (c *CredentialsCache) Credentials(ctx context.Context) (Credentials, error) {
	ctx = orBackground(ctx)
	current, flight := c.get(ctx)
	switch {
	case flight == nil && current.AccessKeyID == "":
		return Credentials{}, contextError(ctx)
	case flight == nil:
		return current, nil
	}
	return flight.wait(ctx)
}

// get returns what is valid, or else the refresh to wait for; neither when ctx has ended before it began.
func (c *CredentialsCache) get(ctx context.Context) (Credentials, *refresh) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	valid := c.filled && c.current.usableAt(now)
	flight := c.flight
	if flight == nil && (!valid || c.due(now)) {
		flight = c.start(ctx)
	}
	if valid {
		return c.current, nil
	}
	return Credentials{}, flight
}

// Invalidate drops credentials that the service refused, as expired or as unknown; the next caller asks the
// provider. If it returns the same ones, it is not asked again at once.
func (c *CredentialsCache) Invalidate(refused Credentials) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	lately := c.refused.same(refused) && now.Before(c.refusedAt.Add(refreshPause))
	if !c.filled || !c.current.same(refused) || lately {
		return
	}
	c.filled, c.refused, c.refusedAt = false, refused, now
}

func (c *CredentialsCache) due(now time.Time) bool {
	return !c.current.Expires.IsZero() && now.After(c.current.Expires.Add(-refreshAhead)) && now.After(c.notYet)
}

// start begins a refresh. It is called with the lock held.
func (c *CredentialsCache) start(ctx context.Context) *refresh {
	f := &refresh{done: make(chan struct{})}
	if source, ok := c.source.(interface{ atOnce() (Credentials, error) }); ok {
		fresh, err := source.atOnce()
		c.finish(f, fresh, err)
		return f
	}
	if ctx.Err() != nil {
		return nil
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout)
	f.late = bounded.Done()
	c.flight = f
	go c.ask(bounded, cancel, f)
	return f
}

// ask asks the source and publishes the result, also when the source panics or ends its goroutine.
func (c *CredentialsCache) ask(ctx context.Context, cancel context.CancelFunc, f *refresh) {
	var fresh Credentials
	err := errors.New("the credentials provider did not return")
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the credentials provider panicked: %s", panicText(p))
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.flight = nil
		c.finish(f, fresh, err)
		cancel() // after the result is published, so that no caller mistakes it for a timeout
	}()
	fresh, err = c.source.Credentials(ctx)
}

// finish publishes the result of a refresh. It is called with the lock held.
func (c *CredentialsCache) finish(f *refresh, fresh Credentials, err error) {
	now := time.Now()
	if err == nil {
		err = fresh.check(now)
	}
	switch {
	case err == nil:
		c.current, c.filled = fresh, true
	case c.filled && c.current.usableAt(now):
		fresh, err = c.current, nil
	default:
		fresh = Credentials{}
	}
	c.notYet = now.Add(refreshPause)
	f.credentials, f.err = fresh, err
	close(f.done)
}

// wait waits for the result.
func (f *refresh) wait(ctx context.Context) (Credentials, error) {
	select {
	case <-f.done:
		return f.credentials, f.err
	default:
	}
	select {
	case <-f.done:
	case <-f.late:
	case <-ctx.Done():
	}
	select {
	case <-f.done:
		return f.credentials, f.err
	default:
	}
	if ctx.Err() != nil {
		return Credentials{}, contextError(ctx)
	}
	return Credentials{}, errLate
}

// errLate is what callers get while a source ignores its context.
var errLate = fmt.Errorf("the credentials provider has not returned within %s: %w", refreshTimeout, context.DeadlineExceeded)

// panicText is what an error may say of a panic: what the runtime says, which holds no data, else the type
// alone, because the value may hold a secret.
func panicText(p any) string {
	if e, ok := p.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("with a value of type %T", p)
}
