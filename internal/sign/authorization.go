package sign

import (
	"encoding/hex"
	"strings"
)

// Authorization is a parsed Authorization header.
type Authorization struct {
	Credential, SignedHeaders, Signature string
}

// ParseAuthorization reads the Authorization header of a request, which has
// the form "algorithm Credential=…, SignedHeaders=…, Signature=…".
func ParseAuthorization(r *Request, algorithm string) (Authorization, error) {
	var a Authorization
	text, err := AuthorizationHeader(r)
	if err != nil {
		return a, err
	}
	rest, ok := strings.CutPrefix(text, algorithm+" ")
	if !ok {
		return a, Malformed("the Authorization header does not start with %s", algorithm)
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if err := a.set(name, value); err != nil {
			return a, err
		}
	}
	if a.Credential == "" || a.SignedHeaders == "" || a.Signature == "" {
		return a, Malformed("the Authorization header needs Credential, SignedHeaders and Signature")
	}
	return a, nil
}

// AuthorizationHeader returns the one Authorization header of a request.
func AuthorizationHeader(r *Request) (string, error) {
	values := r.Header["Authorization"]
	switch len(values) {
	case 0:
		return "", Malformed("there is no Authorization header")
	case 1:
		return values[0], nil
	}
	return "", Malformed("there is more than one Authorization header")
}

func (a *Authorization) set(name, value string) error {
	var field *string
	switch name {
	case "Credential":
		field = &a.Credential
	case "SignedHeaders":
		field = &a.SignedHeaders
	case "Signature":
		field = &a.Signature
	default:
		return Malformed("the Authorization header has an unknown part %q", name)
	}
	if *field != "" {
		return Malformed("the Authorization header has %s twice", name)
	}
	*field = value
	return nil
}

// StartAuthorization replaces Text by Stamp, Hash, and an Authorization header up to its credential, which the
// caller appends.
func (w *Scratch) StartAuthorization(algorithm string) {
	w.Text = append(append(w.Text[:0], w.Stamp...), w.Hash...)
	w.Text = append(append(w.Text, algorithm...), " Credential="...)
}

// FinishAuthorization adds the rest of the header, and returns it with Stamp and Hash, for the headers that repeat
// them. The three are parts of one string, to save allocations.
func (w *Scratch) FinishAuthorization(separator string, mac []byte) (authorization, stamp, hash string) {
	w.Text = append(append(w.Text, separator...), "SignedHeaders="...)
	w.Text = append(w.Text, w.Names...)
	w.Text = append(append(w.Text, separator...), "Signature="...)
	w.Text = hex.AppendEncode(w.Text, mac)
	all := string(w.Text)
	head := len(w.Stamp) + len(w.Hash)
	return all[head:], all[:len(w.Stamp)], all[len(w.Stamp):head]
}
