package acs3

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

const (
	algorithm  = "ACS3-HMAC-SHA256"
	timeFormat = "2006-01-02T15:04:05Z"
	prefix     = "X-Acs-"
)

// dates are those of all Signers.
var dates sign.StampCache

// Signer signs requests. It has no state.
type Signer struct{}

// Sign sets x-acs-date, x-acs-signature-nonce, x-acs-content-sha256,
// x-acs-accesskey-id and x-acs-security-token for temporary credentials, and
// authorization. The nonce must be different for each request.
func (Signer) Sign(r *sign.Request, c sign.Credentials, t time.Time, nonce string) {
	w := sign.NewScratch()
	defer w.Release()

	date := dates.Header(t, writeTime)
	w.Stamp = date[0]
	w.Hash = sign.AppendSHA256(w.Hash, r.Body)
	delete(r.Header, "X-Acs-Accesskey-Id")
	delete(r.Header, "X-Acs-Security-Token")
	addHeaders(w, r)
	w.Add(sign.Trimmed, "X-Acs-Date", w.Stamp)
	w.AddBytes("X-Acs-Content-Sha256", w.Hash)
	w.Add(sign.Trimmed, "X-Acs-Signature-Nonce", nonce)
	if c.SessionToken != "" {
		w.Add(sign.Trimmed, "X-Acs-Accesskey-Id", c.AccessKeyID)
		w.Add(sign.Trimmed, "X-Acs-Security-Token", c.SessionToken)
	}
	w.Sort()
	w.Text = appendCanonicalRequest(w.Text, w, r)
	w.Text = appendStringToSign(w.Text)
	signature := mac(c.SecretAccessKey, w.Text)

	w.Text = w.AppendAuthorization(append(w.Text[:0], w.Hash...), algorithm, c.AccessKeyID, "", ",", signature[:])
	both := string(w.Text) // in one string, to save an allocation
	hash, authorization := both[:len(w.Hash)], both[len(w.Hash):]
	r.Header["X-Acs-Date"] = date
	values := make([]string, 0, 5)
	values = sign.Set(r.Header, values, "Authorization", authorization)
	values = sign.Set(r.Header, values, "X-Acs-Content-Sha256", hash)
	values = sign.Set(r.Header, values, "X-Acs-Signature-Nonce", nonce)
	if c.SessionToken != "" {
		values = sign.Set(r.Header, values, "X-Acs-Accesskey-Id", c.AccessKeyID)
		sign.Set(r.Header, values, "X-Acs-Security-Token", c.SessionToken)
	}
}

func writeTime(t time.Time) string { return t.UTC().Format(timeFormat) }

// addHeaders adds the headers that the request already has to the signature;
// Sign adds those that it sets.
func addHeaders(w *sign.Scratch, r *sign.Request) {
	w.Add(sign.Trimmed, "Host", r.Host)
	for name, values := range r.Header {
		switch name {
		case "X-Acs-Date", "X-Acs-Content-Sha256", "X-Acs-Signature-Nonce":
			continue
		}
		if len(values) > 0 && (name == "Content-Type" || strings.HasPrefix(name, prefix)) {
			w.Add(sign.Trimmed, name, values[0], values[1:]...)
		}
	}
}

// appendCanonicalRequest writes the request with the headers and the body hash
// that w holds.
func appendCanonicalRequest(dst []byte, w *sign.Scratch, r *sign.Request) []byte {
	dst = append(append(dst, r.Method...), '\n')
	dst = append(appendPath(dst, r.Path), '\n')
	dst = append(w.AppendQuery(dst, r.Query), '\n')
	dst = append(w.AppendHeaders(dst), '\n')
	dst = append(append(dst, w.Names...), '\n')
	return append(dst, w.Hash...)
}

func appendPath(dst []byte, path string) []byte {
	if path == "" {
		return append(dst, '/')
	}
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '+':
			dst = append(dst, "%20"...)
		case c == '*':
			dst = append(dst, "%2A"...)
		case c == '%' && strings.HasPrefix(path[i:], "%7E"):
			dst = append(dst, '~')
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// appendStringToSign overwrites the canonical request.
func appendStringToSign(canonicalRequest []byte) []byte {
	sum := sha256.Sum256(canonicalRequest)
	dst := append(canonicalRequest[:0], algorithm+"\n"...)
	return hex.AppendEncode(dst, sum[:])
}

func mac[T string | []byte](secret string, stringToSign T) [sha256.Size]byte {
	var room [64]byte
	return sign.HMACSHA256(append(room[:0], secret...), stringToSign)
}
