package alibaba

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/protocol/protocoltest"
)

type response struct {
	Data      *protocoltest.Thing `json:"data,omitzero"`
	Success   bool                `json:"success,omitzero"`
	RequestID string              `json:"requestId,omitzero"`
}

func TestROADecode(t *testing.T) {
	t.Parallel()
	tests := []protocoltest.Case{
		{"success", 200, nil, `{"requestId":"R1","success":true,"errorCode":"\"\"","data":{"status":"UP"}}`, protocoltest.Finding{ID: "R1"}},
		{"refusal in 200", 200, nil, `{"requestId":"R2","success":false,"errorCode":"990301","errorMessage":"no job","data":null}`,
			protocoltest.Finding{Code: "990301", Message: "no job", ID: "R2", Failed: true}},
		{"refusal that says message and reason", 200, nil, `{"success":false,"message":"m","reason":"r"}`, protocoltest.Finding{Message: "m", Failed: true}},
		{"refusal around odd data", 200, nil, `{"success":false,"errorCode":"990301","errorMessage":"gone","data":""}`,
			protocoltest.Finding{Code: "990301", Message: "gone", Failed: true}},
		{"code without a word of success", 200, nil, `{"requestId":"R","errorCode":"990301","errorMessage":"gone"}`,
			protocoltest.Finding{Code: "990301", Message: "gone", ID: "R", Failed: true}},
		{"gateway error in 200", 200, nil, `{"RequestId":"R3","Code":"Forbidden.RAM","Message":"no"}`,
			protocoltest.Finding{Code: "Forbidden.RAM", Message: "no", ID: "R3", Failed: true}},
		{"gateway", 403, nil, `{"RequestId":"R4","Code":"NoPermission","Message":"no","AccessDeniedDetail":{"AuthAction":"stream:HotUpdateJob","AuthPrincipalType":"SubUser","PolicyType":"AccountLevelIdentityBasedPolicy","NoPermissionType":"ImplicitDeny","EncodedDiagnosticMessage":"AQEA"}}`,
			protocoltest.Finding{Code: "NoPermission", Message: "no [action stream:HotUpdateJob, principal SubUser, policy AccountLevelIdentityBasedPolicy, ImplicitDeny, diagnostic AQEA]", ID: "R4", Failed: true}},
		{"throttling", 400, http.Header{"X-Acs-Retry-After": {"1500"}}, `{"RequestId":"R5","Code":"Throttling.User","Message":"slow"}`,
			protocoltest.Finding{Code: "Throttling.User", Message: "slow", ID: "R5", Failed: true, RetryAfter: 1500 * time.Millisecond}},
		{"service-style 500", 500, nil, `{"requestId":"R6","success":false,"errorCode":"998001","errorMessage":"abm"}`,
			protocoltest.Finding{Code: "998001", Message: "abm", ID: "R6", Failed: true}},
		{"HTML 502", 502, http.Header{"X-Acs-Request-Id": {"R7"}}, `<html>`, protocoltest.Finding{ID: "R7"}},
		{"empty 503", 503, nil, ``, protocoltest.Finding{}},
		{"HTML 200", 200, nil, `<html>`, protocoltest.Finding{Malformed: true}},
		{"empty 200", 200, nil, ``, protocoltest.Finding{Malformed: true}},
		{"null 200", 200, nil, `null`, protocoltest.Finding{Malformed: true}},
		{"empty object", 200, nil, `{}`, protocoltest.Finding{Malformed: true}},
		{"half", 200, nil, `{"success":true,"data":{"st`, protocoltest.Finding{Malformed: true}},
		{"success alone", 200, nil, `{"success":true}`, protocoltest.Finding{}},
		{"an id alone", 200, nil, `{"requestId":"R8"}`, protocoltest.Finding{ID: "R8"}},
		{"data alone", 200, nil, `{"data":{"status":"UP"}}`, protocoltest.Finding{Malformed: true}},
		{"foreign", 200, nil, `{"error":"captive portal, log in"}`, protocoltest.Finding{Malformed: true}},
		{"null success", 200, nil, `{"success":null,"data":null}`, protocoltest.Finding{Malformed: true}},
	}
	protocoltest.Run(t, &roaProtocol{}, tests)

	var out response
	f := protocoltest.Decode(&roaProtocol{}, 200, nil, tests[0].Body, &out)
	require.NoError(t, f.Malformed)
	assert.Equal(t, response{&protocoltest.Thing{Status: "UP"}, true, "R1"}, out)
}

// TestROAWithoutEnvelope covers the operations whose responses have none.
func TestROAWithoutEnvelope(t *testing.T) {
	t.Parallel()
	for body, malformed := range map[string]bool{`{"status":"UP"}`: false, `{"status":null}`: false, `{"portal":1}`: true, `{}`: true} {
		f := protocoltest.Decode(&roaProtocol{}, 200, nil, body, new(protocoltest.Thing))
		assert.Equal(t, malformed, f.Malformed != nil, body)
	}
}

func TestEnvelopes(t *testing.T) {
	t.Parallel()
	r := func(code, message string) protocoltest.Finding {
		return protocoltest.Finding{Code: code, Message: message, ID: "r"}
	}
	tests := []protocoltest.Case{
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
		{"service, without a code", 404, nil, `{"requestId":"r","success":false,"errorCode":"","errorMessage":"m"}`, protocoltest.Finding{Failed: true, Message: "m", ID: "r"}},
		{"service, quoted nothing", 500, nil, `{"requestId":"r","success":false,"errorCode":"\"\"","errorMessage":"m"}`, protocoltest.Finding{Failed: true, Message: "m", ID: "r"}},
		{"Success", 400, nil, `{"RequestId":"r","Success":false,"ErrorCode":"X","ErrorMessage":"m"}`, r("X", "m")},
		{"errorMsg", 400, nil, `{"RequestId":"r","Code":"X","errorMsg":"m"}`, r("X", "m")},
		{"reason", 400, nil, `{"requestId":"r","code":"X","reason":"m"}`, r("X", "m")},
		{"denied, lower case", 403, nil, `{"requestId":"r","code":"NoPermission","message":"m","accessDeniedDetail":{"AuthAction":"a","NoPermissionType":"ImplicitDeny"}}`,
			r("NoPermission", "m [action a, ImplicitDeny]")},
		{"XML", 403, nil, `<?xml version="1.0" encoding="UTF-8"?><Error><RequestId>r</RequestId><HostId>h</HostId><Code>Forbidden.RAM</Code><Message>m &lt;1&gt;</Message></Error>`, r("Forbidden.RAM", "m <1>")},
		{"XML in a 200", 200, nil, `<Error><RequestId>r</RequestId><Code>Forbidden.RAM</Code><Message>m</Message></Error>`, r("Forbidden.RAM", "m")},
		{"request id in a header", 400, http.Header{"X-Acs-Request-Id": {"r"}}, `{"Code":"X"}`, r("X", "")},
		{"another's number", 404, nil, `{"code":404,"message":"m"}`, protocoltest.Finding{Message: "m"}},
		{"another's failure", 404, nil, `{"success":false,"message":"m"}`, protocoltest.Finding{Message: "m"}},
		{"HTML", 404, nil, `<html><Code>X</Code></html>`, protocoltest.Finding{}},
		{"nothing", 404, nil, ``, protocoltest.Finding{}},
	}
	protocoltest.Run(t, &roaProtocol{version: []string{"1"}}, tests)
}

func TestMembersThatCannotBeRead(t *testing.T) {
	t.Parallel()
	protocoltest.SkipsMembers(t, &roaProtocol{}, `{"success":true,"requestId":"r","status":"UP","size":[]}`, "size")

	f := protocoltest.Decode(&roaProtocol{}, 400, nil, `{"Message":[],"Code":"Throttling.User","AccessDeniedDetail":"no"}`, new(protocoltest.Thing))
	protocoltest.Check(t, protocoltest.Finding{Code: "Throttling.User"}, f)
	for _, body := range []string{ // neither a success nor a failure
		`{"success":"maybe","status":"UP"}`, `{"success":[false],"status":"UP"}`, `{"Code":{"x":1},"status":"UP"}`, `{"errorCode":[],"status":"UP"}`,
	} {
		f := protocoltest.Decode(&roaProtocol{}, 200, nil, body, new(protocoltest.Thing))
		assert.False(t, f.Failed, body)
		assert.Error(t, f.Malformed, body)
	}
}

func FuzzErrors(f *testing.F) { protocoltest.FuzzErrors(f, &roaProtocol{}) }
