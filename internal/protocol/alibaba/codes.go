package alibaba

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// kindOf looks for the exact code, then for words that mean the same in any code, then for the prefix, by
// which the gateway of all Alibaba Cloud products groups its codes.
func kindOf(code cloud.Code, own map[cloud.Code]cloud.Kind) cloud.Kind {
	if kind, ok := own[code]; ok {
		return kind
	}
	text := string(code)
	for _, rule := range gatewayWords {
		if slices.ContainsFunc(rule.words, func(word string) bool { return strings.Contains(text, word) }) {
			return rule.kind
		}
	}
	for _, rule := range gatewayCodes {
		if slices.ContainsFunc(rule.starts, func(start string) bool { return strings.HasPrefix(text, start) }) {
			return rule.kind
		}
	}
	return ""
}

// gatewayCodes are the prefixes of the gateway's codes. The first that matches counts.
var gatewayCodes = []struct {
	kind   cloud.Kind
	starts []string
}{
	{cloud.ErrThrottled, []string{"FlowControl"}},
	{cloud.ErrUnauthenticated, []string{
		"InvalidAccessKey", "MissingAccessKey", "InactiveAccessKey", "Forbidden.AccessKey", "InvalidSecurityToken", "MissingSecurityToken",
		"SecurityToken", "InvalidTimeStamp", "InvalidTimestamp", "IllegalTimestamp", "Signature", "IncompleteSignature", "InvalidSignature",
		"MissingSignature", "InvalidCredential", "AuthenticationFail",
	}},
	{cloud.ErrQuota, []string{
		"Account.Arrearage", "Arrearage", "InsufficientBalance", "NotEnoughBalance", "Forbidden.InDebt", "InDebt", "QuotaExceed",
		"Quota.Exceed", "LimitExceed",
	}},
	{cloud.ErrDenied, []string{
		"Forbidden", "NoPermission", "NotAuthorized", "Unauthorized", "AccessDenied", "UserDisable", "IncorrectAccount",
	}},
	{cloud.ErrUnsupported, []string{
		"InvalidAction", "InvalidApi", "InvalidVersion", "InvalidProduct", "InvalidRegion", "InvalidEndpoint", "InvalidDomain",
		"InvalidHost", "InvalidMethod", "UnsupportedOperation", "UnsupportedHTTPMethod", "UnsupportedMethod", "UnsupportedApi",
		"UnsupportedRegion", "UnsupportedVersion", "NotSupport", "ApiNot", "ApiOffline", "ProductNot", "RegionNot", "VersionNot",
		"ActionNot",
	}},
	{cloud.ErrInvalid, []string{
		"InvalidParam", "IllegalParam", "InvalidProtocol", "InvalidFormat", "InvalidBody", "InvalidContent", "InvalidRequest", "BadRequest",
		"Malformed", "Missing", "ParameterMissing", "Unsupported", "ContentLength", "RequestBodyTooLarge", "IdempotentParameterMismatch",
		"InvalidOwner",
	}},
	{cloud.ErrUnavailable, []string{
		"ServiceUnavailable", "ServiceTimeout", "ServiceBusy", "SystemBusy", "System.Busy", "Timeout", "RequestTimeout", "BackendTimeout",
		"GatewayTimeout",
	}},
	{cloud.ErrInternal, []string{"InternalError", "InternalFailure", "InternalServerError", "UnknownError", "SystemError", "ServiceError"}},
	{cloud.ErrConflict, []string{"Conflict", "IncorrectStatus", "InvalidStatus", "OperationConflict", "LastTokenProcessing", "Duplicate"}},
}

// gatewayWords are words that mean the same in any place of a code.
var gatewayWords = []struct {
	kind  cloud.Kind
	words []string
}{
	{cloud.ErrThrottled, []string{"Throttling", "TooManyRequests"}},
	{cloud.ErrConflict, []string{"AlreadyExist", "Duplicate"}},
	{cloud.ErrQuota, []string{"QuotaExceed", "QuotaNotEnough", "LimitExceed"}},
}

// expired reports whether a code is about an expired security token.
func expired(code cloud.Code) bool {
	switch code {
	case "InvalidSecurityToken.Expired", "SecurityTokenExpired", "InvalidSecurityToken":
		return true
	}
	return false
}

// skewed reports whether a code is about clock skew.
func skewed(code cloud.Code) bool {
	return strings.HasPrefix(string(code), "InvalidTimeStamp.") || strings.HasPrefix(string(code), "InvalidTimestamp.") ||
		code == "IllegalTimestamp" || code == "SignatureExpired"
}
