package tencent

import (
	"cmp"
	"context"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/ini"
)

// credentialsFile reads a section of the file that the vendor's clients share. It is the last place for a profile, so
// one that was asked for by name must be in it.
func (s *settings) credentialsFile(context.Context) (cloud.Credentials, error) {
	named := s.namedProfile()
	path, err := s.credentialsPath()
	var text []byte
	if err == nil {
		text, err = readOptional(path)
	}
	switch {
	case cloud.IsNotConfigured(err) && s.getenv(credentialsFileVariable) != "":
		return cloud.Credentials{}, refuse("%s: %v", credentialsFileVariable, err)
	case cloud.IsNotConfigured(err) && named != "":
		return cloud.Credentials{}, refuse("tccli has no profile %.60q, and %v", named, err)
	case err != nil:
		return cloud.Credentials{}, err
	}
	file, err := ini.Parse(string(text))
	if err != nil {
		return cloud.Credentials{}, refuse("%s: %w", path, err)
	}
	section := cmp.Or(named, "default")
	keys, ok := file[section]
	switch {
	case !ok && named != "":
		return cloud.Credentials{}, refuse("%s has no section %.60q, nor does tccli have a profile of that name", path, named)
	case !ok:
		return cloud.Credentials{}, cloud.NotConfigured("%s has no section %q", path, section)
	}
	c, missing := ofSection(keys)
	if missing != "" {
		return cloud.Credentials{}, refuse("%s: section %.60q has no %s", path, section, missing)
	}
	c.Source = "credentials file, profile " + section
	return c, nil
}

const credentialsFileVariable = "TENCENTCLOUD_CREDENTIALS_FILE"

func (s *settings) credentialsPath() (string, error) {
	if path := s.getenv(credentialsFileVariable); path != "" {
		return path, nil
	}
	return s.inHome(".tencentcloud", "credentials")
}

// ofSection returns the keys of a section, or the name of one that is missing.
func ofSection(keys map[string]string) (c cloud.Credentials, missing string) {
	required := []string{"secret_id", "secret_key"}
	if i := slices.IndexFunc(required, func(key string) bool { return keys[key] == "" }); i >= 0 {
		return cloud.Credentials{}, required[i]
	}
	return credentials(keys["secret_id"], keys["secret_key"], keys["token"]), ""
}
