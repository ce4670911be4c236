package sigv4

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// Verify checks the signature of a request that arrived, in its headers or in
// its query, for any region and service; see Check for those. It does not
// compare the time of the signature with a clock.
func Verify(r *sign.Request, secret func(accessKeyID string) (string, bool)) (sign.Check, error) {
	return new(Signer).Verify(r, secret)
}

// Verify is like the function, but refuses a signature for another region or
// service than the Signer's, unless those are empty.
func (s *Signer) Verify(r *sign.Request, secret func(accessKeyID string) (string, bool)) (sign.Check, error) {
	claim, err := parse(r)
	if err != nil {
		return sign.Check{}, err
	}
	check := sign.Check{Got: claim.Signature, Expires: claim.expires}
	if err := claim.readScope(&check); err != nil {
		return check, err
	}

	w := sign.NewScratch()
	defer w.Release()
	if err := w.AddSigned(appendValue, r, claim.SignedHeaders, claim.required...); err != nil {
		return check, err
	}
	if err := w.RequireSigned(r, "X-Amz-"); err != nil {
		return check, err
	}

	w.Stamp = claim.stamp
	w.Hash = sign.AppendSHA256(w.Hash, r.Body)
	w.Text = appendCanonicalRequest(w.Text, w, r, claim.query)
	check.CanonicalRequest = string(w.Text)
	_, scope, _ := strings.Cut(claim.Credential, "/")
	check.StringToSign = string(appendStringToSign(w.Text, w.Stamp, scope))

	key, ok := secret(check.AccessKeyID)
	if !ok {
		return check, sign.ErrUnknownKey
	}
	derived := sign.DeriveKey("AWS4", key, claim.stamp[:dateLength], check.Region, check.Service, terminator)
	mac := sign.HMACSHA256(derived[:], check.StringToSign)
	check.Want = hex.EncodeToString(mac[:])
	if err := s.expect(check); err != nil {
		return check, err
	}
	return check, check.Result()
}

// expect compares the credential scope with the Signer's.
func (s *Signer) expect(check sign.Check) error {
	if s.Region != "" && s.Region != check.Region {
		return fmt.Errorf("%w: it is for region %q, not %q", sign.ErrMismatch, check.Region, s.Region)
	}
	if s.Service != "" && s.Service != check.Service {
		return fmt.Errorf("%w: it is for service %q, not %q", sign.ErrMismatch, check.Service, s.Service)
	}
	return nil
}

// claim is the signature of a request with its parameters.
type claim struct {
	sign.Authorization
	stamp    string
	query    string // the part of the query that is signed
	required []string
	expires  time.Duration
}

func parse(r *sign.Request) (claim, error) {
	if !isPresigned(r.Query) {
		return parseHeader(r)
	}
	if len(r.Header["Authorization"]) > 0 {
		return claim{}, sign.Malformed("it is signed both in the Authorization header and in the query")
	}
	return parseQuery(r.Query)
}

func isPresigned(query string) bool {
	for pair := range strings.SplitSeq(query, "&") {
		if strings.HasPrefix(pair, "X-Amz-Signature=") {
			return true
		}
	}
	return false
}

func parseHeader(r *sign.Request) (claim, error) {
	a, err := sign.ParseAuthorization(r, algorithm)
	if err != nil {
		return claim{}, err
	}
	dates := r.Header["X-Amz-Date"]
	if len(dates) != 1 {
		return claim{}, sign.Malformed("it needs one X-Amz-Date header")
	}
	return claim{Authorization: a, stamp: dates[0], query: r.Query, required: []string{"host", "x-amz-date"}}, nil
}

// parseQuery splits the signature's own parameters from a presigned query.
func parseQuery(query string) (claim, error) {
	c := claim{required: []string{"host"}}
	own := map[string]string{}
	var signed []string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch name {
		case "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature":
			if _, twice := own[name]; twice {
				return c, sign.Malformed("query parameter %s comes twice", name)
			}
			own[name] = sign.Unescape(value)
		}
		if name != "X-Amz-Signature" {
			signed = append(signed, pair)
		}
	}
	if own["X-Amz-Algorithm"] != algorithm {
		return c, sign.Malformed("query parameter X-Amz-Algorithm is not %s", algorithm)
	}
	seconds, err := strconv.Atoi(own["X-Amz-Expires"])
	if err != nil || seconds < 1 || seconds > 7*24*60*60 {
		return c, sign.Malformed("query parameter X-Amz-Expires is not between one second and seven days")
	}
	c.Credential, c.SignedHeaders, c.Signature = own["X-Amz-Credential"], own["X-Amz-SignedHeaders"], own["X-Amz-Signature"]
	c.stamp, c.query = own["X-Amz-Date"], strings.Join(signed, "&")
	c.expires = time.Duration(seconds) * time.Second
	return c, nil
}

// readScope splits the credential into key, date, region, service and terminator.
func (c *claim) readScope(check *sign.Check) error {
	at, err := sign.ParseTime(timeFormat, c.stamp)
	if err != nil {
		return err
	}
	check.SignedAt = at
	parts := strings.Split(c.Credential, "/")
	if len(parts) != 5 || parts[0] == "" || parts[2] == "" || parts[3] == "" || parts[4] != terminator {
		return sign.Malformed("the credential is not key/date/region/service/%s", terminator)
	}
	check.AccessKeyID, check.Region, check.Service = parts[0], parts[2], parts[3]
	if parts[1] != c.stamp[:dateLength] {
		return sign.Malformed("the credential is for another day than the signature")
	}
	return nil
}
