package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// noCredentials is an attempt that could not be signed.
type noCredentials struct{ cause error }

func (e *noCredentials) Error() string { return e.cause.Error() }
func (e *noCredentials) Unwrap() error { return e.cause }

// errControls is a key that was read with something around it, such as the end of its line.
var errControls = errors.New("the access key ID or session token has control characters in it")

// errNotRefreshed stops a retry that would use the same expired credentials again.
var errNotRefreshed = errors.New("the credentials are expired and their provider has no others")

// classify turns a finding into the error of the attempt, or nil.
func (k *call) classify(a *Answer, f Finding) *cloud.Error {
	var e *cloud.Error
	switch {
	case f.Failed:
		e = k.failure(k.kind(f.Code, a.Status), f.Message, nil)
		e.Code = f.Code
	case !a.OK():
		e = k.failure(kindOfStatus(a.Status), firstLine(a.Body), nil)
		if a.Status >= 300 && a.Status < 400 {
			e.Message = "redirected to " + a.Header.Get("Location") + ", which is not followed"
		}
	case f.Malformed != nil:
		e = k.failure(cloud.ErrTransport, "unexpected response", f.Malformed)
		if line := firstLine(a.Body); strings.HasPrefix(line, "<") {
			e.Message += ": " + line
		}
	default:
		return nil
	}
	e.StatusCode, e.RequestID, e.RetryAfter = a.Status, f.RequestID, f.RetryAfter
	if e.RetryAfter == 0 {
		e.RetryAfter = retryAfter(a.Header)
	}
	e.Message = k.scrub(e.Message)
	return e
}

// kind refines what the HTTP status says by the code.
func (k *call) kind(code cloud.Code, status int) cloud.Kind {
	if kind := k.client.service.Kinds(code); kind != "" {
		return kind
	}
	return kindOfStatus(status)
}

func kindOfStatus(status int) cloud.Kind {
	switch status {
	case http.StatusUnauthorized:
		return cloud.ErrUnauthenticated
	case http.StatusPaymentRequired:
		return cloud.ErrQuota
	case http.StatusForbidden:
		return cloud.ErrDenied
	case http.StatusNotFound, http.StatusGone:
		return cloud.ErrNotFound
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return cloud.ErrUnsupported
	case http.StatusConflict, http.StatusPreconditionFailed, http.StatusLocked:
		return cloud.ErrConflict
	case http.StatusTooManyRequests:
		return cloud.ErrThrottled
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return cloud.ErrUnavailable
	}
	switch {
	case status >= 500:
		return cloud.ErrInternal
	case status >= 400:
		return cloud.ErrInvalid
	case status >= 300:
		return cloud.ErrTransport
	}
	return cloud.ErrInternal // an error inside a 2xx whose code nobody knows
}

// failure starts the error of this call.
func (k *call) failure(kind cloud.Kind, message string, cause error) *cloud.Error {
	return &cloud.Error{
		Service: k.client.service.Name, Operation: k.op.Name, Kind: kind, Message: message,
		RequestID: k.requestID, Attempts: k.attempts, Err: cause,
	}
}

// transportFailure is the error of an attempt without an answer.
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
		err = e.Err // the URL says nothing that the operation does not
	}
	return k.failure(cloud.ErrTransport, "", err)
}

// interrupted is the error of a call whose context ended. The last attempt's error stays in the
// chain.
func (k *call) interrupted() *cloud.Error {
	cause := contextError(k.ctx)
	switch {
	case k.refusal != nil:
		cause = fmt.Errorf("%w; before that: %w", cause, k.refusal)
	case k.last != nil && !errors.Is(k.last, context.Canceled) && !errors.Is(k.last, context.DeadlineExceeded):
		cause = fmt.Errorf("%w; before that: %w", cause, k.last)
	}
	k.status, k.requestID = 0, ""
	return k.failure(cloud.ErrTransport, "", cause)
}

// contextError returns the error of an ended context, with its cause where that says more.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || errors.Is(cause, err) {
		return err
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// scrub takes out what a service may repeat of the credentials, as AWS does when a signature does
// not match.
func (k *call) scrub(message string) string {
	for _, secret := range []cloud.Secret{k.used.SessionToken, k.used.SecretAccessKey} {
		if text := secret.Reveal(); len(text) >= 8 {
			message = strings.ReplaceAll(message, text, "[redacted]")
		}
	}
	return message
}

// firstLine is what an error keeps of a body that is not the service's own.
func firstLine(body []byte) string {
	const most = 200
	line, _, _ := strings.Cut(strings.TrimSpace(string(body[:min(len(body), 4*most)])), "\n")
	line = strings.TrimSpace(line)
	if len(line) > most {
		line = line[:most]
		for !utf8.ValidString(line) && len(line) > most-utf8.UTFMax {
			line = line[:len(line)-1]
		}
		line += "…"
	}
	return strings.ToValidUTF8(line, "\uFFFD")
}

func sameKey(a, b cloud.Credentials) bool {
	return a.AccessKeyID == b.AccessKeyID && a.SessionToken.Reveal() == b.SessionToken.Reveal()
}
