package tencent

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/protocoltest"
)

func TestResolve(t *testing.T) {
	t.Parallel()
	const secretText = "wJalrXUtnFEMIbPxRfiCYEXAMPLEKEY"
	home := protocoltest.Home(t, map[string]string{
		".tccli/default.configure":  `{"_sys_param": {"region": "ap-guangzhou"}, "dlc": {"endpoint": "dlc.tencentcloudapi.com", "version": "2021-01-25"}}`,
		".tccli/old.configure":      `{"region": "ap-shanghai"}`,
		".tccli/inside.configure":   `{"_sys_param": {"region": "ap-beijing"}, "dlc": {"endpoint": "dlc.internal.tencentcloudapi.com"}}`,
		".tccli/url.configure":      `{"_sys_param": {"region": "ap-beijing"}, "dlc": {"endpoint": "http://127.0.0.1:8080"}}`,
		".tccli/bad.configure":      `{"_sys_param": {"region": "Peking"}}`,
		".tccli/host.configure":     `{"_sys_param": {"region": "ap-beijing"}, "dlc": {"endpoint": "dlc:x:y"}}`,
		".tccli/damaged.configure":  `{"secretKey": "` + secretText + `"`,
		".tccli/mistyped.configure": `{"_sys_param": "` + secretText + `"}`,
		".tccli/empty.configure":    "{}",
	})
	at := func(name string) string { return filepath.Join(home, ".tccli", name+".configure") }
	inside := map[string]string{"TCCLI_PROFILE": "inside"}
	tests := []struct {
		name                   string
		cfg                    cloud.Config
		s                      Service
		env                    map[string]string
		region, endpoint, says string
	}{
		{name: "default profile", region: "ap-guangzhou"},
		{name: "Config", cfg: cloud.Config{Region: "ap-tokyo", Endpoint: "https://mine"}, env: inside, region: "ap-tokyo", endpoint: "https://mine"},
		{name: "variable", env: map[string]string{"TENCENTCLOUD_REGION": "ap-seoul"}, region: "ap-seoul"},
		{name: "older file", env: map[string]string{"TCCLI_PROFILE": "old"}, region: "ap-shanghai"},
		{name: "endpoint", env: inside, region: "ap-beijing", endpoint: "https://dlc.internal.tencentcloudapi.com"},
		{name: "endpoint with a scheme", env: map[string]string{"TCCLI_PROFILE": "url"}, region: "ap-beijing", endpoint: "http://127.0.0.1:8080"},
		{name: "site", env: inside, s: Service{Site: International}, region: "ap-beijing"},
		{name: "internal", env: inside, s: Service{Internal: true}, region: "ap-beijing"},
		{name: "regional", env: inside, s: Service{Regional: true}, region: "ap-beijing"},
		{name: "no file", env: map[string]string{"TCCLI_PROFILE": "nobody"}, says: "Region: required: set it, or TENCENTCLOUD_REGION, or region in " + at("nobody")},
		{name: "no region", env: map[string]string{"TCCLI_PROFILE": "empty"}, says: "Region: required"},
		{name: "no home", env: map[string]string{"HOME": ""}, says: "Region: required"},
		{name: "bad region", env: map[string]string{"TCCLI_PROFILE": "bad"}, says: "region in " + at("bad") + ": must consist"},
		{name: "bad variable", env: map[string]string{"TENCENTCLOUD_REGION": "-"}, says: "TENCENTCLOUD_REGION: must consist"},
		{name: "bad endpoint", env: map[string]string{"TCCLI_PROFILE": "host"}, says: "dlc.endpoint in " + at("host") + ": must be a URL"},
		{name: "a path", env: map[string]string{"TCCLI_PROFILE": "../x"}, says: "TCCLI_PROFILE: must be the name of a profile"},
		{name: "damaged file", env: map[string]string{"TCCLI_PROFILE": "damaged"}, says: at("damaged") + ": must be a JSON object"},
		{name: "mistyped file", env: map[string]string{"TCCLI_PROFILE": "mistyped"}, says: at("mistyped") + ": must have _sys_param as"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.cfg.Environment = protocoltest.Environment(home, tt.env)
			tt.s.Name = "dlc"
			cfg, err := resolve(tt.cfg, tt.s)
			if tt.says == "" {
				require.NoError(t, err)
				assert.Equal(t, []string{tt.region, tt.endpoint}, []string{cfg.Region, cfg.Endpoint})
				return
			}
			require.ErrorContains(t, err, tt.says)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.NotContains(t, err.Error(), secretText)
		})
	}
	cfg, err := resolve(cloud.Config{}, Service{Name: "dlc"})
	require.NoError(t, err)
	assert.Empty(t, cfg.Region)
}
