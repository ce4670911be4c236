package emulator_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// buffer is a log that several goroutines may write to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestRefusalsAreLogged(t *testing.T) {
	t.Parallel()
	var log buffer
	emu := start(t, emulator.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	finspaceCall("GET", "/kx/environments/"+environment+"/things", "", "").send(t, emu)
	assert.Contains(t, log.String(), `operation="GET /kx/environments/kxenv/things"`)
	assert.Contains(t, log.String(), "the emulator does not have this operation")
	call{method: "GET", path: "/favicon.ico"}.send(t, emu)
	assert.Contains(t, log.String(), "cannot tell which service it is for")
	reads()["proton"].send(t, emu)
	assert.NotContains(t, log.String(), "request handled", "only refusals are logged at the default level")
}

func TestSignatureMismatchesAreLogged(t *testing.T) {
	t.Parallel()
	const token, secret = "a+very/secret=token", "a-very-secret-secret"
	for scheme, c := range reads() {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			var log buffer
			emu := start(t, emulator.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			emu.AddCredentials(cloud.Credentials{
				AccessKeyID: "temporary", SecretAccessKey: cloud.NewSecret(secret), SessionToken: cloud.NewSecret(token),
			})
			c.key = sign.Credentials{AccessKeyID: "temporary", SecretAccessKey: "wrong", SessionToken: token}
			c.query = "x=" + "a%2Bvery%2Fsecret%3Dtoken"
			c.send(t, emu)
			logged := log.String()
			for _, part := range []string{
				"canonical_request=", "string_to_sign=", "signature_computed=", "signature_received=", "received_headers=", "[redacted]",
			} {
				assert.Contains(t, logged, part)
			}
			for _, hidden := range []string{token, secret, "a%2Bvery%2Fsecret%3Dtoken", emulator.SecretAccessKey} {
				assert.NotContains(t, logged, hidden)
			}
			assert.NotContains(t, emu.Requests()[0].Query, "secret")
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := clientsOf(t, emu.Config())
		_, err := c.finspace.UpdateKxClusterCodeConfiguration(t.Context(), codeUpdate("v2.zip", "token-1"))
		require.NoError(t, err)
		requests := emu.Requests()
		require.Len(t, requests, 1)
		r := requests[0]
		assert.Len(t, r.RequestID, 36)
		r.RequestID = ""
		assert.Equal(t, emulator.Request{
			At: time.Now(), Service: "finspace", Operation: "UpdateKxClusterCodeConfiguration", Method: "PUT",
			Path: "/kx/environments/kxenv/clusters/hdb-prod/configuration/code", AccessKeyID: emulator.AccessKeyID,
			SignedAt: time.Now().UTC(), Token: "token-1", Status: http.StatusOK, Changes: 1, Tier: "stateful",
			Input: codeUpdate("v2.zip", "token-1"),
		}, r)
	})
}

func TestRequestsAreBounded(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.InProcess())
	for range 1005 {
		call{method: "GET", path: "/kx/environments/kxenv/clusters"}.send(t, emu)
	}
	assert.Len(t, emu.Requests(), 1000)
	assert.Equal(t, 5, emu.DroppedRequests())
}
