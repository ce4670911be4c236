package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Run carries out one change exactly once, whatever crashes: called again after any crash, from any process, it goes
// on where the last call was, and when the change has ended it returns the recorded end. The key names the change in the journal;
// another change needs another key. prepare and resume are methods of a client, such as PrepareStopJob, with its request,
// and ResumeStopJob; Resume of a client, or a function that calls cloud.Resume, will do as well.
//
// The error is nil if the change is live. A change that failed, was canceled or superseded is an End with its Err, from
// this call and all later ones. With every other error the change has not ended, and Run may be called again:
//
//   - the error of a call that changed nothing, such as one that the service refused; the next Run tries again
//   - a *cloud.StartError, if it is not known whether the change has begun: nothing is sent, and the next Run looks again
//   - a *cloud.WaitError with the outcome Pending, if ctx or the maximum time of the wait ended
//   - an error of the journal
//
// Several processes may run the same key at once. One of them starts the change, all wait for it, and all return the
// same end.
func Run[C cloud.AnyChange](
	ctx context.Context, j Journal, key string,
	prepare func(context.Context) (C, error), resume func(token string) (C, error), opts ...Option,
) (End, error) {
	r, err := newRunner(j, key, resume, opts)
	if err != nil {
		return End{}, err
	}
	r.prepare = func(ctx context.Context) (cloud.AnyChange, error) { return change(prepare(ctx)) }
	var end End
	err = r.persist(ctx, func(ctx context.Context) (err error) {
		end, err = r.toEnd(ctx)
		return err
	})
	return end, err
}

func newRunner[C cloud.AnyChange](j Journal, key string, resume func(token string) (C, error), opts []Option) (*runner, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	r := &runner{
		journal: j, key: key,
		prepare: func(context.Context) (cloud.AnyChange, error) {
			message := fmt.Sprintf("no change is recorded: key %.60q", key)
			return nil, &cloud.Error{Service: "journal", Kind: cloud.ErrNotFound, Message: message}
		},
		resume: func(token string) (cloud.AnyChange, error) { return change(resume(token)) },
		check:  func(cloud.AnyChange) error { return nil },
		onStep: func(Step) {},
		onPoll: func(cloud.Observation) {},
	}
	for _, opt := range opts {
		opt(r)
	}
	if r.by == "" {
		host, _ := os.Hostname()
		r.by = fmt.Sprintf("%s/%d", host, os.Getpid())
	}
	return r, nil
}

// orBackground is ctx, or context.Background for a nil one, as the calls of a client take it.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// change checks the result of prepare or resume.
func change[C cloud.AnyChange](ch C, err error) (cloud.AnyChange, error) {
	if err != nil {
		return nil, err
	}
	if v := reflect.ValueOf(ch); !v.IsValid() || v.IsNil() || ch.Token() == "" {
		return nil, &cloud.ValidationError{Service: "journal", Problems: []cloud.Problem{{
			Field: "prepare", Rule: "and resume must return a change or an error",
		}}}
	}
	return ch, nil
}

// A runner is one call of Run.
type runner struct {
	journal Journal
	key, by string
	prepare func(context.Context) (cloud.AnyChange, error)
	resume  func(token string) (cloud.AnyChange, error)
	check   func(cloud.AnyChange) error
	onStep  func(Step)
	onPoll  func(cloud.Observation)
	refusal int // how many refused starts are enough; 0 is no limit

	entry  Entry           // as it is recorded
	change cloud.AnyChange // that of the entry's token; nil until it is known
	polls  *observer       // of the change; nil before the first poll
	// failure is the error of the waiter that saw how the change ended, which says more than what is recorded.
	failure error
}

// errAgain is a change of the entry by somebody else: to begin again with what is recorded now.
var errAgain = errors.New("again")

// maxConflicts is how often in a row the entry may be changed by others. Everybody changes it a few times.
const maxConflicts = 100

// persist calls attempt with what is recorded, until nobody else changes the entry meanwhile.
func (r *runner) persist(ctx context.Context, attempt func(context.Context) error) error {
	ctx = orBackground(ctx)
	for range maxConflicts {
		err := r.load(ctx)
		if err == nil {
			err = attempt(ctx)
		}
		if err != errAgain { //nolint:errorlint // it is never wrapped
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return fmt.Errorf("%w, %d times in a row: key %q", ErrChanged, maxConflicts, r.key)
}

// load reads what is recorded.
func (r *runner) load(ctx context.Context) error {
	entry, err := r.journal.Load(ctx, r.key)
	if err != nil {
		return fmt.Errorf("journal: load %q: %w", r.key, err)
	}
	if entry.Token.Reveal() != r.entry.Token.Reveal() { // somebody else has started, renewed or given up the change
		r.change = nil
	}
	r.entry = entry
	r.entry.Key = r.key
	return nil
}

// toEnd continues with what is recorded until the change has ended.
func (r *runner) toEnd(ctx context.Context) (End, error) {
	for wait := firstPause; ; wait = min(2*wait, lastPause) {
		p, err := r.round(ctx)
		switch {
		case err != nil:
			return End{}, err
		case p.End != nil:
			return *p.End, r.endError()
		case p.Status == cloud.Begun:
			if pause(ctx, p.Next) != nil {
				_, err := r.change.WaitAny(ctx) // says how far it has come
				return End{}, err
			}
		case pause(ctx, min(wait, p.Next)) != nil:
			return End{}, fmt.Errorf("%w; %w", p.Err, context.Cause(ctx))
		}
	}
}

// endError is the error of the change that has ended.
func (r *runner) endError() error {
	if r.failure != nil {
		return r.failure
	}
	return r.entry.End.Err()
}

// round starts the change unless it has begun, and polls once if it has.
func (r *runner) round(ctx context.Context) (Progress, error) {
	if r.entry.End != nil {
		return Progress{End: r.entry.End}, nil
	}
	if err := r.open(ctx); err != nil {
		return Progress{}, err
	}
	if p, err := r.start(ctx); err != nil || p.Next > 0 || p.End != nil {
		return p, err
	}
	return r.poll(ctx)
}

// open prepares the change, or restores the recorded one.
func (r *runner) open(ctx context.Context) (err error) {
	switch {
	case r.change != nil:
		return nil
	case r.entry.isQueued():
		return r.adopt(ctx)
	case !r.entry.Token.IsZero():
		r.change, err = r.resume(r.entry.Token.Reveal())
		return err
	}
	o := observe()
	ch, err := r.prepare(o.context(ctx))
	if err == nil {
		err = r.check(ch)
	}
	if err != nil {
		return err
	}
	return r.prepared(ctx, ch, r.step(EventPrepared, ch, o, nil))
}

// prepared records a change that may be started from now on. One that could not be recorded must not be.
func (r *runner) prepared(ctx context.Context, ch cloud.AnyChange, steps ...Step) error {
	r.change = nil
	steps[len(steps)-1].Replaces = ch.Diff()
	next := r.entry.with(steps...)
	next.Token = cloud.NewSecret(ch.Token())
	if err := r.record(ctx, next); err != nil {
		return err
	}
	r.change = ch
	return nil
}

// The pauses between two calls of Start that could not know yet whether the change has begun.
const (
	firstPause = 5 * time.Second
	lastPause  = time.Minute
)

// start returns the zero Progress once the change has begun and that is recorded.
func (r *runner) start(ctx context.Context) (Progress, error) {
	if r.isRefused() {
		return r.giveUp(ctx)
	}
	for {
		o := observe()
		err := r.change.Start(o.context(ctx))
		failed, isStart := errors.AsType[*cloud.StartError](err)
		switch {
		case err == nil:
			return Progress{}, r.started(ctx, o)
		case !isStart:
			return r.refused(ctx, o, err)
		case failed.Status == cloud.NotBegun:
			if err := r.renew(ctx, o, err); err != nil {
				return Progress{}, err
			}
			continue
		}
		if err := r.record(ctx, r.entry.with(r.step(EventUncertain, r.change, o, err))); err != nil {
			return Progress{}, err
		}
		if failed.Next <= 0 {
			return Progress{}, err
		}
		// It may be known earlier: a process that does not know the clock of the service yet expects the worst.
		return Progress{Status: cloud.Uncertain, Next: min(failed.Next, lastPause), Err: err}, nil
	}
}

// started records that the change has begun, unless that is recorded.
func (r *runner) started(ctx context.Context, o *observer) error {
	token := r.change.Token()
	if token == r.entry.Token.Reveal() {
		return nil
	}
	next := r.entry.with(r.step(EventStarted, r.change, o, nil))
	next.Token = cloud.NewSecret(token)
	return r.record(ctx, next)
}

// refused records that the change was not started. If nobody else can start it either, the next call prepares it anew at
// once, or it has ended if it was refused often enough. The error is cause until then.
func (r *runner) refused(ctx context.Context, o *observer, cause error) (Progress, error) {
	ch := r.change
	next := r.entry.with(r.step(EventRefused, ch, o, cause))
	void := r.isVoid(ctx)
	r.change = nil
	switch {
	case void && r.isEnough(next):
		return r.withdraw(ctx, next, cloud.Failed, next.Steps[len(next.Steps)-1].Error)
	case void && r.entry.wasQueued():
		next = next.with(r.step(EventQueued, ch, observe(), nil))
		next.Token = cloud.NewSecret(ch.Token())
	case void:
		next.Token = cloud.Secret{}
	}
	if err := r.record(ctx, next); err != nil {
		return Progress{}, err
	}
	return Progress{}, cause
}

func (r *runner) isVoid(ctx context.Context) bool {
	ctx, cancel := afterward(ctx)
	defer cancel()
	status, err := r.change.Began(ctx)
	return err == nil && status == cloud.NotBegun
}

// renew prepares a change anew that has not begun, as cause says.
func (r *runner) renew(ctx context.Context, o *observer, cause error) error {
	found := r.step(EventNotBegun, r.change, o, cause)
	o = observe()
	err := r.change.Renew(o.context(ctx))
	if err == nil {
		err = r.check(r.change)
	}
	if err != nil {
		refused := r.step(EventRefused, r.change, o, err)
		r.change = nil
		if err := r.record(ctx, r.entry.with(found, refused)); err != nil {
			return err
		}
		return err
	}
	return r.prepared(ctx, r.change, found, r.step(EventRenewed, r.change, o, nil))
}

// poll polls once, and records the end of the change.
func (r *runner) poll(ctx context.Context) (Progress, error) {
	if r.polls == nil {
		r.polls = observe()
	}
	ctx = r.polls.context(ctx)
	last, err := r.change.PollAny(ctx)
	r.onPoll(last)
	if err == nil && !last.Done() {
		return Progress{Status: cloud.Begun, Next: last.Next, Observed: last}, nil
	}
	value, err := r.change.WaitAny(ctx) // what the poll found
	failed, isWait := errors.AsType[*cloud.WaitError](err)
	switch {
	case err == nil:
	case isWait && failed.Outcome != cloud.Pending:
		value = failed.Last
	default:
		return Progress{}, err
	}
	last, _ = r.change.PollAny(ctx) // the same again, without a call
	step := r.step(EventEnded, r.change, r.polls, nil)
	step.Outcome, step.State, step.Reason, step.Superseded, step.Took = last.Outcome, last.State, last.Reason, last.Superseded, last.Elapsed
	end := End{
		Service: step.Service, Operation: step.Operation, Outcome: last.Outcome, State: last.State, Reason: last.Reason,
		Superseded: last.Superseded, Started: step.At.Add(-last.Elapsed), Ended: step.At, Took: last.Elapsed, Value: valueOf(value),
	}
	if isWait {
		end.Service, end.Operation = failed.Service, failed.Operation
	}
	next := r.entry.with(step)
	next.End = &end
	if err := r.record(ctx, next); err != nil {
		return Progress{}, err
	}
	r.failure = err
	return Progress{Status: cloud.Begun, End: &end, Observed: last}, nil
}

// recordWithin is how long it may take to record what has happened.
const recordWithin = 30 * time.Second

// afterward returns a context for what has to be done even if ctx has ended.
func afterward(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), recordWithin)
}

// record stores the next version of the entry.
func (r *runner) record(ctx context.Context, next Entry) error {
	ctx, cancel := afterward(ctx)
	defer cancel()
	err := r.journal.Store(ctx, next)
	switch {
	case errors.Is(err, ErrChanged):
		return errAgain
	case err != nil:
		return fmt.Errorf("journal: store %q: %w", r.key, err)
	}
	next.Version++
	added := next.Steps[len(r.entry.Steps)+r.entry.Dropped-next.Dropped:]
	r.entry = next
	for _, step := range added {
		r.onStep(step)
	}
	return nil
}

func (r *runner) step(what Event, ch cloud.AnyChange, o *observer, err error) Step {
	info, _ := cloud.PeekToken(ch.Token()) // other tokens are of changes of the caller's own
	s := Step{
		At: time.Now().UTC().Round(0), By: r.by, What: what, Service: info.Service, Operation: info.Operation, Region: info.Region,
		Account: info.Account, Resource: info.Resource, RequestIDs: o.ids(), Took: time.Since(o.began),
	}
	if err != nil {
		s.Error, s.Kind = cloud.OneLine(err.Error(), maxError), cloud.KindOf(err)
	}
	return s
}

const (
	maxError = 2 << 10 // of the text of an error, in bytes
	maxIDs   = 10
)

// An observer collects the request IDs of the calls of one step.
type observer struct {
	began time.Time

	mu   sync.Mutex
	list []string
}

func observe() *observer { return &observer{began: time.Now()} }

func (o *observer) context(ctx context.Context) context.Context {
	return cloud.WithObserver(ctx, cloud.CallFunc(func(_ context.Context, call cloud.CallResult) {
		o.mu.Lock()
		defer o.mu.Unlock()
		if call.RequestID != "" {
			o.list = append(o.list, cloud.OneLine(call.RequestID, 100))
		}
		if len(o.list) > maxIDs {
			o.list = slices.Delete(o.list, 0, 1)
		}
	}))
}

func (o *observer) ids() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.list)
}

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
