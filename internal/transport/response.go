package transport

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// receive reads the response of an attempt. It is part of the attempt because an error inside a 200, or a body that is cut
// short, may be retried.
func (k *call) receive(resp *http.Response) {
	k.last, k.status = nil, resp.StatusCode
	k.readClock(resp.Header)
	k.requestID = k.clean(k.client.service.Protocol.RequestID(resp.Header), maxName)
	if k.streaming && isEventStream(resp) {
		k.stream = resp.Body
		return
	}
	buf := buffers.Get().(*bytes.Buffer)
	defer putBuffer(buf)
	err := k.read(buf, resp)
	_ = resp.Body.Close()
	k.attempt.cancel()

	r := &k.attempt.response
	*r = Response{Status: resp.StatusCode, Header: resp.Header, Body: buf.Bytes()}
	if err != nil {
		k.last = k.failure(cloud.ErrTransport, "", err)
		k.last.StatusCode = r.Status
	} else {
		k.decode(r)
	}
	r.Body = nil // the buffer will be reused
	if k.last != nil {
		k.attempt.fate = fateOfResponse(k.last)
	}
}

// decode decodes the response with the protocol.
func (k *call) decode(r *Response) {
	reflect.ValueOf(k.out).Elem().SetZero() // an earlier attempt may have filled it
	finding := k.client.service.Protocol.Decode(r, k.out)
	finding.demand(k.op)
	k.requestID = cmp.Or(k.clean(finding.RequestID, maxName), k.requestID)
	k.last = k.classify(r, finding)
	k.logSkipped(finding.Skipped)
	k.attempt.decoded = true
	if k.last != nil {
		k.refusal = k.last
	}
}

// errInterim is the error of a status below 200, with which a call cannot end. The body of a 101 is the connection
// itself, and reading it would last until the server closes it, regardless of the context.
var errInterim = errors.New("the status is not a final one")

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
	k.attempt.bounded = io.LimitedReader{R: resp.Body, N: limit + 1}
	n, err := buf.ReadFrom(&k.attempt.bounded)
	if n > limit {
		return &tooLarge{limit}
	}
	if err != nil {
		return fmt.Errorf("reading the response: %w", k.timeoutOr(err))
	}
	return nil
}

// tooLarge is a response over the limit, which another attempt would not make smaller.
type tooLarge struct{ limit int64 }

func (e *tooLarge) Error() string {
	return fmt.Sprintf("the response is larger than %d bytes", e.limit)
}
