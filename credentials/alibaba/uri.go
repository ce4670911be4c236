package alibaba

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

const (
	uriVariable = "ALIBABA_CLOUD_CREDENTIALS_URI"
	uriTimeout  = 5 * time.Second
)

func (s *settings) environmentURI(ctx context.Context) (cloud.Credentials, error) {
	if s.getenv(uriVariable) == "" {
		return cloud.Credentials{}, cloud.NotConfigured("%s is not set", uriVariable)
	}
	return s.uri(ctx, uriVariable, s.getenv(uriVariable))
}

// uri asks a server for credentials. Errors name its host alone: the rest of the address may hold a secret.
func (s *settings) uri(ctx context.Context, name, address string) (cloud.Credentials, error) {
	if s.enabled(disableExternal) {
		return cloud.Credentials{}, unauthenticated("%s is not asked, because %s is set", name, disableExternal)
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return cloud.Credentials{}, invalid("%s is not an address that begins with http:// or https://", name)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return cloud.Credentials{}, invalid("%s cannot be used as an address", name)
	}
	r.Header.Set("Accept", "application/json")
	c, err := s.fetch(r)
	if err != nil {
		return cloud.Credentials{}, within("the server of "+name, err)
	}
	return c, nil
}

func (s *settings) fetch(r *http.Request) (cloud.Credentials, error) {
	got, err := s.send(r, proxied, uriTimeout)
	switch {
	case err != nil:
		return cloud.Credentials{}, err
	case got.status != http.StatusOK:
		return cloud.Credentials{}, foreign("HTTP status %d", got.status)
	}
	var k temporaryKeys
	if err := decode(got.body, &k); err != nil {
		return cloud.Credentials{}, err
	}
	if k.Code != nil { // the aliyun CLI demands it, the vendor's clients do not know it
		if err := k.succeeded(); err != nil {
			return cloud.Credentials{}, err
		}
	}
	return k.credentials()
}
