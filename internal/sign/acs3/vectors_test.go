package acs3_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
)

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range signtest.Load(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			testVector(t, v)
		})
	}
}

func testVector(t *testing.T, v signtest.Vector) *sign.Request {
	t.Helper()
	r := v.Request()
	acs3.Signer{}.Sign(r, v.Credentials(), v.Time, v.Nonce)
	assert.Equal(t, v.Authorization, r.Header.Get("Authorization"))

	check, err := acs3.Verify(r, v.Key)
	require.NoError(t, err)
	assert.Equal(t, sign.Check{
		AccessKeyID: v.AccessKeyID, CanonicalRequest: v.CanonicalRequest, StringToSign: v.StringToSign,
		Want: v.Signature, Got: v.Signature, SignedAt: v.Time,
	}, check)
	return r
}

// The recorded requests themselves, in case there are some that testdata lacks.
func TestSharedVectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(signtest.Beside(t, "shared", "vectors", "alibaba.json"))
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			Name             string            `json:"name"`
			Algorithm        string            `json:"algorithm"`
			AccessKeyID      string            `json:"accessKeyId"`
			AccessKeySecret  string            `json:"accessKeySecret"`
			Method           string            `json:"method"`
			Host             string            `json:"host"`
			RequestURI       string            `json:"requestUri"`
			HeadersAsSent    map[string]string `json:"headersAsSent"`
			Body             string            `json:"body"`
			CanonicalRequest string            `json:"canonicalRequest"`
			StringToSign     string            `json:"stringToSign"`
			Signature        string            `json:"signature"`
			Authorization    string            `json:"authorization"`
		} `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.NotEmpty(t, file.Vectors)
	for _, s := range file.Vectors {
		if s.Algorithm == "ROA HMAC-SHA1" {
			continue // for package roa
		}
		require.Equal(t, "ACS3-HMAC-SHA256", s.Algorithm, s.Name)
		sent := http.Header{}
		for name, value := range s.HeadersAsSent {
			sent.Set(name, value)
		}
		sent.Del("Host")
		at, err := time.Parse(time.RFC3339, sent.Get("X-Acs-Date"))
		require.NoError(t, err, s.Name)
		v := signtest.Vector{
			Method: s.Method, Host: s.Host, Header: sent.Clone(), Body: s.Body,
			AccessKeyID: s.AccessKeyID, Secret: s.AccessKeySecret, Token: sent.Get("X-Acs-Security-Token"),
			Time: at, Nonce: sent.Get("X-Acs-Signature-Nonce"),
			CanonicalRequest: s.CanonicalRequest, StringToSign: s.StringToSign, Signature: s.Signature, Authorization: s.Authorization,
		}
		v.Path, v.Query, _ = strings.Cut(s.RequestURI, "?")
		for _, name := range []string{"Authorization", "X-Acs-Date", "X-Acs-Content-Sha256", "X-Acs-Signature-Nonce", "X-Acs-Accesskey-Id", "X-Acs-Security-Token"} {
			delete(v.Header, name)
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, sent, testVector(t, v).Header)
		})
	}
}
