package sigv4_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/signtest"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

var (
	credentials = sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"}
	noon        = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

func secret(id string) (string, bool) {
	return credentials.SecretAccessKey, id == credentials.AccessKeyID
}

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

func TestChangedHeaderSignature(t *testing.T) {
	t.Parallel()
	edit := func(old, new string) func(*sign.Request) {
		return func(r *sign.Request) {
			r.Header["Authorization"] = []string{strings.Replace(r.Header.Get("Authorization"), old, new, 1)}
		}
	}
	r := request()
	sigv4.New("us-east-1", "finspace").Sign(r, credentials, noon)
	signtest.RunChanges(t, r, credentials, sigv4.Verify, append(changes(),
		signtest.Changed("time", signtest.SetHeader("X-Amz-Date", "20261121T120001Z"), sign.ErrMismatch),
		signtest.Changed("day", signtest.SetHeader("X-Amz-Date", "20261122T120000Z"), sign.ErrMalformed),
		signtest.Changed("no time", signtest.DeleteHeader("X-Amz-Date"), sign.ErrMalformed),
		signtest.Changed("two times", signtest.AddHeader("X-Amz-Date", "20261121T120000Z"), sign.ErrMalformed),
		signtest.Changed("unreadable time", signtest.SetHeader("X-Amz-Date", "now"), sign.ErrMalformed),
		signtest.Changed("token", signtest.SetHeader("X-Amz-Security-Token", "other"), sign.ErrMismatch),
		signtest.Changed("unsigned token", edit(";x-amz-security-token", ""), sign.ErrMalformed),
		signtest.Changed("unsigned host", edit("host;", ""), sign.ErrMalformed),
		signtest.Changed("signature", edit("Signature=", "Signature=0"), sign.ErrMismatch),
		signtest.Changed("key", edit("AKIDEXAMPLE", "AKIDOTHER"), sign.ErrUnknownKey),
		signtest.Changed("region", edit("us-east-1", "us-east-2"), sign.ErrMismatch),
		signtest.Changed("terminator", edit("aws4_request", "aws5_request"), sign.ErrMalformed),
		signtest.Changed("short scope", edit("/us-east-1", ""), sign.ErrMalformed),
		signtest.Changed("algorithm", edit("SHA256", "SHA1"), sign.ErrMalformed),
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
	sigv4.New("us-east-1", "finspace").Presign(r, credentials, noon, time.Minute)
	signtest.RunChanges(t, r, credentials, sigv4.Verify, append(changes(),
		signtest.Changed("time", edit("T120000Z", "T120001Z"), sign.ErrMismatch),
		signtest.Changed("unreadable time", edit("T120000Z", "noon"), sign.ErrMalformed),
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
	r := request()
	sigv4.New("us-east-1", "finspace").Sign(r, credentials, noon)
	_, err := sigv4.New("us-east-1", "finspace").Verify(r, secret)
	require.NoError(t, err)
	_, err = sigv4.New("us-east-2", "finspace").Verify(r, secret)
	require.ErrorIs(t, err, sign.ErrMismatch)
	require.ErrorContains(t, err, `it is for region "us-east-1", not "us-east-2"`)
	_, err = sigv4.New("us-east-1", "proton").Verify(r, secret)
	require.ErrorIs(t, err, sign.ErrMismatch)
	require.ErrorContains(t, err, `it is for service "finspace", not "proton"`)
}

func TestCheckOfUnknownKey(t *testing.T) {
	t.Parallel()
	r := request()
	sigv4.New("us-east-1", "finspace").Sign(r, credentials, noon)
	check, err := sigv4.Verify(r, func(string) (string, bool) { return "", false })
	require.ErrorIs(t, err, sign.ErrUnknownKey)
	assert.Equal(t, "AKIDEXAMPLE", check.AccessKeyID)
	assert.Equal(t, noon, check.SignedAt)
	assert.True(t, strings.HasPrefix(check.CanonicalRequest, "PUT\n/kx/environments/e%252F1/clusters/c\nn=&tagKeys=a%20c&tagKeys=b\n"))
	assert.NotEmpty(t, check.StringToSign)
	assert.NotEmpty(t, check.Got)
	assert.Empty(t, check.Want)
}

func TestSignAddsHeadersOnly(t *testing.T) {
	t.Parallel()
	r, before := request(), request()
	sigv4.New("us-east-1", "finspace").Sign(r, credentials, noon)
	added := maps.Clone(r.Header)
	for name := range before.Header {
		delete(added, name)
	}
	assert.Len(t, added, 3)
	for name := range added {
		assert.Contains(t, []string{"Authorization", "X-Amz-Date", "X-Amz-Security-Token"}, name)
		delete(r.Header, name)
	}
	assert.Equal(t, before, r)
}

// A retry signs the same headers again, perhaps with other credentials.
func TestSignAgain(t *testing.T) {
	t.Parallel()
	s := sigv4.New("us-east-1", "finspace")
	again, once := request(), request()
	s.Sign(again, credentials, noon)
	plain := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	s.Sign(again, plain, noon.Add(time.Hour))
	s.Sign(once, plain, noon.Add(time.Hour))
	assert.Equal(t, once, again)
}

func TestSignInUTC(t *testing.T) {
	t.Parallel()
	s := sigv4.New("us-east-1", "finspace")
	here, there := request(), request()
	s.Sign(here, credentials, noon)
	s.Sign(there, credentials, noon.In(time.FixedZone("far", 14*60*60)))
	assert.Equal(t, here, there)
}

func TestSignerIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	s := sigv4.New("us-east-1", "finspace")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				c := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: fmt.Sprint("secret", i%2)}
				r := request()
				s.Sign(r, c, noon.AddDate(0, 0, j%2))
				_, err := sigv4.Verify(r, func(string) (string, bool) { return c.SecretAccessKey, true })
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
}
