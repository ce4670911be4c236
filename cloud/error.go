package cloud

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// Error is a call that failed, whether the service refused it or there was no usable response. It matches
// its Kind and its Code with errors.Is, unwraps to its cause, and implements smithy.APIError.
type Error struct {
	Service   string // the package that made the call: "finspace", "flink", "dlc" or "proton"
	Operation string // the API operation: "GetKxCluster"
	Kind      Kind   // what went wrong, in terms that hold on every cloud
	Code      Code   // the service's own code; empty without a response of the service
	Message   string // the service's own words, or ours when it said nothing
	RequestID string // the service's id of the call; quote it to the vendor's support
	// StatusCode is the HTTP status; 0 without a response.
	StatusCode int
	// RetryAfter is how long the service asks to wait before the next try; 0 when it does not say.
	RetryAfter time.Duration
	// Attempts counts the requests, including those that could not be sent.
	Attempts int
	// MaybeExecuted is set when the service may have carried the call out although it failed: the last
	// attempt, or one before it, got no response that says otherwise.
	MaybeExecuted bool
	// Err is the cause below the API: a network error, a context error, a decoding error.
	Err error
}

var _ smithy.APIError = (*Error)(nil)

// How long the parts of an error's message may be, in bytes.
const (
	maxName    = 200
	maxMessage = 1 << 10
	maxCause   = 2 << 10 // which may be the error of an earlier attempt
)

// Error formats all fields as one line of bounded length.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Service != "" {
		b.WriteString(strings.TrimSpace(e.Service+" "+e.Operation) + ": ")
	}
	b.WriteString(string(e.Kind))
	if e.Code != "" {
		b.WriteString(": " + OneLine(string(e.Code), maxName))
	}
	if e.Message != "" {
		b.WriteString(": " + OneLine(e.Message, maxMessage))
	}
	if e.Err != nil {
		b.WriteString(": " + OneLine(e.Err.Error(), maxCause))
	}
	if details := e.details(); len(details) > 0 {
		b.WriteString(" (" + strings.Join(details, ", ") + ")")
	}
	return b.String()
}

func (e *Error) details() []string {
	var d []string
	if e.StatusCode != 0 {
		d = append(d, fmt.Sprintf("status %d", e.StatusCode))
	}
	if e.RequestID != "" {
		d = append(d, "request id "+OneLine(e.RequestID, maxName))
	}
	if e.RetryAfter > 0 {
		d = append(d, "retry after "+e.RetryAfter.String())
	}
	if e.Attempts > 1 {
		d = append(d, fmt.Sprintf("%d attempts", e.Attempts))
	}
	if e.MaybeExecuted {
		d = append(d, "may have been carried out")
	}
	return d
}

// Is reports whether target is the Kind or the Code of e.
func (e *Error) Is(target error) bool {
	switch t := target.(type) {
	case Kind:
		return t == e.Kind
	case Code:
		return t != "" && t == e.Code
	}
	return false
}

// Unwrap returns the cause below the API.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) kind() Kind { return e.Kind }

// ErrorCode returns the service's code.
func (e *Error) ErrorCode() string { return string(e.Code) }

// ErrorMessage returns the service's message.
func (e *Error) ErrorMessage() string { return e.Message }

// ErrorFault says whether the caller or the service is to blame.
func (e *Error) ErrorFault() smithy.ErrorFault {
	switch e.Kind {
	case ErrInternal, ErrUnavailable:
		return smithy.FaultServer
	case ErrTransport:
		return smithy.FaultUnknown
	}
	return smithy.FaultClient
}
