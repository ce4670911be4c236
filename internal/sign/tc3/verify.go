package tc3

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Verify checks the signature of a request that arrived. It does not compare
// the time of the signature with a clock.
func Verify(r *sign.Request, secret func(accessKeyID string) (string, bool)) (sign.Check, error) {
	if len(r.Header["Authorization"]) == 0 && hasParameters(r) {
		return verifyParameters(r, secret)
	}
	a, err := sign.ParseAuthorization(r, algorithm)
	if err != nil {
		return sign.Check{}, err
	}
	check := sign.Check{Got: a.Signature}
	date, err := readScope(&check, a.Credential, r)
	if err != nil {
		return check, err
	}

	w := sign.NewScratch()
	defer w.Release()
	if err := w.AddSigned(appendValue, r, a.SignedHeaders, "content-type", "host"); err != nil {
		return check, err
	}
	w.Stamp = writeTimestamp(check.SignedAt)
	w.Hash = appendPayloadHash(w.Hash, r)
	w.Text = appendCanonicalRequest(w.Text, w, r)
	check.CanonicalRequest = string(w.Text)
	_, scope, _ := strings.Cut(a.Credential, "/")
	check.StringToSign = string(appendStringToSign(w.Text, w.Stamp, scope))

	key, ok := secret(check.AccessKeyID)
	if !ok {
		return check, sign.ErrUnknownKey
	}
	derived := sign.DeriveKey("TC3", key, date, check.Service, terminator)
	signature := sign.HMACSHA256(derived[:], check.StringToSign)
	check.Want = hex.EncodeToString(signature[:])
	return check, check.Result()
}

// readScope splits the credential into key, date, service and terminator.
func readScope(check *sign.Check, credential string, r *sign.Request) (date string, err error) {
	check.SignedAt, err = parseTimestamp(r.Header.Get("X-Tc-Timestamp"))
	if err != nil {
		return "", err
	}
	parts := strings.Split(credential, "/")
	if len(parts) != 4 || parts[0] == "" || parts[2] == "" || parts[3] != terminator {
		return "", sign.Malformed("the credential is not key/date/service/%s", terminator)
	}
	check.AccessKeyID, check.Service = parts[0], parts[2]
	if parts[1] != check.SignedAt.Format(dateFormat) {
		return "", sign.Malformed("the credential is for another day than the signature")
	}
	return parts[1], nil
}

func parseTimestamp(s string) (time.Time, error) {
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil || strconv.FormatInt(seconds, 10) != s {
		return time.Time{}, sign.Malformed("the timestamp is not a number of seconds")
	}
	return time.Unix(seconds, 0).UTC(), nil
}
