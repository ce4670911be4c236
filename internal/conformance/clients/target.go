// Package clients makes the clients of both sides for tests and measurements.
package clients

import (
	"cmp"
	"net/http"
	"strings"
)

// The regions that all clients call.
const (
	AWSRegion     = "us-east-1"
	AlibabaRegion = "cn-hangzhou"
	TencentRegion = "ap-guangzhou"
)

// The versions of the APIs, which the official runtimes need.
const (
	FlinkVersion = "2022-07-18"
	DLCVersion   = "2021-01-25"
)

// Target is where calls go, by which transport and with which key.
type Target struct {
	URL         string            // empty for the service's own address
	Transport   http.RoundTripper // nil for the client's own
	AccessKeyID string            // "AKIDEXAMPLE" unless given, as the secret "secret"
	Secret      string
}

func (t Target) keyID() string  { return cmp.Or(t.AccessKeyID, "AKIDEXAMPLE") }
func (t Target) secret() string { return cmp.Or(t.Secret, "secret") }

// host is the address without its scheme, as the runtimes of Alibaba and Tencent expect it.
func (t Target) host() string { return t.URL[strings.LastIndexByte(t.URL, '/')+1:] }

// scheme is "http" on loopback.
func (t Target) scheme() string {
	scheme, _, _ := strings.Cut(cmp.Or(t.URL, "https://"), ":")
	return scheme
}
