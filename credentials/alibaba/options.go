package alibaba

import (
	"net/http"
	"os"
	"strings"
)

// Option changes where Chain and AssumeRole look.
type Option func(*settings)

type settings struct {
	profile          string
	region           string
	endpoint         string // of STS
	metadataEndpoint string
	withoutMetadata  bool
	transport        http.RoundTripper
	lookup           func(string) string
	homeDir          string
}

func newSettings(opts []Option) *settings {
	s := &settings{metadataEndpoint: "http://100.100.100.200", lookup: os.Getenv}
	for _, o := range opts {
		o(s)
	}
	return s
}

// WithProfile names the profile of the two files, instead of ALIBABA_CLOUD_PROFILE. What is named in code is meant: the
// chain then asks no other source, so that variables of another account cannot get in the way.
func WithProfile(name string) Option { return func(s *settings) { s.profile = name } }

// WithRegion chooses the STS of a region, such as "cn-hangzhou", instead of ALIBABA_CLOUD_STS_REGION and what profiles say.
// Without any region it is the central STS.
func WithRegion(region string) Option { return func(s *settings) { s.region = region } }

// WithTransport sends all requests through t. Without it, requests to STS and to a credentials URI use the proxy of the
// environment, and those to the metadata service none.
func WithTransport(t http.RoundTripper) Option { return func(s *settings) { s.transport = t } }

// WithSTSEndpoint sets the address of STS, such as "sts-vpc.cn-hangzhou.aliyuncs.com". It overrides every region. The scheme
// is https, and http only for loopback addresses.
func WithSTSEndpoint(endpoint string) Option { return func(s *settings) { s.endpoint = endpoint } }

// WithMetadataEndpoint sets the address of the metadata service of ECS. The default is "http://100.100.100.200".
func WithMetadataEndpoint(endpoint string) Option {
	return func(s *settings) { s.metadataEndpoint = strings.TrimRight(endpoint, "/") }
}

// WithoutMetadata never asks the metadata service of ECS, as ALIBABA_CLOUD_ECS_METADATA_DISABLED=true does.
func WithoutMetadata() Option { return func(s *settings) { s.withoutMetadata = true } }

// WithEnvironment reads variables through getenv instead of os.Getenv. A command that a profile names still gets the
// environment of the process.
func WithEnvironment(getenv func(string) string) Option {
	return func(s *settings) { s.lookup = getenv }
}

// WithHome sets the folder that has .aliyun and .alibabacloud, instead of HOME.
func WithHome(dir string) Option { return func(s *settings) { s.homeDir = dir } }

func (s *settings) getenv(name string) string { return s.lookup(name) }

// enabled reports whether a variable says yes.
func (s *settings) enabled(name string) bool {
	value := s.getenv(name)
	return value == "1" || strings.EqualFold(value, "true")
}

// home returns "" if no home folder is known.
func (s *settings) home() string {
	for _, dir := range []string{s.homeDir, s.getenv("HOME"), s.getenv("USERPROFILE")} {
		if dir != "" {
			return dir
		}
	}
	return ""
}

// named returns the profile that the caller or the environment asks for, and "" if neither does.
func (s *settings) named() string {
	if s.profile != "" {
		return s.profile
	}
	return s.getenv("ALIBABA_CLOUD_PROFILE")
}
