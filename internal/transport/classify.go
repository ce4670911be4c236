package transport

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// noCredentials is an attempt that could not be signed.
type noCredentials struct{ cause error }

func (e *noCredentials) Error() string { return e.cause.Error() }
func (e *noCredentials) Unwrap() error { return e.cause }

// errNotRefreshed stops a retry that would use the same refused credentials again.
var errNotRefreshed = errors.New("the credentials were refused and their provider has no others")

// unexpected is the message of an error for a response that is not the service's.
const unexpected = "unexpected response"

// classify turns a finding into the error of the attempt, or nil.
func (k *call) classify(a *Response, f Finding) *cloud.Error {
	var e *cloud.Error
	switch {
	case f.Failed:
		e = k.failure(k.kind(f.Code, a.Status), f.Message, nil)
		e.Code = cloud.Code(k.clean(string(f.Code), maxName))
	case !a.OK():
		e = k.failure(kindOfForeign(a.Status), k.foreign(a), nil)
	case f.Malformed != nil:
		e = k.failure(cloud.ErrTransport, unexpected, f.Malformed)
		if line := k.firstLine(a.Body); strings.HasPrefix(line, "<") {
			e.Message += ": " + line
		}
	default:
		return nil
	}
	e.StatusCode, e.RetryAfter = a.Status, f.RetryAfter
	if e.RetryAfter == 0 {
		e.RetryAfter = retryAfter(a.Header)
	}
	return e
}

// foreign describes what came instead of a response of the service.
func (k *call) foreign(a *Response) string {
	location := k.clean(a.Header.Get("Location"), maxName)
	switch line := k.firstLine(a.Body); {
	case a.Status >= 300 && a.Status < 400 && location != "":
		return "redirected to " + location + ", which is not followed"
	case line == "":
		return unexpected
	default:
		return unexpected + ": " + line
	}
}

// failure returns an error of this call.
func (k *call) failure(kind cloud.Kind, message string, cause error) *cloud.Error {
	return &cloud.Error{
		Service: k.client.service.Name, Operation: k.op.Name, Kind: kind, Message: k.clean(message, maxMessage),
		RequestID: k.requestID, Attempts: k.attempts, Err: k.cause(cause),
	}
}

// transportFailure is the error of an attempt without a response.
func (k *call) transportFailure(err error) *cloud.Error {
	k.status, k.requestID = 0, ""
	if e, ok := errors.AsType[*noCredentials](err); ok {
		cause := e.cause
		if k.refusal != nil {
			cause = fmt.Errorf("%w; before that: %w", cause, k.refusal)
		}
		return k.failure(cloud.ErrUnauthenticated, "", cause)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // the operation says as much as the URL
	}
	return k.failure(cloud.ErrTransport, k.client.unresolved(err), err)
}

// interrupted is the error of a call whose context ended. The last attempt's error stays in the
// chain.
func (k *call) interrupted() *cloud.Error {
	cause := context.Cause(k.ctx)
	if !errors.Is(cause, k.ctx.Err()) {
		cause = fmt.Errorf("%w: %w", k.ctx.Err(), cause)
	}
	switch {
	case k.refusal != nil:
		cause = fmt.Errorf("%w; before that: %w", cause, k.refusal)
	case k.last != nil && !errors.Is(k.last, context.Canceled) && !errors.Is(k.last, context.DeadlineExceeded):
		cause = fmt.Errorf("%w; before that: %w", cause, k.last)
	}
	k.status, k.requestID = 0, ""
	e := k.failure(cloud.ErrTransport, "", cause)
	e.MaybeExecuted = k.maybeExecuted()
	return e
}

func sameKey(a, b cloud.Credentials) bool {
	return a.AccessKeyID == b.AccessKeyID && a.SecretAccessKey.Reveal() == b.SecretAccessKey.Reveal() &&
		a.SessionToken.Reveal() == b.SessionToken.Reveal()
}
