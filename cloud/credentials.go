package cloud

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"
)

// Credentials sign calls. They print redacted in every form.
type Credentials struct {
	AccessKeyID     string // AWS and Alibaba call it access key ID, Tencent secret ID
	SecretAccessKey Secret
	SessionToken    Secret    // only for temporary credentials
	Expires         time.Time // zero when they do not expire
}

// String names the access key ID and nothing secret.
func (c Credentials) String() string {
	s := "credentials of " + c.AccessKeyID
	if c.AccessKeyID == "" {
		s = "no credentials"
	}
	if !c.Expires.IsZero() {
		s += " until " + c.Expires.UTC().Format(time.RFC3339)
	}
	return s
}

// Format writes String for every verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue returns String.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

func (c Credentials) usableAt(now time.Time) bool {
	return c.Expires.IsZero() || now.Before(c.Expires)
}

// same compares by content; Secrets hold pointers.
func (c Credentials) same(o Credentials) bool {
	return c.AccessKeyID == o.AccessKeyID &&
		c.SecretAccessKey.Reveal() == o.SecretAccessKey.Reveal() &&
		c.SessionToken.Reveal() == o.SessionToken.Reveal()
}

// CredentialsProvider supplies the credentials for a call. Clients ask before every call through a
// CredentialsCache, so a provider may be slow but must be safe for concurrent use.
type CredentialsProvider interface {
	Credentials(ctx context.Context) (Credentials, error)
}

// CredentialsFunc makes a provider of a function.
type CredentialsFunc func(ctx context.Context) (Credentials, error)

// Credentials calls f.
func (f CredentialsFunc) Credentials(ctx context.Context) (Credentials, error) { return f(ctx) }

// StaticCredentials provides always the same key. The token is empty for long-term keys.
func StaticCredentials(accessKeyID, secretAccessKey, sessionToken string) CredentialsProvider {
	c := Credentials{
		AccessKeyID:     accessKeyID,
		SecretAccessKey: NewSecret(secretAccessKey),
		SessionToken:    NewSecret(sessionToken),
	}
	return CredentialsFunc(func(context.Context) (Credentials, error) {
		if c.AccessKeyID == "" || c.SecretAccessKey.IsZero() {
			return Credentials{}, &credentialsError{"static credentials need an access key ID and a secret"}
		}
		return c, nil
	})
}

// AWSEnvironment reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
func AWSEnvironment() CredentialsProvider {
	return environment("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
}

// AlibabaEnvironment reads ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and
// ALIBABA_CLOUD_SECURITY_TOKEN.
func AlibabaEnvironment() CredentialsProvider {
	return environment("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN")
}

// TencentEnvironment reads TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN.
func TencentEnvironment() CredentialsProvider {
	return environment("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN")
}

// environment looks when asked, not when made, so that a program may set the variables late.
func environment(id, secret, token string) CredentialsProvider {
	return CredentialsFunc(func(context.Context) (Credentials, error) {
		c := Credentials{
			AccessKeyID:     os.Getenv(id),
			SecretAccessKey: NewSecret(os.Getenv(secret)),
			SessionToken:    NewSecret(os.Getenv(token)),
		}
		if c.AccessKeyID == "" || c.SecretAccessKey.IsZero() {
			return Credentials{}, &credentialsError{"no credentials: set Config.Credentials, or " + id + " and " + secret}
		}
		return c, nil
	})
}

// credentialsError is a provider that has nothing to provide.
type credentialsError struct{ text string }

func (e *credentialsError) Error() string        { return e.text }
func (e *credentialsError) Is(target error) bool { return target == ErrUnauthenticated }
func (e *credentialsError) kind() Kind           { return ErrUnauthenticated }
