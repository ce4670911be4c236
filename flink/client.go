package flink

import (
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/alibaba"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

const (
	service = "flink"
	version = "2022-07-18"
)

// Client calls Realtime Compute for Apache Flink in one region. It is safe for concurrent use.
type Client struct{ api *transport.Client }

// Option configures the client that New returns.
type Option func(*options)

type options struct {
	workspace, namespace string
	vpc                  bool
	hmacSHA1             bool
}

// WithWorkspace sets the workspace of all requests without one, such as "a14bd5d90a1234".
func WithWorkspace(id string) Option { return func(o *options) { o.workspace = id } }

// WithNamespace sets the namespace of all requests without one, such as "default-namespace".
func WithNamespace(name string) Option { return func(o *options) { o.namespace = name } }

// WithVPC calls the endpoint inside the region's virtual private network.
func WithVPC() Option { return func(o *options) { o.vpc = true } }

// WithHMACSHA1 signs with HMAC-SHA1, the older algorithm, instead of ACS3-HMAC-SHA256.
func WithHMACSHA1() Option { return func(o *options) { o.hmacSHA1 = true } }

// New returns a client for the region that cfg names, or else that of the environment if cfg is of
// [cloud.FromEnvironment]. Without Config.Credentials, the environment
// variables ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and
// ALIBABA_CLOUD_SECURITY_TOKEN are read at the first call.
func New(cfg cloud.Config, opts ...Option) (*Client, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	cfg, err := alibaba.Resolve(cfg, service) // first, because the region is in the defaults
	if err != nil {
		return nil, err
	}
	api, err := alibaba.New(cfg, alibaba.Service{
		Name: service, Product: "ververica", Version: version, Regions: regions, Kinds: errorKinds,
		Defaults: map[string]string{"workspace": o.workspace, "namespace": o.namespace, "regionId": cfg.Region},
		Rate:     transport.Rate{PerSecond: 100},
		VPC:      o.vpc, HMACSHA1: o.hmacSHA1,
	})
	if err != nil {
		return nil, err
	}
	return &Client{api}, nil
}

// regions are those of the published list of endpoints.
var regions = strings.Fields("ap-northeast-1 ap-southeast-1 ap-southeast-3 ap-southeast-5 cn-beijing cn-chengdu cn-hangzhou cn-hongkong " +
	"cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 us-east-1 us-west-1")

// Origin returns where the changes of this client are made, for tokens of changes of your own.
func (c *Client) Origin() cloud.Origin { return wait.Origin(c.api) }

// CheckOrigin refuses the token of a change that was made elsewhere, as Resume does. A nil error is not final while the
// client has no credentials yet, before its first call.
func (c *Client) CheckOrigin(o cloud.Origin) error { return wait.CheckOrigin(c.api, o) }
