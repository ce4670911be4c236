package transport

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// envelopeTest is one form in which errors come, as some client of the vendor reads it.
type envelopeTest struct {
	name   string
	status int
	header http.Header
	body   string
	want   finding
}

func runEnvelopes(t *testing.T, p Protocol, tests []envelopeTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.header == nil {
				tt.header = http.Header{}
			}
			var out struct {
				Status string `json:"status,omitzero"`
			}
			tt.want.failed = tt.want.failed || tt.want.code != ""
			check(t, tt.want, p.Decode(&Answer{tt.status, tt.header, []byte(tt.body)}, &out))
		})
	}
}

func TestAWSEnvelopes(t *testing.T) {
	t.Parallel()
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	c := func(code, message string) finding { return finding{code: code, message: message} }
	tests := []envelopeTest{
		{"header", 409, header("X-Amzn-ErrorType", "ConflictException"), `{"message":"m"}`, c("ConflictException", "m")},
		{"header with a URL", 409, header("x-amzn-errortype", "ConflictException:http://internal.amazon.com/coral/"), `{"Message":"m"}`, c("ConflictException", "m")},
		{"header with a namespace and a URL", 409, header("x-amzn-errortype", "aws.things#ConflictException:http://x/#y"), `{"message":"m"}`, c("ConflictException", "m")},
		{"header with a list", 409, header("x-amzn-errortype", "ConflictException,Other"), `{}`, c("ConflictException", "")},
		{"header with blanks", 409, header("x-amzn-errortype", " ConflictException "), ``, c("ConflictException", "")},
		{"header and no JSON", 403, header("x-amzn-errortype", "AccessDenied"), `<html>`, c("AccessDenied", "")},
		{"header before body", 409, header("x-amzn-errortype", "A"), `{"__type":"B","code":"C"}`, c("A", "")},
		{"__type", 400, nil, `{"__type":"com.amazonaws.things#ConflictException","message":"m"}`, c("ConflictException", "m")},
		{"__type with a URL", 400, nil, `{"__type":"ConflictException:http://x/","Message":"m"}`, c("ConflictException", "m")},
		{"__type in lower case", 400, nil, `{"__type":"aws.api#conflict"}`, c("conflict", "")},
		{"code", 400, nil, `{"code":"ConflictException","message":"m"}`, c("ConflictException", "m")},
		{"code with a namespace", 400, nil, `{"code":"aws.things#ConflictException","message":"m"}`, c("ConflictException", "m")},
		{"Code", 400, nil, `{"Code":"ConflictException","Message":"m"}`, c("ConflictException", "m")},
		{"number beside __type", 400, nil, `{"code":400,"__type":"ConflictException","message":"m"}`, c("ConflictException", "m")},
		{"object beside __type", 400, nil, `{"message":{"text":"m"},"__type":"ConflictException"}`, c("ConflictException", "")},
		{"errorMessage", 400, nil, `{"__type":"A","errorMessage":"m"}`, c("A", "m")},
		{"ErrorMessage", 400, nil, `{"__type":"A","ErrorMessage":"m"}`, c("A", "m")},
		{"message in a header", 400, header("x-amzn-errortype", "A", "x-amzn-error-message", "m"), ``, c("A", "m")},
		{"reason", 409, nil, `{"__type":"A","message":"m","reason":"r"}`, c("A", "m (r)")},
		{"Error object", 400, nil, `{"Error":{"Code":"ConflictException","Message":"m","Type":"Sender"},"RequestId":"r"}`, finding{code: "ConflictException", message: "m", id: "r"}},
		{"query error", 400, header("x-amzn-query-error", "ConflictException;Sender"), `{"message":"m"}`, c("ConflictException", "m")},
		{"XML of the query protocol", 400, nil, `<?xml version="1.0"?><ErrorResponse xmlns="https://x/"><Error><Type>Sender</Type><Code>ConflictException</Code><Message>a &amp; b</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
			finding{code: "ConflictException", message: "a & b", id: "r"}},
		{"XML of EC2", 400, nil, `<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>`, finding{code: "AuthFailure", message: "m", id: "r"}},
		{"XML of S3", 403, nil, "<?xml version=\"1.0\"?>\n<!-- x -->\n<Error><Code>AccessDenied</Code><Message><![CDATA[<m>]]></Message><RequestId>r</RequestId></Error>", finding{code: "AccessDenied", message: "<m>", id: "r"}},
		{"XML named for the code", 404, nil, "<UnknownOperationException/>\n", c("UnknownOperationException", "")},
		{"XML named for the code, with a message", 403, nil, "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n",
			c("AccessDeniedException", "Unable to determine service/operation name to be authorized")},
		{"request id in a header", 400, header("x-amzn-requestid", "r"), `{"__type":"A"}`, finding{code: "A", id: "r"}},
		{"request id of S3", 400, header("x-amz-request-id", "r"), `{"__type":"A"}`, finding{code: "A", id: "r"}},
		{"__type in a 200", 200, nil, `{"__type":"InternalFailure","message":"m"}`, c("InternalFailure", "m")},
		{"header in a 200", 200, header("x-amzn-errortype", "InternalFailure"), `{"message":"m"}`, c("InternalFailure", "m")},
		{"half", 400, nil, `{"__type":"ConflictException","message":"m`, c("ConflictException", "")},
		{"nothing", 400, nil, ``, finding{}},
		{"message alone", 404, nil, `{"message":"m"}`, finding{message: "m"}},
		{"HTML with a Code", 404, nil, `<HTML><Code>ConflictException</Code></HTML>`, finding{}},
		{"XHTML with a Code", 404, nil, `<?xml version="1.0"?><!DOCTYPE html><html><Code>A</Code></html>`, finding{}},
		{"other XML", 404, nil, `<rss><title>x</title></rss>`, finding{}},
	}
	runEnvelopes(t, NewRESTJSON("r", "things"), tests)
	runEnvelopes(t, NewAWSJSON("r", "things", "T"), tests)
}

func TestROAEnvelopes(t *testing.T) {
	t.Parallel()
	r := func(code, message string) finding { return finding{code: code, message: message, id: "r"} }
	tests := []envelopeTest{
		{"gateway", 404, nil, `{"RequestId":"r","HostId":"h","Code":"InvalidApi.NotFound","Message":"m","Recommend":"u"}`, r("InvalidApi.NotFound", "m")},
		{"lower case", 400, nil, `{"requestId":"r","code":"Throttling.User","message":"m"}`, r("Throttling.User", "m")},
		{"lowest case", 400, nil, `{"requestid":"r","code":"Throttling.User","message":"m"}`, r("Throttling.User", "m")},
		{"number", 400, nil, `{"RequestId":"r","Code":990301,"Message":"m"}`, r("990301", "m")},
		{"lower number with an id", 400, nil, `{"requestId":"r","code":990301,"message":"m"}`, r("990301", "m")},
		{"service", 200, nil, `{"requestId":"r","success":false,"errorCode":"990301","errorMessage":"m","httpCode":200,"data":null}`, r("990301", "m")},
		{"service, number", 200, nil, `{"requestId":"r","success":false,"errorCode":990301,"errorMessage":"m"}`, r("990301", "m")},
		{"service, text", 200, nil, `{"requestId":"r","success":"false","errorCode":"990301","errorMessage":"m"}`, r("990301", "m")},
		{"service, 0", 200, nil, `{"requestId":"r","success":0,"errorCode":"990301","errorMessage":"m"}`, r("990301", "m")},
		{"service, odd detail", 200, nil, `{"requestId":"r","success":false,"errorCode":"990301","errorMessage":"m","AccessDeniedDetail":"text"}`, r("990301", "m")},
		{"service, no success", 500, nil, `{"requestId":"r","errorCode":"998001","errorMessage":"m"}`, r("998001", "m")},
		{"service, without a code", 404, nil, `{"requestId":"r","success":false,"errorCode":"","errorMessage":"m"}`, finding{failed: true, message: "m", id: "r"}},
		{"service, quoted nothing", 500, nil, `{"requestId":"r","success":false,"errorCode":"\"\"","errorMessage":"m"}`, finding{failed: true, message: "m", id: "r"}},
		{"Success", 400, nil, `{"RequestId":"r","Success":false,"ErrorCode":"X","ErrorMessage":"m"}`, r("X", "m")},
		{"errorMsg", 400, nil, `{"RequestId":"r","Code":"X","errorMsg":"m"}`, r("X", "m")},
		{"reason", 400, nil, `{"requestId":"r","code":"X","reason":"m"}`, r("X", "m")},
		{"denied, lower case", 403, nil, `{"requestId":"r","code":"NoPermission","message":"m","accessDeniedDetail":{"AuthAction":"a","NoPermissionType":"ImplicitDeny"}}`,
			r("NoPermission", "m [action a, ImplicitDeny]")},
		{"XML", 403, nil, `<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>r</RequestId><HostId>h</HostId><Code>Forbidden.RAM</Code><Message>m &lt;1&gt;</Message></Error>`, r("Forbidden.RAM", "m <1>")},
		{"XML in a 200", 200, nil, `<Error><RequestId>r</RequestId><Code>Forbidden.RAM</Code><Message>m</Message></Error>`, r("Forbidden.RAM", "m")},
		{"request id in a header", 400, http.Header{"X-Acs-Request-Id": {"r"}}, `{"Code":"X"}`, r("X", "")},
		{"another's number", 404, nil, `{"code":404,"message":"m"}`, finding{}},
		{"another's failure", 404, nil, `{"success":false,"message":"m"}`, finding{}},
		{"HTML", 404, nil, `<html><Code>X</Code></html>`, finding{}},
		{"nothing", 404, nil, ``, finding{}},
	}
	runEnvelopes(t, ROA{Version: "1"}, tests)
}

func TestTC3Envelopes(t *testing.T) {
	t.Parallel()
	r := func(code, message string) finding { return finding{code: code, message: message, id: "r"} }
	var tests []envelopeTest
	for _, status := range []int{200, 400, 404, 500} {
		tests = append(tests, []envelopeTest{
			{"Response.Error", status, nil, `{"Response":{"Error":{"Code":"ResourceNotFound","Message":"m"},"RequestId":"r"}}`, r("ResourceNotFound", "m")},
			{"Response.error", status, nil, `{"Response":{"error":{"code":"ResourceNotFound","message":"m"},"RequestId":"r"}}`, r("ResourceNotFound", "m")},
			{"number", status, nil, `{"Response":{"Error":{"Code":4100,"Message":"m"},"RequestId":"r"}}`, r("4100", "m")},
			{"text", status, nil, `{"Response":{"Error":"m","RequestId":"r"}}`, finding{failed: true, message: "m", id: "r"}},
			{"empty error", status, nil, `{"Response":{"Error":{},"RequestId":"r"}}`, finding{failed: true, id: "r"}},
			{"Error alone", status, nil, `{"Error":{"Code":"AuthFailure","Message":"m"},"RequestId":"r"}`, r("AuthFailure", "m")},
			{"Error beside null", status, nil, `{"Response":null,"Error":{"Code":"AuthFailure","Message":"m"},"RequestId":"r"}`, r("AuthFailure", "m")},
			{"legacy", status, nil, `{"code":4100,"codeDesc":"AuthFailure","message":"m"}`, finding{code: "AuthFailure", message: "m"}},
			{"legacy, text", status, nil, `{"code":"4100","codeDesc":"AuthFailure","message":"m"}`, finding{code: "AuthFailure", message: "m"}},
			{"legacy, number alone", status, nil, `{"code":4100,"message":"m"}`, finding{code: "4100", message: "m"}},
			{"legacy, name as the code", status, nil, `{"code":"AuthFailure","message":"m"}`, finding{code: "AuthFailure", message: "m"}},
			{"legacy, upper case", status, nil, `{"Code":"AuthFailure","Message":"m","RequestId":"r"}`, r("AuthFailure", "m")},
			{"legacy success", status, nil, `{"code":0,"codeDesc":"Success","message":""}`, finding{malformed: true}},
			{"another's number", status, nil, `{"code":404,"message":"m"}`, finding{malformed: true}},
			{"HTML", status, nil, `<html><Code>X</Code></html>`, finding{malformed: true}},
		}...)
	}
	runEnvelopes(t, NewTC3(TC3Options{Service: "things"}), tests)
}

func FuzzErrors(f *testing.F) {
	for _, seed := range []string{
		`{"__type":"A#B:c","message":"m"}`, `<Error><Code>A&amp;&#x41;</Code></Error>`, `<?xml?><!--`, `<`, `</Code><Code>`, `<Code><![CDATA[`,
		`{"Response":{"Error":{"Code":1}}}`, `{"code":[1],"success":{}}`, "<a\n/>", `{"Error":{"Code":{}}}`,
	} {
		f.Add([]byte(seed), 404)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		for _, p := range protocols() {
			var out getResponse
			found := p.Decode(&Answer{status & 0x3ff, http.Header{}, body}, &out)
			if a := (&Answer{Status: status & 0x3ff}); !a.OK() && found.Code != "" {
				assert.True(t, found.Failed, "a code is a refusal")
			}
		}
		if e := readXML(body); e.code != "" {
			require.Contains(t, string(body), "<")
		}
	})
}

// TestCommonErrorsOfAWS has the errors that AWS lists for all services, those of its older protocols, and
// those that its clients take for throttling, a wrong clock or an expired token.
func TestCommonErrorsOfAWS(t *testing.T) {
	t.Parallel()
	for code, kind := range map[cloud.Code]cloud.Kind{
		"AccessDeniedException": cloud.ErrDenied, "AccessDenied": cloud.ErrDenied, "NotAuthorized": cloud.ErrDenied, "OptInRequired": cloud.ErrDenied,
		"UnauthorizedOperation": cloud.ErrDenied,
		"ExpiredTokenException": cloud.ErrUnauthenticated, "ExpiredToken": cloud.ErrUnauthenticated, "IncompleteSignature": cloud.ErrUnauthenticated,
		"UnrecognizedClientException": cloud.ErrUnauthenticated, "InvalidClientTokenId": cloud.ErrUnauthenticated, "RequestExpired": cloud.ErrUnauthenticated,
		"MissingAuthenticationToken": cloud.ErrUnauthenticated, "MissingAuthenticationTokenException": cloud.ErrUnauthenticated,
		"InvalidSignatureException": cloud.ErrUnauthenticated, "SignatureDoesNotMatch": cloud.ErrUnauthenticated, "RequestTimeTooSkewed": cloud.ErrUnauthenticated,
		"RequestInTheFuture": cloud.ErrUnauthenticated, "AuthFailure": cloud.ErrUnauthenticated, "InvalidAccessKeyId": cloud.ErrUnauthenticated,
		"InternalFailure": cloud.ErrInternal, "InternalServerException": cloud.ErrInternal, "InternalServerError": cloud.ErrInternal, "InternalError": cloud.ErrInternal,
		"MalformedHttpRequestException": cloud.ErrInvalid, "RequestEntityTooLargeException": cloud.ErrInvalid, "ValidationError": cloud.ErrInvalid,
		"ValidationException": cloud.ErrInvalid, "InvalidParameterCombination": cloud.ErrInvalid, "InvalidParameterValue": cloud.ErrInvalid,
		"InvalidQueryParameter": cloud.ErrInvalid, "MalformedQueryString": cloud.ErrInvalid, "MissingAction": cloud.ErrInvalid, "MissingParameter": cloud.ErrInvalid,
		"SerializationException": cloud.ErrInvalid, "InvalidRequestException": cloud.ErrInvalid,
		"RequestAbortedException": cloud.ErrUnavailable, "RequestTimeoutException": cloud.ErrUnavailable, "RequestTimeout": cloud.ErrUnavailable,
		"ServiceUnavailable": cloud.ErrUnavailable, "ServiceUnavailableException": cloud.ErrUnavailable,
		"ThrottlingException": cloud.ErrThrottled, "Throttling": cloud.ErrThrottled, "ThrottledException": cloud.ErrThrottled, "SlowDown": cloud.ErrThrottled,
		"RequestThrottled": cloud.ErrThrottled, "RequestThrottledException": cloud.ErrThrottled, "TooManyRequestsException": cloud.ErrThrottled,
		"RequestLimitExceeded": cloud.ErrThrottled, "BandwidthLimitExceeded": cloud.ErrThrottled, "PriorRequestNotComplete": cloud.ErrThrottled,
		"EC2ThrottledException": cloud.ErrThrottled, "ProvisionedThroughputExceededException": cloud.ErrThrottled, "TransactionInProgressException": cloud.ErrThrottled,
		"UnknownOperationException": cloud.ErrUnsupported, "InvalidAction": cloud.ErrUnsupported,
		"ConflictException": cloud.ErrConflict, "ResourceAlreadyExistsException": cloud.ErrConflict, "ResourceNotFoundException": cloud.ErrNotFound,
		"ServiceQuotaExceededException": cloud.ErrQuota, "LimitExceededException": cloud.ErrQuota,
	} {
		assert.Equal(t, kind, AWSKind(code), code)
	}
	for _, code := range []cloud.Code{"ExpiredToken", "ExpiredTokenException"} {
		assert.True(t, AWSExpired(code))
	}
	for _, code := range []cloud.Code{"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"} {
		assert.True(t, AWSSkewed(code))
	}
}
