package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// attempt is the state of the last attempt.
type attempt struct {
	ctx      context.Context
	cancel   context.CancelFunc
	at       time.Time
	skew     time.Duration // that it was signed with
	offset   time.Duration // from the host's clock to the Date of the response; see hasDate
	hasDate  bool
	timedOut error // of an attempt that takes longer than its timeout
	sent     bool  // it was handed to the client's transport
	decoded  bool  // its response was read to the end
	fate     fate

	// What observers see.
	number int
	queued time.Duration // because of the rate
	end    func(cloud.AttemptResult)

	// These are here to save allocations.
	signing  sign.Request
	response Response
	bounded  io.LimitedReader
}

// connection records whether the last attempt requested a connection, and got one.
type connection struct{ looked, had atomic.Bool }

// traced is the call's context with a trace of its connections, because errors do not distinguish a connection
// that failed, before anything was sent, from a missing response.
func (k *call) traced() context.Context {
	k.loop.trace.GetConn = func(string) { k.conn.looked.Store(true) }
	k.loop.trace.GotConn = k.gotConn
	return httptrace.WithClientTrace(k.ctx, &k.loop.trace)
}

// gotConn records that there is a connection. One that the server closed while it was idle does not count, and is
// closed before a change is written to it.
func (k *call) gotConn(info httptrace.GotConnInfo) {
	if info.WasIdle && !k.op.Idempotent && isClosed(info.Conn) {
		_ = info.Conn.Close()
		return
	}
	k.conn.had.Store(true)
}

// settled is the response that go-retryablehttp gets for every attempt. The real result is in the call.
var settled = http.Response{StatusCode: http.StatusOK, Body: http.NoBody}

// RoundTrip makes one attempt, to the end of its response.
func (k *call) RoundTrip(*http.Request) (*http.Response, error) {
	k.attempt = attempt{ctx: k.loop.ctx, cancel: func() {}, at: time.Now()}
	k.conn.looked.Store(false)
	k.conn.had.Store(false)
	resp, err := k.send()
	if err != nil {
		err = k.timeoutOr(err)
		k.attempt.cancel()
		k.unanswered(err)
		return &settled, nil
	}
	k.receive(resp)
	return &settled, nil
}

// unanswered records an attempt without a response.
func (k *call) unanswered(err error) {
	if errors.Is(err, errNotRefreshed) {
		k.attempt.fate = notMade
		return
	}
	if late, ok := errors.AsType[*tooLate](err); ok {
		k.expired(late)
		return
	}
	k.attempt.fate = k.fateOfSending(err)
	k.last = k.transportFailure(err)
}

// send signs the request and sends it.
func (k *call) send() (*http.Response, error) {
	c, a := k.client, &k.attempt
	dryRun := cloud.DryRunFrom(k.ctx)
	if dryRun == nil {
		if err := k.waitTurn(); err != nil {
			return nil, err
		}
	}
	if k.observer != nil {
		a.queued = time.Since(a.at)
	}
	headersCame := k.bound()
	defer headersCame()
	if err := k.authenticate(); err != nil {
		return nil, err
	}
	k.beginAttempt()
	signed := k.newRequest()
	if k.attempts > 0 {
		k.header = maps.Clone(k.header) // net/http may still read those of the previous attempt
	}
	k.setBody(signed)
	a.signing = sign.Request{
		Method: k.op.Method, Host: k.target.Host, Path: k.target.RawPath, Query: k.target.RawQuery,
		Header: k.header, Body: k.body,
	}
	a.at, a.skew = time.Now(), time.Duration(c.skew.Load())
	c.service.Protocol.Sign(&a.signing, sign.Credentials{
		AccessKeyID:     k.used.AccessKeyID,
		SecretAccessKey: k.used.SecretAccessKey.Reveal(),
		SessionToken:    k.used.SessionToken.Reveal(),
	}, a.at.Add(a.skew))
	signed.Header = k.withOwnHeaders()
	switch {
	case k.before.passed(0):
		return nil, errTooLate
	case dryRun != nil:
		return nil, k.dryRun(signed, dryRun)
	}
	k.attempts++
	a.sent = true
	return c.base.RoundTrip(signed)
}

// newRequest returns a request for the attempt, without headers and body.
func (k *call) newRequest() *http.Request {
	r := http.Request{
		Method: k.op.Method, URL: &k.target, Host: k.target.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	return r.WithContext(k.attempt.ctx)
}

// setBody gives an attempt a reader of its own: net/http may still read that of the previous attempt. net/http
// recognizes the type as in memory; for others it sends the headers in a separate packet.
func (k *call) setBody(req *http.Request) {
	if k.body == nil {
		return
	}
	req.GetBody = k.newBody
	if k.attempts == 0 {
		k.firstBody.Reset(k.body)
		req.Body = io.NopCloser(&k.firstBody)
	} else {
		req.Body, _ = k.newBody()
	}
	req.ContentLength = int64(len(k.body))
}

func (k *call) newBody() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(k.body)), nil }

// authenticate gets the credentials for the next attempt.
func (k *call) authenticate() error {
	credentials, err := k.client.credentials.Credentials(k.attempt.ctx)
	switch {
	case err != nil:
		return &noCredentials{err}
	case k.retries.refused != nil && sameKey(credentials, *k.retries.refused):
		return errNotRefreshed
	}
	k.used = credentials
	return nil
}

// bound gives the attempt its timeout. For a stream it covers only the headers, whose arrival the returned
// function reports; for other calls it covers reading the body too.
func (k *call) bound() (headersCame func()) {
	none := func() {}
	a := &k.attempt
	timeout, timedOut := k.timeout()
	a.timedOut = timedOut
	switch {
	case k.streaming:
		ctx, cancel := context.WithCancelCause(a.ctx)
		a.ctx, a.cancel = ctx, func() { cancel(context.Canceled) }
		if timeout <= 0 {
			return none
		}
		timer := time.AfterFunc(timeout, func() { cancel(timedOut) })
		return func() { timer.Stop() }
	case timeout > 0:
		a.ctx, a.cancel = context.WithTimeoutCause(a.ctx, timeout, timedOut)
	}
	return none
}

// timeoutOr returns err, or the timeout's own error if the attempt's timeout caused it.
func (k *call) timeoutOr(err error) error {
	if k.ctx.Err() == nil && k.attempt.timedOut != nil && errors.Is(context.Cause(k.attempt.ctx), k.attempt.timedOut) {
		return k.attempt.timedOut
	}
	return err
}
