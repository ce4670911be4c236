package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// reads returns one read of each service, by the scheme that signs it.
func reads() map[string]call {
	roaRead := flinkCall("GetJob", "GET", "/api/v2/namespaces/"+namespace+"/jobs/"+job, "", "")
	roaRead.scheme = "roa"
	signedAction := dlcCall("DescribeDataEngine", `{"DataEngineName":"`+engineName+`"}`)
	signedAction.scheme = "tc3-action"
	return map[string]call{
		"finspace":   finspaceCall("GET", "/kx/environments/"+environment+"/clusters/"+cluster, "", ""),
		"proton":     protonCall("GetServiceInstance", `{"name":"`+instance+`","serviceName":"`+serviceName+`"}`),
		"acs3":       flinkCall("GetJob", "GET", "/api/v2/namespaces/"+namespace+"/jobs/"+job, "", ""),
		"roa":        roaRead,
		"tc3":        dlcCall("DescribeDataEngine", `{"DataEngineName":"`+engineName+`"}`),
		"tc3-action": signedAction,
	}
}

// refusals are the expected code and status of a refusal, by scheme.
type refusals map[string]struct {
	code   string
	status int
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	temporary := sign.Credentials{AccessKeyID: "temporary", SecretAccessKey: "temporary-secret", SessionToken: "temporary-token"}
	expired := sign.Credentials{AccessKeyID: "expired", SecretAccessKey: "expired-secret", SessionToken: "expired-token"}
	mismatch := refusals{
		"finspace": {"InvalidSignatureException", 403}, "proton": {"InvalidSignatureException", 400},
		"acs3": {"SignatureDoesNotMatch", 400}, "roa": {"SignatureDoesNotMatch", 400},
		"tc3": {"AuthFailure.SignatureFailure", 200}, "tc3-action": {"AuthFailure.SignatureFailure", 200},
	}
	malformed := refusals{
		"finspace": {"IncompleteSignatureException", 403}, "proton": {"IncompleteSignatureException", 400},
		"acs3": {"IncompleteSignature", 400}, "roa": {"IncompleteSignature", 400},
		"tc3": {"AuthFailure.InvalidAuthorization", 200}, "tc3-action": {"AuthFailure.InvalidAuthorization", 200},
	}
	late := refusals{
		"finspace": {"InvalidSignatureException", 403}, "proton": {"InvalidSignatureException", 400},
		"acs3": {"InvalidTimeStamp.Expired", 400}, "roa": {"InvalidTimeStamp.Expired", 400},
		"tc3": {"AuthFailure.SignatureExpire", 200}, "tc3-action": {"AuthFailure.SignatureExpire", 200},
	}
	wrongToken := refusals{
		"finspace": {"UnrecognizedClientException", 403}, "proton": {"UnrecognizedClientException", 400},
		"acs3": {"InvalidSecurityToken.MismatchWithAccessKey", 400}, "roa": {"InvalidSecurityToken.MismatchWithAccessKey", 400},
		"tc3": {"AuthFailure.TokenFailure", 200}, "tc3-action": {"AuthFailure.TokenFailure", 200},
	}

	tests := []struct {
		name   string
		change func(c *call)
		want   refusals // nil if the request is accepted
	}{
		{"valid", func(*call) {}, nil},
		{"valid with a session token", func(c *call) { c.key = temporary }, nil},
		{"four minutes late", func(c *call) { c.at = time.Now().Add(-4 * time.Minute) }, nil},
		{"four minutes early", func(c *call) { c.at = time.Now().Add(4 * time.Minute) }, nil},
		{"wrong secret", func(c *call) {
			c.key = sign.Credentials{AccessKeyID: emulator.AccessKeyID, SecretAccessKey: "something else"}
		}, mismatch},
		{"changed after signing", func(c *call) {
			c.tamper = func(h http.Header) {
				for _, name := range []string{"X-Acs-Version", "Content-Type"} {
					if h.Get(name) != "" {
						h.Set(name, h.Get(name)+"x")
					}
				}
				h.Set("X-Amz-Meta", "added")
			}
		}, refusals{
			"finspace": {"IncompleteSignatureException", 403}, "proton": {"IncompleteSignatureException", 400},
			"acs3": {"SignatureDoesNotMatch", 400}, "roa": {"SignatureDoesNotMatch", 400},
			"tc3": {"AuthFailure.SignatureFailure", 200}, "tc3-action": {"AuthFailure.SignatureFailure", 200},
		}},
		{"unknown key", func(c *call) { c.key = sign.Credentials{AccessKeyID: "nobody", SecretAccessKey: "something"} }, refusals{
			"finspace": {"UnrecognizedClientException", 403}, "proton": {"UnrecognizedClientException", 400},
			"acs3": {"InvalidAccessKeyId.NotFound", 404}, "roa": {"InvalidAccessKeyId.NotFound", 404},
			"tc3": {"AuthFailure.SecretIdNotFound", 200}, "tc3-action": {"AuthFailure.SecretIdNotFound", 200},
		}},
		{"no signature", func(c *call) { c.tamper = func(h http.Header) { h.Del("Authorization") } }, refusals{
			"finspace": {"MissingAuthenticationTokenException", 403}, "proton": {"MissingAuthenticationTokenException", 400},
			"acs3": {"IncompleteSignature", 400}, "roa": {"IncompleteSignature", 400},
			"tc3": {"AuthFailure.InvalidAuthorization", 200}, "tc3-action": {"AuthFailure.InvalidAuthorization", 200},
		}},
		{"truncated authorization", func(c *call) {
			c.tamper = func(h http.Header) {
				header := h.Get("Authorization")
				h.Set("Authorization", header[:strings.LastIndexAny(header, ":,")])
			}
		}, malformed},
		{"an hour late", func(c *call) { c.at = time.Now().Add(-time.Hour) }, late},
		{"an hour early", func(c *call) { c.at = time.Now().Add(time.Hour) }, late},
		{"wrong session token", func(c *call) { c.key = temporary; c.key.SessionToken = "another-token" }, wrongToken},
		{"no session token", func(c *call) { c.key = temporary; c.key.SessionToken = "" }, refusals{
			"finspace": {"UnrecognizedClientException", 403}, "proton": {"UnrecognizedClientException", 400},
			"acs3": {"MissingSecurityToken", 400}, "roa": {"MissingSecurityToken", 400},
			"tc3": {"AuthFailure.TokenFailure", 200}, "tc3-action": {"AuthFailure.TokenFailure", 200},
		}},
		{"expired credentials", func(c *call) { c.key = expired }, refusals{
			"finspace": {"ExpiredTokenException", 403}, "proton": {"ExpiredTokenException", 400},
			"acs3": {"InvalidSecurityToken.Expired", 400}, "roa": {"InvalidSecurityToken.Expired", 400},
			"tc3": {"AuthFailure.TokenFailure", 200}, "tc3-action": {"AuthFailure.TokenFailure", 200},
		}},
	}
	for _, tt := range tests {
		for scheme, c := range reads() {
			t.Run(tt.name+"/"+scheme, func(t *testing.T) {
				t.Parallel()
				emu := start(t)
				emu.AddCredentials(cloud.Credentials{
					AccessKeyID: temporary.AccessKeyID, SecretAccessKey: cloud.NewSecret(temporary.SecretAccessKey),
					SessionToken: cloud.NewSecret(temporary.SessionToken), Expires: time.Now().Add(time.Hour),
				})
				emu.AddCredentials(cloud.Credentials{
					AccessKeyID: expired.AccessKeyID, SecretAccessKey: cloud.NewSecret(expired.SecretAccessKey),
					SessionToken: cloud.NewSecret(expired.SessionToken), Expires: time.Now().Add(-time.Second),
				})
				tt.change(&c)
				r := c.send(t, emu)
				if tt.want == nil {
					assert.Equal(t, http.StatusOK, r.status, "%s", r.body)
					assert.Empty(t, r.code(scheme), "%s", r.body)
					return
				}
				assert.Equal(t, tt.want[scheme].status, r.status, "%s", r.body)
				assert.Equal(t, tt.want[scheme].code, r.code(scheme), "%s", r.body)
			})
		}
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	emu := start(t, emulator.WithRegion("eu-west-1"))
	for _, scheme := range []string{"finspace", "proton"} {
		c := reads()[scheme]
		assert.Equal(t, http.StatusOK, c.send(t, emu).status)
		c.region = "us-east-1"
		assert.Equal(t, "InvalidSignatureException", c.send(t, emu).code(scheme))
	}
	// The path is FinSpace's, the scope Proton's. The scope decides.
	c := reads()["finspace"]
	c.scheme = "proton"
	assert.Equal(t, "UnknownOperationException", c.send(t, emu).code("proton"))
}

func TestNonces(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"acs3", "roa"} {
		t.Run(scheme, func(t *testing.T) {
			t.Parallel()
			emu := start(t)
			c := reads()[scheme]
			c.nonce = "the-same"
			assert.Equal(t, http.StatusOK, c.send(t, emu).status)
			r := c.send(t, emu)
			assert.Equal(t, http.StatusBadRequest, r.status)
			assert.Equal(t, "SignatureNonceUsed", r.code(scheme))
		})
	}
}

// TestNonceWindow runs in virtual time: a nonce may be reused when the signature it came with has expired.
func TestNonceWindow(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		c := reads()["acs3"]
		c.nonce = "the-same"
		assert.Equal(t, http.StatusOK, c.send(t, emu).status)
		time.Sleep(14 * time.Minute)
		assert.Equal(t, "SignatureNonceUsed", c.send(t, emu).code("acs3"))
		time.Sleep(2 * time.Minute)
		assert.Equal(t, http.StatusOK, c.send(t, emu).status)
	})
}

func TestCommonHeaders(t *testing.T) {
	t.Parallel()
	without := func(scheme, name string) call {
		c := reads()[scheme]
		c.header.Del(name)
		return c
	}
	with := func(scheme, name, value string) call {
		c := reads()[scheme]
		c.header.Set(name, value)
		return c
	}
	tests := []struct {
		name   string
		call   call
		code   string
		status int
	}{
		{"no workspace", without("acs3", "Workspace"), "MissingParameter", 400},
		{"another API version", with("acs3", "X-Acs-Version", "2015-01-01"), "InvalidVersion", 400},
		{"an action that does not match the path", with("acs3", "X-Acs-Action", "ListJobs"), "InvalidAction.NotFound", 404},
		{"the action is optional", without("acs3", "X-Acs-Action"), "", 200},
		{"no Tencent action", without("tc3", "X-Tc-Action"), "MissingParameter", 200},
		{"no Tencent version", without("tc3", "X-Tc-Version"), "MissingParameter", 200},
		{"no Tencent region", without("tc3", "X-Tc-Region"), "MissingParameter", 200},
		{"another Tencent version", with("tc3", "X-Tc-Version", "2015-01-01"), "NoSuchVersion", 200},
		{"another Tencent content type", with("tc3", "Content-Type", "text/plain"), "InvalidRequest", 200},
		{"another Proton content type", with("proton", "Content-Type", "application/json"), "UnknownOperationException", 400},
		{"another Proton target", with("proton", "X-Amz-Target", "Another20200720.GetServiceInstance"), "UnknownOperationException", 400},
	}
	emu := start(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := tt.call.send(t, emu)
			assert.Equal(t, tt.status, r.status, "%s", r.body)
			assert.Equal(t, tt.code, r.code(tt.call.scheme), "%s", r.body)
		})
	}
}

func TestUnclaimedRequest(t *testing.T) {
	t.Parallel()
	emu := start(t)
	r := call{method: "GET", path: "/"}.send(t, emu)
	assert.Equal(t, http.StatusNotFound, r.status)
	assert.Contains(t, string(r.body), "none of the emulator's services")
}
