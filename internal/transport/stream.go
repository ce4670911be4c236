package transport

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Stream makes one call whose response is a stream of server-sent events with JSON in them, and yields
// the events as they arrive. Every range over the sequence makes the call again. Until the first event
// the call is retried like any other; a stream that is interrupted ends with an error. Leaving the range
// ends the call.
func Stream[Event any](ctx context.Context, c *Client, op *Operation, in Request) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if c == nil {
			yield(nil, NotMade(op.Name))
			return
		}
		only := new(Event) // a response that is not a stream is one event
		k := &call{client: c, op: op, ctx: orBackground(ctx), in: in, out: only, streaming: true}
		k.begin()
		err := k.through((*call).run)
		switch {
		case err != nil:
			yield(nil, err)
		case k.stream == nil:
			yield(only, nil)
		default:
			err = k.events(func(data []byte) (bool, error) {
				event := new(Event)
				skipped, err := wire.Decode(data, event)
				if err != nil {
					return false, err
				}
				k.logSkipped(skipped)
				return yield(event, nil), nil
			})
			if err != nil {
				yield(nil, err)
			}
		}
		k.finish(err)
	}
}

func isEventStream(resp *http.Response) bool {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return kind == "text/event-stream" && resp.StatusCode >= 200 && resp.StatusCode < 300
}

// events calls emit with the data of each event until the stream ends or emit returns false.
func (k *call) events(emit func(data []byte) (more bool, err error)) error {
	defer k.attempt.cancel()
	defer func() { _ = k.stream.Close() }()
	k.uncertain = true // the service has begun
	scanner := eventScanner{lines: bufio.NewReader(k.stream), limit: int(k.client.maxResponse)}
	for {
		data, err := scanner.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			if failure := k.reported(scanner.name, data); failure != nil {
				return failure
			}
		}
		more := true
		if err == nil {
			more, err = emit(data)
		}
		switch {
		case err != nil && k.ctx.Err() != nil:
			return k.interrupted()
		case err != nil:
			return k.streamFailure(cloud.ErrTransport, "stream interrupted", err)
		case !more:
			return nil
		}
	}
}

func (k *call) streamFailure(kind cloud.Kind, message string, cause error) *cloud.Error {
	e := k.failure(kind, message, cause)
	e.StatusCode, e.MaybeExecuted = k.status, k.maybeExecuted()
	return e
}

// reported returns the error that an event reports, or nil. An event named error is one regardless of its data;
// any other is one if the data is a refusal of the service.
func (k *call) reported(name string, data []byte) error {
	r := &Response{Status: http.StatusInternalServerError, Header: http.Header{}, Body: data}
	f := k.client.service.Protocol.Decode(r, new(struct{}))
	known := f.Failed && (f.RequestID != "" || k.client.service.Kinds(f.Code) != "")
	if name != "error" && !known {
		return nil
	}
	message := strings.TrimSpace(cmp.Or(f.Message, "the stream reports an error "+k.firstLine(data)))
	e := k.streamFailure(k.kind(f.Code, k.status), message, nil)
	e.Code = cloud.Code(k.clean(string(f.Code), maxName))
	e.RequestID = cmp.Or(k.clean(f.RequestID, maxName), e.RequestID)
	return e
}

// eventScanner reads the data and the name of server-sent events. Other fields, such as an id, are repeated in
// the data by all known services.
type eventScanner struct {
	lines *bufio.Reader
	limit int
	name  string // of the last event
}

// next returns the data of the next event that has some or is an error, and io.EOF after the last complete
// one.
func (s *eventScanner) next() ([]byte, error) {
	var data []byte
	some := false
	s.name = ""
	for {
		line, err := s.line()
		if err != nil {
			if errors.Is(err, io.EOF) && some {
				return nil, io.ErrUnexpectedEOF // the event was not finished
			}
			return nil, err
		}
		if len(line) == 0 {
			if some && len(data) > 0 || s.name == "error" {
				return data, nil
			}
			data, some, s.name = nil, false, ""
			continue
		}
		field, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(field) {
		case "event":
			s.name = string(value)
			continue
		case "data":
		default:
			continue
		}
		if some {
			data = append(data, '\n')
		}
		data, some = append(data, value...), true
		if len(data) > s.limit {
			return nil, fmt.Errorf("an event is larger than %d bytes", s.limit)
		}
	}
}

// line returns the next line without its end. The last one may lack an end only if it is empty.
func (s *eventScanner) line() ([]byte, error) {
	var line []byte
	for {
		part, err := s.lines.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > s.limit+len("data: \r\n"):
			return nil, fmt.Errorf("an event is larger than %d bytes", s.limit)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		}
		return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r")), nil
	}
}
