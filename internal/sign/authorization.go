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

// AppendAuthorization appends an Authorization header. The scope of the credential may be empty.
func (w *Scratch) AppendAuthorization(dst []byte, algorithm, accessKeyID, scope, separator string, mac []byte) []byte {
	dst = append(append(dst, algorithm...), " Credential="...)
	dst = append(dst, accessKeyID...)
	if scope != "" {
		dst = append(append(dst, '/'), scope...)
	}
	dst = append(append(dst, separator...), "SignedHeaders="...)
	dst = append(dst, w.Names...)
	dst = append(append(dst, separator...), "Signature="...)
	return hex.AppendEncode(dst, mac)
}
