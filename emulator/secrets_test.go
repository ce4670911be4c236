package emulator_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

const marker = "s3cretmarker"

// setSecrets sets the sensitive strings of a request to the marker. It returns how many there are.
func setSecrets(v reflect.Value, sensitive bool) (n int) {
	switch v.Kind() {
	case reflect.Struct:
		for f, field := range v.Fields() {
			hidden := sensitive || f.Tag.Get("sensitive") == "true"
			if hidden && field.Kind() == reflect.Pointer && field.Type().Elem().Kind() == reflect.String && field.IsNil() {
				field.Set(reflect.New(field.Type().Elem()))
			}
			n += setSecrets(field, hidden)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			n += setSecrets(v.Elem(), sensitive)
		}
	case reflect.Slice:
		for i := range v.Len() {
			n += setSecrets(v.Index(i), sensitive)
		}
	case reflect.String:
		if sensitive {
			v.SetString(marker)
			n++
		}
	}
	return n
}

// shown returns the body of a response to a GET request of the control API.
func shown(t *testing.T, emu *emulator.Emulator, path string) string {
	t.Helper()
	w := httptest.NewRecorder()
	emu.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1:4566/_emulator/"+path, nil))
	require.Equal(t, http.StatusOK, w.Code, "%s: %.300s", path, w.Body)
	return w.Body.String()
}

// TestSecretsAreNotShown sends every operation with sensitive members a request that has them. They appear only where a
// caller asks for all: in a save and in a snapshot.
func TestSecretsAreNotShown(t *testing.T) {
	t.Parallel()
	var log buffer
	emu := start(t, emulator.WithStaleReads(0), emulator.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	cfg := withoutRetries(emu)
	cfg.RequestRate = -1
	c := clientsOf(t, cfg)
	secrets := 0
	for service, client := range map[string]any{"finspace": c.finspace, "proton": c.proton, "flink": c.flink, "dlc": c.dlc} {
		methods := methodsOf(client)
		api := emu.API(service)
		for _, name := range slices.Sorted(maps.Keys(api)) {
			request := validRequest(t, api[name].Request)
			settable := reflect.New(request.Type()).Elem()
			settable.Set(request)
			if n := setSecrets(settable, false); n > 0 {
				secrets += n
				_ = invoke(t, methods[strings.ToLower(name)], settable)
			}
		}
	}
	emu.Flink.AddVariable(workspace, namespace, flink.Variable{Name: "password", Kind: "Encrypted", Value: marker})
	t.Logf("secrets sent: %d", secrets)
	assert.Greater(t, secrets, 50)
	for _, path := range []string{"requests", "save", "state", "changes", "health", "faults", ""} {
		assert.NotContains(t, shown(t, emu, path), marker, path)
	}
	assert.NotContains(t, log.String(), marker)
	assert.NotContains(t, fmt.Sprintf("%+v %v", emu.Requests(), emu.Requests()), marker)
	assert.Contains(t, shown(t, emu, "save?secrets=include"), marker)
	assert.Contains(t, shown(t, emu, "snapshot?secrets=include"), marker)
	checkRedactedSave(t, shown(t, emu, "save"))
}

// checkRedactedSave checks that a save without secrets can be loaded, and is then the same.
func checkRedactedSave(t *testing.T, redacted string) {
	t.Helper()
	other, err := emulator.Start(emulator.WithStaleReads(0))
	require.NoError(t, err)
	defer other.Close()
	require.NoError(t, other.Load(strings.NewReader(redacted)))
	assert.Equal(t, strings.Count(redacted, `"[redacted]"`), strings.Count(shown(t, other, "save?secrets=include"), `"[redacted]"`))
}

// TestParametersAreNotShown sends what is sensitive in an address, where older requests have all members.
func TestParametersAreNotShown(t *testing.T) {
	t.Parallel()
	var log buffer
	emu := start(t, emulator.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	query := url.Values{"Action": {"CreateTask"}, "Version": {"2021-01-25"}, "Task.SQLTask.SQL": {marker}, "Signature": {"signature-of-a-real-account"}, "SecretId": {"key-of-a-real-account"}}
	a := call{method: "GET", path: "/", query: query.Encode()}
	a.send(t, emu)
	foreign := reads()["acs3"]
	foreign.key = sign.Credentials{AccessKeyID: "key-of-a-real-account", SecretAccessKey: "x"}
	r := foreign.request(t, emu)
	signature := r.Header.Get("Authorization")[strings.Index(r.Header.Get("Authorization"), "Signature=")+len("Signature="):]
	resp, err := emu.Config().HTTPClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Len(t, emu.Requests(), 2)
	for what, text := range map[string]string{"log": log.String(), "requests": shown(t, emu, "requests"), "page": shown(t, emu, "")} {
		for _, hidden := range []string{marker, "signature-of-a-real-account", "key-of-a-real-account", signature} {
			assert.NotContains(t, text, hidden, what)
		}
		assert.Contains(t, text, "GetJob", what)
	}
}

// TestStateIsPrivate checks the modes of the files that have secrets.
func TestStateIsPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no modes")
	}
	dir := filepath.Join(t.TempDir(), "state")
	for _, loose := range []bool{false, true} {
		if loose {
			require.NoError(t, os.Chmod(filepath.Join(dir, "emulator.log"), 0o644))
		}
		emu, err := emulator.Start(emulator.WithStateDir(dir))
		require.NoError(t, err)
		emu.Advance(1)
		emu.Close()
		require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			require.NoError(t, err)
			info, err := entry.Info()
			require.NoError(t, err)
			assert.Zero(t, info.Mode().Perm()&0o077, path)
			return nil
		}))
	}
}

// TestSecretsMustBeAskedFor checks the only ways to get them over HTTP.
func TestSecretsMustBeAskedFor(t *testing.T) {
	t.Parallel()
	emu := start(t)
	for _, path := range []string{"snapshot", "snapshot?secrets=", "snapshot?secrets=yes", "save?secrets=1", "save?secrets=include&secrets=x"} {
		w := httptest.NewRecorder()
		emu.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1:4566/_emulator/"+path, nil))
		assert.Equal(t, http.StatusBadRequest, w.Code, path)
		var body struct{ Error map[string]string }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
		assert.Equal(t, "query parameter secrets", body.Error["field"], path)
	}
}
