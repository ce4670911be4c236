package cloud

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
)

// StartStatus says whether a change has begun.
type StartStatus int

const (
	// Uncertain means that the service does not show, or not yet, whether the change has begun.
	Uncertain StartStatus = iota
	// NotBegun means that the change has not begun and never will: nothing that was sent can take effect any more.
	NotBegun
	// Begun means that the change has begun; it may have ended.
	Begun
)

// String returns the status in lower case.
func (s StartStatus) String() string {
	switch s {
	case NotBegun:
		return "not begun"
	case Begun:
		return "begun"
	}
	return "uncertain"
}

// A Difference is one member that a change replaces, as text. Before is empty for a member that was not set, After for
// one that the change takes away. Both read "[redacted]" if the member may hold a secret.
type Difference struct {
	Field  string `json:"field"` // the path of the member, in wire names: "code.s3Key"
	Before string `json:"before,omitzero"`
	After  string `json:"after,omitzero"`
}

// ChangeSpec says how a Change is started, followed and taken back. The service packages fill it in for their changes;
// it is public for changes of your own. Its functions are never called concurrently, but for Token.
type ChangeSpec[T any] struct {
	Service   string
	Operation string

	// Token returns the token of the change as it is now. Once the change has begun it may be called at any time, also
	// by several goroutines.
	Token func() string
	// Start starts the change unless it may have begun, and returns nil once it has begun.
	Start func(ctx context.Context) error
	// Began finds out whether the change has begun. It starts nothing and does not wait.
	Began func(ctx context.Context) (StartStatus, error)
	// Follow returns the waiter of a change that has begun.
	Follow func() *Waiter[T]

	// Renew prepares a change anew that has not begun. It may be nil, like the functions after it.
	Renew func(ctx context.Context) error
	// Adopt prepares a change anew of which the caller knows that nobody has sent it.
	Adopt func(ctx context.Context) error
	// Diff returns what the change replaces.
	Diff func() []Difference
	// Undo prepares the change back.
	Undo func(ctx context.Context) (AnyChange, error)
	// Cancel asks the service to stop the change.
	Cancel func(ctx context.Context) error

	// HasBegun says that the change has begun already, as when it is resumed.
	HasBegun bool

	// Observer sees the starts of the change; its waits have that of their WaitSpec.
	Observer Observer
}

// Change is one change from its preparation to its end. Prepare methods of the service packages return one that has not
// begun, Begin methods one that has, Resume methods one as its token says.
//
// Start sends the request at most once, however often it is called and by however many processes that have the token.
// Wait, Watch and Poll then follow the change as those of a [Waiter] do; before Start has returned nil they refuse to.
// A Change can be used by several goroutines.
type Change[T any] struct{ starter *starter }

// NewChange returns a change as s describes it. Nothing is called before a method of the change is.
func NewChange[T any](s ChangeSpec[T]) *Change[T] {
	st := &starter{
		service: s.Service, operation: s.Operation, token: s.Token, start: s.Start, began: s.Began, renew: s.Renew,
		adopt: s.Adopt, diff: s.Diff, undo: s.Undo, cancel: s.Cancel, observer: s.Observer,
	}
	follow := s.Follow // a closure over s would keep all of it alive
	if s.Token == nil || s.Start == nil || s.Began == nil || follow == nil {
		return &Change[T]{}
	}
	st.follow = func() *follower { return follow().untyped() }
	if s.HasBegun {
		st.followed()
	}
	return &Change[T]{st}
}

// Token returns the string from which Resume restores the change, in this process or another. It is valid as soon as
// the change is prepared. Until the change has begun it holds the request and is as secret as that; afterward it holds
// what was there before the change.
func (ch *Change[T]) Token() string { return (*change)(ch).token() }

// Start starts the change. It sends the request only if this process prepared the change, has not sent it and does so
// within two minutes, or Config.StartWithin; if the service recognizes a repeated request, also later. In all other
// cases it finds out whether the change has begun, which can take some minutes, because a request may still be under way.
//
// It returns nil once the change has begun. A request that was certainly not carried out is the error of the call, and
// Start may be called again. Otherwise the error is a *StartError: the change has not begun, [Change.Renew] prepares
// it anew; or that is not known, Start may be called again after its Next. If ctx ends before Start can know, it
// returns that error at once.
func (ch *Change[T]) Start(ctx context.Context) error { return (*change)(ch).start(ctx) }

// Began reads from the service whether the change has begun. It starts nothing and does not wait, so the status is
// Uncertain while a request that may have been sent can still take effect.
func (ch *Change[T]) Began(ctx context.Context) (StartStatus, error) {
	return (*change)(ch).began(ctx)
}

// Renew prepares a change that has not begun anew, with what is there now and with a new token, to be saved before
// Start is called. If several processes may have the token, save it by compare-and-swap, so that only one of them
// starts the change. A change that has begun, or may have, is refused.
func (ch *Change[T]) Renew(ctx context.Context) error { return (*change)(ch).renew(ctx) }

// Adopt is Renew for a change that was prepared to be started by somebody else, as in a queue, and which nobody has
// started: it does not find out whether the change has begun, which can take some minutes. The caller must know that Start
// was never called, in no process that has the token; otherwise the change may start twice. Only the one that saves the
// new token by compare-and-swap may call Start then.
func (ch *Change[T]) Adopt(ctx context.Context) error { return (*change)(ch).adopt(ctx) }

// Diff returns what the change replaces, member by member; nothing if the resource is already as requested. It is
// empty for a change that was resumed after it had begun.
func (ch *Change[T]) Diff() []Difference { return (*change)(ch).diff() }

// Undo prepares the change that brings back what was there before this one. It has to be started. The error is
// ErrUnsupported where there is no way back, and a *StartError if this change is not known to have begun.
func (ch *Change[T]) Undo(ctx context.Context) (AnyChange, error) {
	return (*change)(ch).undo(ctx)
}

// Cancel asks the service to stop the change, whose wait then ends as canceled. The error is ErrUnsupported where the
// service cannot, and a *StartError if the change is not known to have begun.
func (ch *Change[T]) Cancel(ctx context.Context) error { return (*change)(ch).cancel(ctx) }

// Wait is [Waiter.Wait].
func (ch *Change[T]) Wait(ctx context.Context, opts ...WaitOption) (*T, error) {
	value, err := (*change)(ch).wait(ctx, opts)
	v, _ := value.(*T)
	return v, err
}

// Watch is [Waiter.Watch].
func (ch *Change[T]) Watch(ctx context.Context, opts ...WaitOption) iter.Seq2[Progress[T], error] {
	return (*Waiter[T])((*change)(ch).waiter()).Watch(ctx, opts...)
}

// Poll is [Waiter.Poll].
func (ch *Change[T]) Poll(ctx context.Context, opts ...WaitOption) (Progress[T], error) {
	l, value, err := (*change)(ch).poll(ctx, opts)
	v, _ := value.(*T)
	return Progress[T]{l, v}, err
}

// PollAny is [Waiter.PollAny].
func (ch *Change[T]) PollAny(ctx context.Context, opts ...WaitOption) (Observation, error) {
	return (*change)(ch).pollAny(ctx, opts)
}

// WaitAny is [Waiter.WaitAny].
func (ch *Change[T]) WaitAny(ctx context.Context, opts ...WaitOption) (any, error) {
	return (*change)(ch).wait(ctx, opts)
}

func (ch *Change[T]) untyped() *follower { return (*change)(ch).follower() }

// AnyChange is a *Change of any type, for programs that make changes of many types. No other type implements it.
type AnyChange interface {
	AnyWaiter
	// Start is Change.Start, and so on.
	Start(ctx context.Context) error
	Began(ctx context.Context) (StartStatus, error)
	Renew(ctx context.Context) error
	Adopt(ctx context.Context) error
	Diff() []Difference
	Undo(ctx context.Context) (AnyChange, error)
	Cancel(ctx context.Context) error
}

// A starter is a Change without its type, so that all types share this code.
type starter struct {
	service, operation string

	token  func() string
	start  func(ctx context.Context) error
	began  func(ctx context.Context) (StartStatus, error)
	follow func() *follower
	renew  func(ctx context.Context) error
	adopt  func(ctx context.Context) error
	diff   func() []Difference
	undo   func(ctx context.Context) (AnyChange, error)
	cancel func(ctx context.Context) error

	observer Observer

	calls gate // held by the goroutine that calls one of the functions

	mu      sync.Mutex
	waiting *follower // of a change that has begun
}

var errNoChange = &ValidationError{Service: "change", Problems: []Problem{{
	Field: "Change", Rule: "must be made by a Prepare, Begin or Resume method, or by NewChange with Token, Start, Began and Follow",
}}}

// locked calls f while no other goroutine calls a function of the change.
func (s *starter) locked(ctx context.Context, f func(context.Context) error) error {
	ctx = orBackground(ctx)
	if s.token == nil {
		return errNoChange
	}
	if !s.calls.enter(ctx) {
		return contextError(ctx)
	}
	defer s.calls.leave()
	return f(ctx)
}

func (s *starter) tokenNow() (token string) {
	_ = s.locked(context.Background(), func(context.Context) error {
		token = s.token()
		return nil
	})
	return token
}

func (s *starter) begin(ctx context.Context) error {
	return s.locked(ctx, func(ctx context.Context) error {
		if s.following() != nil {
			return nil
		}
		return s.observed(ctx, func(ctx context.Context) error {
			if err := s.start(ctx); err != nil {
				return err
			}
			s.followed()
			return nil
		})
	})
}

func (s *starter) hasBegun(ctx context.Context) (status StartStatus, err error) {
	err = s.locked(ctx, func(ctx context.Context) error {
		if s.following() != nil {
			status = Begun
			return nil
		}
		status, err = s.began(ctx)
		if err == nil && status == Begun {
			s.followed()
		}
		return err
	})
	return status, err
}

// again calls renew, which prepares a change anew that has not begun; verb says so in errors.
func (s *starter) again(ctx context.Context, verb string, renew func(context.Context) error) error {
	return s.locked(ctx, func(ctx context.Context) error {
		switch {
		case s.following() != nil:
			return &Error{Service: s.service, Operation: s.operation, Kind: ErrConflict,
				Message: "the change has begun and cannot be " + verb}
		case renew == nil:
			return s.unsupported("the change cannot be " + verb)
		}
		return renew(ctx)
	})
}

func (s *starter) differences() (list []Difference) {
	if s.diff == nil {
		return nil
	}
	_ = s.locked(context.Background(), func(context.Context) error {
		list = s.diff()
		return nil
	})
	return list
}

func (s *starter) back(ctx context.Context) (back AnyChange, err error) {
	err = s.locked(ctx, func(ctx context.Context) error {
		if err := s.mustHaveBegun("undone"); err != nil {
			return err
		}
		if s.undo == nil {
			return s.unsupported("there is no way back from this change")
		}
		back, err = s.undo(ctx)
		return err
	})
	return back, err
}

func (s *starter) stop(ctx context.Context) error {
	return s.locked(ctx, func(ctx context.Context) error {
		if err := s.mustHaveBegun("canceled"); err != nil {
			return err
		}
		if s.cancel == nil {
			return s.unsupported("the service cannot cancel this change")
		}
		return s.cancel(ctx)
	})
}

func (s *starter) unsupported(message string) error {
	return &Error{Service: s.service, Operation: s.operation, Kind: ErrUnsupported, Message: message}
}

func (s *starter) mustHaveBegun(verb string) error {
	if s.following() != nil {
		return nil
	}
	return &StartError{
		Service: s.service, Operation: s.operation, Token: s.token(),
		Err: errors.New("the change is not known to have begun and cannot be " + verb + "; call Start or Began first"),
	}
}

func (s *starter) following() *follower {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting
}

// followed makes the follower of a change that has just begun.
func (s *starter) followed() {
	f := s.follow()
	if f.token == nil {
		f.token = s.token
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = f
	s.follow, s.start, s.began = nil, nil, nil // which are not called any more
}

// follower returns what follows the change; for one that is not known to have begun, it refuses to.
func (s *starter) follower() *follower {
	if s.token == nil {
		return &follower{err: errNoChange}
	}
	if f := s.following(); f != nil {
		return f
	}
	return &follower{service: s.service, operation: s.operation, err: &ValidationError{
		Service: s.service, Operation: s.operation,
		Problems: []Problem{{Field: "Change", Rule: "must have begun: call Start, and wait when it has returned nil"}},
	}}
}

// StartError is a change that has not begun, or that may have begun without the service showing it. It matches
// ErrNotBegun or ErrUncertain, and the kind of its cause.
type StartError struct {
	Service   string
	Operation string
	Status    StartStatus // NotBegun or Uncertain
	// Token restores the change: Resume it, then call Start. It holds the request and is as secret as that, and is not
	// part of the error's text and JSON.
	Token string
	// Next is when another call of Start can say more; zero if only a person can.
	Next time.Duration
	Err  error // why it is not known, or why the change has not begun; may be nil
}

// Error formats everything but the token as one line.
func (e *StartError) Error() string {
	text := e.Service + " " + e.Operation + ": "
	switch {
	case e.Status == NotBegun:
		text += "the change has not begun"
	case e.Next > 0:
		text += "it is not known yet whether the change has begun, call Start again after " + e.Next.Round(time.Second).String()
	default:
		text += "it is not known whether the change has begun"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Format writes the text of the error for every verb, because the token may hold secrets.
func (e StartError) Format(s fmt.State, verb rune) {
	_, _ = fmt.Fprintf(s, fmt.FormatString(s, verb), e.Error())
}

// Unwrap returns the cause.
func (e *StartError) Unwrap() error { return e.Err }

// Is reports whether target is ErrNotBegun or ErrUncertain, as Status says.
func (e *StartError) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.statusKind()
}

func (e *StartError) statusKind() Kind {
	if e.Status == NotBegun {
		return ErrNotBegun
	}
	return ErrUncertain
}

// kind is that of the cause while another look may help, and that of the status when it is final.
func (e *StartError) kind() Kind {
	if k := KindOf(e.Err); k != "" && e.Status == Uncertain {
		return k
	}
	return e.statusKind()
}
