package aws

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol/protocoltest"
)

const secretText = "wJalrXUtnFEMIbPxRfiCYEXAMPLEKEY"

const profiles = `[default]
region = eu-west-1 # home
aws_secret_access_key = ` + secretText + `
[profile dev]
region = eu-west-2
endpoint_url = https://dev.example.com
services = dev
use_dualstack_endpoint = false
[services dev]
proton =
  endpoint_url = https://proton.example.com
s3 =
  endpoint_url = https://s3.example.com
[profile quiet]
region = eu-west-3
endpoint_url = https://dev.example.com
ignore_configured_endpoint_urls = true
[profile fips]
region = us-gov-west-1
use_fips_endpoint = true
`

func TestEnvironment(t *testing.T) {
	t.Parallel()
	home := protocoltest.Home(t, map[string]string{".aws/config": profiles})
	elsewhere := protocoltest.Home(t, map[string]string{"config": "[profile dev]\nregion = ap-south-1\n"})
	tests := []struct {
		name             string
		cfg              cloud.Config
		env              map[string]string
		region, endpoint string
		fips, dual       bool
	}{
		{name: "profile", region: "eu-west-1"},
		{name: "Config", cfg: cloud.Config{Region: "us-east-1"}, env: map[string]string{"AWS_REGION": "x"}, region: "us-east-1"},
		{name: "variable", env: map[string]string{"AWS_REGION": "us-west-1", "AWS_DEFAULT_REGION": "us-west-2"}, region: "us-west-1"},
		{name: "older variable", env: map[string]string{"AWS_DEFAULT_REGION": "us-west-2"}, region: "us-west-2"},
		{name: "named profile", env: map[string]string{"AWS_PROFILE": "dev"}, region: "eu-west-2", endpoint: "https://proton.example.com"},
		{name: "named in the older way", env: map[string]string{"AWS_DEFAULT_PROFILE": "quiet"}, region: "eu-west-3"},
		{name: "another file", env: map[string]string{"AWS_PROFILE": "dev", "AWS_CONFIG_FILE": filepath.Join(elsewhere, "config")}, region: "ap-south-1"},
		{name: "file in the home directory", env: map[string]string{"AWS_PROFILE": "dev", "AWS_CONFIG_FILE": "~/.aws/config"}, region: "eu-west-2", endpoint: "https://proton.example.com"},
		{name: "endpoint", env: map[string]string{"AWS_ENDPOINT_URL": "https://all.example.com"}, region: "eu-west-1", endpoint: "https://all.example.com"},
		{name: "endpoint overrides the profile", env: map[string]string{"AWS_PROFILE": "dev", "AWS_ENDPOINT_URL": "https://all.example.com"}, region: "eu-west-2", endpoint: "https://all.example.com"},
		{name: "endpoint of the service", env: map[string]string{"AWS_ENDPOINT_URL": "https://all.example.com", "AWS_ENDPOINT_URL_PROTON": "http://127.0.0.1:1"}, region: "eu-west-1", endpoint: "http://127.0.0.1:1"},
		{name: "endpoint of another", env: map[string]string{"AWS_ENDPOINT_URL_FINSPACE": "https://all.example.com"}, region: "eu-west-1"},
		{name: "endpoint of Config", cfg: cloud.Config{Endpoint: "https://mine"}, env: map[string]string{"AWS_ENDPOINT_URL": "bad"}, region: "eu-west-1", endpoint: "https://mine"},
		{name: "endpoints ignored", env: map[string]string{"AWS_ENDPOINT_URL": "https://all.example.com", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"}, region: "eu-west-1"},
		{name: "plain http that is allowed", cfg: cloud.Config{AllowPlainHTTP: true}, env: map[string]string{"AWS_ENDPOINT_URL": "http://all.example.com"}, region: "eu-west-1", endpoint: "http://all.example.com"},
		{name: "FIPS", env: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"}, region: "eu-west-1", fips: true, dual: true},
		{name: "FIPS of the profile", env: map[string]string{"AWS_PROFILE": "fips"}, region: "us-gov-west-1", fips: true},
		{name: "no FIPS", env: map[string]string{"AWS_PROFILE": "fips", "AWS_USE_FIPS_ENDPOINT": "false"}, region: "us-gov-west-1"},
		{name: "profile in no file", env: map[string]string{"AWS_PROFILE": "keys-only", "AWS_REGION": "us-east-1"}, region: "us-east-1"},
		{name: "no home", env: map[string]string{"HOME": "", "AWS_REGION": "us-east-1"}, region: "us-east-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.cfg.Environment = protocoltest.Environment(home, tt.env)
			cfg, s, err := Service{Name: "proton"}.resolve(tt.cfg)
			require.NoError(t, err)
			assert.Equal(t, tt.region, cfg.Region)
			assert.Equal(t, tt.endpoint, cfg.Endpoint)
			assert.Equal(t, []bool{tt.fips, tt.dual}, []bool{s.FIPS, s.DualStack})
			assert.Nil(t, cfg.HTTPClient)
			_, err = New(tt.cfg, Service{Name: "proton"})
			assert.NoError(t, err)
		})
	}
}

func TestEnvironmentRefuses(t *testing.T) {
	t.Parallel()
	home := protocoltest.Home(t, map[string]string{
		".aws/config": profiles, "damaged": "[default]\n" + secretText + "\n", "bad": "[default]\nregion = Europe\n", "folder/x": "",
		"address": "[default]\nregion = eu-west-1\nendpoint_url = https://me:" + secretText + "@example.com\n", "empty.pem": secretText,
	})
	at := func(name string) string { return filepath.Join(home, name) }
	tests := []struct {
		name string
		cfg  cloud.Config
		s    Service
		env  map[string]string
		says string
	}{
		{name: "no region", env: map[string]string{"AWS_PROFILE": "nobody"},
			says: "Region: required: set it, or AWS_REGION, or region of profile nobody in " + at(".aws/config")},
		{name: "bad region", env: map[string]string{"AWS_REGION": "Europe"}, says: `AWS_REGION: must consist of lower-case letters`},
		{name: "bad region in a file", env: map[string]string{"AWS_CONFIG_FILE": at("bad")}, says: "region of profile default in " + at("bad") + ": must consist"},
		{name: "damaged file", env: map[string]string{"AWS_CONFIG_FILE": at("damaged")}, says: at("damaged") + ": must be a file of profiles, but line 2 is neither"},
		{name: "a folder", env: map[string]string{"AWS_CONFIG_FILE": at("folder")}, says: at("folder") + ": must be a file that can be read"},
		{name: "bad endpoint", env: map[string]string{"AWS_ENDPOINT_URL_PROTON": "proton.example.com"}, says: "AWS_ENDPOINT_URL_PROTON: must be an https URL"},
		{name: "plain endpoint", env: map[string]string{"AWS_ENDPOINT_URL": "http://example.com"}, says: "AWS_ENDPOINT_URL: must be https beyond loopback"},
		{name: "endpoint with a password", env: map[string]string{"AWS_CONFIG_FILE": at("address")}, says: "endpoint_url of profile default in " + at("address")},
		{name: "bad switch", env: map[string]string{"AWS_USE_FIPS_ENDPOINT": "yes"}, says: `AWS_USE_FIPS_ENDPOINT: must be true or false, given "yes"`},
		{name: "bad ignorance", env: map[string]string{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "1"}, says: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: must be true or false"},
		{name: "FIPS with an endpoint", env: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL": "https://example.com"}, says: "AWS_USE_FIPS_ENDPOINT: must not be true"},
		{name: "FIPS with one of Config", cfg: cloud.Config{Endpoint: "https://example.com"}, env: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, says: "AWS_USE_FIPS_ENDPOINT: must not be true"},
		{name: "endpoint with an option", s: Service{FIPS: true}, env: map[string]string{"AWS_ENDPOINT_URL": "https://example.com"}, says: "AWS_ENDPOINT_URL: excludes the FIPS"},
		{name: "no bundle", env: map[string]string{"AWS_CA_BUNDLE": at("nothing")}, says: "AWS_CA_BUNDLE: must name a file with certificates"},
		{name: "no certificates", env: map[string]string{"AWS_CA_BUNDLE": at("empty.pem")}, says: "AWS_CA_BUNDLE: must name a file with certificates"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.cfg.Environment = protocoltest.Environment(home, tt.env)
			tt.s.Name = "proton"
			_, err := New(tt.cfg, tt.s)
			require.ErrorContains(t, err, tt.says)
			require.ErrorIs(t, err, cloud.ErrInvalid)
			assert.NotContains(t, err.Error(), secretText)
		})
	}
}

func TestBundleReplacesTheRoots(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	bundle := filepath.Join(t.TempDir(), "roots.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(bundle, text, 0o600))
	env := protocoltest.Environment(t.TempDir(), map[string]string{"AWS_REGION": "us-east-1", "AWS_CA_BUNDLE": bundle})

	for _, given := range []*http.Client{nil, {}} {
		cfg, _, err := Service{Name: "proton"}.resolve(cloud.Config{Environment: env, HTTPClient: given})
		require.NoError(t, err)
		response, err := cfg.HTTPClient.Get(server.URL)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		if given != nil {
			assert.Nil(t, given.Transport, "what the caller has is never changed")
		}
	}
	own := &http.Client{Transport: http.DefaultTransport}
	cfg, _, err := Service{Name: "proton"}.resolve(cloud.Config{Environment: env, HTTPClient: own})
	require.NoError(t, err)
	assert.Same(t, own, cfg.HTTPClient)
}

func TestWithoutEnvironmentNothingIsRead(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	_, err := New(cloud.Config{}, Service{Name: "proton"})
	require.ErrorContains(t, err, "Region: required")
	cfg, _, err := Service{Name: "proton"}.resolve(cloud.FromEnvironment())
	require.NoError(t, err)
	assert.Equal(t, "eu-west-1", cfg.Region)
}
