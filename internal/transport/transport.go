// Package transport makes the calls of all services. There is one path, Call:
//
//	defaults → validation → encoding → [ signing → sending → reading → decoding ] → result
//
// The part in brackets happens for every attempt, inside go-retryablehttp. The wire forms of the vendors
// are Protocols, in packages of their own; nothing here depends on a vendor.
package transport

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Operation describes one API operation.
type Operation struct {
	Name   string
	Method string
	Path   string // an escaped template: "/kx/environments/{environmentId}"
	Query  string // constant and escaped: "mode=fast"; empty for most
	// Idempotent marks calls that may be repeated when it is not known whether the first one
	// was carried out: reads, replacements, deletions, and calls with a token.
	Idempotent bool
	// Certain has the paths of members that every success has, in wire names: an object, an id, a list,
	// which may be null. A response without them is unexpected.
	Certain []string
}

// reads reports whether op changes nothing, by the verb in its name.
func (op *Operation) reads() bool {
	if !op.Idempotent {
		return false
	}
	for _, verb := range [...]string{"Get", "List", "Describe", "Query", "Check"} {
		if strings.HasPrefix(op.Name, verb) {
			return true
		}
	}
	return op.Method == http.MethodGet
}

// Request is a pointer to a method's own copy of a request struct.
type Request interface{ Validate() error }

// Protocol is the wire form of the calls and responses of one kind of API.
type Protocol interface {
	// QueryStyle is how the query is escaped.
	QueryStyle() wire.QueryStyle
	// AlwaysBody reports whether a request without members still has the body {}.
	AlwaysBody() bool
	// SetHeader adds the headers that identify op, before signing.
	SetHeader(h http.Header, op *Operation, hasBody bool)
	// Sign adds the headers that authenticate the caller.
	Sign(r *sign.Request, c sign.Credentials, now time.Time)
	// RequestID reads the service's id of a call, if it is in a header.
	RequestID(h http.Header) string
	// Decode reads a response into out, or determines how the call failed. The Finding has the message of
	// a failure even if nothing else shows that the failure is the service's.
	Decode(r *Response, out any) Finding
}

// Response is one HTTP response with its body read.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports whether the status is that of a success. Partial content, which no call requests, is not.
func (r *Response) OK() bool {
	return r.Status >= 200 && r.Status < 300 && r.Status != http.StatusPartialContent
}

// Finding is what a Protocol makes of a Response. The call failed if Failed is set, or if Malformed is.
type Finding struct {
	RequestID  string
	Failed     bool
	Code       cloud.Code
	Message    string
	RetryAfter time.Duration
	Malformed  error         // the response is not one that the service sends
	Seen       *wire.Seen    // which members a success has; nil if there was no body to read
	Skipped    []*wire.Error // those that could not be decoded and keep their zero value
}

// Service describes a service.
type Service struct {
	Name     string
	Provider string // the cloud, for observers; see cloud.CallInfo
	Protocol Protocol
	// Endpoint is the service's default address; Config.Endpoint overrides it.
	Endpoint string
	// Site is one of the vendor's sites that have separate accounts; empty for the main one. Domains are the vendor's own.
	Site    string
	Domains []string
	// Account reads the account number from credentials that hold it; may be nil. For other credentials, tokens have
	// the access key ID, unless it is temporary.
	Account func(cloud.Credentials) string
	// Regions are the known ones. Others may be right too.
	Regions []string
	// Environment provides the credentials of a Config without any.
	Environment cloud.CredentialsProvider
	// Defaults fill in empty request members by wire name. A member that stays empty is reported
	// as missing.
	Defaults map[string]string
	// Kinds gives the kind of a code, or "" to let the HTTP status decide.
	Kinds func(code cloud.Code) cloud.Kind
	// Known reports whether a code is listed, by itself and not by a part of it, so that observers get it.
	Known func(code cloud.Code) bool
	// Expired reports whether a code is about expired temporary credentials, Skewed whether it is about clock skew.
	Expired func(code cloud.Code) bool
	Skewed  func(code cloud.Code) bool
	// HeaderPrefix is that of the headers which the protocol alone may set.
	HeaderPrefix string
	// Headers is about how many headers a request has, if more than the 8 that a map has room for from the start.
	Headers int
	// SignatureLife is how long the service accepts a signature after its date.
	SignatureLife time.Duration
	// Rate is what the service documents; Config.RequestRate overrides it.
	Rate Rate
}

// Call makes one call and returns out, a pointer to a new response. It is generic only to save every
// method the same three lines; pointers share one copy of its code.
func Call[Out any](ctx context.Context, c *Client, op *Operation, in Request, out Out) (Out, error) {
	if err := c.call(ctx, op, in, out, sendingDeadline{}, (*call).run); err != nil {
		var none Out
		return none, err
	}
	return out, nil
}

// CallPrepared is Call for a request that passed Client.Prepare, and is not validated again.
func CallPrepared[Out any](ctx context.Context, c *Client, op *Operation, in Request, out Out) (Out, error) {
	if err := c.call(ctx, op, in, out, sendingDeadline{}, (*call).runPrepared); err != nil {
		var none Out
		return none, err
	}
	return out, nil
}
