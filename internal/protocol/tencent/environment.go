package tencent

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// profile is what the configuration of a profile says of a service. It has no keys.
type profile struct {
	file             string
	region, endpoint string
}

// resolve returns cfg with the region and the endpoint of the environment, unless cfg has them. The endpoint is left out
// if an option selects an address.
func resolve(cfg cloud.Config, s Service) (cloud.Config, error) {
	if cfg.Environment == nil {
		return cfg, nil
	}
	e := protocol.Environment{Service: s.Name, Lookup: cfg.Environment}
	p, err := readProfile(e)
	if err != nil {
		return cfg, err
	}
	if cfg.Region == "" {
		found := e.First("TENCENTCLOUD_REGION").Or(protocol.Setting{Value: p.region, From: "region in " + p.file})
		if cfg.Region, err = e.Region(found); err != nil {
			return cfg, err
		}
	}
	if cfg.Region == "" {
		return cfg, e.NoRegion("TENCENTCLOUD_REGION, or region in " + p.file)
	}
	if cfg.Endpoint == "" && s.Site != International && !s.Internal && !s.Regional {
		cfg.Endpoint, err = e.Endpoint(protocol.Setting{Value: p.endpoint, From: s.Name + ".endpoint in " + p.file}, &cfg)
	}
	return cfg, err
}

// readProfile reads the file of the profile that is selected.
func readProfile(e protocol.Environment) (profile, error) {
	selected := e.First("TCCLI_PROFILE")
	name := cmp.Or(selected.Value, "default")
	if strings.ContainsAny(name, `/\`) {
		return profile{}, transport.InvalidOption(e.Service, selected.From, "must be the name of a profile, not a path", name)
	}
	p := profile{file: e.File("", ".tccli", name+".configure")}
	text, err := e.Read(p.file)
	if text == "" || err != nil {
		return p, err
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &members) != nil {
		return p, e.Invalid(p.file, "must be a JSON object, as `tccli configure` writes it")
	}
	var old string // where older files have the region
	var system struct {
		Region string `json:"region"`
	}
	var own struct {
		Endpoint string `json:"endpoint"`
	}
	for member, into := range map[string]any{"region": &old, "_sys_param": &system, e.Service: &own} {
		if raw, ok := members[member]; ok && json.Unmarshal(raw, into) != nil {
			return p, e.Invalid(p.file, "must have "+member+" as `tccli configure` writes it")
		}
	}
	p.region = cmp.Or(system.Region, old)
	p.endpoint = address(own.Endpoint, e.Service)
	return p, nil
}

// address returns the URL of a host, nothing for the common one, which the CLI writes into every profile.
func address(host, service string) string {
	switch {
	case host == "", host == service+"."+domain:
		return ""
	case strings.Contains(host, "://"):
		return host
	}
	return "https://" + host
}
