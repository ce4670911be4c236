package sigv4

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// appendCanonicalRequest writes the request with the headers and the body hash
// that w holds.
func appendCanonicalRequest(dst []byte, w *sign.Scratch, r *sign.Request, query string) []byte {
	dst = append(append(dst, r.Method...), '\n')
	dst = append(sign.AppendPath(dst, cmp.Or(r.Path, "/")), '\n')
	dst = append(w.AppendQuery(dst, query), '\n')
	dst = append(w.AppendHeaders(dst), '\n')
	dst = append(append(dst, w.Names...), '\n')
	return append(dst, w.Hash...)
}

// appendValue writes a header value trimmed, with each run of white space
// inside it as one space.
func appendValue(dst []byte, _, value string) []byte {
	if isTidy(value) {
		return append(dst, value...)
	}
	for i, word := range strings.FieldsFunc(value, isSpace) {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, word...)
	}
	return dst
}

func isSpace(c rune) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n'
}

// isTidy reports whether a value has no white space but single spaces inside.
func isTidy(value string) bool {
	last := byte(' ')
	for i := range len(value) {
		c := value[i]
		if c < ' ' || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return last != ' ' || value == ""
}

// appendStringToSign overwrites the canonical request.
func appendStringToSign(canonicalRequest []byte, stamp, scope string) []byte {
	sum := sha256.Sum256(canonicalRequest)
	dst := append(canonicalRequest[:0], algorithm+"\n"...)
	dst = append(append(dst, stamp...), '\n')
	dst = append(append(dst, scope...), '\n')
	return hex.AppendEncode(dst, sum[:])
}
