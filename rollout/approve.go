package rollout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// AllOf returns a function for Rollout.Approve that asks each function in turn, until one refuses.
func AllOf(approvals ...func(context.Context, Wave) error) func(context.Context, Wave) error {
	return func(ctx context.Context, w Wave) error {
		for _, approve := range approvals {
			if err := approve(ctx, w); err != nil {
				return err
			}
		}
		return nil
	}
}

// Window is a time from Start until just before End.
type Window struct{ Start, End time.Time }

// Freeze returns a function for Rollout.Approve that lets no wave start in any of the windows, and waits for their end.
func Freeze(windows ...Window) func(context.Context, Wave) error {
	return func(ctx context.Context, _ Wave) error {
		for i, w := range windows {
			if !w.Start.Before(w.End) {
				given := w.Start.Format(time.RFC3339) + " to " + w.End.Format(time.RFC3339)
				return invalid(fmt.Sprintf("Freeze.windows[%d]", i), cloud.CheckRule, "must end after its start", given)
			}
		}
		for {
			now := time.Now()
			i := slices.IndexFunc(windows, func(w Window) bool { return !now.Before(w.Start) && now.Before(w.End) })
			if i < 0 {
				return nil
			}
			if err := pauseUntil(ctx, windows[i].End); err != nil {
				return err
			}
		}
	}
}

// Hours are the hours of a day in which waves may start. Its method Approve is for Rollout.Approve.
type Hours struct {
	// From and To are times of the day: 22*time.Hour to 5*time.Hour is a night. From counts to the day in which it is.
	From, To time.Duration
	// Days are the days of the week on which the hours begin; the default is all.
	Days []time.Weekday
	// In is the location of the clock; the default is UTC.
	In *time.Location
}

// Approve waits until a wave may start.
func (h Hours) Approve(ctx context.Context, _ Wave) error {
	if err := h.check(); err != nil {
		return err
	}
	next := h.next(time.Now())
	return pauseUntil(ctx, next)
}

const day = 24 * time.Hour

func (h Hours) check() error {
	for _, d := range []struct {
		field string
		value time.Duration
	}{{"Hours.From", h.From}, {"Hours.To", h.To}} {
		if d.value < 0 || d.value > day {
			return invalid(d.field, cloud.CheckRange, "must be from 0 to 24 hours", d.value.String())
		}
	}
	if h.From == h.To {
		return invalid("Hours.To", cloud.CheckRule, "must not be From", h.To.String())
	}
	for i, d := range h.Days {
		if d < time.Sunday || d > time.Saturday {
			return invalid(fmt.Sprintf("Hours.Days[%d]", i), cloud.CheckEnum, "must be a day of the week", fmt.Sprint(int(d)))
		}
	}
	return nil
}

// next returns the first time from t on that is within the hours.
func (h Hours) next(t time.Time) time.Time {
	in := h.In
	if in == nil {
		in = time.UTC
	}
	local := t.In(in)
	for offset := -1; ; offset++ { // the hours of yesterday may not have ended
		start, end := h.on(local, offset)
		switch {
		case len(h.Days) > 0 && !slices.Contains(h.Days, start.Weekday()), !t.Before(end):
		case t.Before(start):
			return start
		default:
			return t
		}
	}
}

// on returns when the hours begin and end that begin some days after t. They keep the time of the clock when that is set.
func (h Hours) on(t time.Time, days int) (start, end time.Time) {
	at := func(days int, d time.Duration) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, int(d/time.Second), int(d%time.Second), t.Location())
	}
	if h.From < h.To {
		return at(days, h.From), at(days, h.To)
	}
	return at(days, h.From), at(days+1, h.To)
}

func invalid(field string, check cloud.Check, rule, given string) error {
	return &cloud.ValidationError{Service: "rollout", Problems: []cloud.Problem{{Field: field, Check: check, Rule: rule, Given: given}}}
}

// pauseUntil sleeps until t, or until ctx ends.
func pauseUntil(ctx context.Context, t time.Time) error {
	if pause(ctx, max(time.Until(t), 0)) != nil {
		return context.Cause(ctx)
	}
	return nil
}
