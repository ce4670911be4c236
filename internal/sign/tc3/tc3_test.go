package tc3_test

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
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
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

func edit(old, new string) func(*sign.Request) {
	return func(r *sign.Request) {
		r.Header["Authorization"] = []string{strings.Replace(r.Header.Get("Authorization"), old, new, 1)}
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	r := request()
	tc3.New("dlc", false).Sign(r, credentials, noon)
	signtest.RunChanges(t, r, credentials, tc3.Verify, []signtest.Change{
		signtest.Changed("method", func(r *sign.Request) { r.Method = "PUT" }, sign.ErrMismatch),
		signtest.Changed("host", func(r *sign.Request) { r.Host += ":443" }, sign.ErrMismatch),
		signtest.Changed("query value", func(r *sign.Request) { r.Query = "b=2&a=2" }, sign.ErrMismatch),
		signtest.Changed("query in another order", func(r *sign.Request) { r.Query = "a=2&b=1" }, sign.ErrMismatch),
		signtest.Changed("query removed", func(r *sign.Request) { r.Query = "" }, sign.ErrMismatch),
		signtest.Changed("body", func(r *sign.Request) { r.Body[0] = '[' }, sign.ErrMismatch),
		signtest.Changed("body left out", signtest.SetHeader("X-Tc-Content-Sha256", "UNSIGNED-PAYLOAD"), sign.ErrMismatch),
		signtest.Changed("content type", signtest.SetHeader("Content-Type", "text/plain"), sign.ErrMismatch),
		signtest.Changed("content type removed", signtest.DeleteHeader("Content-Type"), sign.ErrMalformed),
		signtest.Changed("time", signtest.SetHeader("X-Tc-Timestamp", fmt.Sprint(noon.Unix()+1)), sign.ErrMismatch),
		signtest.Changed("day", signtest.SetHeader("X-Tc-Timestamp", fmt.Sprint(noon.Unix()+86400)), sign.ErrMalformed),
		signtest.Changed("unreadable time", signtest.SetHeader("X-Tc-Timestamp", "+1"), sign.ErrMalformed),
		signtest.Changed("far time", signtest.SetHeader("X-Tc-Timestamp", "9223372036854775807"), sign.ErrMalformed),
		signtest.Changed("no time", signtest.DeleteHeader("X-Tc-Timestamp"), sign.ErrMalformed),
		signtest.Changed("path, which is not signed", func(r *sign.Request) { r.Path = "/other" }, nil),
		signtest.Changed("action, which is not signed", signtest.SetHeader("X-Tc-Action", "CreateTask"), nil),
		signtest.Changed("token, which is not signed", signtest.SetHeader("X-Tc-Token", "other"), nil),
		signtest.Changed("unsigned host", edit(";host", ""), sign.ErrMalformed),
		signtest.Changed("more signed", edit("host,", "host;x-tc-action,"), sign.ErrMismatch),
		signtest.Changed("signature", edit("Signature=", "Signature=0"), sign.ErrMismatch),
		signtest.Changed("key", edit("AKIDEXAMPLE", "AKIDOTHER"), sign.ErrUnknownKey),
		signtest.Changed("service", edit("/dlc/", "/cvm/"), sign.ErrMismatch),
		signtest.Changed("no service", edit("/dlc/", "//"), sign.ErrMalformed),
		signtest.Changed("terminator", edit("tc3_request", "tc4_request"), sign.ErrMalformed),
		signtest.Changed("algorithm", edit("SHA256", "SM3"), sign.ErrMalformed),
		signtest.Changed("skipped", signtest.SetHeader("Authorization", "SKIP"), sign.ErrMalformed),
		signtest.Changed("not signed", signtest.DeleteHeader("Authorization"), sign.ErrMalformed),
	})
}

func TestChangedAction(t *testing.T) {
	t.Parallel()
	r := request()
	tc3.New("dlc", true).Sign(r, credentials, noon)
	signtest.RunChanges(t, r, credentials, tc3.Verify, []signtest.Change{
		signtest.Changed("action", signtest.SetHeader("X-Tc-Action", "CreateTask"), sign.ErrMismatch),
		signtest.Changed("case of the action", signtest.SetHeader("X-Tc-Action", "switchDataEngineImage"), nil),
		signtest.Changed("action removed", signtest.DeleteHeader("X-Tc-Action"), sign.ErrMalformed),
	})
}

func TestChangedUnsignedPayload(t *testing.T) {
	t.Parallel()
	r := request()
	r.Header.Set("X-TC-Content-SHA256", "UNSIGNED-PAYLOAD")
	tc3.New("dlc", false).Sign(r, credentials, noon)
	signtest.RunChanges(t, r, credentials, tc3.Verify, []signtest.Change{
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

func TestCheckOfUnknownKey(t *testing.T) {
	t.Parallel()
	r := request()
	tc3.New("dlc", false).Sign(r, credentials, noon)
	check, err := tc3.Verify(r, func(string) (string, bool) { return "", false })
	require.ErrorIs(t, err, sign.ErrUnknownKey)
	assert.Equal(t, "AKIDEXAMPLE", check.AccessKeyID)
	assert.Equal(t, "dlc", check.Service)
	assert.Equal(t, noon, check.SignedAt)
	assert.True(t, strings.HasPrefix(check.CanonicalRequest, "POST\n/\nb=1&a=2\ncontent-type:application/json\n"))
	assert.NotEmpty(t, check.StringToSign)
	assert.NotEmpty(t, check.Got)
	assert.Empty(t, check.Want)
}

func TestSignAddsHeadersOnly(t *testing.T) {
	t.Parallel()
	r, before := request(), request()
	tc3.New("dlc", false).Sign(r, credentials, noon)
	added := maps.Clone(r.Header)
	for name := range before.Header {
		delete(added, name)
	}
	assert.Len(t, added, 3)
	assert.Equal(t, []string{"1795262400"}, added["X-Tc-Timestamp"])
	assert.Equal(t, []string{"token"}, added["X-Tc-Token"])
	for name := range added {
		delete(r.Header, name)
	}
	assert.Equal(t, before, r)
}

// A retry signs the same headers again, perhaps with other credentials.
func TestSignAgain(t *testing.T) {
	t.Parallel()
	s := tc3.New("dlc", false)
	again, once := request(), request()
	plain := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}
	s.Sign(again, credentials, noon)
	s.Sign(again, plain, noon.Add(time.Hour))
	s.Sign(once, plain, noon.Add(time.Hour).In(time.FixedZone("far", 14*60*60)))
	assert.Equal(t, once, again)
}

func TestSignerIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	s := tc3.New("dlc", true)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				c := sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: fmt.Sprint("secret", i%2)}
				r := request()
				s.Sign(r, c, noon.AddDate(0, 0, j%2))
				_, err := tc3.Verify(r, func(string) (string, bool) { return c.SecretAccessKey, true })
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
}

func FuzzSignVerify(f *testing.F) {
	f.Add("GET", "h", "a=1&b=x+y", "application/json", "CreateTask", []byte("body"))
	f.Add("POST", "", "", "", "", []byte(nil))
	f.Add("PUT", "h:80", "%zz&&=;", "  a ", "ÄÖ", []byte{0})
	f.Fuzz(func(t *testing.T, method, host, query, contentType, action string, body []byte) {
		r := &sign.Request{Method: method, Host: host, Query: query, Header: http.Header{"Content-Type": {contentType}, "X-Tc-Action": {action}}, Body: body}
		tc3.New("dlc", true).Sign(r, credentials, noon)
		_, err := tc3.Verify(r, secret)
		require.NoError(t, err)
		for i, change := range []func(r *sign.Request){
			func(r *sign.Request) { r.Method += "X" },
			func(r *sign.Request) { r.Host += "x" },
			func(r *sign.Request) { r.Query += "x" },
			func(r *sign.Request) { r.Header["Content-Type"] = []string{contentType + "x"} },
			func(r *sign.Request) { r.Header["X-Tc-Action"] = []string{action + "x"} },
			func(r *sign.Request) { r.Body = append(r.Body, 'x') },
		} {
			changed := signtest.Clone(r)
			change(changed)
			_, err := tc3.Verify(changed, secret)
			require.ErrorIs(t, err, sign.ErrMismatch, "change %d", i)
		}
	})
}

// Whatever arrives, Verify neither panics nor accepts a forgery.
func FuzzVerify(f *testing.F) {
	r := request()
	tc3.New("dlc", false).Sign(r, credentials, noon)
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
		_, err := tc3.Verify(r, secret)
		require.Error(t, err)
	})
}
