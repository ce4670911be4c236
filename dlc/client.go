package dlc

import (
	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/tencent"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

const (
	service = "dlc"
	version = "2021-01-25"
)

// Site is one of the two sites of Tencent Cloud, which have separate accounts and addresses.
type Site string

// The sites.
const (
	Mainland      Site = tencent.Mainland      // cloud.tencent.com; the default
	International Site = tencent.International // tencentcloud.com
)

// Client calls Data Lake Compute in one region. It is safe for concurrent use.
type Client struct {
	api         *transport.Client
	site        Site
	engineNames map[string]string // by ID
}

// Option configures the client that New returns.
type Option func(*options)

type options struct {
	tencent.Service
	engineNames map[string]string
}

// WithSite sets the site of the account. It decides the address and the default language.
func WithSite(s Site) Option { return func(o *options) { o.Site = string(s) } }

// WithLanguage sets the language of error messages: "zh-CN" or "en-US". The default is that of the
// site.
func WithLanguage(tag string) Option { return func(o *options) { o.Language = tag } }

// WithRequestClient names the caller in the service's logs: letters, digits, spaces and -_,;. only.
func WithRequestClient(name string) Option { return func(o *options) { o.RequestClient = name } }

// WithInternalEndpoint calls the address inside Tencent Cloud's own networks.
func WithInternalEndpoint() Option { return func(o *options) { o.Internal = true } }

// WithRegionalEndpoint calls the region's own address, for latency. Without it one address serves
// all regions of a site, except the isolated financial ones.
func WithRegionalEndpoint() Option { return func(o *options) { o.Regional = true } }

// WithActionUnsigned leaves the action out of the signature, as the vendor's Go client does, for
// gateways that expect that older form.
func WithActionUnsigned() Option { return func(o *options) { o.ActionUnsigned = true } }

// WithDataEngineName gives the name of an engine with an ID. Some changes, such as [Client.BeginSwitchDataEngineImage],
// name the engine by its ID while its state is read by its name, which the client otherwise looks up; a lookup on the
// international site may not find it. The option can be used once for each engine. An engine of that name with another
// ID is an error of kind [cloud.ErrConflict], and nothing is changed.
func WithDataEngineName(id, name string) Option {
	return func(o *options) {
		if o.engineNames == nil {
			o.engineNames = map[string]string{}
		}
		o.engineNames[id] = name
	}
}

// New returns a client for the region that cfg names, or else that of the environment if cfg is of
// [cloud.FromEnvironment]. Without Config.Credentials, the environment
// variables TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN are read at the
// first call.
func New(cfg cloud.Config, opts ...Option) (*Client, error) {
	o := options{Service: tencent.Service{Name: service, Version: version, Kinds: errorKinds, Rate: requestRate, Site: tencent.Mainland}}
	for _, opt := range opts {
		opt(&o)
	}
	if !o.hasEngineNames() {
		return nil, transport.InvalidOption(service, "WithDataEngineName", "must have an ID and a name", "")
	}
	api, err := tencent.New(cfg, o.Service)
	if err != nil {
		return nil, err
	}
	return &Client{api, Site(o.Site), o.engineNames}, nil
}

// requestRate is the documented rate limit of the service.
var requestRate = transport.Rate{PerSecond: 20, PerOperation: true, Operations: map[string]float64{
	"CreateTask": 50, "DescribeTaskResult": 40, "DescribeSparkAppTasks": 40, "QueryResult": 200, "DescribeTasks": 1000,
}}

// hasEngineNames reports whether each engine has an ID and a name.
func (o *options) hasEngineNames() bool {
	for id, name := range o.engineNames {
		if id == "" || name == "" {
			return false
		}
	}
	return true
}

// Origin returns where the changes of this client are made, for tokens of changes of your own.
func (c *Client) Origin() cloud.Origin { return wait.Origin(c.api) }

// CheckOrigin refuses the token of a change that was made elsewhere, as Resume does. A nil error is not final while the
// client has no credentials yet, before its first call.
func (c *Client) CheckOrigin(o cloud.Origin) error { return wait.CheckOrigin(c.api, o) }
