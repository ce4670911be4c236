package cloud

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Credentials sign calls. They print redacted in every form.
type Credentials struct {
	AccessKeyID     string // AWS and Alibaba call it access key ID, Tencent secret ID
	SecretAccessKey Secret
	SessionToken    Secret    // only for temporary credentials
	Expires         time.Time // zero when they do not expire
	Source          string    // where they come from, such as "environment"; it may be empty
}

// String names the access key ID, the source and nothing secret.
func (c Credentials) String() string {
	s := "credentials of " + c.AccessKeyID
	if c.AccessKeyID == "" {
		s = "no credentials"
	}
	if c.Source != "" {
		s += " from " + c.Source
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

// check refuses credentials that cannot sign a call, because the service's own error would not name the cause:
// keys that are missing, expired, or were read with stray characters, such as a trailing newline.
func (c Credentials) check(now time.Time) error {
	switch {
	case c.AccessKeyID == "":
		return &credentialsError{"the credentials have no access key ID"}
	case c.SecretAccessKey.IsZero():
		return &credentialsError{"the credentials have no secret access key"}
	case c.isTemporary() && c.SessionToken.IsZero():
		return &credentialsError{"the session token is empty, but " + c.AccessKeyID + " is the key of temporary credentials"}
	}
	for _, part := range [...]struct{ name, text string }{
		{"access key ID", c.AccessKeyID},
		{"secret access key", c.SecretAccessKey.Reveal()},
		{"session token", c.SessionToken.Reveal()},
	} {
		if where := stray(part.text); where != "" {
			return &credentialsError{"the " + part.name + " has white space or control characters " + where}
		}
	}
	if !c.usableAt(now) {
		return &credentialsError{"the credentials expired at " + c.Expires.UTC().Format(time.RFC3339)}
	}
	return nil
}

// isTemporary reports whether the access key ID has the form of temporary credentials of AWS or Alibaba Cloud, which
// sign nothing without their session token. Tencent Cloud has no such form.
func (c Credentials) isTemporary() bool {
	return len(c.AccessKeyID) == 20 && strings.HasPrefix(c.AccessKeyID, "ASIA") || strings.HasPrefix(c.AccessKeyID, "STS.")
}

// stray says where s has characters that no part of a key has: white space, control characters, invisible ones such
// as a byte order mark, and invalid UTF-8. It is empty if there are none.
func stray(text string) string {
	none := func(r rune) bool { return r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r) }
	switch first, _ := utf8.DecodeRuneInString(text); {
	case !strings.ContainsFunc(text, none):
		return ""
	case none(first):
		return "at its start"
	}
	if last, _ := utf8.DecodeLastRuneInString(text); none(last) {
		return "at its end"
	}
	return "in it"
}

func (c Credentials) usableAt(now time.Time) bool {
	return c.Expires.IsZero() || now.Before(c.Expires)
}

// same compares by content; Secrets hold pointers.
func (c Credentials) same(o Credentials) bool {
	return c.AccessKeyID == o.AccessKeyID &&
		c.SecretAccessKey.Reveal() == o.SecretAccessKey.Reveal() &&
		c.SessionToken.Reveal() == o.SessionToken.Reveal()
}

// CredentialsProvider supplies the credentials for a call. Clients ask through a CredentialsCache, on a
// goroutine of its own: when there are no credentials yet, a few minutes before they expire, and when the
// service has refused them. A provider may therefore be slow. Its context has the values of the caller's, but
// not its cancellation, and a timeout of a minute.
type CredentialsProvider interface {
	Credentials(ctx context.Context) (Credentials, error)
}

// CredentialsFunc makes a provider of a function.
type CredentialsFunc func(ctx context.Context) (Credentials, error)

// Credentials calls f.
func (f CredentialsFunc) Credentials(ctx context.Context) (Credentials, error) { return f(ctx) }

// localProvider returns at once, so it is called on the caller's own goroutine.
type localProvider func() (Credentials, error)

// Credentials calls f.
func (f localProvider) Credentials(context.Context) (Credentials, error) { return f() }

func (f localProvider) atOnce() (Credentials, error) { return f() }

// StaticCredentials returns a provider of one fixed key. The token is empty for long-term keys. A client cannot be made
// with a key that cannot sign, such as a temporary one without its token.
func StaticCredentials(accessKeyID, secretAccessKey, sessionToken string) CredentialsProvider {
	c := Credentials{
		AccessKeyID:     accessKeyID,
		SecretAccessKey: NewSecret(secretAccessKey),
		SessionToken:    NewSecret(sessionToken),
	}
	return fixed{func() (Credentials, error) {
		if c.AccessKeyID == "" || c.SecretAccessKey.IsZero() {
			return Credentials{}, &credentialsError{"static credentials need an access key ID and a secret"}
		}
		return c, nil
	}}
}

// fixed provides credentials that never change, so that waiting for new ones after a refusal is pointless.
type fixed struct{ localProvider }

// Fixed returns an error if the credentials cannot sign.
func (f fixed) Fixed() error {
	c, err := f.atOnce()
	if err != nil {
		return err
	}
	return c.check(time.Now())
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

// TencentEnvironment reads TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and TENCENTCLOUD_TOKEN, or if that is not
// set TENCENTCLOUD_SECURITY_TOKEN, as Terraform's provider calls it.
func TencentEnvironment() CredentialsProvider {
	return environment("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN")
}

// environment reads the variables when it is called, not when it is made, so that a program may set them late.
func environment(id, secret string, tokens ...string) CredentialsProvider {
	return localProvider(func() (Credentials, error) {
		c := Credentials{
			AccessKeyID:     os.Getenv(id),
			SecretAccessKey: NewSecret(os.Getenv(secret)),
			SessionToken:    NewSecret(firstSet(tokens)),
			Source:          "environment",
		}
		switch {
		case c.AccessKeyID == "" && c.SecretAccessKey.IsZero():
			return Credentials{}, NotConfigured("no credentials: set Config.Credentials, or %s and %s", id, secret)
		case c.AccessKeyID == "":
			return Credentials{}, &credentialsError{secret + " is set, but " + id + " is not"}
		case c.SecretAccessKey.IsZero():
			return Credentials{}, &credentialsError{id + " is set, but " + secret + " is not"}
		}
		return c, nil
	})
}

// firstSet returns the value of the first variable that is set.
func firstSet(names []string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// credentialsError is the error of a provider without usable credentials.
type credentialsError struct{ text string }

func (e *credentialsError) Error() string        { return e.text }
func (e *credentialsError) Is(target error) bool { return target == ErrUnauthenticated }
func (e *credentialsError) kind() Kind           { return ErrUnauthenticated }
