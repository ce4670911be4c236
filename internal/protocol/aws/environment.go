package aws

import (
	"cmp"
	"crypto/x509"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/ini"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// profile is the profile of the environment, without its keys.
type profile struct {
	name, file string
	values     map[string]string
	services   map[string]string // of its services section, as "finspace.endpoint_url"
}

// readProfile reads the file of profiles.
func readProfile(e protocol.Environment) (profile, error) {
	p := profile{
		name: cmp.Or(e.First("AWS_PROFILE", "AWS_DEFAULT_PROFILE").Value, "default"),
		file: e.File("AWS_CONFIG_FILE", ".aws", "config"),
	}
	text, err := e.Read(p.file)
	if err != nil {
		return p, err
	}
	sections, err := ini.Parse(text)
	if err != nil {
		return p, e.Invalid(p.file, "must be a file of profiles, but "+err.Error())
	}
	p.values = sections["profile "+p.name]
	if p.values == nil && p.name == "default" {
		p.values = sections["default"]
	}
	p.services = sections["services "+p.get("services").Value]
	return p, nil
}

// get returns a value of the profile.
func (p profile) get(key string) protocol.Setting {
	return protocol.Setting{Value: withoutComment(p.values[key]), From: key + " of profile " + p.name + " in " + p.file}
}

// endpoint returns the endpoint of a service or, if it has none, of all.
func (p profile) endpoint(service string) protocol.Setting {
	const key = "endpoint_url"
	own := protocol.Setting{
		Value: withoutComment(p.services[service+"."+key]),
		From:  key + " of " + service + " for profile " + p.name + " in " + p.file,
	}
	return own.Or(p.get(key))
}

// withoutComment cuts a comment after a value.
func withoutComment(value string) string {
	for _, mark := range []string{" #", " ;", "\t#", "\t;"} {
		value, _, _ = strings.Cut(value, mark)
	}
	return strings.TrimSpace(value)
}

// resolve returns cfg and s with what the environment says of them.
func (s Service) resolve(cfg cloud.Config) (cloud.Config, Service, error) {
	if cfg.Environment == nil {
		return cfg, s, nil
	}
	e := protocol.Environment{Service: s.Name, Lookup: cfg.Environment}
	p, err := readProfile(e)
	if err != nil {
		return cfg, s, err
	}
	if cfg.Region == "" {
		if cfg.Region, err = e.Region(e.First("AWS_REGION", "AWS_DEFAULT_REGION").Or(p.get("region"))); err != nil {
			return cfg, s, err
		}
	}
	if cfg.Region == "" {
		return cfg, s, e.NoRegion("AWS_REGION, or region of profile " + p.name + " in " + p.file)
	}
	if err := resolveEndpoint(&cfg, &s, e, p); err != nil {
		return cfg, s, err
	}
	err = resolveRoots(&cfg, e, p)
	return cfg, s, err
}

// resolveEndpoint sets the endpoint, or the kind of the service's own.
func resolveEndpoint(cfg *cloud.Config, s *Service, e protocol.Environment, p profile) error {
	address, err := configuredEndpoint(cfg, s, e, p)
	if err != nil {
		return err
	}
	for _, kind := range []struct {
		on            *bool
		variable, key string
	}{
		{&s.FIPS, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"},
		{&s.DualStack, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"},
	} {
		setting := e.First(kind.variable).Or(p.get(kind.key))
		on, err := e.Bool(setting)
		switch {
		case err != nil:
			return err
		case on && cfg.Endpoint+address.Value != "":
			given := cmp.Or(address.From, "Endpoint")
			return transport.InvalidOption(s.Name, setting.From, "must not be true if there is an endpoint of its own", "true, and "+given)
		case *kind.on && address.Value != "":
			return e.Invalid(address.From, "excludes the FIPS and dual-stack options")
		}
		*kind.on = *kind.on || on
	}
	cfg.Endpoint = cmp.Or(cfg.Endpoint, address.Value)
	return nil
}

// configuredEndpoint returns the endpoint that the environment has for the service.
func configuredEndpoint(cfg *cloud.Config, s *Service, e protocol.Environment, p profile) (protocol.Setting, error) {
	if cfg.Endpoint != "" {
		return protocol.Setting{}, nil
	}
	ignored, err := e.Bool(e.First("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").Or(p.get("ignore_configured_endpoint_urls")))
	if ignored || err != nil {
		return protocol.Setting{}, err
	}
	found := e.First("AWS_ENDPOINT_URL_"+strings.ToUpper(s.Name), "AWS_ENDPOINT_URL").Or(p.endpoint(s.Name))
	_, err = e.Endpoint(found, cfg)
	return found, err
}

// resolveRoots reads the certificates that the client trusts, unless the caller's transport has its own.
func resolveRoots(cfg *cloud.Config, e protocol.Environment, p profile) error {
	bundle := e.First("AWS_CA_BUNDLE").Or(p.get("ca_bundle"))
	if bundle.Value == "" || cfg.HTTPClient != nil && cfg.HTTPClient.Transport != nil {
		return nil
	}
	text, err := e.Read(bundle.Value)
	roots := x509.NewCertPool()
	if err != nil || !roots.AppendCertsFromPEM([]byte(text)) {
		return transport.InvalidOption(e.Service, bundle.From, "must name a file with certificates in PEM form", bundle.Value)
	}
	cfg.HTTPClient = transport.WithRoots(cfg.HTTPClient, roots)
	return nil
}
