package acs3_test

import (
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

var scheme = signtest.Scheme{
	Sign:        func(r *sign.Request, c sign.Credentials, t time.Time) { acs3.Signer{}.Sign(r, c, t, "nonce") },
	Verify:      acs3.Verify,
	Request:     request,
	Credentials: sign.Credentials{AccessKeyID: "LTAIEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"},
}

func TestScheme(t *testing.T) {
	t.Parallel()
	scheme.Run(t, "Authorization", "X-Acs-Accesskey-Id", "X-Acs-Content-Sha256", "X-Acs-Date", "X-Acs-Security-Token", "X-Acs-Signature-Nonce")
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

func TestCanonicalQuery(t *testing.T) {
	t.Parallel()
	check, err := acs3.Verify(scheme.Signed(), scheme.Key)
	require.NoError(t, err)
	assert.Contains(t, check.CanonicalRequest, "\nn=&pageIndex=x%20y&sortName=b\n")
}

func TestChanged(t *testing.T) {
	t.Parallel()
	r := scheme.Signed()
	signtest.RunChanges(t, r, scheme.Credentials, acs3.Verify, []signtest.Change{
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
		signtest.Changed("unsigned host", signtest.Edit("host;", ""), sign.ErrMalformed),
		signtest.Changed("unsigned nonce", signtest.Edit("x-acs-signature-nonce;", ""), sign.ErrMalformed),
		signtest.Changed("signature", signtest.Edit("Signature=", "Signature=0"), sign.ErrMismatch),
		signtest.Changed("key", signtest.Edit("LTAIEXAMPLE", "LTAIOTHER"), sign.ErrUnknownKey),
		signtest.Changed("algorithm", signtest.Edit("SHA256", "SM3"), sign.ErrMalformed),
		signtest.Changed("not signed", signtest.DeleteHeader("Authorization"), sign.ErrMalformed),
	})
}

func FuzzSignVerify(f *testing.F) {
	f.Add("GET", "h", "/a%20b", "a=1&b=x+y", "value", "n", []byte("body"))
	f.Add("POST", "", "", "", "", "", []byte(nil))
	f.Add("PUT", "h:80", "/+*%7E~%7e", "%zz&&=;", "  a ", " n ", []byte{0})
	f.Fuzz(func(t *testing.T, method, host, path, query, value, nonce string, body []byte) {
		r := &sign.Request{Method: method, Host: host, Path: path, Query: query, Header: http.Header{"X-Acs-Action": {value}}, Body: body}
		acs3.Signer{}.Sign(r, scheme.Credentials, signtest.Noon, nonce)
		scheme.Covers(t, r,
			func(r *sign.Request) { r.Method += "X" },
			func(r *sign.Request) { r.Host += "x" },
			func(r *sign.Request) { r.Path += "x" },
			func(r *sign.Request) { r.Query += "&x=1" },
			func(r *sign.Request) { r.Header["X-Acs-Action"] = []string{value + "x"} },
			func(r *sign.Request) { r.Header["X-Acs-Signature-Nonce"] = []string{nonce + "x"} },
			func(r *sign.Request) { r.Body = append(r.Body, 'x') },
		)
	})
}

// Verify neither panics nor accepts a forgery for any input.
func FuzzVerify(f *testing.F) {
	r := scheme.Signed()
	f.Add(r.Header.Get("Authorization"), "2026-11-21T12:00:00Z", "a=1", "x")
	f.Add("ACS3-HMAC-SHA256 Credential=LTAIEXAMPLE,SignedHeaders=host;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce,Signature=0", "2026-11-21T12:00:00Z", "", "x")
	f.Add("ACS3-HMAC-SHA256 ,,=,Credential=////,SignedHeaders=;;", "", "", "")
	f.Fuzz(func(t *testing.T, authorization, date, query, value string) {
		r := &sign.Request{Method: "GET", Host: "h", Query: query, Header: http.Header{
			"Authorization": {authorization}, "X-Acs-Date": {date}, "X-Acs-Content-Sha256": {value}, "X-Acs-Signature-Nonce": {value},
		}}
		_, err := acs3.Verify(r, scheme.Key)
		require.Error(t, err)
	})
}
