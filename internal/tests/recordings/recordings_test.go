// Package recordings_test replays what the vendors' own Go clients put on the wire for random inputs, and
// what the services respond, through the clients of this module. The recordings are not part of this
// repository; without them the tests are skipped.
package recordings_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// services are the clients under test, with what surrounds a response on the wire.
var services = []struct {
	name, region string
	client       func(cloud.Config) (any, error)
	envelope     string
}{
	{"finspace", "us-east-1", func(c cloud.Config) (any, error) { return finspace.New(c) }, ""},
	{"proton", "us-east-1", func(c cloud.Config) (any, error) { return proton.New(c) }, ""},
	{"flink", "cn-hangzhou", func(c cloud.Config) (any, error) { return flink.New(c) }, ""},
	{"dlc", "ap-guangzhou", func(c cloud.Config) (any, error) { return dlc.New(c) }, "Response"},
}

// recording is one line of a corpus.
type recording struct {
	Op        string
	Variant   int
	Input     map[string]any
	AutoToken string
	Request   struct {
		Method, Host, Path, Query string
		Headers                   map[string]string
		Body                      json.RawMessage
	}
	Body json.RawMessage
}

func TestRequestsAreSentAsRecorded(t *testing.T) {
	t.Parallel()
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			recorder, headers := &recorder{}, newHeaders(s.name)
			client, err := s.client(config(s.region, recorder))
			require.NoError(t, err)
			replay(t, s.name+".requests.jsonl", client, func(t *testing.T, r recording, method reflect.Value) {
				recorder.answer = nil
				_, err := call(method, build(t, method.Type().In(1), r.Input))
				require.ErrorIs(t, err, errRecorded)
				checkRequest(t, r, recorder)
				headers.compare(t, r, recorder.request)
			})
			headers.checkOccurred(t)
		})
	}
}

func TestResponsesLoseNothing(t *testing.T) {
	t.Parallel()
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			recorder := &recorder{}
			client, err := s.client(config(s.region, recorder))
			require.NoError(t, err)
			replay(t, s.name+".responses.jsonl", client, func(t *testing.T, r recording, method reflect.Value) {
				recorder.answer, recorder.stream = r.Body, isStream(method)
				if s.name == "flink" {
					r.Body = withoutEnvelope(t, r.Body)
				}
				if recorder.stream {
					recorder.answer = slices.Concat([]byte("data: "), r.Body, []byte("\n\n"))
				}
				request := reflect.New(method.Type().In(1)).Elem()
				fillLabels(request)
				out, err := call(method, request)
				require.NoError(t, err)
				again, err := wire.Append(nil, out)
				require.NoError(t, err)
				want := parse(t, r.Body)
				if s.envelope != "" {
					want = want.(map[string]any)[s.envelope]
				}
				lost("", want, parse(t, again), func(path string, want, got any) {
					assert.Fail(t, "lost in decoding", "%s: recorded %v, decoded %v", path, want, got)
				})
			})
		})
	}
}

// replay runs check for every line.
func replay(t *testing.T, file string, client any, check func(*testing.T, recording, reflect.Value)) {
	scanner, lines := newScanner(open(t, file)), 0
	for scanner.Scan() {
		var r recording
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &r))
		lines++
		t.Run(fmt.Sprintf("%s/%d", r.Op, r.Variant), func(t *testing.T) {
			method, ok := methodOf(client, r.Op)
			require.True(t, ok, "the client has no such operation")
			check(t, r, method)
		})
	}
	require.NoError(t, scanner.Err())
	require.NotZero(t, lines)
}

// methodOf finds the method of an operation. Ours spell initialisms as Go does.
func methodOf(client any, operation string) (method reflect.Value, ok bool) {
	v := reflect.ValueOf(client)
	for i := range v.NumMethod() {
		if strings.EqualFold(v.Type().Method(i).Name, operation) {
			return v.Method(i), true
		}
	}
	return method, false
}

// open finds a recording in the folder "shared" beside this module.
func open(t *testing.T, file string) io.Reader {
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	f, err := os.Open(filepath.Join(root, "shared", "corpus", file))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the recordings are not here: " + file)
	}
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func newScanner(r io.Reader) *bufio.Scanner {
	s := bufio.NewScanner(r)
	s.Buffer(nil, 16<<20)
	return s
}

// recorder keeps the last request and responds to it, or not.
type recorder struct {
	request *http.Request
	body    []byte
	answer  []byte
	stream  bool // the response is a stream of events
}

var errRecorded = errors.New("recorded")

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	r.request, r.body = req, nil
	if req.Body != nil {
		r.body, _ = io.ReadAll(req.Body)
	}
	if r.answer == nil {
		return nil, errRecorded
	}
	header := http.Header{}
	if r.stream {
		header.Set("Content-Type", "text/event-stream")
	}
	return &http.Response{
		StatusCode: 200, Header: header, Body: io.NopCloser(bytes.NewReader(r.answer)), ContentLength: int64(len(r.answer)), Request: req,
	}, nil
}

func config(region string, r http.RoundTripper) cloud.Config {
	return cloud.Config{
		Region: region, Credentials: cloud.StaticCredentials("AKID", "secret", ""), HTTPClient: &http.Client{Transport: r},
		SkipValidation: true, Retry: cloud.Retry{MaxAttempts: 1},
	}
}

// isStream reports whether a method returns a stream of events.
func isStream(method reflect.Value) bool { return method.Type().NumOut() == 1 }

// withoutEnvelope removes what is around every response, and what neither responses nor events show.
func withoutEnvelope(t *testing.T, body []byte) []byte {
	members := map[string]any{}
	require.NoError(t, json.Unmarshal(body, &members))
	for _, name := range []string{"success", "httpCode", "errorCode", "errorMessage", "accessDeniedDetail"} {
		delete(members, name)
	}
	event, err := json.Marshal(members)
	require.NoError(t, err)
	return event
}

// call calls a method; of one that returns a stream it takes the first event.
func call(method, request reflect.Value) (any, error) {
	out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), request})
	if isStream(method) {
		for event, err := range out[0].Seq2() {
			out = []reflect.Value{event, err}
			break
		}
	}
	err, _ := reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

// build makes a request struct of an input by wire names.
func build(t *testing.T, typ reflect.Type, input map[string]any) reflect.Value {
	request := reflect.New(typ)
	body := map[string]any{}
	used := 0
	for i := range typ.NumField() {
		field, tag := request.Elem().Field(i), typ.Field(i).Tag
		name, where := binding(tag)
		if where == "payload" {
			name = "body"
		}
		value, ok := input[name]
		if !ok {
			continue
		}
		used++
		value = plain(value)
		switch where {
		case "json":
			body[name] = value
		case "payload":
			target := reflect.New(field.Type())
			decode(t, value, target)
			field.Set(target.Elem())
		default:
			setScalar(t, field, value)
		}
	}
	require.Equal(t, len(input), used, "every member of the input has a field: %v", slices.Collect(maps.Keys(input)))
	if len(body) > 0 {
		decode(t, body, request)
	}
	return request.Elem()
}

func binding(tag reflect.StructTag) (name, where string) {
	for _, where := range []string{"json", "path", "query", "header", "payload"} {
		if text, ok := tag.Lookup(where); ok {
			name, _, _ = strings.Cut(text, ",")
			return name, where
		}
	}
	return "", ""
}

// decode fills target, a pointer to a struct or to a pointer, map or slice.
func decode(t *testing.T, value any, target reflect.Value) {
	holder := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "V", Type: target.Type().Elem(), Tag: `json:"v"`}}))
	text, err := json.Marshal(map[string]any{"v": value})
	require.NoError(t, err)
	if target.Type().Elem().Kind() == reflect.Struct {
		text, err = json.Marshal(value)
		require.NoError(t, err)
		require.NoError(t, wire.Unmarshal(text, target.Interface()))
		return
	}
	require.NoError(t, wire.Unmarshal(text, holder.Interface()))
	target.Elem().Set(holder.Elem().Field(0))
}

// plain replaces the corpus's own notations: a time is a number of seconds, a union is its member.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if at, ok := v["$time"]; ok {
			return at
		}
		out := map[string]any{}
		for k, member := range v {
			if k != "$union" {
				out[k] = plain(member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	}
	return v
}

func setScalar(t *testing.T, field reflect.Value, value any) {
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	switch v := value.(type) {
	case string:
		field.SetString(v)
	case bool:
		field.SetBool(v)
	case float64:
		field.SetInt(int64(v))
	case []any:
		for _, item := range v {
			field.Set(reflect.Append(field, reflect.ValueOf(item)))
		}
	default:
		require.Failf(t, "unknown scalar", "%T", value)
	}
}

// fillLabels fills members that must not be empty.
func fillLabels(request reflect.Value) {
	for i := range request.NumField() {
		name, where := binding(request.Type().Field(i).Tag)
		if where == "path" || where == "header" || where == "query" && name == "namespace" && request.Field(i).Kind() == reflect.String {
			request.Field(i).SetString("x")
		}
	}
}

func checkRequest(t *testing.T, r recording, got *recorder) {
	req := got.request
	assert.Equal(t, r.Request.Method, req.Method)
	assert.Equal(t, r.Request.Path, req.URL.EscapedPath())
	if r.Request.Host != "" {
		assert.Equal(t, r.Request.Host, req.URL.Host)
	}
	query := req.URL.RawQuery
	body := parse(t, got.body)
	if r.AutoToken != "" {
		query, body = checkToken(t, r, query, body)
		r.Request.Query, _ = withoutToken(r.Request.Query, r.AutoToken)
	}
	assert.Equal(t, r.Request.Query, query)
	want := parse(t, r.Request.Body)
	if members, ok := want.(map[string]any); ok && r.AutoToken != "" {
		delete(members, r.AutoToken)
	}
	assert.Equal(t, want, body)
}

// checkToken checks the token that the client made, and removes it.
func checkToken(t *testing.T, r recording, query string, body any) (string, any) {
	query, token := withoutToken(query, r.AutoToken)
	if members, ok := body.(map[string]any); ok && token == "" {
		token, _ = members[r.AutoToken].(string)
		delete(members, r.AutoToken)
	}
	assert.Regexp(t, "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", token)
	return query, body
}

func withoutToken(query, name string) (rest, token string) {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(part, name+"="); ok {
			token = value
			continue
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "&"), token
}

// parse reads JSON with numbers as they are written; an empty document is nil.
func parse(t *testing.T, text []byte) any {
	if len(text) == 0 {
		return nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

// lost reports every value of want that got lacks. Zero values need not be there.
func lost(path string, want, got any, report func(path string, want, got any)) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for k, v := range w {
			lost(path+"."+k, v, g[k], report)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			report(path, want, got)
			return
		}
		for i, v := range w {
			lost(fmt.Sprintf("%s[%d]", path, i), v, g[i], report)
		}
	case json.Number:
		g, _ := got.(json.Number)
		a, _ := w.Float64()
		b, _ := g.Float64()
		if a != b {
			report(path, want, got)
		}
	case nil:
	case bool, string:
		if !reflect.DeepEqual(want, got) && !reflect.ValueOf(w).IsZero() {
			report(path, want, got)
		}
	}
}
