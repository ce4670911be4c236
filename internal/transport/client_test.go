package transport

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestThePoolOfAllClients(t *testing.T) {
	t.Parallel()
	pool, ok := sharedTransport().(*http.Transport)
	require.True(t, ok)
	assert.Less(t, pool.IdleConnTimeout, 15*time.Second, "less than any gateway's")
	assert.Positive(t, pool.IdleConnTimeout)
	assert.NotEqual(t, pool.IdleConnTimeout, http.DefaultTransport.(*http.Transport).IdleConnTimeout, "the program's own is left alone")
}

func TestTimeoutOfAnAttempt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ configured, own, want time.Duration }{
		{0, 0, cloud.DefaultTimeout}, {0, time.Second, time.Second}, {time.Minute, time.Second, time.Minute}, {-1, time.Second, 0},
	} {
		assert.Equal(t, tt.want, timeout(tt.configured, tt.own), "%+v", tt)
	}
}

// TestNewRefusesKeysThatCannotSign checks that fixed credentials are refused when the client is made, not at its first
// call.
func TestNewRefusesKeysThatCannotSign(t *testing.T) {
	t.Parallel()
	tests := []struct{ id, secret, token, want string }{
		{"AKIDEXAMPLE", "secret", "", ""},
		{"ASIAIOSFODNN7EXAMPLE", "secret", "token", ""},
		{"ASIAIOSFODNN7EXAMPLE", "secret", "", "Credentials: the session token is empty, but ASIAIOSFODNN7EXAMPLE is the key of temporary credentials"},
		{"AKIDEXAMPLE", "secret", " ", "Credentials: the session token has white space"},
		{"AKIDEXAMPLE", "", "", "Credentials: static credentials need an access key ID and a secret"},
	}
	for _, tt := range tests {
		_, err := New(cloud.Config{Credentials: cloud.StaticCredentials(tt.id, tt.secret, tt.token)}, Service{Name: "s", Endpoint: "https://s.example.com"})
		if tt.want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, cloud.ErrInvalid)
		assert.ErrorContains(t, err, tt.want)
	}
}
