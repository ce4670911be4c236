package rollout

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause sleeps for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// jitter adds up to a quarter, so that steps that were throttled together do not come together again.
func jitter(d time.Duration) time.Duration { return d + rand.N(d/4) }
