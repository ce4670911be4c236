package tencent

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// tccliProfile reads what the command line tool keeps of a profile. It renews nothing: only the tool may write its
// files, so an expired login is an error that names the command to run.
func (s *settings) tccliProfile(ctx context.Context) (cloud.Credentials, error) {
	profile := cmp.Or(s.namedProfile(), "default")
	path, err := s.tccliPath(profile)
	if err != nil {
		return cloud.Credentials{}, err
	}
	text, err := readOptional(path)
	if err != nil {
		return cloud.Credentials{}, err
	}
	p, err := parseTccli(text)
	if err != nil {
		return cloud.Credentials{}, refuse("%s: %w", path, err)
	}
	c, err := s.ofTccli(ctx, p, path, profile)
	if err != nil || p.role == nil {
		return c, err
	}
	return s.assume(ctx, c, *p.role)
}

// tccliPath returns the file of a profile.
func (s *settings) tccliPath(profile string) (string, error) {
	if profile != filepath.Base(profile) || strings.ContainsAny(profile, `/\`) || strings.HasPrefix(profile, "..") {
		return "", refuse("the profile must be a name, not a path: %.60q", profile)
	}
	name := profile + ".credential"
	if folder := s.getenv("TENCENTCLOUD_SHARED_CREDENTIALS_DIR"); folder != "" {
		return filepath.Join(folder, name), nil
	}
	return s.inHome(".tccli", name)
}

// tccliFile is the content of a file of tccli.
type tccliFile struct {
	kind           string // "", "default", "oauth", "sso" or "cvm-role"
	id, key, token string
	expires        time.Time
	role           *Role
}

// parseTccli reads the members that a login or `tccli configure` writes.
func parseTccli(text []byte) (p tccliFile, err error) {
	o, err := parseObject(text)
	if err != nil {
		return p, err
	}
	texts, err := o.texts("type", "secretId", "secretKey", "token", "role-arn", "role-session-name")
	if err != nil {
		return p, err
	}
	p = tccliFile{kind: texts["type"], id: texts["secretId"], key: texts["secretKey"], token: texts["token"]}
	if p.expires, err = o.seconds("expiresAt"); err != nil {
		return tccliFile{}, err
	}
	if arn := texts["role-arn"]; arn != "" {
		p.role = &Role{ARN: arn, SessionName: texts["role-session-name"]}
	}
	return p, nil
}

// loginCommands are the commands of tccli that renew a file, by its type.
var loginCommands = map[string]string{"oauth": "tccli auth login", "sso": "tccli sso login"}

// ofTccli returns the keys of a file, or asks the metadata service if it says so.
func (s *settings) ofTccli(ctx context.Context, p tccliFile, path, profile string) (cloud.Credentials, error) {
	login, isLogin := loginCommands[p.kind]
	switch {
	case p.kind == "cvm-role":
		return s.cvmOfProfile(ctx, path)
	case p.kind != "" && p.kind != "default" && !isLogin:
		return cloud.Credentials{}, refuse("%s: type is none of default, oauth, sso and cvm-role", path)
	case !isLogin && p.id == "" && p.key == "" && p.role == nil:
		return cloud.Credentials{}, cloud.NotConfigured("%s has no secretId and no secretKey", path)
	}
	run := "run `" + cmp.Or(login, "tccli auth login") + " --profile " + profile + "`"
	if missing := p.missing(isLogin); missing != "" && isLogin {
		return cloud.Credentials{}, refuse("%s: %s is missing: %s", path, missing, run)
	} else if missing != "" {
		return cloud.Credentials{}, refuse("%s: %s is missing", path, missing)
	}
	if !p.expires.IsZero() && !time.Now().Before(p.expires) {
		return cloud.Credentials{}, refuse("%s expired at %s: %s", path, p.expires.Format(time.RFC3339), run)
	}
	c := credentials(p.id, p.key, p.token)
	c.Expires, c.Source = p.expires, "tccli profile "+profile
	return c, nil
}

// missing returns the name of a member that a file must have, empty if it has all. Keys of a login are temporary.
func (p tccliFile) missing(isLogin bool) string {
	switch {
	case p.id == "":
		return "secretId"
	case p.key == "":
		return "secretKey"
	case isLogin && p.token == "":
		return "token"
	case isLogin && p.expires.IsZero():
		return "expiresAt"
	}
	return ""
}

// cvmOfProfile is for a profile of the type cvm-role, which may be the only one to want the metadata service.
func (s *settings) cvmOfProfile(ctx context.Context, path string) (cloud.Credentials, error) {
	c, err := s.cvm(ctx)
	if cloud.IsNotConfigured(err) { // the profile is
		err = refuse("%s has the type cvm-role, but %v", path, err)
	}
	return c, err
}
