package tencent

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/protocol/protocoltest"
)

func things() *tc3Protocol { return newTC3(&Service{Name: "things"}, "r") }

func TestTC3Decode(t *testing.T) {
	t.Parallel()
	tests := []protocoltest.Case{
		{"success", 200, nil, `{"Response":{"status":"UP","RequestId":"R1"}}`, protocoltest.Finding{ID: "R1"}},
		{"error in 200", 200, nil, `{"Response":{"Error":{"Code":"ResourceNotFound.DataEngineNotFound","Message":"none"},"RequestId":"R2"}}`,
			protocoltest.Finding{Code: "ResourceNotFound.DataEngineNotFound", Message: "none", ID: "R2", Failed: true}},
		{"error beside odd members", 200, nil, `{"Response":{"size":"x","Error":{"Code":"ResourceNotFound.X","Message":"gone"},"RequestId":"R5"}}`,
			protocoltest.Finding{Code: "ResourceNotFound.X", Message: "gone", ID: "R5", Failed: true}},
		{"error null", 200, nil, `{"Response":{"Error":null,"status":"UP","RequestId":"R3"}}`, protocoltest.Finding{ID: "R3"}},
		{"legacy", 200, nil, `{"code":4100,"message":"auth","codeDesc":"AuthFailure"}`, protocoltest.Finding{Code: "AuthFailure", Message: "auth", Failed: true}},
		{"null", 200, nil, `null`, protocoltest.Finding{Malformed: true}},
		{"null response", 200, nil, `{"Response":null}`, protocoltest.Finding{Malformed: true}},
		{"empty object", 200, nil, `{}`, protocoltest.Finding{Malformed: true}},
		{"empty response", 200, nil, `{"Response":{}}`, protocoltest.Finding{Malformed: true}},
		{"nothing", 200, nil, ``, protocoltest.Finding{Malformed: true}},
		{"HTML", 200, nil, `<html>`, protocoltest.Finding{Malformed: true}},
		{"half", 200, nil, `{"Response":{"status":"U`, protocoltest.Finding{Malformed: true}},
		{"garbage after", 200, nil, `{"Response":{"RequestId":"R4"}}}`, protocoltest.Finding{Malformed: true, ID: "R4"}},
		{"list", 200, nil, `[]`, protocoltest.Finding{Malformed: true}},
	}
	protocoltest.Run(t, things(), tests)

	var out protocoltest.Thing
	f := protocoltest.Decode(things(), 200, nil, tests[0].Body, &out)
	require.NoError(t, f.Malformed)
	assert.Equal(t, protocoltest.Thing{Status: "UP"}, out)
}

func TestEnvelopes(t *testing.T) {
	t.Parallel()
	r := func(code, message string) protocoltest.Finding {
		return protocoltest.Finding{Code: code, Message: message, ID: "r"}
	}
	var tests []protocoltest.Case
	for _, status := range []int{200, 400, 404, 500} {
		tests = append(tests, []protocoltest.Case{
			{"Response.Error", status, nil, `{"Response":{"Error":{"Code":"ResourceNotFound","Message":"m"},"RequestId":"r"}}`, r("ResourceNotFound", "m")},
			{"Response.error", status, nil, `{"Response":{"error":{"code":"ResourceNotFound","message":"m"},"RequestId":"r"}}`, r("ResourceNotFound", "m")},
			{"number", status, nil, `{"Response":{"Error":{"Code":4100,"Message":"m"},"RequestId":"r"}}`, r("4100", "m")},
			{"text", status, nil, `{"Response":{"Error":"m","RequestId":"r"}}`, protocoltest.Finding{Failed: true, Message: "m", ID: "r"}},
			{"empty error", status, nil, `{"Response":{"Error":{},"RequestId":"r"}}`, protocoltest.Finding{Failed: true, ID: "r"}},
			{"Error alone", status, nil, `{"Error":{"Code":"AuthFailure","Message":"m"},"RequestId":"r"}`, r("AuthFailure", "m")},
			{"Error beside null", status, nil, `{"Response":null,"Error":{"Code":"AuthFailure","Message":"m"},"RequestId":"r"}`, r("AuthFailure", "m")},
			{"legacy", status, nil, `{"code":4100,"codeDesc":"AuthFailure","message":"m"}`, protocoltest.Finding{Code: "AuthFailure", Message: "m"}},
			{"legacy, text", status, nil, `{"code":"4100","codeDesc":"AuthFailure","message":"m"}`, protocoltest.Finding{Code: "AuthFailure", Message: "m"}},
			{"legacy, number alone", status, nil, `{"code":4100,"message":"m"}`, protocoltest.Finding{Code: "4100", Message: "m"}},
			{"legacy, name as the code", status, nil, `{"code":"AuthFailure","message":"m"}`, protocoltest.Finding{Code: "AuthFailure", Message: "m"}},
			{"legacy, upper case", status, nil, `{"Code":"AuthFailure","Message":"m","RequestId":"r"}`, r("AuthFailure", "m")},
			{"legacy success", status, nil, `{"code":0,"codeDesc":"Success","message":""}`, protocoltest.Finding{Malformed: true}},
			{"another's number", status, nil, `{"code":404,"message":"m"}`, protocoltest.Finding{Malformed: true}},
			{"HTML", status, nil, `<html><Code>X</Code></html>`, protocoltest.Finding{Malformed: true}},
		}...)
	}
	protocoltest.Run(t, things(), tests)
}

func TestMembersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	protocoltest.SkipsMembers(t, things(), `{"Response":{"RequestId":"r","status":"UP","size":[]}}`, "Response.size")
	for _, body := range []string{ // a message that cannot be read does not hide the code
		`{"Response":{"Error":{"Message":{},"Code":"RequestLimitExceeded"},"RequestId":[]}}`,
		`{"code":"many","message":[],"codeDesc":"RequestLimitExceeded"}`,
	} {
		f := protocoltest.Decode(things(), 200, nil, body, new(protocoltest.Thing))
		protocoltest.Check(t, protocoltest.Finding{Code: "RequestLimitExceeded"}, f)
	}
}

func FuzzErrors(f *testing.F) { protocoltest.FuzzErrors(f, things()) }
