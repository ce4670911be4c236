package finspace

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

const service = "finspace"

// Client calls Amazon FinSpace in one region. It is safe for concurrent use.
type Client struct{ api *transport.Client }

// Option configures the client that New returns.
type Option func(*options)

type options struct{ fips, dualStack bool }

// WithFIPS uses the endpoints with FIPS 140 validated cryptography.
func WithFIPS() Option { return func(o *options) { o.fips = true } }

// WithDualStack uses the endpoints that are reachable by IPv4 and IPv6.
func WithDualStack() Option { return func(o *options) { o.dualStack = true } }

// New returns a client for the region that cfg names, or else that of the environment if cfg is of
// [cloud.FromEnvironment]. Without Config.Credentials, the environment
// variables AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN are read at the first call.
func New(cfg cloud.Config, opts ...Option) (*Client, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	api, err := aws.New(cfg, aws.Service{
		Name: service, ContentType: contentType, Kinds: errorKinds, FIPS: o.fips, DualStack: o.dualStack,
	})
	if err != nil {
		return nil, err
	}
	return &Client{api}, nil
}

// Origin returns where the changes of this client are made, for tokens of changes of your own.
func (c *Client) Origin() cloud.Origin { return wait.Origin(c.api) }

// CheckOrigin refuses the token of a change that was made elsewhere, as Resume does. A nil error is not final while the
// client has no credentials yet, before its first call.
func (c *Client) CheckOrigin(o cloud.Origin) error { return wait.CheckOrigin(c.api, o) }
