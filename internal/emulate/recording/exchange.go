package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// An Exchange is a request and its response, without secrets. A file has one.
type Exchange struct {
	At        time.Time `json:"at"`
	Region    string    `json:"region"`
	Service   string    `json:"service"`
	Operation string    `json:"operation"`
	Request   Request   `json:"request"`
	Response  Response  `json:"response"`
}

// Request has of the headers only those that are members of the operation's request.
type Request struct {
	Method string            `json:"method"`
	Path   string            `json:"path"` // escaped
	Query  url.Values        `json:"query,omitempty"`
	Header map[string]string `json:"header,omitempty"`
	Body   json.RawMessage   `json:"body,omitempty"`
}

// Response has a Body if that is JSON, otherwise a Text.
type Response struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"`
	Body   json.RawMessage   `json:"body,omitempty"`
	Text   string            `json:"text,omitempty"`
}

// responseHeaders are the headers of responses that clients read. The date is left out: clients would take its age for
// clock skew.
var responseHeaders = []string{
	"Content-Type", "Retry-After", "X-Amzn-Errortype", "X-Amzn-Requestid", "X-Acs-Request-Id", "X-Tc-Requestid",
}

// MaxFile is the largest file of a recording: a response has 64 MiB at most, which escapes may double.
const MaxFile = 160 << 20

// A ruleError says which field of an exchange breaks which rule.
type ruleError struct{ field, rule, given string }

func (e *ruleError) Error() string {
	text := e.field + " " + e.rule
	if e.given != "" {
		text += fmt.Sprintf(", not %q", cloud.OneLine(e.given, maxShown))
	}
	return text
}

// maxShown is how much of a value a message shows.
const maxShown = 120

// encode writes an exchange as a file has it.
func (x *Exchange) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(x)
	return b.Bytes(), err
}

// Parse reads an exchange of one of the services from a file's content.
func Parse(data []byte, services Services) (*Exchange, error) {
	var x Exchange
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&x); err != nil {
		return nil, errors.New("is not an exchange: " + strings.TrimPrefix(err.Error(), "json: "))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has data after the exchange")
	}
	if err := x.check(services); err != nil {
		return nil, err
	}
	return &x, nil
}

// check reports the first rule that an exchange breaks.
func (x *Exchange) check(services Services) error {
	api := services.api(x.Service)
	if api == nil {
		names := strings.Join(slices.Sorted(maps.Keys(services)), ", ")
		return &ruleError{"service", "must be one of " + names, x.Service}
	}
	op, ok := api[x.Operation]
	if !ok {
		return &ruleError{"operation", "must be an operation of " + x.Service, x.Operation}
	}
	if x.Region == "" {
		return &ruleError{"region", "is missing", ""}
	}
	if err := x.Request.check(op); err != nil {
		return err
	}
	return x.Response.check()
}

func (r *Request) check(op front.Operation) error {
	if r.Method != op.Method {
		return &ruleError{"request.method", "must be " + op.Method, r.Method}
	}
	if _, ok := op.Labels(r.Path); !ok {
		return &ruleError{"request.path", "must be of the form " + op.Path, r.Path}
	}
	return nil
}

func (r *Response) check() error {
	switch {
	case r.Status < 200 || r.Status > 599:
		return &ruleError{"response.status", "must be between 200 and 599", fmt.Sprint(r.Status)}
	case r.Body != nil && r.Text != "":
		return &ruleError{"response.text", "must be empty, because there is a body", r.Text}
	}
	for name, value := range r.Header {
		if !slices.Contains(responseHeaders, http.CanonicalHeaderKey(name)) {
			return &ruleError{"response.header", "must be one of " + strings.Join(responseHeaders, ", "), name}
		}
		if strings.ContainsAny(value, "\r\n\x00") {
			return &ruleError{"response.header." + name, "must be one line", value}
		}
	}
	return nil
}

// body returns the bytes to send.
func (r *Response) body() []byte {
	if r.Body == nil {
		return []byte(r.Text)
	}
	var b bytes.Buffer
	_ = json.Compact(&b, r.Body) // parsed before
	return b.Bytes()
}
