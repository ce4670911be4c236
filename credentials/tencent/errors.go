package tencent

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// refuse returns the error of a source that is set up but cannot be used. No argument may hold a secret.
func refuse(format string, args ...any) error {
	return kinded{fmt.Errorf(format, args...), cloud.ErrUnauthenticated}
}

// invalid returns the error of an option or variable that breaks a rule.
func invalid(format string, args ...any) error {
	return kinded{fmt.Errorf(format, args...), cloud.ErrInvalid}
}

// kinded is an error with the kind that its caller asks for with errors.Is and cloud.KindOf.
type kinded struct {
	error
	kind cloud.Kind
}

// Unwrap returns both the cause and the kind.
func (e kinded) Unwrap() []error { return []error{e.error, e.kind} }

// noResponse returns the error of a request that got no response. Messages of package net/http may quote what the
// other side sent, so only those of the network, of TLS and of contexts are shown.
func noResponse(err error) error {
	var (
		network     net.Error
		certificate *tls.CertificateVerificationError
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("no response in time: %w", context.DeadlineExceeded)
	case errors.As(err, &network), errors.As(err, &certificate), errors.Is(err, context.Canceled),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
	default:
		err = errors.New("the connection failed, or what came is not HTTP")
	}
	return unreached{err}
}

// unreached is the error of a request that got no response.
type unreached struct{ error }

// Unwrap returns both the cause and the kind.
func (e unreached) Unwrap() []error { return []error{e.error, cloud.ErrTransport} }
