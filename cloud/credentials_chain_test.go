package cloud_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// absent is a source that is not set up.
func absent(name string) cloud.CredentialsSource {
	return cloud.CredentialsSource{Name: name, Provider: cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return cloud.Credentials{}, cloud.NotConfigured("%s is not there", name)
	})}
}

// broken is a source that is set up and fails.
func broken(name string, err error) cloud.CredentialsSource {
	return cloud.CredentialsSource{Name: name, Provider: cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return cloud.Credentials{}, err
	})}
}

// present is a source with a key.
func present(name string, c cloud.Credentials) cloud.CredentialsSource {
	return cloud.CredentialsSource{Name: name, Provider: cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return c, nil
	})}
}

func key(id string) cloud.Credentials {
	return cloud.Credentials{AccessKeyID: id, SecretAccessKey: cloud.NewSecret(secretText)}
}

func TestChain(t *testing.T) {
	t.Parallel()
	named := key("key-1")
	named.Source = "profile dev"
	expired := key("key-1")
	expired.Expires = time.Now().Add(-time.Hour)
	tests := []struct {
		name             string
		sources          []cloud.CredentialsSource
		id, from, report string
		err              string
	}{
		{"the first that is set up", []cloud.CredentialsSource{absent("a"), present("b", key("key-1")), present("c", key("key-2"))},
			"key-1", "b", "b", ""},
		{"its own name for its source", []cloud.CredentialsSource{present("profile", named)}, "key-1", "profile dev", "profile", ""},
		{"none is set up", []cloud.CredentialsSource{absent("a"), absent("b")}, "", "", "",
			"no credentials in any source: a (a is not there), b (b is not there)"},
		{"no sources", nil, "", "", "", "no credentials: the chain has no sources"},
		{"a failure ends it", []cloud.CredentialsSource{absent("a"), broken("b", errors.New("no route")), present("c", key("key-2"))},
			"", "", "", "credentials of the b: no route"},
		{"an expired key ends it", []cloud.CredentialsSource{present("a", expired), present("b", key("key-2"))},
			"", "", "", "credentials of the a: the credentials expired at "},
		{"a key without its secret ends it", []cloud.CredentialsSource{present("a", cloud.Credentials{AccessKeyID: "x"}), absent("b")},
			"", "", "", "credentials of the a: the credentials have no secret access key"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			chain := cloud.NewCredentialsChain(tt.sources...)
			got, err := chain.Credentials(t.Context())
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				assert.Zero(t, got)
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, tt.id, got.AccessKeyID)
			assert.Equal(t, tt.from, got.Source)
			report := chain.Explain(t.Context())
			assert.Len(t, report, len(tt.sources))
			assert.Equal(t, tt.report, report.Used())
			assert.NotContains(t, fmt.Sprintf("%v %+v", report, []cloud.SourceReport(report)), secretText)
		})
	}
}

func TestChainOfNothingIsUnauthenticated(t *testing.T) {
	t.Parallel()
	_, err := cloud.NewCredentialsChain(absent("a")).Credentials(t.Context())
	assert.ErrorIs(t, err, cloud.ErrUnauthenticated)
	assert.Equal(t, cloud.ErrUnauthenticated, cloud.KindOf(err))
	assert.False(t, cloud.IsNotConfigured(err), "a chain inside a chain must be marked by who builds it")
}

func TestNotConfigured(t *testing.T) {
	t.Parallel()
	err := cloud.NotConfigured("%s is not set", "A_ROLE")
	assert.EqualError(t, err, "A_ROLE is not set")
	assert.True(t, cloud.IsNotConfigured(err))
	assert.True(t, cloud.IsNotConfigured(fmt.Errorf("file: %w", err)))
	assert.False(t, cloud.IsNotConfigured(errors.New("A_ROLE is not set")))
	assert.False(t, cloud.IsNotConfigured(nil))
	assert.Equal(t, cloud.ErrUnauthenticated, cloud.KindOf(err))
}

func TestChainKeepsTheErrorOfItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	ends := cloud.CredentialsSource{Name: "metadata", Provider: cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		cancel()
		return cloud.Credentials{}, cloud.NotConfigured("nobody answered")
	})}
	_, err := cloud.NewCredentialsChain(ends, present("b", key("key-2"))).Credentials(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

// TestChainDoesNotStick checks that a chain asks from its first source each time, after a failure and after a success.
func TestChainDoesNotStick(t *testing.T) {
	t.Parallel()
	var first, second error
	chain := cloud.NewCredentialsChain(
		cloud.CredentialsSource{Name: "a", Provider: cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) { return key("key-1"), first })},
		cloud.CredentialsSource{Name: "b", Provider: cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) { return key("key-2"), second })},
	)
	steps := []struct {
		first, second error
		want          string
	}{
		{cloud.NotConfigured("no"), cloud.NotConfigured("no"), ""},
		{cloud.NotConfigured("no"), nil, "key-2"},
		{nil, nil, "key-1"},
		{cloud.NotConfigured("no"), nil, "key-2"},
		{errors.New("down"), nil, ""},
		{nil, nil, "key-1"},
	}
	for i, step := range steps {
		first, second = step.first, step.second
		got, err := chain.Credentials(t.Context())
		assert.Equal(t, step.want, got.AccessKeyID, "step %d", i)
		assert.Equal(t, step.want == "", err != nil, "step %d", i)
	}
}

func TestEnvironmentInAChain(t *testing.T) {
	t.Setenv("TENCENTCLOUD_SECRET_ID", "")
	t.Setenv("TENCENTCLOUD_SECRET_KEY", "")
	t.Setenv("TENCENTCLOUD_TOKEN", "")
	t.Setenv("TENCENTCLOUD_SECURITY_TOKEN", "")
	_, err := cloud.TencentEnvironment().Credentials(t.Context())
	assert.True(t, cloud.IsNotConfigured(err))

	t.Setenv("TENCENTCLOUD_SECRET_KEY", secretText)
	_, err = cloud.TencentEnvironment().Credentials(t.Context())
	assert.False(t, cloud.IsNotConfigured(err), "half a key is a mistake to tell, not to pass by")
	require.EqualError(t, err, "TENCENTCLOUD_SECRET_KEY is set, but TENCENTCLOUD_SECRET_ID is not")

	t.Setenv("TENCENTCLOUD_SECRET_ID", "id")
	t.Setenv("TENCENTCLOUD_SECURITY_TOKEN", "terraform's")
	c, err := cloud.TencentEnvironment().Credentials(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "terraform's", c.SessionToken.Reveal())
	assert.Equal(t, "credentials of id from environment", c.String())
}

func ExampleCredentialsChain_Explain() {
	vault := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return cloud.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: cloud.NewSecret("secret")}, nil
	})
	sidecar := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return cloud.Credentials{}, cloud.NotConfigured("SIDECAR_URI is not set")
	})
	chain := cloud.NewCredentialsChain(
		cloud.CredentialsSource{Name: "sidecar", Provider: sidecar},
		cloud.CredentialsSource{Name: "vault", Provider: vault},
		cloud.CredentialsSource{Name: "environment", Provider: cloud.AWSEnvironment()},
	)
	fmt.Print(chain.Explain(context.Background()))
	// Output:
	// SOURCE       TRIED  RESULT
	// sidecar      yes    not set up: SIDECAR_URI is not set
	// vault        yes    used, access key ID AKIDEXAMPLE
	// environment  no     a source before it ended the chain
}
