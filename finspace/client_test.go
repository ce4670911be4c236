package finspace

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
		{"zero config", cloud.Config{}, nil, "finspace: invalid: Region: required"},
		{"region that is no host name", cloud.Config{Region: "us-east-1.evil.com"}, nil, `given "us-east-1.evil.com"`},
		{"endpoint that is no URL", cloud.Config{Region: "us-east-1", Endpoint: "finspace"}, nil, "Endpoint: must be an https URL"},
		{"plain http", cloud.Config{Region: "us-east-1", Endpoint: "http://finspace.example.com"}, nil, "must be https beyond loopback"},
		{"endpoint and FIPS", cloud.Config{Region: "us-east-1", Endpoint: "https://example.com"}, []Option{WithFIPS()}, "excludes the FIPS and dual-stack options"},
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

func TestKinds(t *testing.T) {
	t.Parallel()
	want := map[cloud.Code]cloud.Kind{
		CodeAccessDeniedException: cloud.ErrDenied, CodeConflictException: cloud.ErrConflict, CodeInternalServerException: cloud.ErrInternal,
		CodeInvalidRequestException: cloud.ErrInvalid, CodeLimitExceededException: cloud.ErrQuota, CodeResourceAlreadyExistsException: cloud.ErrConflict,
		CodeResourceNotFoundException: cloud.ErrNotFound, CodeServiceQuotaExceededException: cloud.ErrQuota,
		CodeThrottlingException: cloud.ErrThrottled, CodeValidationException: cloud.ErrInvalid,
	}
	for code, kind := range want {
		assert.Equal(t, kind, errorKinds[code], code)
	}
	for code := range errorKinds {
		assert.Contains(t, want, code)
	}
}
