package roa_test

import (
	"bytes"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/roa"
)

// A request as the flink client sends it.
func benchRequest(size int) *sign.Request {
	return &sign.Request{
		Method: http.MethodPost,
		Host:   "ververica.cn-hangzhou.aliyuncs.com",
		Path:   "/api/v2/namespaces/default-namespace/jobs/88a8fc49-e090-430a-85d8-3ee8c79c0001%3AhotUpdate",
		Header: http.Header{
			"Accept":        {"application/json"},
			"Content-Type":  {"application/json; charset=utf-8"},
			"User-Agent":    {"polycloud-go"},
			"Workspace":     {"a14bd5d90a1234"},
			"X-Acs-Action":  {"HotUpdateJob"},
			"X-Acs-Version": {"2022-07-18"},
		},
		Body: bytes.Repeat([]byte("x"), size),
	}
}

var benchCredentials = sign.Credentials{AccessKeyID: "LTAI5tExampleAccessKeyId", SecretAccessKey: "exampleSecret0123456789abcdefgh"}

func BenchmarkSign(b *testing.B) {
	for _, size := range []int{0, 400, 4096} {
		b.Run(strconv.Itoa(size)+"B", func(b *testing.B) {
			r := benchRequest(size)
			now := time.Now()
			b.ReportAllocs()
			for b.Loop() {
				roa.Signer{}.Sign(r, benchCredentials, now, "3156853299f313e23d1673dc12e1703d")
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	r := benchRequest(400)
	roa.Signer{}.Sign(r, benchCredentials, time.Now(), "3156853299f313e23d1673dc12e1703d")
	secret := func(string) (string, bool) { return benchCredentials.SecretAccessKey, true }
	b.ReportAllocs()
	for b.Loop() {
		if _, err := roa.Verify(r, secret); err != nil {
			b.Fatal(err)
		}
	}
}
