package cloud

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Without Fleet.Concurrency, fewPolls polls run at once, and up to manyPolls while polls are late.
const (
	fewPolls  = 16
	manyPolls = 256
	late      = time.Second
)

// A dispatcher starts the polls that are due. Everything but the polls themselves runs on the caller's
// goroutine.
type dispatcher struct {
	waits []*follower
	seen  []observed // what observers see of them; nil if nobody observes
	pace  pace
	yield func(Step, error) bool
	due   schedule

	polls       chan polled // has room for all polls that run, so that none blocks at the end
	running     sync.WaitGroup
	busy        int // polls that run, or whose result is not taken yet
	limit       int // of busy; between few and many
	few, many   int
	ended, live int
	done        []bool // which have ended
}

// observed is a wait of the fleet that has an observer, and the context under which it polls.
type observed struct {
	ctx context.Context
	watched
}

// observe tells the observers that the waits begin.
func (d *dispatcher) observe(ctx context.Context) {
	for i, f := range d.waits {
		under, w := f.observe(ctx)
		if w.end == nil && under == ctx {
			continue
		}
		if d.seen == nil {
			d.seen = make([]observed, len(d.waits))
		}
		d.seen[i] = observed{under, w}
	}
}

// context returns the context of the polls of one wait.
func (d *dispatcher) context(ctx context.Context, index int) context.Context {
	if d.seen == nil || d.seen[index].ctx == nil {
		return ctx
	}
	return d.seen[index].ctx
}

// finish tells the observers that the waits which have not ended are left.
func (d *dispatcher) finish() {
	for i := range d.seen {
		d.seen[i].finish()
	}
}

// polled is the result of one poll.
type polled struct {
	Step
	err error
}

func newDispatcher(waiters []AnyWaiter, f Fleet, yield func(Step, error) bool) *dispatcher {
	d := &dispatcher{
		pace: pace{f.Within, f.Every, f.ConfirmAfter}, yield: yield, few: fewPolls, many: manyPolls,
		waits: make([]*follower, len(waiters)), due: make(schedule, len(waiters)), done: make([]bool, len(waiters)),
	}
	if f.Concurrency > 0 {
		d.few, d.many = f.Concurrency, f.Concurrency
	}
	d.limit, d.polls = d.few, make(chan polled, min(d.many, len(waiters)))
	now := time.Now()
	for i, w := range waiters {
		d.waits[i] = &follower{}
		if w != nil {
			d.waits[i] = w.untyped()
		}
		d.due[i] = turn{now, i}
	}
	return d
}

// next starts polls until one has a result. It reports false when ctx has ended and no poll is running.
func (d *dispatcher) next(ctx context.Context) (polled, bool) {
	for ctx.Err() == nil || d.busy > 0 {
		rest := d.start(ctx)
		done := ctx.Done()
		if ctx.Err() != nil {
			done = nil
		}
		select {
		case p := <-d.polls:
			d.busy--
			return p, true
		case <-rest:
		case <-done:
		}
	}
	return polled{}, false
}

// start starts the polls that are due. If the next one is due later, the returned channel fires then.
func (d *dispatcher) start(ctx context.Context) (rest <-chan time.Time) {
	for len(d.due) > 0 && ctx.Err() == nil {
		pause := time.Until(d.due[0].at)
		if pause > 0 {
			return time.After(pause)
		}
		if !d.admit(-pause) {
			return nil
		}
		index := heap.Pop(&d.due).(turn).index
		d.busy++
		d.running.Go(func() { d.poll(ctx, index) })
	}
	return nil
}

// admit reports whether one more poll may run. While polls are late, and not because the caller is slow to
// take them, the limit rises; when they are on time again, it falls.
func (d *dispatcher) admit(delay time.Duration) bool {
	isLate := delay > late
	if isLate && len(d.polls) == 0 {
		d.limit = min(d.limit+1, d.many)
	}
	if d.busy >= d.limit {
		return false
	}
	if !isLate {
		d.limit = max(d.limit-1, d.few)
	}
	return true
}

// poll polls one change. A poll that panics ends that wait alone.
func (d *dispatcher) poll(ctx context.Context, index int) {
	p, returned := polled{Step: Step{Index: index}}, false
	defer func() {
		if !returned {
			p.Observation, p.Value, p.err = d.waits[index].panicked(recover())
		}
		d.polls <- p
	}()
	p.Observation, p.Value, p.err = d.waits[index].poll(d.context(ctx, index), d.pace)
	returned = true
}

// report counts a poll, schedules the next one of its change, and yields it.
func (d *dispatcher) report(p polled) bool {
	if d.seen != nil {
		d.seen[p.Index].see(p.Observation, p.err)
	}
	switch {
	case p.err == nil && !p.Done():
		heap.Push(&d.due, turn{time.Now().Add(p.Next), p.Index})
	case p.err == nil:
		d.live++
		fallthrough
	default:
		d.ended++
		d.done[p.Index] = true
		if d.seen != nil {
			d.seen[p.Index].finish()
		}
	}
	p.Live, p.Ended = d.live, d.ended
	return d.yield(p.Step, p.err)
}

// interrupt ends the remaining waits when their common context has ended.
func (d *dispatcher) interrupt(cause error) {
	for i, f := range d.waits {
		if d.done[i] {
			continue
		}
		observed, value, err := f.interrupted(cause)
		if !d.report(polled{Step{Observation: observed, Index: i, Value: value}, err}) {
			return
		}
	}
}

// A turn is when to poll a waiter next.
type turn struct {
	at    time.Time
	index int
}

// A schedule is a heap of turns; the first is due next.
type schedule []turn

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].at.Before(s[j].at) }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *schedule) Push(x any)        { *s = append(*s, x.(turn)) }
func (s *schedule) Pop() any {
	old := *s
	last := old[len(old)-1]
	*s = old[:len(old)-1]
	return last
}
