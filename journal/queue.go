package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// NewEntry returns the entry of a prepared change that another process will start, with [Advance] or [Run]: to be stored,
// and only then to be announced. Nobody may call Start of ch afterward. The process that starts the change prepares it anew
// with what is there then.
func NewEntry(key string, ch cloud.AnyChange, opts ...Option) (Entry, error) {
	r, err := newRunner(nil, key, func(string) (cloud.AnyChange, error) { return ch, nil }, opts)
	if err != nil {
		return Entry{}, err
	}
	if _, err := change(ch, nil); err != nil {
		return Entry{}, err
	}
	if err := r.check(ch); err != nil {
		return Entry{}, err
	}
	step := r.step(EventQueued, ch, observe(), nil)
	step.Replaces = ch.Diff()
	return Entry{Key: key, Token: cloud.NewSecret(ch.Token()), Steps: Steps{step}}, nil
}

// isQueued reports whether nobody has started the change.
func (e Entry) isQueued() bool {
	return !e.Token.IsZero() && len(e.Steps) > 0 && e.Steps[len(e.Steps)-1].What == EventQueued
}

// wasQueued reports whether NewEntry made the entry, so that no process but the one that started it can prepare it.
func (e Entry) wasQueued() bool { return len(e.Steps) > 0 && e.Steps[0].What == EventQueued }

// Progress is how far one call of Advance has come.
type Progress struct {
	End *End // how the change ended; nil while it has not
	// Next is when to call Advance again; 0 when the change has ended.
	Next time.Duration
	// Status says whether the change has begun: Begun or Uncertain.
	Status   cloud.StartStatus
	Observed cloud.Observation // what the poll found, of a change that has begun
	Err      error             // why it is not known whether the change has begun; a *cloud.StartError
}

// Advance is one round of [Run], for programs that hold nothing while a change is pending, such as workers of a queue: it
// starts the change of a key unless it has begun, polls it once, and returns. Called again when Progress.Next has passed,
// in any process, it continues, until Progress.End says how the change ended. A change that failed is an End, not an error.
//
// The change must be recorded, by [NewEntry] or a call of Run; otherwise the error is an ErrNotFound. All errors are those
// of Run, for a change that has not ended. ctx limits the round: with a deadline, Advance does not wait beyond it to find
// out whether a change has begun, but returns when to look again.
//
// A waiter remembers its polls: an end that has to be confirmed ends the change at once if the same process has seen it
// before, and minutes later otherwise. So resume may return the same change again for the same token; see [Run].
func Advance[C cloud.AnyChange](
	ctx context.Context, j Journal, key string, resume func(token string) (C, error), opts ...Option,
) (Progress, error) {
	r, err := newRunner(j, key, resume, opts)
	if err != nil {
		return Progress{}, err
	}
	var p Progress
	err = r.persist(ctx, func(ctx context.Context) (err error) {
		p, err = r.round(ctx)
		return err
	})
	return p, err
}

// Cancel cancels the change of a key. A change that nobody has started has ended then, as canceled; of one that has begun it
// asks the service, which may refuse, as with cloud.ErrUnsupported. What the service said is recorded, and the end of the
// change is what Advance and Run find. The error is a *cloud.StartError while it is not known whether the change has
// begun: call Cancel again after its Next, or after a minute if that is 0. A change that has ended stays as it is.
func Cancel[C cloud.AnyChange](
	ctx context.Context, j Journal, key string, resume func(token string) (C, error), opts ...Option,
) error {
	r, err := newRunner(j, key, resume, opts)
	if err != nil {
		return err
	}
	return r.persist(ctx, r.cancel)
}

func (r *runner) cancel(ctx context.Context) error {
	switch {
	case r.entry.End != nil:
		return nil
	case r.entry.isQueued():
		_, err := r.withdraw(ctx, r.entry, cloud.Canceled, "canceled before it was started")
		return err
	case r.entry.Token.IsZero():
		_, err := r.prepare(ctx)
		return err
	}
	var err error
	if r.change, err = r.resume(r.entry.Token.Reveal()); err != nil {
		return err
	}
	o := observe()
	status, err := r.change.Began(o.context(ctx))
	switch {
	case err != nil:
		return err
	case status == cloud.NotBegun:
		_, err := r.withdraw(ctx, r.entry, cloud.Canceled, "canceled before it was started")
		return err
	}
	err = r.change.Cancel(o.context(ctx))
	if _, isStart := errors.AsType[*cloud.StartError](err); isStart {
		return err
	}
	if recordErr := r.record(ctx, r.entry.with(r.step(EventCancel, r.change, o, err))); recordErr != nil {
		return recordErr
	}
	return err
}

// adopt prepares a change anew that nobody has started.
func (r *runner) adopt(ctx context.Context) error {
	ch, err := r.resume(r.entry.Token.Reveal())
	if err != nil {
		return err
	}
	o := observe()
	err = ch.Adopt(o.context(ctx))
	if err == nil {
		err = r.check(ch)
	}
	if err == nil {
		return r.prepared(ctx, ch, r.step(EventPrepared, ch, o, nil))
	}
	if ctx.Err() != nil {
		return err
	}
	refused := r.entry.with(r.step(EventRefused, ch, o, err))
	if r.isEnough(refused) {
		if _, err := r.withdraw(ctx, refused, cloud.Failed, err.Error()); err != nil {
			return err
		}
		return errAgain // to return the end
	}
	if err := r.record(ctx, refused.with(r.step(EventQueued, ch, observe(), nil))); err != nil {
		return err
	}
	return err
}

// recheck is when to find out again whether a change that is to be given up has begun.
const recheck = time.Minute

// giveUp ends a change that was refused often enough, unless it has begun after all.
func (r *runner) giveUp(ctx context.Context) (Progress, error) {
	o := observe()
	status, err := r.change.Began(o.context(ctx))
	switch {
	case err != nil:
		return Progress{}, err
	case status == cloud.Begun:
		return Progress{}, r.started(ctx, o)
	case status == cloud.Uncertain:
		return Progress{Status: status, Next: recheck, Err: &cloud.StartError{
			Status: status, Next: recheck, Err: errors.New("it was refused, and an earlier request may still take effect"),
		}}, nil
	}
	return r.withdraw(ctx, r.entry, cloud.Failed, r.lastRefusal())
}

// withdraw ends a change that has not begun and never will.
func (r *runner) withdraw(ctx context.Context, next Entry, outcome cloud.Outcome, reason string) (Progress, error) {
	info, _ := cloud.PeekToken(r.entry.Token.Reveal())
	now := time.Now().UTC().Round(0)
	reason = cloud.OneLine(reason, maxError)
	next = next.with(Step{
		At: now, By: r.by, What: EventEnded, Service: info.Service, Operation: info.Operation, Region: info.Region,
		Account: info.Account, Resource: info.Resource, Outcome: outcome, Reason: reason,
	})
	next.Token = cloud.Secret{} // it holds the request
	next.End = &End{Service: info.Service, Operation: info.Operation, Outcome: outcome, Reason: reason, Started: now, Ended: now}
	if err := r.record(ctx, next); err != nil {
		return Progress{}, err
	}
	return Progress{Status: cloud.NotBegun, End: next.End}, nil
}

// isRefused reports whether the recorded change was refused often enough, and nothing has been started since.
func (r *runner) isRefused() bool {
	return r.isEnough(r.entry) && !slices.ContainsFunc(r.entry.Steps, func(s Step) bool { return s.What == EventStarted })
}

// isEnough reports whether the starts of an entry were refused often enough.
func (r *runner) isEnough(e Entry) bool {
	if r.refusal <= 0 {
		return false
	}
	count := 0
	for _, s := range e.Steps {
		if s.What != EventRefused {
			continue
		}
		switch s.Kind {
		case cloud.ErrInvalid, cloud.ErrUnsupported, cloud.ErrNotFound:
			return true
		case cloud.ErrThrottled, cloud.ErrUnavailable, cloud.ErrTransport, cloud.ErrInternal, "": // without a kind it was not sent
		default:
			count++
		}
	}
	return count >= r.refusal
}

func (r *runner) lastRefusal() string {
	for _, s := range slices.Backward(r.entry.Steps) {
		if s.What == EventRefused {
			return s.Error
		}
	}
	return fmt.Sprintf("refused %d times", r.refusal)
}
