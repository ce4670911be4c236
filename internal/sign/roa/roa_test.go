package roa_test

import (
	"crypto/md5"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
)

var scheme = signtest.Scheme{
	Sign:        func(r *sign.Request, c sign.Credentials, t time.Time) { roa.Signer{}.Sign(r, c, t, "nonce") },
	Verify:      roa.Verify,
	Request:     request,
	Credentials: sign.Credentials{AccessKeyID: "LTAIEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"},
}

func TestScheme(t *testing.T) {
	t.Parallel()
	scheme.Run(t, "Authorization", "Date", "X-Acs-Accesskey-Id", "X-Acs-Security-Token", "X-Acs-Signature-Method", "X-Acs-Signature-Nonce", "X-Acs-Signature-Version")
}

func BenchmarkSign(b *testing.B)   { scheme.BenchmarkSign(b) }
func BenchmarkVerify(b *testing.B) { scheme.BenchmarkVerify(b) }

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

func TestStringToSign(t *testing.T) {
	t.Parallel()
	check, err := roa.Verify(scheme.Signed(), scheme.Key)
	require.NoError(t, err)
	assert.Empty(t, check.CanonicalRequest)
	assert.True(t, strings.HasSuffix(check.StringToSign, "\n/api/v2/namespaces/default/jobs/j%3AhotUpdate?n&pageIndex=x y&sortName=b"))
}

func TestChanged(t *testing.T) {
	t.Parallel()
	r := scheme.Signed()
	signtest.RunChanges(t, r, scheme.Credentials, roa.Verify, []signtest.Change{
		signtest.Changed("method", func(r *sign.Request) { r.Method = "PUT" }, sign.ErrMismatch),
		signtest.Changed("path", func(r *sign.Request) { r.Path += "x" }, sign.ErrMismatch),
		signtest.Changed("literal colon", func(r *sign.Request) { r.Path = strings.Replace(r.Path, "%3A", ":", 1) }, sign.ErrMismatch),
		signtest.Changed("query value", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "=b", "=c", 1) }, sign.ErrMismatch),
		signtest.Changed("query name", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "n=", "m=", 1) }, sign.ErrMismatch),
		signtest.Changed("query parameter added", func(r *sign.Request) { r.Query += "&z=1" }, sign.ErrMismatch),
		signtest.Changed("query removed", func(r *sign.Request) { r.Query = "" }, sign.ErrMismatch),
		signtest.Changed("query in another order", func(r *sign.Request) { r.Query = "n=&pageIndex=x+y&sortName=b" }, nil),
		signtest.Changed("accept", signtest.SetHeader("Accept", "*/*"), sign.ErrMismatch),
		signtest.Changed("content type", signtest.SetHeader("Content-Type", "text/plain"), sign.ErrMismatch),
		signtest.Changed("content MD5 added", signtest.SetHeader("Content-Md5", "x"), sign.ErrMismatch),
		signtest.Changed("action", signtest.SetHeader("X-Acs-Action", "StopJob"), sign.ErrMismatch),
		signtest.Changed("action with space", signtest.SetHeader("X-Acs-Action", " HotUpdateJob "), sign.ErrMismatch),
		signtest.Changed("action twice", signtest.AddHeader("X-Acs-Action", "StopJob"), sign.ErrMismatch),
		signtest.Changed("action removed", signtest.DeleteHeader("X-Acs-Action"), sign.ErrMismatch),
		signtest.Changed("header added", signtest.SetHeader("X-Acs-Region-Id", "cn-beijing"), sign.ErrMismatch),
		signtest.Changed("nonce", signtest.SetHeader("X-Acs-Signature-Nonce", "other"), sign.ErrMismatch),
		signtest.Changed("no nonce", signtest.DeleteHeader("X-Acs-Signature-Nonce"), sign.ErrMalformed),
		signtest.Changed("signature method", signtest.SetHeader("X-Acs-Signature-Method", "HMAC-MD5"), sign.ErrMalformed),
		signtest.Changed("signature version", signtest.SetHeader("X-Acs-Signature-Version", "2.0"), sign.ErrMalformed),
		signtest.Changed("time", signtest.SetHeader("Date", "Sat, 21 Nov 2026 12:00:01 GMT"), sign.ErrMismatch),
		signtest.Changed("unreadable time", signtest.SetHeader("Date", "now"), sign.ErrMalformed),
		signtest.Changed("token", signtest.SetHeader("X-Acs-Security-Token", "other"), sign.ErrMismatch),
		signtest.Changed("host, which is not signed", func(r *sign.Request) { r.Host = "other" }, nil),
		signtest.Changed("workspace, which is not signed", signtest.SetHeader("Workspace", "other"), nil),
		signtest.Changed("body, which is not signed", func(r *sign.Request) { r.Body[0] = '[' }, nil),
		signtest.Changed("signature", signtest.Edit(":", ":0"), sign.ErrMismatch),
		signtest.Changed("no signature", signtest.SetHeader("Authorization", "acs LTAIEXAMPLE"), sign.ErrMalformed),
		signtest.Changed("key", signtest.Edit("LTAIEXAMPLE", "LTAIOTHER"), sign.ErrUnknownKey),
		signtest.Changed("no key", signtest.Edit("LTAIEXAMPLE", ""), sign.ErrMalformed),
		signtest.Changed("scheme", signtest.Edit("acs ", "oss "), sign.ErrMalformed),
		signtest.Changed("not signed", signtest.DeleteHeader("Authorization"), sign.ErrMalformed),
	})
}

func TestBodyIsCoveredByContentMD5(t *testing.T) {
	t.Parallel()
	r := request()
	sum := md5.Sum(r.Body)
	r.Header.Set("Content-Md5", base64.StdEncoding.EncodeToString(sum[:]))
	roa.Signer{}.Sign(r, scheme.Credentials, signtest.Noon, "nonce")
	signtest.RunChanges(t, r, scheme.Credentials, roa.Verify, []signtest.Change{
		signtest.Changed("body", func(r *sign.Request) { r.Body[0] = '[' }, sign.ErrMismatch),
		signtest.Changed("content MD5", signtest.DeleteHeader("Content-Md5"), sign.ErrMismatch),
	})
}

func FuzzSignVerify(f *testing.F) {
	f.Add("GET", "/a%20b", "a=1&b=x+y", "value", "n")
	f.Add("POST", "", "", "", "1")
	f.Add("PUT", "/+*%7E~%7e", "%zz&&=;", "  a ", " n ")
	f.Fuzz(func(t *testing.T, method, path, query, value, nonce string) {
		r := &sign.Request{Method: method, Path: path, Query: query, Header: http.Header{"X-Acs-Action": {value}}}
		roa.Signer{}.Sign(r, scheme.Credentials, signtest.Noon, "n"+nonce)
		scheme.Covers(t, r,
			func(r *sign.Request) { r.Method += "X" },
			func(r *sign.Request) { r.Path += "x" },
			func(r *sign.Request) { r.Query += "&x=1" },
			func(r *sign.Request) { r.Header["X-Acs-Action"] = []string{value + "x"} },
			func(r *sign.Request) { r.Header["X-Acs-Signature-Nonce"] = []string{nonce + "x"} },
		)
	})
}

// Verify neither panics nor accepts a forgery for any input.
func FuzzVerify(f *testing.F) {
	r := scheme.Signed()
	f.Add(r.Header.Get("Authorization"), r.Header.Get("Date"), "a=1", "x")
	f.Add("acs LTAIEXAMPLE:", "Sat, 21 Nov 2026 12:00:00 GMT", "", "x")
	f.Add("acs :", "", "", "")
	f.Fuzz(func(t *testing.T, authorization, date, query, value string) {
		r := &sign.Request{Method: "GET", Host: "h", Query: query, Header: http.Header{
			"Authorization": {authorization}, "Date": {date}, "Content-Md5": {value}, "X-Acs-Signature-Nonce": {value},
			"X-Acs-Signature-Method": {"HMAC-SHA1"}, "X-Acs-Signature-Version": {"1.0"},
		}}
		_, err := roa.Verify(r, scheme.Key)
		require.Error(t, err)
	})
}
