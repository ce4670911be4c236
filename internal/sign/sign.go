// Package sign holds what the request signers share: the request as a signer
// sees it, credentials that print redacted, the result of checking a
// signature, and the parts that the schemes are built of.
//
// The schemes are in sigv4 (AWS), acs3 and roa (Alibaba Cloud) and tc3
// (Tencent Cloud). Each has a Sign that adds headers to a request, a pure
// function of request, credentials and time, and a Verify that recomputes the
// signature of a request that arrived.
package sign

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// Request is what a signer sees of one HTTP request. The caller owns it;
// signing adds headers to Header and changes nothing else.
type Request struct {
	Method, Host string
	Path         string      // escaped path exactly as sent; "" means "/"
	Query        string      // raw query exactly as sent, without '?'
	Header       http.Header // canonical keys, not nil, without Host
	Body         []byte
}

// Credentials is a key pair, and the session token of a temporary one.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
}

// Format prints the credentials with the secrets left out, for every verb.
func (c Credentials) Format(s fmt.State, _ rune) {
	fmt.Fprintf(s, "%+v", c.redacted())
}

// LogValue keeps the secrets out of structured logs.
func (c Credentials) LogValue() slog.Value {
	return slog.StringValue(fmt.Sprint(c))
}

// MarshalJSON keeps the secrets out of JSON.
func (c Credentials) MarshalJSON() ([]byte, error) {
	return json.Marshal(c.redacted())
}

// printable is Credentials without its methods.
type printable Credentials

func (c Credentials) redacted() printable {
	return printable{c.AccessKeyID, redact(c.SecretAccessKey), redact(c.SessionToken)}
}

func redact(secret string) string {
	if secret == "" {
		return ""
	}
	return "[redacted]"
}

// Check is the result of verifying a signature, filled as far as that got.
type Check struct {
	AccessKeyID      string
	Region, Service  string // from the credential scope, where the scheme has one
	CanonicalRequest string // empty for schemes without one
	StringToSign     string
	Want, Got        string // the signature computed here, and the one received
	SignedAt         time.Time
	Expires          time.Duration // how long a presigned request is valid; otherwise 0
}
