package tencent

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

func expired(code cloud.Code) bool { return code == "AuthFailure.TokenFailure" }
func skewed(code cloud.Code) bool  { return code == "AuthFailure.SignatureExpire" }

// kindOf looks for the exact code. For an unlisted one it uses the last part where that is more reliable than
// the first, and otherwise the first part.
func kindOf(code cloud.Code, own map[cloud.Code]cloud.Kind) cloud.Kind {
	if kind, ok := own[code]; ok {
		return kind
	}
	if kind, ok := legacyKinds[code]; ok {
		return kind
	}
	segment, detail, _ := strings.Cut(string(code), ".")
	switch segment {
	case "FailedOperation", "InvalidParameter", "InvalidParameterValue", "ResourceNotFound", "ResourceUnavailable", "ResourcesSoldOut",
		"OperationDenied", "ResourceInUse":
		if kind := kindOfDetail(detail); kind != "" {
			return kind
		}
	}
	return segmentKinds[segment]
}

// kindOfDetail returns the kind of the last part of a code.
func kindOfDetail(detail string) cloud.Kind {
	if i := strings.LastIndexByte(detail, '_'); i >= 0 {
		detail = detail[i+1:]
	}
	for _, rule := range detailKinds {
		if slices.ContainsFunc(rule.words, func(word string) bool { return strings.Contains(detail, word) }) {
			return rule.kind
		}
	}
	if transport.SaysMissing(cloud.Code(detail)) {
		return cloud.ErrNotFound
	}
	return ""
}

// detailKinds are words of last parts. The first that matches counts.
var detailKinds = []struct {
	kind  cloud.Kind
	words []string
}{
	{cloud.ErrDenied, []string{"Unauthorized", "NoPermission", "NoPaymentAuthority", "NoEngineCamPermissions"}},
	{cloud.ErrQuota, []string{
		"InsufficientResources", "OutOfLimit", "ExceedLimit", "TooMany", "Oversize", "QuotaExceeded", "BalanceInsufficient",
		"BalanceNotEnough",
	}},
	{cloud.ErrConflict, []string{
		"AlreadyFinished", "AlreadyFailed", "InProcess", "Another", "NotRunning", "NotActivity", "InTransition", "NotUpdatable",
		"StateDead", "ShuttingDown", "NotUnique", "Duplicate", "AlreadyAttached", "AlreadyExist", "ConnectionExist",
	}},
}

// segmentKinds are the first parts of codes.
var segmentKinds = map[string]cloud.Kind{
	"AuthFailure":           cloud.ErrUnauthenticated,
	"UnauthorizedOperation": cloud.ErrDenied, "IpInBlacklist": cloud.ErrDenied, "IpNotInWhitelist": cloud.ErrDenied,
	"ResourceNotFound": cloud.ErrNotFound,
	"ResourceInUse":    cloud.ErrConflict, "OperationDenied": cloud.ErrConflict,
	"RequestLimitExceeded": cloud.ErrThrottled,
	"LimitExceeded":        cloud.ErrQuota, "ResourceInsufficient": cloud.ErrQuota, "ResourcesSoldOut": cloud.ErrQuota,
	"ResponseSizeLimitExceeded": cloud.ErrQuota,
	"InvalidParameter":          cloud.ErrInvalid, "InvalidParameterValue": cloud.ErrInvalid,
	"InvalidParameterCombination": cloud.ErrInvalid,
	"MissingParameter":            cloud.ErrInvalid, "UnknownParameter": cloud.ErrInvalid, "InvalidRequest": cloud.ErrInvalid,
	"RequestSizeLimitExceeded": cloud.ErrInvalid, "RegionError": cloud.ErrInvalid, "DryRunOperation": cloud.ErrInvalid,
	"ResourceUnavailable": cloud.ErrUnavailable, "ServiceUnavailable": cloud.ErrUnavailable,
	"UnsupportedOperation": cloud.ErrUnsupported, "UnsupportedProtocol": cloud.ErrUnsupported, "UnsupportedRegion": cloud.ErrUnsupported,
	"InvalidAction": cloud.ErrUnsupported, "NoSuchProduct": cloud.ErrUnsupported, "NoSuchVersion": cloud.ErrUnsupported,
	"ActionOffline": cloud.ErrUnsupported,
	"InternalError": cloud.ErrInternal, "FailedOperation": cloud.ErrInternal,
}

// legacyKinds are the codes of the previous API, which some gateways still return.
var legacyKinds = map[cloud.Code]cloud.Kind{
	"4000": cloud.ErrInvalid, "4100": cloud.ErrUnauthenticated, "4101": cloud.ErrDenied, "4102": cloud.ErrDenied,
	"4103": cloud.ErrUnauthenticated,
	"4104": cloud.ErrUnauthenticated, "4110": cloud.ErrUnauthenticated, "4200": cloud.ErrUnauthenticated, "4300": cloud.ErrDenied,
	"4400": cloud.ErrThrottled, "4500": cloud.ErrTransport, "4600": cloud.ErrUnsupported, "6000": cloud.ErrInternal,
	"6100": cloud.ErrUnsupported,
	"6200": cloud.ErrUnavailable,
}
