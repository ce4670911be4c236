package cloud

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Without Fleet.Concurrency, fewPolls polls run at once. While polls are late it is up to one for every perPoll changes,
// which is enough for polls that take 400 ms and come every five seconds, and never more than manyPolls.
const (
	fewPolls  = 16
	perPoll   = 12
	manyPolls = 4096
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
	took        pollTime // of polls
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
	err  error
	took time.Duration
}

func newDispatcher(waiters []AnyWaiter, f Fleet, yield func(Step, error) bool) *dispatcher {
	d := &dispatcher{
		pace: pace{f.Within, f.Every, f.ConfirmAfter}, yield: yield, few: fewPolls, many: min(fewPolls+len(waiters)/perPoll, manyPolls),
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
			d.adapt(p.took)
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
		if d.busy >= d.limit {
			return nil
		}
		index := heap.Pop(&d.due).(turn).index
		d.busy++
		d.running.Go(func() { d.poll(ctx, index) })
	}
	return nil
}

// adapt sets the limit after a poll. It falls while polls are on time, and rises while they are late, by as many as
// end. It does not rise when more polls would not help: the caller is slow to take them, or they take longer the more
// of them run, because they wait for the request rate or the service has enough to do.
func (d *dispatcher) adapt(took time.Duration) {
	d.took.add(took)
	isLate := len(d.due) > 0 && time.Since(d.due[0].at) > late
	switch isLong := d.took.isLong(); {
	case isLate && !isLong && len(d.polls) < max(1, d.busy/2):
		d.limit = min(d.limit+1, d.many)
	case !isLate || isLong:
		d.limit = max(d.limit-1, d.few)
	}
	if d.limit == d.few {
		d.took.forget() // the number of polls is not what makes them long
	}
}

// pollTime is how long polls take now, and took before.
type pollTime struct{ usual, shortest time.Duration }

func (t *pollTime) add(took time.Duration) {
	if took < time.Millisecond {
		return // it made no call
	}
	if t.usual == 0 {
		t.usual, t.shortest = took, took
	}
	t.usual += (took - t.usual) / 16
	t.shortest = min(t.shortest, t.usual)
}

// forget brings the shortest time closer to the usual one.
func (t *pollTime) forget() { t.shortest += (t.usual - t.shortest) / 64 }

func (t *pollTime) isLong() bool { return t.usual > 2*t.shortest }

// poll polls one change. A poll that panics ends that wait alone.
func (d *dispatcher) poll(ctx context.Context, index int) {
	p, returned := polled{Step: Step{Index: index}}, false
	began := time.Now()
	defer func() {
		if !returned {
			p.Observation, p.Value, p.err = d.waits[index].panicked(recover())
		}
		p.took = time.Since(began)
		d.polls <- p
	}()
	p.Observation, p.Value, p.err = d.waits[index].poll(d.context(ctx, index), d.pace, nil)
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
		observed, value, err := f.interrupted(cause, nil, nil)
		if !d.report(polled{Step: Step{Observation: observed, Index: i, Value: value}, err: err}) {
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
