package tencent_test

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/tencent"
	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/sign/tc3"
)

// TestOrder takes away one source after another.
func TestOrder(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	later := time.Now().Add(time.Hour)
	metadata := serve(t, cvm("worker", later, &asked))
	sts := serve(t, say(200, stsBody("AKIDtke", later)))
	home := folder(t, map[string]string{
		".tccli/default.credential": `{"secretId": "AKIDtccli", "secretKey": "` + secretKey + `"}`,
		".tencentcloud/credentials": "[default]\nsecret_id = AKIDfile\nsecret_key = " + secretKey + "\n",
	})
	env := tkeVariables(t)
	env["TENCENTCLOUD_SECRET_ID"], env["TENCENTCLOUD_SECRET_KEY"] = "AKIDenv", secretKey
	without := func(names ...string) {
		for _, name := range names {
			delete(env, name)
		}
	}
	steps := []struct {
		id, source, used string
		then             func()
	}{
		{"AKIDenv", "environment", "environment", func() { without("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY") }},
		{"AKIDtke", "TKE OIDC, role " + roleARN, "TKE OIDC", func() {
			without("TKE_REGION", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN")
		}},
		{"AKIDtccli", "tccli profile default", "tccli profile", func() { env["TENCENTCLOUD_SHARED_CREDENTIALS_DIR"] = home }},
		{"AKIDfile", "credentials file, profile default", "credentials file", func() { home = t.TempDir() }},
		{"AKIDcvm", "CVM role worker", "CVM role", func() {}},
	}
	for i, step := range steps {
		chain := tencent.Chain(env.option(), tencent.WithHome(home), tencent.WithSTSEndpoint(sts), tencent.WithMetadataEndpoint(metadata))
		c, err := chain.Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, step.id, c.AccessKeyID)
		assert.Equal(t, step.source, c.Source)
		report := chain.Explain(t.Context())
		assert.Equal(t, step.used, report.Used())
		assert.Len(t, report, 5)
		for j, s := range report {
			assert.Equal(t, j <= i, s.Tried, "%s in step %d", s.Source, i)
		}
		leaksNothing(t, c, report, []cloud.SourceReport(report))
		step.then()
	}
	assert.EqualValues(t, 4, asked.Load(), "two for the keys and two for the report")
}

func TestNothingIsSetUp(t *testing.T) {
	t.Parallel()
	chain := tencent.Chain(variables{}.option(), tencent.WithHome(t.TempDir()), tencent.WithTransport(offline))
	_, err := chain.Credentials(t.Context())
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	for _, part := range []string{
		"TENCENTCLOUD_SECRET_ID", "TKE_ROLE_ARN", "default.credential does not exist", "credentials does not exist",
		"this is no CVM instance: metadata.tencentyun.com: no route to host",
	} {
		require.ErrorContains(t, err, part)
	}
}

// TestConstructorDoesNothing checks that a chain reads and sends nothing until it is asked.
func TestConstructorDoesNothing(t *testing.T) {
	t.Parallel()
	chain := tencent.Chain(tencent.WithTransport(untouched(t)), tencent.WithEnvironment(func(name string) string {
		t.Errorf("%s was read", name)
		return ""
	}))
	tencent.AssumeRole(chain, tencent.Role{}, tencent.WithTransport(untouched(t)))
}

// TestEnvironmentIsTheSame checks that the chain reads what cloud.TencentEnvironment reads.
func TestEnvironmentIsTheSame(t *testing.T) {
	tests := []variables{
		{"TENCENTCLOUD_SECRET_ID": "id", "TENCENTCLOUD_SECRET_KEY": secretKey},
		{"TENCENTCLOUD_SECRET_ID": "id", "TENCENTCLOUD_SECRET_KEY": secretKey, "TENCENTCLOUD_TOKEN": "a", "TENCENTCLOUD_SECURITY_TOKEN": "b"},
		{"TENCENTCLOUD_SECRET_ID": "id", "TENCENTCLOUD_SECRET_KEY": secretKey, "TENCENTCLOUD_SECURITY_TOKEN": "b"},
		{"TENCENTCLOUD_SECRET_ID": "id"},
		{"TENCENTCLOUD_SECRET_KEY": secretKey},
		{"TENCENTCLOUD_TOKEN": "a"},
	}
	for _, env := range tests {
		for _, name := range []string{"TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"} {
			t.Setenv(name, env[name])
		}
		want, wantErr := cloud.TencentEnvironment().Credentials(t.Context())
		got, err := tencent.Chain(tencent.WithHome(t.TempDir()), tencent.WithoutMetadata()).Credentials(t.Context())
		if cloud.IsNotConfigured(wantErr) {
			require.ErrorContains(t, err, "no credentials in any source: environment")
			continue
		}
		assert.Equal(t, wantErr == nil, err == nil)
		if wantErr != nil {
			require.ErrorContains(t, err, wantErr.Error())
		}
		assert.Equal(t, want.AccessKeyID, got.AccessKeyID)
		assert.Equal(t, want.SecretAccessKey.Reveal(), got.SecretAccessKey.Reveal())
		assert.Equal(t, want.SessionToken.Reveal(), got.SessionToken.Reveal())
	}
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(time.Hour).Unix()
	number := func(n int64) string { b, _ := json.Marshal(n); return string(b) }
	keys := `"secretId": "AKIDx", "secretKey": "` + secretKey + `"`
	files := map[string]string{
		".tccli/default.credential":  `{` + keys + `}`,
		".tccli/typed.credential":    `{"type": "default", ` + keys + `, "token": null}`,
		".tccli/oauth.credential":    `{"type": "oauth", ` + keys + `, "token": "` + secretToken + `", "expiresAt": ` + number(soon) + `, "oauth": {"accessToken": "a"}}`,
		".tccli/sso.credential":      `{"type": "sso", ` + keys + `, "token": "` + secretToken + `", "expiresAt": "` + number(soon) + `"}`,
		".tccli/oldoauth.credential": `{"type": "oauth", ` + keys + `, "token": "` + secretToken + `", "expiresAt": 1700000000}`,
		".tccli/oldsso.credential":   `{"type": "sso", ` + keys + `, "token": "` + secretToken + `", "expiresAt": 1700000000.5}`,
		".tccli/oldkey.credential":   `{` + keys + `, "token": "` + secretToken + `", "expiresAt": 1700000000}`,
		".tccli/endless.credential":  `{"type": "oauth", ` + keys + `, "token": "` + secretToken + `"}`,
		".tccli/untoken.credential":  `{"type": "oauth", ` + keys + `, "expiresAt": ` + number(soon) + `}`,
		".tccli/millis.credential":   `{` + keys + `, "expiresAt": ` + number(soon) + `000}`,
		".tccli/half.credential":     `{"secretId": "AKIDx"}`,
		".tccli/half2.credential":    `{"secretKey": "` + secretKey + `"}`,
		".tccli/number.credential":   `{"secretId": 4711, "secretKey": "` + secretKey + `"}`,
		".tccli/other.credential":    `{"type": "` + secretKey + `", ` + keys + `}`,
		".tccli/list.credential":     `["` + secretKey + `"]`,
		".tccli/cut.credential":      `{"secretKey": "` + secretKey,
		".tccli/empty.credential":    `{}`,
		".tencentcloud/credentials": "[default]\nsecret_id = AKIDfile\nsecret_key = " + secretKey + "\n[dev]\nsecret_id = AKIDdev\nsecret_key = " + secretKey +
			"\ntoken = " + secretToken + "\n[half]\nsecret_id = x\n[empty]\nsecret_id = AKIDempty\nsecret_key = " + secretKey + "\n[keyless]\nsecret_id = x\n",
	}
	home := folder(t, files)
	tests := []struct{ profile, id, source, err string }{
		{"", "AKIDx", "tccli profile default", ""},
		{"typed", "AKIDx", "tccli profile typed", ""},
		{"oauth", "AKIDx", "tccli profile oauth", ""},
		{"sso", "AKIDx", "tccli profile sso", ""},
		{"oldoauth", "", "", "oldoauth.credential expired at 2023-11-14T22:13:20Z: run `tccli auth login --profile oldoauth`"},
		{"oldsso", "", "", "oldsso.credential expired at 2023-11-14T22:13:20Z: run `tccli sso login --profile oldsso`"},
		{"oldkey", "", "", "oldkey.credential expired at 2023-11-14T22:13:20Z: run `tccli auth login --profile oldkey`"},
		{"endless", "", "", "expiresAt is missing: run `tccli auth login --profile endless`"},
		{"untoken", "", "", "token is missing: run `tccli auth login"},
		{"millis", "", "", "expiresAt is not a time in seconds since 1970"},
		{"half", "", "", "half.credential: secretKey is missing"},
		{"half2", "", "", "half2.credential: secretId is missing"},
		{"number", "", "", "number.credential: secretId is not a string"},
		{"other", "", "", "type is none of default, oauth, sso and cvm-role"},
		{"list", "", "", "list.credential: not a JSON object"},
		{"cut", "", "", "cut.credential: not valid JSON"},
		{"empty", "AKIDempty", "credentials file, profile empty", ""}, // tccli has no key for it
		{"dev", "AKIDdev", "credentials file, profile dev", ""},
		{"keyless", "", "", `section "keyless" has no secret_key`},
		{"nobody", "", "", `has no section "nobody", nor does tccli have a profile of that name`},
		{"../../etc/x", "", "", "the profile must be a name, not a path"},
		{`..\x`, "", "", "the profile must be a name, not a path"},
	}
	for _, tt := range tests {
		for name, options := range map[string][]tencent.Option{
			"option":    {tencent.WithProfile(tt.profile)},
			"tccli":     {variables{"TCCLI_PROFILE": tt.profile}.option()},
			"Terraform": {variables{"TENCENTCLOUD_PROFILE": tt.profile}.option()},
		} {
			t.Run(tt.profile+" by "+name, func(t *testing.T) {
				t.Parallel()
				c, err := find(t, append(options, tencent.WithHome(home), tencent.WithoutMetadata())...)
				leaksNothing(t, c, err)
				if tt.err != "" {
					require.ErrorContains(t, err, tt.err)
					require.ErrorIs(t, err, cloud.ErrUnauthenticated)
					return
				}
				require.NoError(t, err)
				assert.Equal(t, tt.id, c.AccessKeyID)
				assert.Equal(t, tt.source, c.Source)
				assert.Equal(t, secretKey, c.SecretAccessKey.Reveal())
				if tt.profile == "oauth" || tt.profile == "sso" {
					assert.Equal(t, soon, c.Expires.Unix())
					assert.Equal(t, secretToken, c.SessionToken.Reveal())
				}
			})
		}
	}
}

// TestNamedProfileBeatsTheEnvironment checks that a program that names a profile gets no other identity.
func TestNamedProfileBeatsTheEnvironment(t *testing.T) {
	t.Parallel()
	env := tkeVariables(t)
	env["TENCENTCLOUD_SECRET_ID"], env["TENCENTCLOUD_SECRET_KEY"] = "AKIDenv", secretKey
	home := folder(t, map[string]string{".tccli/dev.credential": `{"secretId": "AKIDdev", "secretKey": "` + secretKey + `"}`})
	c, err := find(t, env.option(), tencent.WithHome(home), tencent.WithProfile("dev"))
	require.NoError(t, err)
	assert.Equal(t, "AKIDdev", c.AccessKeyID)
	_, err = find(t, env.option(), tencent.WithHome(home), tencent.WithProfile("prod"))
	require.ErrorContains(t, err, `credentials of the credentials file: tccli has no profile "prod", and `)
}

func TestCredentialsFile(t *testing.T) {
	t.Parallel()
	good := "[default]\nsecret_id=AKIDfile\nsecret_key=" + secretKey + "\ntoken = " + secretToken + "\n"
	home := folder(t, map[string]string{"elsewhere": good, "cut": "[default]\nsecret_key " + secretKey, "none": "[other]\na=b\n", "sub/x": ""})
	tests := []struct{ file, err string }{
		{"elsewhere", ""},
		{"missing", "TENCENTCLOUD_CREDENTIALS_FILE: "},
		{"cut", "cut: line 2 is neither a section"},
		{"sub", "sub is not a regular file"},
		{"none", `none has no section "default"`},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			t.Parallel()
			c, err := find(t, variables{"TENCENTCLOUD_CREDENTIALS_FILE": filepath.Join(home, tt.file)}.option(), tencent.WithoutMetadata())
			leaksNothing(t, c, err)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, secretToken, c.SessionToken.Reveal())
		})
	}
}

// TestSTSRequest compares requests with those that the vendor's Go client (1.3.209) sent for the same calls. That
// signs the action only on request; the signature with it was computed apart, by a program that reproduces the
// client's own without it, 034a53c251465cc2d21ef549ba4d2af04ec9eec488455b64d9ca5987e031dca7.
func TestSTSRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // virtual time begins with the year 2000, as in the recording
		var header http.Header
		var body string
		record := roundTrip(func(r *http.Request) (*http.Response, error) {
			text, err := io.ReadAll(r.Body)
			header, body = r.Header, string(text)
			assert.Equal(t, "POST https://sts.tencentcloudapi.com/", r.Method+" "+r.URL.String())
			return respond(200, stsBody("AKIDrole", time.Now().Add(time.Hour))), err
		})
		source := cloud.StaticCredentials("AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", secretKey, "token-of-the-session")
		role := tencent.Role{ARN: roleARN, SessionName: "audit", Duration: time.Hour}
		c, err := tencent.AssumeRole(source, role, tencent.WithTransport(record), tencent.WithRegion("ap-singapore")).Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "credentials of AKIDrole from role "+roleARN+" until 2000-01-01T01:00:00Z", c.String())
		assert.Equal(t, `{"DurationSeconds":3600,"RoleArn":"qcs::cam::uin/100000000001:roleName/deploy","RoleSessionName":"audit"}`, body)
		assert.Equal(t, http.Header{
			"X-Tc-Region": {"ap-singapore"}, "X-Tc-Version": {"2018-08-13"}, "X-Tc-Timestamp": {"946684800"}, "X-Tc-Token": {"token-of-the-session"},
			"Content-Type": {"application/json"}, "X-Tc-Action": {"AssumeRole"}, "X-Tc-Language": {"en-US"},
			"Authorization": {"TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2000-01-01/sts/tc3_request, " +
				"SignedHeaders=content-type;host;x-tc-action, Signature=02187de2285415a4849c85c09309fe3c8640df34910add6a70c5017f70d1cb89"},
		}, header)

		env := tkeVariables(t)
		write(t, env["TKE_WEB_IDENTITY_TOKEN_FILE"], "eyJhbGciOi.payload.signature\n")
		_, err = tencent.Chain(tencent.WithTransport(record), env.option()).Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, `{"DurationSeconds":7200,"ProviderId":"tke-oidc","RoleArn":"qcs::cam::uin/100000000001:roleName/deploy",`+
			`"RoleSessionName":"polycloud-go","WebIdentityToken":"eyJhbGciOi.payload.signature"}`, body)
		assert.Equal(t, http.Header{
			"X-Tc-Region": {"ap-singapore"}, "X-Tc-Version": {"2018-08-13"}, "X-Tc-Timestamp": {"946684800"}, "Authorization": {"SKIP"},
			"Content-Type": {"application/json"}, "X-Tc-Action": {"AssumeRoleWithWebIdentity"}, "X-Tc-Language": {"en-US"},
		}, header)
	})
}

// TestAssumeRole checks what asks for a role, on a server that verifies signatures.
func TestAssumeRole(t *testing.T) {
	t.Parallel()
	home := folder(t, map[string]string{
		".tccli/role.credential":  `{"secretId": "AKIDx", "secretKey": "` + secretKey + `", "role-arn": "` + roleARN + `", "role-session-name": "me"}`,
		".tccli/plain.credential": `{"secretId": "AKIDx", "secretKey": "` + secretKey + `"}`,
		".tccli/bad.credential":   `{"secretId": "AKIDx", "secretKey": "` + secretKey + `", "role-arn": "deploy"}`,
	})
	with := func(more variables) tencent.Option {
		env := variables{"TENCENTCLOUD_SECRET_ID": "AKIDx", "TENCENTCLOUD_SECRET_KEY": secretKey}
		maps.Copy(env, more)
		return env.option()
	}
	const input = `{"DurationSeconds":7200,"RoleArn":"` + roleARN + `","RoleSessionName":"polycloud-go"}`
	tests := []struct {
		name      string
		options   []tencent.Option
		body, err string
	}{
		{"option", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{ARN: roleARN})}, input, ""},
		{"all of a role", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{
			ARN: roleARN, SessionName: "ci", Duration: 12 * time.Hour, ExternalID: "e", SourceIdentity: "s", Policy: `{"a": 1}`,
		})}, `{"DurationSeconds":43200,"ExternalId":"e","Policy":"%7B%22a%22%3A+1%7D","RoleArn":"` + roleARN + `","RoleSessionName":"ci","SourceIdentity":"s"}`, ""},
		{"Terraform's variables", []tencent.Option{with(variables{
			"TENCENTCLOUD_ASSUME_ROLE_ARN": roleARN, "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME": "tf", "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION": "900",
			"TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID": "e", "TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY": "s",
		})}, `{"DurationSeconds":900,"ExternalId":"e","RoleArn":"` + roleARN + `","RoleSessionName":"tf","SourceIdentity":"s"}`, ""},
		{"tccli's variables", []tencent.Option{with(variables{"TENCENTCLOUD_ROLE_ARN": roleARN, "TENCENTCLOUD_ROLE_SESSION_NAME": "me"})},
			`{"DurationSeconds":7200,"RoleArn":"` + roleARN + `","RoleSessionName":"me"}`, ""},
		{"the option beats the variables", []tencent.Option{with(variables{"TENCENTCLOUD_ROLE_ARN": "qcs::other"}), tencent.WithRole(tencent.Role{ARN: roleARN})}, input, ""},
		{"tccli's profile", []tencent.Option{tencent.WithHome(home), tencent.WithProfile("role")},
			`{"DurationSeconds":7200,"RoleArn":"` + roleARN + `","RoleSessionName":"me"}`, ""},
		{"a profile and a variable", []tencent.Option{tencent.WithHome(home), with(variables{"TENCENTCLOUD_ROLE_ARN": roleARN}), tencent.WithProfile("plain")}, input, ""},
		{"a profile with a bad role", []tencent.Option{tencent.WithHome(home), tencent.WithProfile("bad")}, "",
			`the ARN of a role must be as qcs::cam::uin/1:roleName/name, not "deploy"`},
		{"a bad number", []tencent.Option{with(variables{"TENCENTCLOUD_ASSUME_ROLE_ARN": roleARN, "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION": "1h"})}, "",
			`TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION must be a number of seconds, not "1h"`},
		{"a way to assume it that is not supported", []tencent.Option{with(variables{
			"TENCENTCLOUD_ASSUME_ROLE_ARN": roleARN, "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN": podToken,
		})}, "", "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN is set, but is not supported"},
		{"too long", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{ARN: roleARN, Duration: 13 * time.Hour})}, "",
			"the duration must be whole seconds up to 12h0m0s, not 13h0m0s"},
		{"half a second", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{ARN: roleARN, Duration: time.Second / 2})}, "", "the duration must be whole seconds"},
		{"a bad name", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{ARN: roleARN, SessionName: "a b"})}, "", `the session name must be 2 to 128 letters, digits and +=,.@_-, not "a b"`},
		{"a bad region", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{ARN: roleARN}), tencent.WithRegion("a b")}, "", "egion"},
		{"STS without TLS", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{ARN: roleARN}), tencent.WithSTSEndpoint("http://sts.example")}, "",
			`the address of STS must begin with https, not "http"`},
		{"a bad address", []tencent.Option{with(nil), tencent.WithRole(tencent.Role{ARN: roleARN}), tencent.WithSTSEndpoint("https://user:" + secretKey + "@sts.example")}, "",
			"the address of STS must be a scheme and a host"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var body []byte
			sts := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ = io.ReadAll(r.Body)
				signed := &sign.Request{Method: r.Method, Host: r.Host, Path: r.URL.Path, Header: r.Header, Body: body}
				check, err := tc3.Verify(signed, func(string) (string, bool) { return secretKey, true })
				if assert.NoError(t, err) {
					assert.Equal(t, "AKIDx", check.AccessKeyID)
				}
				_, _ = io.WriteString(w, stsBody("AKIDrole", time.Now().Add(time.Hour)))
			})
			options := append([]tencent.Option{
				tencent.WithTransport(http.DefaultTransport), tencent.WithSTSEndpoint(sts), tencent.WithoutMetadata(),
			}, tt.options...)
			c, err := find(t, options...)
			leaksNothing(t, c, err)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				assert.Nil(t, body)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.body, string(body))
			assert.Equal(t, "AKIDrole", c.AccessKeyID)
			assert.True(t, strings.HasSuffix(c.Source, ", role "+roleARN), c.Source)
		})
	}
}

func TestAssumeRoleWithoutKeys(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		source cloud.CredentialsFunc
		err    string
	}{
		{"none", func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, nil }, "the keys to assume the role with are empty"},
		{"expired", func(context.Context) (cloud.Credentials, error) {
			return cloud.Credentials{AccessKeyID: "x", SecretAccessKey: cloud.NewSecret(secretKey), Expires: time.Unix(1700000000, 0)}, nil
		}, "the keys to assume the role with expired at 2023-11-14T22:13:20Z"},
		{"an error", func(context.Context) (cloud.Credentials, error) {
			return cloud.Credentials{}, cloud.NotConfigured("no vault")
		}, "the keys to assume the role with: no vault"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := tencent.AssumeRole(tt.source, tencent.Role{ARN: roleARN}, tencent.WithTransport(untouched(t))).Credentials(t.Context())
			require.ErrorContains(t, err, tt.err)
			require.ErrorIs(t, err, cloud.ErrUnauthenticated)
		})
	}
}

// TestFinancialRegions checks that isolated regions are asked at their own address.
func TestFinancialRegions(t *testing.T) {
	t.Parallel()
	var host string
	record := roundTrip(func(r *http.Request) (*http.Response, error) {
		host = r.Host
		return respond(200, stsBody("AKIDrole", time.Now().Add(time.Hour))), nil
	})
	_, err := tencent.AssumeRole(static("AKIDx"), tencent.Role{ARN: roleARN}, tencent.WithTransport(record), tencent.WithRegion("ap-shanghai-fsi")).
		Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "sts.ap-shanghai-fsi.tencentcloudapi.com", host)
}
