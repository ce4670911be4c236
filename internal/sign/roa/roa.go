package roa

import (
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

const (
	scheme  = "acs "
	method  = "HMAC-SHA1"
	version = "1.0"
	prefix  = "X-Acs-"
)

// dates are those of all Signers.
var dates sign.StampCache

// Signer signs requests. It has no state.
type Signer struct{}

// Sign sets Date, x-acs-signature-method, x-acs-signature-nonce,
// x-acs-signature-version, x-acs-accesskey-id and x-acs-security-token for
// temporary credentials, and authorization. The nonce must be different for
// each request.
func (Signer) Sign(r *sign.Request, c sign.Credentials, t time.Time, nonce string) {
	w := sign.NewScratch()
	defer w.Release()

	date := dates.Header(t, writeTime)
	w.Stamp = date[0]
	values := make([]string, 0, 6)
	values = sign.Set(r.Header, values, "X-Acs-Signature-Method", method)
	values = sign.Set(r.Header, values, "X-Acs-Signature-Nonce", nonce)
	values = sign.Set(r.Header, values, "X-Acs-Signature-Version", version)
	delete(r.Header, "X-Acs-Accesskey-Id")
	delete(r.Header, "X-Acs-Security-Token")
	if c.SessionToken != "" {
		values = sign.Set(r.Header, values, "X-Acs-Accesskey-Id", c.AccessKeyID)
		values = sign.Set(r.Header, values, "X-Acs-Security-Token", c.SessionToken)
	}
	addHeaders(w, r)
	w.Text = appendStringToSign(w.Text, w, r)
	signature := mac(c.SecretAccessKey, w.Text)

	w.Text = append(append(w.Text[:0], scheme...), c.AccessKeyID...)
	w.Text = base64.StdEncoding.AppendEncode(append(w.Text, ':'), signature[:])
	r.Header["Date"] = date
	sign.Set(r.Header, values, "Authorization", string(w.Text))
}

func writeTime(t time.Time) string { return t.UTC().Format(http.TimeFormat) }

func addHeaders(w *sign.Scratch, r *sign.Request) {
	for name, values := range r.Header {
		if len(values) > 0 && strings.HasPrefix(name, prefix) {
			w.Add(untrimmed, name, values[0], values[1:]...)
		}
	}
	w.Sort()
}

// appendStringToSign writes the request with the headers and the time that w
// holds.
func appendStringToSign(dst []byte, w *sign.Scratch, r *sign.Request) []byte {
	dst = append(append(dst, r.Method...), '\n')
	dst = append(append(dst, r.Header.Get("Accept")...), '\n')
	dst = append(append(dst, r.Header.Get("Content-Md5")...), '\n')
	dst = append(append(dst, r.Header.Get("Content-Type")...), '\n')
	dst = append(append(dst, w.Stamp...), '\n')
	dst = w.AppendHeaders(dst)
	if r.Path == "" {
		dst = append(dst, '/')
	}
	dst = append(dst, r.Path...)
	if r.Query == "" {
		return dst
	}
	return w.AppendDecodedQuery(append(dst, '?'), r.Query)
}

func untrimmed(dst []byte, _, value string) []byte {
	return append(dst, value...)
}

func mac[T string | []byte](secret string, stringToSign T) [sha1.Size]byte {
	var room [64]byte
	return sign.HMACSHA1(append(room[:0], secret...), stringToSign)
}
