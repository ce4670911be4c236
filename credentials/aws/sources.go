package aws

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// The sources, in the order of the chain.
const (
	environment      = "environment"
	webIdentity      = "web identity"
	profile          = "profile"
	container        = "container"
	instanceMetadata = "instance metadata"
)

// ownConfig is the source of a provider that the caller has set.
const ownConfig = "aws.Config"

// setup is what the variables and files say at the moment.
type setup struct {
	options  options
	metadata *metadata
	files    profileFiles
	config   awssdk.Config
	shared   config.SharedConfig
	selected string // the source that the SDK uses
	nothing  bool   // no source is set up, as the last one has shown
}

// profileFiles are the files with profiles.
type profileFiles []string

func (f profileFiles) String() string { return strings.Join(f, " or ") }

// use takes what the SDK has loaded.
func (s *setup) use(cfg awssdk.Config) {
	s.config = cfg
	s.metadata.use(cfg)
	for _, source := range cfg.ConfigSources {
		if shared, ok := source.(config.SharedConfig); ok {
			s.shared = shared
		}
	}
	s.selected = ownConfig
	if known, ok := cfg.Credentials.(awssdk.CredentialProviderSource); ok {
		s.selected = selectedOf(known.ProviderSources())
	}
}

// selectedOf returns the source of the chain that the SDK's own list of sources begins with.
func selectedOf(sources []awssdk.CredentialSource) string {
	if len(sources) == 0 {
		return ownConfig
	}
	switch sources[0] {
	case awssdk.CredentialSourceCode:
		return ownConfig
	case awssdk.CredentialSourceEnvVars:
		return environment
	case awssdk.CredentialSourceEnvVarsSTSWebIDToken:
		return webIdentity
	case awssdk.CredentialSourceHTTP:
		return container
	case awssdk.CredentialSourceIMDS:
		return instanceMetadata
	}
	return profile
}

// sources returns the sources of the chain in their order.
func (s *setup) sources() []cloud.CredentialsSource {
	if s.selected == ownConfig {
		return []cloud.CredentialsSource{s.source(ownConfig, nil)}
	}
	return []cloud.CredentialsSource{
		s.source(environment, s.noEnvironment()),
		s.source(webIdentity, s.overridden("AWS_WEB_IDENTITY_TOKEN_FILE is not set")),
		s.source(profile, s.noProfile()),
		s.source(container, cloud.NotConfigured(
			"neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set")),
		s.source(instanceMetadata, nil),
	}
}

// source returns a source that is asked if it is the selected one, and otherwise says why it is not.
func (s *setup) source(name string, otherwise error) cloud.CredentialsSource {
	shown := name
	if name == profile {
		shown = s.profileName()
	}
	if name != s.selected {
		return cloud.CredentialsSource{Name: shown, Provider: failing(otherwise)}
	}
	return cloud.CredentialsSource{Name: shown, Provider: cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
		return s.retrieve(ctx, shown)
	})}
}

// noEnvironment says why the environment has no keys. The SDK passes over half a key.
func (s *setup) noEnvironment() error {
	id := firstSet("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")
	secret := firstSet("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")
	switch {
	case s.options.profile != "" || id == secret:
		return s.overridden("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")
	case id == "":
		return unauthenticated(secret + " is set, but AWS_ACCESS_KEY_ID is not")
	}
	return unauthenticated(id + " is set, but AWS_SECRET_ACCESS_KEY is not")
}

// firstSet returns the name of the first variable that is set.
func firstSet(names ...string) string {
	for _, name := range names {
		if os.Getenv(name) != "" {
			return name
		}
	}
	return ""
}

// overridden returns the reason why a source of the environment is not used.
func (s *setup) overridden(reason string) error {
	if s.options.profile != "" {
		reason = "WithProfile overrides it"
	}
	return cloud.NotConfigured("%s", reason)
}

func (s *setup) noProfile() error {
	if s.shared.Profile == "" {
		return cloud.NotConfigured("it is not in %s", s.files)
	}
	return cloud.NotConfigured("it has no credentials")
}

// profileName is the name of the profile source, such as "profile dev".
func (s *setup) profileName() string {
	name := s.shared.Profile
	for _, other := range []string{s.options.profile, os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"), "default"} {
		if name == "" {
			name = other
		}
	}
	return profile + " " + name
}

// retrieve asks the SDK.
func (s *setup) retrieve(ctx context.Context, source string) (cloud.Credentials, error) {
	if s.config.Credentials == nil {
		return cloud.Credentials{}, unauthenticated("it has no credentials")
	}
	got, err := s.config.Credentials.Retrieve(ctx)
	absent, isAbsent := errors.AsType[*absentError](err)
	switch {
	case err != nil && ctx.Err() != nil:
		return cloud.Credentials{}, ctx.Err()
	case isAbsent && s.selected == instanceMetadata:
		s.nothing = true
		return cloud.Credentials{}, cloud.NotConfigured("%s", absent.reason)
	case err != nil:
		return cloud.Credentials{}, s.explain(err)
	}
	c := cloud.Credentials{
		AccessKeyID:     got.AccessKeyID,
		SecretAccessKey: cloud.NewSecret(got.SecretAccessKey),
		SessionToken:    cloud.NewSecret(got.SessionToken),
		Source:          source,
	}
	if got.CanExpire {
		c.Expires = got.Expires
	}
	if way := wayOf(got.Source); way != "" && way != source {
		c.Source = fmt.Sprintf("%s (%s)", source, way)
	}
	return c, nil
}

// ways are the names that the SDK's sources give themselves, in plain words.
var ways = map[string]string{
	"EnvConfigCredentials":        environment,
	"StaticCredentials":           "keys",
	"SSOProvider":                 "SSO",
	"LoginProvider":               "aws login",
	"ProcessProvider":             "credential_process",
	"AssumeRoleProvider":          "assumed role",
	"WebIdentityCredentials":      webIdentity,
	"CredentialsEndpointProvider": container,
	"EC2RoleProvider":             instanceMetadata,
}

func wayOf(source string) string {
	if strings.HasPrefix(source, "SharedConfigCredentials") {
		return "keys"
	}
	return ways[source]
}
