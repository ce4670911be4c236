package roa

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Verify checks the signature of a request that arrived, and the body against
// Content-MD5 if that is there. It does not compare the time of the signature
// with a clock, nor does it remember nonces.
func Verify(r *sign.Request, secret func(accessKeyID string) (string, bool)) (sign.Check, error) {
	check, err := parse(r)
	if err != nil {
		return check, err
	}

	w := sign.NewScratch()
	defer w.Release()
	w.Stamp = r.Header.Get("Date")
	addHeaders(w, r)
	check.StringToSign = string(appendStringToSign(w.Text, w, r))

	key, ok := secret(check.AccessKeyID)
	if !ok {
		return check, sign.ErrUnknownKey
	}
	signature := mac(key, check.StringToSign)
	check.Want = base64.StdEncoding.EncodeToString(signature[:])
	if err := checkBody(r); err != nil {
		return check, err
	}
	return check, check.Result()
}

func parse(r *sign.Request) (check sign.Check, err error) {
	text, err := sign.AuthorizationHeader(r)
	if err != nil {
		return check, err
	}
	rest, ok := strings.CutPrefix(text, scheme)
	if !ok {
		return check, sign.Malformed("the Authorization header does not start with %q", scheme)
	}
	check.AccessKeyID, check.Got, _ = strings.Cut(rest, ":")
	if check.AccessKeyID == "" || check.Got == "" {
		return check, sign.Malformed("the Authorization header is not key:signature")
	}
	check.SignedAt, err = http.ParseTime(r.Header.Get("Date"))
	if err != nil {
		return check, sign.Malformed("the Date header is not a time of HTTP")
	}
	if got := r.Header.Get("X-Acs-Signature-Method"); got != method {
		return check, sign.Malformed("x-acs-signature-method is %q, not %s", got, method)
	}
	if got := r.Header.Get("X-Acs-Signature-Version"); got != version {
		return check, sign.Malformed("x-acs-signature-version is %q, not %s", got, version)
	}
	if r.Header.Get("X-Acs-Signature-Nonce") == "" {
		return check, sign.Malformed("there is no x-acs-signature-nonce")
	}
	return check, nil
}

func checkBody(r *sign.Request) error {
	got := r.Header.Get("Content-Md5")
	if got == "" {
		return nil
	}
	sum := md5.Sum(r.Body)
	if got != base64.StdEncoding.EncodeToString(sum[:]) {
		return fmt.Errorf("%w: Content-MD5 is not that of the body", sign.ErrMismatch)
	}
	return nil
}
