package tencent_test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
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
	"github.com/polycloud-sdk/polycloud-go/credentials/tencent"
)

// The tests of this file are named after faults of the vendor's own chain.

func TestFaultTokenOfTheEnvironmentIsNotRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"} {
		c, err := find(t, variables{"TENCENTCLOUD_SECRET_ID": "x", "TENCENTCLOUD_SECRET_KEY": secretKey, name: secretToken}.option())
		require.NoError(t, err)
		assert.Equal(t, secretToken, c.SessionToken.Reveal())
	}
}

func TestFaultEmptyVariableStopsTheChain(t *testing.T) {
	t.Parallel()
	home := folder(t, map[string]string{".tencentcloud/credentials": "[default]\nsecret_id = AKIDfile\nsecret_key = " + secretKey})
	c, err := find(t, tencent.WithHome(home), variables{"TENCENTCLOUD_SECRET_ID": "", "TENCENTCLOUD_SECRET_KEY": "", "TENCENTCLOUD_CREDENTIALS_FILE": ""}.option())
	require.NoError(t, err)
	assert.Equal(t, "AKIDfile", c.AccessKeyID)
}

func TestFaultProfileHasNoTokenAndNoOtherSection(t *testing.T) {
	t.Parallel()
	home := folder(t, map[string]string{".tencentcloud/credentials": "[dev]\nsecret_id = AKIDdev\nsecret_key = " + secretKey + "\ntoken = " + secretToken})
	c, err := find(t, tencent.WithHome(home), tencent.WithProfile("dev"))
	require.NoError(t, err)
	assert.Equal(t, "AKIDdev", c.AccessKeyID)
	assert.Equal(t, secretToken, c.SessionToken.Reveal())
}

func TestFaultTKEIsNotInTheChainAndItsRegionIsIgnored(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		options []tencent.Option
		region  string
	}{
		"variable": {nil, "ap-singapore"},
		"option":   {[]tencent.Option{tencent.WithRegion("eu-frankfurt")}, "eu-frankfurt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var region string
			record := roundTrip(func(r *http.Request) (*http.Response, error) {
				region = r.Header.Get("X-Tc-Region")
				return respond(200, stsBody("AKIDtke", time.Now().Add(time.Hour))), nil
			})
			_, err := find(t, append(want.options, tkeVariables(t).option(), tencent.WithTransport(record))...)
			require.NoError(t, err)
			assert.Equal(t, want.region, region)
		})
	}
}

// TestFaultTKEHalfSetUp checks that a pod whose service account is half set up is told so, instead of getting the role
// of its node.
func TestFaultTKEHalfSetUp(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"TKE_REGION", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_ROLE_ARN"} {
		env := tkeVariables(t)
		delete(env, missing)
		_, err := find(t, env.option())
		require.ErrorContains(t, err, "credentials of the TKE OIDC: "+missing+" is not set, but other variables of TKE are")
	}
	for name, text := range map[string]string{"empty": " \n", "long": strings.Repeat("x", 65<<10)} {
		env := tkeVariables(t)
		write(t, env["TKE_WEB_IDENTITY_TOKEN_FILE"], text)
		_, err := find(t, env.option())
		require.ErrorContains(t, err, "TKE_WEB_IDENTITY_TOKEN_FILE: ", name)
	}
	env := tkeVariables(t)
	require.NoError(t, os.Remove(env["TKE_WEB_IDENTITY_TOKEN_FILE"]))
	_, err := find(t, env.option())
	require.ErrorIs(t, err, fs.ErrNotExist)
}

func TestFaultTokenFileIsReadOnce(t *testing.T) {
	t.Parallel()
	var sent []string
	record := roundTrip(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		sent = append(sent, string(body))
		return respond(200, stsBody("AKIDtke", time.Now().Add(time.Hour))), err
	})
	env := tkeVariables(t)
	chain := tencent.Chain(env.option(), tencent.WithTransport(record))
	for _, token := range []string{"first-token", "second-token"} {
		write(t, env["TKE_WEB_IDENTITY_TOKEN_FILE"], token)
		_, err := chain.Credentials(t.Context())
		require.NoError(t, err)
		assert.Contains(t, sent[len(sent)-1], `"WebIdentityToken":"`+token+`"`)
	}
}

// TestFaultDeadKeysAreServed lets each source of temporary keys fail when they are to be renewed: what is still valid
// stays in use, and what is not is an error.
func TestFaultDeadKeysAreServed(t *testing.T) {
	t.Parallel()
	for name, source := range temporarySources(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &renewing{}
				cache := cloud.CacheCredentials(source(t, service))
				first, err := cache.Credentials(t.Context())
				require.NoError(t, err)
				service.down.Store(true)
				time.Sleep(56 * time.Minute) // within five minutes of the end
				still, err := cache.Credentials(t.Context())
				require.NoError(t, err)
				assert.Equal(t, first.AccessKeyID, still.AccessKeyID)
				synctest.Wait()
				time.Sleep(5 * time.Minute)
				_, err = cache.Credentials(t.Context())
				require.Error(t, err)
				leaksNothing(t, err)
				service.down.Store(false)
				time.Sleep(time.Minute)
				next, err := cache.Credentials(t.Context())
				require.NoError(t, err)
				assert.NotEqual(t, first.AccessKeyID, next.AccessKeyID)
			})
		})
	}
}

// TestExpiredKeysAreReplacedUnderLoad has 64 goroutines ask without a pause while keys expire again and again. None
// may get an expired key, and each renewal may be asked for once.
func TestExpiredKeysAreReplacedUnderLoad(t *testing.T) {
	t.Parallel()
	for name, source := range temporarySources(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &renewing{latency: time.Second}
				cache := cloud.CacheCredentials(source(t, service))
				var callers sync.WaitGroup
				var seen sync.Map
				for range 64 {
					callers.Go(func() {
						for range 50 {
							c, err := cache.Credentials(t.Context())
							if assert.NoError(t, err) {
								assert.True(t, time.Now().Before(c.Expires), "expired at %s", c.Expires)
								seen.Store(c.AccessKeyID, true)
							}
							time.Sleep(10 * time.Minute)
						}
					})
				}
				callers.Wait()
				keys := 0
				seen.Range(func(any, any) bool { keys++; return true })
				assert.GreaterOrEqual(t, keys, 8, "in 500 minutes with keys of an hour")
				assert.LessOrEqual(t, int(service.issued.Load()), keys+1)
			})
		})
	}
}

// renewing is STS and the metadata service, which give another key of an hour for each request.
type renewing struct {
	latency time.Duration
	down    atomic.Bool
	issued  atomic.Int32
}

func (s *renewing) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(s.latency)
	if s.down.Load() {
		return respond(500, "<html>"+secretToken+"</html>"), nil
	}
	if strings.HasSuffix(r.URL.Path, "security-credentials/") {
		return respond(200, "worker"), nil
	}
	id := fmt.Sprintf("AKID%d", s.issued.Add(1))
	if r.URL.Host == "metadata.tencentyun.com" {
		return respond(200, metadataBody(id, time.Now().Add(time.Hour))), nil
	}
	return respond(200, stsBody(id, time.Now().Add(time.Hour))), nil
}

// temporarySources are the sources of keys that expire. The service behind them, if there is one, is s; tccli's is a
// login that somebody repeats.
func temporarySources(t *testing.T) map[string]func(*testing.T, *renewing) cloud.CredentialsProvider {
	env := tkeVariables(t)
	home := t.TempDir()
	none := tencent.WithHome(home)
	return map[string]func(*testing.T, *renewing) cloud.CredentialsProvider{
		"TKE OIDC": func(_ *testing.T, s *renewing) cloud.CredentialsProvider {
			return tencent.Chain(env.option(), none, tencent.WithTransport(s))
		},
		"CVM role": func(_ *testing.T, s *renewing) cloud.CredentialsProvider {
			return tencent.Chain(variables{}.option(), none, tencent.WithTransport(s))
		},
		"role": func(_ *testing.T, s *renewing) cloud.CredentialsProvider {
			return tencent.AssumeRole(static("AKIDx"), tencent.Role{ARN: roleARN}, tencent.WithTransport(s))
		},
		"tccli login": func(t *testing.T, s *renewing) cloud.CredentialsProvider {
			own := t.TempDir()
			chain := tencent.Chain(variables{}.option(), tencent.WithHome(own), tencent.WithTransport(untouched(t)))
			return cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
				if !s.down.Load() {
					time.Sleep(s.latency)
					write(t, filepath.Join(own, ".tccli", "default.credential"), fmt.Sprintf(
						`{"type": "oauth", "secretId": "AKID%d", "secretKey": %q, "token": %q, "expiresAt": %d}`,
						s.issued.Add(1), secretKey, secretToken, time.Now().Add(time.Hour).Unix()))
				}
				return chain.Credentials(ctx)
			})
		},
	}
}

// TestFaultMetadataWithoutTimeout checks, in virtual time, that a machine outside the cloud learns so within three
// seconds, wherever the silence begins.
func TestFaultMetadataWithoutTimeout(t *testing.T) {
	t.Parallel()
	silentBody := roundTrip(func(r *http.Request) (*http.Response, error) {
		response := respond(200, "")
		response.Body = io.NopCloser(readerFunc(func([]byte) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		}))
		return response, nil
	})
	for name, transport := range map[string]http.RoundTripper{"no response": hangs, "no body": silentBody} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				_, err := find(t, tencent.WithTransport(transport))
				require.ErrorIs(t, err, cloud.ErrUnauthenticated)
				require.ErrorContains(t, err, "metadata.tencentyun.com: no response in time")
				assert.Less(t, time.Since(start), 3*time.Second)
			})
		})
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestCallersContext checks that each request ends with the context of the caller, whose error it is then.
func TestCallersContext(t *testing.T) {
	t.Parallel()
	env := tkeVariables(t)
	for name, provider := range map[string]cloud.CredentialsProvider{
		"TKE OIDC": tencent.Chain(env.option(), tencent.WithTransport(hangs)),
		"CVM role": tencent.Chain(variables{}.option(), tencent.WithHome(t.TempDir()), tencent.WithTransport(hangs)),
		"role":     tencent.AssumeRole(static("x"), tencent.Role{ARN: roleARN}, tencent.WithTransport(hangs)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				start := time.Now()
				_, err := provider.Credentials(ctx)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, time.Second, time.Since(start))
				ctx, cancel = context.WithCancel(t.Context())
				cancel()
				_, err = provider.Credentials(ctx)
				require.ErrorIs(t, err, context.Canceled)
			})
		})
	}
}

// TestSTSIsBounded checks that a call to STS ends without a context of the caller that does.
func TestSTSIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := tencent.AssumeRole(static("x"), tencent.Role{ARN: roleARN}, tencent.WithTransport(hangs)).Credentials(t.Context())
		require.ErrorIs(t, err, cloud.ErrTransport)
		require.ErrorContains(t, err, "AssumeRole at sts.tencentcloudapi.com: no response in time")
		assert.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestFaultErrorBecomesTheNameOfARole(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(time.Hour)
	tests := []struct {
		name    string
		handler http.HandlerFunc
		err     string
		absent  bool // the chain ends without a failure
	}{
		{"a 500", say(500, "worker"), "HTTP status 500 for the name of the role", false},
		{"a page", say(200, "<html>"+secretToken), "what came is not the name of a role", false},
		{"two lines", say(200, "a\nb"), "what came is not the name of a role", false},
		{"a path", say(200, "../../user-data"), "what came is not the name of a role", false},
		{"no role", say(404, "not found"), "the instance has no role", true},
		{"nothing", say(200, "\n"), "the instance has no role", true},
		{"huge", say(200, strings.Repeat(secretToken, 10000)), "its response is longer than 64 KB", false},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/"+secretToken, http.StatusFound) },
			"it redirects with HTTP status 302, which is not followed", false},
		{"not HTTP", garbage, "the connection failed, or what came is not HTTP", true},
		{"keys: 500", keys(500, secretToken), "HTTP status 500 for the keys of the role worker", false},
		{"keys: 404", keys(404, ""), "the instance has no role worker", false},
		{"keys: a page", keys(200, "<html>"+secretToken), "the keys of the role worker: not valid JSON", false},
		{"keys: half", keys(200, metadataBody("x", later)[:100]), "not valid JSON", false},
		{"keys: null", keys(200, "null"), "not a JSON object", false},
		{"keys: a refusal", keys(200, `{"Code":"`+secretToken+`"}`), "the member Code is not Success", false},
		{"keys: Code is null", keys(200, `{"Code":null}`), "the member Code is not Success", false},
		{"keys: no ID", keys(200, strings.Replace(metadataBody("x", later), `"TmpSecretId":"x"`, `"TmpSecretId":null`, 1)), "TmpSecretId is missing", false},
		{"keys: no key", keys(200, strings.Replace(metadataBody("x", later), "TmpSecretKey", "Tmp", 1)), "TmpSecretKey is missing", false},
		{"keys: no token", keys(200, strings.Replace(metadataBody("x", later), "Token", "T", 1)), "Token is missing", false},
		{"keys: a token that is a number", keys(200, strings.Replace(metadataBody("x", later), `"`+secretToken+`"`, `1`, 1)), "Token is not a string", false},
		{"keys: no end", keys(200, `{"Code":"Success","TmpSecretId":"x","TmpSecretKey":"`+secretKey+`","Token":"t","ExpiredTime":null}`), "ExpiredTime is missing", false},
		{"keys: an end that is none", keys(200, `{"Code":"Success","TmpSecretId":"x","TmpSecretKey":"`+secretKey+`","Token":"t","Expiration":"`+secretToken+`"}`), "the member Expiration is not a time", false},
		{"keys: expired", keys(200, metadataBody("x", time.Unix(1700000000, 0))), "they expired at 2023-11-14T22:13:20Z", false},
		{"keys: a redirect", func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "worker") {
				http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
			}
			_, _ = io.WriteString(w, "worker")
		}, "it redirects with HTTP status 307", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			options := []tencent.Option{
				tencent.WithHome(t.TempDir()), variables{}.option(), tencent.WithMetadataEndpoint(serve(t, tt.handler)),
			}
			chain := tencent.Chain(options...)
			c, err := chain.Credentials(t.Context())
			require.ErrorContains(t, err, tt.err)
			assert.Equal(t, tt.absent, strings.HasPrefix(err.Error(), "no credentials in any source"), err)
			report := chain.Explain(t.Context())
			leaksNothing(t, c, err, report, []cloud.SourceReport(report))
		})
	}
}

// keys plays an instance with the role worker, and gives body for its keys.
func keys(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/worker") {
			say(status, body)(w, r)
			return
		}
		_, _ = io.WriteString(w, "worker")
	}
}

// garbage answers with what is not HTTP, and has a secret in it.
func garbage(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_, _ = io.WriteString(conn, secretToken+" "+secretKey+"\r\n\r\n")
		_ = conn.Close()
	}
}

func TestCVMRoleByName(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	address := serve(t, cvm("worker", time.Now().Add(time.Hour), &asked))
	byName := variables{"TENCENTCLOUD_CAM_ROLE_NAME": "worker"}
	for _, option := range []tencent.Option{tencent.WithCVMRole("worker"), byName.option()} {
		c, err := find(t, option, tencent.WithMetadataEndpoint(address), tencent.WithTransport(http.DefaultTransport))
		require.NoError(t, err)
		assert.Equal(t, "CVM role worker", c.Source)
		assert.False(t, c.Expires.IsZero())
	}
	assert.EqualValues(t, 2, asked.Load(), "the name is not asked for")
	_, err := find(t, tencent.WithCVMRole("other"), tencent.WithMetadataEndpoint(address), tencent.WithTransport(http.DefaultTransport))
	require.ErrorContains(t, err, "credentials of the CVM role: the instance has no role other")
	_, err = find(t, tencent.WithCVMRole("../x"))
	require.ErrorContains(t, err, `the option must name a role with letters, digits and +=,.@_-, not "../x"`)
	_, err = find(t, byName.option(), tencent.WithTransport(offline))
	require.ErrorContains(t, err, "credentials of the CVM role: metadata.tencentyun.com: no route to host", "the role was asked for by name")
	_, err = find(t, byName.option(), tencent.WithoutMetadata())
	require.ErrorContains(t, err, "the metadata service is turned off")

	home := folder(t, map[string]string{".tccli/default.credential": `{"type": "cvm-role"}`})
	c, err := find(t, tencent.WithHome(home), tencent.WithMetadataEndpoint(address), tencent.WithTransport(http.DefaultTransport))
	require.NoError(t, err)
	assert.Equal(t, "AKIDcvm", c.AccessKeyID)
	_, err = find(t, tencent.WithHome(home), tencent.WithTransport(offline))
	require.ErrorContains(t, err, "credentials of the tccli profile: ")
	require.ErrorContains(t, err, "has the type cvm-role, but this is no CVM instance")
}

// TestSTSMisbehaves checks hostile and half responses, for a call that is signed and one that is not.
func TestSTSMisbehaves(t *testing.T) {
	t.Parallel()
	good := stsBody("x", time.Now().Add(time.Hour))
	refusal := func(code, message string) string {
		return fmt.Sprintf(`{"Response":{"Error":{"Code":%q,"Message":%q},"RequestId":"r-9"}}`, code, message)
	}
	tests := []struct {
		name    string
		handler http.HandlerFunc
		err     string
		kind    cloud.Kind
	}{
		{"a page", say(200, "<html>"+secretToken), "its response is unexpected: not valid JSON", cloud.ErrTransport},
		{"the page of a gateway", say(502, "<html>"+secretToken), "HTTP status 502, and its response is not valid JSON", cloud.ErrTransport},
		{"nothing", say(200, ""), "not valid JSON", cloud.ErrTransport},
		{"half", say(200, good[:80]), "not valid JSON", cloud.ErrTransport},
		{"null", say(200, "null"), "not a JSON object", cloud.ErrTransport},
		{"no Response", say(200, "{}"), "without a Response", cloud.ErrTransport},
		{"Response is null", say(200, `{"Response":null}`), "without a Response", cloud.ErrTransport},
		{"Response is a list", say(200, `{"Response":["`+secretToken+`"]}`), "Response is not an object", cloud.ErrTransport},
		{"no Credentials", say(200, `{"Response":{"RequestId":"r"}}`), "without Credentials", cloud.ErrTransport},
		{"no key", say(200, strings.Replace(good, "TmpSecretKey", "Tmp", 1)), "TmpSecretKey is missing", cloud.ErrTransport},
		{"the token is null", say(200, strings.Replace(good, `"`+secretToken+`"`, "null", 1)), "Token is missing", cloud.ErrTransport},
		{"no end", say(200, strings.NewReplacer("ExpiredTime", "E", "Expiration", "F").Replace(good)), "ExpiredTime is missing", cloud.ErrTransport},
		{"an end that is no number", say(200, `{"Response":{"Credentials":{"Token":"t","TmpSecretId":"x","TmpSecretKey":"y"},"ExpiredTime":"`+secretToken+`"}}`),
			"ExpiredTime is not a time in seconds since 1970", cloud.ErrTransport},
		{"expired", say(200, stsBody("x", time.Unix(1700000000, 0))), "they expired at 2023-11-14T22:13:20Z", cloud.ErrTransport},
		{"huge", say(200, `{"a":"`+strings.Repeat(secretToken, 10000)), "its response is longer than 64 KB", cloud.ErrTransport},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/"+secretToken, http.StatusTemporaryRedirect)
		}, "it redirects with HTTP status 307", cloud.ErrTransport},
		{"not HTTP", garbage, "the connection failed, or what came is not HTTP", cloud.ErrTransport},
		{"keys with status 500", say(500, good), "HTTP status 500", cloud.ErrTransport},
		{"a refusal", say(200, refusal("UnauthorizedOperation", "you may not")), "sts %s: access denied: UnauthorizedOperation: you may not", cloud.ErrDenied},
		{"a refusal of the key", say(200, refusal("AuthFailure.TokenFailure", "the token")), "AuthFailure.TokenFailure", cloud.ErrUnauthenticated},
		{"too fast", say(200, refusal("RequestLimitExceeded", "slow down")), "RequestLimitExceeded", cloud.ErrThrottled},
		{"a code that is not listed", say(200, refusal("Odd", "odd")), "Odd", cloud.ErrInternal},
		{"a refusal that repeats the request", func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			token := r.Header.Get("X-Tc-Token")
			_, _ = io.WriteString(w, refusal("AuthFailure."+token, string(body)+" "+token+" "+url.QueryEscape(token)))
		}, "[redacted]", cloud.ErrUnauthenticated},
		{"a refusal with status 403", say(403, refusal("AuthFailure", "no")), "AuthFailure: no", cloud.ErrUnauthenticated},
		{"a refusal without a code", say(200, `{"Response":{"Error":{}}}`), "internal error", cloud.ErrInternal},
		{"a refusal that is text", say(200, `{"Response":{"Error":"`+secretToken+`"}}`), "Error is not an object", cloud.ErrTransport},
		{"a refusal with a number", say(200, `{"Response":{"Error":{"Code":1}}}`), "Code is not a string", cloud.ErrTransport},
	}
	env := tkeVariables(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := tencent.WithSTSEndpoint(serve(t, tt.handler))
			for action, provider := range map[string]cloud.CredentialsProvider{
				"AssumeRole":                tencent.AssumeRole(static("x"), tencent.Role{ARN: roleARN}, address),
				"AssumeRoleWithWebIdentity": tencent.Chain(env.option(), address),
			} {
				c, err := provider.Credentials(t.Context())
				require.ErrorContains(t, err, strings.Replace(tt.err, "%s", action, 1))
				require.ErrorContains(t, err, action)
				assert.Equal(t, tt.kind, cloud.KindOf(err))
				assert.Empty(t, c.AccessKeyID)
				leaksNothing(t, c, err)
			}
		})
	}
}

// damaged returns files that are damaged in one of many ways, with the secrets still in most.
func damaged(good string, random *rand.Rand) string {
	text := []byte(good)
	at := random.IntN(len(text))
	switch random.IntN(7) {
	case 0:
		return string(text[:at])
	case 1:
		return string(text[at:])
	case 2:
		text[at] = byte(random.IntN(256))
	case 3:
		text = append(text[:at:at], text[min(at+1+random.IntN(9), len(text)):]...)
	case 4:
		text = append(append(text[:at:at], text[at:]...), text[:at]...)
	case 5:
		text = append(text[:at:at], append([]byte("\x00\xff{[\"\n"), text[at:]...)...)
	default:
		return strings.NewReplacer(`": "`, `": ["`, " = ", " ", "]", "").Replace(good)
	}
	return string(text)
}

// TestDamagedFilesLeakNothing reads 400 damaged files of each kind.
func TestDamagedFilesLeakNothing(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		".tccli/default.credential": `{"type": "oauth", "secretId": "AKIDx", "secretKey": "` + secretKey + `", "token": "` + secretToken +
			`", "expiresAt": 1700000000, "oauth": {"accessToken": "` + podToken + `", "refreshToken": "` + podToken + `"}}`,
		".tencentcloud/credentials": "[default]\nsecret_id = AKIDfile\nsecret_key = " + secretKey + "\ntoken = " + secretToken + "\n",
	}
	random := rand.New(rand.NewPCG(1, 2))
	failed := 0
	for name, text := range good {
		for range 400 {
			home := folder(t, map[string]string{name: damaged(text, random)})
			chain := tencent.Chain(variables{}.option(), tencent.WithHome(home), tencent.WithoutMetadata())
			c, err := chain.Credentials(t.Context())
			report := chain.Explain(t.Context())
			leaksNothing(t, c, report, []cloud.SourceReport(report))
			if err != nil {
				leaksNothing(t, err)
				failed++
			}
		}
	}
	assert.Greater(t, failed, 400)
}

// TestNothingIsWritten compares a home that cannot be written to before and after all sources were used.
func TestNothingIsWritten(t *testing.T) {
	t.Parallel()
	expired := `"secretId": "x", "secretKey": "` + secretKey + `", "token": "t", "expiresAt": 1700000000}`
	home := folder(t, map[string]string{
		".tccli/default.credential": `{"type": "oauth", ` + expired,
		".tccli/sso.credential":     `{"type": "sso", ` + expired,
		".tccli/live.credential":    fmt.Sprintf(`{"secretId": "x", "secretKey": %q, "role-arn": %q}`, secretKey, roleARN),
		".tencentcloud/credentials": "[file]\nsecret_id = x\nsecret_key = " + secretKey + "\n",
		"token":                     podToken,
	})
	for _, name := range []string{".tccli", ".tencentcloud", "."} {
		require.NoError(t, os.Chmod(filepath.Join(home, name), 0o500))
	}
	t.Cleanup(func() {
		for _, name := range []string{".", ".tccli", ".tencentcloud"} {
			assert.NoError(t, os.Chmod(filepath.Join(home, name), 0o700))
		}
	})
	before := tree(t, home)
	env := tkeVariables(t)
	env["TKE_WEB_IDENTITY_TOKEN_FILE"] = filepath.Join(home, "token")
	service := tencent.WithTransport(&renewing{})
	for _, options := range [][]tencent.Option{
		{env.option()},
		{variables{}.option()},
		{tencent.WithProfile("sso")},
		{tencent.WithProfile("live")},
		{tencent.WithProfile("file")},
		{tencent.WithProfile("none")},
	} {
		chain := tencent.Chain(append([]tencent.Option{variables{}.option(), tencent.WithHome(home), service}, options...)...)
		_, _ = chain.Credentials(t.Context())
		_ = chain.Explain(t.Context())
	}
	assert.Equal(t, before, tree(t, home))
}

// tree returns what is in a folder: modes, sizes, times of change and contents.
func tree(t *testing.T, root string) map[string]string {
	found := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := d.Info()
		require.NoError(t, err)
		var text []byte
		if !d.IsDir() {
			text, err = os.ReadFile(path)
			require.NoError(t, err)
		}
		found[path] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime(), string(text))
		return nil
	}))
	return found
}
