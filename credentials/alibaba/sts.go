package alibaba

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/acs3"
)

const (
	stsVersion = "2015-04-01"
	stsTimeout = 10 * time.Second
)

// stsPlace is what a profile says of where STS is. Each member may be empty.
type stsPlace struct {
	endpoint, region string
	vpc              bool
}

var regionForm = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// stsAddress returns the scheme and host of the STS to ask.
func (s *settings) stsAddress(profile stsPlace) (*url.URL, error) {
	switch {
	case s.endpoint != "":
		return parseEndpoint("the STS endpoint", s.endpoint)
	case profile.endpoint != "":
		return parseEndpoint("sts_endpoint", profile.endpoint)
	case s.region == "" && s.getenv("ALIBABA_CLOUD_STS_ENDPOINT") != "":
		return parseEndpoint("ALIBABA_CLOUD_STS_ENDPOINT", s.getenv("ALIBABA_CLOUD_STS_ENDPOINT"))
	}
	region := first(s.region, profile.region, s.getenv("ALIBABA_CLOUD_STS_REGION"))
	switch {
	case region == "":
		return &url.URL{Scheme: "https", Host: "sts.aliyuncs.com"}, nil
	case !regionForm.MatchString(region):
		return nil, invalid("the region of STS has other characters than a-z, 0-9 and hyphens")
	case profile.vpc || s.enabled("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"):
		return &url.URL{Scheme: "https", Host: "sts-vpc." + region + ".aliyuncs.com"}, nil
	}
	return &url.URL{Scheme: "https", Host: "sts." + region + ".aliyuncs.com"}, nil
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// parseEndpoint reads an address without a path. A token or a signature is never sent in the clear, except to this machine.
func parseEndpoint(name, endpoint string) (*url.URL, error) {
	if !strings.Contains(endpoint, "://") {
		endpoint = "https://" + endpoint
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, invalid("%s is not a host, or https:// with a host", name)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
		return nil, invalid("%s needs https, because it is not on this machine", name)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// assumeRole exchanges the credentials of a caller for those of a role.
func (s *settings) assumeRole(ctx context.Context, place stsPlace, caller cloud.Credentials, role Role) (cloud.Credentials, error) {
	address, err := s.stsAddress(place)
	if err != nil {
		return cloud.Credentials{}, err
	}
	query := role.parameters()
	setUnlessEmpty(query, "ExternalId", role.ExternalID)
	address.Path, address.RawQuery = "/", query.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), nil)
	if err != nil {
		return cloud.Credentials{}, invalid("the address of STS cannot be used")
	}
	signAssumeRole(r, caller, time.Now(), rand.Text())
	return s.askSTS(r)
}

// signAssumeRole adds the headers of the operation and its signature.
func signAssumeRole(r *http.Request, caller cloud.Credentials, now time.Time, nonce string) {
	r.Header.Set("Accept", "application/json")
	r.Header.Set("X-Acs-Action", "AssumeRole")
	r.Header.Set("X-Acs-Version", stsVersion)
	request := &sign.Request{Method: r.Method, Host: r.URL.Host, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header}
	acs3.Signer{}.Sign(request, sign.Credentials{
		AccessKeyID:     caller.AccessKeyID,
		SecretAccessKey: caller.SecretAccessKey.Reveal(),
		SessionToken:    caller.SessionToken.Reveal(),
	}, now, nonce)
}

// assumeRoleWithOIDC exchanges a token of an identity provider for the credentials of a role. The token is its proof: the
// request is not signed.
func (s *settings) assumeRoleWithOIDC(ctx context.Context, place stsPlace, role Role, provider, token string) (cloud.Credentials, error) {
	address, err := s.stsAddress(place)
	if err != nil {
		return cloud.Credentials{}, err
	}
	address.Path = "/"
	address.RawQuery = url.Values{
		"Action":         {"AssumeRoleWithOIDC"},
		"Format":         {"JSON"},
		"SignatureNonce": {rand.Text()},
		"Timestamp":      {time.Now().UTC().Format("2006-01-02T15:04:05Z")},
		"Version":        {stsVersion},
	}.Encode()
	form := role.parameters()
	form.Set("OIDCProviderArn", provider)
	form.Set("OIDCToken", token)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return cloud.Credentials{}, invalid("the address of STS cannot be used")
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.askSTS(r)
}

// parameters are those that both operations have.
func (r Role) parameters() url.Values {
	v := url.Values{
		"DurationSeconds": {strconv.Itoa(int(r.Duration / time.Second))},
		"RoleArn":         {r.ARN},
		"RoleSessionName": {r.SessionName},
	}
	setUnlessEmpty(v, "Policy", r.Policy)
	return v
}

func setUnlessEmpty(v url.Values, name, value string) {
	if value != "" {
		v.Set(name, value)
	}
}

// stsResponse is a success or an error of STS.
type stsResponse struct {
	Credentials     *temporaryKeys
	RequestID, Code string
}

func (s *settings) askSTS(r *http.Request) (cloud.Credentials, error) {
	c, err := s.exchange(r)
	if err != nil {
		return cloud.Credentials{}, within("STS at "+r.URL.Host, err)
	}
	return c, nil
}

func (s *settings) exchange(r *http.Request) (cloud.Credentials, error) {
	got, err := s.send(r, proxied, stsTimeout)
	if err != nil {
		return cloud.Credentials{}, err
	}
	var body stsResponse
	err = decode(got.body, &body)
	switch {
	case got.status != http.StatusOK && (err != nil || !codeForm.MatchString(body.Code)):
		return cloud.Credentials{}, foreign("HTTP status %d without an error code of STS", got.status)
	case got.status != http.StatusOK:
		return cloud.Credentials{}, refusal(got.status, body)
	case err != nil:
		return cloud.Credentials{}, err
	}
	return body.Credentials.credentials()
}

var (
	// codeForm is what error codes of STS look like; secrets have digits.
	codeForm      = regexp.MustCompile(`^[A-Z][A-Za-z]{1,63}(\.[A-Za-z]{1,63}){0,4}$`)
	requestIDForm = regexp.MustCompile(`^[0-9A-F]{8}(-[0-9A-F]{4,12}){4}$`)
)

// refusal is the error of STS. Its message is not quoted: it may repeat the string to sign, with the session token.
func refusal(status int, body stsResponse) error {
	text := "it refused with " + body.Code + refusalHint(body.Code)
	if requestIDForm.MatchString(body.RequestID) {
		text += ", request ID " + body.RequestID
	}
	kind := cloud.ErrUnauthenticated
	switch {
	case strings.HasPrefix(body.Code, "Throttling"):
		kind = cloud.ErrThrottled
	case status >= 500:
		kind = cloud.ErrUnavailable
	}
	return &failure{text, kind, cloud.Code(body.Code)}
}

// refusalHints say what to look at, by the beginning of the code.
var refusalHints = []struct{ code, hint string }{
	{"NoPermission", "the caller must be allowed sts:AssumeRole, and the role must trust the caller"},
	{"AuthenticationFail.NoPermission", "the role must trust the identity provider, with the issuer, audience and subject of the token"},
	{"AuthenticationFail.OIDCToken", "the token must be valid now and of the identity provider that is named"},
	{"EntityNotExist.Role", "the role must exist in the account of its ARN"},
	{"InvalidAccessKeyId", "the access key ID must exist and be enabled"},
	{"InvalidSecurityToken", "the session token must be of the access key and not expired"},
	{"SignatureDoesNotMatch", "the access key secret must be that of the access key ID"},
	{"InvalidTimeStamp.Expired", "the clock of this machine must be right"},
}

func refusalHint(code string) string {
	for _, h := range refusalHints {
		if strings.HasPrefix(code, h.code) {
			return ": " + h.hint
		}
	}
	return ""
}

// within puts a place before the text of a failure.
func within(place string, err error) error {
	f, ok := errors.AsType[*failure](err)
	if !ok {
		return err
	}
	return &failure{place + ": " + f.text, f.kind, f.cause}
}
