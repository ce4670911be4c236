package transport

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// call is the state of one call over all its attempts. It is the RoundTripper of its own
// http.Client, so that every attempt is signed anew, and it has no CloseIdleConnections, so that
// go-retryablehttp cannot empty the shared pool when a call fails.
type call struct {
	client *Client
	op     *Operation
	ctx    context.Context
	out    any
	header http.Header // of the last attempt
	body   []byte
	http   http.Client
	loop   retryablehttp.Client

	// These are kept here to save allocations.
	request   retryablehttp.Request
	trace     httptrace.ClientTrace
	answer    Answer
	target    url.URL
	signing   sign.Request
	bounded   io.LimitedReader
	firstBody bytes.Reader

	started     time.Time
	cancel      context.CancelFunc // ends the context of the last attempt
	attempt     context.Context
	attempts    int
	attemptedAt time.Time
	used        cloud.Credentials // what the last attempt was signed with
	skew        time.Duration     // likewise
	sent        bool              // the last attempt was handed to the client's transport
	connecting  atomic.Bool       // which then looked for a connection
	connected   atomic.Bool       // and had one
	answered    bool              // the last attempt was answered
	decoded     bool              // and its answer was read to the end
	uncertain   bool              // some attempt may have been carried out
	streaming   bool              // the answer is to be a stream of events
	location    string            // its Location, if it is a redirect
	requestID   string
	status      int
	last        *cloud.Error // how the last attempt failed; nil when it did not
	refusal     *cloud.Error // the last failure whose answer was read
	retries     retryState

	stream io.ReadCloser // the stream, once its headers have come
}

// call makes one call; run is (*call).run, or (*call).runPrepared for a request that passed Prepare.
func (c *Client) call(ctx context.Context, op *Operation, in Request, out any, run func(*call, Request) error) error {
	if c == nil {
		return notMade(op)
	}
	if ctx == nil {
		ctx = context.Background()
	}
	k := &call{client: c, op: op, ctx: ctx, out: out, started: time.Now()}
	err := run(k, in)
	k.finish(err)
	return err
}

// finish tells the caller's hook.
func (k *call) finish(err error) {
	if k.client.onCall == nil {
		return
	}
	k.client.onCall(k.ctx, cloud.Call{
		Service: k.client.service.Name, Operation: k.op.Name, RequestID: k.requestID, StatusCode: k.status,
		Attempts: k.attempts, Elapsed: time.Since(k.started), Err: err,
	})
}

func (k *call) run(in Request) error {
	if err := k.client.Prepare(k.op, in); err != nil {
		return err
	}
	return k.runPrepared(in)
}

func (k *call) runPrepared(in Request) error {
	if err := k.prepare(in); err != nil {
		return err
	}
	if k.ctx.Err() != nil {
		return k.interrupted()
	}
	return k.send()
}

// Prepare fills in what the client knows and refuses a request that breaks a rule. Calls do so by
// themselves; a change that reads before it writes asks first, so that nothing is sent in vain.
func (c *Client) Prepare(op *Operation, in Request) error {
	if c == nil {
		return notMade(op)
	}
	var problems []cloud.Problem
	for _, name := range wire.Default(in, c.service.Defaults, newToken) {
		problems = append(problems, cloud.Problem{
			Field: name, Check: cloud.CheckRequired, Rule: "required, on the request or as an option of the client",
		})
	}
	if !c.skipChecks {
		err := in.Validate()
		if v, ok := errors.AsType[*cloud.ValidationError](err); ok {
			problems = append(problems, c.refusing(v.Problems)...)
		} else if err != nil {
			return err
		}
	}
	if len(problems) == 0 {
		return nil
	}
	return &cloud.ValidationError{Service: c.service.Name, Operation: op.Name, Problems: problems}
}

// refusing returns the problems that the Config does not skip.
func (c *Client) refusing(problems []cloud.Problem) []cloud.Problem {
	if c.skipProblem == nil {
		return problems
	}
	return slices.DeleteFunc(problems, c.skipProblem)
}

// notMade is the error of a zero client.
func notMade(op *Operation) error {
	return &cloud.ValidationError{Service: "client", Operation: op.Name, Problems: []cloud.Problem{{Field: "Client", Rule: "must be made with New"}}}
}

// prepare encodes in. The body is copied out of the pooled buffer, because net/http may still read
// it after a call was given up.
func (k *call) prepare(in Request) error {
	c := k.client
	scratch := buffers.Get().(*bytes.Buffer)
	defer putBuffer(scratch)
	parts, err := wire.Bind(scratch.AvailableBuffer(), in, k.op.Path, c.service.Protocol.QueryStyle())
	if err != nil {
		return k.encodingError(err)
	}
	scratch.Grow(len(parts.Body)) // for the next request of this size
	hasBody := parts.HasBody || c.service.Protocol.AlwaysBody()
	if hasBody {
		k.body = []byte("{}")
		if parts.HasBody {
			k.body = bytes.Clone(parts.Body)
		}
	}

	k.header = make(http.Header, 8)
	k.header["User-Agent"] = c.userAgent
	for _, h := range parts.Header {
		k.header[h.Name] = []string{h.Value}
	}
	c.service.Protocol.SetHeader(k.header, k.op, hasBody)

	path := c.endpoint.Path + parts.Path
	if parts.Path == "/" && c.endpoint.Path != "" {
		path = c.endpoint.Path
	}
	// With RawPath the path is sent as it is, which is how it is signed.
	k.target = url.URL{Scheme: c.endpoint.Scheme, Host: c.endpoint.Host, Path: path, RawPath: path, RawQuery: parts.Query}
	if strings.Contains(path, "%") {
		if k.target.Path, err = url.PathUnescape(path); err != nil {
			return k.encodingError(err)
		}
	}
	plain := &http.Request{
		Method: k.op.Method, URL: &k.target, Host: k.target.Host, Header: noHeader, // RoundTrip has them
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	k.request.Request = plain.WithContext(k.traced())
	if hasBody {
		if err := k.request.SetBody(k.newBody); err != nil {
			return k.encodingError(err)
		}
	}
	k.request.SetResponseHandler(k.receive)
	return nil
}

// noHeader is never written to: the clients have no cookies, and the addresses no user.
var noHeader = http.Header{}

// newBody is the body for the next attempt. The first one has room in the call; net/http may still read
// that of the attempt before when the next one begins. It must be a type that net/http knows to be in
// memory: with others it sends the headers in a packet of their own.
func (k *call) newBody() (io.Reader, error) {
	b := &k.firstBody
	if k.attempts > 0 {
		b = new(bytes.Reader)
	}
	b.Reset(k.body)
	return b, nil
}

// encodingError is a request that cannot be put on the wire.
func (k *call) encodingError(err error) error {
	p := cloud.Problem{Field: "request", Check: cloud.CheckRule, Rule: err.Error()}
	if l, ok := errors.AsType[*wire.LabelError](err); ok {
		p = cloud.Problem{Field: l.Field, Check: cloud.CheckRule, Rule: `must not be empty, "." or ".." because it is part of the path`}
		if l.Given != "" {
			p.Given = `"` + l.Given + `"`
		}
	} else if e, ok := errors.AsType[*wire.Error](err); ok {
		p = cloud.Problem{Field: e.Path, Check: cloud.CheckRule, Rule: e.Problem}
	}
	return &cloud.ValidationError{Service: k.client.service.Name, Operation: k.op.Name, Problems: []cloud.Problem{p}}
}

// send runs the attempts.
func (k *call) send() error {
	k.http = k.client.http
	k.http.Transport = k
	k.loop.HTTPClient = &k.http
	k.loop.RetryMax = math.MaxInt // checkRetry keeps the count
	k.loop.CheckRetry = k.checkRetry
	k.loop.Backoff = retryWaitMin // which checkRetry sets
	k.loop.ErrorHandler = retryablehttp.PassthroughErrorHandler

	resp, err := k.loop.Do(&k.request)
	if err == nil {
		return nil
	}
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
	if k.decoded && k.last != nil && errors.Is(err, k.last) {
		return k.last // an answer, which counts even if the context ended since
	}
	if k.ctx.Err() != nil {
		return k.interrupted()
	}
	return k.last
}

func retryWaitMin(least, _ time.Duration, _ int, _ *http.Response) time.Duration { return least }

// traced is the call's context with a trace of its connections. Errors do not tell a connection that
// failed, before anything was sent, from a response that did not come.
func (k *call) traced() context.Context {
	k.trace.GetConn = func(string) { k.connecting.Store(true) }
	k.trace.GotConn = k.gotConn
	return httptrace.WithClientTrace(k.ctx, &k.trace)
}

// gotConn takes down that there is a connection. One that has died while it was idle counts as none, and is
// closed before a change is written into it.
func (k *call) gotConn(info httptrace.GotConnInfo) {
	if info.WasIdle && !k.op.Idempotent && isOver(info.Conn) {
		_ = info.Conn.Close()
		return
	}
	k.connected.Store(true)
}

// RoundTrip signs and sends one attempt.
func (k *call) RoundTrip(req *http.Request) (*http.Response, error) {
	c := k.client
	k.sent, k.answered, k.decoded = false, false, false
	k.connecting.Store(false)
	k.connected.Store(false)
	if err := c.limits.wait(k.ctx, k.op); err != nil {
		return nil, err
	}
	headersCame := k.bound(req.Context())
	if err := k.authenticate(); err != nil {
		err = k.timeoutOr(err)
		k.cancel()
		return nil, err
	}
	credentials := k.used
	signed := req.WithContext(k.attempt)
	if k.attempts > 0 {
		k.header = maps.Clone(k.header) // net/http may still read those of the attempt before
	}
	signed.Header = k.header
	k.signing = sign.Request{
		Method: req.Method, Host: req.URL.Host, Path: k.target.RawPath, Query: req.URL.RawQuery,
		Header: k.header, Body: k.body,
	}
	k.attemptedAt, k.skew = time.Now(), time.Duration(c.skew.Load())
	c.service.Protocol.Sign(&k.signing, sign.Credentials{
		AccessKeyID:     credentials.AccessKeyID,
		SecretAccessKey: credentials.SecretAccessKey.Reveal(),
		SessionToken:    credentials.SessionToken.Reveal(),
	}, k.attemptedAt.Add(k.skew))
	k.attempts++
	k.sent = true
	resp, err := c.base.RoundTrip(signed)
	headersCame()
	if err != nil {
		err = k.timeoutOr(err)
		k.cancel()
		return nil, err
	}
	k.redirected(resp)
	return resp, nil
}

// redirected keeps where a response leads, and hides it from http.Client, which would take one that it
// cannot read for a failed connection.
func (k *call) redirected(resp *http.Response) {
	k.location = ""
	if resp.StatusCode < 300 || resp.StatusCode >= 400 {
		return
	}
	k.location = k.clean(resp.Header.Get("Location"), mostOfName)
	resp.Header.Del("Location")
}

// authenticate gets the credentials for the next attempt.
func (k *call) authenticate() error {
	credentials, err := k.client.credentials.Credentials(k.attempt)
	switch {
	case err != nil:
		return &noCredentials{err}
	case k.retries.refused != nil && sameKey(credentials, *k.retries.refused):
		return errNotRefreshed
	}
	k.used = credentials
	return nil
}

// hasControls reports whether text cannot be part of a header.
func hasControls(text string) bool {
	return strings.ContainsFunc(text, unicode.IsControl)
}

// bound gives the attempt its timeout. That of a stream ends when its headers have come, which the
// returned function says; that of another call lasts until the body is read.
func (k *call) bound(parent context.Context) (headersCame func()) {
	none := func() {}
	timeout, timedOut := k.client.timeout, k.client.timedOut
	switch {
	case k.streaming:
		ctx, cancel := context.WithCancelCause(parent)
		k.attempt, k.cancel = ctx, func() { cancel(context.Canceled) }
		if timeout <= 0 {
			return none
		}
		timer := time.AfterFunc(timeout, func() { cancel(timedOut) })
		return func() { timer.Stop() }
	case timeout > 0:
		k.attempt, k.cancel = context.WithTimeoutCause(parent, timeout, timedOut)
	default:
		k.attempt, k.cancel = parent, none
	}
	return none
}

// timeoutOr replaces an error that the attempt's own timeout caused.
func (k *call) timeoutOr(err error) error {
	if k.ctx.Err() == nil && errors.Is(context.Cause(k.attempt), k.client.timedOut) {
		return k.client.timedOut
	}
	return err
}

// receive reads the answer of one attempt. It runs inside the retry loop, so that an error inside a
// 200 and a body cut short can be tried again.
func (k *call) receive(resp *http.Response) error {
	k.answered = true
	if k.streaming && isEventStream(resp) {
		k.status, k.requestID, k.stream = resp.StatusCode, k.clean(requestID(resp.Header), mostOfName), resp.Body
		return nil
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer putBuffer(buf)
	err := k.read(buf, resp)
	_ = resp.Body.Close()
	k.cancel()
	resp.Body = http.NoBody // go-retryablehttp drains it again

	k.status = resp.StatusCode
	k.requestID = k.clean(requestID(resp.Header), mostOfName)
	k.answer = Answer{Status: resp.StatusCode, Header: resp.Header, Body: buf.Bytes()}
	a := &k.answer
	if err != nil {
		k.last = k.failure(cloud.ErrTransport, "", err)
		k.last.StatusCode = a.Status
	} else {
		reflect.ValueOf(k.out).Elem().SetZero() // an earlier attempt may have left something behind
		finding := k.client.service.Protocol.Decode(a, k.out)
		finding.demand(k.op)
		k.requestID = cmp.Or(k.clean(finding.RequestID, mostOfName), k.requestID)
		k.last = k.classify(a, finding)
		k.logSkipped(finding.Skipped)
		k.decoded = true
	}
	a.Body = nil // the buffer's next user has it
	if k.last == nil {
		return nil
	}
	if k.decoded {
		k.refusal = k.last
	}
	return k.last
}

// requestID is the service's id of a call, where it comes in a header.
func requestID(h http.Header) string {
	for _, name := range [...]string{"X-Amzn-Requestid", "X-Amz-Request-Id", "X-Acs-Request-Id", "X-Tc-Requestid"} {
		if values := h[name]; len(values) > 0 && values[0] != "" {
			return values[0]
		}
	}
	return ""
}

// errInterim is about a status that cannot be the end of a call. The body of a 101 is the connection
// itself, and reading it would last until the server hangs up, whatever the context says.
var errInterim = errors.New("the status is none that a call can end with")

// read fills buf with the body, up to the client's limit.
func (k *call) read(buf *bytes.Buffer, resp *http.Response) error {
	if resp.StatusCode < 200 {
		return errInterim
	}
	limit := k.client.maxResponse
	if n := resp.ContentLength; n > 0 && n <= limit {
		buf.Grow(int(n) + bytes.MinRead)
	}
	if resp.ContentLength > limit {
		return &tooLarge{limit}
	}
	k.bounded = io.LimitedReader{R: resp.Body, N: limit + 1}
	n, err := buf.ReadFrom(&k.bounded)
	if n > limit {
		return &tooLarge{limit}
	}
	if err != nil {
		return fmt.Errorf("reading the answer: %w", k.timeoutOr(err))
	}
	return nil
}

// tooLarge is an answer over the limit, which another try would not make smaller.
type tooLarge struct{ limit int64 }

func (e *tooLarge) Error() string { return fmt.Sprintf("the answer is larger than %d bytes", e.limit) }

// log writes the debug record of one attempt.
func (k *call) log() {
	l := k.client.logger
	if l == nil || !l.Enabled(k.ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("service", k.client.service.Name), slog.String("operation", k.op.Name),
		slog.Int("attempt", k.attempts), slog.Int("status", k.status),
		slog.Duration("elapsed", time.Since(k.attemptedAt)), slog.String("request_id", k.requestID),
	}
	if k.last != nil {
		attrs = append(attrs, slog.String("error", k.last.Error()))
	}
	l.LogAttrs(k.ctx, slog.LevelDebug, "call", attrs...)
}

// logSkipped writes a debug record for every member of an answer that could not be read. It repeats no value.
func (k *call) logSkipped(skipped []*wire.Error) {
	l := k.client.logger
	if len(skipped) == 0 || l == nil || !l.Enabled(k.ctx, slog.LevelDebug) {
		return
	}
	for _, e := range skipped {
		l.LogAttrs(k.ctx, slog.LevelDebug, "member not read",
			slog.String("service", k.client.service.Name), slog.String("operation", k.op.Name),
			slog.String("request_id", k.requestID), slog.String("member", e.Path), slog.String("problem", e.Problem))
	}
}

// buffers hold bodies while they are encoded and decoded.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// putBuffer keeps buf for the next call, unless it grew for a rare large answer.
func putBuffer(buf *bytes.Buffer) {
	if buf.Cap() > 1<<20 {
		return
	}
	buf.Reset()
	buffers.Put(buf)
}

// newToken returns a version 4 UUID for an idempotency token.
func newToken() string {
	var u [16]byte
	_, _ = rand.Read(u[:])
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	h := hex.EncodeToString(u[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
