// Package tencent makes clients for the services of Tencent Cloud: API 3.0, signed with TC3-HMAC-SHA256.
package tencent

import (
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Service describes a service.
type Service struct {
	Name    string
	Version string                    // of the API
	Kinds   map[cloud.Code]cloud.Kind // of the service's own codes
	Rate    transport.Rate

	Site               string // whose account it is: Mainland or International
	Language           string // of messages: "zh-CN" or "en-US"; empty is that of the site
	RequestClient      string // names the caller in the service's logs
	Internal, Regional bool   // which address to use
	ActionUnsigned     bool   // leave the action header out of the signature
}

// New checks cfg and s, completes cfg from the environment, and returns a client.
func New(cfg cloud.Config, s Service) (*transport.Client, error) {
	if err := s.check(cfg); err != nil {
		return nil, err
	}
	cfg, err := resolve(cfg, s)
	if err != nil {
		return nil, err
	}
	s.Language = s.languageOrDefault()
	if err := transport.CheckRegion(s.Name, "Region", cfg.Region); err != nil {
		return nil, err
	}
	return transport.New(cfg, s.Describe(cfg))
}

// Describe returns s as package transport describes services.
func (s Service) Describe(cfg cloud.Config) transport.Service {
	return transport.Service{
		Name:          s.Name,
		Provider:      "tencent_cloud",
		Protocol:      newTC3(&s, cfg.Region),
		Endpoint:      endpoint(&s, cfg.Region),
		Site:          site(&s, cfg.Endpoint),
		Domains:       []string{domain},
		Regions:       regions,
		Environment:   cloud.TencentEnvironment(),
		Kinds:         func(code cloud.Code) cloud.Kind { return kindOf(code, s.Kinds) },
		Known:         func(code cloud.Code) bool { return s.Kinds[code] != "" || legacyKinds[code] != "" },
		Expired:       expired,
		Skewed:        skewed,
		HeaderPrefix:  "X-Tc-",
		SignatureLife: 5 * time.Minute,
		Rate:          s.Rate,
	}
}

const domain = "tencentcloudapi.com"

// site returns the site for resume tokens; empty for the main one.
func site(s *Service, address string) string {
	if s.Site == International || strings.Contains(address, ".intl."+domain) {
		return International
	}
	return ""
}

// endpoint returns the address. The financial regions are isolated and have no shared one.
func endpoint(s *Service, region string) string {
	host := s.Name
	switch {
	case s.Internal:
		host += ".internal"
	case s.Regional, strings.HasSuffix(region, "-fsi"):
		host += "." + region
	case s.Site == International:
		host += ".intl"
	}
	return "https://" + host + "." + domain
}

// regions are those that Tencent Cloud has published, of both sites.
var regions = strings.Fields("ap-bangkok ap-beijing ap-chengdu ap-chongqing ap-guangzhou ap-guangzhou-open ap-hongkong ap-jakarta " +
	"ap-mumbai ap-nanjing ap-seoul ap-shanghai ap-shanghai-fsi ap-shenzhen-fsi ap-singapore ap-tokyo eu-frankfurt eu-moscow " +
	"na-ashburn na-siliconvalley na-toronto sa-saopaulo")
