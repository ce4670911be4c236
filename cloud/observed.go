package cloud

import (
	"context"
	"errors"
	"time"
)

// observed starts the change by calling start, which an observer sees.
func (s *starter) observed(ctx context.Context, start func(context.Context) error) error {
	observer := Observers(s.observer, ObserverFrom(ctx))
	if observer == nil {
		return start(ctx)
	}
	began := time.Now()
	under, end := observer.OnStart(ctx, changeInfo(s.token(), s.service, s.operation, ""))
	err := start(orElse(under, ctx))
	if end != nil {
		end(StartResult{
			ChangeInfo: changeInfo(s.token(), s.service, s.operation, ""),
			Outcome:    startOutcome(err), Elapsed: time.Since(began), Err: err,
		})
	}
	return err
}

// startOutcome is what an error of a start says about it.
func startOutcome(err error) StartOutcome {
	if err == nil {
		return StartBegun
	}
	if e, ok := errors.AsType[*StartError](err); ok {
		if e.Status == NotBegun {
			return StartNotSent
		}
		return StartUncertain
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case ok && e.MaybeExecuted:
		return StartUncertain
	case ok && e.StatusCode != 0:
		return StartRefused
	}
	return StartNotSent
}

// changeInfo is what a token says, or what is known without one.
func changeInfo(token, service, operation, region string) ChangeInfo {
	info, err := PeekToken(token)
	if err != nil {
		info = TokenInfo{Service: service, Operation: operation, Region: region}
	}
	return ChangeInfo{TokenInfo: info}
}

// orElse is the context that an observer returned, or ctx if that is nil.
func orElse(under, ctx context.Context) context.Context {
	if under == nil {
		return ctx
	}
	return under
}

// A watched is one wait that an observer sees. It does nothing if there is none.
type watched struct {
	end     func(WaitResult) // nil if nobody wants to know
	info    ChangeInfo
	began   time.Time
	earlier int // polls of the waiter before this wait
	last    Observation
	err     error
}

// observe begins a wait, unless it has ended before.
func (f *follower) observe(ctx context.Context) (context.Context, watched) {
	observer := Observers(f.observer, ObserverFrom(ctx))
	if observer == nil || f.read == nil {
		return ctx, watched{}
	}
	last, _, _ := f.latest()
	if last.Done() {
		return ctx, watched{}
	}
	w := watched{
		info: changeInfo(f.tokenNow(), f.service, f.operation, f.region), began: time.Now(), earlier: last.Attempt, last: last,
	}
	w.info.Resumed = f.resumed
	under, end := observer.OnWait(ctx, w.info)
	w.end = end
	return orElse(under, ctx), w
}

// see records what a poll found.
func (w *watched) see(l Observation, err error) { w.last, w.err = l, err }

// finish ends the wait.
func (w *watched) finish() {
	if w.end == nil {
		return
	}
	end := w.end
	w.end = nil
	end(WaitResult{
		ChangeInfo: w.info, Outcome: w.last.Outcome, State: w.last.State, Reason: w.last.Reason, Superseded: w.last.Superseded,
		Polls: w.last.Attempt - w.earlier, Waited: time.Since(w.began), Elapsed: w.last.Elapsed, Err: w.err,
	})
}
