package tencent

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/ini"
)

// quotesNothing checks that an error repeats no run of characters of a file that is long enough to be a key.
func quotesNothing(t *testing.T, err error, text string) {
	const long = 12
	for i := 0; err != nil && i+long <= len(text); i++ {
		part := text[i : i+long]
		if !strings.Contains("TmpSecretKey TmpSecretId ExpiredTime Expiration Credentials role-session-name", part) {
			assert.NotContains(t, err.Error(), part)
		}
	}
}

func FuzzTccli(f *testing.F) {
	f.Add(`{"type": "oauth", "secretId": "a", "secretKey": "b", "token": "c", "expiresAt": 1700000000, "role-arn": "qcs::cam::uin/1:roleName/x"}`)
	f.Add(`{"secretId": null, "expiresAt": "1e9"}`)
	f.Add(`{"secretId": 1, "expiresAt": -1}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parseTccli([]byte(text))
		if err != nil {
			assert.Zero(t, p)
			quotesNothing(t, err, text)
			return
		}
		if !p.expires.IsZero() {
			assert.LessOrEqual(t, p.expires.Year(), 9999)
			assert.True(t, p.expires.Unix() > 0)
		}
		if p.role != nil {
			assert.NotEmpty(t, p.role.ARN)
		}
	})
}

func FuzzCredentialsFile(f *testing.F) {
	f.Add("[default]\nsecret_id = a\nsecret_key = b\ntoken = c\n")
	f.Add("[default\nsecret_id")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ini.Parse(text)
		if err != nil {
			quotesNothing(t, err, text)
			return
		}
		for _, keys := range file {
			c, missing := ofSection(keys)
			assert.Equal(t, missing == "", c.AccessKeyID != "" && !c.SecretAccessKey.IsZero())
		}
	})
}

func FuzzResponses(f *testing.F) {
	f.Add(`{"Response":{"Credentials":{"Token":"t","TmpSecretId":"i","TmpSecretKey":"k"},"ExpiredTime":253402300799,"RequestId":"r"}}`)
	f.Add(`{"Response":{"Error":{"Code":"c","Message":"m"},"RequestId":"r"}}`)
	f.Add(`{"Code":"Success","Token":"t","TmpSecretId":"i","TmpSecretKey":"k","Expiration":"9999-01-01T00:00:00Z"}`)
	f.Fuzz(func(t *testing.T, text string) {
		c, refusal, err := parseSTS([]byte(text))
		if err != nil {
			assert.Nil(t, refusal)
			quotesNothing(t, err, text)
		} else if refusal == nil {
			assert.False(t, c.AccessKeyID == "" || c.SecretAccessKey.IsZero() || c.SessionToken.IsZero() || c.Expires.Before(time.Now()))
		}
		c, err = parseMetadata([]byte(text))
		if err != nil {
			quotesNothing(t, err, text)
			return
		}
		assert.False(t, c.AccessKeyID == "" || c.SecretAccessKey.IsZero() || c.SessionToken.IsZero() || c.Expires.Before(time.Now()))
	})
}
