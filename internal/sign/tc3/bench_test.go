package tc3_test

import (
	"bytes"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
)

var benchCredentials = sign.Credentials{AccessKeyID: "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", SecretAccessKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"}

// A request as the dlc client sends it.
func benchRequest(size int) *sign.Request {
	return &sign.Request{
		Method: http.MethodPost,
		Host:   "dlc.tencentcloudapi.com",
		Path:   "/",
		Header: http.Header{
			"Content-Type": {"application/json"},
			"X-Tc-Action":  {"SwitchDataEngineImage"},
			"X-Tc-Version": {"2021-01-25"},
			"X-Tc-Region":  {"ap-guangzhou"},
		},
		Body: bytes.Repeat([]byte("x"), size),
	}
}

func BenchmarkSign(b *testing.B) {
	for _, size := range []int{0, 400, 4096} {
		b.Run(strconv.Itoa(size)+"B", func(b *testing.B) {
			s := tc3.New("dlc", false)
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
	tc3.New("dlc", false).Sign(r, benchCredentials, time.Now())
	secret := func(string) (string, bool) { return benchCredentials.SecretAccessKey, true }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tc3.Verify(r, secret); err != nil {
			b.Fatal(err)
		}
	}
}
