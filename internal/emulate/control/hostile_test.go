package control_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/control"
)

// paths are those of the control API, and some that only look like them.
var paths = []string{
	"health", "state", "changes", "changes/1/finish", "changes/1/fail", "changes/1/cancel", "script", "faults", "faults/1", "clock", "advance",
	"requests", "reset", "load", "save", "snapshot", "", "page/page.css", "page/../server.go", "page/%2e%2e/server.go", "nothing", "../reset", "reset/",
	"faults/-1", "faults/99999999999999999999", "faults/%00", "changes/%2e%2e/finish", "requests?after=-1", "requests?after=x", "state?limit=-1", "state?filter=%ff%00",
	"state?limit=99999999999999999999", "save?secrets=%00", "%72eset",
}

var hostileBodies = []string{
	"", "{", "null", "[]", `""`, "1e999", "\x00", "\xff", `{"a":1}`, `{"by":"1h","by":-1}`, `{"by":"-9223372036854775808ns"}`, `{"by":"1e9h"}`, `{"kind":"reset","times":1e99}`,
	`{"kind":"latency","delay":"-1s"}`, `{"kind":"reset","skip":-1}`, `{"kind":"refuse","status":-1}`, `{"endings":[null]}`, `{"endings":{}}`, `{"endings":[{"operation":1}]}`,
	`{"reason":{}}`, `{"dlc":null}`, `{"dlc":{"DataEngine":[null]}}`, `{"dlc":{"DataEngine":[{"CreateTime":"x"}]}}`, `{"dlc":{"DataEngine":{"a":1}}}`, `{"x":{}}`,
	`{"format":"polycloud emulator snapshot"}`, `{"format":"polycloud emulator snapshot","version":1,"events":[null]}`,
	`{"format":"polycloud emulator snapshot","version":1,"seed":"00"}`,
	strings.Repeat(`{"a":`, 20_000), strings.Repeat("[", 20_000),
}

// TestHostileRequests sends the control API what it does not expect. None panics or fails, and none that is refused or
// only reads changes anything.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	sent, state := 0, f.saved(t)
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "", "get"} {
			for _, body := range hostileBodies {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:4566/", strings.NewReader(body))
				r.Method, r.RequestURI = method, control.Prefix+path
				r.URL = &url.URL{Path: control.Prefix + path}
				if u, err := url.ParseRequestURI(r.RequestURI); err == nil {
					r.URL = u
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("X-HTTP-Method-Override", "DELETE")
				w := httptest.NewRecorder()
				require.NotPanics(t, func() { f.api.ServeHTTP(w, r) }, "%s %s %.50q", method, path, body)
				sent++
				require.Less(t, w.Code, 500, "%s %s %.50q", method, path, body)
				if method == "POST" && w.Code == http.StatusOK {
					state = f.saved(t) // a reset, or an empty seed
				}
			}
			require.Equal(t, state, f.saved(t), "%s %s", method, path)
		}
	}
	assert.LessOrEqual(t, len(f.front.ActiveFaults()), 1)
	t.Logf("requests: %d", sent)
}

func (f *fixture) saved(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, f.front.Save(&b))
	return b.String()
}

// FuzzLoad loads damaged seeds: all of a seed is loaded or nothing.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(seed))
	for _, body := range hostileBodies {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		x := newFixture(t)
		before := x.saved(t)
		err := x.front.Load(bytes.NewReader(data))
		after := x.saved(t)
		if err != nil {
			assert.Equal(t, before, after)
			return
		}
		other := newFixture(t)
		require.NoError(t, other.front.Reset([32]byte{}))
		require.NoError(t, other.front.Load(strings.NewReader(after)))
		assert.JSONEq(t, after, other.saved(t))
	})
}

func TestDamagedSeeds(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, seed, message string }{
		{"cut", `{"dlc":{"DataEngine":[{"DataEngineName":"a"}`, "the seed is not a JSON object of services, kinds and resources: unexpected EOF"},
		{"an array", `[]`, "the seed is not a JSON object of services, kinds and resources"},
		{"null", `null`, "the seed is not a JSON object of services, kinds and resources"},
		{"data after it", `{}{}`, "the seed has data after the JSON object"},
		{"an unknown service", `{"s3":{}}`, `service "s3" is unknown`},
		{"an unknown kind", `{"dlc":{"Bucket":[]}}`, `dlc has no kind of resource named "Bucket"`},
		{"not a list", `{"dlc":{"DataEngine":{"a":1}}}`, "dlc DataEngine must be an array of resources"},
		{"not a service", `{"dlc":[]}`, "dlc must be an object of kinds"},
		{"not an object", `{"dlc":{"DataEngine":[{"DataEngineName":"a"},"b"]}}`, "dlc DataEngine[1]: the body is not a JSON object"},
		{"null for a resource", `{"dlc":{"DataEngine":[null]}}`, "dlc DataEngine[0]: the body is not a JSON object"},
		{"an unknown member", `{"dlc":{"DataEngine":[{"Color":"red"}]}}`, "dlc DataEngine[0]: Color is unknown"},
		{"a member of the wrong type", `{"dlc":{"DataEngine":[{"Size":"big"}]}}`, "dlc DataEngine[0]: Size must be an integer"},
		{"a member deep inside", `{"dlc":{"DataEngine":[{"NetworkConnectionSet":[{},{"Id":"x"}]}]}}`, "dlc DataEngine[0]: NetworkConnectionSet[1].Id must be an integer"},
		{"NUL", `{"dlc":{"DataEngine":[{"DataEngineName":"a\u0000b"}]}}`, "dlc DataEngine[0]: DataEngineName must be UTF-8 without NUL characters"},
		{"an error in the last of many", `{"proton":{"Service":[{"name":"new"},{"name":7}]},"dlc":{"DataEngine":[{"DataEngineName":"new"}]}}`, "proton Service[1]: name must be a string"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			before := f.saved(t)
			require.ErrorContains(t, f.front.Load(strings.NewReader(tt.seed)), tt.message)
			assert.Equal(t, before, f.saved(t), "nothing is loaded by halves")
		})
	}
}
