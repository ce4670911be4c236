package world

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// UnderWay is a change that has begun and not ended.
type UnderWay struct {
	ID                 int // 1 is the first change that began
	Service, Operation string
	Resource           string // the key of the resource that changes, with slashes; of several, the first
	Started, Ends      time.Time
}

// A Decision is how a change ends that would have ended otherwise, and when.
type Decision struct {
	Ending Ending
	At     time.Time
}

// progress is what is known of a change that has begun.
type progress struct {
	UnderWay
	planned int // how many states are planned, in all timelines, that no other change has dropped
}

// plan counts a state that the change has planned.
func (p *progress) plan(key string, from time.Time) {
	if p == nil {
		return
	}
	if p.Resource == "" {
		p.Resource = strings.ReplaceAll(key, "\x00", "/")
	}
	if from.After(p.Started) {
		p.planned++
	}
}

// drop discounts a planned state that another change replaces.
func (p *progress) drop() {
	if p != nil {
		p.planned--
	}
}

func (p *progress) isUnderWay(now time.Time) bool { return p.Ends.After(now) && p.planned > 0 }

// remember adds a change to those under way. It forgets the others when there is no room, so that each takes constant
// time on average.
func (w *World) remember(p *progress) {
	if len(w.underWay) == cap(w.underWay) {
		now := w.Now()
		w.underWay = slices.Clip(slices.DeleteFunc(w.underWay, func(p *progress) bool {
			return !p.isUnderWay(now) && p.Started.Before(now) // one that begins now plans its states next
		}))
		w.underWay = slices.Grow(w.underWay, max(len(w.underWay), 16))
	}
	w.underWay = append(w.underWay, p)
}

// UnderWay returns the changes that have begun and not ended, the oldest first. A change whose planned states another
// one has replaced is not among them.
func (w *World) UnderWay() []UnderWay {
	list, now := []UnderWay{}, w.Now()
	for _, p := range w.underWay {
		if p.isUnderWay(now) {
			list = append(list, p.UnderWay)
		}
	}
	return list
}

// CheckUnderWay returns an error unless the change with an ID is under way.
func (w *World) CheckUnderWay(id int) error {
	if id < 1 || id > w.began {
		return fmt.Errorf("no change has ID %d", id)
	}
	for _, p := range w.underWay {
		switch {
		case p.ID != id:
		case !p.Ends.After(w.Now()):
			return fmt.Errorf("change %d (%s of %s) ended at %s", id, p.Operation, p.Resource, p.Ends.Format(time.RFC3339Nano))
		case p.planned <= 0:
			return fmt.Errorf("change %d (%s of %s) was replaced by another change", id, p.Operation, p.Resource)
		default:
			return nil
		}
	}
	return fmt.Errorf("change %d has ended", id)
}
