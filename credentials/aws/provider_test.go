package aws_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/credentials/aws"
)

// place sets up one source.
type place struct {
	name    string
	setUp   func(h *home)
	opts    []aws.Option
	source  string // of the credentials
	used    string // the name in the report
	renewed func(h *home)
}

func keysProfile(h *home) {
	h.write(".aws/credentials", "[default]\naws_access_key_id = AKID1\naws_secret_access_key = "+secretText+"\n")
}

const ssoConfig = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy\n" +
	"[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n"

// signIn writes the session that `aws sso login` leaves.
func signIn(h *home, key, token string, expires time.Time) string {
	sum := sha1.Sum([]byte(key))
	text, err := json.Marshal(map[string]string{
		"accessToken": token, "expiresAt": expires.UTC().Format(time.RFC3339), "clientId": "client-identifier",
		"clientSecret": secretText, "refreshToken": "refresh-" + secretText, "region": "us-east-1",
	})
	require.NoError(h.t, err)
	return h.write(".aws/sso/cache/"+hex.EncodeToString(sum[:])+".json", string(text))
}

const loginSession = "arn:aws:sts::123456789012:assumed-role/Admin/me"

// login writes the session that `aws login` leaves.
func login(h *home, id string, expires time.Time) string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(h.t, err)
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(h.t, err)
	return loginWithKey(h, id, expires, string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})))
}

func loginWithKey(h *home, id string, expires time.Time, key string) string {
	sum := sha256.Sum256([]byte(loginSession))
	text, err := json.Marshal(map[string]any{
		"accessToken": map[string]string{
			"accessKeyId": id, "secretAccessKey": secretText, "sessionToken": "session", "accountId": "123456789012",
			"expiresAt": expires.UTC().Format(time.RFC3339),
		},
		"tokenType": "x", "refreshToken": "refresh-" + secretText, "identityToken": "identity-" + secretText, "clientId": "cli", "dpopKey": key,
	})
	require.NoError(h.t, err)
	return h.write(".aws/login/cache/"+hex.EncodeToString(sum[:])+".json", string(text))
}

// process writes what a credential_process prints.
func process(h *home, id string, expires time.Time) {
	h.write("process.json", fmt.Sprintf(`{"Version": 1, "AccessKeyId": %q, "SecretAccessKey": %q, "SessionToken": "session", "Expiration": %q}`,
		id, secretText, expires.UTC().Format(time.RFC3339)))
}

func inHour() time.Time { return time.Now().Add(time.Hour) }

// places are all sources that hand out temporary keys.
var places = []place{
	{"instance metadata", func(*home) {}, nil, "instance metadata", "instance metadata", nil},
	{"container", func(h *home) {
		h.t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/container")
		h.t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", h.write("container-token", "container-token"))
	}, nil, "container", "container", nil},
	{"web identity", func(h *home) {
		h.t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", h.write("identity", "identity-token"))
		h.t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app")
	}, nil, "web identity", "web identity", nil},
	{"web identity of a profile", func(h *home) {
		h.write(".aws/config", "[default]\nrole_arn = arn:aws:iam::123456789012:role/app\nweb_identity_token_file = "+h.write("identity", "identity-token"))
	}, nil, "profile default (web identity)", "profile default", nil},
	{"role of a profile", func(h *home) {
		keysProfile(h)
		h.write(".aws/config", "[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/app\nsource_profile = default\n")
	}, []aws.Option{aws.WithProfile("prod")}, "profile prod (assumed role)", "profile prod", nil},
	{"role of the instance's role", func(h *home) {
		h.write(".aws/config", "[default]\nrole_arn = arn:aws:iam::123456789012:role/app\ncredential_source = Ec2InstanceMetadata\n")
	}, nil, "profile default (assumed role)", "profile default", nil},
	{"SSO", func(h *home) {
		h.t.Setenv("AWS_PROFILE", "dev")
		h.write(".aws/config", ssoConfig)
		signIn(h, "corp", "signed-in", time.Now().Add(24*time.Hour))
	}, nil, "profile dev (SSO)", "profile dev", nil},
	{"SSO of the older form", func(h *home) {
		h.write(".aws/config", "[default]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"+
			"sso_account_id = 123456789012\nsso_role_name = Deploy\n")
		signIn(h, "https://corp.awsapps.com/start", "signed-in", time.Now().Add(24*time.Hour))
	}, nil, "profile default (SSO)", "profile default", nil},
	{"aws login", func(h *home) {
		h.write(".aws/config", "[default]\nlogin_session = "+loginSession+"\n")
		login(h, "ASIA0000000000000001", inHour())
	}, nil, "profile default (aws login)", "profile default", func(h *home) { login(h, "ASIA0000000000000002", inHour()) }},
	{"credential_process", func(h *home) {
		h.write(".aws/config", "[default]\ncredential_process = cat "+filepath.Join(h.dir, "process.json")+"\n")
		process(h, "ASIA0000000000000001", inHour())
	}, nil, "profile default (credential_process)", "profile default", func(h *home) { process(h, "ASIA0000000000000002", inHour()) }},
}

// TestSources reads the keys of each source over loopback, writes nothing, and explains it.
func TestSources(t *testing.T) {
	for _, tt := range places {
		t.Run(tt.name, func(t *testing.T) {
			h, fake := newHome(t), newFake()
			tt.setUp(h)
			address := fake.serve(t)
			if os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI") != "" {
				t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", address+"/container")
			}
			before := h.files()
			chain := aws.Chain(tt.opts...)
			c, err := chain.Credentials(t.Context())
			require.NoError(t, err)
			assert.Regexp(t, "^ASIA00000000000000", c.AccessKeyID)
			assert.Equal(t, secretText, c.SecretAccessKey.Reveal())
			assert.Equal(t, "session", c.SessionToken.Reveal())
			assert.True(t, c.Expires.After(time.Now()))
			assert.Equal(t, tt.source, c.Source)
			report := chain.Explain(t.Context())
			assert.Equal(t, tt.used, report.Used(), report.String())
			assert.NotContains(t, report.String(), secretText)
			assert.Equal(t, before, h.files(), "nothing is written")
		})
	}
}

// TestExpiredKeysAreReplaced runs each source in virtual time, while 64 goroutines make calls.
func TestExpiredKeysAreReplaced(t *testing.T) {
	for _, tt := range places {
		t.Run(tt.name, func(t *testing.T) {
			h := newHome(t)
			synctest.Test(t, func(*testing.T) {
				tt.setUp(h)
				fake := newFake()
				cache := cloud.CacheCredentials(aws.Chain(append([]aws.Option{aws.WithTransport(fake)}, tt.opts...)...))
				var calls sync.WaitGroup
				seen := [64]map[string]bool{}
				for i := range seen {
					seen[i] = map[string]bool{}
					calls.Go(func() {
						for range 16 { // over an hour and a quarter
							c, err := cache.Credentials(context.Background())
							if assert.NoError(t, err) {
								assert.True(t, c.Expires.After(time.Now()), "an expired key is never used")
							}
							seen[i][c.AccessKeyID] = true
							time.Sleep(5 * time.Minute)
							if i == 0 && tt.renewed != nil && len(seen[0]) == 1 {
								tt.renewed(h)
							}
						}
					})
				}
				calls.Wait()
				for _, keys := range seen {
					assert.Greater(t, len(keys), 1)
				}
			})
		})
	}
}

func TestEnvironmentAndItsOrder(t *testing.T) {
	h := newHome(t)
	keysProfile(h)
	h.write(".aws/config", "[profile dev]\naws_access_key_id = AKIDDEV\naws_secret_access_key = "+secretText+"\n")
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDENV")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secretText)
	t.Setenv("AWS_PROFILE", "dev")

	c, err := aws.Chain().Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "credentials of AKIDENV from environment", c.String(), "keys override AWS_PROFILE")

	chain := aws.Chain(aws.WithProfile("dev"))
	c, err = chain.Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "credentials of AKIDDEV from profile dev (keys)", c.String())
	assert.Contains(t, chain.Explain(t.Context()).String(), "environment        yes    not set up: WithProfile overrides it")

	t.Setenv("AWS_ACCESS_KEY_ID", "")
	_, err = aws.Chain().Credentials(t.Context())
	require.EqualError(t, err, "credentials of the environment: AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not")
	assert.ErrorIs(t, err, cloud.ErrUnauthenticated)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_ACCESS_KEY", "AKIDENV")
	_, err = aws.Chain().Credentials(t.Context())
	require.EqualError(t, err, "credentials of the environment: AWS_ACCESS_KEY is set, but AWS_SECRET_ACCESS_KEY is not")
}

// TestChangesAreSeen checks that a failure does not stick, and that replaced keys are found.
func TestChangesAreSeen(t *testing.T) {
	h := newHome(t)
	chain := aws.Chain(aws.WithoutMetadata())
	_, err := chain.Credentials(t.Context())
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	for _, id := range []string{"AKID1", "AKID2"} {
		h.write(".aws/credentials", "[default]\naws_access_key_id = "+id+"\naws_secret_access_key = "+secretText+"\n")
		c, err := chain.Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, id, c.AccessKeyID)
	}
	h.write(".aws/credentials", "[other]\n")
	_, err = chain.Credentials(t.Context())
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
}

// silent is a network where nothing answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestOffCloudFailsSoon(t *testing.T) {
	h := newHome(t)
	synctest.Test(t, func(*testing.T) {
		began := time.Now()
		chain := aws.Chain(aws.WithTransport(silent{}))
		_, err := chain.Credentials(context.Background())
		assert.Less(t, time.Since(began), 3*time.Second)
		require.ErrorIs(t, err, cloud.ErrUnauthenticated)
		assert.Equal(t, cloud.ErrUnauthenticated, cloud.KindOf(err))
		assert.EqualError(t, err, "no credentials in any source: environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set), "+
			"web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set), profile default (it is not in "+h.dir+"/.aws/config or "+h.dir+
			"/.aws/credentials), container (neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set), "+
			"instance metadata (no service answered within 2s); run `aws sso login` or `aws login`, set AWS_PROFILE, or give the program a role")

		t.Setenv("AWS_REGION", "")
		began = time.Now()
		_, err = chain.Region(context.Background())
		assert.Less(t, time.Since(began), 3*time.Second)
		assert.ErrorContains(t, err, "no region: set AWS_REGION")
	})
}

// TestContextErrorsStay checks all forms of the end of a context, while the service does not answer.
func TestContextErrorsStay(t *testing.T) {
	newHome(t)
	synctest.Test(t, func(*testing.T) {
		chain := aws.Chain(aws.WithTransport(silent{}))
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		_, err := chain.Credentials(ctx)
		require.ErrorIs(t, err, context.Canceled)
		_, err = chain.Credentials(ctx)
		require.ErrorIs(t, err, context.Canceled, "before it begins")
		_, err = chain.Region(ctx)
		require.ErrorIs(t, err, context.Canceled)
		ctx, cancel = context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err = chain.Credentials(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		time.Sleep(time.Minute) // the SDK's own requests end too
	})
}

// TestSTSThatHangs checks that one request without an answer does not block the chain for good.
func TestSTSThatHangs(t *testing.T) {
	h := newHome(t)
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", h.write("identity", "identity-token"))
	t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app")
	synctest.Test(t, func(*testing.T) {
		hangs := true
		fake := newFake()
		chain := aws.Chain(aws.WithTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
			if hangs {
				return silent{}.RoundTrip(r)
			}
			return fake.RoundTrip(r)
		})))
		began := time.Now()
		_, err := chain.Credentials(context.Background())
		require.Error(t, err)
		assert.Equal(t, cloud.ErrTransport, cloud.KindOf(err), err)
		assert.Less(t, time.Since(began), 2*time.Minute)
		hangs = false
		_, err = chain.Credentials(context.Background())
		assert.NoError(t, err)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFaults(t *testing.T) {
	expired := time.Now().Add(-time.Hour)
	role := "arn:aws:iam::123456789012:role/app"
	tests := []struct {
		name  string
		setUp func(h *home, f *fakeAWS)
		says  string
	}{
		{"unknown profile", func(h *home, _ *fakeAWS) { h.t.Setenv("AWS_PROFILE", "nobody") },
			"credentials of the AWS configuration: profile nobody is not in "},
		{"unknown source profile", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\nrole_arn = "+role+"\nsource_profile = nobody\n")
		}, "profile nobody, which is a source_profile, is not there or has no credentials"},
		{"role without its ARN", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\nsource_profile = other\n[profile other]\naws_access_key_id = AKID1\naws_secret_access_key = "+secretText+"\n")
		}, "requires role_arn"},
		{"role with a code", func(h *home, _ *fakeAWS) {
			keysProfile(h)
			h.write(".aws/config", "[default]\nrole_arn = "+role+"\nsource_profile = default\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n")
		}, "needs a code of an MFA device"},
		{"web identity without a role", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", h.write("identity", "identity-token"))
		}, "role ARN is not set"},
		{"web identity without its file", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")
			h.t.Setenv("AWS_ROLE_ARN", role)
		}, "open /nowhere/token: no such file or directory"},
		{"web identity that is refused", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", h.write("identity", "another-"+secretText))
			h.t.Setenv("AWS_ROLE_ARN", role)
		}, "credentials of the web identity: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"},
		{"an STS that repeats the token", func(h *home, f *fakeAWS) {
			h.t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", h.write("identity", "another-"+secretText))
			h.t.Setenv("AWS_ROLE_ARN", role)
			f.fail("/AssumeRoleWithWebIdentity", http.StatusBadRequest, stsError("InvalidIdentityTokenX", "no provider for another-"+secretText))
		}, "InvalidIdentityTokenX: no provider for [redacted]"},
		{"role that is refused", func(h *home, f *fakeAWS) {
			keysProfile(h)
			h.write(".aws/config", "[default]\nrole_arn = "+role+"\nsource_profile = default\n")
			f.fail("/AssumeRole", http.StatusForbidden, stsError("AccessDenied", "not allowed"))
		}, "credentials of the profile default: AccessDenied: not allowed"},
		{"SSO that has expired", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_PROFILE", "dev")
			h.write(".aws/config", ssoConfig)
			signIn(h, "corp", "signed-in", expired)
		}, "its session has expired, is damaged, or is not there; run `aws sso login --profile dev`"},
		{"SSO that is signed out", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_PROFILE", "dev")
			h.write(".aws/config", ssoConfig)
			signIn(h, "corp", "signed-out", inHour())
		}, "run `aws sso login --profile dev`"},
		{"SSO that never was", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_PROFILE", "dev")
			h.write(".aws/config", ssoConfig)
		}, "run `aws sso login --profile dev`"},
		{"SSO without that role", func(h *home, f *fakeAWS) {
			h.t.Setenv("AWS_PROFILE", "dev")
			h.write(".aws/config", ssoConfig)
			signIn(h, "corp", "signed-in", inHour())
			f.fail("/federation/credentials", http.StatusForbidden, `{"__type": "ForbiddenException", "message": "No access"}`)
		}, "ForbiddenException: No access"},
		{"SSO without its session", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Deploy\n")
		}, "failed to find SSO session section, corp"},
		{"aws login that has expired", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\nlogin_session = "+loginSession+"\n")
			login(h, "ASIA0000000000000001", expired)
		}, "run `aws login --profile default`"},
		{"aws login that never was", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\nlogin_session = "+loginSession+"\n")
		}, "run `aws login --profile default`"},
		{"process that prints something else", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\ncredential_process = echo key "+secretText+"\n")
		}, "credential_process: its output is not JSON"},
		{"process that fails", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\ncredential_process = exit 3\n")
		}, "credential_process: error in credential_process: exit status 3"},
		{"process of another version", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\ncredential_process = echo '{\"Version\": 2, \"SecretAccessKey\": \""+secretText+"\"}'\n")
		}, "wrong version in process output (not 1)"},
		{"process with expired keys", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\ncredential_process = cat "+filepath.Join(h.dir, "process.json")+"\n")
			process(h, "ASIA0000000000000001", expired)
		}, "the credentials expired at"},
		{"container without its token", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", os.Getenv("AWS_ENDPOINT_URL_STS")+"/container")
		}, "credentials of the container: the service refused with status 403"},
		{"container at a host of its own", func(h *home, _ *fakeAWS) {
			h.t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://10.1.2.3/container")
		}, "only loopback/ecs/eks hosts are allowed"},
		{"instance without a role", func(_ *home, f *fakeAWS) {
			f.fail("/latest/meta-data/iam/security-credentials/", http.StatusNotFound, "")
		}, "instance metadata (the instance has no role)"},
		{"metadata that refuses", func(_ *home, f *fakeAWS) {
			f.fail("/latest/meta-data/iam/security-credentials/", http.StatusForbidden, "")
		}, "instance metadata (the service refused with status 403)"},
		{"role that is broken", func(_ *home, f *fakeAWS) {
			f.fail("/latest/meta-data/iam/security-credentials/node-role", http.StatusOK, `{"Code": "Failed", "Message": "no trust"}`)
		}, "credentials of the instance metadata: Failed: no trust"},
		{"metadata that is off", func(h *home, _ *fakeAWS) { h.t.Setenv("AWS_EC2_METADATA_DISABLED", "true") },
			"instance metadata (AWS_EC2_METADATA_DISABLED is true)"},
		{"a bad variable", func(h *home, _ *fakeAWS) { h.t.Setenv("AWS_MAX_ATTEMPTS", "many") }, "AWS_MAX_ATTEMPTS"},
		{"a key in the wrong line", func(h *home, _ *fakeAWS) {
			h.write(".aws/config", "[default]\nretry_mode = "+secretText+"\n")
		}, "[redacted]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, fake := newHome(t), newFake()
			fake.serve(t)
			tt.setUp(h, fake)
			before := h.files()
			chain := aws.Chain()
			_, err := chain.Credentials(t.Context())
			require.ErrorContains(t, err, tt.says)
			require.ErrorIs(t, err, cloud.ErrUnauthenticated)
			assert.NotContains(t, everything(err), secretText)
			assert.NotContains(t, chain.Explain(t.Context()).String(), secretText)
			assert.NotRegexp(t, `POST/(v1/)?token`, fake.seen(), "no session is refreshed")
			assert.Equal(t, before, h.files(), "nothing is written")
		})
	}
}

// everything prints an error and all that it wraps.
func everything(err error) string {
	text := ""
	for ; err != nil; err = errors.Unwrap(err) {
		text += fmt.Sprintf("%v %+v %#v\n", err, err, err)
	}
	return text
}

func TestServersThatFailAreNotAnAnswer(t *testing.T) {
	h, fake := newHome(t), newFake()
	fake.serve(t)
	h.t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", h.write("identity", "identity-token"))
	h.t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/app")
	fake.fail("/AssumeRoleWithWebIdentity", http.StatusServiceUnavailable, stsError("ServiceUnavailable", "later"))
	once := config.WithRetryMaxAttempts(1)
	_, err := aws.Chain(aws.WithConfigOptions(once)).Credentials(t.Context())
	require.ErrorContains(t, err, "ServiceUnavailable: later")

	t.Setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
	_, err = aws.Chain(aws.WithConfigOptions(once)).Credentials(t.Context())
	assert.Equal(t, cloud.ErrTransport, cloud.KindOf(err), err)
	assert.ErrorContains(t, err, "connection refused")
}

func TestSessionRefresh(t *testing.T) {
	expired := time.Now().Add(-time.Hour)
	t.Run("SSO", func(t *testing.T) {
		h, fake := newHome(t), newFake()
		fake.serve(t)
		t.Setenv("AWS_PROFILE", "dev")
		h.write(".aws/config", ssoConfig)
		file := signIn(h, "corp", "old", expired)
		c, err := aws.Chain(aws.WithSessionRefresh()).Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "profile dev (SSO)", c.Source)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, string(text), "renewed")
	})
	t.Run("aws login", func(t *testing.T) {
		h, fake := newHome(t), newFake()
		fake.serve(t)
		h.write(".aws/config", "[default]\nlogin_session = "+loginSession+"\n")
		file := login(h, "ASIA0000000000000009", expired)
		c, err := aws.Chain(aws.WithSessionRefresh()).Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "ASIA0000000000000001", c.AccessKeyID)
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, string(text), c.AccessKeyID)
	})
	t.Run("aws login with a damaged key", func(t *testing.T) {
		h, fake := newHome(t), newFake()
		fake.serve(t)
		h.write(".aws/config", "[default]\nlogin_session = "+loginSession+"\n")
		loginWithKey(h, "ASIA0000000000000009", expired, secretText)
		_, err := aws.Chain(aws.WithSessionRefresh()).Credentials(t.Context())
		require.ErrorContains(t, err, "run `aws login --profile default`", "the SDK panics")
		assert.NotContains(t, err.Error(), secretText)
	})
}

func TestRegion(t *testing.T) {
	h, fake := newHome(t), newFake()
	fake.serve(t)
	region := func(opts ...aws.Option) string {
		r, err := aws.Chain(opts...).Region(t.Context())
		require.NoError(t, err)
		return r
	}
	assert.Equal(t, "us-east-1", region())
	t.Setenv("AWS_REGION", "")
	assert.Equal(t, "eu-north-1", region(), "of the instance")
	h.write(".aws/config", "[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-2\n")
	assert.Equal(t, "eu-west-1", region())
	assert.Equal(t, "eu-west-2", region(aws.WithProfile("dev")))
	t.Setenv("AWS_DEFAULT_REGION", "eu-west-3")
	assert.Equal(t, "eu-west-3", region())
	assert.Equal(t, "ap-south-1", region(aws.WithRegion("ap-south-1")))
	_, err := aws.Chain(aws.WithProfile("nobody")).Region(t.Context())
	assert.ErrorContains(t, err, "profile nobody is not in")
}

func TestFromConfig(t *testing.T) {
	newHome(t)
	p := aws.FromConfig(awssdk.Config{Region: "us-west-2", Credentials: credentials.NewStaticCredentialsProvider("AKID", secretText, "")})
	c, err := p.Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "credentials of AKID from aws.Config (keys)", c.String())
	region, err := p.Region(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "us-west-2", region)
	assert.Equal(t, "aws.Config", p.Explain(t.Context()).Used())

	empty := aws.FromConfig(awssdk.Config{})
	_, err = empty.Credentials(t.Context())
	require.EqualError(t, err, "credentials of the aws.Config: it has no credentials")
	_, err = empty.Region(t.Context())
	require.EqualError(t, err, "the aws.Config has no region")

	given := config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("AKID2", secretText, ""))
	c, err = aws.Chain(aws.WithConfigOptions(given)).Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "credentials of AKID2 from aws.Config (keys)", c.String())
}

// TestDamagedFilesLeakNothing damages each file at places that a fixed seed chooses.
func TestDamagedFilesLeakNothing(t *testing.T) {
	expired := time.Now().Add(-time.Hour)
	setUps := []func(h *home) string{
		func(h *home) string { keysProfile(h); return filepath.Join(h.dir, ".aws/credentials") },
		func(h *home) string {
			return h.write(".aws/config", "[default]\naws_access_key_id = AKID\naws_secret_access_key = "+secretText+"\nmax_attempts = 3\nretry_mode = standard\nregion = us-east-1\n")
		},
		func(h *home) string {
			h.t.Setenv("AWS_PROFILE", "dev")
			h.write(".aws/config", ssoConfig)
			return signIn(h, "corp", "signed-in-"+secretText, expired)
		},
		func(h *home) string {
			h.write(".aws/config", "[default]\nlogin_session = "+loginSession+"\n")
			return login(h, "ASIA0000000000000001", expired)
		},
		func(h *home) string {
			h.write(".aws/config", "[default]\ncredential_process = cat "+filepath.Join(h.dir, "process.json")+"\n")
			process(h, "ASIA0000000000000001", expired)
			return filepath.Join(h.dir, "process.json")
		},
	}
	damages := []func(text string) string{
		func(s string) string { return s[:len(s)/2] },
		func(s string) string { return s[len(s)/3:] },
		func(s string) string { return strings.ReplaceAll(s, "=", "") },
		func(s string) string { return strings.ReplaceAll(s, "\n", "") },
		func(s string) string { return strings.ReplaceAll(s, `"`, "") },
		func(s string) string { return strings.ReplaceAll(s, ":", "") },
		func(s string) string { return strings.ReplaceAll(s, "]", "") },
		func(s string) string { return strings.ReplaceAll(s, "standard", secretText) },
		func(s string) string { return strings.ReplaceAll(s, "= 3", "= "+secretText) },
		func(s string) string { return strings.ReplaceAll(s, "20", secretText) }, // in the middle of a time
		func(s string) string { return "\xff\xfe" + s },
		func(s string) string { return strings.ReplaceAll(s, "\n", "\x00") },
	}
	damaged := 0
	for i, setUp := range setUps {
		for j, damage := range damages {
			t.Run(fmt.Sprintf("%d/%d", i, j), func(t *testing.T) {
				h, fake := newHome(t), newFake()
				fake.serve(t)
				t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
				t.Setenv("AWS_PROFILE", "")
				file := setUp(h)
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(file, []byte(damage(string(text))), 0o600))
				for _, chain := range []*aws.Provider{aws.Chain(), aws.Chain(aws.WithSessionRefresh())} {
					c, err := chain.Credentials(t.Context())
					shown := everything(err) + chain.Explain(t.Context()).String() + fmt.Sprintf("%+v", c)
					for at := 0; at+8 <= len(secretText); at++ {
						require.NotContains(t, shown, secretText[at:at+8])
					}
				}
			})
			damaged++
		}
	}
	assert.GreaterOrEqual(t, damaged, 50)
}
