package alibaba

import (
	"context"
	"regexp"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Role is a RAM role to assume.
type Role struct {
	ARN         string        // such as "acs:ram::1234567890123456:role/release"
	SessionName string        // for the audit log, 2 to 64 of A-Z, a-z, 0-9 and .@-_; the default is "polycloud-go"
	Duration    time.Duration // in whole seconds, 15 minutes to 12 hours and to what the role allows; the default is an hour
	ExternalID  string        // if the role's trust policy asks for one
	Policy      string        // JSON that narrows what the role may do; may be empty
}

// AssumeRole returns a provider of credentials of a role. It asks source for those of the caller and then STS, once for each
// use: clients put a [cloud.CredentialsCache] around it. Of opts, those that concern STS count.
func AssumeRole(source cloud.CredentialsProvider, role Role, opts ...Option) cloud.CredentialsProvider {
	s := newSettings(opts)
	return cloud.CredentialsFunc(func(ctx context.Context) (cloud.Credentials, error) {
		if source == nil {
			return cloud.Credentials{}, invalid("the role has no source of credentials")
		}
		role := s.withDefaults(role)
		if err := role.check(); err != nil {
			return cloud.Credentials{}, err
		}
		caller, err := source.Credentials(ctx)
		if err != nil {
			return cloud.Credentials{}, err
		}
		c, err := s.assumeRole(ctx, stsPlace{}, caller, role)
		c.Source = "role " + role.ARN
		if err != nil {
			return cloud.Credentials{}, within("role "+role.ARN, err)
		}
		return c, nil
	})
}

func (s *settings) withDefaults(r Role) Role {
	r.SessionName = first(r.SessionName, s.getenv("ALIBABA_CLOUD_ROLE_SESSION_NAME"), "polycloud-go")
	if r.Duration == 0 {
		r.Duration = time.Hour
	}
	return r
}

var (
	roleForm     = regexp.MustCompile(`^acs:ram::[0-9]{1,32}:role/[A-Za-z0-9._/-]{1,256}$`)
	providerForm = regexp.MustCompile(`^acs:ram::[0-9]{1,32}:oidc-provider/[A-Za-z0-9._/-]{1,256}$`)
	sessionForm  = regexp.MustCompile(`^[A-Za-z0-9.@_-]{2,64}$`)
)

// check refuses what STS would. It quotes no string, because roles come from files too.
func (r Role) check() error {
	switch {
	case !roleForm.MatchString(r.ARN):
		return invalid("the role's ARN is not of the form acs:ram::ACCOUNT:role/NAME, it has %d bytes", len(r.ARN))
	case !sessionForm.MatchString(r.SessionName):
		return invalid("the role's session name is not 2 to 64 of A-Z, a-z, 0-9 and .@-_, it has %d bytes", len(r.SessionName))
	case r.Duration < 15*time.Minute || r.Duration > 12*time.Hour || r.Duration%time.Second != 0:
		return invalid("the role's duration is not whole seconds from 15 minutes to 12 hours, but %s", r.Duration)
	}
	return nil
}
