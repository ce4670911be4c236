package wait

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// delayedWithin is how long a repeated request may be delayed on the way.
const delayedWithin = 2 * time.Minute

// A preparation is when a change was prepared, by the clock of the service, and what follows from that.
type preparation struct {
	Prepared time.Time `json:"prepared,omitzero"`
	// Unsure is how far off these times may be, because the clock of the service was not known.
	Unsure time.Duration `json:"unsure,omitzero"`
	// Timeout is that of the last attempt; 0 is unlimited.
	Timeout time.Duration `json:"timeout,omitzero"`
	// Within is how long after its preparation the change may be sent.
	Within time.Duration `json:"within,omitzero"`
	// Own says that the idempotency token of the request is the caller's.
	Own bool `json:"own,omitzero"`
}

func (p preparation) check() error {
	if p.Prepared.IsZero() || p.Unsure < 0 || p.Unsure > time.Hour || p.Timeout < 0 || p.Within <= 0 || p.Within > time.Hour {
		return errors.New("is damaged: it does not say when it was prepared")
	}
	return nil
}

// A starter starts one change at most once.
//
// The process that prepared a change may send it until its deadline. Every other start finds out first whether the
// change has begun: by sending it again while the service still recognizes the request, and otherwise by looking at
// what the service shows when nothing that was sent can take effect any more.
type starter struct {
	subject

	*start                    // nil once the change has begun
	payload string            // of the token
	status  cloud.StartStatus // Uncertain until it is known
	secret  bool              // the token of the begun change may hold secrets

	// For the waiter of a change that has begun.
	resumed   bool
	startedAt time.Time
	confirm   func(context.Context) error // compares the account of the token, if that was not known before
}

// A start is what is to be known of a change until it has begun.
type start struct {
	preparation
	identity
	deadline time.Time // for sending, by the host's clock; zero unless this process prepared the change
	unsent   bool      // this process prepared the change, and certainly has not sent it
}

func newStarter(c any, api *transport.Client, op *transport.Operation, h *hooks) *starter {
	return &starter{subject: subject{api: api, op: op, hooks: h, c: c}}
}

// Token returns the token of the change. Once the change has begun, it may be called at any time.
func (t *starter) Token() string {
	return tokenText(t.api.Origin().Service, t.op.Name, t.payload)
}

// clock is that of the service for a change that was resumed; nil for others, whose times are by the host's clock. The
// client may not know the clock of the service before the first poll.
func (t *starter) clock() func() time.Time {
	if !t.resumed {
		return nil
	}
	api := t.api
	return func() time.Time { return serviceTime(api, time.Now()) }
}

// prepare prepares the change, or prepares it anew.
func (t *starter) prepare(ctx context.Context) error {
	own := transport.HasToken(t.r)
	if err := t.subject.prepare(ctx, own); err != nil {
		return complete(err, t.api, t.op)
	}
	if t.hooks.before != nil {
		if err := checkPrepared(t.s); err != nil {
			why := "unexpected response before the change: it " + err.Error()
			return complete(&cloud.Error{Kind: cloud.ErrTransport, Message: why}, t.api, t.op)
		}
	}
	now, known := t.api.Now()
	within, _ := t.api.StartTimes()
	if t.start == nil {
		t.start = new(start)
	}
	t.preparation = preparation{Prepared: now, Timeout: t.api.Timeout(), Within: within, Own: own}
	if !known {
		t.Unsure = t.api.SignatureLife()
	}
	t.deadline, t.unsent, t.status, t.startedAt = time.Now().Add(within), true, cloud.Uncertain, time.Time{}
	t.resumed = false // it is this process's own from now on
	if t.ID == "" {
		t.ID = transport.NewUUID()
	}
	t.Traceparent = t.span(ctx)
	if t.subject.isDone() {
		return t.begun()
	}
	return t.write(time.Time{}, t.r)
}

// span is that of ctx, if an observer knows it.
func (t *starter) span(ctx context.Context) string {
	return cloud.Traceparent(ctx, cloud.Observers(t.api.Observer(), cloud.ObserverFrom(ctx)))
}

// write makes the token. started is by the clock of the service.
func (t *starter) write(started time.Time, request any) error {
	origin, state := t.api.Origin(), t.s
	head := tokenHead{
		Region: origin.Region, Account: origin.Account, Site: origin.Site, Resource: resourceOf(state),
		Started: started, preparation: t.preparation, identity: t.identity,
	}
	payload, err := head.encode(state, request)
	if err != nil {
		return complete(&cloud.Error{Kind: cloud.ErrInvalid, Message: "the change does not fit in a token", Err: err}, t.api, t.op)
	}
	t.payload, t.secret = payload, request != nil || holdsSecrets(state)
	return nil
}

// begun records that the change has begun.
func (t *starter) begun() error {
	if err := check(t.s); err != nil {
		return t.notKnown(Unexpected("", "what it starts "+err.Error()), 0)
	}
	started := t.Prepared
	if !t.resumed {
		if t.startedAt.IsZero() {
			t.startedAt = time.Now() // the times of the wait count from the response
		}
		started = serviceTime(t.api, t.startedAt)
	}
	if err := t.write(started, nil); err != nil {
		return t.notKnown(err, 0)
	}
	t.status, t.start = cloud.Begun, nil
	return nil
}

// resume restores the change of a token.
func (t *starter) resume(text string) error {
	t.s = newOf(t.hooks.state)
	request := newOf(t.hooks.request)
	read, err := decodeToken(text, t.api, t.op, t.s, request)
	if err != nil {
		return err
	}
	origin := transport.Origin{Service: read.service, Region: read.Region, Account: read.Account, Site: read.Site}
	sure, err := t.api.CheckOrigin(transport.AtOnce, t.op, origin)
	if err != nil {
		return err
	}
	pending := read.Started.IsZero()
	if pending {
		t.r = request
	}
	if err := t.checkRead(pending); err != nil {
		return err
	}
	if !sure {
		t.confirm = t.checkOrigin(origin)
	}
	t.payload, t.resumed = read.payload, true
	t.secret = pending || holdsSecrets(t.s)
	t.startedAt = read.Started
	if pending {
		t.start, t.startedAt = &start{preparation: read.preparation, identity: read.identity}, read.Prepared
		return nil
	}
	t.status = cloud.Begun
	return nil
}

// checkRead checks the state and the request that a token holds.
func (t *starter) checkRead(pending bool) (err error) {
	_, own := t.s.(interface{ CheckPrepared() error })
	kept := own || t.hooks.before != nil // the state says more than the request
	switch {
	case !pending:
		err = check(t.s)
	case kept:
		err = checkPrepared(t.s)
	}
	switch {
	case err != nil:
		return refusedToken(t.api.Origin().Service, t.op.Name, err)
	case !pending:
		return nil
	case kept:
		return t.subject.validate()
	}
	return complete(t.subject.rebuild(), t.api, t.op)
}

// checkOrigin returns a function that compares the account of the token with that of the client once it is known.
func (t *starter) checkOrigin(origin transport.Origin) func(context.Context) error {
	var confirmed atomic.Bool // polls and a diagnosis may run at once
	return func(ctx context.Context) error {
		if confirmed.Load() {
			return nil
		}
		known, err := t.api.CheckOrigin(ctx, t.op, origin)
		confirmed.Store(known && err == nil)
		return err
	}
}

// Start starts the change at most once.
func (t *starter) Start(ctx context.Context) error {
	if err := t.confirmed(ctx); err != nil {
		return err
	}
	if t.status == cloud.Begun {
		return nil
	}
	if span := t.span(ctx); span != "" {
		t.Traceparent = span
	}
	switch {
	case t.unsent && time.Now().Before(t.deadline):
		return t.sendFirst(ctx)
	}
	return t.findOut(ctx)
}

func (t *starter) confirmed(ctx context.Context) error { return confirmed(ctx, t.confirm) }

// sendFirst sends the change for the first time.
func (t *starter) sendFirst(ctx context.Context) error {
	err := t.subject.send(ctx, t.deadline, false)
	switch {
	case err == nil:
		return t.begun()
	case isMaybeExecuted(err):
		t.unsent, t.startedAt = false, time.Now()
		return t.notKnown(err, t.untilKnown())
	}
	return complete(err, t.api, t.op)
}

// Began finds out whether the change has begun, without waiting.
func (t *starter) Began(ctx context.Context) (cloud.StartStatus, error) {
	if err := t.confirmed(ctx); err != nil {
		return cloud.Uncertain, err
	}
	if t.status != cloud.Uncertain {
		return t.status, nil
	}
	if t.unsent && t.hooks.life == 0 {
		return cloud.NotBegun, nil
	}
	_, err := t.look(ctx)
	return t.status, err
}

// look looks once, and records what that shows for certain. The result is how long it takes at least until another
// look can show more.
func (t *starter) look(ctx context.Context) (next time.Duration, err error) {
	t.correctClock()
	next = t.untilOver() // before the look: it counts only if nothing can take effect after it
	status, err := t.subject.look(ctx, t.Prepared.Add(-t.Unsure))
	switch {
	case err != nil:
		return next, complete(err, t.api, t.op)
	case status == cloud.Begun:
		return 0, t.begun()
	case status == cloud.NotBegun && next == 0:
		t.status = cloud.NotBegun
	}
	return next, nil
}

// correctClock corrects the time of the preparation once the clock of the service is known, if this process made it: its
// own clock says how long ago that was.
func (t *starter) correctClock() {
	if _, known := t.api.Now(); known && t.Unsure > 0 && !t.deadline.IsZero() {
		t.Prepared, t.Unsure = serviceTime(t.api, t.deadline.Add(-t.Within)), 0
	}
}

// The pauses between two looks while a request may still take effect.
const (
	firstPause = 5 * time.Second
	lastPause  = time.Minute
)

// findOut returns nil once the change has begun. It waits until that is known, unless ctx ends before.
func (t *starter) findOut(ctx context.Context) error {
	if _, known := t.api.Now(); !known {
		_, _ = t.look(ctx) // which also tells the clock of the service
	}
	for wait := firstPause; t.status == cloud.Uncertain; wait = min(2*wait, lastPause) {
		err := t.sendAgain(ctx)
		if t.status == cloud.Begun {
			return nil
		}
		next, lookErr := t.look(ctx)
		switch {
		case t.status == cloud.Begun:
			return nil
		case t.status == cloud.NotBegun:
			continue
		case next == 0 && lookErr == nil:
			return t.notKnown(err, 0) // the service does not show it
		case next == 0:
			return t.notKnown(lookErr, lastPause)
		case refusedForGood(err):
			return t.notKnown(firstOf(lookErr, err), min(next, lastPause))
		case endsBefore(ctx, next):
			return t.notKnown(firstOf(lookErr, err), next)
		}
		if pause(ctx, min(wait, next)) != nil {
			return t.notKnown(interrupted(ctx, firstOf(lookErr, err)), next)
		}
	}
	if t.status == cloud.Begun {
		return nil
	}
	return t.startError(cloud.NotBegun, nil, 0)
}

// refusedForGood reports whether the service refused a repeated request, so that repeating it once more says nothing.
func refusedForGood(err error) bool {
	switch cloud.KindOf(err) {
	case "", cloud.ErrThrottled, cloud.ErrUnavailable, cloud.ErrInternal, cloud.ErrTransport:
		return false
	}
	return true
}

// sendAgain sends a request that may have been sent before, if the service still recognizes it.
func (t *starter) sendAgain(ctx context.Context) error {
	left := t.untilForgotten()
	if left <= 0 {
		return nil
	}
	err := t.subject.send(ctx, time.Now().Add(left), true)
	if err != nil {
		return complete(err, t.api, t.op)
	}
	t.startedAt, t.resumed = time.Time{}, false // this request may be the one that started it
	return t.begun()
}

// Renew prepares a change anew that has not begun.
func (t *starter) Renew(ctx context.Context) error {
	status, err := t.Began(ctx)
	if err != nil {
		return err
	}
	if status != cloud.NotBegun {
		return t.startError(status, errors.New("only a change that has not begun can be renewed"), t.untilOver())
	}
	return t.prepareAnew(ctx)
}

// Adopt prepares a change anew that nobody has sent, as the caller knows.
func (t *starter) Adopt(ctx context.Context) error {
	if err := t.confirmed(ctx); err != nil {
		return err
	}
	if t.deadline.IsZero() || t.unsent {
		return t.prepareAnew(ctx)
	}
	return t.startError(t.status, errors.New("this process has sent the change, which cannot be adopted"), t.untilOver())
}

func (t *starter) prepareAnew(ctx context.Context) error {
	if !t.Own {
		transport.ClearToken(t.r)
	}
	return t.prepare(ctx)
}

// Diff returns what the change replaces.
func (t *starter) Diff() []cloud.Difference {
	if t.status == cloud.Begun && t.resumed {
		return nil
	}
	return t.subject.diff()
}

// Undo prepares the change back.
func (t *starter) Undo(ctx context.Context) (cloud.AnyChange, error) {
	if err := t.confirmed(ctx); err != nil {
		return nil, err
	}
	if t.hooks.undo != nil {
		back, err := t.hooks.undo(t.c, ctx, t.s)
		return back, complete(err, t.api, t.op)
	}
	if t.hooks.restore != nil {
		if r := t.hooks.restore(t.s); !reflect.ValueOf(r).IsNil() {
			back := newStarter(t.c, t.api, t.op, t.hooks)
			back.r = r
			if err := back.prepare(orBackground(ctx)); err != nil {
				return nil, err
			}
			return t.hooks.public(back), nil
		}
	}
	return nil, unsupported(t.api, t.op, "there is no way back from this change")
}

// Cancel asks the service to stop the change.
func (t *starter) Cancel(ctx context.Context) error {
	if err := t.confirmed(ctx); err != nil {
		return err
	}
	return complete(t.hooks.cancel(t.c, ctx, t.s), t.api, t.op)
}

// untilForgotten is how much longer a repeated request may be sent: it has to arrive while the service remembers the
// first one, which it may have received as soon as the change was prepared.
func (t *starter) untilForgotten() time.Duration {
	if t.hooks.life == 0 {
		return 0
	}
	now, known := t.api.Now()
	if !known {
		now = now.Add(t.api.SignatureLife()) // as late as it may be
	}
	return t.Prepared.Add(t.hooks.life - delayedWithin - t.Unsure).Sub(now)
}

// untilOver is how much longer a request that may have been sent can take effect; 0 if none can.
func (t *starter) untilOver() time.Duration {
	_, confirmAfter := t.api.StartTimes()
	// No attempt begins after last, and the service refuses what arrives when its signature has expired.
	last, inFlight := t.Prepared.Add(max(t.Within, t.hooks.life-delayedWithin)), t.api.SignatureLife()
	if t.Timeout > 0 && t.api.StartWindow() != cloud.Strict {
		inFlight = min(inFlight, t.Timeout)
	}
	return max(t.left(last.Add(t.Unsure+inFlight+confirmAfter)), 0)
}

// untilKnown is when another start can say more at the earliest: at once while the service recognizes the request.
func (t *starter) untilKnown() time.Duration {
	if t.untilForgotten() > 0 {
		return firstPause
	}
	return t.untilOver()
}

// left is how long it is until a time by the clock of the service. If that clock is not known, it is assumed to be as
// far behind as the service tolerates.
func (t *starter) left(until time.Time) time.Duration {
	now, known := t.api.Now()
	if !known {
		now = now.Add(-t.api.SignatureLife())
	}
	return until.Sub(now)
}

func (t *starter) notKnown(cause error, next time.Duration) error {
	return t.startError(cloud.Uncertain, complete(cause, t.api, t.op), next)
}

func (t *starter) startError(status cloud.StartStatus, cause error, next time.Duration) error {
	return &cloud.StartError{
		Service: t.api.Origin().Service, Operation: t.op.Name, Status: status, Token: t.Token(), Next: next, Err: cause,
	}
}

// serviceTime converts a time of the host's clock to that of the service.
func serviceTime(api *transport.Client, at time.Time) time.Time {
	now, _ := api.Now()
	return now.Add(-time.Since(at))
}

// endsBefore reports whether the deadline of ctx is within d.
func endsBefore(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < d
}

// interrupted is the error of a start whose context has ended; before is why it was not known until then, if there is a
// reason.
func interrupted(ctx context.Context, before error) error {
	if before == nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w; before that: %w", context.Cause(ctx), before)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
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
