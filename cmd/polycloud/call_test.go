package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

// TestCallJSON compares whole outputs, which programs depend on.
func TestCallJSON(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		for _, test := range []struct {
			name   string
			args   []string
			want   string
			stderr string
		}{
			{
				"missing", []string{"call", "finspace", "GetKxCluster", "-d", `{"environmentId": "kx7example"}`, "-o", "json"},
				"", `{"error":{"service":"finspace","operation":"GetKxCluster","kind":"invalid","problems":[{"field":"clusterName","check":"required","rule":"required"}]},"exitCode":2}` + "\n",
			},
			{
				"pages", []string{"call", "finspace", "ListKxDatabases", "-d", `{"environmentId": "kx7example", "maxResults": 1}`, "--all", "-o", "json"},
				`{"databaseName":"trades","createdTimestamp":"1999-12-31T00:00:00Z","lastModifiedTimestamp":"1999-12-31T00:00:00Z"}
{"databaseName":"quotes","createdTimestamp":"1999-12-31T00:00:00Z","lastModifiedTimestamp":"1999-12-31T00:00:00Z"}
`, "",
			},
			{
				"text", []string{"call", "proton", "ListServices"}, `{
  "services": [
    {
      "name": "shop",
      "description": "[redacted]",
`, "",
			},
		} {
			r := s.run(t.Context(), test.args...)
			assert.Truef(t, strings.HasPrefix(r.stdout, test.want), "%s: %s", test.name, r.stdout)
			assert.Equal(t, test.stderr, r.stderr, test.name)
			if test.stderr == "" {
				assert.NotEmpty(t, r.stdout, test.name)
			}
		}
	})
}

func TestDataFromFileAndInput(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		file := filepath.Join(t.TempDir(), "request.json")
		s.stdin = `{"environmentId": "kx7example", "clusterName": "hdb-prod"}`
		require.NoError(t, os.WriteFile(file, []byte(s.stdin), 0o600))
		for _, data := range []string{"-", "@" + file, s.stdin} {
			r := s.run(t.Context(), "call", "finspace", "GetKxCluster", "-d", data)
			assert.Zero(t, r.code, r.stderr)
			assert.Contains(t, r.stdout, `"clusterName": "hdb-prod"`)
		}
		r := s.run(t.Context(), "call", "finspace", "GetKxCluster", "-d", "@"+file+".nope")
		assert.Equal(t, exitInternal, r.code)
		assert.Contains(t, r.stderr, "--data: open "+file+".nope")
	})
}

func TestSecretsOfResponses(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		s.emu.Flink.AddDeployment("a14bd5d90a", "default", flink.Deployment{
			DeploymentID: "secretive", FlinkConf: map[string]any{"fs.key": hunter},
		})
		args := []string{"call", "flink", "GetDeployment", "--workspace", "a14bd5d90a", "--namespace", "default", "-d", `{"deploymentId": "secretive"}`, "-v"}
		r := s.run(t.Context(), args...)
		require.Zero(t, r.code, r.stderr)
		assert.NotContains(t, r.stdout+r.stderr, hunter)
		assert.Contains(t, r.stdout, "[redacted]")
		assert.Contains(t, r.stderr, "operation=GetDeployment")
		r = s.run(t.Context(), append(args, "--show-secrets")...)
		assert.Contains(t, r.stdout, hunter)
	})
}

func TestDryRunSendsNothing(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		args := []string{"call", "finspace", updateCode, "-d", toV2, "--dry-run"}
		r := s.run(t.Context(), args...)
		require.Zero(t, r.code, r.stderr)
		assert.Contains(t, r.stdout, "curl --path-as-is -X PUT 'http://emulator.invalid/kx/environments/kx7example/clusters/hdb-prod/configuration/code'")
		assert.Contains(t, r.stdout, "'Authorization: [redacted]'")
		assert.Contains(t, r.stdout, `"s3Key":"v2.zip"`)
		r = s.run(t.Context(), append(args, "--show-secrets", "-o", "json")...)
		assert.Contains(t, r.stdout, "Authorization: AWS4-HMAC-SHA256 Credential="+emulator.AccessKeyID)
		assert.Empty(t, s.emu.Requests())
	})
}

func TestListOperations(t *testing.T) {
	t.Parallel()
	var s shell
	r := s.run(t.Context(), "call", "finspace")
	assert.Contains(t, r.stdout, fmt.Sprintf("%d operations\n", countOperations(t, "finspace")))
	assert.Contains(t, r.stdout, "\n  "+updateCode+"  (change)\n")
	assert.Contains(t, r.stdout, "\n  ListKxClusters  (list)\n")
	r = s.run(t.Context(), "call", "finspace", "-o", "json")
	assert.Contains(t, r.stdout, `{"operation":"UpdateKxClusterCodeConfiguration","change":true}`)
}
