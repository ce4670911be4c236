package tc3_test

import (
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	signtest.RunVectors(t, func(t *testing.T, v signtest.Vector) { testVector(t, v) })
}

func testVector(t *testing.T, v signtest.Vector) *sign.Request {
	t.Helper()
	r := v.Request()
	if !v.Arrived {
		tc3.New(v.Service, v.SignAction).Sign(r, v.Credentials(), v.Time)
	}
	assert.Equal(t, v.Authorization, r.Header.Get("Authorization"))

	check, err := tc3.Verify(r, v.Key)
	require.NoError(t, err)
	assert.Equal(t, sign.Check{
		AccessKeyID: v.AccessKeyID, Service: v.Service, CanonicalRequest: v.CanonicalRequest, StringToSign: v.StringToSign,
		Want: v.Signature, Got: v.Signature, SignedAt: v.Time,
	}, check)
	return r
}

// recorded is a vector as the reference material has it.
type recorded struct {
	Name             string            `json:"name"`
	Source           string            `json:"source"` // of those not recorded from a client
	Algorithm        string            `json:"algorithm"`
	SecretID         string            `json:"secret_id"`
	SecretKey        string            `json:"secret_key"`
	Timestamp        int64             `json:"timestamp"`
	Service          string            `json:"service"`
	Action           string            `json:"action"`
	Method           string            `json:"method"`
	URL              string            `json:"url"`
	Host             string            `json:"host"`
	Headers          map[string]string `json:"headers"`
	Body             string            `json:"body"`
	BodyLen          int               `json:"body_len"`
	HashedPayload    string            `json:"hashed_payload"`
	CanonicalRequest string            `json:"canonical_request"`
	StringToSign     string            `json:"string_to_sign"`
	Signature        string            `json:"signature"`
	Authorization    string            `json:"authorization"`
	SignedHeaders    string            `json:"signed_headers"`
}

// The recorded requests themselves, in case there are some that testdata lacks.
func TestSharedVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(signtest.Beside(t, "shared", "vectors", "tencent.json"))
	require.NoError(t, err)
	var file struct {
		Vectors []recorded `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.NotEmpty(t, file.Vectors)
	for _, s := range file.Vectors {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			v := s.vector(t)
			if len(s.Body) != s.BodyLen {
				testHash(t, s, v)
				return
			}
			signed := testVector(t, v)
			if s.Source == "" {
				assert.Equal(t, canonical(s.Headers), signed.Header)
			}
		})
	}
}

func (s recorded) vector(t *testing.T) signtest.Vector {
	t.Helper()
	u, err := url.Parse(s.URL)
	require.NoError(t, err)
	v := signtest.Vector{
		Method: s.Method, Host: s.Host, Path: u.EscapedPath(), Query: u.RawQuery, Header: canonical(s.Headers), Body: s.Body,
		AccessKeyID: s.SecretID, Secret: s.SecretKey, Time: time.Unix(s.Timestamp, 0).UTC(),
		StringToSign: s.StringToSign, Signature: s.Signature,
	}
	switch s.Algorithm {
	case "HmacSHA1", "HmacSHA256":
		v.Arrived = true
		return v
	case "TC3-HMAC-SHA256":
	default:
		require.Fail(t, "unknown kind of vector", s.Algorithm)
	}
	v.Service, v.CanonicalRequest, v.Authorization = s.Service, s.CanonicalRequest, s.Authorization
	v.Token = http.Header(v.Header).Get("X-Tc-Token")
	for _, name := range []string{"Authorization", "X-Tc-Timestamp", "X-Tc-Token"} {
		delete(v.Header, name)
	}
	switch s.SignedHeaders {
	case "content-type;host":
	case "content-type;host;x-tc-action":
		v.SignAction = true
		v.Header["X-Tc-Action"] = []string{s.Action}
	default:
		require.Fail(t, "unknown kind of vector", s.SignedHeaders)
	}
	return v
}

func canonical(headers map[string]string) http.Header {
	h := http.Header{}
	for name, value := range headers {
		h.Set(name, value)
	}
	return h
}

// testHash checks a vector whose body is too big to be in the file: all but
// the hash of the body comes from signing an empty one.
func testHash(t *testing.T, s recorded, v signtest.Vector) {
	t.Helper()
	v.Body = ""
	r := v.Request()
	tc3.New(v.Service, v.SignAction).Sign(r, v.Credentials(), v.Time)
	check, err := tc3.Verify(r, v.Key)
	require.NoError(t, err)

	text := dropLastLine(check.CanonicalRequest) + s.HashedPayload
	assert.Equal(t, s.CanonicalRequest, text)
	text = dropLastLine(check.StringToSign) + string(sign.AppendSHA256(nil, []byte(text)))
	assert.Equal(t, s.StringToSign, text)
	key := sign.DeriveKey("TC3", s.SecretKey, v.Time.Format(time.DateOnly), s.Service, "tc3_request")
	mac := sign.HMACSHA256(key[:], text)
	assert.Equal(t, s.Signature, hex.EncodeToString(mac[:]))
}

func dropLastLine(s string) string {
	return s[:strings.LastIndex(s, "\n")+1]
}
