package alibaba

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/ini"
)

// fileLimit bounds what is read of a file.
const fileLimit = 1 << 20

// readFile reads a file that is no pipe or device, at which it could wait for ever.
func readFile(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("it is not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, fileLimit+1))
	if err == nil && len(body) > fileLimit {
		err = errors.New("it has more than 1 MB")
	}
	return string(body), err
}

// fileText is what may be said of an error of a file that a variable or the default names.
func fileText(err error) string {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// profileFile is a file of profiles.
type profileFile struct {
	variable string // that names it
	inHome   string // where it is otherwise
}

var (
	cliFile         = profileFile{"ALIBABA_CLOUD_CONFIG_FILE", ".aliyun/config.json"}
	credentialsFile = profileFile{"ALIBABA_CLOUD_CREDENTIALS_FILE", ".alibabacloud/credentials"}
)

// read returns the name of the file for errors, and its content.
func (s *settings) read(p profileFile) (name, content string, err error) {
	name, path := "~/"+p.inHome, s.getenv(p.variable)
	named := path != ""
	switch {
	case named:
		name = "the file of " + p.variable
	case s.home() == "":
		return name, "", cloud.NotConfigured("no home folder is known: HOME is not set")
	default:
		path = filepath.Join(s.home(), filepath.FromSlash(p.inHome))
	}
	content, err = readFile(path)
	switch {
	case err != nil && !named && errors.Is(err, fs.ErrNotExist):
		return name, "", cloud.NotConfigured("%s does not exist", name)
	case err != nil:
		return name, "", unauthenticated("%s cannot be read: %s", name, fileText(err))
	}
	return name, content, nil
}

// fileProfile reads a profile of the credentials file.
func (s *settings) fileProfile(ctx context.Context) (cloud.Credentials, error) {
	name, content, err := s.read(credentialsFile)
	if err != nil {
		return cloud.Credentials{}, s.unlessNamed(err)
	}
	sections, err := ini.Parse(content)
	if err != nil {
		return cloud.Credentials{}, unauthenticated("%s: %v", name, err)
	}
	profile := first(s.named(), "default")
	section, ok := sections[profile]
	if !ok {
		return cloud.Credentials{}, s.unlessNamed(cloud.NotConfigured("%s has no section [%s]", name, profile))
	}
	c, err := s.section(ctx, withoutComments(section))
	if err != nil {
		return cloud.Credentials{}, within("section ["+profile+"] of "+name, err)
	}
	c.Source = sourceFile + ", section " + profile
	return c, nil
}

// unlessNamed ends the chain if a profile was asked for and this file, the last that may have it, has not. A role of the
// machine, or what a URI returns, would not be what was asked for.
func (s *settings) unlessNamed(err error) error {
	if !cloud.IsNotConfigured(err) || s.named() == "" {
		return err
	}
	return unauthenticated("the profile %s, which was asked for by name, is neither there nor in the file of the aliyun CLI: %v",
		s.named(), err)
}

// withoutComments drops what follows a "#" after a blank, as in the examples of the vendor. A policy keeps it.
func withoutComments(section map[string]string) map[string]string {
	out := make(map[string]string, len(section))
	for key, value := range section {
		if key != "policy" {
			value, _, _ = strings.Cut(value, " #")
		}
		out[key] = strings.TrimSpace(value)
	}
	return out
}

// section resolves a section by its type.
func (s *settings) section(ctx context.Context, v map[string]string) (cloud.Credentials, error) {
	names := keyNames{"access_key_id", "access_key_secret", "security_token"}
	k := keys{ID: v[names.id], Secret: v[names.secret], Token: v[names.token]}
	role := Role{ARN: v["role_arn"], SessionName: v["role_session_name"], Policy: v["policy"]}
	if strings.EqualFold(v["enable"], "false") {
		return cloud.Credentials{}, cloud.NotConfigured("the section has enable = false")
	}
	switch strings.ToLower(v["type"]) {
	case "access_key":
		k.Token = ""
		return k.credentials(names)
	case "sts":
		return k.temporary(names)
	case "ram_role_arn":
		caller, err := k.credentials(names)
		if err != nil {
			return cloud.Credentials{}, err
		}
		return s.roleOf(ctx, stsPlace{}, caller, role)
	case "ecs_ram_role":
		return s.profileMetadata(ctx, v["role_name"])
	case "oidc_role_arn":
		return s.oidcRole(ctx, stsPlace{}, oidcRole{role, v["oidc_provider_arn"], v["oidc_token_file_path"]})
	case "credentials_uri":
		return s.uri(ctx, "credentials_uri", v["credentials_uri"])
	case "rsa_key_pair", "bearer":
		return cloud.Credentials{}, unauthenticated(
			"type rsa_key_pair and bearer are not supported: use access_key, ram_role_arn or ecs_ram_role")
	case "":
		return cloud.Credentials{}, unauthenticated("type is empty: %s", sectionTypes)
	}
	return cloud.Credentials{}, unauthenticated("type is none that is known: %s", sectionTypes)
}

const sectionTypes = "it must be access_key, sts, ram_role_arn, ecs_ram_role, oidc_role_arn or credentials_uri"

// temporary returns the credentials if they have a token.
func (k keys) temporary(names keyNames) (cloud.Credentials, error) {
	if k.Token == "" {
		return cloud.Credentials{}, unauthenticated("%s is empty", names.token)
	}
	return k.credentials(names)
}

// roleOf assumes a role of a file.
func (s *settings) roleOf(ctx context.Context, place stsPlace, caller cloud.Credentials, role Role) (cloud.Credentials, error) {
	role = s.withDefaults(role)
	if err := role.check(); err != nil {
		return cloud.Credentials{}, err
	}
	return s.assumeRole(ctx, place, caller, role)
}
