package sigv4_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

func FuzzSignVerify(f *testing.F) {
	f.Add("GET", "h", "/a%20b", "a=1&b=x+y", "value", []byte("body"))
	f.Add("POST", "", "", "", "", []byte(nil))
	f.Add("PUT", "h:80", "//../", "%zz&&=;", "  a \t b\r\n c", []byte{0})
	f.Fuzz(func(t *testing.T, method, host, path, query, value string, body []byte) {
		if strings.Contains(query, "X-Amz-") {
			t.Skip("reserved")
		}
		r := &sign.Request{Method: method, Host: host, Path: path, Query: query, Header: http.Header{"X-Amz-Target": {value}}, Body: body}
		sigv4.New("r", "s").Sign(r, scheme.Credentials, signtest.Noon)
		scheme.Covers(t, r,
			func(r *sign.Request) { r.Method += "X" },
			func(r *sign.Request) { r.Host += "x" },
			func(r *sign.Request) { r.Path += "x" },
			func(r *sign.Request) { r.Query += "&x=1" },
			func(r *sign.Request) { r.Header["X-Amz-Target"] = []string{value + "x"} },
			func(r *sign.Request) { r.Body = append(r.Body, 'x') },
		)
	})
}

// Whatever arrives, Verify neither panics nor accepts a forgery.
func FuzzVerify(f *testing.F) {
	r := scheme.Signed()
	f.Add(r.Header.Get("Authorization"), "20261121T120000Z", "", "x")
	f.Add("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/r/s/aws4_request,SignedHeaders=host;x-amz-date,Signature=0", "20261121T120000Z", "", "x")
	f.Add("AWS4-HMAC-SHA256 ,,=,Credential=////,SignedHeaders=;;", "", "", "")
	f.Add("", "", presigned, "x")
	f.Add("", "", "X-Amz-Signature=&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=1&X-Amz-Credential=a%2Fb", "")
	f.Fuzz(func(t *testing.T, authorization, date, query, value string) {
		r := &sign.Request{Method: "GET", Host: "h", Query: query, Header: http.Header{"X-Amz-Date": {date}, "Accept": {value}}}
		if authorization != "" {
			r.Header["Authorization"] = []string{authorization}
		}
		_, err := sigv4.Verify(r, scheme.Key)
		require.Error(t, err)
	})
}
