package tencent

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Chain returns the sources of credentials that the package documentation lists. Nothing is read or sent until the
// first call asks for credentials, and each ask begins anew at the first source. Clients keep the result until a few
// minutes before it expires.
func Chain(options ...Option) *cloud.CredentialsChain {
	s := newSettings(options)
	if s.profile != "" {
		return cloud.NewCredentialsChain(s.source("tccli profile", s.tccliProfile), s.source("credentials file", s.credentialsFile))
	}
	return cloud.NewCredentialsChain(
		s.source("environment", s.environment),
		s.source("TKE OIDC", s.tke),
		s.source("tccli profile", s.tccliProfile),
		s.source("credentials file", s.credentialsFile),
		s.source("CVM role", s.cvm),
	)
}

// source returns a source of the chain: get, and with its keys the role that is to be assumed, if any.
func (s *settings) source(name string, get cloud.CredentialsFunc) cloud.CredentialsSource {
	return cloud.CredentialsSource{Name: name, Provider: cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
		c, err := get(ctx)
		if err != nil {
			return cloud.Credentials{}, err
		}
		role, err := s.roleToAssume()
		if role == nil || err != nil {
			return c, err
		}
		return s.assume(ctx, c, *role)
	})}
}

// environment reads the keys as cloud.TencentEnvironment does, but with the function of the options.
func (s *settings) environment(context.Context) (cloud.Credentials, error) {
	const id, key = "TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"
	token, _ := s.firstSet("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN")
	c := credentials(s.getenv(id), s.getenv(key), token)
	c.Source = "environment"
	switch {
	case c.AccessKeyID == "" && c.SecretAccessKey.IsZero():
		return cloud.Credentials{}, cloud.NotConfigured("%s and %s are not set", id, key)
	case c.AccessKeyID == "":
		return cloud.Credentials{}, refuse("%s is set, but %s is not", key, id)
	case c.SecretAccessKey.IsZero():
		return cloud.Credentials{}, refuse("%s is set, but %s is not", id, key)
	}
	return c, nil
}

func credentials(id, key, token string) cloud.Credentials {
	return cloud.Credentials{AccessKeyID: id, SecretAccessKey: cloud.NewSecret(key), SessionToken: cloud.NewSecret(token)}
}
