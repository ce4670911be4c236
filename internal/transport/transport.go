// Package transport makes the calls of all services. There is one path, Call, and it goes like this:
//
//	defaults → validation → encoding → [ signing → sending → reading → decoding ] → result
//
// What is in brackets happens for every attempt, inside go-retryablehttp. The wire forms of the four
// services are the Protocols; the rest does not know which service it serves.
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

// Operation is what the generated code says about one API operation.
type Operation struct {
	Name   string
	Method string
	Path   string // an escaped template: "/kx/environments/{environmentId}"
	// Idempotent marks calls that may be repeated when it is not known whether the first one
	// was carried out: reads, replacements, deletions, and whatever carries a token.
	Idempotent bool
	// Certain has the paths of what a success returns for certain, in wire names: an object, an id, a
	// list, which may be null. A response without it is not one of the service.
	Certain []string
}

// reads reports whether op changes nothing, as the verbs of all services tell.
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

// Request is the pointer to a method's own copy of a request struct.
type Request interface{ Validate() error }

// Protocol is how one kind of API puts calls and answers on the wire.
type Protocol interface {
	// QueryStyle is how the query is escaped.
	QueryStyle() wire.QueryStyle
	// AlwaysBody reports whether a request without members still has the body {}.
	AlwaysBody() bool
	// SetHeader adds the headers that tell op, before signing.
	SetHeader(h http.Header, op *Operation, hasBody bool)
	// Sign adds the headers that prove who calls.
	Sign(r *sign.Request, c sign.Credentials, now time.Time)
	// Decode reads an answer into out, or finds out how the call failed.
	Decode(a *Answer, out any) Finding
}

// Answer is one HTTP response with its body read.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// OK reports whether the status promises success. A part of a response, which nobody asked for, is none.
func (a *Answer) OK() bool {
	return a.Status >= 200 && a.Status < 300 && a.Status != http.StatusPartialContent
}

// Finding is what a Protocol makes of an Answer. The call failed if Failed is set, or if Malformed is.
type Finding struct {
	RequestID  string
	Failed     bool
	Code       cloud.Code
	Message    string
	RetryAfter time.Duration
	Malformed  error         // the answer is not one that the service sends
	Seen       *wire.Seen    // which members a success has; nil if there was no body to read
	Skipped    []*wire.Error // those that could not be read and are left at zero
}

// Service is what a service package says about itself.
type Service struct {
	Name     string
	Protocol Protocol
	// Endpoint is the address by the service's own rule; Config.Endpoint goes before it.
	Endpoint string
	// Site is which of the vendor's offers the client is for, where they have separate accounts; empty for the
	// main one. Domains are the vendor's own.
	Site    string
	Domains []string
	// Account is what tokens say of the account that credentials are of, as far as they tell. The default
	// is the access key ID, unless it is temporary.
	Account func(cloud.Credentials) string
	// Regions are those that are known. Others may be right all the same.
	Regions []string
	// Environment provides the credentials when the Config has none.
	Environment cloud.CredentialsProvider
	// Defaults fill in empty request members by wire name. A member that stays empty is reported
	// as missing.
	Defaults map[string]string
	// Kinds gives the kind of a code, or "" to let the HTTP status decide.
	Kinds func(code cloud.Code) cloud.Kind
	// Expired reports codes of temporary credentials that are over, Skewed those of a wrong clock.
	Expired func(code cloud.Code) bool
	Skewed  func(code cloud.Code) bool
	// Rate is what the service documents; Config.RequestRate goes before it.
	Rate Rate
}

// Call makes one call and returns out, a pointer to a new response. It is generic only to save every
// method the same three lines; pointers share one copy of its code.
func Call[Response any](ctx context.Context, c *Client, op *Operation, in Request, out Response) (Response, error) {
	if err := c.call(ctx, op, in, out, (*call).run); err != nil {
		var none Response
		return none, err
	}
	return out, nil
}

// CallPrepared is Call for a request that passed Client.Prepare, and is not validated again.
func CallPrepared[Out any](ctx context.Context, c *Client, op *Operation, in Request, out Out) (Out, error) {
	if err := c.call(ctx, op, in, out, (*call).runPrepared); err != nil {
		var none Out
		return none, err
	}
	return out, nil
}
