package tc3_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
)

var scheme = signtest.Scheme{
	Sign:        tc3.New("dlc", false).Sign,
	Verify:      tc3.Verify,
	Request:     request,
	Credentials: sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"},
}

func TestScheme(t *testing.T) {
	t.Parallel()
	scheme.Run(t, "Authorization", "X-Tc-Timestamp", "X-Tc-Token")
}

func BenchmarkSign(b *testing.B)   { scheme.BenchmarkSign(b) }
func BenchmarkVerify(b *testing.B) { scheme.BenchmarkVerify(b) }

func request() *sign.Request {
	return &sign.Request{
		Method: http.MethodPost,
		Host:   "dlc.tencentcloudapi.com",
		Path:   "/",
		Query:  "b=1&a=2",
		Header: http.Header{
			"Content-Type": {"application/json"},
			"X-Tc-Action":  {"SwitchDataEngineImage"},
			"X-Tc-Region":  {"ap-guangzhou"},
		},
		Body: []byte(`{"a":1}`),
	}
}

func TestCanonicalRequest(t *testing.T) {
	t.Parallel()
	check, err := tc3.Verify(scheme.Signed(), scheme.Key)
	require.NoError(t, err)
	assert.Equal(t, "dlc", check.Service)
	assert.True(t, strings.HasPrefix(check.CanonicalRequest, "POST\n/\nb=1&a=2\ncontent-type:application/json\n"))
}

func TestChanged(t *testing.T) {
	t.Parallel()
	r := scheme.Signed()
	signtest.RunChanges(t, r, scheme.Credentials, tc3.Verify, []signtest.Change{
		signtest.Changed("method", func(r *sign.Request) { r.Method = "PUT" }, sign.ErrMismatch),
		signtest.Changed("host", func(r *sign.Request) { r.Host += ":443" }, sign.ErrMismatch),
		signtest.Changed("query value", func(r *sign.Request) { r.Query = "b=2&a=2" }, sign.ErrMismatch),
		signtest.Changed("query in another order", func(r *sign.Request) { r.Query = "a=2&b=1" }, sign.ErrMismatch),
		signtest.Changed("query removed", func(r *sign.Request) { r.Query = "" }, sign.ErrMismatch),
		signtest.Changed("body", func(r *sign.Request) { r.Body[0] = '[' }, sign.ErrMismatch),
		signtest.Changed("body left out", signtest.SetHeader("X-Tc-Content-Sha256", "UNSIGNED-PAYLOAD"), sign.ErrMismatch),
		signtest.Changed("content type", signtest.SetHeader("Content-Type", "text/plain"), sign.ErrMismatch),
		signtest.Changed("content type removed", signtest.DeleteHeader("Content-Type"), sign.ErrMalformed),
		signtest.Changed("time", signtest.SetHeader("X-Tc-Timestamp", fmt.Sprint(signtest.Noon.Unix()+1)), sign.ErrMismatch),
		signtest.Changed("day", signtest.SetHeader("X-Tc-Timestamp", fmt.Sprint(signtest.Noon.Unix()+86400)), sign.ErrMalformed),
		signtest.Changed("unreadable time", signtest.SetHeader("X-Tc-Timestamp", "+1"), sign.ErrMalformed),
		signtest.Changed("far time", signtest.SetHeader("X-Tc-Timestamp", "9223372036854775807"), sign.ErrMalformed),
		signtest.Changed("no time", signtest.DeleteHeader("X-Tc-Timestamp"), sign.ErrMalformed),
		signtest.Changed("path, which is not signed", func(r *sign.Request) { r.Path = "/other" }, nil),
		signtest.Changed("action, which is not signed", signtest.SetHeader("X-Tc-Action", "CreateTask"), nil),
		signtest.Changed("token, which is not signed", signtest.SetHeader("X-Tc-Token", "other"), nil),
		signtest.Changed("unsigned host", signtest.Edit(";host", ""), sign.ErrMalformed),
		signtest.Changed("more signed", signtest.Edit("host,", "host;x-tc-action,"), sign.ErrMismatch),
		signtest.Changed("signature", signtest.Edit("Signature=", "Signature=0"), sign.ErrMismatch),
		signtest.Changed("key", signtest.Edit("AKIDEXAMPLE", "AKIDOTHER"), sign.ErrUnknownKey),
		signtest.Changed("service", signtest.Edit("/dlc/", "/cvm/"), sign.ErrMismatch),
		signtest.Changed("no service", signtest.Edit("/dlc/", "//"), sign.ErrMalformed),
		signtest.Changed("terminator", signtest.Edit("tc3_request", "tc4_request"), sign.ErrMalformed),
		signtest.Changed("algorithm", signtest.Edit("SHA256", "SM3"), sign.ErrMalformed),
		signtest.Changed("skipped", signtest.SetHeader("Authorization", "SKIP"), sign.ErrMalformed),
		signtest.Changed("not signed", signtest.DeleteHeader("Authorization"), sign.ErrMalformed),
	})
}

func TestChangedAction(t *testing.T) {
	t.Parallel()
	r := request()
	tc3.New("dlc", true).Sign(r, scheme.Credentials, signtest.Noon)
	signtest.RunChanges(t, r, scheme.Credentials, tc3.Verify, []signtest.Change{
		signtest.Changed("action", signtest.SetHeader("X-Tc-Action", "CreateTask"), sign.ErrMismatch),
		signtest.Changed("case of the action", signtest.SetHeader("X-Tc-Action", "switchDataEngineImage"), nil),
		signtest.Changed("action removed", signtest.DeleteHeader("X-Tc-Action"), sign.ErrMalformed),
	})
}

func TestChangedUnsignedPayload(t *testing.T) {
	t.Parallel()
	r := request()
	r.Header.Set("X-TC-Content-SHA256", "UNSIGNED-PAYLOAD")
	tc3.New("dlc", false).Sign(r, scheme.Credentials, signtest.Noon)
	signtest.RunChanges(t, r, scheme.Credentials, tc3.Verify, []signtest.Change{
		signtest.Changed("body", func(r *sign.Request) { r.Body[0] = '[' }, nil),
		signtest.Changed("body signed after all", signtest.DeleteHeader("X-Tc-Content-Sha256"), sign.ErrMismatch),
	})
}

func TestChangedParameters(t *testing.T) {
	t.Parallel()
	edit := func(old, new string) func(*sign.Request) {
		return func(r *sign.Request) {
			r.Query = strings.Replace(r.Query, old, new, 1)
			r.Body = []byte(strings.Replace(string(r.Body), old, new, 1))
		}
	}
	for _, v := range signtest.Load(t) {
		if !v.Arrived {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			signtest.RunChanges(t, v.Request(), v.Credentials(), tc3.Verify, []signtest.Change{
				signtest.Changed("method", func(r *sign.Request) { r.Method = map[string]string{"GET": "POST", "POST": "GET"}[r.Method] }, sign.ErrMalformed),
				signtest.Changed("other method", func(r *sign.Request) {
					r.Method, r.Body, r.Query = "PUT", append(r.Body, r.Query...), ""
				}, sign.ErrMismatch),
				signtest.Changed("host", func(r *sign.Request) { r.Host += ":443" }, sign.ErrMismatch),
				signtest.Changed("path", func(r *sign.Request) { r.Path = "/other" }, sign.ErrMismatch),
				signtest.Changed("empty path", func(r *sign.Request) { r.Path = "" }, nil),
				signtest.Changed("action", edit("Action=D", "Action=X"), sign.ErrMismatch),
				signtest.Changed("parameter added", edit("Action=", "A=1&Action="), sign.ErrMismatch),
				signtest.Changed("empty parameter added", edit("Action=", "A=&Action="), nil),
				signtest.Changed("parameter twice", edit("Action=", "Action=A&Action="), sign.ErrMalformed),
				signtest.Changed("bad escape", edit("Action=", "Action=%zz"), sign.ErrMalformed),
				signtest.Changed("time", edit("Timestamp=1", "Timestamp=2"), sign.ErrMismatch),
				signtest.Changed("no time", edit("Timestamp=", "T="), sign.ErrMalformed),
				signtest.Changed("method of signing", edit("Action=", "SignatureMethod=HmacMD5&Action="), sign.ErrMalformed),
				signtest.Changed("key", edit("SecretId=A", "SecretId=B"), sign.ErrUnknownKey),
				signtest.Changed("signature", edit("Signature=", "Signature=0"), sign.ErrMismatch),
				signtest.Changed("no signature", edit("Signature=", "S="), sign.ErrMalformed),
				signtest.Changed("parameters in the other place too", func(r *sign.Request) {
					r.Body, r.Query = append(r.Body, "&A=1"...), r.Query+"&A=1"
				}, sign.ErrMalformed),
			})
		})
	}
}

func FuzzSignVerify(f *testing.F) {
	f.Add("GET", "h", "a=1&b=x+y", "application/json", "CreateTask", []byte("body"))
	f.Add("POST", "", "", "", "", []byte(nil))
	f.Add("PUT", "h:80", "%zz&&=;", "  a ", "ÄÖ", []byte{0})
	f.Fuzz(func(t *testing.T, method, host, query, contentType, action string, body []byte) {
		r := &sign.Request{Method: method, Host: host, Query: query, Header: http.Header{"Content-Type": {contentType}, "X-Tc-Action": {action}}, Body: body}
		tc3.New("dlc", true).Sign(r, scheme.Credentials, signtest.Noon)
		scheme.Covers(t, r,
			func(r *sign.Request) { r.Method += "X" },
			func(r *sign.Request) { r.Host += "x" },
			func(r *sign.Request) { r.Query += "x" },
			func(r *sign.Request) { r.Header["Content-Type"] = []string{contentType + "x"} },
			func(r *sign.Request) { r.Header["X-Tc-Action"] = []string{action + "x"} },
			func(r *sign.Request) { r.Body = append(r.Body, 'x') },
		)
	})
}

// Verify neither panics nor accepts a forgery for any input.
func FuzzVerify(f *testing.F) {
	r := scheme.Signed()
	f.Add("POST", r.Header.Get("Authorization"), "1795262400", "a=1", "x", []byte("b"))
	f.Add("POST", "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2026-11-21/dlc/tc3_request,SignedHeaders=content-type;host,Signature=0", "1795262400", "", "x", []byte("b"))
	f.Add("GET", "", "", "Signature=&SecretId=AKIDEXAMPLE&Timestamp=1", "", []byte(nil))
	f.Add("POST", "", "", "", "", []byte("SecretId=AKIDEXAMPLE&Timestamp=1&Signature=0&SignatureMethod=HmacSHA256"))
	f.Fuzz(func(t *testing.T, method, authorization, timestamp, query, contentType string, body []byte) {
		r := &sign.Request{Method: method, Host: "h", Query: query, Body: body, Header: http.Header{
			"X-Tc-Timestamp": {timestamp}, "Content-Type": {contentType},
		}}
		if authorization != "" {
			r.Header["Authorization"] = []string{authorization}
		}
		_, err := tc3.Verify(r, scheme.Key)
		require.Error(t, err)
	})
}
