package cloud_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
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
		if name != "provider" && name != "cache" && name != "config" { // JSON knows neither functions nor locks
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
			require.ErrorIs(t, err, cloud.ErrUnauthenticated, "an id without its secret is nothing")

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
			require.NoError(t, err, "what is valid is served on")
			assert.Equal(t, "key-1", key)
		}
		assert.EqualValues(t, 2, s.calls.Load(), "a failing source is not asked on every call")

		s.fail(nil)
		time.Sleep(time.Minute)
		key, err = use()
		require.NoError(t, err)
		assert.Equal(t, "key-3", key)

		s.fail(errors.New("metadata service is down"))
		time.Sleep(2 * time.Hour)
		_, err = use()
		require.ErrorContains(t, err, "metadata service is down", "nothing valid is left")
	})
}

func TestCacheDoesNotMakeOthersWaitForARefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{lifetime: time.Hour}
		cache := cloud.CacheCredentials(s)
		_, err := cache.Credentials(t.Context())
		require.NoError(t, err)
		time.Sleep(57 * time.Minute)
		s.takes = 30 * time.Second
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = cache.Credentials(t.Context()) })
		synctest.Wait()
		began := time.Now()
		c, err := cache.Credentials(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "key-1", c.AccessKeyID)
		assert.Zero(t, time.Since(began))
		wg.Wait()
	})
}

func TestCacheOutlivesACancelledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{lifetime: time.Hour, takes: time.Minute}
		cache := cloud.CacheCredentials(s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := cache.Credentials(ctx)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		c, err := cache.Credentials(t.Context())
		require.NoError(t, err, "another caller's context is no reason to fail")
		assert.Equal(t, "key-2", c.AccessKeyID)
		wg.Wait()
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

func TestACallersCauseStaysItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := true
		cache := cloud.CacheCredentials(cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
			if first {
				first = false
				<-ctx.Done()
				return cloud.Credentials{}, context.Cause(ctx)
			}
			return cloud.Credentials{AccessKeyID: "second"}, nil
		}))
		ctx, cancel := context.WithCancelCause(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := cache.Credentials(ctx)
			assert.ErrorContains(t, err, "request 1 was dropped")
		})
		synctest.Wait()
		wg.Go(func() {
			c, err := cache.Credentials(t.Context())
			assert.NoError(t, err)
			assert.Equal(t, "second", c.AccessKeyID)
		})
		synctest.Wait()
		cancel(errors.New("request 1 was dropped"))
		wg.Wait()
	})
}

func TestCacheInvalidate(t *testing.T) {
	t.Parallel()
	s := &source{lifetime: time.Hour}
	cache := cloud.CacheCredentials(s)
	first, err := cache.Credentials(t.Context())
	require.NoError(t, err)
	cache.Invalidate(cloud.Credentials{AccessKeyID: "another"})
	same, _ := cache.Credentials(t.Context())
	assert.Equal(t, first.AccessKeyID, same.AccessKeyID)
	cache.Invalidate(first)
	second, err := cache.Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "key-2", second.AccessKeyID)
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
			panic("broken provider")
		}
		return cloud.Credentials{AccessKeyID: "after"}, nil
	}))
	assert.Panics(t, func() { _, _ = cache.Credentials(t.Context()) })
	c, err := cache.Credentials(t.Context())
	require.NoError(t, err, "a panic must not block the cache for ever")
	assert.Equal(t, "after", c.AccessKeyID)
	assert.Same(t, cache, cloud.CacheCredentials(cache))
}
