package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// call is the state of one call over all its attempts. It is the RoundTripper of its own http.Client, so that for
// go-retryablehttp an attempt includes reading the response. It has no CloseIdleConnections, with which
// go-retryablehttp would empty the shared pool.
type call struct {
	client    *Client
	op        *Operation
	ctx       context.Context
	in        Request
	out       any
	streaming bool            // the response should be a stream of events
	started   time.Time       // only if somebody observes
	before    sendingDeadline // when set, the call is patient while it is throttled
	options   cloud.Options
	observer  cloud.Observer // nil if nobody observes
	end       func(cloud.CallResult)

	header http.Header // of the last attempt
	body   []byte
	// firstBody reads body for the first attempt.
	firstBody bytes.Reader
	target    url.URL
	loop      loop

	attempts  int
	attempt   attempt
	conn      connection
	used      cloud.Credentials // what the last attempt was signed with
	retries   retryState
	requestID string
	status    int
	last      *cloud.Error // how the last attempt failed; nil when it did not
	refusal   *cloud.Error // the last failure whose response was read
	uncertain bool         // some attempt may have been carried out

	stream io.ReadCloser // the stream, once its headers have come
}

// loop is what go-retryablehttp runs the attempts with, in one piece to save allocations.
type loop struct {
	http    http.Client
	client  retryablehttp.Client
	request retryablehttp.Request
	trace   httptrace.ClientTrace // of all attempts
	ctx     context.Context       // the call's, with the trace
}

// call makes one call; run is (*call).run, or (*call).runPrepared for a request that passed Prepare.
func (c *Client) call(
	ctx context.Context, op *Operation, in Request, out any, before sendingDeadline, run func(*call) error,
) error {
	if c == nil {
		return NotMade(op.Name)
	}
	k := &call{client: c, op: op, ctx: orBackground(ctx), in: in, out: out, before: before}
	k.begin()
	err := k.through(run)
	k.finish(err)
	return err
}

// through applies the options of the context, and runs the call inside the client's middleware.
func (k *call) through(run func(*call) error) error {
	if err := k.applyOptions(); err != nil {
		return err
	}
	if len(k.client.middleware) == 0 {
		return run(k)
	}
	ran := false
	next := func(ctx context.Context) error {
		if ran {
			return errNextAgain
		}
		ran = true
		if ctx != nil {
			k.ctx = ctx
		}
		return run(k)
	}
	passed := &cloud.Call{CallInfo: k.info(), Request: k.in, Response: k.out}
	for _, m := range slices.Backward(k.client.middleware) {
		inner := next
		next = func(ctx context.Context) error { return m(orBackground(ctx), passed, inner) }
	}
	return next(k.ctx)
}

var errNextAgain = errors.New("a Middleware called next again: it can be called once")

// orBackground is ctx, or the background for nil.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

func (k *call) run() error {
	if err := k.client.Prepare(k.op, k.in); err != nil {
		return err
	}
	return k.runPrepared()
}

func (k *call) runPrepared() error {
	if err := k.prepare(); err != nil {
		return err
	}
	if k.ctx.Err() != nil {
		return k.interrupted()
	}
	return k.retry()
}

// placeholder is what go-retryablehttp and net/http's client pass on to RoundTrip, which makes a request of its own for
// each attempt. They only read it.
var placeholder = http.Request{
	Method: http.MethodGet, URL: &url.URL{Scheme: "https", Host: "placeholder.invalid"}, Header: http.Header{},
}

// retry makes attempts until one settles the call.
func (k *call) retry() error {
	k.loop.request.Request = &placeholder
	k.loop.http = k.client.http
	k.loop.http.Transport = k
	c := &k.loop.client
	c.HTTPClient = &k.loop.http
	c.RetryMax = math.MaxInt // checkRetry keeps the count
	c.CheckRetry = k.checkRetry
	c.Backoff = retryWaitMin // which checkRetry sets

	resp, err := c.Do(&k.loop.request)
	if resp != nil {
		_ = resp.Body.Close() // the body of settled: each attempt closes its own
	}
	switch {
	case err == nil && k.last == nil:
		return nil
	case err == nil && k.attempt.decoded: // a response counts even if the context has ended since
		return k.last
	case k.ctx.Err() != nil:
		return k.interrupted()
	case k.last == nil: // net/http refused the request
		return k.transportFailure(err)
	}
	return k.last
}

func retryWaitMin(least, _ time.Duration, _ int, _ *http.Response) time.Duration { return least }
