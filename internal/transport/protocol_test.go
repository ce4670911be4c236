package transport

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

type envelope struct {
	Data      *getResponse `json:"data,omitzero"`
	Success   bool         `json:"success,omitzero"`
	RequestID string       `json:"requestId,omitzero"`
}

// finding is what a test expects of a Finding; Malformed is only whether.
type finding struct {
	code, message, id string
	failed, malformed bool
	retryAfter        time.Duration
}

func check(t *testing.T, want finding, f Finding) {
	assert.Equal(t, cloud.Code(want.code), f.Code)
	assert.Equal(t, want.message, f.Message)
	assert.Equal(t, want.id, f.RequestID)
	assert.Equal(t, want.failed, f.Failed)
	assert.Equal(t, want.malformed, f.Malformed != nil, "%v", f.Malformed)
	assert.Equal(t, want.retryAfter, f.RetryAfter)
}

func TestROADecode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		header http.Header
		body   string
		want   finding
	}{
		{"success", 200, nil, `{"requestId":"R1","success":true,"errorCode":"\"\"","data":{"status":"UP"}}`, finding{id: "R1"}},
		{"refusal in 200", 200, nil, `{"requestId":"R2","success":false,"errorCode":"990301","errorMessage":"no job","data":null}`,
			finding{code: "990301", message: "no job", id: "R2", failed: true}},
		{"refusal that says message and reason", 200, nil, `{"success":false,"message":"m","reason":"r"}`, finding{message: "m", failed: true}},
		{"refusal around odd data", 200, nil, `{"success":false,"errorCode":"990301","errorMessage":"gone","data":""}`,
			finding{code: "990301", message: "gone", failed: true}},
		{"code without a word of success", 200, nil, `{"requestId":"R","errorCode":"990301","errorMessage":"gone"}`,
			finding{code: "990301", message: "gone", id: "R", failed: true}},
		{"gateway error in 200", 200, nil, `{"RequestId":"R3","Code":"Forbidden.RAM","Message":"no"}`,
			finding{code: "Forbidden.RAM", message: "no", id: "R3", failed: true}},
		{"gateway", 403, nil, `{"RequestId":"R4","Code":"NoPermission","Message":"no","AccessDeniedDetail":{"AuthAction":"stream:HotUpdateJob","AuthPrincipalType":"SubUser","PolicyType":"AccountLevelIdentityBasedPolicy","NoPermissionType":"ImplicitDeny","EncodedDiagnosticMessage":"AQEA"}}`,
			finding{code: "NoPermission", message: "no [action stream:HotUpdateJob, principal SubUser, policy AccountLevelIdentityBasedPolicy, ImplicitDeny, diagnostic AQEA]", id: "R4", failed: true}},
		{"throttling", 400, http.Header{"X-Acs-Retry-After": {"1500"}}, `{"RequestId":"R5","Code":"Throttling.User","Message":"slow"}`,
			finding{code: "Throttling.User", message: "slow", id: "R5", failed: true, retryAfter: 1500 * time.Millisecond}},
		{"service-style 500", 500, nil, `{"requestId":"R6","success":false,"errorCode":"998001","errorMessage":"abm"}`,
			finding{code: "998001", message: "abm", id: "R6", failed: true}},
		{"HTML 502", 502, http.Header{"X-Acs-Request-Id": {"R7"}}, `<html>`, finding{id: "R7"}},
		{"empty 503", 503, nil, ``, finding{}},
		{"HTML 200", 200, nil, `<html>`, finding{malformed: true}},
		{"empty 200", 200, nil, ``, finding{malformed: true}},
		{"null 200", 200, nil, `null`, finding{malformed: true}},
		{"empty object", 200, nil, `{}`, finding{malformed: true}},
		{"half", 200, nil, `{"success":true,"data":{"st`, finding{malformed: true}},
		{"success alone", 200, nil, `{"success":true}`, finding{}},
		{"an id alone", 200, nil, `{"requestId":"R8"}`, finding{id: "R8"}},
		{"data alone", 200, nil, `{"data":{"status":"UP"}}`, finding{malformed: true}},
		{"foreign", 200, nil, `{"error":"captive portal, log in"}`, finding{malformed: true}},
		{"null success", 200, nil, `{"success":null,"data":null}`, finding{malformed: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out envelope
			if tt.header == nil {
				tt.header = http.Header{}
			}
			check(t, tt.want, ROA{}.Decode(&Answer{tt.status, tt.header, []byte(tt.body)}, &out))
			if tt.name == "success" {
				assert.Equal(t, envelope{&getResponse{Status: "UP"}, true, "R1"}, out)
			}
		})
	}
}

// TestROAWithoutEnvelope is about the operations whose responses have none.
func TestROAWithoutEnvelope(t *testing.T) {
	t.Parallel()
	for body, malformed := range map[string]bool{`{"status":"UP"}`: false, `{"status":null}`: false, `{"portal":1}`: true, `{}`: true} {
		f := ROA{}.Decode(&Answer{Status: 200, Body: []byte(body)}, new(getResponse))
		assert.Equal(t, malformed, f.Malformed != nil, body)
	}
}

// TestDemand is what may be certain at the end of a path.
func TestDemand(t *testing.T) {
	t.Parallel()
	type response struct {
		Thing *struct {
			ID    string         `json:"id"`
			Owner *envelope      `json:"owner"`
			Size  int            `json:"size"`
			Tags  map[string]any `json:"tags"`
		} `json:"thing"`
		Plain  getResponse `json:"plain"`
		Things []string    `json:"things"`
		Ready  bool        `json:"ready"`
		ID     string      `json:"requestId"`
	}
	tests := []struct {
		certain []string
		body    string
		want    string
	}{
		{[]string{"thing"}, `{"thing":{}}`, ""},
		{[]string{"thing"}, `{"thing":null}`, "it has no thing"},
		{[]string{"thing"}, `{"thing":{},"thing":null}`, "it has no thing"},
		{[]string{"thing"}, `{"requestId":"r"}`, "it has no thing"},
		{[]string{"thing.id"}, `{"thing":{"id":"a"}}`, ""},
		{[]string{"thing.id"}, `{"thing":{"id":""}}`, "it has no thing.id"},
		{[]string{"thing.id"}, `{"thing":{}}`, "it has no thing.id"},
		{[]string{"thing.id"}, `{"thing":null}`, "it has no thing.id"},
		{[]string{"thing.owner.data"}, `{"thing":{"owner":{"data":{}}}}`, ""},
		{[]string{"thing.owner.data"}, `{"thing":{"owner":null}}`, "it has no thing.owner.data"},
		{[]string{"thing.unknown"}, `{"thing":{"unknown":1}}`, "it has no thing.unknown"},
		{[]string{"plain"}, `{"plain":{}}`, ""},
		{[]string{"plain"}, `{"plain":null}`, "it has no plain"},
		{[]string{"things"}, `{"things":[]}`, ""},
		{[]string{"things"}, `{"things":null}`, ""},
		{[]string{"things"}, `{"plain":{}}`, "it has no things"},
		{[]string{"ready"}, `{"ready":false}`, ""},
		{[]string{"ready"}, `{"ready":null}`, "it has no ready"},
		{[]string{"ready"}, `{}`, "it has no ready"},
		{[]string{"requestId", "ready"}, `{"requestId":"r"}`, "it has no ready"},
	}
	for _, tt := range tests {
		var f Finding
		f.Seen, _, f.Malformed = decodeObject([]byte(tt.body), new(response))
		require.NoError(t, f.Malformed)
		f.demand(&Operation{Certain: tt.certain})
		if tt.want == "" {
			assert.NoError(t, f.Malformed, "%v of %s", tt.certain, tt.body)
			continue
		}
		assert.EqualError(t, f.Malformed, tt.want, tt.body)
	}
}

func TestTC3Decode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		body string
		want finding
	}{
		{"success", `{"Response":{"status":"UP","RequestId":"R1"}}`, finding{id: "R1"}},
		{"error in 200", `{"Response":{"Error":{"Code":"ResourceNotFound.DataEngineNotFound","Message":"none"},"RequestId":"R2"}}`,
			finding{code: "ResourceNotFound.DataEngineNotFound", message: "none", id: "R2", failed: true}},
		{"error beside odd members", `{"Response":{"size":"x","Error":{"Code":"ResourceNotFound.X","Message":"gone"},"RequestId":"R5"}}`,
			finding{code: "ResourceNotFound.X", message: "gone", id: "R5", failed: true}},
		{"error null", `{"Response":{"Error":null,"status":"UP","RequestId":"R3"}}`, finding{id: "R3"}},
		{"legacy", `{"code":4100,"message":"auth","codeDesc":"AuthFailure"}`, finding{code: "AuthFailure", message: "auth", failed: true}},
		{"null", `null`, finding{malformed: true}},
		{"null response", `{"Response":null}`, finding{malformed: true}},
		{"empty object", `{}`, finding{malformed: true}},
		{"empty response", `{"Response":{}}`, finding{malformed: true}},
		{"nothing", ``, finding{malformed: true}},
		{"HTML", `<html>`, finding{malformed: true}},
		{"half", `{"Response":{"status":"U`, finding{malformed: true}},
		{"garbage after", `{"Response":{"RequestId":"R4"}}}`, finding{malformed: true, id: "R4"}},
		{"list", `[]`, finding{malformed: true}},
	}
	p := NewTC3(TC3Options{Service: "dlc"})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out getResponse
			check(t, tt.want, p.Decode(&Answer{200, http.Header{}, []byte(tt.body)}, &out))
			if tt.name == "success" {
				assert.Equal(t, getResponse{Status: "UP"}, out)
			}
		})
	}
}

func TestAWSEndpoint(t *testing.T) {
	t.Parallel()
	tests := []struct {
		region          string
		fips, dualStack bool
		want            string
	}{
		{"us-east-1", false, false, "https://proton.us-east-1.amazonaws.com"},
		{"us-east-1", true, false, "https://proton-fips.us-east-1.amazonaws.com"},
		{"us-east-1", false, true, "https://proton.us-east-1.api.aws"},
		{"us-east-1", true, true, "https://proton-fips.us-east-1.api.aws"},
		{"cn-north-1", false, false, "https://proton.cn-north-1.amazonaws.com.cn"},
		{"cn-north-1", true, true, "https://proton-fips.cn-north-1.api.amazonwebservices.com.cn"},
		{"us-gov-east-1", false, false, "https://proton.us-gov-east-1.amazonaws.com"},
		{"us-gov-east-1", true, false, "https://proton-fips.us-gov-east-1.amazonaws.com"},
		{"us-gov-east-1", false, true, "https://proton.us-gov-east-1.api.aws"},
		{"us-iso-east-1", true, false, "https://proton-fips.us-iso-east-1.c2s.ic.gov"},
		{"us-iso-east-1", false, true, "https://proton.us-iso-east-1.api.aws.ic.gov"},
		{"us-isob-east-1", false, false, "https://proton.us-isob-east-1.sc2s.sgov.gov"},
		{"us-isob-east-1", true, true, "https://proton-fips.us-isob-east-1.api.aws.scloud"},
		{"us-isof-south-1", false, false, "https://proton.us-isof-south-1.csp.hci.ic.gov"},
		{"us-isof-south-1", false, true, "https://proton.us-isof-south-1.api.aws.hci.ic.gov"},
		{"eu-isoe-west-1", false, false, "https://proton.eu-isoe-west-1.cloud.adc-e.uk"},
		{"eu-isoe-west-1", true, true, "https://proton-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk"},
		{"eusc-de-east-1", false, false, "https://proton.eusc-de-east-1.amazonaws.eu"},
		{"eusc-de-east-1", true, false, "https://proton-fips.eusc-de-east-1.amazonaws.eu"},
		{"eusc-de-east-1", false, true, "https://proton.eusc-de-east-1.api.amazonwebservices.eu"},
		{"xx-new-1", false, true, "https://proton.xx-new-1.api.aws"},
	}
	for _, tt := range tests {
		got, err := AWSEndpoint(AWSAddress{Service: "proton", Region: tt.region, FIPS: tt.fips, DualStack: tt.dualStack})
		require.NoError(t, err)
		assert.Equal(t, tt.want, got)
	}
	_, err := AWSEndpoint(AWSAddress{Service: "proton", Region: "us-east-1", FIPS: true, Custom: "https://example.com"})
	assert.ErrorIs(t, err, cloud.ErrInvalid)
}

func TestKindsOfAllAWSServices(t *testing.T) {
	t.Parallel()
	for code, kind := range map[cloud.Code]cloud.Kind{
		"ExpiredTokenException": cloud.ErrUnauthenticated, "UnrecognizedClientException": cloud.ErrUnauthenticated,
		"AccessDenied": cloud.ErrDenied, "SlowDown": cloud.ErrThrottled, "ServiceUnavailable": cloud.ErrUnavailable,
		"InternalFailure": cloud.ErrInternal, "UnknownOperationException": cloud.ErrUnsupported, "SerializationException": cloud.ErrInvalid,
		"NeverHeardOfIt": "",
	} {
		assert.Equal(t, kind, AWSKind(code), code)
	}
	c, err := NewAWS(cloud.Config{Region: "us-east-1"}, AWSService{Name: "things", Kinds: map[cloud.Code]cloud.Kind{"ThrottlingException": cloud.ErrQuota}})
	require.NoError(t, err)
	assert.Equal(t, cloud.ErrQuota, c.service.Kinds("ThrottlingException"), "the service's own table goes first")
	assert.Equal(t, cloud.ErrDenied, c.service.Kinds("AccessDenied"))
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	tests := []struct {
		address string
		plain   bool
		says    string // empty: accepted
	}{
		{"https://example.com", false, ""},
		{"https://example.com:8443/base/", false, ""},
		{"http://127.0.0.1:8080", false, ""},
		{"http://localhost", false, ""},
		{"http://[::1]:80", false, ""},
		{"http://example.com", true, ""},
		{"http://example.com", false, "must be https beyond loopback"},
		{"http://localhost.example.com", false, "must be https beyond loopback"},
		{"http://10.0.0.1", false, "must be https beyond loopback"},
		{"example.com", false, "must be an https URL with a host"},
		{"ftp://example.com", false, "must be an https URL with a host"},
		{"https://", false, "must be an https URL with a host"},
		{"https:example.com", false, "must be an https URL with a host"},
		{"https://exa mple.com", false, "must be a URL"},
		{"://", false, "must be a URL"},
		{"https://user:hunter2@example.com", false, "must have no user, query or fragment"},
		{"https://example.com?x=1", false, "must have no user, query or fragment"},
		{"https://example.com#x", false, "must have no user, query or fragment"},
	}
	for _, tt := range tests {
		t.Run(tt.address, func(t *testing.T) {
			t.Parallel()
			_, err := New(cloud.Config{Endpoint: tt.address, AllowPlainHTTP: tt.plain}, testService())
			if tt.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.ErrorContains(t, err, "things: invalid: Endpoint: "+tt.says)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// TestBadEndpointsAreNotRepeated has addresses with a password in every place. What does not parse is not
// shown at all.
func TestBadEndpointsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for address, shown := range map[string]string{
		"https://user:hunter2@exa mple.com/":    "",
		"https://user:hunter2@example.com:port": "",
		"https://user:hunter2@[::1":             "",
		"https://user:hunter2@example.com/%zz":  "",
		"user:hunter2@example.com":              "",
		"//user:hunter2@example.com":            `, given "//example.com"`,
		"https://user:hunter2@example.com":      `, given "https://example.com"`,
		"https://hunter2@example.com/base":      `, given "https://example.com/base"`,
		"https://example.com?token=hunter2":     `, given "https://example.com"`,
		"https://example.com/#hunter2":          `, given "https://example.com/"`,
		"ftp://user:hunter2@example.com":        `, given "ftp://example.com"`,
		"hunter2":                               "",
		"http://example.com/\nhunter2":          "",
	} {
		_, err := New(cloud.Config{Endpoint: address}, testService())
		require.ErrorIs(t, err, cloud.ErrInvalid, address)
		assert.NotContains(t, err.Error(), "hunter2")
		assert.NotContains(t, err.Error(), "\n")
		assert.True(t, strings.HasSuffix(err.Error(), shown), "%q shows %s", address, err)
		if shown == "" {
			assert.NotContains(t, err.Error(), "given", address)
		}
		err = InvalidOption("things", "Endpoint", "excludes WithVPC", address)
		assert.NotContains(t, err.Error(), "hunter2", "wherever an endpoint is refused")
	}
}

func TestEndpointWithAPath(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
	c := newClient(t, s, func(cfg *cloud.Config) { cfg.Endpoint = "https://proxy.example.com/aws%2Fthings/" })
	_, err := get(t.Context(), c, &readOp)
	require.NoError(t, err)
	assert.Equal(t, "/aws%2Fthings/things/a%20b%2Fc", s.sent[0].URL.EscapedPath())

	rpc := Operation{Name: "Get", Method: "POST", Path: "/"}
	_, err = get(t.Context(), c, &rpc)
	require.NoError(t, err)
	assert.Equal(t, "/aws%2Fthings", s.sent[1].URL.EscapedPath())

	c = newClient(t, s, func(cfg *cloud.Config) { cfg.Endpoint = "https://proxy.example.com/a*b" })
	_, err = get(t.Context(), c, &rpc)
	require.NoError(t, err)
	assert.Equal(t, "/a*b", s.sent[2].URL.EscapedPath(), "as it is signed, although net/url would escape it")
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"us-east-1", "cn-hangzhou", "ap-shanghai-fsi", "cn-shanghai-finance-1"} {
		assert.NoError(t, CheckRegion("things", good))
	}
	for _, bad := range []string{"", "US-EAST-1", "us east", "evil.com/", "a.b", "é", "-us", "us-", strings.Repeat("a", 64)} {
		err := CheckRegion("things", bad)
		require.ErrorIs(t, err, cloud.ErrInvalid, bad)
		assert.ErrorContains(t, err, "Region: ")
	}
}

func BenchmarkCall(b *testing.B) {
	s := &fixed{body: `{"status":"UP","size":3}`}
	c, err := New(cloud.Config{Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, ""), HTTPClient: &http.Client{Transport: s}}, testService())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Call(b.Context(), c, &readOp, &getRequest{Name: "a", Code: "x"}, new(getResponse)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefusedCall(b *testing.B) {
	s := &fixed{status: 409, body: `{"message":"busy"}`, header: http.Header{"X-Amzn-Errortype": {"ConflictException"}}}
	c, err := New(cloud.Config{Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, ""), HTTPClient: &http.Client{Transport: s}}, testService())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Call(b.Context(), c, &readOp, &getRequest{Name: "a"}, new(getResponse)); err == nil {
			b.Fatal("accepted")
		}
	}
}
