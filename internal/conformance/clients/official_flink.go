package clients

import (
	"net/http"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/utils"
	"github.com/alibabacloud-go/tea/dara"
)

// Flinker is the official runtime of Alibaba Cloud with what the Flink product client adds to it.
type Flinker struct{ runtime *openapi.Client }

// FlinkCall is one call. Its path has all labels filled in and escaped.
type FlinkCall struct {
	Action, Method, Path string
	Query                map[string]any
	Headers              map[string]*string
	Body                 any // nil for none
}

// OfficialFlink returns the official client. With olderSignature it signs with HMAC-SHA1.
func OfficialFlink(t Target, olderSignature bool) (*Flinker, error) {
	scheme, key, secret := t.scheme(), t.keyID(), t.secret()
	region, endpoint := AlibabaRegion, t.host()
	cfg := &utils.Config{
		AccessKeyId: &key, AccessKeySecret: &secret, RegionId: &region, Endpoint: &endpoint, Protocol: &scheme,
		MaxIdleConns: new(64), // the default of 2 makes a connection for nearly every call
	}
	if t.URL == "" {
		rule, err := utils.GetEndpointRules(new("ververica"), &region, new("regional"), new("public"), new(""))
		if err != nil {
			return nil, err
		}
		cfg.Endpoint = rule
	}
	if t.Transport != nil {
		cfg.HttpClient = roundTripper{t.Transport}
	}
	if olderSignature {
		cfg.SignatureAlgorithm = new("v2")
	}
	runtime, err := openapi.NewClient(cfg)
	if err != nil {
		return nil, err
	}
	return &Flinker{runtime}, nil
}

// roundTripper passes a transport to the runtime.
type roundTripper struct{ http.RoundTripper }

func (r roundTripper) Call(req *http.Request, _ *http.Transport) (*http.Response, error) {
	return r.RoundTrip(req)
}

// Do makes a call and returns the body of the response.
func (c *Flinker) Do(call FlinkCall) (map[string]any, error) {
	answer, err := c.runtime.CallApi(call.parameters(), call.request(), &dara.RuntimeOptions{})
	if err != nil {
		return nil, err
	}
	body, _ := answer["body"].(map[string]any)
	return body, nil
}

// DoInto makes a call and decodes the whole response, whose body is in the member body, as every method of the
// product client does.
func (c *Flinker) DoInto(call FlinkCall, out any) error {
	answer, err := c.runtime.CallApi(call.parameters(), call.request(), &dara.RuntimeOptions{})
	if err != nil {
		return err
	}
	return dara.Convert(answer, out)
}

// Stream makes a call whose response is a stream of events, and returns the data of each.
func (c *Flinker) Stream(call FlinkCall) ([]string, error) {
	events, errs := make(chan *openapi.SSEResponse, 1), make(chan error, 1)
	go c.runtime.CallSSEApi(call.parameters(), call.request(), &dara.RuntimeOptions{}, events, errs)
	var data []string
	for e := range events {
		data = append(data, dara.StringValue(e.Event.Data))
	}
	return data, <-errs
}

func (call FlinkCall) parameters() *utils.Params {
	return &utils.Params{
		Action: &call.Action, Version: new(FlinkVersion), Protocol: new("HTTPS"), Pathname: &call.Path, Method: &call.Method,
		AuthType: new("AK"), Style: new("ROA"), ReqBodyType: new("json"), BodyType: new("json"),
	}
}

func (call FlinkCall) request() *utils.OpenApiRequest {
	r := &utils.OpenApiRequest{Headers: call.Headers, Query: utils.Query(call.Query)}
	if call.Body != nil {
		r.Body = utils.ParseToMap(call.Body)
	}
	return r
}
