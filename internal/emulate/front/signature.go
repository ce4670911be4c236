package front

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// A Refused says why a request was refused.
type Refused struct {
	Code, Message string
	Hint          string     // what the response does not say
	Signature     *Signature // nil if it is not about the signature
}

// A Signature compares what had to be signed with what arrived. It has neither secrets nor the expected signature,
// which would sign any request for any reader.
type Signature struct {
	CanonicalRequest string // empty if it could not be made, or the scheme has none
	StringToSign     string
	Received         string // the signature
	Lines            []SignatureLine
}

// A SignatureLine is one part of the canonical request, or of the string to sign if there is no canonical request.
type SignatureLine struct {
	Name     string
	Expected string // in canonical form
	Received string // as it arrived
	Differs  bool   // a client that signs the line as it sends it has another signature
}

// aboutSignature reports whether a refusal is about the signature itself.
func aboutSignature(err error) bool {
	return errors.Is(err, sign.ErrMalformed) || errors.Is(err, sign.ErrMismatch) || errors.Is(err, sign.ErrUnknownKey)
}

// compareSignature compares the signature of a request, with the secrets left out.
func (r *Received) compareSignature() *Signature {
	s := &Signature{
		CanonicalRequest: r.public(r.Check.CanonicalRequest), StringToSign: r.public(r.Check.StringToSign),
		Received: r.public(r.Check.Got),
	}
	switch {
	case r.Check.CanonicalRequest != "":
		s.Lines = r.canonicalLines()
	case strings.Contains(r.Check.StringToSign, "\n"):
		s.Lines = r.stringToSignLines()
	case r.Check.StringToSign != "":
		received := r.Method + r.Host + r.Path + "?" + r.Query
		if form := r.form(); form != nil {
			received += string(r.Body)
		}
		s.Lines = []SignatureLine{{Name: "string to sign", Expected: r.Check.StringToSign, Received: received}}
	}
	s.Lines = s.Lines[:min(len(s.Lines), maxLines)]
	for i := range s.Lines {
		line := &s.Lines[i]
		line.Differs = line.Expected != line.Received
		line.Expected, line.Received = clipLine(r.public(line.Expected)), clipLine(r.public(line.Received))
	}
	return s
}

// canonicalLines compares method, path, query, headers, names of the signed headers, and hash of the body, in the order
// of the canonical requests of all schemes.
func (r *Received) canonicalLines() []SignatureLine {
	expected := strings.Split(r.Check.CanonicalRequest, "\n")
	if len(expected) < 6 {
		return nil
	}
	n := len(expected)
	lines := []SignatureLine{
		{Name: "method", Expected: expected[0], Received: r.Method},
		{Name: "path", Expected: expected[1], Received: r.Path},
		{Name: "query", Expected: expected[2], Received: r.Query},
	}
	for _, line := range expected[3 : n-3] {
		name, value, _ := strings.Cut(line, ":")
		lines = append(lines, SignatureLine{Name: name, Expected: value, Received: r.headerAsSent(name)})
	}
	return append(lines,
		SignatureLine{Name: "signed headers", Expected: expected[n-2], Received: r.signedHeaders()},
		SignatureLine{Name: "body hash", Expected: expected[n-1], Received: r.bodyHash()})
}

// stringToSignLines compares the lines of a scheme without a canonical request: method, four headers, the vendor's
// headers, and the path with the query.
func (r *Received) stringToSignLines() []SignatureLine {
	expected := strings.Split(r.Check.StringToSign, "\n")
	last := len(expected) - 1
	lines := []SignatureLine{{Name: "method", Expected: expected[0], Received: r.Method}}
	fixed := []string{"accept", "content-md5", "content-type", "date"}
	for i, line := range expected[1:last] {
		name, value, found := strings.Cut(line, ":")
		if i < len(fixed) {
			name, value, found = fixed[i], line, true
		}
		if found {
			lines = append(lines, SignatureLine{Name: name, Expected: value, Received: r.headerAsSent(name)})
		}
	}
	received := r.Path
	if r.Query != "" {
		received += "?" + r.Query
	}
	return append(lines, SignatureLine{Name: "path and query", Expected: expected[last], Received: received})
}

func (r *Received) headerAsSent(name string) string {
	if name == "host" {
		return r.Host
	}
	return strings.Join(r.Header.Values(name), ",")
}

var signedHeaders = regexp.MustCompile(`SignedHeaders=([^, ]*)`)

func (r *Received) signedHeaders() string {
	if found := signedHeaders.FindStringSubmatch(r.Header.Get("Authorization")); found != nil {
		return found[1]
	}
	return r.Values.Get("X-Amz-SignedHeaders")
}

// bodyHash returns the hash that the client says the body has, or else the one it has.
func (r *Received) bodyHash() string {
	for _, name := range []string{"X-Amz-Content-Sha256", "X-Acs-Content-Sha256"} {
		if hash := r.Header.Get(name); hash != "" {
			return hash
		}
	}
	sum := sha256.Sum256(r.Body)
	return hex.EncodeToString(sum[:])
}

// public removes from a string, besides secrets, an access key that is not the emulator's own, and bounds its length.
func (r *Received) public(s string) string {
	s = r.redact(s)
	if id := r.Check.AccessKeyID; id != "" && id != r.keys.Public {
		s = strings.ReplaceAll(s, id, wire.Redacted)
		s = strings.ReplaceAll(s, url.QueryEscape(id), wire.Redacted)
	}
	return clip(s)
}

// How much of a request is kept: of a text, and of the lines that were signed.
const (
	maxText  = 8 << 10
	maxLines = 100
)

func clip(s string) string { return clipTo(s, maxText) }

// clipLine clips one of many lines, none of which is long in a request that a client sends.
func clipLine(s string) string { return clipTo(s, maxText/8) }

func clipTo(s string, size int) string {
	if len(s) <= size {
		return s
	}
	return strings.ToValidUTF8(s[:size], "") + "…"
}
