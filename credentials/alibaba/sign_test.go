package alibaba

import (
	"maps"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// TestSignedAssumeRole compares with signatures that a program in another language computed from the vendor's description, and
// which reproduces those of the vendor's own client for this operation.
func TestSignedAssumeRole(t *testing.T) {
	t.Parallel()
	const arn = "acs:ram::1234567890123456:role/release"
	tests := []struct {
		name, host, nonce string
		caller            cloud.Credentials
		role              Role
		headers           http.Header
		signed, signature string
	}{
		{
			name: "a user", host: "sts.aliyuncs.com", nonce: "nonce-1",
			caller:    cloud.Credentials{AccessKeyID: "LTAI5tExampleKeyOfAUser1", SecretAccessKey: cloud.NewSecret("userSecret0Kq3ZpTn8VwYx2Lb5Mh")},
			role:      Role{ARN: arn, SessionName: "polycloud-go", Duration: time.Hour},
			signed:    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version",
			signature: "94f55de7df98a4f8c5f330f0eff2ee0b6d51e7a3e357acb99f833a5140b13af9",
		},
		{
			name: "a role that assumes another", host: "sts-vpc.cn-hangzhou.aliyuncs.com", nonce: "nonce-2",
			caller: cloud.Credentials{
				AccessKeyID: "STS.key7", SecretAccessKey: cloud.NewSecret("givenSecret7"), SessionToken: cloud.NewSecret("givenToken7/+="),
			},
			role: Role{
				ARN: arn, SessionName: "a@b", Duration: 15 * time.Minute, ExternalID: "x y+z*~",
				Policy: `{"Version":"1","Statement":[{"Effect":"Allow","Action":"*"}]}`,
			},
			signed:    "host;x-acs-accesskey-id;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-security-token;x-acs-signature-nonce;x-acs-version",
			signature: "6b08cdba607e086f79aba50dd0dcc76e0760fcf24d7a6e923a2df89808b7209e",
		},
		{
			name: "as the vendor's client sent it", host: "sts.aliyuncs.com", nonce: "nonce-1",
			caller:    cloud.Credentials{AccessKeyID: "LTAI5tExampleKeyOfAUser1", SecretAccessKey: cloud.NewSecret("userSecret0Kq3ZpTn8VwYx2Lb5Mh")},
			role:      Role{ARN: arn, SessionName: "polycloud-go", Duration: time.Hour},
			headers:   http.Header{"X-Acs-Credentials-Provider": {"static_ak"}},
			signed:    "host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version",
			signature: "49c0b9190db39e9ca3d8ed73ca684950987387872f3222ef76a5d7b4dcc80ea7",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, tt.role.check())
			query := tt.role.parameters()
			setUnlessEmpty(query, "ExternalId", tt.role.ExternalID)
			r, err := http.NewRequest(http.MethodPost, (&url.URL{Scheme: "https", Host: tt.host, Path: "/", RawQuery: query.Encode()}).String(), nil)
			require.NoError(t, err)
			maps.Copy(r.Header, tt.headers)
			signAssumeRole(r, tt.caller, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), tt.nonce)
			assert.Equal(t, "ACS3-HMAC-SHA256 Credential="+tt.caller.AccessKeyID+",SignedHeaders="+tt.signed+",Signature="+tt.signature,
				r.Header.Get("Authorization"))
			assert.Equal(t, tt.caller.SessionToken.Reveal(), r.Header.Get("X-Acs-Security-Token"))
		})
	}
}

func TestSTSAddress(t *testing.T) {
	t.Parallel()
	env := func(pairs ...string) Option {
		return WithEnvironment(func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		})
	}
	const stsRegion, vpc, endpoint = "ALIBABA_CLOUD_STS_REGION", "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED", "ALIBABA_CLOUD_STS_ENDPOINT"
	tests := []struct {
		name    string
		opts    []Option
		profile stsPlace
		want    string
		err     string
	}{
		{"central", nil, stsPlace{}, "https://sts.aliyuncs.com", ""},
		{"region of the environment", []Option{env(stsRegion, "cn-beijing")}, stsPlace{}, "https://sts.cn-beijing.aliyuncs.com", ""},
		{"region of the profile", []Option{env(stsRegion, "cn-beijing")}, stsPlace{region: "cn-hongkong"}, "https://sts.cn-hongkong.aliyuncs.com", ""},
		{"region in code", []Option{env(endpoint, "sts.example.com"), WithRegion("eu-central-1")}, stsPlace{region: "cn-hongkong"}, "https://sts.eu-central-1.aliyuncs.com", ""},
		{"VPC", []Option{env(stsRegion, "cn-beijing", vpc, "True")}, stsPlace{}, "https://sts-vpc.cn-beijing.aliyuncs.com", ""},
		{"VPC of the profile", nil, stsPlace{region: "cn-beijing", vpc: true}, "https://sts-vpc.cn-beijing.aliyuncs.com", ""},
		{"endpoint of the environment", []Option{env(endpoint, "sts.example.com")}, stsPlace{region: "cn-hongkong"}, "https://sts.example.com", ""},
		{"endpoint of the profile", []Option{env(endpoint, "sts.example.com")}, stsPlace{endpoint: "https://sts.other.com/"}, "https://sts.other.com", ""},
		{"endpoint in code", []Option{WithSTSEndpoint("sts.in.code:8443"), WithRegion("x")}, stsPlace{endpoint: "sts.other.com"}, "https://sts.in.code:8443", ""},
		{"this machine", []Option{WithSTSEndpoint("http://127.0.0.1:80")}, stsPlace{}, "http://127.0.0.1:80", ""},
		{"in the clear", []Option{WithSTSEndpoint("http://sts.aliyuncs.com")}, stsPlace{}, "", "the STS endpoint needs https, because it is not on this machine"},
		{"a path", []Option{WithSTSEndpoint("https://sts.aliyuncs.com/a")}, stsPlace{}, "", "the STS endpoint is not a host, or https:// with a host"},
		{"a user", nil, stsPlace{endpoint: "https://u:p@sts.aliyuncs.com"}, "", "sts_endpoint is not a host, or https:// with a host"},
		{"no address", nil, stsPlace{endpoint: "https://%zz"}, "", "sts_endpoint is not a host, or https:// with a host"},
		{"another host as region", []Option{WithRegion("evil.com/")}, stsPlace{}, "", "the region of STS has other characters than a-z, 0-9 and hyphens"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newSettings(append([]Option{env()}, tt.opts...))
			u, err := s.stsAddress(tt.profile)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				assert.ErrorIs(t, err, cloud.ErrInvalid)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, u.String())
		})
	}
}

func TestSplitCommand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		command string
		windows bool
		want    []string
	}{
		{`get-keys`, false, []string{"get-keys"}},
		{`  get-keys  --for "my account"	-x ''`, false, []string{"get-keys", "--for", "my account", "-x", ""}},
		{`a'b c'd"e f"`, false, []string{"ab cde f"}},
		{`a\ b \"c\" '\d'`, false, []string{"a b", `"c"`, `\d`}},
		{`"\a \" \\ \$ '"`, false, []string{`\a " \ $ '`}},
		{"a\\\nb \"c\\\nd\"", false, []string{"ab", "cd"}},
		{`"C:\Program Files\get.exe" C:\x\y "\""`, true, []string{`C:\Program Files\get.exe`, `C:\x\y`, `"`}},
		{`"C:\\x"`, true, []string{`C:\\x`}},
		{`"a\\"`, false, []string{`a\`}},
	}
	for _, tt := range tests {
		got, err := splitCommand(tt.command, tt.windows)
		require.NoError(t, err, tt.command)
		assert.Equal(t, tt.want, got, tt.command)
	}
	for command, want := range map[string]string{
		"": "process_command is empty", "  ": "process_command is empty", `"" x`: "process_command is empty",
		`a "b`: "process_command has a quote that does not end", `a 'b`: "process_command has a quote that does not end",
		`a\`: "process_command ends with a backslash",
	} {
		_, err := splitCommand(command, false)
		require.EqualError(t, err, want, command)
	}
}
