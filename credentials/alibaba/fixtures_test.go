package alibaba_test

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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
)

const (
	longID, longSecret = "LTAI5tExampleKeyOfAUser1", "userSecret0Kq3ZpTn8VwYx2Lb5Mh"
	roleARN            = "acs:ram::1234567890123456:role/release"
	providerARN        = "acs:ram::1234567890123456:oidc-provider/ack-rrsa-c1"
	oidcToken          = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJlMDE"
)

// variables are an environment of the test's own.
type variables map[string]string

func (v variables) option() alibaba.Option {
	return alibaba.WithEnvironment(func(name string) string { return v[name] })
}

// home makes a home folder with these files.
func home(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

const (
	inCLI  = ".aliyun/config.json"
	inFile = ".alibabacloud/credentials"
	inOIDC = "token"
)

// profiles is the file of the CLI with these profiles, of which the first is current.
func profiles(all ...string) map[string]string {
	return map[string]string{inCLI: `{"current":"p","profiles":[` + strings.Join(all, ",") + `]}`}
}

// vendor plays STS, the metadata service and a credentials URI. Each set of keys that it gives out is a new one.
type vendor struct {
	*httptest.Server
	lifetime time.Duration
	given    atomic.Int32
	requests atomic.Int32
	v1Only   bool
	noRole   bool
	users    map[string]string // secrets by access key ID
}

func newVendor(t testing.TB) *vendor {
	t.Helper()
	v := &vendor{lifetime: time.Hour, users: map[string]string{longID: longSecret}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", v.sts)
	mux.HandleFunc("PUT /latest/api/token", v.imdsToken)
	mux.HandleFunc("GET /latest/meta-data/ram/security-credentials/{role...}", v.imds)
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, v.keys("Success")) })
	v.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.requests.Add(1)
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(v.Close)
	return v
}

func (v *vendor) options() []alibaba.Option {
	return []alibaba.Option{alibaba.WithSTSEndpoint(v.URL), alibaba.WithMetadataEndpoint(v.URL)}
}

// keys are the next ones, named by their number.
func (v *vendor) keys(code string) string {
	n := v.given.Add(1)
	return fmt.Sprintf(`{"Code":%q,"AccessKeyId":"STS.key%d","AccessKeySecret":"givenSecret%d","SecurityToken":"givenToken%d","Expiration":%q}`,
		code, n, n, n, time.Now().Add(v.lifetime).UTC().Format("2006-01-02T15:04:05Z"))
}

func (v *vendor) refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"RequestId":"0A1B2C3D-0000-1111-2222-0123456789AB","HostId":"sts","Code":%q,"Message":"repeats %s"}`, code, longSecret)
}

func (v *vendor) sts(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.URL.Query().Get("Action") == "AssumeRoleWithOIDC" {
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		_ = r.ParseForm()
		if r.Header.Get("Authorization") != "" || r.PostForm.Get("OIDCToken") != oidcToken || r.PostForm.Get("OIDCProviderArn") != providerARN {
			v.refuse(w, 400, "AuthenticationFail.OIDCToken.Invalid")
			return
		}
		v.grant(w, r.PostForm.Get("RoleArn"))
		return
	}
	_, err := acs3.Verify(&sign.Request{
		Method: r.Method, Host: r.Host, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header, Body: body,
	}, func(id string) (string, bool) {
		secret, ok := v.users[id]
		if n, given := strings.CutPrefix(id, "STS.key"); given && r.Header.Get("X-Acs-Security-Token") == "givenToken"+n {
			return "givenSecret" + n, true
		}
		return secret, ok
	})
	switch {
	case err != nil:
		v.refuse(w, 403, "SignatureDoesNotMatch")
	case r.Header.Get("X-Acs-Action") != "AssumeRole" || r.Header.Get("X-Acs-Version") != "2015-04-01":
		v.refuse(w, 404, "InvalidAction.NotFound")
	default:
		v.grant(w, r.URL.Query().Get("RoleArn"))
	}
}

func (v *vendor) grant(w http.ResponseWriter, role string) {
	if role != roleARN {
		v.refuse(w, 404, "EntityNotExist.Role")
		return
	}
	fmt.Fprintf(w, `{"RequestId":"r","AssumedRoleUser":{"Arn":"a"},"Credentials":%s}`, v.keys(""))
}

func (v *vendor) imdsToken(w http.ResponseWriter, r *http.Request) {
	if v.v1Only || r.Header.Get("X-Aliyun-Ecs-Metadata-Token-Ttl-Seconds") == "" {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	fmt.Fprint(w, "metadata-token")
}

func (v *vendor) imds(w http.ResponseWriter, r *http.Request) {
	switch {
	case !v.v1Only && r.Header.Get("X-Aliyun-Ecs-Metadata-Token") != "metadata-token":
		w.WriteHeader(http.StatusForbidden)
	case v.noRole:
		w.WriteHeader(http.StatusNotFound)
	case r.PathValue("role") == "":
		fmt.Fprint(w, "ecs-role\n")
	case r.PathValue("role") == "ecs-role":
		fmt.Fprint(w, v.keys("Success"))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// roundTripper is a transport of a test.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// says returns a transport that gives one response to everything.
func says(status int, body string) roundTripper {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// silent never responds.
func silent(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// nowhere is a machine outside of the cloud with nothing set up.
func nowhere(t testing.TB, opts ...alibaba.Option) []alibaba.Option {
	return append([]alibaba.Option{variables{}.option(), alibaba.WithHome(t.TempDir()), alibaba.WithTransport(roundTripper(silent))}, opts...)
}

// isGiven checks keys that a vendor gave out.
func isGiven(t testing.TB, c cloud.Credentials, n int) {
	t.Helper()
	assert.Equal(t, fmt.Sprintf("STS.key%d", n), c.AccessKeyID)
	assert.Equal(t, fmt.Sprintf("givenSecret%d", n), c.SecretAccessKey.Reveal())
	assert.Equal(t, fmt.Sprintf("givenToken%d", n), c.SessionToken.Reveal())
	assert.WithinDuration(t, time.Now().Add(time.Hour), c.Expires, 5*time.Minute)
}
