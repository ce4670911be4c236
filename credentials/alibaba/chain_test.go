package alibaba_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
)

// TestOrder takes the sources away one after the other, from the first.
func TestOrder(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	dir := home(t, map[string]string{
		inCLI:  `{"current":"p","profiles":[{"name":"p","mode":"AK","access_key_id":"cliKey","access_key_secret":"s"}]}`,
		inFile: "[default]\ntype = access_key # of a user\naccess_key_id = fileKey\naccess_key_secret = s\n",
		inOIDC: oidcToken + "\n",
	})
	env := variables{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "envKey", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s",
		"ALIBABA_CLOUD_ROLE_ARN": roleARN, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": providerARN, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": dir + "/token",
		"ALIBABA_CLOUD_ECS_METADATA": "ecs-role", "ALIBABA_CLOUD_CREDENTIALS_URI": v.URL + "/keys", "HOME": dir,
	}
	chain := alibaba.Chain(append(v.options(), env.option())...)
	steps := []struct{ source, id, without, with string }{
		{"environment", "envKey", "ALIBABA_CLOUD_ACCESS_KEY_ID,ALIBABA_CLOUD_ACCESS_KEY_SECRET", ""},
		{"OIDC role", "STS.key1", "ALIBABA_CLOUD_OIDC_TOKEN_FILE,ALIBABA_CLOUD_OIDC_PROVIDER_ARN", ""},
		{"aliyun CLI profile p", "cliKey", "", "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"},
		{"credentials file, section default", "fileKey", "HOME", ""},
		{"ECS RAM role", "STS.key2", "", "ALIBABA_CLOUD_ECS_METADATA_DISABLED"},
		{"credentials URI", "STS.key3", "ALIBABA_CLOUD_CREDENTIALS_URI", ""},
	}
	for _, step := range steps {
		got, err := chain.Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, step.id, got.AccessKeyID)
		assert.Equal(t, step.source, got.Source)
		for name := range maps.Keys(env) {
			if step.without != "" && slices.Contains(strings.Split(step.without, ","), name) {
				delete(env, name)
			}
		}
		if step.with != "" {
			env[step.with] = "true"
		}
	}
	_, err := chain.Credentials(t.Context())
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	for _, reason := range []string{
		"environment (ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not set)", "OIDC role (", "CLI_PROFILE_DISABLED",
		"HOME is not set", "ECS RAM role (it is turned off by ALIBABA_CLOUD_ECS_METADATA_DISABLED)", "ALIBABA_CLOUD_CREDENTIALS_URI is not set",
	} {
		assert.ErrorContains(t, err, reason)
	}
}

func TestEnvironmentAsOfTheCore(t *testing.T) {
	const id, secret, token = "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"
	for _, values := range [][3]string{{"", "", ""}, {"LTAIx", "", ""}, {"", "s", ""}, {"LTAIx", "s", ""}, {"STS.x", "s", "t"}} {
		t.Setenv(id, values[0])
		t.Setenv(secret, values[1])
		t.Setenv(token, values[2])
		want, wantErr := cloud.AlibabaEnvironment().Credentials(t.Context())
		got, err := alibaba.Chain(alibaba.WithHome(t.TempDir()), alibaba.WithoutMetadata()).Credentials(t.Context())
		assert.Equal(t, wantErr == nil, err == nil, "%v", err)
		assert.Equal(t, want, got)
		if err != nil {
			assert.Equal(t, cloud.KindOf(wantErr), cloud.KindOf(err))
		}
	}
}

// TestAProfileInCode checks that nothing gets in its way, and nothing takes its place.
func TestAProfileInCode(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	env := variables{
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "other", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s", "ALIBABA_CLOUD_PROFILE": "q",
		"ALIBABA_CLOUD_ECS_METADATA": "ecs-role", "ALIBABA_CLOUD_CREDENTIALS_URI": v.URL + "/keys",
	}
	dir := home(t, map[string]string{
		inCLI:  `{"current":"q","profiles":[{"name":"q","mode":"AK","access_key_id":"q","access_key_secret":"s"},{"name":"cli","mode":"AK","access_key_id":"cliKey","access_key_secret":"s"}]}`,
		inFile: "[file]\ntype=access_key\naccess_key_id=fileKey\naccess_key_secret=s\n",
	})
	for name, want := range map[string]string{"cli": "cliKey", "file": "fileKey"} {
		got, err := alibaba.Chain(env.option(), alibaba.WithHome(dir), alibaba.WithProfile(name)).Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got.AccessKeyID)
	}
	_, err := alibaba.Chain(env.option(), alibaba.WithHome(dir), alibaba.WithProfile("third")).Credentials(t.Context())
	require.EqualError(t, err, "credentials of the credentials file: the profile third, which was asked for by name, is neither there nor in the "+
		"file of the aliyun CLI: ~/.alibabacloud/credentials has no section [third]")

	delete(env, "ALIBABA_CLOUD_ACCESS_KEY_ID")
	delete(env, "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
	env["ALIBABA_CLOUD_PROFILE"] = "third"
	_, err = alibaba.Chain(append(v.options(), env.option(), alibaba.WithHome(dir))...).Credentials(t.Context())
	require.ErrorContains(t, err, "the profile third, which was asked for by name")
	assert.Zero(t, v.requests.Load(), "no other identity takes its place")
}

// TestStuckAfterFailure checks that a chain that failed as a whole, or at one source, finds what is there later, and the first
// source again after a later one succeeded.
func TestStuckAfterFailure(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	env := variables{"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}
	dir := home(t, nil)
	chain := alibaba.Chain(append(v.options(), env.option(), alibaba.WithHome(dir))...)
	_, err := chain.Credentials(t.Context())
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)

	delete(env, "ALIBABA_CLOUD_ECS_METADATA_DISABLED")
	got, err := chain.Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "ECS RAM role", got.Source)

	env["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "half"
	_, err = chain.Credentials(t.Context())
	require.ErrorContains(t, err, "credentials of the environment: ALIBABA_CLOUD_ACCESS_KEY_SECRET is empty")
	assert.False(t, cloud.IsNotConfigured(err))

	env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = "s"
	got, err = chain.Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "environment", got.Source)
}

// TestExpires checks that temporary keys of every kind know their end.
func TestExpires(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	dir := home(t, map[string]string{inOIDC: oidcToken})
	envs := map[string]variables{
		"OIDC":     {"ALIBABA_CLOUD_ROLE_ARN": roleARN, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": providerARN, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": dir + "/token"},
		"metadata": {},
		"URI":      {"ALIBABA_CLOUD_CREDENTIALS_URI": v.URL + "/keys", "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "1"},
	}
	for name, env := range envs {
		got, err := alibaba.Chain(append(v.options(), env.option(), alibaba.WithHome(dir))...).Credentials(t.Context())
		require.NoError(t, err, name)
		assert.WithinDuration(t, time.Now().Add(time.Hour), got.Expires, 5*time.Minute, name)
	}
}

// TestExplain checks the table, and that it holds no secret.
func TestExplain(t *testing.T) {
	t.Parallel()
	dir := home(t, profiles(`{"name":"p","mode":"AK","access_key_id":"`+longID+`","access_key_secret":"`+longSecret+`"}`))
	chain := alibaba.Chain(variables{}.option(), alibaba.WithHome(dir), alibaba.WithoutMetadata())
	report := chain.Explain(t.Context())
	assert.Equal(t, "aliyun CLI profile", report.Used())
	assert.Equal(t, `SOURCE              TRIED  RESULT
environment         yes    not set up: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are not set
OIDC role           yes    not set up: ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set
aliyun CLI profile  yes    used, access key ID LTAI5tExampleKeyOfAUser1
credentials file    no     a source before it ended the chain
ECS RAM role        no     a source before it ended the chain
credentials URI     no     a source before it ended the chain
`, report.String())
	assert.NotContains(t, fmt.Sprintf("%+v %#v", report, report), longSecret)
}

func TestHalfSetOIDC(t *testing.T) {
	t.Parallel()
	env := variables{"ALIBABA_CLOUD_OIDC_TOKEN_FILE": "/nowhere", "ALIBABA_CLOUD_ROLE_ARN": roleARN}
	_, err := alibaba.Chain(nowhere(t, env.option())...).Credentials(t.Context())
	require.ErrorContains(t, err, "credentials of the OIDC role: ALIBABA_CLOUD_ROLE_ARN, ALIBABA_CLOUD_OIDC_PROVIDER_ARN and "+
		"ALIBABA_CLOUD_OIDC_TOKEN_FILE belong together, and ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set")
	env["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"] = providerARN
	_, err = alibaba.Chain(nowhere(t, env.option())...).Credentials(t.Context())
	require.ErrorContains(t, err, "the OIDC token file cannot be read: no such file or directory")
	env["ALIBABA_CLOUD_ROLE_ARN"] = "release"
	_, err = alibaba.Chain(nowhere(t, env.option())...).Credentials(t.Context())
	require.ErrorContains(t, err, "the role's ARN is not of the form acs:ram::ACCOUNT:role/NAME, it has 7 bytes")
	assert.True(t, errors.Is(err, cloud.ErrInvalid))
}
