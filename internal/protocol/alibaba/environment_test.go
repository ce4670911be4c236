package alibaba

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/protocoltest"
)

const secretText = "wJalrXUtnFEMIbPxRfiCYEXAMPLEKEY"

const profilesText = `{"current": "prod", "profiles": [
	{"name": "default", "mode": "AK", "access_key_secret": "` + secretText + `", "region_id": "cn-shanghai"},
	{"name": "prod", "mode": "AK", "access_key_secret": "` + secretText + `", "region_id": "cn-beijing"},
	{"name": "bad", "region_id": "China"}, {"name": "none"}]}`

func TestResolve(t *testing.T) {
	t.Parallel()
	home := protocoltest.Home(t, map[string]string{
		".aliyun/config.json": profilesText, "plain.json": `{"profiles": [{"name": "default", "region_id": "cn-shenzhen"}]}`,
		"damaged.json": `{"profiles": [{"access_key_secret": "` + secretText + `"`, "mistyped.json": `{"profiles": "` + secretText + `"}`,
	})
	at := func(name string) string { return filepath.Join(home, name) }
	tests := []struct {
		name         string
		cfg          cloud.Config
		env          map[string]string
		region, says string
	}{
		{name: "current profile", region: "cn-beijing"},
		{name: "Config", cfg: cloud.Config{Region: "cn-hangzhou"}, env: map[string]string{"ALIBABA_CLOUD_REGION_ID": "x y"}, region: "cn-hangzhou"},
		{name: "variable", env: map[string]string{"ALIBABA_CLOUD_REGION_ID": "cn-hongkong", "ALIBABA_CLOUD_REGION": "other"}, region: "cn-hongkong"},
		{name: "Terraform's variable", env: map[string]string{"ALIBABA_CLOUD_REGION": "cn-hongkong"}, region: "cn-hongkong"},
		{name: "named profile", env: map[string]string{"ALIBABA_CLOUD_PROFILE": "default"}, region: "cn-shanghai"},
		{name: "default profile", env: map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": at("plain.json")}, region: "cn-shenzhen"},
		{name: "a file that is not needed", env: map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": at("damaged.json"), "ALIBABA_CLOUD_REGION_ID": "cn-hongkong"}, region: "cn-hongkong"},
		{name: "profiles disabled", env: map[string]string{"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}, says: "Region: required: set it, or ALIBABA_CLOUD_REGION_ID"},
		{name: "profiles ignored", env: map[string]string{"ALIBABA_CLOUD_IGNORE_PROFILE": "TRUE"}, says: "Region: required"},
		{name: "no file", env: map[string]string{"HOME": at("nobody")}, says: "Region: required"},
		{name: "no region", env: map[string]string{"ALIBABA_CLOUD_PROFILE": "none"}, says: "Region: required"},
		{name: "unknown profile", env: map[string]string{"ALIBABA_CLOUD_PROFILE": "nobody"}, says: "ALIBABA_CLOUD_PROFILE: must name a profile in " + at(".aliyun/config.json")},
		{name: "bad region", env: map[string]string{"ALIBABA_CLOUD_PROFILE": "bad"}, says: "region_id of profile bad in " + at(".aliyun/config.json") + ": must consist"},
		{name: "bad variable", env: map[string]string{"ALIBABA_CLOUD_REGION": "a.b"}, says: "ALIBABA_CLOUD_REGION: must consist"},
		{name: "damaged file", env: map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": at("damaged.json")}, says: at("damaged.json") + ": must be JSON with profiles"},
		{name: "mistyped file", env: map[string]string{"ALIBABA_CLOUD_CONFIG_FILE": at("mistyped.json")}, says: at("mistyped.json") + ": must be JSON with profiles"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.cfg.Environment = protocoltest.Environment(home, tt.env)
			cfg, err := Resolve(tt.cfg, "flink")
			if tt.says == "" {
				require.NoError(t, err)
				assert.Equal(t, tt.region, cfg.Region)
				return
			}
			require.ErrorContains(t, err, tt.says)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.NotContains(t, err.Error(), secretText)
		})
	}
	cfg, err := Resolve(cloud.Config{}, "flink")
	require.NoError(t, err)
	assert.Empty(t, cfg.Region)
}
