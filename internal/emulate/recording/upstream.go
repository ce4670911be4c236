package recording

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/alibaba"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/tencent"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// An upstream is a real service, behind its address.
type upstream struct {
	protocol    transport.Protocol
	endpoint    *url.URL
	credentials *cloud.CredentialsCache
}

// describe returns what the module knows of each service.
var describe = map[string]func(cloud.Config) transport.Service{
	"finspace": aws.Service{Name: "finspace"}.Describe,
	"proton":   aws.Service{Name: "proton", Target: "AwsProton20200720"}.Describe,
	"flink":    alibaba.Service{Name: "flink", Product: "ververica", Version: "2022-07-18"}.Describe,
	"dlc":      tencent.Service{Name: "dlc", Version: "2021-01-25"}.Describe,
}

// newUpstream returns a service at the endpoint of cfg, or else at its own.
func newUpstream(service string, cfg cloud.Config) (*upstream, error) {
	d := describe[service](cfg)
	address := cfg.Endpoint
	if address == "" {
		address = d.Endpoint
	}
	endpoint, err := url.Parse(address)
	if err != nil {
		return nil, err // does not happen: the configuration was checked
	}
	source := cfg.Credentials
	if source == nil {
		source = d.Environment
	}
	return &upstream{d.Protocol, endpoint, cloud.CacheCredentials(source)}, nil
}

// signatureHeaders are the headers that signatures consist of, or that are between two hosts only.
var signatureHeaders = []string{
	"Authorization", "Date", "Content-Md5",
	"X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
	"X-Acs-Date", "X-Acs-Signature-Nonce", "X-Acs-Signature-Method", "X-Acs-Signature-Version", "X-Acs-Signature-Type",
	"X-Acs-Content-Sha256", "X-Acs-Accesskey-Id", "X-Acs-Security-Token",
	"X-Tc-Timestamp", "X-Tc-Token", "X-Tc-Content-Sha256",
	"Accept-Encoding", "Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Connection", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade",
}

// request returns a request to the service, signed with its real key, and that key.
func (u *upstream) request(ctx context.Context, r *sign.Request) (*http.Request, cloud.Credentials, error) {
	key, err := u.credentials.Credentials(ctx)
	if err != nil {
		return nil, key, err
	}
	signed := sign.Request{
		Method: r.Method, Host: u.endpoint.Host, Path: strings.TrimSuffix(u.endpoint.EscapedPath(), "/") + r.Path, Query: r.Query,
		Header: r.Header.Clone(), Body: r.Body,
	}
	for _, name := range signatureHeaders {
		signed.Header.Del(name)
	}
	u.protocol.Sign(&signed, sign.Credentials{
		AccessKeyID: key.AccessKeyID, SecretAccessKey: key.SecretAccessKey.Reveal(), SessionToken: key.SessionToken.Reveal(),
	}, time.Now())
	path, err := url.PathUnescape(signed.Path)
	if err != nil {
		return nil, key, err
	}
	address := &url.URL{
		Scheme: u.endpoint.Scheme, Host: u.endpoint.Host, Path: path, RawPath: signed.Path, RawQuery: signed.Query,
	}
	req, err := http.NewRequestWithContext(ctx, signed.Method, address.String(), bytes.NewReader(signed.Body))
	if err != nil {
		return nil, key, err
	}
	req.URL, req.Header = address, signed.Header
	return req, key, nil
}
