package flink

import (
	"slices"
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
		Regions:     regions,
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

// kindOf looks for the exact code, then for words that mean the same everywhere, then for how the code
// begins, which is how the gateway of all Alibaba Cloud products groups its codes.
func kindOf(code cloud.Code) cloud.Kind {
	if kind, ok := errorKinds[code]; ok {
		return kind
	}
	text := string(code)
	for _, rule := range gatewayWords {
		if slices.ContainsFunc(rule.words, func(word string) bool { return strings.Contains(text, word) }) {
			return rule.kind
		}
	}
	for _, rule := range gatewayCodes {
		if slices.ContainsFunc(rule.starts, func(start string) bool { return strings.HasPrefix(text, start) }) {
			return rule.kind
		}
	}
	return ""
}

// gatewayCodes are the beginnings of the gateway's codes. The first that fits counts.
var gatewayCodes = []struct {
	kind   cloud.Kind
	starts []string
}{
	{cloud.ErrThrottled, []string{"FlowControl"}},
	{cloud.ErrUnauthenticated, []string{
		"InvalidAccessKey", "MissingAccessKey", "InactiveAccessKey", "Forbidden.AccessKey", "InvalidSecurityToken", "MissingSecurityToken",
		"SecurityToken", "InvalidTimeStamp", "InvalidTimestamp", "IllegalTimestamp", "Signature", "IncompleteSignature", "InvalidSignature",
		"MissingSignature", "InvalidCredential", "AuthenticationFail",
	}},
	{cloud.ErrQuota, []string{
		"Account.Arrearage", "Arrearage", "InsufficientBalance", "NotEnoughBalance", "Forbidden.InDebt", "InDebt", "QuotaExceed", "Quota.Exceed", "LimitExceed",
	}},
	{cloud.ErrDenied, []string{"Forbidden", "NoPermission", "NotAuthorized", "Unauthorized", "AccessDenied", "UserDisable", "IncorrectAccount"}},
	{cloud.ErrUnsupported, []string{
		"InvalidAction", "InvalidApi", "InvalidVersion", "InvalidProduct", "InvalidRegion", "InvalidEndpoint", "InvalidDomain", "InvalidHost",
		"InvalidMethod", "UnsupportedOperation", "UnsupportedHTTPMethod", "UnsupportedMethod", "UnsupportedApi", "UnsupportedRegion", "UnsupportedVersion",
		"NotSupport", "ApiNot", "ApiOffline", "ProductNot", "RegionNot", "VersionNot", "ActionNot",
	}},
	{cloud.ErrInvalid, []string{
		"InvalidParam", "IllegalParam", "InvalidProtocol", "InvalidFormat", "InvalidBody", "InvalidContent", "InvalidRequest", "BadRequest",
		"Malformed", "Missing", "ParameterMissing", "Unsupported", "ContentLength", "RequestBodyTooLarge", "IdempotentParameterMismatch", "InvalidOwner",
	}},
	{cloud.ErrUnavailable, []string{"ServiceUnavailable", "ServiceTimeout", "ServiceBusy", "SystemBusy", "System.Busy", "Timeout", "RequestTimeout", "BackendTimeout", "GatewayTimeout"}},
	{cloud.ErrInternal, []string{"InternalError", "InternalFailure", "InternalServerError", "UnknownError", "SystemError", "ServiceError"}},
	{cloud.ErrConflict, []string{"Conflict", "IncorrectStatus", "InvalidStatus", "OperationConflict", "LastTokenProcessing", "Duplicate"}},
}

// gatewayWords are words that mean the same in any place of a code.
var gatewayWords = []struct {
	kind  cloud.Kind
	words []string
}{
	{cloud.ErrThrottled, []string{"Throttling", "TooManyRequests"}},
	{cloud.ErrConflict, []string{"AlreadyExist", "Duplicate"}},
	{cloud.ErrQuota, []string{"QuotaExceed", "QuotaNotEnough", "LimitExceed"}},
}

// expired reports the codes of security tokens that have expired.
func expired(code cloud.Code) bool {
	switch code {
	case "InvalidSecurityToken.Expired", "SecurityTokenExpired", "InvalidSecurityToken":
		return true
	}
	return false
}

// skewed reports the codes of a wrong clock.
func skewed(code cloud.Code) bool {
	return strings.HasPrefix(string(code), "InvalidTimeStamp.") || strings.HasPrefix(string(code), "InvalidTimestamp.") ||
		code == "IllegalTimestamp" || code == "SignatureExpired"
}

// regions are those of the published list of endpoints.
var regions = strings.Fields("ap-northeast-1 ap-southeast-1 ap-southeast-3 ap-southeast-5 cn-beijing cn-chengdu cn-hangzhou cn-hongkong " +
	"cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 us-east-1 us-west-1")
