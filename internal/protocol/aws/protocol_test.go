package aws

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/protocoltest"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

func TestEnvelopes(t *testing.T) {
	t.Parallel()
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	c := func(code, message string) protocoltest.Finding {
		return protocoltest.Finding{Code: code, Message: message}
	}
	tests := []protocoltest.Case{
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
		{"Error object", 400, nil, `{"Error":{"Code":"ConflictException","Message":"m","Type":"Sender"},"RequestId":"r"}`, protocoltest.Finding{Code: "ConflictException", Message: "m", ID: "r"}},
		{"query error", 400, header("x-amzn-query-error", "ConflictException;Sender"), `{"message":"m"}`, c("ConflictException", "m")},
		{"XML of the query protocol", 400, nil, `<?xml version="1.0"?><ErrorResponse xmlns="https://x/"><Error><Type>Sender</Type><Code>ConflictException</Code><Message>a &amp; b</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
			protocoltest.Finding{Code: "ConflictException", Message: "a & b", ID: "r"}},
		{"XML of EC2", 400, nil, `<Response><Errors><Error><Code>AuthFailure</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>`, protocoltest.Finding{Code: "AuthFailure", Message: "m", ID: "r"}},
		{"XML of S3", 403, nil, "<?xml version=\"1.0\"?>\n<!-- x -->\n<Error><Code>AccessDenied</Code><Message><![CDATA[<m>]]></Message><RequestId>r</RequestId></Error>", protocoltest.Finding{Code: "AccessDenied", Message: "<m>", ID: "r"}},
		{"XML named for the code", 404, nil, "<UnknownOperationException/>\n", c("UnknownOperationException", "")},
		{"XML named for the code, with a message", 403, nil, "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n</AccessDeniedException>\n",
			c("AccessDeniedException", "Unable to determine service/operation name to be authorized")},
		{"request id in a header", 400, header("x-amzn-requestid", "r"), `{"__type":"A"}`, protocoltest.Finding{Code: "A", ID: "r"}},
		{"request id of S3", 400, header("x-amz-request-id", "r"), `{"__type":"A"}`, protocoltest.Finding{Code: "A", ID: "r"}},
		{"__type in a 200", 200, nil, `{"__type":"InternalFailure","message":"m"}`, c("InternalFailure", "m")},
		{"header in a 200", 200, header("x-amzn-errortype", "InternalFailure"), `{"message":"m"}`, c("InternalFailure", "m")},
		{"half", 400, nil, `{"__type":"ConflictException","message":"m`, c("ConflictException", "")},
		{"nothing", 400, nil, ``, protocoltest.Finding{}},
		{"message alone", 404, nil, `{"message":"m"}`, protocoltest.Finding{Message: "m"}},
		{"HTML with a Code", 404, nil, `<HTML><Code>ConflictException</Code></HTML>`, protocoltest.Finding{}},
		{"XHTML with a Code", 404, nil, `<?xml version="1.0"?><!DOCTYPE html><html><Code>A</Code></html>`, protocoltest.Finding{}},
		{"other XML", 404, nil, `<rss><title>x</title></rss>`, protocoltest.Finding{}},
	}
	protocoltest.Run(t, newRESTJSON("r", "things", "application/json"), tests)
	protocoltest.Run(t, newJSONRPC("r", "things", "T", "application/x-amz-json-1.0"), tests)
}

func TestMembersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	protocoltest.SkipsMembers(t, newRESTJSON("r", "things", "application/json"), `{"status":"UP","size":[],"new":1}`, "size")
	protocoltest.SkipsMembers(t, newJSONRPC("r", "things", "Things", "application/x-amz-json-1.0"), `{"status":"UP","size":[],"new":1}`, "size")

	f := protocoltest.Decode(newRESTJSON("r", "things", "application/json"), 400, nil, `{"message":{"x":1},"__type":"ThrottlingException"}`, new(protocoltest.Thing))
	protocoltest.Check(t, protocoltest.Finding{Code: "ThrottlingException"}, f)
	f = protocoltest.Decode(newRESTJSON("r", "things", "application/json"), 200, nil, `{"__type":{"code":"ThrottlingException"},"status":"UP"}`, new(protocoltest.Thing))
	protocoltest.Check(t, protocoltest.Finding{Malformed: true}, f) // neither a success nor a failure
}

func TestForeignSuccess(t *testing.T) {
	t.Parallel()
	f := protocoltest.Decode(newRESTJSON("r", "things", "application/json"), 200, nil, `{"portal":"log in"}`, new(struct{}))
	assert.ErrorIs(t, f.Malformed, protocol.ErrForeign, "without a request ID it is not of the service")
	f = protocoltest.Decode(newRESTJSON("r", "things", "application/json"), 200, http.Header{"X-Amzn-Requestid": {"r"}}, `{"new":1}`, new(struct{}))
	assert.NoError(t, f.Malformed)
}

func FuzzErrors(f *testing.F) {
	protocoltest.FuzzErrors(f, newRESTJSON("r", "things", "application/json"))
}

// Responses have members in headers, too; the body may be empty then.
func TestHeadersOfResponses(t *testing.T) {
	t.Parallel()
	type versioned struct {
		ETag string `header:"ETag"`
		Age  int    `header:"X-Age"`
	}
	p := newRESTJSON("r", "things", "application/json")
	var got versioned
	f := protocoltest.Decode(p, 200, http.Header{"Etag": {"abc"}, "X-Age": {"old"}}, "", &got)
	assert.NoError(t, f.Malformed)
	assert.Equal(t, versioned{ETag: "abc"}, got)
	if assert.Len(t, f.Skipped, 1) {
		assert.Equal(t, "X-Age: expected an integer", f.Skipped[0].Error())
	}
	got = versioned{}
	f = protocoltest.Decode(p, 400, http.Header{"Etag": {"abc"}, "X-Amzn-Errortype": {"ConflictException"}}, "", &got)
	assert.True(t, f.Failed)
	assert.Equal(t, versioned{}, got, "not those of an error")
	f = protocoltest.Decode(newJSONRPC("r", "things", "T", "x"), 200, http.Header{"Etag": {"abc"}}, "{}", &got)
	assert.NoError(t, f.Malformed)
	assert.Equal(t, versioned{}, got, "JSON-RPC has none")
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		s    Service
		want string
	}{
		{Service{Name: "things"}, "application/json"},
		{Service{Name: "things", ContentType: "application/x-amz-json-1.1"}, "application/x-amz-json-1.1"},
		{Service{Name: "things", Target: "T"}, "application/x-amz-json-1.0"},
		{Service{Name: "things", Target: "T", ContentType: "application/x-amz-json-1.1"}, "application/x-amz-json-1.1"},
	} {
		h := http.Header{}
		tt.s.Describe(cloud.Config{Region: "r"}).Protocol.SetHeader(h, &transport.Operation{Name: "Get"}, true)
		assert.Equal(t, tt.want, h.Get("Content-Type"))
	}
	h := http.Header{}
	Service{Name: "things"}.Describe(cloud.Config{Region: "r"}).Protocol.SetHeader(h, &transport.Operation{Name: "Get"}, false)
	assert.Empty(t, h.Get("Content-Type"), "no body, no type")
}
