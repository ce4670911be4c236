package transport

import (
	"container/list"
	"context"
	"math"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// queue gives turns at a rate: to those with a higher priority first, and within one in the order of arrival.
type queue struct {
	every time.Duration // between two turns
	burst time.Duration // how much earlier than that turns may come after a pause

	mu      sync.Mutex
	next    time.Time // of the next turn without a burst
	order   order
	waiters [cloud.PriorityHigh + 1]list.List // of waiters, by priority
	timer   *time.Timer                       // of the next turn while somebody waits
}

// waiter is a request that waits. Its channel is closed when it has its turn.
type waiter struct {
	priority cloud.Priority
	place    *list.Element
	turn     chan struct{}
}

// newQueue allows bursts of a tenth of a second, so that no second has many more requests than allowed.
func newQueue(perSecond float64) *queue {
	const slowest = float64(365 * 24 * time.Hour) // so that no sum overflows
	every := min(float64(time.Second)/perSecond, slowest)
	more := max(1, math.Floor(perSecond/10)) - 1
	return &queue{every: time.Duration(every), burst: time.Duration(more * every)}
}

// wait returns when the caller has its turn, or ctx ends. It does not begin to wait for a turn that comes too late.
func (q *queue) wait(ctx context.Context, p cloud.Priority, before sendingDeadline) error {
	w, err := q.join(p, before)
	if w == nil {
		return err
	}
	var late <-chan time.Time // requests of a higher priority may come and take the turns
	if before.isSet() {
		timer := time.NewTimer(time.Until(before.at))
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-late:
		err = errNoTurn
	}
	q.leave(w)
	return err
}

// join returns nothing if it is the caller's turn, and otherwise the caller's waiter.
func (q *queue) join(p cloud.Priority, before sendingDeadline) (*waiter, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.give(now) // what is due goes to those who came before
	if q.order.empty() && q.pause(now) <= 0 {
		q.take(now)
		return nil, nil
	}
	if before.isSet() && before.passed(q.delay(p, now, before.at.Sub(now))) {
		return nil, errNoTurn
	}
	w := &waiter{priority: p, turn: make(chan struct{})}
	w.place = q.waiters[p].PushBack(w)
	q.order.waiting[p]++
	q.give(now)
	return w, nil
}

// leave ends the wait of w. A turn that it has already goes to the next.
func (q *queue) leave(w *waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-w.turn:
		q.next = q.next.Add(-q.every)
	default:
		q.waiters[w.priority].Remove(w.place)
		q.order.waiting[w.priority]--
	}
	q.give(time.Now())
}

// pause is how long it is until the next turn.
func (q *queue) pause(now time.Time) time.Duration { return max(0, q.next.Sub(now)) - q.burst }

func (q *queue) take(now time.Time) {
	if q.next.Before(now) {
		q.next = now
	}
	q.next = q.next.Add(q.every)
}

// give gives the turns that are due, and sets the timer for the next one. It is called with the lock held.
func (q *queue) give(now time.Time) {
	for !q.order.empty() {
		if pause := q.pause(now); pause > 0 {
			q.wake(pause)
			return
		}
		q.take(now)
		waiters := &q.waiters[q.order.next()]
		w, _ := waiters.Remove(waiters.Front()).(*waiter)
		close(w.turn)
	}
	if q.timer != nil {
		q.timer.Stop()
	}
}

func (q *queue) wake(pause time.Duration) {
	if q.timer != nil {
		q.timer.Reset(pause)
		return
	}
	q.timer = time.AfterFunc(pause, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.give(time.Now())
	})
}

// delay returns how long a caller who joins now would wait if nobody came later. It stops counting at enough.
func (q *queue) delay(p cloud.Priority, now time.Time, enough time.Duration) time.Duration {
	o := q.order // a copy
	o.waiting[p]++
	delay := q.pause(now)
	for delay < enough && (o.next() != p || o.waiting[p] > 0) {
		delay += q.every
	}
	return delay
}

// patience is how many turns in a row may go to others while a priority waits. Since two can have waited that long,
// each has one turn in ten.
const patience = 8

// order decides which priority has the next turn.
type order struct {
	waiting [cloud.PriorityHigh + 1]int // how many wait, by priority
	passed  [cloud.PriorityHigh + 1]int // how many turns in a row went to others meanwhile
}

func (o *order) empty() bool { return o.waiting == [cloud.PriorityHigh + 1]int{} }

// next takes the first of the priority whose turn it is: the highest, unless the patience of another has ended.
func (o *order) next() cloud.Priority {
	var next cloud.Priority
	for p := cloud.PriorityHigh; p >= cloud.PriorityLow; p-- {
		overdue := o.passed[p] >= patience && o.passed[p] > o.passed[next]
		if o.waiting[p] > 0 && (next == 0 || overdue) {
			next = p
		}
	}
	o.waiting[next]--
	for p := range o.passed {
		o.passed[p]++
		if o.waiting[p] == 0 || cloud.Priority(p) == next {
			o.passed[p] = 0
		}
	}
	return next
}
