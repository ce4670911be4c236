package sigv4_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

var scheme = signtest.Scheme{
	Sign:        sigv4.New("us-east-1", "finspace").Sign,
	Verify:      sigv4.Verify,
	Request:     request,
	Credentials: sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"},
}

func TestScheme(t *testing.T) {
	t.Parallel()
	scheme.Run(t, "Authorization", "X-Amz-Date", "X-Amz-Security-Token")
}

func BenchmarkSign(b *testing.B)   { scheme.BenchmarkSign(b) }
func BenchmarkVerify(b *testing.B) { scheme.BenchmarkVerify(b) }

func request() *sign.Request {
	return &sign.Request{
		Method: http.MethodPut,
		Host:   "finspace.us-east-1.amazonaws.com",
		Path:   "/kx/environments/e%2F1/clusters/c",
		Query:  "tagKeys=b&tagKeys=a%20c&n=",
		Header: http.Header{
			"Content-Type":     {"application/json"},
			"X-Amz-Meta":       {"a", "b"},
			"Accept":           {"x"},
			"User-Agent":       {"ours"},
			"X-Amzn-Trace-Id":  {"Root=1"},
			"Amz-Sdk-Request":  {"attempt=1"},
			"X-Not-Even-There": nil,
		},
		Body: []byte(`{"a":1}`),
	}
}

// presigned is the query of request when it is signed there.
const presigned = "tagKeys=b&tagKeys=a%20c&n=&X-Amz-Algorithm=AWS4-HMAC-SHA256" +
	"&X-Amz-Credential=AKIDEXAMPLE%2F20261121%2Fus-east-1%2Ffinspace%2Faws4_request" +
	"&X-Amz-Date=20261121T120000Z" +
	"&X-Amz-SignedHeaders=accept%3Bamz-sdk-request%3Bcontent-type%3Bhost%3Bx-amz-meta" +
	"&X-Amz-Expires=60" +
	"&X-Amz-Security-Token=token" +
	"&X-Amz-Signature=89d9c9fa6a245dd63ad1c40b574efeae45a61b0372ce84b5773ce00e9dc17233"

// Changes that any form of the signature must notice.
func changes() []signtest.Change {
	return []signtest.Change{
		signtest.Changed("method", func(r *sign.Request) { r.Method = "POST" }, sign.ErrMismatch),
		signtest.Changed("host", func(r *sign.Request) { r.Host += ":443" }, sign.ErrMismatch),
		signtest.Changed("path", func(r *sign.Request) { r.Path += "x" }, sign.ErrMismatch),
		signtest.Changed("path escaped otherwise", func(r *sign.Request) { r.Path = strings.Replace(r.Path, "%2F", "/", 1) }, sign.ErrMismatch),
		signtest.Changed("path with dot segments", func(r *sign.Request) { r.Path = "/." + r.Path }, sign.ErrMismatch),
		signtest.Changed("query value", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "=b", "=c", 1) }, sign.ErrMismatch),
		signtest.Changed("query name", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "n=", "m=", 1) }, sign.ErrMismatch),
		signtest.Changed("query parameter added", func(r *sign.Request) { r.Query += "&z=1" }, sign.ErrMismatch),
		signtest.Changed("query parameter removed", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "&n=", "", 1) }, sign.ErrMismatch),
		signtest.Changed("query in another order", func(r *sign.Request) { r.Query = "n=&" + strings.Replace(r.Query, "&n=", "", 1) }, nil),
		signtest.Changed("query with plus for space", func(r *sign.Request) { r.Query = strings.Replace(r.Query, "%20", "+", 1) }, nil),
		signtest.Changed("content type", signtest.SetHeader("Content-Type", "text/plain"), sign.ErrMismatch),
		signtest.Changed("header value added", signtest.AddHeader("X-Amz-Meta", "c"), sign.ErrMismatch),
		signtest.Changed("header values swapped", func(r *sign.Request) { r.Header["X-Amz-Meta"] = []string{"b", "a"} }, sign.ErrMismatch),
		signtest.Changed("header removed", signtest.DeleteHeader("Accept"), sign.ErrMalformed),
		signtest.Changed("header with more space", signtest.SetHeader("Accept", " x  "), nil),
		signtest.Changed("AWS header added", signtest.SetHeader("X-Amz-Other", "1"), sign.ErrMalformed),
		signtest.Changed("other header added", signtest.SetHeader("Via", "proxy"), nil),
		signtest.Changed("user agent", signtest.SetHeader("User-Agent", "proxy"), nil),
		signtest.Changed("body", func(r *sign.Request) { r.Body[0] = '[' }, sign.ErrMismatch),
		signtest.Changed("body removed", func(r *sign.Request) { r.Body = nil }, sign.ErrMismatch),
	}
}

func TestCanonicalRequest(t *testing.T) {
	t.Parallel()
	check, err := sigv4.Verify(scheme.Signed(), scheme.Key)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(check.CanonicalRequest, "PUT\n/kx/environments/e%252F1/clusters/c\nn=&tagKeys=a%20c&tagKeys=b\n"))
}

func TestChangedHeaderSignature(t *testing.T) {
	t.Parallel()
	r := scheme.Signed()
	signtest.RunChanges(t, r, scheme.Credentials, sigv4.Verify, append(changes(),
		signtest.Changed("time", signtest.SetHeader("X-Amz-Date", "20261121T120001Z"), sign.ErrMismatch),
		signtest.Changed("day", signtest.SetHeader("X-Amz-Date", "20261122T120000Z"), sign.ErrMalformed),
		signtest.Changed("no time", signtest.DeleteHeader("X-Amz-Date"), sign.ErrMalformed),
		signtest.Changed("two times", signtest.AddHeader("X-Amz-Date", "20261121T120000Z"), sign.ErrMalformed),
		signtest.Changed("unreadable time", signtest.SetHeader("X-Amz-Date", "now"), sign.ErrMalformed),
		signtest.Changed("token", signtest.SetHeader("X-Amz-Security-Token", "other"), sign.ErrMismatch),
		signtest.Changed("unsigned token", signtest.Edit(";x-amz-security-token", ""), sign.ErrMalformed),
		signtest.Changed("unsigned host", signtest.Edit("host;", ""), sign.ErrMalformed),
		signtest.Changed("signature", signtest.Edit("Signature=", "Signature=0"), sign.ErrMismatch),
		signtest.Changed("key", signtest.Edit("AKIDEXAMPLE", "AKIDOTHER"), sign.ErrUnknownKey),
		signtest.Changed("region", signtest.Edit("us-east-1", "us-east-2"), sign.ErrMismatch),
		signtest.Changed("terminator", signtest.Edit("aws4_request", "aws5_request"), sign.ErrMalformed),
		signtest.Changed("short scope", signtest.Edit("/us-east-1", ""), sign.ErrMalformed),
		signtest.Changed("algorithm", signtest.Edit("SHA256", "SHA1"), sign.ErrMalformed),
		signtest.Changed("not signed", signtest.DeleteHeader("Authorization"), sign.ErrMalformed),
		signtest.Changed("signed twice", func(r *sign.Request) { r.Query += "&X-Amz-Signature=0" }, sign.ErrMalformed),
	))
}

func TestChangedPresignature(t *testing.T) {
	t.Parallel()
	edit := func(old, new string) func(*sign.Request) {
		return func(r *sign.Request) { r.Query = strings.Replace(r.Query, old, new, 1) }
	}
	r := request()
	r.Query = presigned
	signtest.RunChanges(t, r, scheme.Credentials, sigv4.Verify, append(changes(),
		signtest.Changed("time", edit("T120000Z", "T120001Z"), sign.ErrMismatch),
		signtest.Changed("unreadable time", edit("T120000Z", "signtest.Noon"), sign.ErrMalformed),
		signtest.Changed("token", edit("=token", "=other"), sign.ErrMismatch),
		signtest.Changed("expiry", edit("Expires=60", "Expires=61"), sign.ErrMismatch),
		signtest.Changed("no expiry", edit("X-Amz-Expires=60&", ""), sign.ErrMalformed),
		signtest.Changed("expires too late", edit("Expires=60", "Expires=604801"), sign.ErrMalformed),
		signtest.Changed("parameter twice", edit("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=60"), sign.ErrMalformed),
		signtest.Changed("algorithm", edit("AWS4-HMAC", "AWS5-HMAC"), sign.ErrMalformed),
		signtest.Changed("signature", edit("Signature=", "Signature=0"), sign.ErrMismatch),
		signtest.Changed("key", edit("AKIDEXAMPLE", "AKIDOTHER"), sign.ErrUnknownKey),
		signtest.Changed("both ways", signtest.SetHeader("Authorization", "x"), sign.ErrMalformed),
	))
}

func TestVerifyExpectsScope(t *testing.T) {
	t.Parallel()
	r := scheme.Signed()
	_, err := sigv4.New("us-east-1", "finspace").Verify(r, scheme.Key)
	require.NoError(t, err)
	_, err = sigv4.New("us-east-2", "finspace").Verify(r, scheme.Key)
	require.ErrorIs(t, err, sign.ErrMismatch)
	require.ErrorContains(t, err, `it is for region "us-east-1", not "us-east-2"`)
	_, err = sigv4.New("us-east-1", "proton").Verify(r, scheme.Key)
	require.ErrorIs(t, err, sign.ErrMismatch)
	require.ErrorContains(t, err, `it is for service "finspace", not "proton"`)
}
