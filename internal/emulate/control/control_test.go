package control_test

import (
	"bufio"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/control"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/journal"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/proton"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
)

// fixture is a control API in front of two services.
type fixture struct {
	api    http.Handler
	front  *front.Server
	resets int
}

const seed = `{
	"dlc": {"DataEngine": [{"DataEngineName": "reports", "DataEngineId": "engine-1", "CreateTime": 1000000000000, "UpdateTime": 1000000001000}]},
	"proton": {"Service": [{"name": "<storefront>", "status": "ACTIVE", "templateName": "web", "description": "shop"}]}
}`

const publicKey = "emulator-access-key"

var publicCredentials = sign.Credentials{AccessKeyID: publicKey, SecretAccessKey: "emulator-secret-key"}

func newFixture(t *testing.T, hosts ...string) *fixture {
	t.Helper()
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	keys := &front.Keys{Public: publicKey}
	keys.Add(cloud.Credentials{AccessKeyID: publicKey, SecretAccessKey: cloud.NewSecret("emulator-secret-key")})
	keys.Add(cloud.Credentials{
		AccessKeyID: "private-key", SecretAccessKey: cloud.NewSecret("private-secret"), SessionToken: cloud.NewSecret("private-token"),
	})
	w := world.New([32]byte{})
	w.Region, w.ChangeTime = "us-east-1", time.Hour
	server, err := front.NewServer(front.Config{
		World: w, Keys: keys, Logger: slog.New(slog.DiscardHandler), Done: done, Journal: journal.New(journal.Header{}),
		Services: func() []front.Service { return []front.Service{dlc.New(w, keys), proton.New(w, keys)} },
		Options:  journal.Options{Region: w.Region, ChangeTime: w.ChangeTime},
	})
	require.NoError(t, err)
	require.NoError(t, server.Load(strings.NewReader(seed)))
	f := &fixture{front: server}
	f.api = control.New(control.Emulator{Front: server, Hosts: hosts, Done: done, Reset: func() error {
		f.resets++
		return server.Reset([32]byte{1})
	}})
	return f
}

// suspend begins a change of the engine.
func (f *fixture) suspend(t *testing.T) {
	t.Helper()
	r := httptest.NewRequest("POST", "http://127.0.0.1:4566/", strings.NewReader(`{"DataEngineName":"reports","Operate":"suspend"}`))
	r.Header = http.Header{
		"Content-Type": {"application/json"}, "X-Tc-Action": {"SuspendResumeDataEngine"}, "X-Tc-Version": {"2021-01-25"}, "X-Tc-Region": {"ap-guangzhou"},
	}
	tc3.New("dlc", false).Sign(&sign.Request{
		Method: "POST", Host: r.Host, Path: "/", Header: r.Header, Body: []byte(`{"DataEngineName":"reports","Operate":"suspend"}`),
	}, publicCredentials, time.Now())
	w := httptest.NewRecorder()
	f.front.ServeHTTP(w, r)
	require.Len(t, f.front.UnderWay(), 1, w.Body)
}

// do sends a request as a local program does, with more headers in pairs.
func (f *fixture) do(method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:4566"+control.Prefix+path, strings.NewReader(body))
	if method == http.MethodPost || method == http.MethodPut {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	w := httptest.NewRecorder()
	f.api.ServeHTTP(w, r)
	return w
}

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		method string
		header []string
		status int
		field  string
	}{
		{"a local program", "POST", nil, 200, ""},
		{"localhost", "POST", []string{"Host", "localhost:4566"}, 200, ""},
		{"IPv6", "POST", []string{"Host", "[::1]:4566"}, 200, ""},
		{"the configured name", "POST", []string{"Host", "emulator.test:80"}, 200, ""},
		{"the page itself", "POST", []string{"Origin", "http://127.0.0.1:4566", "Sec-Fetch-Site", "same-origin"}, 200, ""},
		{"a charset", "POST", []string{"Content-Type", "application/json; charset=utf-8"}, 200, ""},
		{"a name that was pointed here", "POST", []string{"Host", "evil.example"}, 403, "header Host"},
		{"reading by such a name", "GET", []string{"Host", "evil.example:4566"}, 403, "header Host"},
		{"a name that begins with localhost", "GET", []string{"Host", "localhost.evil.example"}, 403, "header Host"},
		{"an address that is not configured", "GET", []string{"Host", "192.0.2.1"}, 403, "header Host"},
		{"no host", "GET", []string{"Host", ""}, 403, "header Host"},
		{"another origin", "POST", []string{"Origin", "https://evil.example"}, 403, "header Origin"},
		{"another port", "POST", []string{"Origin", "http://127.0.0.1:8080"}, 403, "header Origin"},
		{"a sandboxed page", "POST", []string{"Origin", "null"}, 403, "header Origin"},
		{"an image of another site", "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403, "header Sec-Fetch-Site"},
		{"a link on another site", "PAGE", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200, ""},
		{"a frame on another site", "PAGE", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 403, "header Sec-Fetch-Site"},
		{"a link on another site to the API", "GET", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 403, "header Sec-Fetch-Site"},
		{"a site of the same domain", "POST", []string{"Sec-Fetch-Site", "same-site"}, 403, "header Sec-Fetch-Site"},
		{"a download link", "DOWNLOAD", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 403, "header Sec-Fetch-Site"},
		{"a name with a dot at the end", "GET", []string{"Host", "127.0.0.1.:4566"}, 403, "header Host"},
		{"a user before the host", "GET", []string{"Host", "127.0.0.1@evil.example"}, 403, "header Host"},
		{"an IPv4 address in hexadecimal", "GET", []string{"Host", "0x7f000001"}, 403, "header Host"},
		{"all addresses", "GET", []string{"Host", "0.0.0.0:4566"}, 403, "header Host"},
		{"another scheme", "POST", []string{"Origin", "https://127.0.0.1:4566"}, 403, "header Origin"},
		{"an origin with a path", "POST", []string{"Origin", "http://127.0.0.1:4566/"}, 403, "header Origin"},
		{"two content types", "POST", []string{"Content-Type", "application/json, text/plain"}, 415, "header Content-Type"},
		{"a form", "POST", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "header Content-Type"},
		{"plain text", "POST", []string{"Content-Type", "text/plain"}, 415, "header Content-Type"},
		{"no content type", "POST", []string{"Content-Type", ""}, 415, "header Content-Type"},
		{"JSON in the parameters of another type", "POST", []string{"Content-Type", "text/plain; a=application/json"}, 415, "header Content-Type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, "emulator.test")
			path := "reset"
			method := tt.method
			if at, ok := map[string]string{"GET": "health", "PAGE": "", "DOWNLOAD": "snapshot?secrets=include"}[method]; ok {
				method, path = http.MethodGet, at
			}
			w := f.do(method, path, "", tt.header...)
			assert.Equal(t, tt.status, w.Code, w.Body)
			assert.Equal(t, tt.field, errorOf(t, w)["field"])
			assert.Equal(t, tt.method == "POST" && tt.status == 200, f.resets == 1, "a refused request does nothing")
			assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		})
	}
}

func TestUnspecifiedAddress(t *testing.T) {
	t.Parallel()
	for host, status := range map[string]int{"192.0.2.1:4566": 200, "[2001:db8::1]:4566": 200, "evil.example": 403} {
		f := newFixture(t, "::")
		assert.Equal(t, status, f.do("GET", "health", "", "Host", host).Code, host)
	}
}

// errorOf returns the error of a response, or nil if it has none.
func errorOf(t *testing.T, w *httptest.ResponseRecorder) map[string]string {
	t.Helper()
	var body struct {
		Error map[string]string `json:"error"`
	}
	if w.Code >= 400 {
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body), w.Body)
	}
	return body.Error
}

func TestInvalidRequests(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method, path, body string
		status             int
		message            string
	}{
		{"GET", "nothing", "", 404, `path must be one of the control API, with its method, not "GET /_emulator/nothing"`},
		{"POST", "clock", "", 404, `path must be one of the control API, with its method, not "POST /_emulator/clock"`},
		{"POST", "advance", "", 400, `by must be a duration such as 1h30m, above 0`},
		{"POST", "advance", `{"by":"soon"}`, 400, `by must be a duration such as 1h30m, not below 0, not "soon"`},
		{"POST", "advance", `{"by":"-1h"}`, 400, `by must be a duration such as 1h30m, not below 0, not "-1h"`},
		{"POST", "advance", `{"by":"900000h"}`, 400, `by must not move the clock by more than 100 years in all, not "900000h"`},
		{"POST", "advance", `{"by":3}`, 400, `by must be a string, not "a JSON number"`},
		{"POST", "advance", `{"by":"1h","to":"noon"}`, 400, `to is not a member of this request`},
		{"POST", "advance", `{"by":"1h"`, 400, `body must be JSON: unexpected EOF`},
		{"POST", "advance", `{"by":"1h"}{}`, 400, `body must be one JSON object, without data after it`},
		{"POST", "advance", `["1h"]`, 400, `body must be a JSON object, not "[\"1h\"]"`},
		{"POST", "advance", `null`, 400, `body must be a JSON object, not "null"`},
		{"POST", "advance", `{"by":"` + strings.Repeat("1", 2<<20) + `"}`, 413, `body must have at most 1048576 bytes`},
		{"POST", "changes/x/finish", "", 400, `id must be a number from 1 on, not "x"`},
		{"POST", "changes/8/finish", "", 404, `id must be that of a change under way, not "8"`},
		{"POST", "changes/1/finish", `{"reason":"done"}`, 400, `reason is not a member of this request`},
		{"POST", "changes/1/fail", `{"because":"x"}`, 400, `because is not a member of this request`},
		{"POST", "script", `{}`, 400, `endings must have at least one ending`},
		{"POST", "script", `{"endings":[{"operation":"DescribeDataEngine"}]}`, 400, `endings[0].operation must be an operation that starts a change, not "DescribeDataEngine"`},
		{"POST", "script", `{"endings":[{"operation":"CreateTask","service":"dcl"}]}`, 400, `endings[0].service must be one of dlc, proton, not "dcl"`},
		{"POST", "script", `{"endings":[{"operation":"CreateTask","service":"proton"}]}`, 400, `endings[0].operation must be an operation that starts a change, not "CreateTask"`},
		{"POST", "script", `{"endings":[{"operation":"CreateTask","after":"-1s"}]}`, 400, `endings[0].after must be a duration such as 1h30m, not below 0, not "-1s"`},
		{"POST", "faults", `{"kind":"storm"}`, 400, `kind must be one of throttle, server-error, unavailable, latency, reset, truncate, error-in-200, html, empty-body, null-body, empty-object, oversize, expired-credentials, clock-skew, refuse, not "storm"`},
		{"POST", "faults", `{"kind":"reset","operation":"Nothing"}`, 400, `operation must be an operation of the service, not "Nothing"`},
		{"POST", "faults", `{"kind":"reset","skip":-1}`, 400, `skip must not be below 0, not "-1"`},
		{"POST", "faults", `{"kind":"reset","skip":1.5}`, 400, `skip must be an integer, not "a JSON number 1.5"`},
		{"POST", "faults", `{"kind":"refuse","status":99}`, 400, `status must be an HTTP status from 200 to 599, not "99"`},
		{"POST", "faults", `{"kind":"latency","delay":"long"}`, 400, `delay must be a duration such as 1h30m, not below 0, not "long"`},
		{"POST", "faults", `{"kind":"reset","id":3}`, 400, `id is assigned by the emulator and must be left out, not "3"`},
		{"DELETE", "faults/5", "", 404, `id must be that of a fault, not "5"`},
		{"GET", "requests?after=x", "", 400, `query parameter after must be a number from 0 on, not "x"`},
		{"GET", "state?limit=-1", "", 400, `query parameter limit must be a number from 0 on, not "-1"`},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.suspend(t)
			w := f.do(tt.method, tt.path, tt.body)
			assert.Equal(t, tt.status, w.Code)
			assert.Equal(t, tt.message, errorOf(t, w)["message"])
			assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
			assert.Empty(t, f.front.ActiveFaults())
			assert.Len(t, f.front.UnderWay(), 1)
			assert.Zero(t, f.front.World.Advanced())
		})
	}
}

func TestErrorsAreShort(t *testing.T) {
	t.Parallel()
	w := newFixture(t).do("POST", "advance", `{"by":"`+strings.Repeat("é", 10_000)+`"}`)
	assert.Equal(t, strings.Repeat("é", 200)+"…", errorOf(t, w)["given"])
}

func TestChanges(t *testing.T) {
	t.Parallel()
	for how, state := range map[string]string{"finish": "1", "fail": "2", "cancel": "2"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.suspend(t)
			assert.Contains(t, f.do("GET", "changes", "").Body.String(), `"id":1,"service":"dlc","operation":"SuspendResumeDataEngine","resource":"engine-1"`)
			body := ""
			if how == "fail" {
				body = `{"reason":"no capacity"}`
			}
			w := f.do("POST", "changes/1/"+how, body)
			assert.Equal(t, http.StatusOK, w.Code, w.Body)
			assert.Contains(t, w.Body.String(), `"changes":[]`)
			assert.Contains(t, f.do("GET", "state", "").Body.String(), `"name":"reports","status":"`+state+`"`)
			assert.Equal(t, how == "fail", strings.Contains(f.do("GET", "save", "").Body.String(), "no capacity"))
		})
	}
}

func TestScript(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.do("POST", "script", `{"endings":[{"operation":"SuspendResumeDataEngine","fail":true,"reason":"no capacity","after":"1m"}]}`)
	assert.JSONEq(t, `{"scripted":1}`, w.Body.String())
	f.suspend(t)
	change := f.front.UnderWay()[0]
	assert.Equal(t, time.Minute, change.Ends.Sub(change.Started))
	f.do("POST", "advance", `{"by":"2m"}`)
	assert.Contains(t, f.do("GET", "save", "").Body.String(), "no capacity")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := f.do("POST", "faults", `{"kind":"unavailable","service":"dlc","operation":"CreateTask","times":3,"retryAfter":"5s"}`)
	const fault = `{"id":1,"service":"dlc","operation":"CreateTask","kind":"unavailable","times":3,"retryAfter":"5s","left":3}`
	assert.JSONEq(t, fault, w.Body.String())
	f.do("POST", "faults", `{"kind":"reset","times":-1}`)
	assert.JSONEq(t, `{"faults":[`+fault+`,{"id":2,"kind":"reset","times":-1,"left":-1}]}`, f.do("GET", "faults", "").Body.String())
	assert.JSONEq(t, `{"faults":[`+fault+`]}`, f.do("DELETE", "faults/2", "").Body.String())
	assert.JSONEq(t, `{"faults":[]}`, f.do("DELETE", "faults", "").Body.String())
	assert.Empty(t, f.front.ActiveFaults())
}

func TestClock(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.do("POST", "advance", `{"by":"1h"}`)
	w := f.do("POST", "advance", `{"by":"30m"}`)
	assert.Contains(t, w.Body.String(), `"advanced":"1h30m0s"`)
	assert.Contains(t, f.do("GET", "clock", "").Body.String(), `"advanced":"1h30m0s"`)
	assert.Equal(t, 90*time.Minute, f.front.World.Advanced())
}

func TestState(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	const engine = `{"kind":"DataEngine","id":"engine-1","name":"reports","status":"2","updated":"2001-09-09T01:46:41Z"}`
	kind := func(name string) string {
		return regexp.MustCompile(`\{"kind":"` + name + `"[^}]*\}`).FindString(f.do("GET", "state", "").Body.String())
	}
	service, template, version := kind("Service"), kind("ServiceTemplate"), kind("ServiceTemplateVersion")
	assert.Contains(t, service, `"id":"\u003cstorefront\u003e","status":"ACTIVE","updated":"20`)
	assert.Contains(t, template, `"id":"web"`, "a service is made from a template")
	assert.JSONEq(t, `{"resources":{"dlc":[`+engine+`],"proton":[]},"total":{"dlc":1,"proton":0}}`, f.do("GET", "state?filter=REPORTS", "").Body.String())
	assert.JSONEq(t, `{"resources":{"dlc":[`+engine+`],"proton":[`+service+`,`+template+`,`+version+`]},"total":{"dlc":1,"proton":3}}`,
		f.do("GET", "state", "").Body.String())

	saved, snapshot := f.do("GET", "save?secrets=include", "").Body.String(), f.do("GET", "snapshot?secrets=include", "").Body.String()
	none := `{"resources":{"dlc":[],"proton":[]},"total":{"dlc":0,"proton":0}}`
	assert.JSONEq(t, none, f.do("POST", "reset", `{}`).Body.String())
	assert.Contains(t, f.do("POST", "load", saved).Body.String(), engine)
	f.do("POST", "reset", `{}`)
	assert.Equal(t, http.StatusOK, f.do("PUT", "snapshot", snapshot).Code)
	assert.Contains(t, f.do("GET", "state", "").Body.String(), engine)

	w := f.do("POST", "load", `{"dlc":{"Engine":[{}]}}`)
	assert.Equal(t, http.StatusUnprocessableEntity, w.Code)
	assert.Contains(t, errorOf(t, w)["message"], `"Engine"`)
	assert.Equal(t, http.StatusUnprocessableEntity, f.do("PUT", "snapshot", "{").Code)
}

func TestStateIsLimited(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.do("POST", "load", `{"dlc":{"DataEngine":[{"DataEngineId":"engine-2"},{"DataEngineId":"engine-3"}]}}`)
	var state control.State
	require.NoError(t, json.Unmarshal(f.do("GET", "state?limit=2", "").Body.Bytes(), &state))
	assert.Len(t, state.Resources["dlc"], 2)
	assert.Equal(t, 3, state.Total["dlc"])
}

func TestHealth(t *testing.T) {
	t.Parallel()
	body := newFixture(t).do("GET", "health", "").Body.String()
	assert.Regexp(t, `^\{"status":"ok","version":"[^"]+","uptime":"[^"]+","kept":\{"events":2,"requests":0,"faults":0,"nonces":0,"watchers":0\}\}\n$`, body)
}

// call sends a signed request to Proton. tamper changes it after that.
func (f *fixture) call(key sign.Credentials, tamper func(*http.Request)) {
	r := httptest.NewRequest("POST", "http://127.0.0.1:4566/", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AwsProton20200720.ListServices")
	sigv4.New("us-east-1", "proton").Sign(&sign.Request{
		Method: "POST", Host: r.Host, Path: "/", Header: r.Header, Body: []byte(`{}`),
	}, key, time.Now())
	tamper(r)
	f.front.ServeHTTP(httptest.NewRecorder(), r)
}

func TestRequestsHaveNoSecrets(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	private := sign.Credentials{AccessKeyID: "private-key", SecretAccessKey: "private-secret", SessionToken: "private-token"}
	f.call(private, func(*http.Request) {})
	f.call(private, func(r *http.Request) { r.Header.Set("X-Amz-Target", "AwsProton20200720.ListComponents") })
	f.call(private, func(r *http.Request) {
		r.URL.RawQuery, r.RequestURI = "k=private-key&t=private-token", "/?k=private-key&t=private-token"
	})
	f.call(sign.Credentials{AccessKeyID: "another-key", SecretAccessKey: "another-secret", SessionToken: "another-token"}, func(*http.Request) {})

	body := f.do("GET", "requests", "").Body.String() + f.do("GET", "", "").Body.String()
	for _, secret := range []string{"private-", "another-", "emulator-secret-key"} {
		assert.NotContains(t, body, secret)
	}
	var list control.Requests
	require.NoError(t, json.Unmarshal(f.do("GET", "requests?after=1", "").Body.Bytes(), &list))
	require.Len(t, list.Requests, 3)
	assert.Equal(t, "[redacted]", list.Requests[0].AccessKeyID)
	assert.Equal(t, "InvalidSignatureException", list.Requests[0].Refused.Code)
	assert.Equal(t, "UnrecognizedClientException", list.Requests[2].Refused.Code)
}

func TestRefusedSignature(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.call(publicCredentials, func(r *http.Request) {
		r.URL.RawQuery, r.RequestURI = "b=2&a=1", "/?b=2&a=1"
		r.Header.Set("X-Amz-Target", "AwsProton20200720.List  Services")
	})
	var list control.Requests
	require.NoError(t, json.Unmarshal(f.do("GET", "requests", "").Body.Bytes(), &list))
	require.Len(t, list.Requests, 1)
	signature := list.Requests[0].Refused.Signature
	require.NotNil(t, signature)
	differ := map[string][2]string{}
	for _, line := range signature.Lines {
		if line.Differs {
			differ[line.Name] = [2]string{line.Expected, line.Received}
		}
	}
	assert.Equal(t, map[string][2]string{
		"query":        {"a=1&b=2", "b=2&a=1"},
		"x-amz-target": {"AwsProton20200720.List Services", "AwsProton20200720.List  Services"},
	}, differ)
	assert.Equal(t, 2, signature.Differ())
	assert.True(t, strings.HasPrefix(signature.CanonicalRequest, "POST\n/\na=1&b=2\n"), signature.CanonicalRequest)
	assert.Len(t, signature.Received, 64)
}

func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	long := "/" + strings.Repeat("x", 100_000)
	for range 1010 {
		f.front.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://127.0.0.1"+long, nil))
	}
	var list control.Requests
	require.NoError(t, json.Unmarshal(f.do("GET", "requests", "").Body.Bytes(), &list))
	assert.Len(t, list.Requests, 1000)
	assert.Equal(t, 10, list.Dropped)
	assert.Less(t, len(list.Requests[0].Path), 10_000)
}

func TestEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	server := httptest.NewServer(f.api)
	defer server.Close()
	resp, err := server.Client().Get(server.URL + control.Prefix + "events")
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	assert.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))

	lines := bufio.NewScanner(resp.Body)
	next := func(event, data string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == "event: "+event {
				require.True(t, lines.Scan())
				assert.Contains(t, lines.Text(), data)
				return
			}
		}
		t.Fatal("the stream ended before there was a " + event)
	}
	next("change", `"changes":[]`)
	next("clock", `"advanced":"0s"`)
	f.call(publicCredentials, func(*http.Request) {})
	next("request", `"operation":"ListServices"`)
	f.suspend(t)
	next("change", `"id":1`)
	require.NoError(t, f.front.Advance(2*time.Hour))
	next("change", `"changes":[]`)
	next("clock", `"advanced":"2h0m0s"`)
}

func TestPage(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.suspend(t)
	f.call(sign.Credentials{AccessKeyID: publicKey, SecretAccessKey: "wrong"}, func(*http.Request) {})
	f.do("POST", "faults", `{"kind":"reset","operation":"CreateTask"}`)
	w := f.do("GET", "", "")
	body := w.Body.String()
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'self'")
	for _, part := range []string{
		"The keys of this emulator are public", publicKey, "SuspendResumeDataEngine", "engine-1", "1h0m0s left", "&lt;storefront&gt;",
		"ListServices", "InvalidSignatureException", "Expected canonical request", "Switch off reset of CreateTask",
	} {
		assert.Contains(t, body, part)
	}
	assert.NotRegexp(t, `<script[^>]*>[^<]|style="| on[a-z]+="|(src|href|action)="[a-z]+:`, body, "its policy allows no inline code, and it uses nothing from elsewhere")
	filtered := f.do("GET", "?live&filter=nothing", "").Body.String()
	assert.NotContains(t, filtered, "storefront")
	assert.NotContains(t, filtered, "<html")
	for path, kind := range map[string]string{"page/page.css": "text/css", "page/page.js": "javascript", "page/icon.svg": "image/svg"} {
		w := f.do("GET", path, "")
		assert.Equal(t, http.StatusOK, w.Code, path)
		assert.Contains(t, w.Header().Get("Content-Type"), kind)
	}
	assert.Equal(t, http.StatusNotFound, f.do("GET", "page/page.go", "").Code)
}

func TestStateNamesResources(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	seed := `{"proton":{"ServiceTemplateVersion":[{"templateName":"web","majorVersion":"2","minorVersion":"3"}],
		"Service":[{"name":"shop","templateName":"web"}],
		"ServiceInstance":[{"serviceName":"shop","name":"prod","templateName":"web","templateMajorVersion":"2","templateMinorVersion":"3"}]}}`
	require.Equal(t, http.StatusOK, f.do("POST", "load", seed).Code)
	var state control.State
	require.NoError(t, json.Unmarshal(f.do("GET", "state", "").Body.Bytes(), &state))
	in := map[string]string{}
	for _, item := range state.Resources["proton"] {
		in[item.Kind+" "+item.ID] = item.In
	}
	assert.Contains(t, in, "ServiceTemplateVersion web 2.3")
	assert.Equal(t, "shop", in["ServiceInstance prod"], "an instance is part of a service")
	assert.Contains(t, in, "Service shop")
	assert.Empty(t, in["Service shop"], "the template of a service is no part of its name")
}
