// Package signtest reads signing vectors for the tests of the signers.
package signtest

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Vector is a request and the expected result of signing it.
type Vector struct {
	Name string `json:"name"`
	Note string `json:"note"`

	// Arrived says that the request is signed already.
	Arrived    bool                `json:"arrived"`
	Method     string              `json:"method"`
	Host       string              `json:"host"`
	Path       string              `json:"path"`
	Query      string              `json:"query"`
	Header     map[string][]string `json:"header"`
	Body       string              `json:"body"`
	BodyRepeat int                 `json:"bodyRepeat"` // the body is Body this many times, if not 0

	AccessKeyID string    `json:"accessKeyID"`
	Secret      string    `json:"secret"`
	Token       string    `json:"token"`
	Time        time.Time `json:"time"`
	Nonce       string    `json:"nonce"`

	Region     string `json:"region"`
	Service    string `json:"service"`
	SignAction bool   `json:"signAction"`

	CanonicalRequest string    `json:"canonicalRequest"`
	StringToSign     string    `json:"stringToSign"`
	Signature        string    `json:"signature"`
	Authorization    string    `json:"authorization"`
	Presigned        Presigned `json:"presigned"`
}

// Presigned is the request of a Vector as received when it is signed in its query.
type Presigned struct {
	Expires          int    `json:"expires"` // seconds; 0 if there is no such part
	Query            string `json:"query"`
	CanonicalRequest string `json:"canonicalRequest"`
	StringToSign     string `json:"stringToSign"`
	Signature        string `json:"signature"`
}

// Load reads the vectors of a package from its testdata.
func Load(t testing.TB) []Vector {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Source  string   `json:"source"`
		Vectors []Vector `json:"vectors"`
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) == 0 {
		t.Fatal("there are no vectors in testdata")
	}
	return file.Vectors
}

// Beside returns a path that starts beside the module's own folder, or skips
// the test where there is no such file.
func Beside(t testing.TB, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for !exists(filepath.Join(dir, "go.mod")) {
		if dir == filepath.Dir(dir) {
			t.Fatal("there is no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(filepath.Dir(dir), filepath.Join(elem...))
	if !exists(path) {
		t.Skip("there is no " + filepath.Join(elem...) + " beside the module; the package has vectors of its own")
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Request returns the request of the vector, new each time.
func (v *Vector) Request() *sign.Request {
	r := sign.Request{Method: v.Method, Host: v.Host, Path: v.Path, Query: v.Query, Header: v.Header, Body: []byte(v.Body)}
	if v.BodyRepeat > 0 {
		r.Body = []byte(strings.Repeat(v.Body, v.BodyRepeat))
	}
	return Clone(&r)
}

// Credentials returns the credentials of the vector.
func (v *Vector) Credentials() sign.Credentials {
	return sign.Credentials{AccessKeyID: v.AccessKeyID, SecretAccessKey: v.Secret, SessionToken: v.Token}
}

// Key looks up the secret of the vector's key.
func (v *Vector) Key(accessKeyID string) (string, bool) {
	return v.Secret, accessKeyID == v.AccessKeyID
}

// Clone copies a request with its header and body.
func Clone(r *sign.Request) *sign.Request {
	c := *r
	c.Header = maps.Clone(r.Header)
	if c.Header == nil {
		c.Header = map[string][]string{}
	}
	for name, values := range c.Header {
		c.Header[name] = slices.Clone(values)
	}
	c.Body = slices.Clone(r.Body)
	return &c
}
