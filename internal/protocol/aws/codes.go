package aws

import (
	"cmp"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// sharedKinds are the codes that all AWS services share, those of their gateways and of signing, and names that
// a service may use although its model has other ones.
var sharedKinds = kindsOf(map[cloud.Kind]string{
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
	cloud.ErrInternal: "InternalFailure InternalError InternalServerError InternalServerException InternalServiceError " +
		"InternalServiceException ServiceException",
	cloud.ErrUnsupported: "UnknownOperationException UnknownOperation InvalidAction NotImplemented UnsupportedOperation " +
		"UnsupportedOperationException MethodNotAllowed NoSuchVersion",
	cloud.ErrInvalid: "ValidationError ValidationException SerializationException MalformedQueryString MissingParameter " +
		"MissingAction InvalidParameter InvalidParameterValue InvalidParameterException InvalidParameterCombination " +
		"InvalidQueryParameter InvalidRequest InvalidRequestException BadRequestException MalformedHttpRequestException " +
		"RequestEntityTooLarge RequestEntityTooLargeException UnsupportedMediaTypeException",
	cloud.ErrConflict: "ConflictException ResourceAlreadyExistsException ResourceInUseException IdempotentParameterMismatch",
	cloud.ErrNotFound: "ResourceNotFoundException",
	cloud.ErrQuota:    "ServiceQuotaExceededException LimitExceededException LimitExceeded",
})

// kindsOf inverts a table by kind.
func kindsOf(table map[cloud.Kind]string) map[cloud.Code]cloud.Kind {
	out := map[cloud.Code]cloud.Kind{}
	for kind, codes := range table {
		for code := range strings.FieldsSeq(codes) {
			out[cloud.Code(code)] = kind
		}
	}
	return out
}

// kindOf returns the kind of a code; the service's own table overrides the shared one.
func kindOf(code cloud.Code, own map[cloud.Code]cloud.Kind) cloud.Kind {
	return cmp.Or(own[code], sharedKinds[code])
}

// expired reports whether a code is about an expired session token.
func expired(code cloud.Code) bool {
	return code == "ExpiredToken" || code == "ExpiredTokenException" || code == "TokenRefreshRequired"
}

// skewed reports whether clock skew may be the cause of a code.
func skewed(code cloud.Code) bool {
	switch code {
	case "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "RequestTimeTooSkewed", "RequestExpired",
		"RequestInTheFuture", "SignatureNotYetCurrent":
		return true
	}
	return false
}
