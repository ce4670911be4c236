package transport_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

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
			_, err := transport.New(cloud.Config{Endpoint: tt.address, AllowPlainHTTP: tt.plain}, testService())
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

// TestBadEndpointsAreNotRepeated uses addresses with a password in every place. What does not parse is not
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
		_, err := transport.New(cloud.Config{Endpoint: address}, testService())
		require.ErrorIs(t, err, cloud.ErrInvalid, address)
		assert.NotContains(t, err.Error(), "hunter2")
		assert.NotContains(t, err.Error(), "\n")
		assert.True(t, strings.HasSuffix(err.Error(), shown), "%q shows %s", address, err)
		if shown == "" {
			assert.NotContains(t, err.Error(), "given", address)
		}
		err = transport.InvalidOption("things", "Endpoint", "excludes WithVPC", address)
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

	rpc := transport.Operation{Name: "Get", Method: "POST", Path: "/"}
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
		assert.NoError(t, transport.CheckRegion("things", "Region", good))
	}
	for _, bad := range []string{"", "US-EAST-1", "us east", "evil.com/", "a.b", "é", "-us", "us-", strings.Repeat("a", 64)} {
		err := transport.CheckRegion("things", "Region", bad)
		require.ErrorIs(t, err, cloud.ErrInvalid, bad)
		assert.ErrorContains(t, err, "Region: ")
	}
}

func BenchmarkCall(b *testing.B) {
	s := &fixed{body: `{"status":"UP","size":3}`}
	c, err := transport.New(cloud.Config{Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, ""), HTTPClient: &http.Client{Transport: s}}, testService())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := transport.Call(b.Context(), c, &readOp, &getRequest{Name: "a", Code: "x"}, new(getResponse)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefusedCall(b *testing.B) {
	s := &fixed{status: 409, body: `{"message":"busy"}`, header: http.Header{"X-Amzn-Errortype": {"ConflictException"}}}
	c, err := transport.New(cloud.Config{Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, ""), HTTPClient: &http.Client{Transport: s}}, testService())
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := transport.Call(b.Context(), c, &readOp, &getRequest{Name: "a"}, new(getResponse)); err == nil {
			b.Fatal("accepted")
		}
	}
}
