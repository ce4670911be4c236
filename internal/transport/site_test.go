package transport

import (
	"cmp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestAccountOfCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct{ id, token, number, want string }{
		{"ASIAY34FZKBOKMUTVV7A", "token", "609629065308", ""},
		{"AKIAQNZGKIQY56JQ7WML", "", "029608264753", "AKIAQNZGKIQY56JQ7WML"},
		{"AKIAIOSFODNN7EXAMPLE", "", "", "AKIAIOSFODNN7EXAMPLE"},
		{"STS.NUxxxx", "token", "", ""},
	}
	for _, tt := range tests {
		credentials := cloud.Credentials{AccessKeyID: tt.id, SessionToken: cloud.NewSecret(tt.token)}
		assert.Equal(t, tt.want, new(Client).accountOf(credentials), tt.id)
		numbered := &Client{service: Service{Account: func(cloud.Credentials) string { return tt.number }}}
		assert.Equal(t, cmp.Or(tt.number, tt.want), numbered.accountOf(credentials), tt.id)
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
