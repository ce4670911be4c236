package conformance_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// compareFlink compares requests signed with ACS3-HMAC-SHA256, or with the older HMAC-SHA1.
func compareFlink(t *testing.T, older bool) *counts {
	p := newFlinkPair(t, older)
	for _, operation := range p.model.operations() {
		p.operation = operation
		p.operations++
		if older && p.isStream() {
			continue // the official runtime has streams only with the newer signature
		}
		p.compareRequests(t)
		p.compareResponses(t)
	}
	return &p.counts
}

// flinkPair is our client and the official runtime, and how often they agreed.
type flinkPair struct {
	recorder
	counts
	older     bool // sign with HMAC-SHA1
	operation string
	model     model
	ours      reflect.Value
	theirs    *clients.Flinker
}

func newFlinkPair(t *testing.T, older bool) *flinkPair {
	p := &flinkPair{older: older, model: loadModel(t, "flink")}
	p.answer = flinkRefused
	target := clients.Target{Transport: &p.recorder}
	cfg := clients.Config(target, clients.AlibabaRegion)
	cfg.SkipValidation = true // the model has neither lists of values nor the rules in prose
	var options []flink.Option
	if older {
		options = append(options, flink.WithHMACSHA1())
	}
	ours, err := flink.New(cfg, options...)
	require.NoError(t, err)
	p.ours = reflect.ValueOf(ours)
	p.theirs, err = clients.OfficialFlink(target, older)
	require.NoError(t, err)
	return p
}

// flinkRefused is a response that neither side retries.
var flinkRefused = answer{
	status: http.StatusForbidden, header: http.Header{"Content-Type": {"application/json"}}, body: []byte(`{"Code":"Forbidden.RAM","RequestId":"R"}`),
}

func (p *flinkPair) compareRequests(t *testing.T) {
	for n, share := range shares {
		g := newGenerator(p.model, fmt.Sprint("flink", p.operation, "request", n), share)
		value := g.structure(p.model.input(p.operation))
		p.callTheirs(t, value)
		want := p.sent(t)
		p.verify(t)
		_, _ = p.callOurs(t, value)
		got := p.sent(t)
		p.verify(t)
		p.signAgain(t)
		want, got = withoutDifferences("flink", want, got)
		assert.Equal(t, want, got, "%s %d", p.operation, n)
		p.requests++
		p.valid += valid(p.input(t, value))
	}
}

func (p *flinkPair) callOurs(t *testing.T, value map[string]any) (any, error) {
	p.request = nil
	return call(methodOf(p.ours, p.operation), p.input(t, value))
}

func (p *flinkPair) input(t *testing.T, value map[string]any) reflect.Value {
	request := reflect.New(methodOf(p.ours, p.operation).Type().In(1)).Elem()
	require.NoError(t, fill(request, value), p.operation)
	return request
}

// valid counts a request that our validation passes.
func valid(request reflect.Value) int {
	if request.Addr().Interface().(interface{ Validate() error }).Validate() != nil {
		return 0
	}
	return 1
}

// call calls a method of ours; of one that returns a stream it takes the first event.
func call(method, request reflect.Value) (any, error) {
	out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), request})
	if len(out) == 1 {
		for event, err := range out[0].Seq2() {
			out = []reflect.Value{event, err}
			break
		}
	}
	err, _ := reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

func (p *flinkPair) callTheirs(t *testing.T, value map[string]any) (any, error) {
	c := p.officialCall(t, value)
	p.request = nil
	if !p.isStream() {
		return p.theirs.Do(c)
	}
	events, err := p.theirs.Stream(c)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	return parse(t, []byte(events[0])), nil
}

func (p *flinkPair) isStream() bool {
	return p.model[p.operation].Traits["polycloud.protocols#eventStream"] != nil
}

// officialCall takes an input apart as the methods of the product client do.
func (p *flinkPair) officialCall(t *testing.T, value map[string]any) clients.FlinkCall {
	method, uri := p.model.http(t, p.operation)
	c := clients.FlinkCall{Action: p.operation, Method: method, Query: map[string]any{}, Headers: map[string]*string{}}
	var body map[string]any // not nil if the input has members for it, even when none is set
	for _, x := range p.model.input(p.operation).Members {
		if !x.Traits.has("httpLabel") && !x.Traits.has("httpQuery") && !x.Traits.has("httpHeader") && !x.Traits.has("httpPayload") {
			body = map[string]any{}
		}
	}
	path := strings.ReplaceAll(uri, ":", "%3A")
	for name, v := range value {
		traits := p.model.input(p.operation).Members[name].Traits
		switch {
		case traits.has("httpLabel"):
			path = strings.ReplaceAll(path, "{"+name+"}", dara.PercentEncode(v.(string)))
		case traits.has("httpQuery"):
			c.Query[traits.text("httpQuery")] = v
		case traits.has("httpHeader"):
			c.Headers[traits.text("httpHeader")] = new(v.(string))
		case traits.has("httpPayload"):
			c.Body = v
		default:
			body[name] = v
		}
	}
	c.Path = path
	if body != nil {
		c.Body = body
	}
	return c
}

// verify checks the signature of the last request with our verifiers.
func (p *flinkPair) verify(t *testing.T) {
	secret := func(string) (string, bool) { return "secret", true }
	verify := acs3.Verify
	if p.older {
		verify = roa.Verify
	}
	_, err := verify(p.signed(t), secret)
	require.NoError(t, err, p.operation)
	p.signatures++
}

// signAgain has the official runtime sign our last request once more.
func (p *flinkPair) signAgain(t *testing.T) {
	r := p.signed(t)
	request := &dara.Request{Method: &r.Method, Pathname: &r.Path, Query: officialQuery(t, r), Headers: officialHeaders(r)}
	var want string
	if p.older {
		want = "acs AKIDEXAMPLE:" + dara.StringValue(utils.GetROASignature(utils.GetStringToSign(request), new("secret")))
	} else {
		algorithm := "ACS3-HMAC-SHA256"
		hash := hex.EncodeToString(utils.Hash(r.Body, &algorithm))
		want = dara.StringValue(utils.GetAuthorization(request, &algorithm, &hash, new("AKIDEXAMPLE"), new("secret")))
	}
	require.Equal(t, want, r.Header.Get("Authorization"), p.operation)
	p.signatures++
}

func officialQuery(t *testing.T, r *sign.Request) map[string]*string {
	query := map[string]*string{}
	for name, values := range mustURL(t, "/?"+r.Query).Query() {
		query[name] = &values[0]
	}
	return query
}

func officialHeaders(r *sign.Request) map[string]*string {
	headers := map[string]*string{"host": &r.Host}
	for name, values := range r.Header {
		if name != "Authorization" {
			headers[strings.ToLower(name)] = &values[0]
		}
	}
	return headers
}

// compareResponses makes both sides decode the same random responses.
func (p *flinkPair) compareResponses(t *testing.T) {
	defer func() { p.answer = flinkRefused }()
	input := newGenerator(p.model, p.operation, 0).structure(p.model.input(p.operation))
	for n := range shares {
		value := newAnswer(p.model, "flink", p.operation, n)
		if p.model.output(p.operation).Members["httpCode"] != nil {
			value["success"] = true // else both are to report an error
		}
		if len(value) == 0 {
			continue // an event without members is none
		}
		got := complete(t, p.model, p.operation, value, func() (any, error) {
			p.answer = answer{status: http.StatusOK, body: mustJSON(value)}
			if p.isStream() {
				p.answer.header = http.Header{"Content-Type": {"text/event-stream"}}
				p.answer.body = slices.Concat([]byte("data: "), p.answer.body, []byte("\n\n"))
			}
			return p.callOurs(t, input)
		})
		want, err := p.callTheirs(t, input)
		require.NoError(t, err, p.operation)
		again, err := wire.Append(nil, got)
		require.NoError(t, err, p.operation)
		shown, _ := plainJSON(t, mustJSON(want)).(map[string]any)
		if !p.isStream() {
			for _, name := range []string{"success", "httpCode", "errorCode", "errorMessage", "accessDeniedDetail"} {
				delete(shown, name) // which our side reads and does not show
			}
		}
		assert.Equal(t, orNil(shown), plainJSON(t, again), "%s %d", p.operation, n)
		p.responses++
	}
}

// plainJSON is plain for a document.
func plainJSON(t *testing.T, text []byte) any {
	var v any
	require.NoError(t, json.Unmarshal(text, &v))
	return plain(reflect.ValueOf(v))
}
