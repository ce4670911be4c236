package conformance_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

func compareFinspace(t *testing.T) *counts {
	p := newAWSPair(t, "finspace")
	ours, err := clients.Finspace(p.target())
	require.NoError(t, err)
	return p.compare(t, ours, clients.OfficialFinspace(p.target()))
}

func compareProton(t *testing.T) *counts {
	p := newAWSPair(t, "proton")
	ours, err := clients.Proton(p.target())
	require.NoError(t, err)
	return p.compare(t, ours, clients.OfficialProton(p.target()))
}

// awsPair is the two clients of one service, and how often they agreed.
type awsPair struct {
	recorder
	counts
	service, operation string
	model              model
	ours, theirs       reflect.Value
	members            map[string]bool // of the input, that were set
}

func newAWSPair(t *testing.T, service string) *awsPair {
	return &awsPair{recorder: recorder{answer: refused}, service: service, model: loadModel(t, service)}
}

func (p *awsPair) target() clients.Target { return clients.Target{Transport: &p.recorder} }

func (p *awsPair) compare(t *testing.T, ours, theirs any) *counts {
	p.ours, p.theirs = reflect.ValueOf(ours), reflect.ValueOf(theirs)
	for _, operation := range p.model.operations() {
		p.operation = operation
		p.operations++
		p.compareRequests(t)
		p.compareTokens(t)
		p.compareResponses(t)
	}
	return &p.counts
}

// refused is a response that neither side retries.
var refused = answer{status: http.StatusBadRequest, header: http.Header{"X-Amzn-Errortype": {"ValidationException"}}, body: []byte("{}")}

func (p *awsPair) seed(what string, n int) string {
	return fmt.Sprint(p.service, p.operation, what, n)
}

// compareRequests sends inputs of all shares, and one more for each member that none of them had,
// because a rule in prose excludes it beside others.
func (p *awsPair) compareRequests(t *testing.T) {
	p.members = map[string]bool{}
	for n, share := range shares {
		p.compareRequest(t, n, share, "")
	}
	for name := range p.model.input(p.operation).Members {
		if !p.members[name] {
			p.compareRequest(t, len(shares), 0.3, name)
		}
	}
}

func (p *awsPair) compareRequest(t *testing.T, n int, share float64, with string) {
	ours, theirs := p.inputs(t, n, share, with)
	p.call(p.theirs, theirs)
	want := p.sent(t)
	p.verify(t)
	p.call(p.ours, ours)
	got := p.sent(t)
	p.verify(t)
	p.signAgain(t)
	want, got = withoutDifferences("aws", want, got)
	assert.Equal(t, want, got, "%s %d %s", p.operation, n, with)
	p.requests++
	p.valid++
}

// inputs makes the same random input for both sides, one that our validation passes and that has the
// named member.
func (p *awsPair) inputs(t *testing.T, n int, share float64, with string) (ours, theirs reflect.Value) {
	g := newGenerator(p.model, p.seed(with+"request", n), share)
	var problem error
	for try := range 3000 {
		if try > 300 {
			g.share = g.Float64() // a rule in prose wants a member with another, or without
		}
		value := g.structure(p.model.input(p.operation))
		if value[with] == nil && with != "" {
			continue
		}
		ours = p.input(t, p.ours, value)
		if problem = ours.Addr().Interface().(interface{ Validate() error }).Validate(); problem == nil {
			for name := range value {
				p.members[name] = true
			}
			return ours, p.input(t, p.theirs, value)
		}
	}
	require.NoError(t, problem, "no valid input of %s with %q", p.operation, with)
	return ours, theirs
}

// input makes a request of one side.
func (p *awsPair) input(t *testing.T, client reflect.Value, value map[string]any) reflect.Value {
	typ := methodOf(client, p.operation).Type().In(1)
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	request := reflect.New(typ).Elem()
	require.NoError(t, fill(request, value), p.operation)
	return request
}

func (p *awsPair) call(client, request reflect.Value) (any, error) {
	method := methodOf(client, p.operation)
	if method.Type().In(1).Kind() == reflect.Pointer {
		request = request.Addr()
	}
	p.request = nil
	out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), request})
	err, _ := reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

// verify checks the signature of the last request with our verifier.
func (p *awsPair) verify(t *testing.T) {
	_, err := sigv4.Verify(p.signed(t), func(string) (string, bool) { return "secret", true })
	require.NoError(t, err, p.operation)
	p.signatures++
}

// signAgain has the official signer sign our last request once more. It would sign the length of the
// body beside its hash, as the official client does and we do not.
func (p *awsPair) signAgain(t *testing.T) {
	again := p.request.Clone(t.Context())
	want := again.Header.Get("Authorization")
	again.Header.Del("Authorization")
	again.ContentLength = 0
	at, err := time.Parse("20060102T150405Z", again.Header.Get("X-Amz-Date"))
	require.NoError(t, err)
	hash := sha256.Sum256(p.body)
	key := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	require.NoError(t, v4.NewSigner().SignHTTP(t.Context(), key, again, hex.EncodeToString(hash[:]), p.service, clients.AWSRegion, at))
	require.Equal(t, again.Header.Get("Authorization"), want, p.operation)
	p.signatures++
}

// compareTokens checks that both sides fill in a missing token.
func (p *awsPair) compareTokens(t *testing.T) {
	name := ""
	for member, x := range p.model.input(p.operation).Members {
		if x.Traits.has("idempotencyToken") {
			name = member
		}
	}
	if name == "" {
		return
	}
	ours, theirs := p.inputs(t, 0, 0, "")
	for client, request := range map[reflect.Value]reflect.Value{p.ours: ours, p.theirs: theirs} {
		field, _ := fieldOf(request, name)
		field.SetZero()
		_, _ = p.call(client, request)
		s := p.sent(t)
		members, _ := s.Body.(map[string]any)
		token, _ := members[name].(string)
		if token == "" {
			token = p.recorder.request.URL.Query().Get(name)
		}
		assert.Regexp(t, "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", token, p.operation)
		p.tokens++
	}
}

// compareResponses makes both sides decode the same random responses.
func (p *awsPair) compareResponses(t *testing.T) {
	defer func() { p.answer = refused }()
	ours, theirs := p.inputs(t, 0, 0, "")
	for n := range shares {
		value := newAnswer(p.model, p.service, p.operation, n)
		got := complete(t, p.model, p.operation, value, func() (any, error) {
			body := onWire(value).(map[string]any)
			if len(body) > 0 { // else it would be foreign
				body["aMemberOfTomorrow"] = map[string]any{"a": []any{1, "b", nil}}
			}
			p.answer = answer{status: http.StatusOK, body: mustJSON(body)}
			return p.call(p.ours, ours)
		})
		want, err := p.call(p.theirs, theirs)
		require.NoError(t, err, p.operation)
		assert.Equal(t, plain(reflect.ValueOf(want)), plain(reflect.ValueOf(got)), "%s %d", p.operation, n)
		assert.Equal(t, plain(reflect.ValueOf(value)), plain(reflect.ValueOf(got)), "%s %d", p.operation, n)
		p.responses++
	}
}

// onWire replaces times by what stands for them in JSON.
func onWire(v any) any {
	switch v := v.(type) {
	case time.Time:
		return json.Number(strconv.FormatFloat(float64(v.UnixMilli())/1000, 'f', 3, 64))
	case map[string]any:
		out := map[string]any{}
		for name, member := range v {
			out[name] = onWire(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = onWire(v[i])
		}
		return out
	}
	return v
}
