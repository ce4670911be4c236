package conformance_test

import (
	"fmt"
	"net/http"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

func compareDLC(t *testing.T) *counts {
	p := newDLCPair(t)
	for _, operation := range p.model.operations() {
		p.operation = operation
		p.operations++
		p.compareRequests(t)
		p.compareResponses(t)
	}
	return &p.counts
}

// dlcPair is our client and the official runtime, and how often they agreed.
type dlcPair struct {
	recorder
	counts
	operation string
	model     model
	ours      reflect.Value
	theirs    *common.Client
}

func newDLCPair(t *testing.T) *dlcPair {
	p := &dlcPair{model: loadModel(t, "dlc")}
	p.answer = dlcRefused
	target := clients.Target{Transport: &p.recorder}
	cfg := clients.Config(target, clients.TencentRegion)
	cfg.SkipValidation = true // the model has neither lists of values nor the rules in prose
	// The official client leaves the action out of what it signs; by default ours does not.
	ours, err := dlc.New(cfg, dlc.WithActionUnsigned())
	require.NoError(t, err)
	p.ours, p.theirs = reflect.ValueOf(ours), clients.OfficialDLC(target)
	return p
}

// dlcRefused is a response that neither side retries.
var dlcRefused = answer{status: http.StatusOK, body: []byte(`{"Response":{"Error":{"Code":"InvalidParameter","Message":"no"},"RequestId":"R"}}`)}

func (p *dlcPair) compareRequests(t *testing.T) {
	for n, share := range shares {
		g := newGenerator(p.model, fmt.Sprint("dlc", p.operation, "request", n), share)
		value := g.structure(p.model.input(p.operation))
		_, _ = p.callTheirs(t, value)
		want := p.sent(t)
		p.verify(t)
		_, _ = p.callOurs(t, value)
		got := p.sent(t)
		p.verify(t)
		p.signAgain(t)
		want, got = withoutDifferences("dlc", want, got)
		assert.Equal(t, want, got, "%s %d", p.operation, n)
		p.requests++
		p.valid += valid(p.input(t, value))
	}
}

func (p *dlcPair) callOurs(t *testing.T, value map[string]any) (any, error) {
	p.request = nil
	return call(methodOf(p.ours, p.operation), p.input(t, value))
}

func (p *dlcPair) input(t *testing.T, value map[string]any) reflect.Value {
	request := reflect.New(methodOf(p.ours, p.operation).Type().In(1)).Elem()
	require.NoError(t, fill(request, value), p.operation)
	return request
}

func (p *dlcPair) callTheirs(t *testing.T, value map[string]any) ([]byte, error) {
	request := tchttp.NewCommonRequest("dlc", clients.DLCVersion, p.operation)
	require.NoError(t, request.SetActionParameters(value))
	response := tchttp.NewCommonResponse()
	p.request = nil
	err := p.theirs.Send(request, response)
	return response.GetBody(), err
}

// verify checks the signature of the last request with our verifier.
func (p *dlcPair) verify(t *testing.T) {
	_, err := tc3.Verify(p.signed(t), func(string) (string, bool) { return "secret", true })
	require.NoError(t, err, p.operation)
	p.signatures++
}

// signAgain has the official runtime sign our last request once more. It has no function for that, but
// sends a request at a time and with a body that it is given.
func (p *dlcPair) signAgain(t *testing.T) {
	ours := p.signed(t)
	request := &rawRequest{clients.NewDLCRequest(p.operation), p.body}
	request.SetHttpMethod(http.MethodPost)
	request.SetHeader(map[string]string{"X-TC-Timestamp": ours.Header.Get("X-Tc-Timestamp")})
	last := p.recorder.request
	_ = p.theirs.Send(request, tchttp.NewCommonResponse())
	assert.JSONEq(t, string(ours.Body), string(p.body))
	if string(ours.Body) == string(p.body) { // not so if its encoder escapes what ours does not
		require.Equal(t, p.signed(t).Header.Get("Authorization"), ours.Header.Get("Authorization"), p.operation)
		p.signatures++
	}
	p.recorder.request, p.body = last, ours.Body
}

// rawRequest is a request of the official runtime with a body that is there already.
type rawRequest struct {
	*tchttp.BaseRequest
	body []byte
}

func (r *rawRequest) MarshalJSON() ([]byte, error) { return r.body, nil }

// compareResponses makes both sides decode the same random responses.
func (p *dlcPair) compareResponses(t *testing.T) {
	defer func() { p.answer = dlcRefused }()
	input := newGenerator(p.model, p.operation, 0).structure(p.model.input(p.operation))
	for n := range shares {
		value := newAnswer(p.model, "dlc", p.operation, n)
		value["RequestId"] = "13bfd2b2-b92e-4c49-9c7e-3662b5f32165" // always there
		got := complete(t, p.model, p.operation, value, func() (any, error) {
			p.answer = answer{status: http.StatusOK, body: mustJSON(map[string]any{"Response": value})}
			return p.callOurs(t, input)
		})
		want, err := p.callTheirs(t, input)
		require.NoError(t, err, p.operation)
		again, err := wire.Append(nil, got)
		require.NoError(t, err, p.operation)
		theirs, ok := plainJSON(t, want).(map[string]any)
		require.True(t, ok, p.operation)
		assert.Equal(t, theirs["Response"], plainJSON(t, again), "%s %d", p.operation, n)
		p.responses++
	}
}
