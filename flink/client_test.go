package flink

import (
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
	want := map[cloud.Code]cloud.Kind{
		"990301": cloud.ErrNotFound, "Throttling": cloud.ErrThrottled, "Throttling.User": cloud.ErrThrottled, "Throttling.Api": cloud.ErrThrottled,
		"Rejected.Throttling": cloud.ErrThrottled, "Forbidden.RAM": cloud.ErrDenied, "Forbidden.Whatever": cloud.ErrDenied, "NoPermission": cloud.ErrDenied,
		"InvalidAccessKeyId.NotFound": cloud.ErrUnauthenticated, "InvalidAccessKeyId.Inactive": cloud.ErrUnauthenticated,
		"SignatureDoesNotMatch": cloud.ErrUnauthenticated, "SignatureNonceUsed": cloud.ErrTransport,
		"InvalidTimeStamp.Expired": cloud.ErrUnauthenticated, "InvalidSecurityToken.Expired": cloud.ErrUnauthenticated,
		"ServiceUnavailable": cloud.ErrUnavailable, "InternalError": cloud.ErrInternal, "MissingParameter": cloud.ErrInvalid,
		"InvalidAction.NotFound": cloud.ErrUnsupported, "990999": "",
	}
	for code, kind := range want {
		assert.Equal(t, kind, kindOf(code), code)
	}
	assert.True(t, expired("InvalidSecurityToken.Expired"))
	assert.True(t, skewed("InvalidTimeStamp.Expired"))
	assert.False(t, expired("NoPermission") || skewed("NoPermission"))
}
