package protocol

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// maxProfiles limits the size of a file of profiles.
const maxProfiles = 4 << 20

// Environment is where a client of a service looks for what its Config does not say.
type Environment struct {
	Service string
	Lookup  func(name string) string // a variable
}

// Setting is a value and where it is from, such as the name of a variable. It is zero if it is not set.
type Setting struct{ Value, From string }

// Or returns other if s is not set.
func (s Setting) Or(other Setting) Setting {
	if s.Value == "" {
		return other
	}
	return s
}

// First returns the first variable that is set.
func (e Environment) First(names ...string) Setting {
	for _, name := range names {
		if value := e.Lookup(name); value != "" {
			return Setting{value, name}
		}
	}
	return Setting{}
}

// Region returns a region that is well-formed.
func (e Environment) Region(s Setting) (string, error) {
	if s.Value == "" {
		return "", nil
	}
	return s.Value, transport.CheckRegion(e.Service, s.From, s.Value)
}

// Endpoint returns an address that is well-formed.
func (e Environment) Endpoint(s Setting, cfg *cloud.Config) (string, error) {
	if s.Value == "" {
		return "", nil
	}
	return s.Value, transport.CheckEndpoint(e.Service, s.From, s.Value, cfg.AllowPlainHTTP)
}

// Bool returns whether a setting is on.
func (e Environment) Bool(s Setting) (bool, error) {
	switch {
	case s.Value == "", strings.EqualFold(s.Value, "false"):
		return false, nil
	case strings.EqualFold(s.Value, "true"):
		return true, nil
	}
	return false, transport.InvalidOption(e.Service, s.From, "must be true or false", s.Value)
}

// File returns the name of a file of profiles: the value of a variable, or else a path in the home directory.
func (e Environment) File(variable string, path ...string) string {
	home := e.First("HOME", "USERPROFILE").Value
	name := filepath.Join(append([]string{home}, path...)...)
	if variable != "" && e.Lookup(variable) != "" {
		name = e.Lookup(variable)
	} else if home == "" {
		return ""
	}
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		return filepath.Join(home, rest)
	}
	return name
}

// Read returns the text of a file, nothing if there is none.
func (e Environment) Read(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var text []byte
	if err == nil {
		defer f.Close()
		text, err = io.ReadAll(io.LimitReader(f, maxProfiles+1))
	}
	switch {
	case err != nil:
		return "", e.Invalid(name, "must be a file that can be read")
	case len(text) > maxProfiles:
		return "", e.Invalid(name, "must not be larger than 4 MiB")
	}
	return string(text), nil
}

// Invalid is the error of a variable or a file whose content is not shown.
func (e Environment) Invalid(name, rule string) error {
	return transport.InvalidOption(e.Service, name, rule, "")
}

// NoRegion is the error for a region that is nowhere; places says where else it could be.
func (e Environment) NoRegion(places string) error {
	return e.Invalid("Region", "required: set it, or "+places)
}
