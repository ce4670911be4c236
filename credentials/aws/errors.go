package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/ini"
)

// maxText limits what is shown of an error of the SDK.
const maxText = 500

// sourceError is a failure of a source. It does not hold the SDK's own error, whose text may have secrets.
type sourceError struct {
	text  string
	cause error // a kind
}

func (e *sourceError) Error() string { return e.text }
func (e *sourceError) Unwrap() error { return e.cause }

func unauthenticated(text string) error { return &sourceError{text, cloud.ErrUnauthenticated} }

// explainLoad returns the error of a configuration that cannot be loaded.
func (s *setup) explainLoad(err error) error {
	missing, isMissing := errors.AsType[config.SharedConfigProfileNotExistError](err)
	_, needsCode := errors.AsType[config.AssumeRoleTokenProviderNotSetError](err)
	source, noSource := errors.AsType[config.SharedConfigAssumeRoleError](err)
	switch {
	case noSource:
		return unauthenticated(fmt.Sprintf("profile %s, which is a source_profile, is not there or has no credentials", source.Profile))
	case isMissing:
		return unauthenticated(fmt.Sprintf("profile %s is not in %s", missing.Profile, s.files))
	case needsCode:
		return unauthenticated("the role of the " + s.profileName() + " needs a code of an MFA device: give a TokenProvider, " +
			"with WithConfigOptions(config.WithAssumeRoleCredentialOptions(…))")
	}
	return unauthenticated(s.show(err))
}

// explain returns the error of a source that is set up and fails.
func (s *setup) explain(err error) error {
	api, refused := errors.AsType[smithy.APIError](err)
	process, ofProcess := errors.AsType[*processcreds.ProviderError](err)
	switch {
	case refused && api.ErrorFault() == smithy.FaultServer:
		return &sourceError{s.refusal(api, err), cloud.ErrUnavailable}
	case refused && !endsSession(api):
		return unauthenticated(s.refusal(api, err))
	case isNetwork(err):
		return &sourceError{s.show(err), cloud.ErrTransport}
	case ofProcess:
		return unauthenticated("credential_process: " + processFailure(process))
	case s.command() != "":
		return unauthenticated("its session has expired, is damaged, or is not there; run `" + s.command() + "`")
	}
	return unauthenticated(s.show(err))
}

// refusal is the error of a service.
func (s *setup) refusal(api smithy.APIError, err error) string {
	if status, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok && api.ErrorCode() == "" {
		return fmt.Sprintf("the service refused with status %d", status.HTTPStatusCode())
	}
	return s.redact(api.ErrorCode() + ": " + api.ErrorMessage())
}

// endsSession reports whether api refuses the token of a session.
func endsSession(api smithy.APIError) bool {
	return slices.Contains([]string{"UnauthorizedException", "InvalidGrantException", "ExpiredTokenException"}, api.ErrorCode())
}

// command returns what signs in again, for profiles that have a session.
func (s *setup) command() string {
	name := strings.TrimPrefix(s.profileName(), profile+" ")
	switch {
	case s.selected != profile:
		return ""
	case s.login() != "":
		return "aws login --profile " + name
	case s.ssoStart() != "":
		return "aws sso login --profile " + name
	}
	return ""
}

// login returns the session of `aws login` that the profile, or the source of its role, uses.
func (s *setup) login() string {
	for p := &s.shared; p != nil; p = p.Source {
		if p.LoginSession != "" {
			return p.LoginSession
		}
	}
	return ""
}

// ssoStart returns the name of the SSO session, or its address in profiles of the older form.
func (s *setup) ssoStart() string {
	for p := &s.shared; p != nil; p = p.Source {
		if p.SSOSessionName != "" {
			return p.SSOSessionName
		}
		if p.SSOStartURL != "" {
			return p.SSOStartURL
		}
	}
	return ""
}

func isNetwork(err error) bool {
	_, ofRequest := errors.AsType[*url.Error](err)
	_, ofConnection := errors.AsType[*net.OpError](err)
	return ofRequest || ofConnection || errors.Is(err, context.DeadlineExceeded)
}

// processFailure says what failed and never what the process printed.
func processFailure(err *processcreds.ProviderError) string {
	_, exited := errors.AsType[*exec.ExitError](err)
	_, malformed := errors.AsType[*json.SyntaxError](err)
	_, mistyped := errors.AsType[*json.UnmarshalTypeError](err)
	_, mistimed := errors.AsType[*time.ParseError](err)
	switch {
	case malformed || mistyped || mistimed:
		return "its output is not JSON with Version, AccessKeyId, SecretAccessKey and Expiration"
	case exited, errors.Unwrap(err.Err) == nil:
		return err.Err.Error()
	}
	return "it cannot be run"
}

// show returns the text of an error of the SDK without what only the files of secrets hold.
func (s *setup) show(err error) string { return s.redact(err.Error()) }

// redact replaces what may be secret.
func (s *setup) redact(text string) string {
	for _, secret := range s.secrets() {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	return cloud.OneLine(text, maxText)
}

// minSecret is the length of the shortest value that is kept out of errors.
const minSecret = 8

// secrets returns the values of the files and variables that may hold a secret, the longest first.
func (s *setup) secrets() []string {
	var found, plain []string
	for _, name := range s.files {
		secret, shown := profileWords(readable(name))
		found, plain = append(found, secret...), append(plain, shown...)
	}
	for _, name := range s.sessionFiles() {
		found = append(found, words(readable(name))...)
	}
	for _, name := range []string{
		"AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
	} {
		found = append(found, words(os.Getenv(name))...)
	}
	found = slices.DeleteFunc(found, func(s string) bool { return slices.Contains(plain, s) })
	slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) })
	return found
}

// sessionFiles returns the files that hold a token and nothing that an error should show.
func (s *setup) sessionFiles() []string {
	names := []string{
		os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE"), os.Getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"), s.shared.WebIdentityTokenFile,
	}
	if start := s.ssoStart(); start != "" {
		name, _ := ssocreds.StandardCachedTokenFilepath(start)
		names = append(names, name)
	}
	if session := s.login(); session != "" {
		name, _ := logincreds.StandardCachedTokenFilepath(session, os.Getenv("AWS_LOGIN_CACHE_DIRECTORY"))
		names = append(names, name)
	}
	return names
}

// readable returns the text of a regular file, or nothing.
func readable(name string) string {
	info, err := os.Stat(name)
	if err != nil || info.Mode()&fs.ModeType != 0 {
		return ""
	}
	text, _ := os.ReadFile(name) // what cannot be read is in no error either
	return string(text)
}

// plainKeys are the keys of profiles whose values errors may show.
var plainKeys = strings.Fields("region role_arn source_profile sso_session sso_start_url sso_region sso_account_id sso_role_name " +
	"login_session credential_source role_session_name web_identity_token_file mfa_serial output")

// profileWords returns the values of a file with profiles. Lines that are no key with a value, as a damaged file has,
// count as secret values.
func profileWords(text string) (secret, plain []string) {
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		switch {
		case strings.HasPrefix(key, "#"), strings.HasPrefix(key, ";"): // which is not read
		case slices.Contains(plainKeys, key):
			plain = append(plain, words(value)...)
		case ok:
			secret = append(secret, words(value)...)
		case !isSection(line):
			secret = append(secret, words(line)...)
		}
	}
	return secret, plain
}

// isSection reports whether line is the name of a section.
func isSection(line string) bool {
	file, err := ini.Parse(line)
	return err == nil && len(file) > 0
}

// words splits text where no secret goes on.
func words(text string) []string {
	all := strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`"'{}[],`, r) })
	return slices.DeleteFunc(all, func(s string) bool { return len(s) < minSecret })
}
