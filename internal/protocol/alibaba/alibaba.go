// Package alibaba makes clients for the services of Alibaba Cloud with an address for every resource (ROA), signed
// with ACS3-HMAC-SHA256 or the older HMAC-SHA1.
package alibaba

import (
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Service describes a service.
type Service struct {
	Name     string
	Product  string // as in its host names
	Version  string // of the API
	Regions  []string
	Kinds    map[cloud.Code]cloud.Kind // of the service's own codes
	Defaults map[string]string         // for empty members of requests, by wire name
	Rate     transport.Rate
	VPC      bool // call the endpoint inside the region's virtual private network
	HMACSHA1 bool // sign with HMAC-SHA1
}

// New checks cfg and returns a client for s.
func New(cfg cloud.Config, s Service) (*transport.Client, error) {
	if err := transport.CheckRegion(s.Name, "Region", cfg.Region); err != nil {
		return nil, err
	}
	if s.VPC && cfg.Endpoint != "" {
		return nil, transport.InvalidOption(s.Name, "Endpoint", "excludes WithVPC", cfg.Endpoint)
	}
	return transport.New(cfg, s.Describe(cfg))
}

// Describe returns s as package transport describes services.
func (s Service) Describe(cfg cloud.Config) transport.Service {
	return transport.Service{
		Name:          s.Name,
		Provider:      "alibaba_cloud",
		Protocol:      &roaProtocol{version: []string{s.Version}, hmacSHA1: s.HMACSHA1},
		Endpoint:      endpoint(&s, cfg.Region),
		Domains:       []string{domain},
		Regions:       s.Regions,
		Environment:   cloud.AlibabaEnvironment(),
		Defaults:      s.Defaults,
		Kinds:         func(code cloud.Code) cloud.Kind { return kindOf(code, s.Kinds) },
		Known:         func(code cloud.Code) bool { return s.Kinds[code] != "" },
		Expired:       expired,
		Skewed:        skewed,
		HeaderPrefix:  "X-Acs-",
		Headers:       10,
		SignatureLife: 15 * time.Minute,
		Rate:          s.Rate,
	}
}

const domain = "aliyuncs.com"

// endpoint returns the address, which follows one rule for all regions.
func endpoint(s *Service, region string) string {
	product := s.Product
	if s.VPC {
		product += "-vpc"
	}
	return "https://" + product + "." + region + "." + domain
}
