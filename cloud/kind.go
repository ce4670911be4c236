package cloud

import (
	"context"
	"errors"
)

// Kind says what went wrong in terms that hold on every cloud. A Kind is itself an error, so the
// same constant serves errors.Is and switch:
//
//	if errors.Is(err, cloud.ErrNotFound) { … }
//	switch cloud.KindOf(err) { case cloud.ErrConflict, cloud.ErrThrottled: … }
type Kind string

// The kinds, from the caller's own mistakes to the service's.
const (
	// ErrInvalid is a request or configuration that breaks a rule, found here or by the service.
	ErrInvalid Kind = "invalid"
	// ErrUnauthenticated is a caller whose credentials are missing, wrong or expired.
	ErrUnauthenticated Kind = "unauthenticated"
	// ErrDenied is a known caller who may not do this.
	ErrDenied Kind = "access denied"
	// ErrNotFound is a resource that does not exist, or not for this caller. The service itself has to
	// say so: the 404 page of a gateway says nothing about the resource and is an ErrTransport.
	ErrNotFound Kind = "not found"
	// ErrConflict is a resource whose present state forbids the change.
	ErrConflict Kind = "conflict"
	// ErrQuota is a limit on how much the account may have; trying again does not help.
	ErrQuota Kind = "quota exceeded"
	// ErrThrottled is a limit on how fast calls may come; trying again later helps.
	ErrThrottled Kind = "throttled"
	// ErrUnsupported is an operation that this service, site or region does not offer.
	ErrUnsupported Kind = "unsupported"
	// ErrUnavailable is a service, or a part of it, that cannot respond for now.
	ErrUnavailable Kind = "unavailable"
	// ErrInternal is a failure that the service calls its own.
	ErrInternal Kind = "internal error"
	// ErrTransport is a call without a usable response: no connection, a timeout, a canceled context,
	// or a response that is not the service's, such as the page of a gateway.
	ErrTransport Kind = "transport error"

	// ErrFailed is a change that ended without being live. Only a [WaitError] has this kind and the
	// next two.
	ErrFailed Kind = "failed"
	// ErrCanceled is a change that was stopped. A wait whose own context was canceled is not one.
	ErrCanceled Kind = "canceled"
	// ErrSuperseded is a change that another one replaced before it was seen to be live.
	ErrSuperseded Kind = "superseded"
	// ErrUnhealthy is a change that is live, but did not pass the check of the caller.
	ErrUnhealthy Kind = "unhealthy"

	// ErrNotBegun is a change that has not begun, although its start was tried: it has to be prepared anew. Only a
	// [StartError] has this kind and the next one.
	ErrNotBegun Kind = "not begun"
	// ErrUncertain is a change that may have begun, without the service showing it.
	ErrUncertain Kind = "uncertain"
)

// Error makes a Kind usable as the target of errors.Is.
func (k Kind) Error() string { return string(k) }

// KindOf returns the kind of the outermost error of this module in err's chain, and "" when there
// is none.
func KindOf(err error) Kind {
	if k, ok := errors.AsType[interface {
		error
		kind() Kind
	}](err); ok {
		return k.kind()
	}
	if k, ok := errors.AsType[Kind](err); ok {
		return k
	}
	return ""
}

// Code is an error code as a service spells it, such as "ConflictException". Each service package
// has constants for those that it documents. A Code works with errors.Is too.
type Code string

// Error makes a Code usable as the target of errors.Is.
func (c Code) Error() string { return string(c) }

// isContextError reports whether err is a cancellation or a deadline of the caller.
func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
