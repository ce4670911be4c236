package transport

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestAWSAccountNumber(t *testing.T) {
	t.Parallel()
	tests := []struct{ id, want string }{
		{"ASIAY34FZKBOKMUTVV7A", "609629065308"}, // both published with their account
		{"ASIAQNZGKIQY56JQ7WML", "029608264753"},
		{"AKIAQNZGKIQY56JQ7WML", "029608264753"},
		{"AKIAIOSFODNN7EXAMPLE", ""}, // an ID of before 2019, as in AWS's documents
		{"AKIAQNZGKIQY56JQ7WM", ""},
		{"AKIAQNZGKIQY56JQ7WML7", ""},
		{"AKIAQNZGKIQY56JQ7wml", ""},
		{"AKIAQNZGKIQY56JQ1089", ""},
		{"LTAIQNZGKIQY56JQ7WML", ""},
		{"AKIA7777777777777777", ""}, // beyond 12 digits
		{"", ""},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, awsAccountNumber(tt.id), tt.id)
	}
}

func FuzzAWSAccountNumber(f *testing.F) {
	f.Add("ASIAY34FZKBOKMUTVV7A")
	f.Fuzz(func(t *testing.T, id string) {
		if number := awsAccountNumber(id); number != "" {
			require.Len(t, number, 12)
		}
	})
}

func TestAccountOfCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct{ id, token, aws, other string }{
		{"ASIAY34FZKBOKMUTVV7A", "token", "609629065308", ""},
		{"AKIAQNZGKIQY56JQ7WML", "", "029608264753", "AKIAQNZGKIQY56JQ7WML"},
		{"AKIAIOSFODNN7EXAMPLE", "", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"},
		{"STS.NUxxxx", "token", "", ""},
	}
	for _, tt := range tests {
		c := cloud.Credentials{AccessKeyID: tt.id, SessionToken: cloud.NewSecret(tt.token)}
		assert.Equal(t, tt.aws, awsAccount(c), tt.id)
		assert.Equal(t, tt.other, keyAccount(c), tt.id)
	}
}

func TestSiteOfEndpoints(t *testing.T) {
	t.Parallel()
	s := Service{Site: "international", Domains: []string{"amazonaws.com", "api.aws"}}
	tests := []struct{ endpoint, want string }{
		{"https://finspace.us-east-1.amazonaws.com", "international"},
		{"https://finspace-fips.us-east-1.api.aws:443/", "international"},
		{"https://vpce-1.finspace.us-east-1.vpce.AMAZONAWS.com", "international"},
		{"https://amazonaws.com.example.com", "amazonaws.com.example.com"},
		{"https://notamazonaws.com", "notamazonaws.com"},
		{"https://Gateway.example.com:8443/aws", "gateway.example.com:8443"},
		{"http://127.0.0.1:4566", "127.0.0.1:4566"},
	}
	for _, tt := range tests {
		u, err := parseEndpoint(tt.endpoint, true)
		require.NoError(t, err)
		assert.Equal(t, tt.want, siteOf(&s, u), tt.endpoint)
	}
}

func TestCheckOrigin(t *testing.T) {
	t.Parallel()
	op := &Operation{Name: "MakeThing"}
	key := func(id, token string) cloud.CredentialsProvider { return cloud.StaticCredentials(id, "secret", token) }
	slow := cloud.CredentialsFunc(func(context.Context) (cloud.Credentials, error) {
		return cloud.Credentials{AccessKeyID: "another", SecretAccessKey: cloud.NewSecret("secret")}, nil
	})
	client := func(change func(*cloud.Config)) *Client {
		return newClient(t, &stub{}, func(cfg *cloud.Config) {
			cfg.Credentials = key("AKID", "")
			change(cfg)
		})
	}
	token := client(func(*cloud.Config) {}).Token(op.Name, time.Now())
	assert.Equal(t, "AKID", token.Account)
	assert.Empty(t, token.Site)

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
		sure, err := client(tt.change).CheckOrigin(AtOnce, op, token)
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
	token.Account = ""
	sure, err := client(func(cfg *cloud.Config) { cfg.Credentials = key("another", "") }).CheckOrigin(AtOnce, op, token)
	require.NoError(t, err)
	assert.True(t, sure, "a token that does not tell")
}
