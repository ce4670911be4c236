package transport_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

func TestExpiredCredentialsAreRefreshedOnce(t *testing.T) {
	t.Parallel()
	asked := 0
	provider := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		asked++
		return cloud.Credentials{AccessKeyID: fmt.Sprintf("AKID%d", asked), SecretAccessKey: cloud.NewSecret("s")}, nil
	})
	s := &stub{answers: []reply{refusal(403, "ExpiredTokenException"), ok(`{"status":"UP"}`)}}
	c := newClient(t, s, func(cfg *cloud.Config) { cfg.Credentials = provider })
	_, err := get(t.Context(), c, &writeOp)
	require.NoError(t, err)
	assert.Contains(t, s.sent[1].Header.Get("Authorization"), "Credential=AKID2/")
	assert.Equal(t, 2, asked)

	s = &stub{answers: []reply{refusal(403, "ExpiredTokenException")}}
	c = newClient(t, s, func(cfg *cloud.Config) { cfg.Credentials = provider })
	_, err = get(t.Context(), c, &writeOp)
	require.ErrorIs(t, err, cloud.ErrUnauthenticated)
	require.ErrorIs(t, err, cloud.Code("ExpiredTokenException"))
	assert.Len(t, s.sent, 2, "once, not forever")
}

// TestRefusedKeysAreReplaced is a key that is replaced while the client runs: the provider is asked again
// after a refusal, and the call repeated if it has another key.
func TestRefusedKeysAreReplaced(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidSignatureException", "SignatureDoesNotMatch",
		"ExpiredToken",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				asked, key := 0, cloud.Credentials{AccessKeyID: "AKID", SecretAccessKey: cloud.NewSecret("old")}
				provider := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
					asked++
					return key, nil
				})
				s := &stub{answers: []reply{ok(`{"status":"UP"}`), refusal(403, code)}}
				c := newClient(t, s, func(cfg *cloud.Config) { cfg.Credentials = provider })
				_, err := get(t.Context(), c, &writeOp)
				require.NoError(t, err)
				for range 10 {
					_, err = get(t.Context(), c, &writeOp)
					require.ErrorIs(t, err, cloud.Code(code), "the service's own refusal")
					require.NotContains(t, err.Error(), "has no others")
				}
				assert.Len(t, s.sent, 11, "the same key is not sent twice")
				assert.Equal(t, 2, asked, "nor asked for by every call")

				time.Sleep(time.Minute)
				key.SecretAccessKey = cloud.NewSecret("new")
				s.answers = append(slices.Repeat(s.answers[:1], len(s.sent)), refusal(403, code), ok(`{"status":"UP"}`))
				_, err = get(t.Context(), c, &writeOp)
				require.NoError(t, err, "heals without a restart")
				assert.Equal(t, 3, asked)
			})
		})
	}
}

// TestStaticKeysAreSentOnce checks that a provider which has nothing else leaves the refusal as it is.
func TestStaticKeysAreSentOnce(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{refusal(403, "UnrecognizedClientException")}}
	_, err := get(t.Context(), newClient(t, s, nil), &writeOp)
	require.EqualError(t, err, "things MakeThing: unauthenticated: UnrecognizedClientException: because of UnrecognizedClientException (status 403, request id req-1)")
	assert.Len(t, s.sent, 1)
}

func TestCredentialsThatCannotBeHad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hanging := cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
			<-ctx.Done()
			return cloud.Credentials{}, ctx.Err()
		})
		s := &stub{answers: []reply{ok(`{"status":"UP"}`)}}
		began := time.Now()
		_, err := get(t.Context(), newClient(t, s, func(cfg *cloud.Config) {
			cfg.Credentials, cfg.Timeout = hanging, 5*time.Second
		}), &writeOp)
		require.ErrorContains(t, err, "no response within 5s")
		assert.Equal(t, 5*time.Second, time.Since(began), "the timeout of an attempt bounds its credentials too")

		_, err = get(t.Context(), newClient(t, s, func(cfg *cloud.Config) {
			cfg.Credentials = cloud.CredentialsFunc(cloud.StaticCredentials("AKID\n", "s", "").Credentials)
		}), &readOp)
		require.ErrorIs(t, err, cloud.ErrUnauthenticated)
		require.ErrorContains(t, err, "the access key ID has white space or control characters at its end")

		foreign := &cloud.Error{Service: "sts", Kind: cloud.ErrNotFound, Message: "no such role"}
		_, err = get(t.Context(), newClient(t, s, func(cfg *cloud.Config) {
			cfg.Credentials = cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) { return cloud.Credentials{}, foreign })
		}), &readOp)
		assert.Equal(t, cloud.ErrUnauthenticated, cloud.KindOf(err), "the provider's error is not the service's response")
		require.ErrorIs(t, err, foreign)
		assert.Empty(t, s.sent)
		time.Sleep(time.Minute) // the hanging provider times out
	})
	_, err := transport.New(cloud.Config{UserAgent: "a\r\nb"}, testService())
	require.ErrorIs(t, err, cloud.ErrInvalid)
}

func TestClockSkewOfConcurrentCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := time.Now().Add(time.Hour).UTC()
		c := newClient(t, nil, func(cfg *cloud.Config) { cfg.HTTPClient = &http.Client{Transport: aheadBy{time.Until(server)}} })
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				_, err := get(t.Context(), c, &writeOp)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
	})
}

// aheadBy refuses what was not signed at its own time, and takes a while to say so.
type aheadBy struct{ offset time.Duration }

func (a aheadBy) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(time.Second)
	now := time.Now().Add(a.offset).UTC()
	answer := fixed{body: `{"status":"UP"}`, header: http.Header{"Date": {now.Format(http.TimeFormat)}}}
	signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || now.Sub(signed).Abs() > 5*time.Minute {
		answer.status, answer.body = 403, `{"__type":"InvalidSignatureException"}`
	}
	return answer.RoundTrip(r)
}

func TestClockSkewIsCorrectedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ahead := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
		skewed := refusal(403, "InvalidSignatureException")
		skewed.header["Date"] = []string{ahead.Format(http.TimeFormat)}
		s := &stub{answers: []reply{skewed, ok(`{"status":"UP"}`)}}
		c := newClient(t, s, nil)
		_, err := get(t.Context(), c, &writeOp)
		require.NoError(t, err)
		assert.Equal(t, ahead.Format("20060102T150405Z"), s.sent[1].Header.Get("X-Amz-Date"))
		_, err = get(t.Context(), c, &writeOp)
		require.NoError(t, err)
		assert.Len(t, s.sent, 3, "the next call knows")

		s = &stub{answers: []reply{refusal(403, "InvalidSignatureException")}}
		_, err = get(t.Context(), newClient(t, s, nil), &readOp)
		require.ErrorIs(t, err, cloud.ErrUnauthenticated)
		assert.Len(t, s.sent, 1, "a wrong signature under a right clock stays wrong")
	})
}
