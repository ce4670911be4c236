// Package aws makes clients for the services of Amazon Web Services: REST-JSON and JSON-RPC, signed with SigV4.
package aws

import (
	"cmp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// Service describes a service.
type Service struct {
	Name            string
	Target          string                    // the prefix of the operation in X-Amz-Target; empty for REST
	Kinds           map[cloud.Code]cloud.Kind // of the service's own codes
	ContentType     string                    // of the bodies of requests, where it is not that of the protocol
	FIPS, DualStack bool
}

// New checks cfg and returns a client for s.
func New(cfg cloud.Config, s Service) (*transport.Client, error) {
	cfg, s, err := s.resolve(cfg)
	if err != nil {
		return nil, err
	}
	if err := transport.CheckRegion(s.Name, "Region", cfg.Region); err != nil {
		return nil, err
	}
	if cfg.Endpoint != "" && (s.FIPS || s.DualStack) {
		return nil, transport.InvalidOption(s.Name, "Endpoint", "excludes the FIPS and dual-stack options", cfg.Endpoint)
	}
	return transport.New(cfg, s.Describe(cfg))
}

// Describe returns s as package transport describes services.
func (s Service) Describe(cfg cloud.Config) transport.Service {
	var p transport.Protocol = newRESTJSON(cfg.Region, s.Name, cmp.Or(s.ContentType, "application/json"))
	if s.Target != "" {
		p = newJSONRPC(cfg.Region, s.Name, s.Target, cmp.Or(s.ContentType, "application/x-amz-json-1.0"))
	}
	return transport.Service{
		Name:          s.Name,
		Provider:      "aws",
		Protocol:      p,
		Endpoint:      endpoint(&s, cfg.Region),
		Domains:       domains(),
		Account:       account,
		Regions:       regions,
		Environment:   cloud.AWSEnvironment(),
		Kinds:         func(code cloud.Code) cloud.Kind { return kindOf(code, s.Kinds) },
		Known:         func(code cloud.Code) bool { return s.Kinds[code] != "" || sharedKinds[code] != "" },
		Expired:       expired,
		Skewed:        skewed,
		HeaderPrefix:  "X-Amz-",
		SignatureLife: 5 * time.Minute,
	}
}
