package sigv4_test

import (
	"bytes"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
)

var benchCredentials = sign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

// A request as the proton client sends it.
func benchRequest(size int) *sign.Request {
	return &sign.Request{
		Method: http.MethodPost,
		Host:   "proton.us-east-1.amazonaws.com",
		Path:   "/",
		Header: http.Header{
			"Content-Type":          {"application/x-amz-json-1.0"},
			"Content-Length":        {strconv.Itoa(size)},
			"X-Amz-Target":          {"AwsProton20200720.UpdateServiceInstance"},
			"Amz-Sdk-Invocation-Id": {"7ac9cc78-bc95-440f-9768-4f4a79048755"},
			"Amz-Sdk-Request":       {"attempt=1; max=3"},
			"User-Agent":            {"polycloud-go"},
		},
		Body: bytes.Repeat([]byte("x"), size),
	}
}

func BenchmarkSign(b *testing.B) {
	for _, size := range []int{0, 400, 4096} {
		b.Run(strconv.Itoa(size)+"B", func(b *testing.B) {
			s := sigv4.New("us-east-1", "proton")
			r := benchRequest(size)
			now := time.Now()
			b.ReportAllocs()
			for b.Loop() {
				s.Sign(r, benchCredentials, now)
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	r := benchRequest(400)
	sigv4.New("us-east-1", "proton").Sign(r, benchCredentials, time.Now())
	secret := func(string) (string, bool) { return benchCredentials.SecretAccessKey, true }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sigv4.Verify(r, secret); err != nil {
			b.Fatal(err)
		}
	}
}
