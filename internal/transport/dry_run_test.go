package transport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// TestDryRunIsTheRequest compares the request of a dry run with the one that is sent at the same time.
func TestDryRunIsTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{ok(`{}`)}}
		c := newClient(t, s, nil)
		call := func(ctx context.Context) error {
			_, err := transport.Call(ctx, c, &writeOp, &getRequest{Name: "a b/c", Code: "it's", Token: "t-1"}, new(getResponse))
			return err
		}
		signed, err := cloud.DryRun(t.Context(), call)
		require.NoError(t, err)
		assert.Empty(t, s.sent, "nothing was sent")
		require.NoError(t, call(t.Context()))

		sent := s.sent[0]
		assert.Equal(t, sent.Method, signed.Request.Method)
		assert.Equal(t, sent.URL.String(), signed.Request.URL.String())
		assert.Equal(t, sent.Header, signed.Request.Header)
		body, err := io.ReadAll(signed.Request.Body)
		require.NoError(t, err)
		assert.Equal(t, s.bodies[0], string(body))
		again, err := signed.Body()
		require.NoError(t, err)
		assert.Equal(t, s.bodies[0], string(again))
		assert.Equal(t, "t-1", signed.IdempotencyToken)
		assert.Equal(t, "things", signed.Service)
		assert.Equal(t, "MakeThing", signed.Operation)
	})
}

func TestDryRunShowsTheTokenThatWasFilledIn(t *testing.T) {
	t.Parallel()
	c := newClient(t, &stub{}, nil)
	signed, err := cloud.DryRun(t.Context(), func(ctx context.Context) error {
		_, err := get(ctx, c, &writeOp)
		return err
	})
	require.NoError(t, err)
	assert.NotEmpty(t, signed.IdempotencyToken)
	assert.Equal(t, signed.IdempotencyToken, signed.Request.URL.Query().Get("clientToken"))
}

func TestDryRunErrors(t *testing.T) {
	t.Parallel()
	s := &stub{answers: []reply{ok(`{}`)}}
	c := newClient(t, s, nil)
	tests := []struct {
		name, want string
		f          func(ctx context.Context) error
	}{
		{"a request that is invalid", "must not be bad", func(ctx context.Context) error {
			_, err := transport.Call(ctx, c, &readOp, &getRequest{Name: "a", Code: "bad"}, new(getResponse))
			return err
		}},
		{"no call", "dry run: no call was made", func(context.Context) error { return nil }},
		{"an error of its own", "of its own", func(context.Context) error { return errors.New("of its own") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			signed, err := cloud.DryRun(t.Context(), tt.f)
			require.ErrorContains(t, err, tt.want)
			assert.Nil(t, signed)
			assert.Empty(t, s.sent)
		})
	}
}

// TestDryRunSendsNothing: also if the function goes on after the error, and whatever the rate limit.
func TestDryRunSendsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stub{answers: []reply{ok(`{}`)}}
		c := newClient(t, s, func(cfg *cloud.Config) { cfg.RequestRate = 0.001 })
		began := time.Now()
		signed, err := cloud.DryRun(t.Context(), func(ctx context.Context) error {
			for _, op := range []*transport.Operation{&writeOp, &readOp, &writeOp} {
				_, err := get(ctx, c, op)
				require.ErrorIs(t, err, cloud.ErrDryRun)
				e, ok := errors.AsType[*cloud.Error](err)
				require.True(t, ok)
				assert.False(t, e.MaybeExecuted)
			}
			return nil
		})
		require.NoError(t, err)
		assert.Equal(t, "MakeThing", signed.Operation, "the first call is returned")
		assert.Zero(t, time.Since(began), "it waits for no turn and tries once")
		assert.Empty(t, s.sent)
	})
}

func TestSignedRequestPrintsNoSecret(t *testing.T) {
	t.Parallel()
	c := newClient(t, &stub{}, nil)
	signed, err := cloud.DryRun(t.Context(), func(ctx context.Context) error {
		_, err := transport.Call(ctx, c, &writeOp, &getRequest{Name: "a", Code: "hunter2", Token: "t-1"}, new(getResponse))
		return err
	})
	require.NoError(t, err)
	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		fmt.Fprintf(&printed, verb+" "+verb+"\n", signed, *signed)
	}
	slog.New(slog.NewJSONHandler(&printed, nil)).Info("x", "pointer", signed, "value", *signed, "in", []any{signed})
	text, err := json.Marshal([]any{signed, *signed})
	require.NoError(t, err)
	all := printed.String() + string(text)
	assert.Contains(t, all, "things MakeThing: POST https://things.example.com/things/a")
	for _, secret := range []string{"hunter2", sessionToken, "Signature", "AWS4"} {
		assert.NotContains(t, all, secret)
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	c := newClient(t, &stub{}, nil)
	signed, err := cloud.DryRun(t.Context(), func(ctx context.Context) error {
		_, err := transport.Call(ctx, c, &writeOp, &getRequest{Name: "a", Code: "it's", Token: "t-1"}, new(getResponse))
		return err
	})
	require.NoError(t, err)
	command, err := signed.Curl()
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(command, "curl --path-as-is -X POST 'https://things.example.com/things/a?clientToken=t-1' \\\n"), command)
	assert.Contains(t, command, "  -H 'Authorization: AWS4-HMAC-SHA256 Credential=AKID/")
	assert.True(t, strings.HasSuffix(command, ` \
  --data-raw '{"code":"it'\''s"}'`), command)
}
