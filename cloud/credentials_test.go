package cloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

const (
	secretText = "wJalrXUtnFEMI-very-secret"
	tokenText  = "FwoGZXIvYXdzEBYaD-very-secret"
)

func TestCredentialsNeverPrint(t *testing.T) {
	t.Parallel()
	c := cloud.Credentials{
		AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: cloud.NewSecret(secretText), SessionToken: cloud.NewSecret(tokenText),
		Expires: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
	provider := cloud.StaticCredentials("AKIDEXAMPLE", secretText, tokenText)
	cache := cloud.CacheCredentials(provider)
	_, err := cache.Credentials(t.Context())
	require.NoError(t, err)

	type hidden struct{ c cloud.Credentials }
	values := map[string]any{
		"value": c, "pointer": &c, "slice": []cloud.Credentials{c}, "map": map[string]cloud.Credentials{"k": c},
		"field": struct{ C cloud.Credentials }{c}, "unexported field": hidden{c}, "pointer to it": &hidden{c},
		"secret": c.SecretAccessKey, "provider": provider, "cache": cache, "pointer to cache value": struct{ c *cloud.CredentialsCache }{cache},
		"config": cloud.Config{Region: "us-east-1", Credentials: provider},
	}
	for name, v := range values {
		var printed bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
		if name != "provider" && name != "cache" && name != "config" { // JSON has neither functions nor locks
			encoded, err := json.Marshal(v)
			require.NoError(t, err, name)
			printed.Write(encoded)
		}
		text := slog.New(slog.NewTextHandler(&printed, nil))
		text.Info("text", "v", v)
		slog.New(slog.NewJSONHandler(&printed, nil)).Info("json", "v", v)
		assert.NotContains(t, printed.String(), "very-secret", name)
		assert.NotContains(t, printed.String(), fmt.Sprintf("%x", secretText), name)
	}
	assert.Equal(t, "credentials of AKIDEXAMPLE until 2026-01-02T03:04:05Z", fmt.Sprint(c))
	assert.Equal(t, "no credentials", fmt.Sprint(cloud.Credentials{}))
}

func TestEnvironment(t *testing.T) {
	tests := []struct {
		name              string
		provider          cloud.CredentialsProvider
		id, secret, token string
	}{
		{"aws", cloud.AWSEnvironment(), "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"},
		{"alibaba", cloud.AlibabaEnvironment(), "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN"},
		{"tencent", cloud.TencentEnvironment(), "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv(tt.id, "")
			t.Setenv(tt.secret, "")
			t.Setenv(tt.token, "")
			_, err := tt.provider.Credentials(t.Context())
			require.ErrorIs(t, err, cloud.ErrUnauthenticated)
			assert.Equal(t, cloud.ErrUnauthenticated, cloud.KindOf(err))
			assert.ErrorContains(t, err, tt.id)
			assert.ErrorContains(t, err, tt.secret)

			t.Setenv(tt.id, "id")
			_, err = tt.provider.Credentials(t.Context())
			require.ErrorIs(t, err, cloud.ErrUnauthenticated, "an id without its secret is not enough")

			t.Setenv(tt.secret, "secret")
			t.Setenv(tt.token, "token")
			c, err := tt.provider.Credentials(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "id", c.AccessKeyID)
			assert.Equal(t, "secret", c.SecretAccessKey.Reveal())
			assert.Equal(t, "token", c.SessionToken.Reveal())
		})
	}
}

func TestStaticCredentialsNeedBothHalves(t *testing.T) {
	t.Parallel()
	for _, p := range []cloud.CredentialsProvider{
		cloud.StaticCredentials("", "secret", ""), cloud.StaticCredentials("id", "", ""), cloud.StaticCredentials("", "", "token"),
	} {
		_, err := p.Credentials(t.Context())
		assert.ErrorIs(t, err, cloud.ErrUnauthenticated)
	}
}

// source is a provider that counts its calls and takes a while.
type source struct {
	calls    atomic.Int32
	lifetime time.Duration
	takes    time.Duration
	err      atomic.Pointer[error]
}

func (s *source) fail(err error) {
	if err == nil {
		s.err.Store(nil)
		return
	}
	s.err.Store(&err)
}

func (s *source) Credentials(ctx context.Context) (cloud.Credentials, error) {
	n := s.calls.Add(1)
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return cloud.Credentials{}, ctx.Err()
	}
	if err := s.err.Load(); err != nil {
		return cloud.Credentials{}, *err
	}
	return cloud.Credentials{
		AccessKeyID: fmt.Sprintf("key-%d", n), SecretAccessKey: cloud.NewSecret("s"), Expires: time.Now().Add(s.lifetime),
	}, nil
}

func TestCacheRefreshesOnceForConcurrentCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{lifetime: time.Hour, takes: time.Second}
		cache := cloud.CacheCredentials(s)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				c, err := cache.Credentials(t.Context())
				assert.NoError(t, err)
				assert.Equal(t, "key-1", c.AccessKeyID)
			})
		}
		wg.Wait()
		assert.EqualValues(t, 1, s.calls.Load())
	})
}

func TestCacheRefreshesAheadAndServesOnWhenThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{lifetime: time.Hour}
		cache := cloud.CacheCredentials(s)
		use := func() (string, error) {
			c, err := cache.Credentials(t.Context())
			return c.AccessKeyID, err
		}
		key, err := use()
		require.NoError(t, err)
		assert.Equal(t, "key-1", key)

		time.Sleep(54 * time.Minute)
		key, _ = use()
		assert.Equal(t, "key-1", key, "still far from expiry")

		s.fail(errors.New("metadata service is down"))
		time.Sleep(2 * time.Minute)
		for range 10 {
			key, err = use()
			require.NoError(t, err, "valid keys are still served")
			assert.Equal(t, "key-1", key)
			synctest.Wait()
		}
		assert.EqualValues(t, 2, s.calls.Load(), "a failing source is not asked on every call")

		s.fail(nil)
		time.Sleep(time.Minute)
		_, _ = use()
		synctest.Wait()
		key, err = use()
		require.NoError(t, err)
		assert.Equal(t, "key-3", key, "refreshed behind the last call")

		s.fail(errors.New("metadata service is down"))
		time.Sleep(2 * time.Hour)
		_, err = use()
		require.ErrorContains(t, err, "metadata service is down", "nothing valid is left")
	})
}

// TestValidKeysAreNotWaitedFor checks that no caller waits for an early refresh, not even the one that began it,
// for a source that is slow, ignores its context, fails or panics.
func TestValidKeysAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	sources := map[string]func(context.Context) (cloud.Credentials, error){
		"slow": func(ctx context.Context) (cloud.Credentials, error) {
			select {
			case <-time.After(40 * time.Second):
				return keyOf("key-2", time.Hour), nil
			case <-ctx.Done():
				return cloud.Credentials{}, ctx.Err()
			}
		},
		"hanging": func(ctx context.Context) (cloud.Credentials, error) {
			<-ctx.Done()
			return cloud.Credentials{}, context.Cause(ctx)
		},
		"deaf": func(context.Context) (cloud.Credentials, error) {
			time.Sleep(10 * time.Minute)
			return keyOf("key-2", time.Hour), nil
		},
		"failing":   func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, errors.New("is down") },
		"panicking": func(context.Context) (cloud.Credentials, error) { panic("broken") },
		"empty":     func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, nil },
		"expired":   func(context.Context) (cloud.Credentials, error) { return keyOf("old", -time.Hour), nil },
		"ended":     func(context.Context) (cloud.Credentials, error) { runtime.Goexit(); return cloud.Credentials{}, nil },
	}
	for name, then := range sources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var asked, atOnce, most atomic.Int32
				cache := cloud.CacheCredentials(cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
					most.Store(max(most.Load(), atOnce.Add(1)))
					defer atOnce.Add(-1)
					if asked.Add(1) == 1 {
						return keyOf("key-1", time.Hour), nil
					}
					return then(ctx)
				}))
				_, err := cache.Credentials(t.Context())
				require.NoError(t, err)
				time.Sleep(56 * time.Minute)
				for range 180 { // until a minute before the end
					began := time.Now()
					c, err := cache.Credentials(t.Context())
					require.NoError(t, err)
					assert.Contains(t, []string{"key-1", "key-2"}, c.AccessKeyID)
					assert.Zero(t, time.Since(began))
					time.Sleep(time.Second)
				}
				assert.LessOrEqual(t, asked.Load(), int32(14), "not on every call")
				assert.EqualValues(t, 1, most.Load(), "one refresh at a time")
				time.Sleep(10 * time.Minute)
			})
		})
	}
}

func keyOf(id string, lifetime time.Duration) cloud.Credentials {
	return cloud.Credentials{AccessKeyID: id, SecretAccessKey: cloud.NewSecret("secret"), Expires: time.Now().Add(lifetime)}
}

// TestASourceThatIgnoresItsContext checks that each caller waits as long as its own context allows, one call of the
// source serves them all, and its result counts although it comes late.
func TestASourceThatIgnoresItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		cache := cloud.CacheCredentials(cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
			asked.Add(1)
			time.Sleep(5 * time.Minute)
			return keyOf("key", time.Hour), nil
		}))
		began := time.Now()
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				patience := time.Duration(i+1) * 300 * time.Millisecond
				ctx, cancel := context.WithTimeoutCause(t.Context(), patience, fmt.Errorf("caller %d is in a hurry", i))
				defer cancel()
				_, err := cache.Credentials(ctx)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
				assert.ErrorContains(t, err, fmt.Sprintf("caller %d is", i))
				assert.Equal(t, patience, time.Since(began))
			})
		}
		wg.Wait()

		_, err := cache.Credentials(t.Context())
		require.ErrorContains(t, err, "the credentials provider has not returned within 1m0s")
		assert.Equal(t, time.Minute, time.Since(began), "a caller without a deadline does not wait forever")
		_, err = cache.Credentials(t.Context())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Minute, time.Since(began))

		time.Sleep(5 * time.Minute)
		c, err := cache.Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "key", c.AccessKeyID)
		assert.EqualValues(t, 1, asked.Load())
	})
}

// TestARefreshIsNotItsCallers checks that the context of the caller that began a refresh affects it only by its
// values.
func TestARefreshIsNotItsCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var seen any
		s := &source{lifetime: time.Hour, takes: 30 * time.Second}
		cache := cloud.CacheCredentials(cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
			seen = ctx.Value(key{})
			return s.Credentials(ctx)
		}))
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "trace"), time.Second)
		defer cancel()
		_, err := cache.Credentials(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(time.Minute)
		began := time.Now()
		c, err := cache.Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "key-1", c.AccessKeyID, "a refresh of the first caller serves the next")
		assert.Zero(t, time.Since(began))
		assert.Equal(t, "trace", seen)

		ended, end := context.WithCancel(t.Context())
		end()
		_, err = cache.Credentials(ended)
		require.NoError(t, err, "valid keys need no time")
		_, err = cloud.CacheCredentials(cloud.CredentialsFunc(s.Credentials)).Credentials(ended)
		require.ErrorIs(t, err, context.Canceled)
		assert.EqualValues(t, 1, s.calls.Load(), "nothing is begun for a canceled caller")
	})
}

func TestCallersShareTheSourcesOwnTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{lifetime: time.Hour, takes: 5 * time.Second}
		s.fail(fmt.Errorf("metadata service: %w", context.DeadlineExceeded))
		cache := cloud.CacheCredentials(s)
		began := time.Now()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				_, err := cache.Credentials(t.Context())
				assert.ErrorContains(t, err, "metadata service")
			})
		}
		wg.Wait()
		assert.Equal(t, 5*time.Second, time.Since(began))
		assert.EqualValues(t, 1, s.calls.Load())
	})
}

func TestCacheInvalidate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{lifetime: time.Hour}
		cache := cloud.CacheCredentials(s)
		first, err := cache.Credentials(t.Context())
		require.NoError(t, err)
		cache.Invalidate(cloud.Credentials{AccessKeyID: "another"})
		cache.Invalidate(cloud.Credentials{AccessKeyID: first.AccessKeyID, SecretAccessKey: cloud.NewSecret("another")})
		same, _ := cache.Credentials(t.Context())
		assert.Equal(t, first.AccessKeyID, same.AccessKeyID)
		cache.Invalidate(first)
		second, err := cache.Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "key-2", second.AccessKeyID)
	})
}

// TestTheSameKeyAgain is a source that has only the key which the service refuses: it is asked again, but not on
// every call, and its next key is found.
func TestTheSameKeyAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked, secret := 0, "old"
		cache := cloud.CacheCredentials(cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
			asked++
			return cloud.Credentials{AccessKeyID: "id", SecretAccessKey: cloud.NewSecret(secret)}, nil // never expires
		}))
		use := func() string {
			c, err := cache.Credentials(t.Context())
			require.NoError(t, err)
			if c.SecretAccessKey.Reveal() == "old" {
				cache.Invalidate(c)
				c, err = cache.Credentials(t.Context())
				require.NoError(t, err)
			}
			return c.SecretAccessKey.Reveal()
		}
		for range 60 {
			assert.Equal(t, "old", use())
			time.Sleep(time.Second)
		}
		assert.Equal(t, 5, asked, "at first, and four times in a minute")
		secret = "new"
		time.Sleep(15 * time.Second)
		assert.Equal(t, "new", use(), "the same key id with another secret is another key")
		assert.Equal(t, "new", use())
		assert.Equal(t, 6, asked)
	})
}

func TestCacheRefusesWhatCannotSign(t *testing.T) {
	t.Parallel()
	const id, secret, token = "AKIDEXAMPLE", "very+secret/key=", "very/secret=token"
	tests := []struct {
		name              string
		id, secret, token string
		says              string // empty for good ones
	}{
		{"long-term", id, secret, "", ""},
		{"temporary", id, secret, token, ""},
		{"nothing", "", "", "", "no access key ID"},
		{"no id", "", secret, token, "no access key ID"},
		{"no secret", id, "", "", "no secret access key"},
		{"blank after the id", id + " ", secret, "", "the access key ID has white space or control characters at its end"},
		{"blank before the id", " " + id, secret, "", "the access key ID has white space or control characters at its start"},
		{"tab before the id", "\t" + id, secret, "", "access key ID"},
		{"line feed after the secret", id, secret + "\n", "", "the secret access key has white space or control characters at its end"},
		{"CRLF after the secret", id, secret + "\r\n", "", "secret access key"},
		{"byte order mark before the secret", id, "\ufeff" + secret, "", "the secret access key has white space or control characters at its start"},
		{"blank within the secret", id, "very secret", "", "the secret access key has white space or control characters in it"},
		{"no-break space after the secret", id, secret + "\u00a0", "", "secret access key"},
		{"zero width space in the secret", id, "very\u200bsecret", "", "secret access key"},
		{"NUL after the secret", id, secret + "\x00", "", "secret access key"},
		{"DEL in the secret", id, "very\x7fsecret", "", "secret access key"},
		{"UTF-16", id, "v\x00e\x00r\x00y\x00", "", "secret access key"},
		{"not UTF-8", id, "very\xffsecret", "", "secret access key"},
		{"blank after the token", id, secret, token + " ", "the session token has white space or control characters at its end"},
		{"only a blank as token", id, secret, " ", "session token"},
		{"temporary of AWS", "ASIAIOSFODNN7EXAMPLE", secret, token, ""},
		{"temporary of AWS without a token", "ASIAIOSFODNN7EXAMPLE", secret, "", "the session token is empty, but ASIAIOSFODNN7EXAMPLE is the key"},
		{"temporary of Alibaba Cloud without a token", "STS.NUexample", secret, "", "the session token is empty, but STS.NUexample is the key"},
		{"not of AWS", "ASIA", secret, "", ""},
		{"line feed within the token", id, secret, "very\nsecret", "the session token has white space or control characters in it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dynamic := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
				return cloud.Credentials{AccessKeyID: tt.id, SecretAccessKey: cloud.NewSecret(tt.secret), SessionToken: cloud.NewSecret(tt.token)}, nil
			})
			for _, p := range []cloud.CredentialsProvider{dynamic, cloud.StaticCredentials(tt.id, tt.secret, tt.token)} {
				_, err := cloud.CacheCredentials(p).Credentials(t.Context())
				if tt.says == "" {
					require.NoError(t, err)
					continue
				}
				require.ErrorIs(t, err, cloud.ErrUnauthenticated)
				assert.NotContains(t, err.Error(), "very", "never the value")
				if tt.id != "" && tt.secret != "" {
					assert.ErrorContains(t, err, tt.says)
				}
			}
		})
	}
}

func TestCacheRefusesExpiredCredentialsAndSurvivesAPanic(t *testing.T) {
	t.Parallel()
	s := &source{lifetime: -time.Second}
	_, err := cloud.CacheCredentials(s).Credentials(t.Context())
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	assert.ErrorContains(t, err, "expired at")

	first := true
	cache := cloud.CacheCredentials(cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		if first {
			first = false
			panic("broken provider of " + secretText)
		}
		return keyOf("after", time.Hour), nil
	}))
	_, err = cache.Credentials(t.Context())
	require.ErrorContains(t, err, "the credentials provider panicked: with a value of type string")
	c, err := cache.Credentials(t.Context())
	require.NoError(t, err, "a panic must not block the cache forever")
	assert.Equal(t, "after", c.AccessKeyID)
	assert.Same(t, cache, cloud.CacheCredentials(cache))

	for _, none := range []cloud.CredentialsProvider{nil, cloud.CredentialsFunc(nil)} {
		_, err = cloud.CacheCredentials(none).Credentials(t.Context())
		require.ErrorContains(t, err, "nil pointer")
	}
	_, err = cloud.CacheCredentials(cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		runtime.Goexit()
		return cloud.Credentials{}, nil
	})).Credentials(t.Context())
	require.ErrorContains(t, err, "did not return")
}
