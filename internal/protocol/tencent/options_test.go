package tencent

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change  func(*cloud.Config, *Service)
		problem string
	}{
		"no site":              {func(_ *cloud.Config, s *Service) { s.Site = "" }, "WithSite: must be Mainland or International"},
		"unknown site":         {func(_ *cloud.Config, s *Service) { s.Site = "moon" }, `WithSite: must be Mainland or International, given "moon"`},
		"unknown language":     {func(_ *cloud.Config, s *Service) { s.Language = "fr" }, `WithLanguage: must be zh-CN or en-US, given "fr"`},
		"unknown form":         {func(_ *cloud.Config, s *Service) { s.RequestClient = "a/b" }, `WithRequestClient: must consist of letters, digits, spaces and -_,;., given "a/b"`},
		"two addresses":        {func(_ *cloud.Config, s *Service) { s.Internal, s.Regional = true, true }, "WithInternalEndpoint: excludes WithRegionalEndpoint"},
		"endpoint and another": {func(c *cloud.Config, s *Service) { c.Endpoint, s.Regional = "https://example.com", true }, "Endpoint: excludes WithInternalEndpoint and WithRegionalEndpoint"},
		"no region":            {func(c *cloud.Config, _ *Service) { c.Region = "" }, "Region: required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, s := cloud.Config{Region: "ap-guangzhou"}, Service{Name: "things", Version: "2020-01-01", Site: Mainland}
			_, err := New(cfg, s)
			require.NoError(t, err)
			tt.change(&cfg, &s)
			client, err := New(cfg, s)
			require.ErrorContains(t, err, "things: invalid: "+tt.problem)
			assert.Nil(t, client)
		})
	}
	assert.Equal(t, chinese, Service{Site: Mainland}.languageOrDefault())
	assert.Equal(t, english, Service{Site: International}.languageOrDefault())
	assert.Equal(t, chinese, Service{Site: International, Language: chinese}.languageOrDefault())
}
