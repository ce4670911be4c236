package tc3

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

// hasParameters reports whether the request has one of the older signatures.
func hasParameters(r *sign.Request) bool {
	text, _ := parameters(r)
	return strings.HasPrefix(text, "Signature=") || strings.Contains(text, "&Signature=")
}

// parameters returns where the parameters of an older request are, and what
// must be empty then because no signature covers it.
func parameters(r *sign.Request) (text, uncovered string) {
	if r.Method == http.MethodGet {
		return r.Query, string(r.Body)
	}
	return string(r.Body), r.Query
}

// verifyParameters checks HmacSHA1 and HmacSHA256. They sign method, host,
// path and the decoded parameters sorted by name, leaving out empty ones.
// Since the values are not escaped, "a=1%26b%3D2" and "a=1&b=2" have the same
// signature.
func verifyParameters(r *sign.Request, secret func(accessKeyID string) (string, bool)) (sign.Check, error) {
	text, uncovered := parameters(r)
	values, err := url.ParseQuery(text)
	if err != nil || uncovered != "" {
		return sign.Check{}, sign.Malformed("the parameters are not all in the query of a GET or in the form of a POST")
	}
	check := sign.Check{AccessKeyID: values.Get("SecretId"), Got: values.Get("Signature")}
	check.SignedAt, err = parseTimestamp(values.Get("Timestamp"))
	if err != nil {
		return check, err
	}
	check.StringToSign, err = parametersToSign(r, values)
	if err != nil {
		return check, err
	}

	key, ok := secret(check.AccessKeyID)
	if !ok {
		return check, sign.ErrUnknownKey
	}
	switch name := values.Get("SignatureMethod"); name {
	case "", "HmacSHA1":
		signature := sign.HMACSHA1([]byte(key), check.StringToSign)
		check.Want = base64.StdEncoding.EncodeToString(signature[:])
	case "HmacSHA256":
		signature := sign.HMACSHA256([]byte(key), check.StringToSign)
		check.Want = base64.StdEncoding.EncodeToString(signature[:])
	default:
		return check, sign.Malformed("SignatureMethod %q is unknown", name)
	}
	return check, check.Result()
}

func parametersToSign(r *sign.Request, values url.Values) (string, error) {
	var names []string
	for name, list := range values {
		if len(list) > 1 {
			return "", sign.Malformed("parameter %q comes twice", name)
		}
		if name != "Signature" && list[0] != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = name + "=" + values.Get(name)
	}
	path := r.Path
	if path == "" {
		path = "/"
	}
	return r.Method + r.Host + path + "?" + strings.Join(names, "&"), nil
}
