package alibaba

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for kind, codes := range map[cloud.Kind]string{
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
		cloud.ErrUnavailable: "ServiceUnavailable ServiceUnavailableTemporary ServiceTimeout SystemBusy BackendTimeout RequestTimeout",
		cloud.ErrInternal:    "InternalError InternalFailure InternalServerError UnknownError SystemError",
		cloud.ErrConflict:    "IncorrectStatus InvalidStatus.Job Conflict LastTokenProcessing DeploymentAlreadyExists NameDuplicated",
		"":                   "990999 SomethingElse NotFound InvalidJob.NotFound",
	} {
		for code := range strings.FieldsSeq(codes) {
			assert.Equal(t, kind, kindOf(cloud.Code(code), nil), code)
		}
	}
	for _, code := range []cloud.Code{"InvalidSecurityToken.Expired", "SecurityTokenExpired"} {
		assert.True(t, expired(code))
	}
	for _, code := range []cloud.Code{"InvalidTimeStamp.Expired", "InvalidTimestamp.Expired", "IllegalTimestamp"} {
		assert.True(t, skewed(code))
	}
	assert.False(t, expired("NoPermission") || skewed("NoPermission"))

	own := map[cloud.Code]cloud.Kind{"Forbidden.RAM": cloud.ErrConflict}
	assert.Equal(t, cloud.ErrConflict, kindOf("Forbidden.RAM", own), "the service's own table overrides")
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"cn-hangzhou", "me-central-1"} {
		assert.Equal(t, "https://ververica."+region+".aliyuncs.com", endpoint(&Service{Product: "ververica"}, region))
		assert.Equal(t, "https://ververica-vpc."+region+".aliyuncs.com", endpoint(&Service{Product: "ververica", VPC: true}, region))
	}
}

func TestKnownCodes(t *testing.T) {
	t.Parallel()
	s := Service{Name: "things", Kinds: map[cloud.Code]cloud.Kind{"Throttling.User": cloud.ErrConflict}}.Describe(cloud.Config{Region: "r"})
	assert.Equal(t, "alibaba_cloud", s.Provider)
	for _, code := range []cloud.Code{"Throttling.User"} {
		assert.True(t, s.Known(code), code)
	}
	for _, code := range []cloud.Code{"Throttling.User2", "FlowControl", ""} {
		assert.False(t, s.Known(code), code)
	}
}
