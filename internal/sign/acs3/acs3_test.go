package acs3_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
)

var (
	credentials = sign.Credentials{AccessKeyID: "LTAIEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"}
	noon        = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

func secret(id string) (string, bool) {
	return credentials.SecretAccessKey, id == credentials.AccessKeyID
}

func request() *sign.Request {
	return &sign.Request{
		Method: http.MethodPost,
		Host:   "ververica.cn-hangzhou.aliyuncs.com",
		Path:   "/api/v2/namespaces/default/jobs/j%3AhotUpdate",
		Query:  "sortName=b&pageIndex=x+y&n=",
		Header: http.Header{
			"Accept":        {"application/json"},
			"Content-Type":  {"application/json; charset=utf-8"},
			"Workspace":     {"a14bd5d90a"},
			"X-Acs-Action":  {"HotUpdateJob"},
			"X-Acs-Version": {"2022-07-18"},
		},
		Body: []byte(`{"a":1}`),
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	edit := func(old, new string) func(*sign.Request) {
		return func(r *sign.Request) {
			r.Header["Authorization"] = []string{strings.Replace(r.Header.Get("Authorization"), old, new, 1)}
		}
	}
	r := request()
	acs3.Signer{}.Sign(r, credentials, noon, "nonce")
	signtest.RunChanges(t, r, credentials, acs3.Verify, []signtest.Change{
		signtest.Changed("method", func(r *sign.Request) { r.Method = "PUT" }, sign.ErrMismatch),
		signtest.Changed("host", func(r *sign.Request) { r.Host += ":443" }, sign.ErrMismatch),
		signtest.Changed("path", func(r *sign.Request) { r.Path += "x" }, sign.ErrMismatch),
		signtest.Changed("literal colon", func(r *sign.Request) { r.Path = strings.Replace(r.Path, "%3A", ":", 1) }, sign.ErrMismatch),
		signtest.Changed("query value", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "=b", "=c", 1) }, sign.ErrMismatch),
		signtest.Changed("query name", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "n=", "m=", 1) }, sign.ErrMismatch),
		signtest.Changed("query parameter added", func(r *sign.Request) { r.Query += "&z=1" }, sign.ErrMismatch),
		signtest.Changed("query removed", func(r *sign.Request) { r.Query = "" }, sign.ErrMismatch),
		signtest.Changed("query in another order", func(r *sign.Request) { r.Query = "n=&pageIndex=x+y&sortName=b" }, nil),
		signtest.Changed("body", func(r *sign.Request) { r.Body[0] = '[' }, sign.ErrMismatch),
		signtest.Changed("body and its hash", func(r *sign.Request) {
			r.Body = nil
			r.Header["X-Acs-Content-Sha256"] = []string{string(sign.AppendSHA256(nil, nil))}
		}, sign.ErrMismatch),
		signtest.Changed("content type", signtest.SetHeader("Content-Type", "text/plain"), sign.ErrMismatch),
		signtest.Changed("action", signtest.SetHeader("X-Acs-Action", "StopJob"), sign.ErrMismatch),
		signtest.Changed("action with space", signtest.SetHeader("X-Acs-Action", " HotUpdateJob "), nil),
		signtest.Changed("action twice", signtest.AddHeader("X-Acs-Action", "StopJob"), sign.ErrMismatch),
		signtest.Changed("action removed", signtest.DeleteHeader("X-Acs-Action"), sign.ErrMalformed),
		signtest.Changed("header added", signtest.SetHeader("X-Acs-Region-Id", "cn-beijing"), sign.ErrMalformed),
		signtest.Changed("nonce", signtest.SetHeader("X-Acs-Signature-Nonce", "other"), sign.ErrMismatch),
		signtest.Changed("time", signtest.SetHeader("X-Acs-Date", "2026-11-21T12:00:01Z"), sign.ErrMismatch),
		signtest.Changed("unreadable time", signtest.SetHeader("X-Acs-Date", "now"), sign.ErrMalformed),
		signtest.Changed("token", signtest.SetHeader("X-Acs-Security-Token", "other"), sign.ErrMismatch),
		signtest.Changed("workspace, which is not signed", signtest.SetHeader("Workspace", "other"), nil),
		signtest.Changed("accept, which is not signed", signtest.SetHeader("Accept", "*/*"), nil),
		signtest.Changed("unsigned host", edit("host;", ""), sign.ErrMalformed),
		signtest.Changed("unsigned nonce", edit("x-acs-signature-nonce;", ""), sign.ErrMalformed),
		signtest.Changed("signature", edit("Signature=", "Signature=0"), sign.ErrMismatch),
		signtest.Changed("key", edit("LTAIEXAMPLE", "LTAIOTHER"), sign.ErrUnknownKey),
		signtest.Changed("algorithm", edit("SHA256", "SM3"), sign.ErrMalformed),
		signtest.Changed("not signed", signtest.DeleteHeader("Authorization"), sign.ErrMalformed),
	})
}

func TestCheckOfUnknownKey(t *testing.T) {
	t.Parallel()
	r := request()
	acs3.Signer{}.Sign(r, credentials, noon, "nonce")
	check, err := acs3.Verify(r, func(string) (string, bool) { return "", false })
	require.ErrorIs(t, err, sign.ErrUnknownKey)
	assert.Equal(t, "LTAIEXAMPLE", check.AccessKeyID)
	assert.Equal(t, noon, check.SignedAt)
	assert.Contains(t, check.CanonicalRequest, "\nn=&pageIndex=x%20y&sortName=b\n")
	assert.NotEmpty(t, check.StringToSign)
	assert.NotEmpty(t, check.Got)
	assert.Empty(t, check.Want)
}

func TestSignAddsHeadersOnly(t *testing.T) {
	t.Parallel()
	r, before := request(), request()
	acs3.Signer{}.Sign(r, credentials, noon, "nonce")
	added := maps.Clone(r.Header)
	for name := range before.Header {
		delete(added, name)
	}
	assert.Len(t, added, 6)
	assert.Equal(t, []string{"2026-11-21T12:00:00Z"}, added["X-Acs-Date"])
	assert.Equal(t, []string{"nonce"}, added["X-Acs-Signature-Nonce"])
	assert.Equal(t, []string{"LTAIEXAMPLE"}, added["X-Acs-Accesskey-Id"])
	assert.Equal(t, []string{"token"}, added["X-Acs-Security-Token"])
	for name := range added {
		delete(r.Header, name)
	}
	assert.Equal(t, before, r)
}

// A retry signs the same headers again, perhaps with other credentials.
func TestSignAgain(t *testing.T) {
	t.Parallel()
	again, once := request(), request()
	plain := sign.Credentials{AccessKeyID: "LTAIEXAMPLE", SecretAccessKey: "secret"}
	acs3.Signer{}.Sign(again, credentials, noon, "nonce 1")
	acs3.Signer{}.Sign(again, plain, noon.Add(time.Hour), "nonce 2")
	acs3.Signer{}.Sign(once, plain, noon.Add(time.Hour).In(time.FixedZone("far", 14*60*60)), "nonce 2")
	assert.Equal(t, once, again)
}

func FuzzSignVerify(f *testing.F) {
	f.Add("GET", "h", "/a%20b", "a=1&b=x+y", "value", "n", []byte("body"))
	f.Add("POST", "", "", "", "", "", []byte(nil))
	f.Add("PUT", "h:80", "/+*%7E~%7e", "%zz&&=;", "  a ", " n ", []byte{0})
	f.Fuzz(func(t *testing.T, method, host, path, query, value, nonce string, body []byte) {
		r := &sign.Request{Method: method, Host: host, Path: path, Query: query, Header: http.Header{"X-Acs-Action": {value}}, Body: body}
		acs3.Signer{}.Sign(r, credentials, noon, nonce)
		_, err := acs3.Verify(r, secret)
		require.NoError(t, err)
		for i, change := range []func(r *sign.Request){
			func(r *sign.Request) { r.Method += "X" },
			func(r *sign.Request) { r.Host += "x" },
			func(r *sign.Request) { r.Path += "x" },
			func(r *sign.Request) { r.Query += "&x=1" },
			func(r *sign.Request) { r.Header["X-Acs-Action"] = []string{value + "x"} },
			func(r *sign.Request) { r.Header["X-Acs-Signature-Nonce"] = []string{nonce + "x"} },
			func(r *sign.Request) { r.Body = append(r.Body, 'x') },
		} {
			changed := signtest.Clone(r)
			change(changed)
			_, err := acs3.Verify(changed, secret)
			require.ErrorIs(t, err, sign.ErrMismatch, "change %d", i)
		}
	})
}

// Whatever arrives, Verify neither panics nor accepts a forgery.
func FuzzVerify(f *testing.F) {
	r := request()
	acs3.Signer{}.Sign(r, credentials, noon, "nonce")
	f.Add(r.Header.Get("Authorization"), "2026-11-21T12:00:00Z", "a=1", "x")
	f.Add("ACS3-HMAC-SHA256 Credential=LTAIEXAMPLE,SignedHeaders=host;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce,Signature=0", "2026-11-21T12:00:00Z", "", "x")
	f.Add("ACS3-HMAC-SHA256 ,,=,Credential=////,SignedHeaders=;;", "", "", "")
	f.Fuzz(func(t *testing.T, authorization, date, query, value string) {
		r := &sign.Request{Method: "GET", Host: "h", Query: query, Header: http.Header{
			"Authorization": {authorization}, "X-Acs-Date": {date}, "X-Acs-Content-Sha256": {value}, "X-Acs-Signature-Nonce": {value},
		}}
		_, err := acs3.Verify(r, secret)
		require.Error(t, err)
	})
}
