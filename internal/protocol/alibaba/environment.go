package alibaba

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/protocol"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// profiles are what is read of the CLI's file. Its keys are left out.
type profiles struct {
	Current  string `json:"current"`
	Profiles []struct {
		Name     string `json:"name"`
		RegionID string `json:"region_id"`
	} `json:"profiles"`
}

// Resolve returns cfg with the region of the environment, unless cfg has one. Alibaba Cloud's tools read no endpoint.
func Resolve(cfg cloud.Config, service string) (cloud.Config, error) {
	if cfg.Environment == nil || cfg.Region != "" {
		return cfg, nil
	}
	e := protocol.Environment{Service: service, Lookup: cfg.Environment}
	found := e.First("ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION")
	file := e.File("ALIBABA_CLOUD_CONFIG_FILE", ".aliyun", "config.json")
	if found.Value == "" && !withoutProfile(e) {
		var err error
		if found, err = profileRegion(e, file); err != nil {
			return cfg, err
		}
	}
	region, err := e.Region(found)
	if err == nil && region == "" {
		err = e.NoRegion("ALIBABA_CLOUD_REGION_ID, or region_id of a profile in " + file)
	}
	cfg.Region = region
	return cfg, err
}

// withoutProfile reports whether profiles are left out, by either of the names that the vendor has for it.
func withoutProfile(e protocol.Environment) bool {
	return strings.EqualFold(e.First("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "ALIBABA_CLOUD_IGNORE_PROFILE").Value, "true")
}

// profileRegion returns the region of the profile that is selected.
func profileRegion(e protocol.Environment, file string) (protocol.Setting, error) {
	text, err := e.Read(file)
	if text == "" || err != nil {
		return protocol.Setting{}, err
	}
	var all profiles
	if json.Unmarshal([]byte(text), &all) != nil {
		return protocol.Setting{}, e.Invalid(file, "must be JSON with profiles, as `aliyun configure` writes it")
	}
	selected := e.First("ALIBABA_CLOUD_PROFILE")
	name := cmp.Or(selected.Value, all.Current, "default")
	for _, p := range all.Profiles {
		if p.Name == name {
			return protocol.Setting{Value: p.RegionID, From: "region_id of profile " + name + " in " + file}, nil
		}
	}
	if selected.Value == "" {
		return protocol.Setting{}, nil
	}
	return protocol.Setting{}, transport.InvalidOption(e.Service, selected.From, "must name a profile in "+file, name)
}
