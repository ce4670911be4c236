package acs3

import (
	"encoding/hex"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Verify checks the signature of a request that arrived. It does not compare
// the time of the signature with a clock, nor does it remember nonces.
func Verify(r *sign.Request, secret func(accessKeyID string) (string, bool)) (sign.Check, error) {
	a, err := sign.ParseAuthorization(r, algorithm)
	if err != nil {
		return sign.Check{}, err
	}
	check := sign.Check{AccessKeyID: a.Credential, Got: a.Signature}

	w := sign.NewScratch()
	defer w.Release()
	err = w.AddSigned(sign.Trimmed, r, a.SignedHeaders, "host", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce")
	if err != nil {
		return check, err
	}
	if err := w.RequireSigned(r, prefix); err != nil {
		return check, err
	}
	check.SignedAt, err = sign.ParseTime(timeFormat, r.Header.Get("X-Acs-Date"))
	if err != nil {
		return check, err
	}
	w.Hash = sign.AppendSHA256(w.Hash, r.Body)
	w.Text = appendCanonicalRequest(w.Text, w, r)
	check.CanonicalRequest = string(w.Text)
	check.StringToSign = string(appendStringToSign(w.Text))

	key, ok := secret(check.AccessKeyID)
	if !ok {
		return check, sign.ErrUnknownKey
	}
	signature := mac(key, check.StringToSign)
	check.Want = hex.EncodeToString(signature[:])
	return check, check.Result()
}
