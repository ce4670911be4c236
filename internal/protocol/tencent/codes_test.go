package tencent

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	want := map[cloud.Code]cloud.Kind{
		"ResourceNotFound.DataEngineNotFound": cloud.ErrNotFound, "ResourceNotFound.ImageVersionNotFound": cloud.ErrNotFound,
		"ResourceNotFound.DataEngineNotActivity": cloud.ErrConflict, "ResourceNotFound.DataEngineNotUnique": cloud.ErrConflict,
		"InvalidParameter.TaskNotFound": cloud.ErrNotFound, "InvalidParameter.DuplicateDataEngineName": cloud.ErrConflict,
		"FailedOperation.NoPermission": cloud.ErrDenied, "InvalidParameterValue.QuotaExceeded": cloud.ErrQuota,
		"FailedOperation": cloud.ErrInternal, "InternalError": cloud.ErrInternal,
		"AuthFailure.SignatureFailure": cloud.ErrUnauthenticated, "AuthFailure.UnauthorizedOperation": cloud.ErrDenied,
		"RequestLimitExceeded": cloud.ErrThrottled, "RequestLimitExceeded.UinLimitExceeded": cloud.ErrThrottled,
		"RequestLimitExceeded.OfNextYear": cloud.ErrThrottled, "ResourceNotFound.OfNextYear": cloud.ErrNotFound,
		"ServiceUnavailable": cloud.ErrUnavailable, "UnsupportedOperation.X": cloud.ErrUnsupported, "SomethingElse": "",
		"NoSuchVersion": cloud.ErrUnsupported, "NoSuchProduct": cloud.ErrUnsupported, "InvalidAction": cloud.ErrUnsupported, "ActionOffline": cloud.ErrUnsupported,
		"AuthFailure.SecretIdNotFound": cloud.ErrUnauthenticated, "AuthFailure.KeyNotExist": cloud.ErrUnauthenticated,
		"UnauthorizedOperation.RoleNotFound": cloud.ErrDenied, "InvalidAction.NotFound": cloud.ErrUnsupported,
		"ResourceNotFound.ClusterNotRunning": cloud.ErrConflict, "ResourceNotFound.QueueNotUnique": cloud.ErrConflict, "ResourceNotFound.UserNotFound": cloud.ErrNotFound,
		"FailedOperation.QueueNotFound": cloud.ErrNotFound, "InvalidParameter.QueueNotExist": cloud.ErrNotFound, "FailedOperation.QueueAlreadyExists": cloud.ErrConflict,
		"FailedOperation.FailedOperationCode_QueueNotFound": cloud.ErrNotFound, "FailedOperation.TooManyQueues": cloud.ErrQuota,
		"FailedOperation.ApiNotFound": cloud.ErrInternal, "InvalidParameter.ParameterNotFound": cloud.ErrInvalid, "InvalidParameter.RegionNotExist": cloud.ErrInvalid,
		"4100": cloud.ErrUnauthenticated, "4400": cloud.ErrThrottled, "5000": "",
	}
	own := map[cloud.Code]cloud.Kind{"AuthFailure.UnauthorizedOperation": cloud.ErrDenied} // whose first part would say otherwise
	for code, kind := range want {
		assert.Equal(t, kind, kindOf(code, own), code)
	}
}

func TestExpiredAndSkewed(t *testing.T) {
	t.Parallel()
	assert.True(t, expired("AuthFailure.TokenFailure"))
	assert.True(t, skewed("AuthFailure.SignatureExpire"))
	assert.False(t, expired("AuthFailure.SignatureExpire") || skewed("AuthFailure.TokenFailure"))
}

func TestKnownCodes(t *testing.T) {
	t.Parallel()
	s := Service{Name: "things", Kinds: map[cloud.Code]cloud.Kind{"FailedOperation.LabRunning": cloud.ErrConflict}}.Describe(cloud.Config{Region: "r"})
	assert.Equal(t, "tencent_cloud", s.Provider)
	for _, code := range []cloud.Code{"FailedOperation.LabRunning", "4400"} {
		assert.True(t, s.Known(code), code)
	}
	for _, code := range []cloud.Code{"FailedOperation.LabRunning2", "FailedOperation", ""} {
		assert.False(t, s.Known(code), code)
	}
}
