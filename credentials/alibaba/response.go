package alibaba

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// temporaryKeys are as STS, the metadata service and credentials URIs return them. A member that is null or missing is nil.
type temporaryKeys struct {
	Code            *string
	AccessKeyID     *string `json:"AccessKeyId"`
	AccessKeySecret *string
	SecurityToken   *string
	Expiration      *string
}

// credentials refuses keys that lack a part.
func (k *temporaryKeys) credentials() (cloud.Credentials, error) {
	if k == nil {
		return cloud.Credentials{}, foreign("it has no Credentials")
	}
	for _, m := range []struct {
		name  string
		value *string
	}{
		{"AccessKeyId", k.AccessKeyID}, {"AccessKeySecret", k.AccessKeySecret},
		{"SecurityToken", k.SecurityToken}, {"Expiration", k.Expiration},
	} {
		if m.value == nil || *m.value == "" {
			return cloud.Credentials{}, foreign("it has no %s", m.name)
		}
	}
	expires, err := time.Parse(time.RFC3339, *k.Expiration)
	if err != nil {
		return cloud.Credentials{}, foreign("its Expiration is not a time in the form 2006-01-02T15:04:05Z")
	}
	if now := time.Now(); !now.Before(expires) {
		return cloud.Credentials{}, foreign("its credentials expired at %s, and the clock of this machine says %s",
			expires.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	names := keyNames{"AccessKeyId", "AccessKeySecret", "SecurityToken"}
	c, err := keys{*k.AccessKeyID, *k.AccessKeySecret, *k.SecurityToken}.credentials(names)
	if err != nil {
		return cloud.Credentials{}, foreign("%v", err)
	}
	c.Expires = expires
	return c, nil
}

// decode reads a JSON object. Its error does not quote it.
func decode(body []byte, into any) error {
	if trimmed := bytes.TrimSpace(body); len(trimmed) == 0 || trimmed[0] != '{' {
		return foreign("it is not a JSON object")
	}
	if err := json.Unmarshal(body, into); err != nil {
		return foreign("%s", jsonText(err))
	}
	return nil
}

// jsonText is what may be said of an error of package json, which quotes what it reads.
func jsonText(err error) string {
	if _, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "a member of its JSON has the wrong type"
	}
	return "it is not valid JSON"
}
