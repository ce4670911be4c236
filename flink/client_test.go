package flink

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		cfg  cloud.Config
		opts []Option
		says string
	}{
		{"zero config", cloud.Config{}, nil, "flink: invalid: Region: required"},
		{"endpoint that is no URL", cloud.Config{Region: "cn-hangzhou", Endpoint: "::"}, nil, "Endpoint: must be a"},
		{"plain http", cloud.Config{Region: "cn-hangzhou", Endpoint: "http://flink.example.com"}, nil, "must be https beyond loopback"},
		{"endpoint and VPC", cloud.Config{Region: "cn-hangzhou", Endpoint: "https://example.com"}, []Option{WithVPC()}, "excludes WithVPC"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := New(tt.cfg, tt.opts...)
			assert.Nil(t, c)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// TestEndpoint covers regions of the published list and one that is not on it: there is one rule.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"cn-hangzhou", "ap-southeast-1", "cn-shanghai-finance-1", "me-central-1"} {
		assert.Equal(t, "https://ververica."+region+".aliyuncs.com", endpoint(region, false))
		assert.Equal(t, "https://ververica-vpc."+region+".aliyuncs.com", endpoint(region, true))
	}
}

func TestWorkspaceAndNamespaceAreNeeded(t *testing.T) {
	t.Parallel()
	c, err := New(cloud.Config{Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", "")})
	require.NoError(t, err)
	_, err = c.HotUpdateJob(t.Context(), HotUpdateJobRequest{JobID: "j"})
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "workspace: required, on the request or as an option of the client")
	assert.ErrorContains(t, err, "namespace: required")
}

func TestKinds(t *testing.T) {
	t.Parallel()
	for kind, codes := range map[cloud.Kind]string{
		cloud.ErrNotFound:  "990301",
		cloud.ErrTransport: "SignatureNonceUsed",
		cloud.ErrThrottled: "Throttling Throttling.User Throttling.Api Throttling.UserFlow Throttling.Resource Rejected.Throttling ServiceUnavailable.Throttling " +
			"FlowControl.Exceeded TooManyRequests",
		cloud.ErrDenied: "Forbidden Forbidden.RAM Forbidden.Whatever Forbidden.SubUser Forbidden.NotSupportRAM NoPermission NotAuthorized Unauthorized AccessDenied",
		cloud.ErrUnauthenticated: "InvalidAccessKeyId InvalidAccessKeyId.NotFound InvalidAccessKeyId.Inactive InvalidAccessKeyId.NotSupportToken MissingAccessKeyId " +
			"Forbidden.AccessKeyDisabled SignatureDoesNotMatch IncompleteSignature InvalidSignature MissingSecurityToken InvalidSecurityToken.Expired " +
			"InvalidSecurityToken.Malformed InvalidSecurityToken.MismatchWithAccessKey SecurityTokenExpired InvalidTimeStamp.Expired InvalidTimeStamp.Format " +
			"IllegalTimestamp",
		cloud.ErrQuota: "InsufficientBalance Account.Arrearage QuotaExceed QuotaExceeded.Deployment DeploymentQuotaExceeded LimitExceeded",
		cloud.ErrUnsupported: "InvalidAction InvalidAction.NotFound InvalidApi.NotFound InvalidApi.NotPurchase InvalidVersion InvalidVersion.NotFound InvalidProduct.NotFound " +
			"InvalidRegionId InvalidRegionId.NotFound InvalidEndpoint InvalidDomain.NotFound UnsupportedOperation UnsupportedHTTPMethod NotSupportedEndpoint ApiNotFound ProductNotOpen",
		cloud.ErrInvalid: "MissingParameter MissingAction MissingVersion MissingParameter.jobId InvalidParameter InvalidParameter.Format InvalidParamater InvalidParameterValue " +
			"IllegalParameter UnsupportedParameter UnsupportedContentType InvalidContentType InvalidProtocol.NeedSsl InvalidFormat BadRequest MalformedBody " +
			"ContentLengthDoesNotMatch IdempotentParameterMismatch InvalidOwnerId",
		cloud.ErrUnavailable: "ServiceUnavailable ServiceUnavailableTemporary ServiceTimeout SystemBusy BackendTimeout RequestTimeout 998001",
		cloud.ErrInternal:    "InternalError InternalFailure InternalServerError UnknownError SystemError",
		cloud.ErrConflict:    "IncorrectStatus InvalidStatus.Job Conflict LastTokenProcessing DeploymentAlreadyExists NameDuplicated",
		"":                   "990999 SomethingElse NotFound InvalidJob.NotFound",
	} {
		for code := range strings.FieldsSeq(codes) {
			assert.Equal(t, kind, kindOf(cloud.Code(code)), code)
		}
	}
	for _, code := range []cloud.Code{"InvalidSecurityToken.Expired", "SecurityTokenExpired"} {
		assert.True(t, expired(code))
	}
	for _, code := range []cloud.Code{"InvalidTimeStamp.Expired", "InvalidTimestamp.Expired", "IllegalTimestamp"} {
		assert.True(t, skewed(code))
	}
	assert.False(t, expired("NoPermission") || skewed("NoPermission"))
}

// TestNotFoundIsOnlyTheServicesWord has what gateways and the service answer with status 404.
func TestNotFoundIsOnlyTheServicesWord(t *testing.T) {
	t.Parallel()
	gateway := func(code string) string { return `{"RequestId":"r","HostId":"h","Code":"` + code + `","Message":"m"}` }
	for body, kind := range map[string]cloud.Kind{
		gateway("InvalidApi.NotFound"):            cloud.ErrUnsupported,
		gateway("InvalidVersion"):                 cloud.ErrUnsupported,
		gateway("InvalidAction.NotFound"):         cloud.ErrUnsupported,
		gateway("InvalidProduct.NotFound"):        cloud.ErrUnsupported,
		gateway("DomainNotFound"):                 cloud.ErrUnsupported,
		gateway("EntityNotExist.User"):            cloud.ErrUnsupported,
		gateway("Whatever"):                       cloud.ErrUnsupported,
		gateway("InvalidAccessKeyId.NotFound"):    cloud.ErrUnauthenticated,
		gateway("InvalidSessionCluster.NotFound"): cloud.ErrNotFound,
		`{"requestId":"r","success":false,"errorCode":"990301","errorMessage":"m"}`: cloud.ErrNotFound,
		`{"requestId":"r","success":false,"errorCode":"990999","errorMessage":"m"}`: cloud.ErrUnsupported,
		`{"requestId":"r","success":false,"errorMessage":"no such cluster"}`:        cloud.ErrUnsupported,
		`{"success":false,"message":"no such page"}`:                                cloud.ErrTransport,
		`{"code":404,"message":"no route"}`:                                         cloud.ErrTransport,
		`<html>`:                                                                    cloud.ErrTransport,
		``:                                                                          cloud.ErrTransport,
	} {
		c, err := New(cloud.Config{
			Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""), Retry: cloud.Retry{MaxAttempts: 1},
			HTTPClient: &http.Client{Transport: statusAnswer{404, body}},
		}, WithWorkspace("w"), WithNamespace("n"))
		require.NoError(t, err)
		_, err = c.GetSessionCluster(t.Context(), GetSessionClusterRequest{SessionClusterName: "s"})
		assert.Equal(t, kind, cloud.KindOf(err), "%s: %v", body, err)
	}
}

type statusAnswer struct {
	status int
	body   string
}

func (a statusAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r}, nil
}
