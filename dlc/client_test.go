package dlc

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	guangzhou := cloud.Config{Region: "ap-guangzhou"}
	elsewhere := cloud.Config{Region: "ap-guangzhou", Endpoint: "https://example.com"}
	tests := []struct {
		name string
		cfg  cloud.Config
		opt  Option
		says string
	}{
		{"zero config", cloud.Config{}, WithSite(Mainland), "dlc: invalid: Region: required"},
		{"unknown site", guangzhou, WithSite("moon"), `WithSite: must be Mainland or International, given "moon"`},
		{"an engine without a name", guangzhou, WithDataEngineName("DataEngine-1", ""), "WithDataEngineName: must have an ID and a name"},
		{"unknown language", guangzhou, WithLanguage("fr"), "WithLanguage: must be zh-CN or en-US"},
		{"request client with a slash", guangzhou, WithRequestClient("acme/1.0"), `given "acme/1.0"`},
		{"endpoint and internal", elsewhere, WithInternalEndpoint(), "excludes WithInternalEndpoint and WithRegionalEndpoint"},
		{"endpoint and regional", elsewhere, WithRegionalEndpoint(), "excludes WithInternalEndpoint and WithRegionalEndpoint"},
		{"plain http", cloud.Config{Region: "ap-guangzhou", Endpoint: "http://example.com"}, WithSite(Mainland), "must be https beyond loopback"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := New(tt.cfg, tt.opt)
			assert.Nil(t, c)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.ErrorContains(t, err, tt.says)
		})
	}
	_, err := New(guangzhou, WithInternalEndpoint(), WithRegionalEndpoint())
	assert.ErrorIs(t, err, cloud.ErrInvalid)
}

// seen keeps the headers of the one request that a test makes.
type seen struct{ request *http.Request }

var errSeen = errors.New("seen")

func (s *seen) RoundTrip(r *http.Request) (*http.Response, error) {
	s.request = r
	return nil, errSeen
}

func TestAddressAndHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, region   string
		opts           []Option
		host, language string
		signed         string
	}{
		{"mainland", "ap-guangzhou", nil, "dlc.tencentcloudapi.com", "zh-CN", "content-type;host;x-tc-action"},
		{"international", "ap-singapore", []Option{WithSite(International)}, "dlc.intl.tencentcloudapi.com", "en-US", "content-type;host;x-tc-action"},
		{"regional", "ap-singapore", []Option{WithSite(International), WithRegionalEndpoint()}, "dlc.ap-singapore.tencentcloudapi.com", "en-US", "content-type;host;x-tc-action"},
		{"internal", "ap-guangzhou", []Option{WithInternalEndpoint(), WithLanguage("en-US")}, "dlc.internal.tencentcloudapi.com", "en-US", "content-type;host;x-tc-action"},
		{"financial region", "ap-shanghai-fsi", nil, "dlc.ap-shanghai-fsi.tencentcloudapi.com", "zh-CN", "content-type;host;x-tc-action"},
		{"action unsigned", "ap-guangzhou", []Option{WithActionUnsigned(), WithRequestClient("acme 1.0")}, "dlc.tencentcloudapi.com", "zh-CN", "content-type;host"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := &seen{}
			c, err := New(cloud.Config{
				Region: tt.region, Credentials: cloud.StaticCredentials("id", "secret", "token"),
				HTTPClient: &http.Client{Transport: s}, Retry: cloud.Retry{MaxAttempts: 1},
			}, tt.opts...)
			require.NoError(t, err)
			_, err = c.DescribeDataEngine(context.Background(), DescribeDataEngineRequest{DataEngineName: "etl"})
			require.ErrorIs(t, err, errSeen)
			h := s.request.Header
			assert.Equal(t, tt.host, s.request.URL.Host)
			assert.Equal(t, tt.language, h.Get("X-TC-Language"))
			assert.Equal(t, tt.region, h.Get("X-TC-Region"))
			assert.Equal(t, "DescribeDataEngine", h.Get("X-TC-Action"))
			assert.Equal(t, "2021-01-25", h.Get("X-TC-Version"))
			assert.Equal(t, "token", h.Get("X-TC-Token"))
			assert.Contains(t, h.Get("Authorization"), "SignedHeaders="+tt.signed+",")
		})
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	want := map[cloud.Code]cloud.Kind{
		"ResourceNotFound.DataEngineNotActivity": cloud.ErrConflict, "InvalidParameter.TaskNotFound": cloud.ErrNotFound,
		"InvalidParameter.DuplicateDataEngineName": cloud.ErrConflict, "FailedOperation.NoPermission": cloud.ErrDenied,
		"AuthFailure.UnauthorizedOperation": cloud.ErrDenied,
	}
	for code, kind := range want {
		assert.Equal(t, kind, errorKinds[code], code)
	}
	assert.Greater(t, len(errorKinds), 300)
}
