package proton

import (
	"errors"
	"net/http"
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
		{"zero config", cloud.Config{}, nil, "proton: invalid: Region: required"},
		{"region that is no host name", cloud.Config{Region: "us-east-1.evil.com"}, nil, `given "us-east-1.evil.com"`},
		{"endpoint that is no URL", cloud.Config{Region: "us-east-1", Endpoint: "proton"}, nil, "Endpoint: must be an https URL"},
		{"plain http", cloud.Config{Region: "us-east-1", Endpoint: "http://proton.example.com"}, nil, "must be https beyond loopback"},
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

// roundTrip is a transport that is one function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestOptionsChooseTheAddress(t *testing.T) {
	t.Parallel()
	for host, opts := range map[string][]Option{
		"proton.us-east-1.amazonaws.com":      nil,
		"proton-fips.us-east-1.amazonaws.com": {WithFIPS()},
		"proton.us-east-1.api.aws":            {WithDualStack()},
		"proton-fips.us-east-1.api.aws":       {WithDualStack(), WithFIPS()},
	} {
		c, err := New(cloud.Config{
			Region: "us-east-1", Credentials: cloud.StaticCredentials("id", "secret", ""), Retry: cloud.Retry{MaxAttempts: 1},
			HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, host, r.URL.Host)
				return nil, errors.New("sent")
			})},
		}, opts...)
		require.NoError(t, err)
		_, err = c.GetAccountSettings(t.Context(), GetAccountSettingsRequest{})
		assert.ErrorContains(t, err, "sent")
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	want := map[cloud.Code]cloud.Kind{
		CodeAccessDeniedException: cloud.ErrDenied, CodeConflictException: cloud.ErrConflict, CodeInternalServerException: cloud.ErrInternal,
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
