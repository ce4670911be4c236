package tencent

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Role is a role to assume, and how.
type Role struct {
	ARN         string        // such as "qcs::cam::uin/100000000001:roleName/deploy"
	SessionName string        // for audits: 2 to 128 letters, digits and +=,.@_-; "polycloud-go" by default
	Duration    time.Duration // of the keys, in whole seconds up to 12 hours; 2 hours by default
	ExternalID  string        // if the role demands one
	// SourceIdentity is for audits, if the role allows it.
	SourceIdentity string
	// Policy narrows what the keys may do: a policy of CAM in JSON.
	Policy string
}

const (
	defaultDuration = 2 * time.Hour
	maxDuration     = 12 * time.Hour
)

var sessionNames = regexp.MustCompile(`^[\w+=,.@-]{2,128}$`)

func (r Role) withDefaults() Role {
	r.SessionName = cmp.Or(r.SessionName, "polycloud-go")
	r.Duration = cmp.Or(r.Duration, defaultDuration)
	return r
}

// check checks a role that has its defaults.
func (r Role) check() error {
	switch {
	case !strings.HasPrefix(r.ARN, "qcs::") || strings.ContainsFunc(r.ARN, func(c rune) bool { return c <= ' ' || c == 0x7f }):
		return invalid("the ARN of a role must be as qcs::cam::uin/1:roleName/name, not %.100q", r.ARN)
	case !sessionNames.MatchString(r.SessionName):
		return invalid("the session name must be 2 to 128 letters, digits and +=,.@_-, not %.140q", r.SessionName)
	case r.Duration < time.Second || r.Duration > maxDuration || r.Duration%time.Second != 0:
		return invalid("the duration must be whole seconds up to %s, not %s", maxDuration, r.Duration)
	}
	return nil
}

func (r Role) seconds() int64 { return int64(r.Duration / time.Second) }

// AssumeRole returns the keys of a role, which STS gives to who has the keys of source. Each ask calls STS once; under
// a client, or under [cloud.CacheCredentials], that is once in the lifetime of the keys. Of the options, those for STS
// count.
func AssumeRole(source cloud.CredentialsProvider, role Role, options ...Option) cloud.CredentialsProvider {
	s := newSettings(options)
	return cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
		c, err := source.Credentials(ctx)
		if err != nil {
			return cloud.Credentials{}, fmt.Errorf("the keys to assume the role with: %w", err)
		}
		return s.assume(ctx, c, role)
	})
}

// assume exchanges keys for those of a role.
func (s *settings) assume(ctx context.Context, keys cloud.Credentials, role Role) (cloud.Credentials, error) {
	role = role.withDefaults()
	if err := role.check(); err != nil {
		return cloud.Credentials{}, err
	}
	switch {
	case keys.AccessKeyID == "" || keys.SecretAccessKey.IsZero():
		return cloud.Credentials{}, refuse("the keys to assume the role with are empty")
	case !keys.Expires.IsZero() && !time.Now().Before(keys.Expires):
		return cloud.Credentials{}, refuse("the keys to assume the role with expired at %s", keys.Expires.UTC().Format(time.RFC3339))
	}
	region, _ := s.firstSet("TENCENTCLOUD_REGION", "TKE_REGION")
	c, err := s.callSTS(ctx, stsCall{
		action: "AssumeRole", region: cmp.Or(s.region, region, "ap-guangzhou"), keys: &keys,
		secrets: []string{keys.SecretAccessKey.Reveal(), keys.SessionToken.Reveal()},
		input: assumeRoleInput{
			role.seconds(), role.ExternalID, url.QueryEscape(role.Policy), role.ARN, role.SessionName, role.SourceIdentity,
		},
	})
	c.Source = strings.TrimPrefix(keys.Source+", role "+role.ARN, ", ")
	return c, err
}

// assumeRoleInput is the input of AssumeRole.
type assumeRoleInput struct {
	DurationSeconds int64
	ExternalID      string `json:"ExternalId,omitempty"`
	Policy          string `json:",omitempty"`
	RoleArn         string
	RoleSessionName string
	SourceIdentity  string `json:",omitempty"`
}

// unsupported are variables of Terraform's provider that make it call STS in another way than AssumeRole.
var unsupported = []string{
	"TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION", "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN",
	"TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER", "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE",
}

// roleToAssume returns the role of the option, or of the variables of Terraform's provider or of tccli; nil if there is
// none.
func (s *settings) roleToAssume() (*Role, error) {
	if s.role != nil {
		return s.role, nil
	}
	arn, variable := s.firstSet("TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN")
	if arn == "" {
		return nil, nil
	}
	role := Role{ARN: arn}
	if variable == "TENCENTCLOUD_ROLE_ARN" {
		role.SessionName = s.getenv("TENCENTCLOUD_ROLE_SESSION_NAME")
		return &role, nil
	}
	if _, name := s.firstSet(unsupported...); name != "" {
		return nil, invalid("%s is set, but is not supported: unset it, or TENCENTCLOUD_ASSUME_ROLE_ARN", name)
	}
	role.SessionName = s.getenv("TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME")
	role.ExternalID = s.getenv("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID")
	role.SourceIdentity = s.getenv("TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY")
	if text := s.getenv("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return nil, invalid("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION must be a number of seconds, not %.40q", text)
		}
		role.Duration = time.Duration(seconds) * time.Second
	}
	return &role, nil
}
