package transport

import (
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/sigv4"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

var (
	restJSONType = []string{"application/x-amz-json-1.1"}
	awsJSONType  = []string{"application/x-amz-json-1.0"}
)

// RESTJSON is the protocol of AWS services with an address for every resource.
type RESTJSON struct{ signer *sigv4.Signer }

// NewRESTJSON returns the protocol for one service and region.
func NewRESTJSON(region, service string) *RESTJSON {
	return &RESTJSON{sigv4.New(region, service)}
}

func (*RESTJSON) QueryStyle() wire.QueryStyle { return wire.SpaceAsPercent }
func (*RESTJSON) AlwaysBody() bool            { return false }

func (*RESTJSON) SetHeader(h http.Header, _ *Operation, hasBody bool) {
	if hasBody {
		h["Content-Type"] = restJSONType
	}
}

func (p *RESTJSON) Sign(r *sign.Request, c sign.Credentials, now time.Time) { p.signer.Sign(r, c, now) }

func (*RESTJSON) Decode(a *Answer, out any) Finding { return decodeAWS(a, out) }

// AWSJSON is the protocol of AWS services with one address and the operation in a header.
type AWSJSON struct {
	signer *sigv4.Signer
	prefix string
}

// NewAWSJSON returns the protocol for one service and region. The prefix goes before the operation
// in X-Amz-Target.
func NewAWSJSON(region, service, prefix string) *AWSJSON {
	return &AWSJSON{sigv4.New(region, service), prefix}
}

func (*AWSJSON) QueryStyle() wire.QueryStyle { return wire.SpaceAsPercent }
func (*AWSJSON) AlwaysBody() bool            { return true }

func (p *AWSJSON) SetHeader(h http.Header, op *Operation, _ bool) {
	h["Content-Type"] = awsJSONType
	h["X-Amz-Target"] = []string{p.prefix + "." + op.Name}
}

func (p *AWSJSON) Sign(r *sign.Request, c sign.Credentials, now time.Time) { p.signer.Sign(r, c, now) }

func (*AWSJSON) Decode(a *Answer, out any) Finding { return decodeAWS(a, out) }

// awsError is the body of a refusal. Services spell it in all these ways.
type awsError struct {
	Type         string `json:"__type"`
	Code         string `json:"code"`
	Message      string `json:"message"`
	MessageUpper string `json:"Message"`
	Reason       string `json:"reason"`
}

func decodeAWS(a *Answer, out any) Finding {
	f := Finding{RequestID: requestID(a.Header)}
	if a.OK() {
		var in200 struct {
			Type string `json:"__type"`
		}
		f.Seen, f.Malformed = decodeObject(a.Body, out, &in200)
		if in200.Type == "" && a.Header.Get("X-Amzn-Errortype") == "" {
			if f.Malformed == nil && f.Seen != nil && f.Seen.Any() && !f.Seen.Known() {
				f.Malformed = errForeign
			}
			return f
		}
		f.Malformed = nil // it is an error, whatever the status
	}
	var e awsError
	_ = wire.Unmarshal(a.Body, &e) // a gateway may answer in HTML; the status still counts
	f.Code = awsCode(a.Header.Get("X-Amzn-Errortype"), e.Type, e.Code)
	f.Failed = f.Code != ""
	f.Message = e.Message
	if f.Message == "" {
		f.Message = e.MessageUpper
	}
	if e.Reason != "" {
		f.Message = strings.TrimSpace(f.Message + " (" + e.Reason + ")")
	}
	return f
}

// awsCode picks the first name that is given and cuts it out of its namespace and URL:
// "aws.proton#ConflictException:http://…" is ConflictException.
func awsCode(names ...string) cloud.Code {
	for _, name := range names {
		name, _, _ = strings.Cut(name, ":")
		if _, after, found := strings.Cut(name, "#"); found {
			name = after
		}
		if name = strings.TrimSpace(name); name != "" {
			return cloud.Code(name)
		}
	}
	return ""
}

// AWSKind is the kind of the codes that all AWS services share.
func AWSKind(code cloud.Code) cloud.Kind {
	switch code {
	case "UnrecognizedClientException", "InvalidClientTokenId", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
		"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "IncompleteSignatureException",
		"InvalidAccessKeyId", "AuthFailure", "RequestTimeTooSkewed", "RequestExpired":
		return cloud.ErrUnauthenticated
	case "AccessDenied", "NotAuthorized", "OptInRequired":
		return cloud.ErrDenied
	case "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "RequestThrottled",
		"RequestThrottledException", "SlowDown", "BandwidthLimitExceeded", "PriorRequestNotComplete":
		return cloud.ErrThrottled
	case "ServiceUnavailable", "ServiceUnavailableException", "RequestTimeout", "RequestTimeoutException":
		return cloud.ErrUnavailable
	case "InternalFailure", "InternalError", "InternalServerError":
		return cloud.ErrInternal
	case "UnknownOperationException", "InvalidAction":
		return cloud.ErrUnsupported
	case "ValidationError", "SerializationException", "MalformedQueryString", "MissingParameter", "InvalidParameterValue":
		return cloud.ErrInvalid
	}
	if AWSExpired(code) {
		return cloud.ErrUnauthenticated
	}
	return ""
}

// AWSExpired reports the codes of session tokens that are over.
func AWSExpired(code cloud.Code) bool {
	return code == "ExpiredToken" || code == "ExpiredTokenException"
}

// AWSSkewed reports the codes that a wrong clock may cause.
func AWSSkewed(code cloud.Code) bool {
	switch code {
	case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed", "RequestExpired":
		return true
	}
	return false
}

// awsPartition is a group of regions with DNS names of its own.
type awsPartition struct {
	prefixes  []string // of its region names
	suffix    string
	dualStack string // empty where it has none
}

var awsPartitions = []awsPartition{
	{[]string{"cn-"}, "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{[]string{"us-gov-"}, "amazonaws.com", "api.aws"},
	{[]string{"us-isob-"}, "sc2s.sgov.gov", ""},
	{[]string{"us-isof-"}, "csp.hci.ic.gov", ""},
	{[]string{"eu-isoe-"}, "cloud.adc-e.uk", ""},
	{[]string{"us-iso-"}, "c2s.ic.gov", ""},
	{[]string{"eusc-"}, "amazonaws.eu", ""},
	{nil, "amazonaws.com", "api.aws"},
}

// AWSAddress says which address of an AWS service is wanted.
type AWSAddress struct {
	Service, Region string
	FIPS, DualStack bool
	Custom          string // Config.Endpoint, which excludes the variants
}

// AWSService is what an AWS service package says about itself.
type AWSService struct {
	Name            string
	Target          string // what goes before the operation in X-Amz-Target; empty for REST
	Kinds           map[cloud.Code]cloud.Kind
	FIPS, DualStack bool
}

// NewAWS checks cfg and returns a client for s.
func NewAWS(cfg cloud.Config, s AWSService) (*Client, error) {
	if err := CheckRegion(s.Name, cfg.Region); err != nil {
		return nil, err
	}
	endpoint, err := AWSEndpoint(AWSAddress{
		Service: s.Name, Region: cfg.Region, FIPS: s.FIPS, DualStack: s.DualStack, Custom: cfg.Endpoint,
	})
	if err != nil {
		return nil, err
	}
	var protocol Protocol = NewRESTJSON(cfg.Region, s.Name)
	if s.Target != "" {
		protocol = NewAWSJSON(cfg.Region, s.Name, s.Target)
	}
	return New(cfg, Service{
		Name:        s.Name,
		Protocol:    protocol,
		Endpoint:    endpoint,
		Environment: cloud.AWSEnvironment(),
		Kinds: func(code cloud.Code) cloud.Kind {
			if kind, ok := s.Kinds[code]; ok {
				return kind
			}
			return AWSKind(code)
		},
		Expired: AWSExpired,
		Skewed:  AWSSkewed,
	})
}

// AWSEndpoint is the address rule of AWS services.
func AWSEndpoint(a AWSAddress) (string, error) {
	if a.Custom != "" && (a.FIPS || a.DualStack) {
		return "", invalidConfig(a.Service, "Endpoint", "excludes the FIPS and dual-stack options", a.Custom)
	}
	name, p := a.Service, partitionOf(a.Region)
	if a.FIPS {
		name += "-fips"
	}
	if !a.DualStack {
		return "https://" + name + "." + a.Region + "." + p.suffix, nil
	}
	if p.dualStack == "" {
		return "", invalidConfig(a.Service, "WithDualStack", "is not offered in the partition of the region", a.Region)
	}
	return "https://" + name + "." + a.Region + "." + p.dualStack, nil
}

func partitionOf(region string) awsPartition {
	for _, p := range awsPartitions {
		for _, prefix := range p.prefixes {
			if strings.HasPrefix(region, prefix) {
				return p
			}
		}
	}
	return awsPartitions[len(awsPartitions)-1]
}
