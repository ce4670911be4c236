package aws

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for code, kind := range map[cloud.Code]cloud.Kind{
		"ExpiredTokenException": cloud.ErrUnauthenticated, "UnrecognizedClientException": cloud.ErrUnauthenticated,
		"AccessDenied": cloud.ErrDenied, "SlowDown": cloud.ErrThrottled, "ServiceUnavailable": cloud.ErrUnavailable,
		"InternalFailure": cloud.ErrInternal, "UnknownOperationException": cloud.ErrUnsupported, "SerializationException": cloud.ErrInvalid,
		"NeverHeardOfIt": "",
	} {
		assert.Equal(t, kind, kindOf(code, nil), code)
	}
	own := map[cloud.Code]cloud.Kind{"ThrottlingException": cloud.ErrQuota}
	assert.Equal(t, cloud.ErrQuota, kindOf("ThrottlingException", own), "the service's own table overrides")
	assert.Equal(t, cloud.ErrDenied, kindOf("AccessDenied", own))
}

// TestCommonErrors covers the errors that AWS lists for all services, those of its older protocols, and
// those that its clients take for throttling, clock skew or an expired token.
func TestCommonErrors(t *testing.T) {
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
		assert.Equal(t, kind, kindOf(code, nil), code)
	}
	for _, code := range []cloud.Code{"ExpiredToken", "ExpiredTokenException"} {
		assert.True(t, expired(code))
	}
	for _, code := range []cloud.Code{"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"} {
		assert.True(t, skewed(code))
	}
}

func TestKnownCodes(t *testing.T) {
	t.Parallel()
	s := Service{Name: "things", Kinds: map[cloud.Code]cloud.Kind{"ConflictException": cloud.ErrConflict}}.Describe(cloud.Config{Region: "r"})
	assert.Equal(t, "aws", s.Provider)
	for _, code := range []cloud.Code{"ConflictException", "ThrottlingException"} {
		assert.True(t, s.Known(code), code)
	}
	for _, code := range []cloud.Code{"ConflictException2", ""} {
		assert.False(t, s.Known(code), code)
	}
}
