package transport_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/alibaba"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/aws"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/tencent"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// foreignBodies are what gateways, proxies, load balancers and other programs answer with.
var foreignBodies = map[string]string{
	"nothing":         "",
	"nginx":           "<html>\n<head><title>404 Not Found</title></head>\n<body><center><h1>404 Not Found</h1></center></body></html>",
	"doctype":         "<!DOCTYPE html><html><Code>NoSuchCluster</Code></html>",
	"plain":           "default backend - 404",
	"message":         `{"message":"no Route matched with those values"}`,
	"message and id":  `{"message":"Not Found","request_id":"r"}`,
	"number code":     `{"code":404,"message":"Not Found"}`,
	"text number":     `{"code":"404","message":"Not Found"}`,
	"snake code":      `{"code":"not_found","message":"no such route"}`,
	"problem details": `{"type":"about:blank","title":"Not Found","status":404,"detail":"x"}`,
	"nested error":    `{"error":{"code":404,"message":"x","status":"NOT_FOUND"}}`,
	"error text":      `{"error":"not found"}`,
	"detail":          `{"detail":"Not Found"}`,
	"cluster status":  `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404}`,
	"no success":      `{"success":false,"message":"no such page"}`,
	"list":            `[]`,
	"null":            `null`,
	"text":            `"not found"`,
	"half":            `{"message":"not fou`,
	"bare code":       `{"code":"NotFound","message":"x"}`,
	"bare upper code": `{"Code":"NotFound","Message":"x"}`,
	"store":           `<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>`,
}

// protocols are those of the three clouds.
func protocols() map[string]transport.Protocol {
	cfg := cloud.Config{Region: "us-east-1"}
	return map[string]transport.Protocol{
		"rest": aws.Service{Name: "things"}.Describe(cfg).Protocol,
		"json": aws.Service{Name: "things", Target: "T"}.Describe(cfg).Protocol,
		"roa":  alibaba.Service{Name: "things", Version: "1"}.Describe(cfg).Protocol,
		"tc3":  tencent.Service{Name: "things", Version: "1"}.Describe(cfg).Protocol,
	}
}

func clientOf(t *testing.T, p transport.Protocol, s http.RoundTripper, change func(*cloud.Config)) *transport.Client {
	cfg := cloud.Config{Region: "us-east-1", Credentials: cloud.StaticCredentials("AKID", secretKey, sessionToken), HTTPClient: &http.Client{Transport: s}}
	if change != nil {
		change(&cfg)
	}
	c, err := transport.New(cfg, transport.Service{Name: "things", Protocol: p, Endpoint: "https://things.example.com", Kinds: testService().Kinds})
	require.NoError(t, err)
	return c
}

// TestForeignResponsesSayNothing checks that no status of a response without the service's word is taken for
// the service's: it is neither about the resource, nor about the request, nor about the caller.
func TestForeignResponsesSayNothing(t *testing.T) {
	t.Parallel()
	for protocol, p := range protocols() {
		for name, body := range foreignBodies {
			for status, kind := range map[int]cloud.Kind{
				301: cloud.ErrTransport, 304: cloud.ErrTransport, 400: cloud.ErrTransport, 401: cloud.ErrTransport, 402: cloud.ErrTransport,
				403: cloud.ErrTransport, 404: cloud.ErrTransport, 405: cloud.ErrTransport, 407: cloud.ErrTransport, 409: cloud.ErrTransport,
				410: cloud.ErrTransport, 412: cloud.ErrTransport, 423: cloud.ErrTransport, 501: cloud.ErrTransport,
				408: cloud.ErrUnavailable, 425: cloud.ErrUnavailable, 502: cloud.ErrUnavailable, 503: cloud.ErrUnavailable, 504: cloud.ErrUnavailable,
				429: cloud.ErrThrottled, 500: cloud.ErrInternal, 520: cloud.ErrInternal,
			} {
				synctest.Test(t, func(t *testing.T) {
					s := &stub{answers: []reply{{status: status, body: body}}}
					_, err := get(t.Context(), clientOf(t, p, s, nil), &writeOp)
					var e *cloud.Error
					require.ErrorAs(t, err, &e)
					assert.NotEqual(t, cloud.ErrNotFound, e.Kind, "%s %s %d: %v", protocol, name, status, err)
					assert.Equal(t, status, e.StatusCode)
					if e.Code == "" { // some of them look like a refusal, and have a code to judge them by
						assert.Equal(t, kind, e.Kind, "%s %s %d: %v", protocol, name, status, err)
						line, _, _ := strings.Cut(body, "\n")
						assert.Contains(t, err.Error(), line[:min(len(line), 40)], "the first line is kept")
					}
					if kind == cloud.ErrTransport {
						assert.Len(t, s.sent, 1, "%s %s %d", protocol, name, status)
					}
				})
			}
		}
	}
}

func TestSaysMissing(t *testing.T) {
	t.Parallel()
	for code, want := range map[cloud.Code]bool{
		"ResourceNotFound": true, "KxClusterNotFoundException": true, "InvalidJob.NotFound": true, "DeploymentNotExist": true,
		"NoSuchDeployment": true, "EntityNotExist.Job": true, "SessionClusterDoesNotExist": true, "ObjectNotFoundFault": true, "InvalidInstanceId.NotFound": true,
		"": false, "NotFound": false, "NotFoundException": false, "Invalid.NotFound": false, "Conflict": false, "404": false, "NOT_FOUND": false,
		"InvalidApi.NotFound": false, "InvalidAction.NotFound": false, "InvalidVersion.NotFound": false, "InvalidProduct.NotFound": false,
		"InvalidRegionId.NotFound": false, "NoSuchVersion": false, "NoSuchProduct": false, "UnknownOperationNotFound": false, "ApiNotFound": false,
		"APINotFound": false, "DomainNotFound": false, "RouteNotFound": false, "PathNotExist": false, "EndpointNotFound": false, "PageNotFound": false,
		"InvalidAccessKeyId.NotFound": false, "SecretIdNotFound": false, "UserNotExist": false, "EntityNotExist.User": false, "EntityNotExist.Role": false,
		"AccountNotFound": false, "NoSuchKey": false, "NoSuchBucket": false, "NoSuchUpload": false, "ServiceNotFound": false, "BackendNotFound": false,
	} {
		assert.Equal(t, want, transport.SaysMissing(code), code)
	}
}

// TestCodesOfA404 is the kind of a 404 with a code of the service.
func TestCodesOfA404(t *testing.T) {
	t.Parallel()
	for code, kind := range map[string]cloud.Kind{
		"ResourceNotFoundException": cloud.ErrNotFound, "KxClusterNotFoundException": cloud.ErrNotFound,
		"UnknownOperationException": cloud.ErrUnsupported, "InvalidVersion": cloud.ErrUnsupported, "InvalidApi.NotFound": cloud.ErrUnsupported,
		"NotFoundException": cloud.ErrUnsupported, "NeverHeardOfIt": cloud.ErrUnsupported, "ValidationException": cloud.ErrInvalid,
		"ConflictException": cloud.ErrConflict, "ThrottlingException": cloud.ErrThrottled, "InternalFailure": cloud.ErrInternal,
	} {
		for _, status := range []int{404, 410} {
			_, err := get(t.Context(), newClient(t, &stub{answers: []reply{refusal(status, code)}}, func(cfg *cloud.Config) { cfg.Retry.MaxAttempts = 1 }), &readOp)
			assert.Equal(t, kind, cloud.KindOf(err), "%s with %d", code, status)
			require.ErrorIs(t, err, cloud.Code(code))
		}
	}
}
