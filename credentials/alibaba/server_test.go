package alibaba_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/alibaba"
)

// kinds are environments that lead to a server, one for each kind of request, and the beginning of their errors.
func kinds(t testing.TB) map[string]variables {
	t.Helper()
	dir := home(t, map[string]string{
		inOIDC: oidcToken,
		inCLI:  `{"current":"p","profiles":[{"name":"p","mode":"RamRoleArn",` + keysOf + `,"ram_role_arn":"` + roleARN + `"}]}`,
	})
	return map[string]variables{
		"OIDC":     {"ALIBABA_CLOUD_ROLE_ARN": roleARN, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": providerARN, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": dir + "/token"},
		"role":     {"HOME": dir},
		"metadata": {"ALIBABA_CLOUD_ECS_METADATA": "ecs-role"},
		"URI": {
			"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "ALIBABA_CLOUD_CREDENTIALS_URI": "http://user:" + longSecret + "@keys.example.com/" + longSecret + "?t=" + longSecret,
		},
	}
}

var places = map[string]string{
	"OIDC":     "credentials of the OIDC role: STS at sts.aliyuncs.com: ",
	"role":     "credentials of the aliyun CLI profile: profile p of ~/.aliyun/config.json: STS at sts.aliyuncs.com: ",
	"metadata": "credentials of the ECS RAM role: metadata service of ECS: ",
	"URI":      "credentials of the credentials URI: the server of ALIBABA_CLOUD_CREDENTIALS_URI: ",
}

// TestHostileResponses gives each kind of request responses that are not what they should be, null Code and Expiration
// among them. Each ends in an error that names place and rule, and quotes nothing.
func TestHostileResponses(t *testing.T) {
	t.Parallel()
	const later = `"Expiration":"2099-01-01T00:00:00Z"`
	keys := `"AccessKeyId":"STS.k","AccessKeySecret":"` + longSecret + `","SecurityToken":"t",`
	body := func(members string) string {
		return `{"Code":"Success",` + members + `,"Credentials":{` + members + `}}`
	}
	tests := []struct {
		name   string
		status int
		body   string
		want   string // for all kinds but those that follow
		sts    string
		imds   string
	}{
		{"a page", 200, "<html>" + longSecret, "it is not a JSON object", "", ""},
		{"nothing", 200, "", "it is not a JSON object", "", ""},
		{"null", 200, "null", "it is not a JSON object", "", ""},
		{"half", 200, `{"Code":"Success","AccessKeySecret":"` + longSecret, "it is not valid JSON", "", ""},
		{"wrong types", 200, body(`"AccessKeyId":7`), "a member of its JSON has the wrong type", "", ""},
		{"too long", 200, body(keys+later) + strings.Repeat(" ", 70_000), "its response has more than 64 KB", "", ""},
		{"a redirect", 302, "", "it redirects (HTTP status 302), which is not followed", "", ""},
		{"an error page", 502, "<html>" + longSecret, "HTTP status 502", "HTTP status 502 without an error code of STS", ""},
		{"an error with a secret as code", 400, `{"Code":"` + longSecret + `"}`, "HTTP status 400", "", ""},
		{"no keys", 200, `{"Code":"Success"}`, "it has no AccessKeyId", "it has no Credentials", ""},
		{"no secret", 200, body(`"AccessKeyId":"STS.k","AccessKeySecret":null`), "it has no AccessKeySecret", "", ""},
		{"no token", 200, body(`"AccessKeyId":"STS.k","AccessKeySecret":"x","SecurityToken":""`), "it has no SecurityToken", "", ""},
		{"null Expiration", 200, body(keys + `"Expiration":null`), "it has no Expiration", "", ""},
		{"no Expiration", 200, body(strings.TrimSuffix(keys, ",")), "it has no Expiration", "", ""},
		{"wrong Expiration", 200, body(keys + `"Expiration":"` + longSecret + `"`), "its Expiration is not a time in the form", "", ""},
		{"past Expiration", 200, body(keys + `"Expiration":"2020-01-01T00:00:00Z"`), "its credentials expired at 2020-01-01T00:00:00Z, and the clock of this machine says", "", ""},
		{"a secret as ID", 200, body(`"AccessKeyId":"` + longSecret + ` ","AccessKeySecret":"x","SecurityToken":"t",` + later), "AccessKeyId has characters that no access key ID has", "", ""},
		{"Code is not Success", 200, `{"Code":"` + longSecret + `",` + keys + later + `}`, "its Code is not Success", "it has no Credentials", ""},
		{"null Code", 200, `{"Code":null,` + strings.TrimSuffix(keys, ",") + `}`, "it has no Expiration", "it has no Credentials", "it has no Code"},
	}
	for _, tt := range tests {
		for kind, env := range kinds(t) {
			t.Run(tt.name+", "+kind, func(t *testing.T) {
				t.Parallel()
				want := tt.want
				switch {
				case kind == "metadata" && tt.imds != "":
					want = tt.imds
				case (kind == "OIDC" || kind == "role") && tt.sts != "":
					want = tt.sts
				}
				transport := roundTripper(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodPut {
						return says(200, "metadata-token")(r)
					}
					return says(tt.status, tt.body)(r)
				})
				chain := alibaba.Chain(env.option(), alibaba.WithTransport(transport))
				_, err := chain.Credentials(t.Context())
				require.ErrorContains(t, err, places[kind]+"unexpected response: "+want)
				assert.ErrorIs(t, err, cloud.ErrTransport)
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, chain.Explain(t.Context()), err), longSecret)
			})
		}
	}
}

// TestRefusal checks that a code of STS is quoted and its message, which repeats the session token, is not.
func TestRefusal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code   string
		status int
		kind   cloud.Kind
		want   string
	}{
		{"NoPermission", 403, cloud.ErrUnauthenticated, "it refused with NoPermission: the caller must be allowed sts:AssumeRole, and the role must trust the caller, request ID 0A1B2C3D"},
		{"Throttling.User", 400, cloud.ErrThrottled, "it refused with Throttling.User, request ID"},
		{"ServiceUnavailable", 503, cloud.ErrUnavailable, "it refused with ServiceUnavailable, request ID"},
		{"EntityNotExist.Role", 404, cloud.ErrUnauthenticated, "the role must exist in the account of its ARN"},
	}
	for _, tt := range tests {
		source := cloud.StaticCredentials(longID, longSecret, "")
		body := fmt.Sprintf(`{"Code":%q,"Message":"%s","RequestId":"0A1B2C3D-0000-1111-2222-0123456789AB"}`, tt.code, longSecret)
		p := alibaba.AssumeRole(source, alibaba.Role{ARN: roleARN}, alibaba.WithTransport(says(tt.status, body)))
		_, err := p.Credentials(t.Context())
		require.ErrorContains(t, err, "role "+roleARN+": STS at sts.aliyuncs.com: it refused with "+tt.code)
		require.ErrorContains(t, err, tt.want)
		assert.ErrorIs(t, err, cloud.Code(tt.code))
		assert.Equal(t, tt.kind, cloud.KindOf(err))
		assert.NotContains(t, err.Error(), longSecret)
	}
}

func TestAssumeRole(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	user := cloud.StaticCredentials(longID, longSecret, "")
	first := alibaba.AssumeRole(user, alibaba.Role{ARN: roleARN, SessionName: "one", Duration: 15 * time.Minute, ExternalID: "x y", Policy: "{}"}, v.options()...)
	got, err := first.Credentials(t.Context())
	require.NoError(t, err)
	isGiven(t, got, 1)
	assert.Equal(t, "role "+roleARN, got.Source)

	got, err = alibaba.AssumeRole(first, alibaba.Role{ARN: roleARN}, v.options()...).Credentials(t.Context())
	require.NoError(t, err, "a role may assume another, signed with its session token")
	isGiven(t, got, 3)

	_, err = alibaba.AssumeRole(cloud.StaticCredentials(longID, "wrong", ""), alibaba.Role{ARN: roleARN}, v.options()...).Credentials(t.Context())
	require.ErrorIs(t, err, cloud.Code("SignatureDoesNotMatch"))

	for want, role := range map[string]alibaba.Role{
		"the role's ARN is not of the form acs:ram::ACCOUNT:role/NAME, it has 3 bytes":              {ARN: "arn"},
		"the role's session name is not 2 to 64 of A-Z, a-z, 0-9 and .@-_, it has 1 bytes":          {ARN: roleARN, SessionName: "x"},
		"the role's duration is not whole seconds from 15 minutes to 12 hours, but 13h0m0s":         {ARN: roleARN, Duration: 13 * time.Hour},
		"the role's duration is not whole seconds from 15 minutes to 12 hours, but 15m0.000000001s": {ARN: roleARN, Duration: 15*time.Minute + 1},
	} {
		before := v.requests.Load()
		_, err = alibaba.AssumeRole(user, role, v.options()...).Credentials(t.Context())
		require.EqualError(t, err, want)
		assert.ErrorIs(t, err, cloud.ErrInvalid)
		assert.Equal(t, before, v.requests.Load(), "nothing is sent")
	}
	_, err = alibaba.AssumeRole(nil, alibaba.Role{ARN: roleARN}).Credentials(t.Context())
	require.ErrorContains(t, err, "the role has no source of credentials")
	broken := errors.New("no keys")
	_, err = alibaba.AssumeRole(cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, broken }),
		alibaba.Role{ARN: roleARN}).Credentials(t.Context())
	require.ErrorIs(t, err, broken)
}

// TestOffCloud checks that a machine outside of the cloud, where packets to the metadata service vanish, fails after 2 s.
func TestOffCloud(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, env := range []variables{{}, {"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"}} {
			began := time.Now()
			_, err := alibaba.Chain(nowhere(t, env.option())...).Credentials(t.Context())
			require.ErrorIs(t, err, cloud.ErrUnauthenticated)
			require.ErrorContains(t, err, "ECS RAM role (no metadata service of ECS responds: no response")
			require.ErrorContains(t, err, "credentials URI (ALIBABA_CLOUD_CREDENTIALS_URI is not set)", "the chain goes on")
			assert.LessOrEqual(t, time.Since(began), 2*time.Second)
		}
	})
}

// TestSlowMetadata checks that all requests together have 2 s, and that a service which is there is not passed over.
func TestSlowMetadata(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := roundTripper(func(r *http.Request) (*http.Response, error) {
			select {
			case <-time.After(900 * time.Millisecond):
				return says(200, "ecs-role")(r)
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		})
		began := time.Now()
		_, err := alibaba.Chain(nowhere(t, alibaba.WithTransport(slow))...).Credentials(t.Context())
		require.EqualError(t, err, "credentials of the ECS RAM role: metadata service of ECS: no response: it takes longer than 2s")
		assert.Equal(t, 2*time.Second, time.Since(began))

		began = time.Now()
		env := variables{"ALIBABA_CLOUD_ECS_METADATA": "ecs-role"}
		_, err = alibaba.Chain(nowhere(t, env.option())...).Credentials(t.Context())
		require.ErrorContains(t, err, "credentials of the ECS RAM role: metadata service of ECS: no metadata service of ECS responds")
		assert.Equal(t, 2*time.Second, time.Since(began))
	})
}

// TestContext checks that each kind of request ends with the caller's context, and by itself when nobody responds.
func TestContext(t *testing.T) {
	t.Parallel()
	limits := map[string]time.Duration{"OIDC": 10 * time.Second, "role": 10 * time.Second, "metadata": 2 * time.Second, "URI": 5 * time.Second}
	for kind, env := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				chain := alibaba.Chain(env.option(), alibaba.WithTransport(roundTripper(silent)))
				began := time.Now()
				ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, errors.New("in a hurry"))
				defer cancel()
				_, err := chain.Credentials(ctx)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, 100*time.Millisecond, time.Since(began))

				began = time.Now()
				_, err = chain.Credentials(t.Context())
				require.ErrorContains(t, err, "no response")
				require.ErrorContains(t, err, places[kind])
				assert.NotContains(t, err.Error(), longSecret)
				assert.Equal(t, limits[kind], time.Since(began))
			})
		})
	}
}

// TestCommandEndsWithItsContext runs a command that would run for ever.
func TestCommandEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dir := home(t, profiles(`{"name":"p","mode":"External",`+printing(t, "hang")+`}`))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := alibaba.Chain(variables{}.option(), alibaba.WithHome(dir)).Credentials(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

// TestPipe checks that a pipe, which nobody writes to, is not waited for.
func TestPipe(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := exec.Command("mkfifo", pipe).Run(); err != nil {
		t.Skip("this system makes no named pipes:", err)
	}
	for _, name := range []string{"ALIBABA_CLOUD_CONFIG_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"} {
		_, err := alibaba.Chain(nowhere(t, variables{name: pipe}.option())...).Credentials(t.Context())
		require.ErrorContains(t, err, "the file of "+name+" cannot be read: it is not a regular file")
	}
}

func TestMetadataVersions(t *testing.T) {
	t.Parallel()
	ask := func(v *vendor, env variables, opts ...alibaba.Option) (cloud.Credentials, error) {
		return alibaba.Chain(append(append(v.options(), env.option(), alibaba.WithHome(t.TempDir())), opts...)...).Credentials(t.Context())
	}
	v := newVendor(t)
	v.v1Only = true
	_, err := ask(v, nil)
	require.NoError(t, err)
	_, err = ask(v, variables{"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"})
	require.ErrorContains(t, err, "HTTP status 403 for a token, and ALIBABA_CLOUD_IMDSV1_DISABLED forbids to do without")

	v = newVendor(t)
	_, err = ask(v, variables{"ALIBABA_CLOUD_IMDSV1_DISABLED": "true"})
	require.NoError(t, err)
	v.noRole = true
	_, err = ask(v, nil)
	require.ErrorContains(t, err, "ECS RAM role (the instance has no RAM role)")
	before := v.requests.Load()
	_, err = ask(v, nil, alibaba.WithoutMetadata())
	require.ErrorContains(t, err, "ECS RAM role (it is turned off by WithoutMetadata)")
	assert.Equal(t, before, v.requests.Load())

	v.Close()
	_, err = ask(v, nil)
	require.ErrorContains(t, err, "connection refused")
	require.ErrorContains(t, err, "credentials URI (")
	_, err = ask(v, nil, alibaba.WithMetadataEndpoint("http://%zz"))
	require.ErrorContains(t, err, "no metadata service of ECS responds")
}

// TestExpiryUnderLoad replaces an expired token of each kind while 64 goroutines use a cache of the chain, and while the file of
// the identity provider's token is replaced.
func TestExpiryUnderLoad(t *testing.T) {
	t.Parallel()
	for kind, env := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var given atomic.Int32
				transport := roundTripper(func(r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodPut {
						return says(200, "metadata-token")(r)
					}
					time.Sleep(200 * time.Millisecond)
					keys := fmt.Sprintf(`"AccessKeyId":"STS.key%d","AccessKeySecret":"s","SecurityToken":"t","Expiration":%q`, given.Add(1),
						time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
					return says(200, `{"Code":"Success",`+keys+`,"Credentials":{`+keys+`}}`)(r)
				})
				cache := cloud.CacheCredentials(alibaba.Chain(env.option(), alibaba.WithTransport(transport)))
				var wg sync.WaitGroup
				for i := range 64 {
					wg.Go(func() {
						time.Sleep(time.Duration(i) * 37 * time.Millisecond)
						for range 200 {
							c, err := cache.Credentials(t.Context())
							if !assert.NoError(t, err) {
								return
							}
							assert.True(t, c.Expires.After(time.Now()), "no expired token is served")
							time.Sleep(time.Minute)
						}
					})
				}
				wg.Wait()
				assert.EqualValues(t, 4, given.Load(), "200 minutes, renewed 5 minutes ahead of each hour's end")
			})
		})
	}
}

// TestRace uses one chain from 64 goroutines, of every kind.
func TestRace(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	for kind, env := range kinds(t) {
		if kind == "URI" {
			env["ALIBABA_CLOUD_CREDENTIALS_URI"] = v.URL + "/keys"
		}
		chain := alibaba.Chain(append(v.options(), env.option())...)
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				c, err := chain.Credentials(t.Context())
				assert.NoError(t, err, kind)
				assert.Contains(t, c.AccessKeyID, "STS.key")
			})
		}
		wg.Wait()
	}
}

// TestTokenFileIsReadAnew replaces the file, as the kubelet does.
func TestTokenFileIsReadAnew(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	dir := home(t, map[string]string{inOIDC: "old.old.old"})
	env := variables{"ALIBABA_CLOUD_ROLE_ARN": roleARN, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": providerARN, "ALIBABA_CLOUD_OIDC_TOKEN_FILE": dir + "/token"}
	chain := alibaba.Chain(append(v.options(), env.option())...)
	for content, want := range map[string]string{
		"old.old.old": "it refused with AuthenticationFail.OIDCToken.Invalid: the token must be valid now",
		longSecret:    fmt.Sprintf("the OIDC token file does not hold a JSON web token, it has %d bytes", len(longSecret)),
		"":            "the OIDC token file does not hold a JSON web token, it has 0 bytes",
	} {
		require.NoError(t, os.WriteFile(dir+"/token", []byte(content), 0o600))
		_, err := chain.Credentials(t.Context())
		require.ErrorContains(t, err, want)
		assert.NotContains(t, err.Error(), longSecret)
	}
	require.NoError(t, os.WriteFile(dir+"/token", []byte(oidcToken+"\n"), 0o600))
	got, err := chain.Credentials(t.Context())
	require.NoError(t, err)
	isGiven(t, got, 1)
}
