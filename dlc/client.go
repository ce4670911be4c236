package dlc

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

const (
	service = "dlc"
	version = "2021-01-25"
)

// Site is one of the two offers of Tencent Cloud, which have separate accounts and addresses.
type Site string

// The sites.
const (
	Mainland      Site = "mainland"      // cloud.tencent.com; the default
	International Site = "international" // tencentcloud.com
)

// Client calls Data Lake Compute in one region. It is safe for concurrent use.
type Client struct{ api *transport.Client }

// Option changes what New makes.
type Option func(*options)

type options struct {
	site                Site
	language            string
	requestClient       string
	internal, regional  bool
	withoutActionSigned bool
}

// WithSite chooses the site whose account signs. It decides the address and the default language.
func WithSite(s Site) Option { return func(o *options) { o.site = s } }

// WithLanguage chooses the language of error messages: "zh-CN" or "en-US". The default is that of
// the site.
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
func WithActionUnsigned() Option { return func(o *options) { o.withoutActionSigned = true } }

// New returns a client for the region that cfg names. Without Config.Credentials, the environment
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
	api, err := transport.New(cfg, transport.Service{
		Name: service,
		Protocol: transport.NewTC3(transport.TC3Options{
			Service: service, Version: version, Region: cfg.Region,
			Language: o.language, RequestClient: o.requestClient, SignAction: !o.withoutActionSigned,
		}),
		Endpoint:    o.endpoint(cfg.Region),
		Site:        o.tokenSite(cfg.Endpoint),
		Domains:     []string{domain[1:]},
		Regions:     regions,
		Environment: cloud.TencentEnvironment(),
		Kinds:       kindOf,
		Expired:     func(code cloud.Code) bool { return code == CodeAuthFailureTokenFailure },
		Skewed:      func(code cloud.Code) bool { return code == CodeAuthFailureSignatureExpire },
		Rate:        requestRate,
	})
	if err != nil {
		return nil, err
	}
	return &Client{api}, nil
}

// requestRate is what the service accepts.
var requestRate = transport.Rate{PerSecond: 20, PerOperation: true, Operations: map[string]float64{
	"CreateTask": 50, "DescribeTaskResult": 40, "DescribeSparkAppTasks": 40, "QueryResult": 200, "DescribeTasks": 1000,
}}

// requestClientForm is what the gateway accepts as a caller's name.
var requestClientForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-zA-Z-_ ,;.]+$`) })

// check refuses options that contradict each other and fills in the language.
func (o *options) check(cfg cloud.Config) error {
	if err := transport.CheckRegion(service, cfg.Region); err != nil {
		return err
	}
	switch {
	case o.site != Mainland && o.site != International:
		return transport.InvalidOption(service, "WithSite", "must be Mainland or International", string(o.site))
	case cfg.Endpoint != "" && (o.internal || o.regional):
		return transport.InvalidOption(service, "Endpoint", "excludes WithInternalEndpoint and WithRegionalEndpoint", cfg.Endpoint)
	case o.internal && o.regional:
		return transport.InvalidOption(service, "WithInternalEndpoint", "excludes WithRegionalEndpoint", "")
	case o.requestClient != "" && !requestClientForm().MatchString(o.requestClient):
		return transport.InvalidOption(service, "WithRequestClient", "must consist of letters, digits, spaces and -_,;.", o.requestClient)
	}
	if o.language == "" {
		o.language = "zh-CN"
		if o.site == International {
			o.language = "en-US"
		}
	}
	if o.language != "zh-CN" && o.language != "en-US" {
		return transport.InvalidOption(service, "WithLanguage", "must be zh-CN or en-US", o.language)
	}
	return nil
}

const domain = ".tencentcloudapi.com"

// tokenSite is what resume tokens say of the site; empty for the main one.
func (o *options) tokenSite(endpoint string) string {
	if o.site == International || strings.Contains(endpoint, ".intl"+domain) {
		return string(International)
	}
	return ""
}

// endpoint is the address rule. The financial regions are isolated and have no shared address.
func (o *options) endpoint(region string) string {
	switch {
	case o.internal:
		return "https://dlc.internal" + domain
	case o.regional, strings.HasSuffix(region, "-fsi"):
		return "https://dlc." + region + domain
	case o.site == International:
		return "https://dlc.intl" + domain
	}
	return "https://dlc" + domain
}

// regions are those that Tencent Cloud has published, of both sites.
var regions = strings.Fields("ap-bangkok ap-beijing ap-chengdu ap-chongqing ap-guangzhou ap-guangzhou-open ap-hongkong ap-jakarta ap-mumbai " +
	"ap-nanjing ap-seoul ap-shanghai ap-shanghai-fsi ap-shenzhen-fsi ap-singapore ap-tokyo eu-frankfurt eu-moscow na-ashburn na-siliconvalley " +
	"na-toronto sa-saopaulo")

// kindOf looks for the exact code. One that is not known yet is judged by what its last part says, where
// that is known to be right more often than the first, and by its first part otherwise.
func kindOf(code cloud.Code) cloud.Kind {
	if kind, ok := errorKinds[code]; ok {
		return kind
	}
	if kind, ok := legacyKinds[code]; ok {
		return kind
	}
	segment, detail, _ := strings.Cut(string(code), ".")
	switch segment {
	case "FailedOperation", "InvalidParameter", "InvalidParameterValue", "ResourceNotFound", "ResourceUnavailable", "ResourcesSoldOut",
		"OperationDenied", "ResourceInUse":
		if kind := kindOfDetail(detail); kind != "" {
			return kind
		}
	}
	return segmentKinds[segment]
}

// kindOfDetail judges the last part of a code.
func kindOfDetail(detail string) cloud.Kind {
	if i := strings.LastIndexByte(detail, '_'); i >= 0 {
		detail = detail[i+1:]
	}
	for _, rule := range detailKinds {
		if slices.ContainsFunc(rule.words, func(word string) bool { return strings.Contains(detail, word) }) {
			return rule.kind
		}
	}
	if transport.SaysMissing(cloud.Code(detail)) {
		return cloud.ErrNotFound
	}
	return ""
}

// detailKinds are words of last parts. The first that fits counts.
var detailKinds = []struct {
	kind  cloud.Kind
	words []string
}{
	{cloud.ErrDenied, []string{"Unauthorized", "NoPermission", "NoPaymentAuthority", "NoEngineCamPermissions"}},
	{cloud.ErrQuota, []string{"InsufficientResources", "OutOfLimit", "ExceedLimit", "TooMany", "Oversize", "QuotaExceeded", "BalanceInsufficient", "BalanceNotEnough"}},
	{cloud.ErrConflict, []string{
		"AlreadyFinished", "AlreadyFailed", "InProcess", "Another", "NotRunning", "NotActivity", "InTransition", "NotUpdatable", "StateDead",
		"ShuttingDown", "NotUnique", "Duplicate", "AlreadyAttached", "AlreadyExist", "ConnectionExist",
	}},
}

// segmentKinds are the first parts of codes.
var segmentKinds = map[string]cloud.Kind{
	"AuthFailure":           cloud.ErrUnauthenticated,
	"UnauthorizedOperation": cloud.ErrDenied, "IpInBlacklist": cloud.ErrDenied, "IpNotInWhitelist": cloud.ErrDenied,
	"ResourceNotFound": cloud.ErrNotFound,
	"ResourceInUse":    cloud.ErrConflict, "OperationDenied": cloud.ErrConflict,
	"RequestLimitExceeded": cloud.ErrThrottled,
	"LimitExceeded":        cloud.ErrQuota, "ResourceInsufficient": cloud.ErrQuota, "ResourcesSoldOut": cloud.ErrQuota, "ResponseSizeLimitExceeded": cloud.ErrQuota,
	"InvalidParameter": cloud.ErrInvalid, "InvalidParameterValue": cloud.ErrInvalid, "InvalidParameterCombination": cloud.ErrInvalid,
	"MissingParameter": cloud.ErrInvalid, "UnknownParameter": cloud.ErrInvalid, "InvalidRequest": cloud.ErrInvalid,
	"RequestSizeLimitExceeded": cloud.ErrInvalid, "RegionError": cloud.ErrInvalid, "DryRunOperation": cloud.ErrInvalid,
	"ResourceUnavailable": cloud.ErrUnavailable, "ServiceUnavailable": cloud.ErrUnavailable,
	"UnsupportedOperation": cloud.ErrUnsupported, "UnsupportedProtocol": cloud.ErrUnsupported, "UnsupportedRegion": cloud.ErrUnsupported,
	"InvalidAction": cloud.ErrUnsupported, "NoSuchProduct": cloud.ErrUnsupported, "NoSuchVersion": cloud.ErrUnsupported, "ActionOffline": cloud.ErrUnsupported,
	"InternalError": cloud.ErrInternal, "FailedOperation": cloud.ErrInternal,
}

// legacyKinds are the codes of the API before this one, which some gateways still answer with.
var legacyKinds = map[cloud.Code]cloud.Kind{
	"4000": cloud.ErrInvalid, "4100": cloud.ErrUnauthenticated, "4101": cloud.ErrDenied, "4102": cloud.ErrDenied, "4103": cloud.ErrUnauthenticated,
	"4104": cloud.ErrUnauthenticated, "4110": cloud.ErrUnauthenticated, "4200": cloud.ErrUnauthenticated, "4300": cloud.ErrDenied,
	"4400": cloud.ErrThrottled, "4500": cloud.ErrTransport, "4600": cloud.ErrUnsupported, "6000": cloud.ErrInternal, "6100": cloud.ErrUnsupported,
	"6200": cloud.ErrUnavailable,
}
