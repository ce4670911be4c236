package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// ErrDryRun is in the error of a call that was not sent because of DryRun.
var ErrDryRun = errors.New("dry run: the request was not sent")

// DryRun calls f with a context under which clients send nothing, and returns the first request that would have been
// sent: validated, with its defaults and its idempotency token, and signed. Credentials are read as for a call.
//
//	signed, err := cloud.DryRun(ctx, func(ctx context.Context) error {
//		_, err := client.UpdateKxClusterCodeConfiguration(ctx, request)
//		return err
//	})
//
// The call in f returns an error with ErrDryRun, so that nothing goes on as if it had been made. The error of DryRun is
// that of a call that could not even be prepared, or of an f that made no call. Prepare and Begin methods read before
// they write: for them, the request is that of their first read.
func DryRun(ctx context.Context, f func(ctx context.Context) error) (*SignedRequest, error) {
	var (
		mu    sync.Mutex
		first *SignedRequest
	)
	err := f(context.WithValue(orBackground(ctx), dryRunKey{}, func(r *SignedRequest) {
		mu.Lock()
		defer mu.Unlock()
		if first == nil {
			first = r
		}
	}))
	mu.Lock()
	defer mu.Unlock()
	switch {
	case first != nil:
		return first, nil
	case err != nil:
		return nil, err
	}
	return nil, errors.New("dry run: no call was made")
}

type dryRunKey struct{}

// DryRunFrom returns the function that gets the requests of calls under ctx instead of the service, or nil. Clients
// use it.
func DryRunFrom(ctx context.Context) func(*SignedRequest) {
	record, _ := ctx.Value(dryRunKey{}).(func(*SignedRequest))
	return record
}

// SignedRequest is a request that was not sent. Anyone who has it can send it while its signature is valid,
// and then acts with the credentials that signed it, so it is a secret. It prints without headers, query and body.
type SignedRequest struct {
	Service          string
	Operation        string
	IdempotencyToken string        // as given or filled in; empty if the operation has none
	Request          *http.Request // ready to be sent once; GetBody gives the body again
}

// Body returns the body of the request.
func (r *SignedRequest) Body() ([]byte, error) {
	if r.Request == nil || r.Request.GetBody == nil {
		return nil, nil
	}
	body, err := r.Request.GetBody()
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }()
	return io.ReadAll(body)
}

// Curl returns the request as a command of curl for a POSIX shell. It is as secret as the request.
func (r *SignedRequest) Curl() (string, error) {
	body, err := r.Body()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "curl --path-as-is -X %s %s", r.Request.Method, quote(r.Request.URL.String()))
	names := make([]string, 0, len(r.Request.Header))
	for name := range r.Request.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range r.Request.Header[name] {
			fmt.Fprintf(&b, " \\\n  -H %s", quote(name+": "+value))
		}
	}
	if body != nil {
		fmt.Fprintf(&b, " \\\n  --data-raw %s", quote(string(body)))
	}
	return b.String(), nil
}

// quote quotes text for a POSIX shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// String names the operation and where the request would go.
func (r SignedRequest) String() string {
	text := r.Service + " " + r.Operation
	if r.Request != nil {
		text += ": " + r.Request.Method + " " + r.Request.URL.Scheme + "://" + r.Request.URL.Host + r.Request.URL.EscapedPath()
	}
	return text
}

// Format writes String for every verb.
func (r SignedRequest) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }

// LogValue returns String.
func (r SignedRequest) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalJSON writes String.
func (r SignedRequest) MarshalJSON() ([]byte, error) { return json.Marshal(r.String()) }
