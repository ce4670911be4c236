package transport

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Prepare fills in the defaults of the client and an idempotency token, and validates the request. Call does so
// itself; a change that reads before it writes prepares first, and then uses CallPrepared.
func (c *Client) Prepare(op *Operation, in Request) error {
	if c == nil {
		return NotMade(op.Name)
	}
	var problems []cloud.Problem
	for _, name := range fillIn(in, c.service.Defaults, NewUUID) {
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

// NotMade is the error of an operation of a client that was not made with New.
func NotMade(operation string) error {
	return &cloud.ValidationError{
		Service: "client", Operation: operation, Problems: []cloud.Problem{{Field: "Client", Rule: "must be made with New"}},
	}
}

// prepare encodes the request. The body is copied out of the pooled buffer, because net/http may still read
// it after a canceled call.
func (k *call) prepare() error {
	c := k.client
	scratch := buffers.Get().(*bytes.Buffer)
	defer putBuffer(scratch)
	parts, err := wire.Bind(scratch.AvailableBuffer(), k.in, k.op.Path, c.service.Protocol.QueryStyle())
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

	k.header = make(http.Header, max(c.service.Headers, 8))
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
	query := joinQueries(k.op.Query, parts.Query)
	k.target = url.URL{Scheme: c.endpoint.Scheme, Host: c.endpoint.Host, Path: path, RawPath: path, RawQuery: query}
	if strings.Contains(path, "%") {
		if k.target.Path, err = url.PathUnescape(path); err != nil {
			return k.encodingError(err)
		}
	}
	k.loop.ctx = k.traced()
	return nil
}

// joinQueries adds the constant query of an operation to that of a request, in the order of the names.
func joinQueries(constant, query string) string {
	switch "" {
	case constant:
		return query
	case query:
		return constant
	}
	pairs := strings.Split(constant+"&"+query, "&")
	slices.SortStableFunc(pairs, func(a, b string) int {
		nameOfA, _, _ := strings.Cut(a, "=")
		nameOfB, _, _ := strings.Cut(b, "=")
		return strings.Compare(nameOfA, nameOfB)
	})
	return strings.Join(pairs, "&")
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
