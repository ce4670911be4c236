package alibaba

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// disableExternal turns off commands and credentials URIs, as it does in the aliyun CLI.
const disableExternal = "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS"

// cliConfig is the file of the aliyun CLI.
type cliConfig struct {
	Current  string       `json:"current"`
	Profiles []cliProfile `json:"profiles"`
}

// cliProfile has the members of a profile that matter for credentials.
type cliProfile struct {
	Name            string `json:"name"`
	Mode            string `json:"mode"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	STSToken        string `json:"sts_token"`
	STSExpiration   int64  `json:"sts_expiration"` // seconds since 1970
	STSRegion       string `json:"sts_region"`
	STSEndpoint     string `json:"sts_endpoint"`
	EnableVPC       bool   `json:"enable_vpc"`
	RoleName        string `json:"ram_role_name"`
	RoleARN         string `json:"ram_role_arn"`
	SessionName     string `json:"ram_session_name"`
	ExternalID      string `json:"external_id"`
	Policy          string `json:"policy"`
	ExpiredSeconds  int64  `json:"expired_seconds"`
	SourceProfile   string `json:"source_profile"`
	ProcessCommand  string `json:"process_command"`
	CredentialsURI  string `json:"credentials_uri"`
	OIDCProviderARN string `json:"oidc_provider_arn"`
	OIDCTokenFile   string `json:"oidc_token_file"`
}

var cliKeyNames = keyNames{"access_key_id", "access_key_secret", "sts_token"}

// cliProfile reads a profile of the aliyun CLI.
func (s *settings) cliProfile(ctx context.Context) (cloud.Credentials, error) {
	if s.enabled("ALIBABA_CLOUD_CLI_PROFILE_DISABLED") {
		return cloud.Credentials{}, cloud.NotConfigured("it is turned off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED")
	}
	file, content, err := s.read(cliFile)
	if err != nil {
		return cloud.Credentials{}, err
	}
	config, err := parseCLI(content)
	if err != nil {
		return cloud.Credentials{}, within(file, err)
	}
	name := first(s.named(), config.Current, "default")
	profile, ok := config.profile(name)
	switch {
	case !ok && s.named() != "":
		return cloud.Credentials{}, cloud.NotConfigured("%s has no profile %s", file, name)
	case !ok:
		return cloud.Credentials{}, cloud.NotConfigured("%s does not have the profile that its member current names", file)
	case profile.isBlank() && s.named() == "":
		return cloud.Credentials{}, cloud.NotConfigured("profile %s of %s has no keys yet: run `aliyun configure`", name, file)
	}
	r := cliReader{settings: s, config: config}
	c, err := r.resolve(ctx, profile)
	if err != nil {
		return cloud.Credentials{}, within("profile "+name+" of "+file, err)
	}
	c.Source = sourceCLI + " " + name
	return c, nil
}

// parseCLI reads the file. Its error does not quote it.
func parseCLI(content string) (*cliConfig, error) {
	config := new(cliConfig)
	if err := json.Unmarshal([]byte(strings.TrimPrefix(content, "\ufeff")), config); err != nil {
		return nil, unauthenticated("%s", jsonText(err))
	}
	return config, nil
}

func (c *cliConfig) profile(name string) (cliProfile, bool) {
	for _, p := range c.Profiles {
		if p.Name == name {
			return p, true
		}
	}
	return cliProfile{}, false
}

// isBlank reports whether the profile is the one that the CLI makes before it is configured.
func (p cliProfile) isBlank() bool {
	return (p.Mode == "" || strings.EqualFold(p.Mode, "AK")) && p.AccessKeyID == "" && p.AccessKeySecret == ""
}

func (p cliProfile) keys() keys { return keys{p.AccessKeyID, p.AccessKeySecret, p.STSToken} }

func (p cliProfile) place() stsPlace { return stsPlace{p.STSEndpoint, p.STSRegion, p.EnableVPC} }

func (p cliProfile) role() Role {
	return Role{
		ARN: p.RoleARN, SessionName: p.SessionName, ExternalID: p.ExternalID, Policy: p.Policy,
		Duration: time.Duration(p.ExpiredSeconds) * time.Second,
	}
}

// mode returns the mode in small letters. A profile without one has the mode that its members fit, as in the CLI.
func (p cliProfile) mode() string {
	switch {
	case p.Mode != "":
		return strings.ToLower(p.Mode)
	case p.AccessKeyID != "" && p.STSToken != "":
		return "ststoken"
	case p.AccessKeyID != "" && p.RoleARN != "":
		return "ramrolearn"
	case p.RoleName != "":
		return "ecsramrole"
	case p.ProcessCommand != "":
		return "external"
	case p.OIDCProviderARN != "":
		return "oidc"
	}
	return "ak"
}

// refusedModes say what to do about those that sign nothing here.
var refusedModes = map[string]string{
	"rsakeypair":  "mode RsaKeyPair is deprecated by the vendor and not supported: use AK, RamRoleArn or EcsRamRole",
	"bearertoken": "mode BearerToken has no key to sign with and is not supported: use AK, RamRoleArn or CloudSSO",
	"anonymous":   "mode Anonymous has no key to sign with and is not supported: run `aliyun configure` for a profile with one",
}

const unknownMode = "its mode is none that is known: it must be AK, StsToken, RamRoleArn, EcsRamRole, RamRoleArnWithRoleName, " +
	"ChainableRamRoleArn, OIDC, CredentialsURI, External, CloudSSO or OAuth"

// cliReader resolves profiles of a file.
type cliReader struct {
	*settings
	config *cliConfig
	seen   int // profiles on the way of source_profile
}

func (r *cliReader) resolve(ctx context.Context, p cliProfile) (cloud.Credentials, error) {
	switch mode := p.mode(); mode {
	case "ak":
		k := p.keys()
		k.Token = ""
		return k.credentials(cliKeyNames)
	case "ststoken":
		return p.keys().temporary(cliKeyNames)
	case "ramrolearn":
		caller, err := p.keys().credentials(cliKeyNames)
		return r.assume(ctx, p, caller, err)
	case "ecsramrole":
		return r.profileMetadata(ctx, p.RoleName)
	case "ramrolearnwithrolename":
		caller, err := r.profileMetadata(ctx, p.RoleName)
		return r.assume(ctx, p, caller, err)
	case "chainableramrolearn":
		caller, err := r.sourceProfile(ctx, p.SourceProfile)
		return r.assume(ctx, p, caller, err)
	case "oidc":
		return r.oidcRole(ctx, p.place(), oidcRole{p.role(), p.OIDCProviderARN, p.OIDCTokenFile})
	case "credentialsuri":
		return r.uri(ctx, "credentials_uri", first(p.CredentialsURI, r.getenv(uriVariable)))
	case "external":
		return r.external(ctx, p.ProcessCommand)
	case "cloudsso":
		return p.cached("CloudSSO")
	case "oauth":
		return p.cached("OAuth")
	default:
		return cloud.Credentials{}, unauthenticated("%s", first(refusedModes[mode], unknownMode))
	}
}

// assume assumes the role of a profile with the credentials of the caller, unless there are none.
func (r *cliReader) assume(ctx context.Context, p cliProfile, caller cloud.Credentials, err error) (cloud.Credentials, error) {
	if err != nil {
		return cloud.Credentials{}, err
	}
	return r.roleOf(ctx, p.place(), caller, p.role())
}

func (r *cliReader) sourceProfile(ctx context.Context, name string) (cloud.Credentials, error) {
	r.seen++
	source, ok := r.config.profile(name)
	switch {
	case name == "":
		return cloud.Credentials{}, unauthenticated("source_profile is empty")
	case !ok:
		return cloud.Credentials{}, unauthenticated("source_profile names a profile that the file does not have")
	case r.seen > len(r.config.Profiles):
		return cloud.Credentials{}, unauthenticated("source_profile leads in a circle")
	}
	c, err := r.resolve(ctx, source)
	if err != nil {
		return cloud.Credentials{}, within("source_profile "+name, err)
	}
	return c, nil
}

// cached returns the credentials that the CLI keeps for a login while they are valid. It is the CLI that renews them, and
// that writes the file.
func (p cliProfile) cached(mode string) (cloud.Credentials, error) {
	expires := time.Unix(p.STSExpiration, 0)
	switch {
	case p.STSToken == "" || p.STSExpiration == 0:
		return cloud.Credentials{}, unauthenticated(
			"it has no credentials of a login: run `aliyun configure --profile %s --mode %s`", p.Name, mode)
	case !time.Now().Before(expires):
		return cloud.Credentials{}, unauthenticated("the credentials of its login expired at %s: run any command of the CLI, such as "+
			"`aliyun sts GetCallerIdentity --profile %s`, or log in with `aliyun configure --profile %s --mode %s`",
			expires.UTC().Format(time.RFC3339), p.Name, p.Name, mode)
	}
	c, err := p.keys().temporary(cliKeyNames)
	c.Expires = expires
	return c, err
}
