package tencent

import (
	"cmp"
	"net/http"
	"os"
)

// Option changes what a chain reads and asks.
type Option func(*settings)

// settings are the options, and what is used without them. They never change after they are made.
type settings struct {
	profile    string
	region     string
	role       *Role
	cvmRole    string
	noMetadata bool
	sts        string // the address of STS, empty for that of the region
	metadata   string
	home       string // empty for the user's
	getenv     func(string) string

	transport       http.RoundTripper // to STS
	metadataTransit http.RoundTripper
}

func newSettings(options []Option) *settings {
	s := &settings{
		metadata: "http://metadata.tencentyun.com", getenv: os.Getenv,
		transport: http.DefaultTransport, metadataTransit: withoutProxy,
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// withoutProxy connects directly: a proxy would be asked for the role of its own machine, and would see the keys.
var withoutProxy = &http.Transport{DisableKeepAlives: true}

// WithProfile names a profile, of tccli or of the credentials file. The chain then has these two sources alone, and
// fails if neither has the profile: a program that names one wants no other identity. The default is TCCLI_PROFILE,
// then TENCENTCLOUD_PROFILE, then "default".
func WithProfile(name string) Option { return func(s *settings) { s.profile = name } }

// WithRegion sets the region of calls to STS, instead of TKE_REGION or TENCENTCLOUD_REGION.
func WithRegion(region string) Option { return func(s *settings) { s.region = region } }

// WithRole assumes a role with the keys of the source that is found, instead of the role that the environment names.
func WithRole(role Role) Option { return func(s *settings) { s.role = &role } }

// WithCVMRole names the role of the CVM instance, instead of TENCENTCLOUD_CAM_ROLE_NAME. Without either, the metadata
// service is asked for it.
func WithCVMRole(name string) Option { return func(s *settings) { s.cvmRole = name } }

// WithoutMetadata leaves the metadata service of CVM out: it is never asked.
func WithoutMetadata() Option { return func(s *settings) { s.noMetadata = true } }

// WithSTSEndpoint sets the address of STS, such as "https://sts.internal.tencentcloudapi.com" inside a VPC without a
// way to the Internet, or "https://sts.intl.tencentcloudapi.com". Plain HTTP is refused except on loopback.
func WithSTSEndpoint(address string) Option { return func(s *settings) { s.sts = address } }

// WithMetadataEndpoint sets the address of the metadata service, "http://metadata.tencentyun.com" by default.
func WithMetadataEndpoint(address string) Option { return func(s *settings) { s.metadata = address } }

// WithTransport sends the requests to STS and to the metadata service through t. The default is [http.DefaultTransport]
// for STS, and a transport without proxies for the metadata service.
func WithTransport(t http.RoundTripper) Option {
	return func(s *settings) { s.transport, s.metadataTransit = t, t }
}

// WithEnvironment reads variables with getenv instead of [os.Getenv].
func WithEnvironment(getenv func(string) string) Option {
	return func(s *settings) { s.getenv = getenv }
}

// WithHome sets the folder that .tccli and .tencentcloud are in, instead of the user's home.
func WithHome(folder string) Option { return func(s *settings) { s.home = folder } }

// namedProfile returns the profile that an option or the environment names, empty if none does.
func (s *settings) namedProfile() string {
	return cmp.Or(s.profile, s.getenv("TCCLI_PROFILE"), s.getenv("TENCENTCLOUD_PROFILE"))
}

// homeFolder returns the folder that holds the files of profiles.
func (s *settings) homeFolder() (string, error) {
	if s.home != "" {
		return s.home, nil
	}
	return os.UserHomeDir()
}

// firstSet returns the value of the first variable that is set, and its name.
func (s *settings) firstSet(names ...string) (value, name string) {
	for _, name := range names {
		if value := s.getenv(name); value != "" {
			return value, name
		}
	}
	return "", ""
}
