package release

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// recorded returns r as a recipe can use it: with a journal, in which later steps find what earlier ones have made, and a
// function that restores changes of the client, and those of the recipe's own.
func recorded(r rollout.Rollout, recipe string, client cloud.Resumer, own ...cloud.Resumer) (rollout.Rollout, error) {
	if len(r.Steps) > 0 {
		return r, invalid(recipe, "Steps", cloud.CheckRule, "must be empty; the recipe adds them", fmt.Sprint(len(r.Steps)))
	}
	if r.Journal == nil {
		r.Journal = journal.Memory()
	}
	if r.Resume == nil {
		r.Resume = rollout.Clients(client)
	}
	for _, one := range own {
		r.Resume = also(one, r.Resume)
	}
	return r, nil
}

// also restores the changes of one more resumer. What it refuses for another reason than errOther is refused.
func also(one cloud.Resumer, others func(string) (cloud.AnyChange, error)) func(string) (cloud.AnyChange, error) {
	return func(token string) (cloud.AnyChange, error) {
		ch, err := one.Resume(token)
		if errors.Is(err, errOther) {
			return others(token)
		}
		return ch, err
	}
}

// errOther is a token of a change that a resumer does not have.
var errOther = errors.New("is not of this change of a release")

func invalid(recipe, field string, check cloud.Check, rule, given string) error {
	return &cloud.ValidationError{Service: "release", Operation: recipe, Problems: []cloud.Problem{{
		Field: field, Check: check, Rule: rule, Given: given,
	}}}
}

func required(recipe, field string) error {
	return invalid(recipe, field, cloud.CheckRequired, "required", "")
}

// conflict is something that is not as a release needs it.
func conflict(format string, args ...any) error {
	return &cloud.Error{Kind: cloud.ErrConflict, Message: fmt.Sprintf(format, args...)}
}

// named returns the names of steps.
func named(steps []rollout.Step) []string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.Name
	}
	return names
}

// first puts a wave of so many steps before the waves that the caller has chosen for the others.
func first(r *rollout.Rollout, steps int) {
	if r.Waves == nil {
		r.Waves = rollout.Waves(rollout.Rest)
	}
	r.Waves = slices.Insert(slices.Clone(r.Waves), 0, steps)
}

// The pauses between two polls of what a release waits for before it starts something.
const (
	firstPause = 5 * time.Second
	lastPause  = time.Minute
)

// until polls until nothing is in the way, for at most the time given. busy returns what is in the way, or "". A service
// that throttles or has no response for now is in the way too.
func until(ctx context.Context, within time.Duration, busy func(context.Context) (string, error)) error {
	begun := time.Now()
	for wait := firstPause; ; wait = min(2*wait, lastPause) {
		what, err := busy(ctx)
		isOver := time.Since(begun) >= within
		switch {
		case err != nil && (isOver || !isPassing(err)):
			return err
		case err == nil && what == "":
			return nil
		case isOver:
			return conflict("%s, after %s of waiting", what, within)
		}
		if err := pause(ctx, min(wait+rand.N(wait/4), max(within-time.Since(begun), time.Second))); err != nil {
			return err
		}
	}
}

// pause sleeps for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// isPassing reports whether a call may succeed when it is made again.
func isPassing(err error) bool {
	if _, ended := errors.AsType[*cloud.WaitError](err); ended {
		return false
	}
	switch cloud.KindOf(err) {
	case cloud.ErrThrottled, cloud.ErrUnavailable, cloud.ErrTransport:
		return true
	}
	return false
}

// change returns the result of a Prepare method as any change; a nil pointer must not become one.
func change[T any](ch *cloud.Change[T], err error) (cloud.AnyChange, error) {
	if err != nil {
		return nil, err
	}
	return ch, nil
}

// verifier adapts a typed verification to that of a step.
func verifier[T any](verify func(context.Context, *T) error) func(context.Context, any) error {
	if verify == nil {
		return nil
	}
	return func(ctx context.Context, live any) error {
		shown, ok := live.(*T)
		if !ok {
			return fmt.Errorf("release: the change returned a %T, and not a %T", live, shown)
		}
		return verify(ctx, shown)
	}
}
