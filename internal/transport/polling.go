package transport

import (
	"context"
	"time"
)

// pollDelay is the minimum delay before a throttled poll is repeated.
const pollDelay = time.Second

type pollKey struct{}

// Polling marks the calls of ctx as the polls of a wait. Since the next poll comes anyway, a throttled one is repeated
// only once, and no sooner than after a second.
func Polling(ctx context.Context) context.Context { return context.WithValue(ctx, pollKey{}, true) }

func isPoll(ctx context.Context) bool { return ctx.Value(pollKey{}) != nil }
