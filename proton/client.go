package proton

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

const service = "proton"

// Client calls AWS Proton in one region. It is safe for concurrent use.
type Client struct{ api *transport.Client }

// Option changes what New makes.
type Option func(*options)

type options struct{ fips, dualStack bool }

// WithFIPS uses the endpoints with FIPS 140 validated cryptography.
func WithFIPS() Option { return func(o *options) { o.fips = true } }

// WithDualStack uses the endpoints that answer on IPv6 too.
func WithDualStack() Option { return func(o *options) { o.dualStack = true } }

// New returns a client for the region that cfg names. Without Config.Credentials, the environment
// variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN are read at the first call.
func New(cfg cloud.Config, opts ...Option) (*Client, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if err := transport.CheckRegion(service, cfg.Region); err != nil {
		return nil, err
	}
	endpoint, err := transport.AWSEndpoint(transport.AWSAddress{
		Service: service, Region: cfg.Region, FIPS: o.fips, DualStack: o.dualStack, Custom: cfg.Endpoint,
	})
	if err != nil {
		return nil, err
	}
	api, err := transport.New(cfg, transport.Service{
		Name:        service,
		Protocol:    transport.NewAWSJSON(cfg.Region, service, "AwsProton20200720"),
		Endpoint:    endpoint,
		Environment: cloud.AWSEnvironment(),
		Kinds:       kindOf,
		Expired:     transport.AWSExpired,
		Skewed:      transport.AWSSkewed,
	})
	if err != nil {
		return nil, err
	}
	return &Client{api}, nil
}

// kindOf looks in Proton's own codes first, then in those of all AWS services.
func kindOf(code cloud.Code) cloud.Kind {
	if kind, ok := errorKinds[code]; ok {
		return kind
	}
	return transport.AWSKind(code)
}
