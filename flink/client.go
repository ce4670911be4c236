package flink

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

const (
	service = "flink"
	version = "2022-07-18"
)

// Client calls Realtime Compute for Apache Flink in one region. It is safe for concurrent use.
type Client struct {
	api       *transport.Client
	workspace string
	namespace string
}

// Option changes what New makes.
type Option func(*options)

type options struct {
	workspace, namespace string
	vpc                  bool
	hmacSHA1             bool
}

// WithWorkspace sets the workspace of all requests that name none, such as "a14bd5d90a1234".
func WithWorkspace(id string) Option { return func(o *options) { o.workspace = id } }

// WithNamespace sets the namespace of all requests that name none, such as "default-namespace".
func WithNamespace(name string) Option { return func(o *options) { o.namespace = name } }

// WithVPC calls the endpoint inside the region's virtual private network.
func WithVPC() Option { return func(o *options) { o.vpc = true } }

// WithHMACSHA1 signs in the older way, with HMAC-SHA1 instead of ACS3-HMAC-SHA256.
func WithHMACSHA1() Option { return func(o *options) { o.hmacSHA1 = true } }

// New returns a client for the region that cfg names. Without Config.Credentials, the environment
// variables ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and
// ALIBABA_CLOUD_SECURITY_TOKEN are read at the first call.
func New(cfg cloud.Config, opts ...Option) (*Client, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if err := transport.CheckRegion(service, cfg.Region); err != nil {
		return nil, err
	}
	if o.vpc && cfg.Endpoint != "" {
		return nil, transport.InvalidOption(service, "Endpoint", "excludes WithVPC", cfg.Endpoint)
	}
	api, err := transport.New(cfg, transport.Service{
		Name:        service,
		Protocol:    transport.ROA{Version: version, HMACSHA1: o.hmacSHA1},
		Endpoint:    endpoint(cfg.Region, o.vpc),
		Domains:     []string{"aliyuncs.com"},
		Environment: cloud.AlibabaEnvironment(),
		Defaults:    map[string]string{"workspace": o.workspace, "namespace": o.namespace, "regionId": cfg.Region},
		Kinds:       kindOf,
		Expired:     expired,
		Skewed:      skewed,
		Rate:        transport.Rate{PerSecond: 100},
	})
	if err != nil {
		return nil, err
	}
	return &Client{api, o.workspace, o.namespace}, nil
}

// endpoint is the address rule, the same for every region.
func endpoint(region string, vpc bool) string {
	product := "ververica"
	if vpc {
		product += "-vpc"
	}
	return "https://" + product + "." + region + ".aliyuncs.com"
}

// kindOf looks for the exact code, then for the first part of a dotted one, which is how the
// gateway of all Alibaba Cloud products groups its codes.
func kindOf(code cloud.Code) cloud.Kind {
	if kind, ok := errorKinds[code]; ok {
		return kind
	}
	group, _, _ := strings.Cut(string(code), ".")
	switch {
	case strings.Contains(string(code), "Throttling"):
		return cloud.ErrThrottled
	case group == "Forbidden", group == "NoPermission":
		return cloud.ErrDenied
	case strings.HasPrefix(group, "InvalidAccessKey"), strings.HasPrefix(group, "InvalidSecurityToken"),
		strings.HasPrefix(group, "Signature"), strings.HasPrefix(group, "IncompleteSignature"), group == "InvalidTimeStamp":
		return cloud.ErrUnauthenticated
	case strings.HasPrefix(group, "InvalidParameter"), strings.HasPrefix(group, "Missing"):
		return cloud.ErrInvalid
	case strings.HasPrefix(group, "InvalidAction"), group == "UnsupportedOperation":
		return cloud.ErrUnsupported
	case strings.HasPrefix(group, "ServiceUnavailable"):
		return cloud.ErrUnavailable
	case strings.HasPrefix(group, "InternalError"):
		return cloud.ErrInternal
	}
	return ""
}

// expired reports the codes of security tokens that are over.
func expired(code cloud.Code) bool {
	return code == "InvalidSecurityToken.Expired" || code == "SecurityTokenExpired" || code == "InvalidSecurityToken"
}

// skewed reports the codes of a wrong clock.
func skewed(code cloud.Code) bool { return strings.HasPrefix(string(code), "InvalidTimeStamp.") }
