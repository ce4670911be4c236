package plan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNamesOfSecrets(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Password", "AdminPassword", "passwordHash", "UserPwd", "db_passwd", "MasterSecretKey", "CosSecretKey", "SecretId", "clientSecret", "AccessKey",
		"secretAccessKey", "Token", "sessionToken", "SecurityToken", "ApiKey", "api-key", "PrivateKey", "Credential", "awsCredentials", "KeyTab",
		"Authorization", "authHeader", "basicAuth", "passphrase", "AuthToken",
	} {
		assert.True(t, looksSecret(name), name)
	}
	for _, name := range []string{"nextToken", "NextToken", "clientToken", "PageToken", "name", "author", "KeyName", "path", "Passed", "authorName"} {
		assert.False(t, looksSecret(name), name)
	}
}
