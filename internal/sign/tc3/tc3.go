package tc3

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

const (
	algorithm  = "TC3-HMAC-SHA256"
	terminator = "tc3_request"
	dateFormat = "2006-01-02"
	unsigned   = "UNSIGNED-PAYLOAD"
)

// Signer signs for one service. It is safe for concurrent use; its fields must
// not change after the first use.
type Signer struct {
	Service    string
	SignAction bool // signs X-TC-Action too

	keys              sign.KeyCache
	dates, timestamps sign.StampCache
}

// New returns a Signer for a service by the name it has in host names.
func New(service string, signAction bool) *Signer {
	return &Signer{Service: service, SignAction: signAction}
}

// Sign sets X-TC-Timestamp, X-TC-Token for temporary credentials, and
// Authorization. The request must have its Content-Type already.
func (s *Signer) Sign(r *sign.Request, c sign.Credentials, t time.Time) {
	w := sign.NewScratch()
	defer w.Release()

	date, timestamp := s.dates.Header(t, writeDate)[0], s.timestamps.Header(t, writeTimestamp)
	key := s.keys.Key("TC3", c.SecretAccessKey, date, s.Service, terminator)
	w.Stamp = timestamp[0]
	w.Hash = appendPayloadHash(w.Hash, r)
	w.Add(appendValue, "content-type", r.Header.Get("Content-Type"))
	w.Add(appendValue, "host", r.Host)
	if s.SignAction {
		w.Add(appendValue, "x-tc-action", r.Header.Get("X-Tc-Action"))
	}
	w.Sort()
	w.Text = appendCanonicalRequest(w.Text, w, r)
	w.Text = appendStringToSign(w.Text, w.Stamp, key.Scope)
	signature := key.HMAC(w, w.Text)

	w.Text = w.AppendAuthorization(w.Text[:0], algorithm, c.AccessKeyID, key.Scope, ", ", signature[:])
	r.Header["Authorization"] = []string{string(w.Text)}
	r.Header["X-Tc-Timestamp"] = timestamp
	delete(r.Header, "X-Tc-Token")
	if c.SessionToken != "" {
		r.Header["X-Tc-Token"] = []string{c.SessionToken}
	}
}

func writeDate(t time.Time) string      { return t.UTC().Format(dateFormat) }
func writeTimestamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func appendPayloadHash(dst []byte, r *sign.Request) []byte {
	if r.Header.Get("X-Tc-Content-Sha256") == unsigned {
		return sign.AppendSHA256(dst, []byte(unsigned))
	}
	return sign.AppendSHA256(dst, r.Body)
}

// appendCanonicalRequest writes the request with the headers and the body hash
// that w holds.
func appendCanonicalRequest(dst []byte, w *sign.Scratch, r *sign.Request) []byte {
	dst = append(append(dst, r.Method...), "\n/\n"...)
	dst = append(append(dst, r.Query...), '\n')
	dst = append(w.AppendHeaders(dst), '\n')
	dst = append(append(dst, w.Names...), '\n')
	return append(dst, w.Hash...)
}

// appendValue writes a header value in lower case, like the action, except the
// two that the official clients leave unchanged.
func appendValue(dst []byte, name, value string) []byte {
	value = strings.TrimSpace(value)
	if name == "content-type" || name == "host" {
		return append(dst, value...)
	}
	return sign.AppendLower(dst, value)
}

// appendStringToSign overwrites the canonical request.
func appendStringToSign(canonicalRequest []byte, stamp, scope string) []byte {
	sum := sha256.Sum256(canonicalRequest)
	dst := append(canonicalRequest[:0], algorithm+"\n"...)
	dst = append(append(dst, stamp...), '\n')
	dst = append(append(dst, scope...), '\n')
	return hex.AppendEncode(dst, sum[:])
}
