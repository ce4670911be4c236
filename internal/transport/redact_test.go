package transport

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestCleanedCausesMatch(t *testing.T) {
	t.Parallel()
	inner := &cloud.ValidationError{Service: "line\nfeed"}
	k := &call{client: &Client{}, op: &Operation{Name: "MakeThing"}}
	err := k.failure(cloud.ErrTransport, "", fmt.Errorf("multi\nline: %w", inner))
	require.ErrorIs(t, err, inner)
	var found *cloud.ValidationError
	require.ErrorAs(t, err, &found)
	assert.Same(t, inner, found)
	found, ok := errors.AsType[*cloud.ValidationError](err)
	assert.True(t, ok)
	assert.Same(t, inner, found)
}

func FuzzRedact(f *testing.F) {
	f.Add("a", "secret/key+0", "b")
	f.Add("%", "%25%2F12345", "&#x2F;")
	f.Add("s\\", "\\u0073secret", "")
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		if len(secret) < 8 || strings.Contains(before+"[redacted]"+after, secret) {
			return // nothing to take out
		}
		for _, spelled := range []string{secret, url.QueryEscape(secret)} {
			if strings.Contains(spelled, "+") && spelled != secret {
				continue // a space, which no key has
			}
			got := redact(before+spelled+after, secret)
			if !strings.Contains(before, secret[:1]) && !strings.ContainsAny(before, `%&\`) {
				assert.NotContains(t, got, spelled)
			}
		}
		assert.Equal(t, before, redact(before, secret))
	})
}
