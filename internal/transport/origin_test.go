package transport_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

func TestCheckOrigin(t *testing.T) {
	t.Parallel()
	op := &transport.Operation{Name: "MakeThing"}
	key := func(id, token string) cloud.CredentialsProvider {
		return cloud.StaticCredentials(id, "secret", token)
	}
	slow := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return cloud.Credentials{AccessKeyID: "another", SecretAccessKey: cloud.NewSecret("secret")}, nil
	})
	client := func(change func(*cloud.Config)) *transport.Client {
		return newClient(t, &stub{}, func(cfg *cloud.Config) {
			cfg.Credentials = key("AKID", "")
			change(cfg)
		})
	}
	origin := client(func(*cloud.Config) {}).Origin()
	assert.Equal(t, "AKID", origin.Account)
	assert.Empty(t, origin.Site)

	tests := []struct {
		name   string
		change func(*cloud.Config)
		sure   bool
		says   []string
	}{
		{"the same", func(*cloud.Config) {}, true, nil},
		{"another key", func(cfg *cloud.Config) { cfg.Credentials = key("another", "") }, true, []string{`"AKID"`, `"another"`, "AllowForeignTokens"}},
		{"a key that does not tell", func(cfg *cloud.Config) { cfg.Credentials = key("another", "token") }, true, nil},
		{"a key that is not known yet", func(cfg *cloud.Config) { cfg.Credentials = slow }, false, nil},
		{"another site", func(cfg *cloud.Config) { cfg.Endpoint = "https://gateway.example.com" }, true, []string{"the service's own site", `"gateway.example.com"`}},
		{"allowed", func(cfg *cloud.Config) {
			cfg.Endpoint, cfg.Credentials, cfg.AllowForeignTokens = "https://gateway.example.com", key("another", ""), true
		}, true, nil},
	}
	for _, tt := range tests {
		sure, err := client(tt.change).CheckOrigin(transport.AtOnce, op, origin)
		assert.Equal(t, tt.sure, sure, tt.name)
		if tt.says == nil {
			require.NoError(t, err, tt.name)
			continue
		}
		require.ErrorIs(t, err, cloud.ErrInvalid, tt.name)
		for _, words := range tt.says {
			assert.ErrorContains(t, err, words, tt.name)
		}
	}
	origin.Account = ""
	sure, err := client(func(cfg *cloud.Config) { cfg.Credentials = key("another", "") }).CheckOrigin(transport.AtOnce, op, origin)
	require.NoError(t, err)
	assert.True(t, sure, "an origin that does not tell")
}
