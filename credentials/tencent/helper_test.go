package tencent_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/tencent"
)

const (
	secretKey   = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
	secretToken = "token-of-the-session-4711"
	podToken    = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl"
	roleARN     = "qcs::cam::uin/100000000001:roleName/deploy"
)

// variables is an environment.
type variables map[string]string

func (v variables) option() tencent.Option {
	return tencent.WithEnvironment(func(name string) string { return v[name] })
}

// tkeVariables are those of a pod, with its token file.
func tkeVariables(t testing.TB) variables {
	file := filepath.Join(t.TempDir(), "token")
	write(t, file, podToken+"\n")
	return variables{
		"TKE_REGION": "ap-singapore", "TKE_PROVIDER_ID": "tke-oidc", "TKE_WEB_IDENTITY_TOKEN_FILE": file, "TKE_ROLE_ARN": roleARN,
	}
}

func write(t testing.TB, file, text string) {
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// folder returns a home with files, by their path below it.
func folder(t testing.TB, files map[string]string) string {
	home := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(home, filepath.FromSlash(name)), text)
	}
	return home
}

// roundTrip is a transport without a network, for tests in virtual time.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func respond(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// hangs never responds.
var hangs = roundTrip(func(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
})

// offline is a machine without a network.
var offline = roundTrip(func(*http.Request) (*http.Response, error) {
	return nil, &netError{}
})

type netError struct{}

func (*netError) Error() string   { return "no route to host" }
func (*netError) Timeout() bool   { return false }
func (*netError) Temporary() bool { return false }

// untouched fails the test if something is sent.
func untouched(t testing.TB) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		t.Errorf("a request was sent to %s", r.URL)
		return nil, &netError{}
	}
}

// stsBody is a response of STS with keys that expire.
func stsBody(id string, expires time.Time) string {
	return fmt.Sprintf(`{"Response":{"Credentials":{"Token":%q,"TmpSecretId":%q,"TmpSecretKey":%q},"ExpiredTime":%d,"Expiration":%q,"RequestId":"r-1"}}`,
		secretToken, id, secretKey, expires.Unix(), expires.UTC().Format(time.RFC3339))
}

// metadataBody is a response of the metadata service with keys that expire.
func metadataBody(id string, expires time.Time) string {
	return fmt.Sprintf(`{"TmpSecretId":%q,"TmpSecretKey":%q,"ExpiredTime":%d,"Expiration":%q,"Token":%q,"Code":"Success"}`,
		id, secretKey, expires.Unix(), expires.UTC().Format(time.RFC3339), secretToken)
}

// serve plays a service on loopback and returns its address.
func serve(t testing.TB, handler http.HandlerFunc) string {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// say answers every request alike.
func say(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cvm plays the metadata service of an instance with a role. It counts the requests.
func cvm(role string, expires time.Time, asked *atomic.Int32) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/latest/meta-data/cam/security-credentials/":
			_, _ = io.WriteString(w, role)
		case "/latest/meta-data/cam/security-credentials/" + role:
			_, _ = io.WriteString(w, metadataBody("AKIDcvm", expires))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}
}

// find asks a chain.
func find(t testing.TB, options ...tencent.Option) (cloud.Credentials, error) {
	return tencent.Chain(append([]tencent.Option{tencent.WithTransport(untouched(t)), tencent.WithHome(t.TempDir()), variables{}.option()}, options...)...).
		Credentials(t.Context())
}

func static(id string) cloud.CredentialsProvider {
	return cloud.StaticCredentials(id, secretKey, secretToken)
}

// leaksNothing checks that no form of what a chain said has a secret.
func leaksNothing(t testing.TB, said ...any) {
	for _, v := range said {
		text := fmt.Sprintf("%v %+v %#v", v, v, v)
		if err, ok := v.(error); ok {
			text += err.Error()
		}
		for _, secret := range []string{secretKey, secretToken, podToken} {
			require.NotContains(t, text, secret)
		}
	}
}
