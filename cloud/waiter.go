package cloud

import (
	"context"
	"iter"
	"time"
)

// Outcome is what a poll says about the awaited change.
type Outcome int

const (
	// Pending means that the change is under way, or in a state unknown to this module.
	Pending Outcome = iota
	// Succeeded means that this very change is live.
	Succeeded
	// Failed means that the change ended without being live.
	Failed
	// Canceled means that the change was stopped.
	Canceled
)

// String returns the outcome in lower case.
func (o Outcome) String() string {
	switch o {
	case Succeeded:
		return "succeeded"
	case Failed:
		return "failed"
	case Canceled:
		return "canceled"
	}
	return "pending"
}

// Verdict is what one response of the service says about the change.
type Verdict struct {
	State   string // the service's own word for it: "UPDATING"
	Outcome Outcome
	Reason  string // the service's own explanation, where it gives one

	// Superseded marks a failure that another change brought about, by replacing this one.
	Superseded bool
	// Inferred marks an end that the response does not prove, such as a failure that is inferred from a
	// stale value: it counts only when it is still seen WaitSpec.Confirm later, or DefaultConfirm where the
	// wait has no such time.
	Inferred bool
}

// WaitSpec says what a Waiter polls and how it judges the responses. The service packages fill it in
// for their changes; it is public for waits of your own.
type WaitSpec[T any] struct {
	Service   string
	Operation string

	// Read reads the resource once.
	Read func(ctx context.Context) (*T, error)
	// Judge judges a response. It must not return a success that is older than the change.
	Judge func(*T) Verdict
	// Diagnose fetches the service's own events and log of the change, for WaitError.Diagnose; nil if the service has
	// none. last is the last response that was seen, or nil. It may return both what it found and an error.
	Diagnose func(ctx context.Context, last *T) (*Diagnosis, error)

	// GoneIsSuccess makes ErrNotFound the goal, for deletions.
	GoneIsSuccess bool
	// AppearWithin is how long after the start ErrNotFound is tolerated, because a new resource may not
	// be visible at once, nor everywhere.
	AppearWithin time.Duration
	// Confirm is for changes that Judge cannot tell from the state before them: an end counts only
	// when it is still seen this long after it was first seen. Polls that fail in between do not matter; any
	// other state or end starts over. A resumed waiter whose change is older than this by more than the
	// possible clock skew accepts its first poll.
	Confirm time.Duration

	// ConfirmAfter replaces Confirm, or DefaultConfirm, where an end has to be confirmed.
	ConfirmAfter time.Duration

	// Within is the maximum time of the wait, from the start of the change; past it the wait ends with
	// the change pending. The default is DefaultWithin.
	Within time.Duration

	// MinInterval and MaxInterval bound the pause between two polls. Between them the pause is a
	// tenth of the time already waited, and doubles with every poll in a row that fails because the service
	// throttles it or is unavailable. The defaults are 5 seconds and 5 minutes.
	MinInterval time.Duration
	MaxInterval time.Duration

	// Meet, if it is not nil, chooses the pause between two polls, so that waits that share a read poll at the
	// same time: from least to most, and pause if the wait is alone.
	Meet func(least, pause, most time.Duration) time.Duration

	// Renewable says that the credentials of Read may be replaced during the wait, so that a refusal of
	// credentials that worked before does not end it at once.
	Renewable bool

	// Started is when the service accepted the change; zero means now. Clock is the clock of Started; the
	// default is time.Now. Resumed marks a wait that was resumed from a token. Token is what Waiter.Token
	// returns; the waiter of a Change needs none and then returns that of the change.
	Started time.Time
	Clock   func() time.Time
	Resumed bool
	Token   string
	// TokenSecret says that Token may hold secrets, so that JSON leaves it out.
	TokenSecret bool

	// Observer sees the waits. Region is where the resource is, for the Observer.
	Observer Observer
	Region   string
}

// Defaults that apply where a WaitSpec leaves a field zero.
const (
	DefaultWithin      = 24 * time.Hour
	DefaultConfirm     = 30 * time.Second
	DefaultMinInterval = 5 * time.Second
	DefaultMaxInterval = 5 * time.Minute
)

// A WaitOption changes one call of Wait, Watch or Poll.
type WaitOption func(*pace)

// Within sets the maximum time of a wait, counted from the start of the change. Past it the error is a
// *WaitError with a pending outcome and the token; the change itself goes on. It overrides the kind of
// change and Config.WaitWithin; a negative d means no limit.
func Within(d time.Duration) WaitOption { return func(p *pace) { p.within = d } }

// Every sets the minimum interval between two polls, for tests and for changes that take no time. It
// overrides the kind of change and Config.WaitEvery. It does not change how long an unproven end must be
// observed; ConfirmAfter does.
func Every(d time.Duration) WaitOption { return func(p *pace) { p.every = d } }

// ConfirmAfter sets how long an end must be observed that the response does not prove, because reads may be
// stale: half a minute, or what the kind of change has. It is for tests, against a service without stale reads.
func ConfirmAfter(d time.Duration) WaitOption { return func(p *pace) { p.confirmAfter = d } }

// pace holds the options; zero fields mean the waiter's own values.
type pace struct{ within, every, confirmAfter time.Duration }

func paceOf(opts []WaitOption) pace {
	var p pace
	for _, opt := range opts {
		if opt != nil {
			opt(&p)
		}
	}
	return p
}

// Observation is what one poll found.
type Observation struct {
	State   string  // the service's word for the state; empty if the poll found none
	Outcome Outcome // Pending until the wait has ended
	Reason  string  // the service's explanation of the state, where it gives one
	// Err is why this poll found no state. The wait goes on: the service was throttling or
	// unavailable, or the new resource is not visible yet.
	Err     error
	Attempt int           // counts polls from 1
	Elapsed time.Duration // since the change began
	Next    time.Duration // when to poll again; 0 when the wait has ended

	Superseded bool // another change replaced this one; the outcome is Failed then

	broken bool // a call failed for good, with the outcome of the change unknown
}

// Done reports whether the wait has ended.
func (l Observation) Done() bool { return l.Outcome != Pending || l.broken }

// Progress is what one poll found, with the response.
type Progress[T any] struct {
	Observation
	Value *T // nil if there was no response
}

// Waiter follows one change until it is live or has failed. Wait blocks, Watch yields every observation,
// Poll polls once. They can be mixed, also from several goroutines. It prints, and marshals to JSON, as what
// the last poll found, without the response.
type Waiter[T any] struct{ follower *follower }

// NewWaiter returns a waiter as w describes it. Nothing is called before Wait, Watch or Poll.
func NewWaiter[T any](w WaitSpec[T]) *Waiter[T] {
	waiter := &Waiter[T]{&follower{
		service: w.Service, operation: w.Operation, secret: w.TokenSecret, started: w.Started, clock: w.Clock,
		goneIsSuccess: w.GoneIsSuccess, appearWithin: w.AppearWithin, confirm: w.Confirm, confirmAfter: max(w.ConfirmAfter, 0),
		within: w.Within, minInterval: w.MinInterval, maxInterval: w.MaxInterval, resumed: w.Resumed, renewable: w.Renewable,
		meet: w.Meet, observer: w.Observer, region: w.Region,
	}}
	waiter.follower.setDefaults()
	if token := w.Token; token != "" {
		waiter.follower.token = func() string { return token }
	}
	if w.Read != nil && w.Judge != nil {
		read, judge := w.Read, w.Judge // a closure over w would keep all of it alive
		waiter.follower.read = func(ctx context.Context) (any, error) {
			value, err := read(ctx)
			if value == nil {
				return nil, err // and not a *T that is nil
			}
			return value, err
		}
		waiter.follower.judge = func(value any) Verdict { return judge(value.(*T)) }
	}
	if diagnose := w.Diagnose; diagnose != nil {
		waiter.follower.diagnose = func(ctx context.Context, last any) (*Diagnosis, error) {
			value, _ := last.(*T)
			return diagnose(ctx, value)
		}
	}
	return waiter
}

// Token returns the string from which the service's Resume method restores the waiter, in this
// process or another. It is empty for Until waiters; call their Until method again instead.
func (w *Waiter[T]) Token() string { return (*waiter)(w).token() }

// Wait polls until the change is live and returns the last response, which is nil for a resource
// that is gone as intended. When the change fails, the maximum time passes or ctx ends, the error is
// a *WaitError.
func (w *Waiter[T]) Wait(ctx context.Context, opts ...WaitOption) (*T, error) {
	value, err := (*waiter)(w).wait(ctx, opts)
	v, _ := value.(*T)
	return v, err
}

// Watch yields every observation and pauses between them. The one that ends the wait is the last;
// its error is nil when the change is live and a *WaitError otherwise.
func (w *Waiter[T]) Watch(ctx context.Context, opts ...WaitOption) iter.Seq2[Progress[T], error] {
	return func(yield func(Progress[T], error) bool) {
		(*waiter)(w).watch(ctx, opts, func(l Observation, value any, err error) bool {
			v, _ := value.(*T)
			return yield(Progress[T]{l, v}, err)
		})
	}
}

// Poll polls once. While the change is pending the error is nil and Progress.Next says when to poll
// again. Once the wait has ended, Poll returns its end again without another call; a wait that only
// timed out polls again.
func (w *Waiter[T]) Poll(ctx context.Context, opts ...WaitOption) (Progress[T], error) {
	l, value, err := (*waiter)(w).poll(ctx, opts)
	v, _ := value.(*T)
	return Progress[T]{l, v}, err
}

// PollAny is Poll without the response, for programs with waiters of many types; see [AnyWaiter].
func (w *Waiter[T]) PollAny(ctx context.Context, opts ...WaitOption) (Observation, error) {
	return (*waiter)(w).pollAny(ctx, opts)
}

// WaitAny is Wait, for programs with waiters of many types; see [AnyWaiter]. The value is a *T, or nil.
func (w *Waiter[T]) WaitAny(ctx context.Context, opts ...WaitOption) (any, error) {
	return (*waiter)(w).wait(ctx, opts)
}

// untyped is how a Fleet gets at what waiters of all types have in common.
func (w *Waiter[T]) untyped() *follower { return (*waiter)(w).untyped() }
