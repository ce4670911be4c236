package emulator_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// malformed are bodies that no operation accepts, and some that look like requests.
var malformed = []string{
	`[]`, `{"`, `null`, `"text"`, `{"name":{}}`, `{"Filters":[null,{"Values":[null]}],"Limit":-1,"Offset":-1}`, `{"tags":[null],"nextToken":"\u0000"}`,
	`{"Id":null,"Name":"","Strategy":{"Groups":[{}]}}`, `{"maxResults":9223372036854775807,"pageIndex":-9223372036854775808}`,
	strings.Repeat(`{"a":`, 2000) + `1` + strings.Repeat(`}`, 2000),
	strings.Repeat(`[`, 20_000), `{} {}`, "{\"name\":\"\xff\xfe\"}", "\xef\xbb\xbf{}", `{"a":"\ud800"}`, "\x00", `{"a":1e999}`, `{"a":` + strings.Repeat("9", 5000) + `}`,
}

// hostileValues are what each member is set to in turn, as JSON.
var hostileValues = []string{
	`-1`, `9223372036854775807`, `-9223372036854775808`, `1e400`, `1.5`, `true`, `""`, `"x"`, `"\u0000"`, "\"\xff\"", `"../../etc"`, `"%2e%2e%2f"`,
	`"cGFnZX4tMX4="`, `[]`, `[null]`, `[[]]`, `["x","x"]`, `{}`, `{"":{"":{}}}`, `null`,
	`"` + strings.Repeat("x", 5000) + `"`, strings.Repeat(`[`, 1500) + strings.Repeat(`]`, 1500),
}

var pathLabel = regexp.MustCompile(`\{\w+\}`)

// hostileLabels are what the labels of a path are set to.
var hostileLabels = []string{
	"x", "..", "%2e%2e", "%252e%252e%252f", "%2F..%2F", "%00", "%ff%fe", "%E2%80%AE", strings.Repeat("a", 3000), "%", "%zz", ":hotUpdate", "*", "-1", "%0d%0aX:1",
}

// callOf returns an operation as a call with a body.
func callOf(service, name string, op front.Operation, label, query, body string) call {
	path := pathLabel.ReplaceAllLiteralString(op.Path, label)
	if op.Method == "GET" || op.Method == "DELETE" {
		body = ""
	}
	switch service {
	case "finspace":
		return finspaceCall(op.Method, path, query, body)
	case "flink":
		return flinkCall(name, op.Method, path, query, body)
	case "proton":
		return protonCall(name, body)
	}
	return dlcCall(name, body)
}

// hostileCalls returns requests for an operation that it does not expect, signed. Most are a valid one with one thing wrong.
func hostileCalls(t *testing.T, service, name string, op front.Operation, valid call) []call {
	var calls []call
	query := "maxResults=x&pageIndex=-1&pageSize=0&nextToken=~"
	for _, body := range malformed {
		calls = append(calls, callOf(service, name, op, "x", query, body))
	}
	base := valid
	for _, member := range membersOf(op.Request) {
		for i := range 2 {
			base.body = withMember(t, valid.body, member, hostileValues[(len(calls)*7+i)%len(hostileValues)])
			calls = append(calls, base)
		}
		base.body = `{"` + member + `":"a","` + member + `":[],` + strings.TrimPrefix(cmp.Or(valid.body, "{}"), "{")
		calls = append(calls, base)
	}
	base.body = valid.body
	for _, parameter := range parametersOf(op.Request) {
		for i := range 3 {
			value := strings.Trim(hostileValues[(len(calls)*3+i)%len(hostileValues)], `"`)
			base.query = parameter + "=" + url.QueryEscape(value) + "&" + parameter + "&" + valid.query
			calls = append(calls, base)
		}
	}
	if strings.Contains(op.Path, "{") {
		for _, label := range hostileLabels {
			calls = append(calls, callOf(service, name, op, label, "", "{}"))
		}
	}
	return calls
}

// membersOf returns the members of the body of a request.
func membersOf(t reflect.Type) (names []string) {
	for f := range t.Fields() {
		if f.Tag.Get("payload") != "" {
			payload := f.Type
			for payload.Kind() == reflect.Pointer {
				payload = payload.Elem()
			}
			if payload.Kind() == reflect.Struct {
				names = append(names, membersOf(payload)...)
			}
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// withMember sets a member of a JSON object.
func withMember(t *testing.T, body, member, value string) string {
	t.Helper()
	members := map[string]json.RawMessage{}
	if body != "" {
		require.NoError(t, json.Unmarshal([]byte(body), &members))
	}
	delete(members, member)
	data, err := json.Marshal(members)
	require.NoError(t, err)
	if len(members) == 0 {
		return `{"` + member + `":` + value + `}`
	}
	return `{"` + member + `":` + value + `,` + string(data[1:])
}

// validCalls returns a request for each operation that it expects, by service and operation, and sends it.
func validCalls(t *testing.T, emu *emulator.Emulator) map[string]call {
	t.Helper()
	schemes := map[string]string{"finspace": "finspace", "proton": "proton", "flink": "acs3", "dlc": "tc3"}
	cfg := withoutRetries(emu)
	sent := &captor{RoundTripper: emu.Config().HTTPClient.Transport}
	cfg.RequestRate, cfg.HTTPClient = -1, &http.Client{Transport: sent}
	c := clientsOf(t, cfg)
	calls := map[string]call{}
	for service, client := range map[string]any{"finspace": c.finspace, "proton": c.proton, "flink": c.flink, "dlc": c.dlc} {
		methods := methodsOf(client)
		for name, op := range emu.API(service) {
			_ = invoke(t, methods[strings.ToLower(name)], validRequest(t, op.Request))
			sent.call.scheme = schemes[service]
			calls[service+" "+name] = sent.call
		}
	}
	return calls
}

// A captor keeps the last request that it sent.
type captor struct {
	http.RoundTripper
	call call
}

func (c *captor) RoundTrip(r *http.Request) (*http.Response, error) {
	c.call = call{method: r.Method, path: r.URL.EscapedPath(), query: r.URL.RawQuery, header: r.Header.Clone()}
	for _, name := range []string{"Authorization", "X-Amz-Date", "X-Acs-Date", "X-Acs-Signature-Nonce", "X-Tc-Timestamp"} {
		c.call.header.Del(name)
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		c.call.body, r.Body = string(body), io.NopCloser(bytes.NewReader(body))
	}
	return c.RoundTripper.RoundTrip(r)
}

func parametersOf(t reflect.Type) (names []string) {
	for f := range t.Fields() {
		if name := f.Tag.Get("query"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// attacks change a signed request on its way.
var attacks = map[string]func(r *http.Request, body []byte){
	"unsigned":                 func(r *http.Request, _ []byte) { r.Header.Del("Authorization") },
	"empty authorization":      func(r *http.Request, _ []byte) { r.Header.Set("Authorization", "") },
	"half an authorization":    func(r *http.Request, _ []byte) { cutAuthorization(r, 2) },
	"the start of one":         func(r *http.Request, _ []byte) { cutAuthorization(r, 12) },
	"no credential":            func(r *http.Request, _ []byte) { replaceInAuthorization(r, "Credential=", "Credential") },
	"an empty scope":           func(r *http.Request, _ []byte) { replaceInAuthorization(r, "/", "") },
	"no signed headers":        func(r *http.Request, _ []byte) { replaceInAuthorization(r, "SignedHeaders=", "SignedHeaders=;;;") },
	"another signature":        func(r *http.Request, _ []byte) { r.Header.Set("Authorization", r.Header.Get("Authorization")+"0") },
	"two authorizations":       func(r *http.Request, _ []byte) { r.Header.Add("Authorization", "acs x:y") },
	"a signature of another 1": func(r *http.Request, _ []byte) { r.Header.Set("Authorization", "acs x") },
	"a signature of another 2": func(r *http.Request, _ []byte) {
		r.Header.Set("Authorization", "TC3-HMAC-SHA256 Credential=emulator-access-key/2026-01-01/dlc/tc3_request, SignedHeaders=host, Signature=0")
	},
	"a signature of another 3": func(r *http.Request, _ []byte) {
		r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential=,SignedHeaders=,Signature=")
	},
	"a signature of another 4": func(r *http.Request, _ []byte) {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=emulator-access-key/20260101/us-east-1/proton/aws4_request, SignedHeaders=, Signature=")
	},
	"no date": func(r *http.Request, _ []byte) {
		for _, name := range []string{"X-Amz-Date", "X-Acs-Date", "X-Tc-Timestamp", "Date"} {
			r.Header.Del(name)
		}
	},
	"a date that is none": func(r *http.Request, _ []byte) {
		for _, name := range []string{"X-Amz-Date", "X-Acs-Date", "X-Tc-Timestamp"} {
			r.Header.Set(name, "-9223372036854775808")
		}
	},
	"another method": func(r *http.Request, _ []byte) { r.Method = "TRACE" },
	"no method":      func(r *http.Request, _ []byte) { r.Method = "" },
	"a form": func(r *http.Request, _ []byte) {
		r.Method = "POST"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Del("Authorization")
		setBody(r, []byte("Action=DescribeDataEngines&Version=2021-01-25&SecretId=x&Signature=%zz&Filters.-1.Name=a&Filters.99999999999.Name=b&Limit=x"))
	},
	"another content type": func(r *http.Request, _ []byte) { r.Header.Set("Content-Type", "multipart/form-data; boundary=\"") },
	"gzip": func(r *http.Request, body []byte) {
		r.Header.Set("Content-Encoding", "gzip")
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write(body)
		_ = w.Close()
		setBody(r, b.Bytes())
	},
	"half the body": func(r *http.Request, body []byte) { setBody(r, body[:len(body)/2]) },
	"chunked":       func(r *http.Request, _ []byte) { r.ContentLength, r.TransferEncoding = -1, []string{"chunked"} },
	"aws-chunked": func(r *http.Request, body []byte) {
		r.Header.Set("X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
		setBody(r, fmt.Appendf(nil, "%x;chunk-signature=0\r\n%s\r\n", len(body), body))
	},
	"a huge header":  func(r *http.Request, _ []byte) { r.Header.Set("X-Amz-Meta", strings.Repeat("x", 1<<18)) },
	"many headers":   func(r *http.Request, _ []byte) { r.Header["X-Acs-Many"] = slices.Repeat([]string{"a"}, 5000) },
	"a huge target":  func(r *http.Request, _ []byte) { r.Header.Set("X-Amz-Target", strings.Repeat("A.", 1<<16)) },
	"a huge action":  func(r *http.Request, _ []byte) { r.Header.Set("X-Tc-Action", strings.Repeat("A", 1<<16)) },
	"a huge query":   func(r *http.Request, _ []byte) { r.RequestURI += "?" + strings.Repeat("a=%zz&", 1<<14) },
	"a traversal":    func(r *http.Request, _ []byte) { r.RequestURI = "/../.." + r.RequestURI },
	"encoded twice":  func(r *http.Request, _ []byte) { r.RequestURI = "/" + strings.ReplaceAll(r.RequestURI, "/", "%252F") },
	"slashes":        func(r *http.Request, _ []byte) { r.RequestURI = strings.Repeat("/", 5000) },
	"a bad escape":   func(r *http.Request, _ []byte) { r.RequestURI += "%" },
	"another host":   func(r *http.Request, _ []byte) { r.Host = "evil.example\x00" },
	"no request URI": func(r *http.Request, _ []byte) { r.RequestURI, r.URL = "*", &url.URL{Path: "*"} },
}

func cutAuthorization(r *http.Request, part int) {
	h := r.Header.Get("Authorization")
	r.Header.Set("Authorization", h[:len(h)/part])
}

func replaceInAuthorization(r *http.Request, old, with string) {
	r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), old, with))
}

func setBody(r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// An attacker sends requests straight to the handler of an emulator, so that it sees panics.
type attacker struct {
	t       *testing.T
	emu     *emulator.Emulator
	sent    int
	refused int
}

// send sends a request. It must be answered, not with the error of an emulator that failed, and if it is refused nothing
// has changed.
func (a *attacker) send(what string, r *http.Request) {
	a.t.Helper()
	before := a.emu.Kept().Events
	w := httptest.NewRecorder()
	if !assert.NotPanics(a.t, func() { a.emu.Handler().ServeHTTP(w, r) }, what) {
		return
	}
	a.sent++
	assert.Less(a.t, w.Code, 500, "%s: %.300s", what, w.Body)
	assert.NotContains(a.t, w.Body.String(), "Internal", what)
	if w.Code >= 400 || bytes.Contains(w.Body.Bytes(), []byte(`{"Error":{"Code"`)) {
		a.refused++
		assert.Equal(a.t, before, a.emu.Kept().Events, what)
	}
}

// request makes a request as a server gets it, from one that may not be valid.
func (a *attacker) request(c call) *http.Request {
	r := &http.Request{Method: c.method, Host: "127.0.0.1:4566", RequestURI: c.path, Header: maps.Clone(c.header), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if c.query != "" {
		r.RequestURI += "?" + c.query
	}
	r.URL, _ = url.ParseRequestURI(r.RequestURI)
	if r.URL == nil {
		r.URL = &url.URL{Path: c.path} // net/http refuses it before the handler; the handler must not rely on that
	}
	setBody(r, []byte(c.body))
	c.sign(&sign.Request{
		Method: c.method, Host: r.Host, Path: c.path, Query: c.query, Header: r.Header, Body: []byte(c.body),
	}, emulator.DefaultRegion)
	return r.WithContext(a.t.Context())
}

// TestMalformedRequests sends every operation requests that it does not expect. None panics, gets the error of an emulator
// that failed, or changes anything if it is refused.
func TestMalformedRequests(t *testing.T) {
	t.Parallel()
	bubble(t, attackAll, emulator.WithStaleReads(0)) // where no change ends meanwhile
}

func attackAll(t *testing.T, emu *emulator.Emulator) {
	a := &attacker{t: t, emu: emu}
	names, valid := slices.Sorted(maps.Keys(attacks)), validCalls(t, emu)
	before, operations := saved(t, emu), 0
	for _, service := range []string{"finspace", "proton", "flink", "dlc"} {
		for name, op := range emu.API(service) {
			if operations++; testing.Short() && operations%10 != 0 {
				continue
			}
			events := emu.Kept().Events
			for i, c := range hostileCalls(t, service, name, op, valid[service+" "+name]) {
				a.send(fmt.Sprintf("%s %s %d %.80s?%.80s %.80s", service, name, i, c.path, c.query, c.body), a.request(c))
			}
			for range 8 {
				attack := names[a.sent%len(names)]
				c := callOf(service, name, op, "x", "", `{"name":"x"}`)
				r := a.request(c)
				attacks[attack](r, []byte(c.body))
				a.send(fmt.Sprintf("%s %s: %s", service, name, attack), r)
			}
			after := saved(t, emu)
			if emu.Kept().Events == events {
				assert.Equal(t, before, after, "%s %s: refused requests have changed the state", service, name)
			}
			before = after
		}
	}
	kept := emu.Kept()
	assert.LessOrEqual(t, kept.Requests, 1000)
	assert.LessOrEqual(t, kept.Nonces, a.sent)
	assert.Zero(t, kept.Faults)
	if !testing.Short() {
		assert.GreaterOrEqual(t, a.sent, 10_000)
	}
	assert.Less(t, kept.Events, a.sent-a.refused+100)
	t.Logf("requests: %d, refused: %d, kept: %+v", a.sent, a.refused, kept)
	checkBounded(t, emu)
}

// checkBounded checks that no request that is kept takes much memory.
func checkBounded(t *testing.T, emu *emulator.Emulator) {
	t.Helper()
	for _, q := range emu.Requests() {
		data, err := json.Marshal(q)
		require.NoError(t, err)
		assert.Less(t, len(data), 128<<10, "%s %.100s", q.Service, q.Operation)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "http://127.0.0.1:4566/_emulator/requests", nil)
	emu.Handler().ServeHTTP(w, r)
	require.Equal(t, 200, w.Code)
	var list struct{ Requests []json.RawMessage }
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &list))
	for _, q := range list.Requests {
		assert.Less(t, len(q), 128<<10, "%.300s", q)
	}
}

// TestHostileBodies sends bodies that do not end.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	a := &attacker{t: t, emu: start(t)}
	for _, c := range []call{finspaceCall("POST", "/kx/environments", "", "{}"), dlcCall("CreateTask", "{}"), {method: "POST", path: "/"}} {
		r := a.request(c)
		r.Body, r.ContentLength = io.NopCloser(endless{}), -1
		a.send(c.path, r)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// FuzzRequest sends any operation any request.
func FuzzRequest(f *testing.F) {
	f.Add(uint(0), "x", "maxResults=1", []byte("{}"))
	f.Add(uint(500), "%00", "nextToken=%ff", []byte(`{"Offset":-1,"Limit":-1,"Filters":[{}]}`))
	f.Add(uint(77), "..", "", []byte(`{"name":"a","name":null}`))
	emu, err := emulator.Start(emulator.InProcess())
	require.NoError(f, err)
	f.Cleanup(emu.Close)
	seed(emu)
	type target struct {
		service, name string
		op            front.Operation
	}
	var targets []target
	for _, service := range []string{"finspace", "proton", "flink", "dlc"} {
		api := emu.API(service)
		for _, name := range slices.Sorted(maps.Keys(api)) {
			targets = append(targets, target{service, name, api[name]})
		}
	}
	f.Fuzz(func(t *testing.T, i uint, label, query string, body []byte) {
		o := targets[i%uint(len(targets))]
		c := callOf(o.service, o.name, o.op, label, query, string(body))
		a := &attacker{t: t, emu: emu}
		a.send(o.name, a.request(c))
	})
}
