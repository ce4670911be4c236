package sigv4_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	signtest.RunVectors(t, func(t *testing.T, v signtest.Vector) {
		testHeader(t, v)
		if v.Presigned.Expires > 0 {
			testPresigned(t, v)
		}
	})
}

func testHeader(t *testing.T, v signtest.Vector) {
	t.Helper()
	s, r := sigv4.New(v.Region, v.Service), v.Request()
	s.Sign(r, v.Credentials(), v.Time)
	assert.Equal(t, v.Authorization, r.Header.Get("Authorization"))
	assert.Equal(t, v.Token, r.Header.Get("X-Amz-Security-Token"))
	assert.Equal(t, v.Query, r.Query)

	check, err := s.Verify(r, v.Key)
	require.NoError(t, err)
	assert.Equal(t, sign.Check{
		AccessKeyID: v.AccessKeyID, Region: v.Region, Service: v.Service,
		CanonicalRequest: v.CanonicalRequest, StringToSign: v.StringToSign,
		Want: v.Signature, Got: v.Signature, SignedAt: v.Time,
	}, check)
}

func testPresigned(t *testing.T, v signtest.Vector) {
	t.Helper()
	r := v.Request()
	r.Query = v.Presigned.Query
	check, err := sigv4.New(v.Region, v.Service).Verify(r, v.Key)
	require.NoError(t, err)
	assert.Equal(t, sign.Check{
		AccessKeyID: v.AccessKeyID, Region: v.Region, Service: v.Service,
		CanonicalRequest: v.Presigned.CanonicalRequest, StringToSign: v.Presigned.StringToSign,
		Want: v.Presigned.Signature, Got: v.Presigned.Signature, SignedAt: v.Time, Expires: time.Duration(v.Presigned.Expires) * time.Second,
	}, check)
}

// The suite itself, in case it has vectors that testdata lacks.
func TestSharedVectors(t *testing.T) {
	t.Parallel()
	root := signtest.Beside(t, "shared", "vectors", "aws-signing-test-suite", "v4")
	folders, err := os.ReadDir(root)
	require.NoError(t, err)
	require.NotEmpty(t, folders)
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			t.Parallel()
			v := readSuite(t, filepath.Join(root, folder.Name()))
			testHeader(t, v)
			if v.Header["X-Amz-Content-Sha256"] == nil {
				testPresigned(t, v)
			}
		})
	}
}

// readSuite reads a folder of the suite, or skips the test if it is about an option that the services have no use for. A
// file or an option that it does not know fails the test.
func readSuite(t *testing.T, dir string) signtest.Vector {
	t.Helper()
	files := readFiles(t, dir)
	v, o := readContext(t, files["context.json"])
	r := readRequest(t, files["request.txt"])
	tidy := !strings.Contains(r.Path, "//") && !strings.Contains(r.Path, "/.")
	if o.normalize && !tidy || o.omitSessionToken {
		t.Skip("an option that the services have no use for")
	}
	if o.signBody {
		sum := sha256.Sum256(r.Body)
		r.Header.Set("X-Amz-Content-Sha256", hex.EncodeToString(sum[:]))
	}
	v.Method, v.Host, v.Path, v.Query, v.Header, v.Body = r.Method, r.Host, r.Path, r.Query, r.Header, string(r.Body)
	v.CanonicalRequest = files["header-canonical-request.txt"]
	v.StringToSign = files["header-string-to-sign.txt"]
	v.Signature = files["header-signature.txt"]
	v.Authorization = readRequest(t, files["header-signed-request.txt"]).Header.Get("Authorization")
	v.Presigned.CanonicalRequest = files["query-canonical-request.txt"]
	v.Presigned.StringToSign = files["query-string-to-sign.txt"]
	v.Presigned.Signature = files["query-signature.txt"]
	v.Presigned.Query = readRequest(t, files["query-signed-request.txt"]).Query
	return v
}

func readFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{
		"context.json": "", "request.txt": "",
		"header-canonical-request.txt": "", "header-string-to-sign.txt": "", "header-signature.txt": "", "header-signed-request.txt": "",
		"query-canonical-request.txt": "", "query-string-to-sign.txt": "", "query-signature.txt": "", "query-signed-request.txt": "",
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, len(files))
	for _, entry := range entries {
		require.Contains(t, files, entry.Name())
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		require.NoError(t, err)
		files[entry.Name()] = string(data)
	}
	return files
}

// suiteOptions are those that a Vector does not have.
type suiteOptions struct{ normalize, signBody, omitSessionToken bool }

func readContext(t *testing.T, text string) (signtest.Vector, suiteOptions) {
	t.Helper()
	var c struct {
		Credentials struct {
			AccessKeyID     string `json:"access_key_id"`
			SecretAccessKey string `json:"secret_access_key"`
			Token           string `json:"token"`
		} `json:"credentials"`
		Expiration       int       `json:"expiration_in_seconds"`
		Normalize        bool      `json:"normalize"`
		Region           string    `json:"region"`
		Service          string    `json:"service"`
		SignBody         bool      `json:"sign_body"`
		Timestamp        time.Time `json:"timestamp"`
		OmitSessionToken bool      `json:"omit_session_token"`
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&c))
	return signtest.Vector{
		AccessKeyID: c.Credentials.AccessKeyID, Secret: c.Credentials.SecretAccessKey, Token: c.Credentials.Token,
		Region: c.Region, Service: c.Service, Time: c.Timestamp,
		Presigned: signtest.Presigned{Expires: c.Expiration},
	}, suiteOptions{c.Normalize, c.SignBody, c.OmitSessionToken}
}

// readRequest is more lenient than http.ReadRequest: the suite has spaces in
// paths and values over several lines.
func readRequest(t *testing.T, text string) *sign.Request {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	method, rest, ok := strings.Cut(lines[0], " ")
	require.True(t, ok)
	target, ok := strings.CutSuffix(rest, " HTTP/1.1")
	require.True(t, ok)
	r := &sign.Request{Method: method, Header: map[string][]string{}, Body: []byte(body)}
	r.Path, r.Query, _ = strings.Cut(target, "?")

	last := ""
	for _, line := range lines[1:] {
		if strings.HasPrefix(line, " ") {
			values := r.Header.Values(last)
			values[len(values)-1] += "\n" + line
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		require.True(t, ok)
		r.Header.Add(name, value)
		last = name
	}
	r.Host = r.Header.Get("Host")
	r.Header.Del("Host")
	return r
}
