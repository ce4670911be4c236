package roa_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
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
	roa.Signer{}.Sign(r, v.Credentials(), v.Time, v.Nonce)
	assert.Equal(t, v.Authorization, r.Header.Get("Authorization"))

	check, err := roa.Verify(r, v.Key)
	require.NoError(t, err)
	assert.Equal(t, sign.Check{
		AccessKeyID: v.AccessKeyID, StringToSign: v.StringToSign,
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
			Name            string            `json:"name"`
			Algorithm       string            `json:"algorithm"`
			AccessKeyID     string            `json:"accessKeyId"`
			AccessKeySecret string            `json:"accessKeySecret"`
			Method          string            `json:"method"`
			Host            string            `json:"host"`
			RequestURI      string            `json:"requestUri"`
			HeadersAsSent   map[string]string `json:"headersAsSent"`
			Body            string            `json:"body"`
			StringToSign    string            `json:"stringToSign"`
			Signature       string            `json:"signature"`
			Authorization   string            `json:"authorization"`
		} `json:"vectors"`
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.NotEmpty(t, file.Vectors)
	for _, s := range file.Vectors {
		if s.Algorithm == "ACS3-HMAC-SHA256" {
			continue // for package acs3
		}
		require.Equal(t, "ROA HMAC-SHA1", s.Algorithm, s.Name)
		sent := http.Header{}
		for name, value := range s.HeadersAsSent {
			sent.Set(name, value)
		}
		sent.Del("Host")
		at, err := http.ParseTime(sent.Get("Date"))
		require.NoError(t, err, s.Name)
		v := signtest.Vector{
			Method: s.Method, Host: s.Host, Header: sent.Clone(), Body: s.Body,
			AccessKeyID: s.AccessKeyID, Secret: s.AccessKeySecret, Token: sent.Get("X-Acs-Security-Token"),
			Time: at, Nonce: sent.Get("X-Acs-Signature-Nonce"),
			StringToSign: s.StringToSign, Signature: s.Signature, Authorization: s.Authorization,
		}
		v.Path, v.Query, _ = strings.Cut(s.RequestURI, "?")
		for _, name := range []string{"Authorization", "Date", "X-Acs-Signature-Method", "X-Acs-Signature-Nonce", "X-Acs-Signature-Version", "X-Acs-Accesskey-Id", "X-Acs-Security-Token"} {
			delete(v.Header, name)
		}
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, sent, testVector(t, v).Header)
		})
	}
}
