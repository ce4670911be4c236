package flink

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

func TestWorkspaceAndNamespaceAreRequired(t *testing.T) {
	t.Parallel()
	c, err := New(cloud.Config{Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", "")})
	require.NoError(t, err)
	_, err = c.HotUpdateJob(t.Context(), HotUpdateJobRequest{JobID: "j"})
	require.ErrorIs(t, err, cloud.ErrInvalid)
	assert.ErrorContains(t, err, "workspace: required, on the request or as an option of the client")
	assert.ErrorContains(t, err, "namespace: required")
}

func TestOptionsChooseTheAddressAndSignature(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		opts            []Option
		host, signature string
	}{
		{nil, "ververica.cn-hangzhou.aliyuncs.com", "^ACS3-HMAC-SHA256 Credential=id,"},
		{[]Option{WithVPC()}, "ververica-vpc.cn-hangzhou.aliyuncs.com", "^ACS3-HMAC-SHA256 Credential=id,"},
		{[]Option{WithHMACSHA1()}, "ververica.cn-hangzhou.aliyuncs.com", "^acs id:"},
	} {
		c, err := New(cloud.Config{
			Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""), Retry: cloud.Retry{MaxAttempts: 1},
			HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, tt.host, r.URL.Host)
				assert.Regexp(t, tt.signature, r.Header.Get("Authorization"))
				return nil, errors.New("sent")
			})},
		}, append(tt.opts, WithWorkspace("w"), WithNamespace("n"))...)
		require.NoError(t, err)
		_, err = c.ListEngineVersionMetadata(t.Context(), ListEngineVersionMetadataRequest{})
		assert.ErrorContains(t, err, "sent")
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	assert.Equal(t, cloud.ErrNotFound, errorKinds["990301"])
	assert.Equal(t, cloud.ErrUnavailable, errorKinds["998001"])
}

// TestOnlyTheServiceSaysNotFound covers the responses of gateways and of the service with status 404.
func TestOnlyTheServiceSaysNotFound(t *testing.T) {
	t.Parallel()
	gateway := func(code string) string { return `{"RequestId":"r","HostId":"h","Code":"` + code + `","Message":"m"}` }
	for body, kind := range map[string]cloud.Kind{
		gateway("InvalidApi.NotFound"):            cloud.ErrUnsupported,
		gateway("InvalidVersion"):                 cloud.ErrUnsupported,
		gateway("InvalidAction.NotFound"):         cloud.ErrUnsupported,
		gateway("InvalidProduct.NotFound"):        cloud.ErrUnsupported,
		gateway("DomainNotFound"):                 cloud.ErrUnsupported,
		gateway("EntityNotExist.User"):            cloud.ErrUnsupported,
		gateway("Other"):                          cloud.ErrUnsupported,
		gateway("InvalidAccessKeyId.NotFound"):    cloud.ErrUnauthenticated,
		gateway("InvalidSessionCluster.NotFound"): cloud.ErrNotFound,
		`{"requestId":"r","success":false,"errorCode":"990301","errorMessage":"m"}`: cloud.ErrNotFound,
		`{"requestId":"r","success":false,"errorCode":"990999","errorMessage":"m"}`: cloud.ErrUnsupported,
		`{"requestId":"r","success":false,"errorMessage":"no such cluster"}`:        cloud.ErrUnsupported,
		`{"success":false,"message":"no such page"}`:                                cloud.ErrTransport,
		`{"code":404,"message":"no route"}`:                                         cloud.ErrTransport,
		`<html>`:                                                                    cloud.ErrTransport,
		``:                                                                          cloud.ErrTransport,
	} {
		c, err := New(cloud.Config{
			Region: "cn-hangzhou", Credentials: cloud.StaticCredentials("id", "secret", ""), Retry: cloud.Retry{MaxAttempts: 1},
			HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) { return response(r, 404, body), nil })},
		}, WithWorkspace("w"), WithNamespace("n"))
		require.NoError(t, err)
		_, err = c.GetSessionCluster(t.Context(), GetSessionClusterRequest{SessionClusterName: "s"})
		assert.Equal(t, kind, cloud.KindOf(err), "%s: %v", body, err)
	}
}
