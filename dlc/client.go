package dlc

import (
	"regexp"
	"sync"

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
	Mainland      Site = "mainland"      // cloud.tencent.com; the default
	International Site = "international" // tencentcloud.com
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
	site               Site
	language           string
	requestClient      string
	internal, regional bool
	actionUnsigned     bool
	engineNames        map[string]string
}

// WithSite sets the site of the account. It decides the address and the default language.
func WithSite(s Site) Option { return func(o *options) { o.site = s } }

// WithLanguage sets the language of error messages: "zh-CN" or "en-US". The default is that of the
// site.
func WithLanguage(tag string) Option { return func(o *options) { o.language = tag } }

// WithRequestClient names the caller in the service's logs: letters, digits, spaces and -_,;. only.
func WithRequestClient(name string) Option { return func(o *options) { o.requestClient = name } }

// WithInternalEndpoint calls the address inside Tencent Cloud's own networks.
func WithInternalEndpoint() Option { return func(o *options) { o.internal = true } }

// WithRegionalEndpoint calls the region's own address, for latency. Without it one address serves
// all regions of a site, except the isolated financial ones.
func WithRegionalEndpoint() Option { return func(o *options) { o.regional = true } }

// WithActionUnsigned leaves the action out of the signature, as the vendor's Go client does, for
// gateways that expect that older form.
func WithActionUnsigned() Option { return func(o *options) { o.actionUnsigned = true } }

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
	o := options{site: Mainland}
	for _, opt := range opts {
		opt(&o)
	}
	if err := o.check(cfg); err != nil {
		return nil, err
	}
	s := tencent.Service{
		Name: service, Version: version, Kinds: errorKinds, Rate: requestRate,
		International: o.site == International, Language: o.languageOrDefault(), RequestClient: o.requestClient,
		Internal: o.internal, Regional: o.regional, ActionUnsigned: o.actionUnsigned,
	}
	cfg, err := tencent.Resolve(cfg, s)
	if err != nil {
		return nil, err
	}
	api, err := tencent.New(cfg, s)
	if err != nil {
		return nil, err
	}
	return &Client{api, o.site, o.engineNames}, nil
}

// requestRate is the documented rate limit of the service.
var requestRate = transport.Rate{PerSecond: 20, PerOperation: true, Operations: map[string]float64{
	"CreateTask": 50, "DescribeTaskResult": 40, "DescribeSparkAppTasks": 40, "QueryResult": 200, "DescribeTasks": 1000,
}}

// requestClientForm is the form of a caller's name that the gateway accepts.
var requestClientForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-zA-Z-_ ,;.]+$`) })

// check refuses options that contradict each other.
func (o *options) check(cfg cloud.Config) error {
	switch {
	case o.site != Mainland && o.site != International:
		return transport.InvalidOption(service, "WithSite", "must be Mainland or International", string(o.site))
	case cfg.Endpoint != "" && (o.internal || o.regional):
		return transport.InvalidOption(service, "Endpoint", "excludes WithInternalEndpoint and WithRegionalEndpoint", cfg.Endpoint)
	case o.internal && o.regional:
		return transport.InvalidOption(service, "WithInternalEndpoint", "excludes WithRegionalEndpoint", "")
	case o.requestClient != "" && !requestClientForm().MatchString(o.requestClient):
		return transport.InvalidOption(service, "WithRequestClient", "must consist of letters, digits, spaces and -_,;.", o.requestClient)
	case !o.hasEngineNames():
		return transport.InvalidOption(service, "WithDataEngineName", "must have an ID and a name", "")
	case o.language != "" && o.language != chinese && o.language != english:
		return transport.InvalidOption(service, "WithLanguage", "must be zh-CN or en-US", o.language)
	}
	return nil
}

// hasEngineNames reports whether each engine has an ID and a name.
func (o *options) hasEngineNames() bool {
	for id, name := range o.engineNames {
		if id == "" || name == "" {
			return false
		}
	}
	return true
}

// The languages of error messages.
const (
	chinese = "zh-CN"
	english = "en-US"
)

// languageOrDefault returns the language that was set, or that of the site.
func (o *options) languageOrDefault() string {
	switch {
	case o.language != "":
		return o.language
	case o.site == International:
		return english
	}
	return chinese
}

// Origin returns where the changes of this client are made, for tokens of changes of your own.
func (c *Client) Origin() cloud.Origin { return wait.Origin(c.api) }

// CheckOrigin refuses the token of a change that was made elsewhere, as Resume does. A nil error is not final while the
// client has no credentials yet, before its first call.
func (c *Client) CheckOrigin(o cloud.Origin) error { return wait.CheckOrigin(c.api, o) }
