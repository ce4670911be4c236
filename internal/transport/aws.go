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

func decodeAWS(a *Answer, out any) Finding {
	f := Finding{RequestID: requestID(a.Header)}
	if a.OK() {
		var in200 struct {
			Type string `json:"__type"`
		}
		f.Seen, f.Skipped, f.Malformed = decodeObject(a.Body, out, &in200)
		if f.Malformed == nil {
			f.Malformed = unread(f.Skipped, "__type")
		}
		if in200.Type == "" && a.Header.Get("X-Amzn-Errortype") == "" {
			if f.Malformed == nil && f.isForeign() {
				f.Malformed = errForeign
			}
			return f
		}
		f.Malformed = nil // it is an error, whatever the status
	}
	e := readError(a.Body)
	f.Code = awsCode(a.Header.Get("X-Amzn-Errortype"), textOf(e.Type), nameOf(e.Code), nameOf(e.CodeUpper), member(e.Error, "Code"),
		queryError(a.Header))
	f.Failed = f.Code != ""
	f.RequestID = firstOf(f.RequestID, e.requestID())
	f.Message = firstOf(e.message(), a.Header.Get("X-Amzn-Error-Message"))
	if reason := textOf(e.Reason); reason != "" {
		f.Message = strings.TrimSpace(f.Message + " (" + reason + ")")
	}
	return f
}

// nameOf returns a code that looks like one of AWS. Others than AWS have members of that name too: numbers,
// words in lower case.
func nameOf(v any) string {
	code := textOf(v)
	name := string(awsCode(code))
	if name == "" || name[0] < 'A' || name[0] > 'Z' || strings.ContainsAny(name, "_- ") {
		return ""
	}
	return code
}

// queryError returns the code that services show to callers of their older interface: "Code;Sender".
func queryError(h http.Header) string {
	code, _, _ := strings.Cut(h.Get("X-Amzn-Query-Error"), ";")
	return code
}

// awsCode picks the first name that is given and cuts it out of its namespace and URL:
// "aws.proton#ConflictException:http://…" is ConflictException. Of a list the first counts.
func awsCode(names ...string) cloud.Code {
	for _, name := range names {
		if end := strings.IndexAny(name, ":,"); end >= 0 {
			name = name[:end]
		}
		if _, after, found := strings.Cut(name, "#"); found {
			name = after
		}
		if name = strings.TrimSpace(name); name != "" {
			return cloud.Code(name)
		}
	}
	return ""
}

// awsKinds are the codes that all AWS services share, those of their gateways and of signing, and the names
// that a service may use although its model has another.
var awsKinds = kindsOf(map[cloud.Kind]string{
	cloud.ErrUnauthenticated: "UnrecognizedClientException UnrecognizedClient InvalidClientTokenId InvalidClientTokenIdException " +
		"MissingAuthenticationToken MissingAuthenticationTokenException InvalidSignatureException InvalidSignature SignatureDoesNotMatch " +
		"SignatureNotYetCurrent IncompleteSignature IncompleteSignatureException InvalidAccessKeyId AuthFailure RequestTimeTooSkewed " +
		"RequestExpired RequestInTheFuture ExpiredToken ExpiredTokenException TokenRefreshRequired InvalidToken UnauthorizedException",
	cloud.ErrDenied: "AccessDenied AccessDeniedException NotAuthorized NotAuthorizedException OptInRequired UnauthorizedOperation " +
		"ForbiddenException SubscriptionRequiredException OperationNotPermitted OperationNotPermittedException Blocked AccountProblem",
	cloud.ErrThrottled: "Throttling ThrottlingException ThrottledException TooManyRequests TooManyRequestsException RequestLimitExceeded " +
		"RequestThrottled RequestThrottledException SlowDown BandwidthLimitExceeded PriorRequestNotComplete EC2ThrottledException " +
		"ProvisionedThroughputExceededException TransactionInProgressException",
	cloud.ErrUnavailable: "ServiceUnavailable ServiceUnavailableException ServiceUnavailableError Unavailable RequestTimeout " +
		"RequestTimeoutException RequestAbortedException",
	cloud.ErrInternal:    "InternalFailure InternalError InternalServerError InternalServerException InternalServiceError InternalServiceException ServiceException",
	cloud.ErrUnsupported: "UnknownOperationException UnknownOperation InvalidAction NotImplemented UnsupportedOperation UnsupportedOperationException MethodNotAllowed NoSuchVersion",
	cloud.ErrInvalid: "ValidationError ValidationException SerializationException MalformedQueryString MissingParameter MissingAction InvalidParameter " +
		"InvalidParameterValue InvalidParameterException InvalidParameterCombination InvalidQueryParameter InvalidRequest InvalidRequestException " +
		"BadRequestException MalformedHttpRequestException RequestEntityTooLarge RequestEntityTooLargeException UnsupportedMediaTypeException",
	cloud.ErrConflict: "ConflictException ResourceAlreadyExistsException ResourceInUseException IdempotentParameterMismatch",
	cloud.ErrNotFound: "ResourceNotFoundException",
	cloud.ErrQuota:    "ServiceQuotaExceededException LimitExceededException LimitExceeded",
})

// kindsOf turns a table by kind around.
func kindsOf(table map[cloud.Kind]string) map[cloud.Code]cloud.Kind {
	out := map[cloud.Code]cloud.Kind{}
	for kind, codes := range table {
		for code := range strings.FieldsSeq(codes) {
			out[cloud.Code(code)] = kind
		}
	}
	return out
}

// AWSKind is the kind of the codes that all AWS services share.
func AWSKind(code cloud.Code) cloud.Kind { return awsKinds[code] }

// AWSExpired reports the codes of session tokens that have expired.
func AWSExpired(code cloud.Code) bool {
	return code == "ExpiredToken" || code == "ExpiredTokenException" || code == "TokenRefreshRequired"
}

// AWSSkewed reports the codes that a wrong clock may cause.
func AWSSkewed(code cloud.Code) bool {
	switch code {
	case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed", "RequestExpired",
		"RequestInTheFuture", "SignatureNotYetCurrent":
		return true
	}
	return false
}

// awsRegions are those that AWS has published, of all partitions.
var awsRegions = strings.Fields("af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 " +
	"ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 " +
	"eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 " +
	"mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1 " +
	"us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1 us-isof-east-1 us-isof-south-1 eu-isoe-west-1 eusc-de-east-1")

// awsPartition is a group of regions with DNS names of its own.
type awsPartition struct {
	prefixes  []string // of its region names
	suffix    string
	dualStack string
}

var awsPartitions = []awsPartition{
	{[]string{"cn-"}, "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
	{[]string{"us-gov-"}, "amazonaws.com", "api.aws"},
	{[]string{"us-isob-"}, "sc2s.sgov.gov", "api.aws.scloud"},
	{[]string{"us-isof-"}, "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
	{[]string{"eu-isoe-"}, "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
	{[]string{"us-iso-"}, "c2s.ic.gov", "api.aws.ic.gov"},
	{[]string{"eusc-"}, "amazonaws.eu", "api.amazonwebservices.eu"},
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
		Domains:     awsDomains(),
		Account:     awsAccount,
		Regions:     awsRegions,
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
	suffix := p.suffix
	if a.DualStack {
		suffix = p.dualStack
	}
	return "https://" + name + "." + a.Region + "." + suffix, nil
}

// awsDomains are those of all partitions, whose regions have names of their own.
func awsDomains() []string {
	var domains []string
	for _, p := range awsPartitions {
		domains = append(domains, p.suffix)
		if p.dualStack != "" {
			domains = append(domains, p.dualStack)
		}
	}
	return domains
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
