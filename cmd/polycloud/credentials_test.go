package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	var s shell
	r := s.run(t.Context(), "credentials", "explain", "--endpoint", "http://localhost:4566")
	assert.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stdout, "tencent\nSOURCE")
	assert.Contains(t, r.stdout, "used, access key ID "+emulator.AccessKeyID)
	assert.NotContains(t, r.stdout, emulator.SecretAccessKey)
	r = s.run(t.Context(), "credentials", "explain", "aws", "--endpoint", "http://localhost:4566", "-o", "json")
	assert.Contains(t, r.stdout, `{"cloud":"aws","source":"emulator","tried":true,"used":true,"accessKeyId":"`+emulator.AccessKeyID+`"}`)
}

// TestProfiles has each cloud look for a profile that its files do not have.
func TestProfiles(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, name := range vendors {
		r := shell{}.run(t.Context(), "credentials", "explain", name, "--profile", "nope")
		assert.Equal(t, exitDenied, r.code, r.stdout)
		assert.Contains(t, r.stdout, "nope", name)
	}
	r := shell{}.run(t.Context(), "call", "dlc", "DescribeDataEngines", "--profile", "nope", "--region", "ap-guangzhou")
	assert.Equal(t, exitDenied, r.code, r.stderr)
}

// TestEnvironmentOfTheEmulator uses what cmd/emulator prints.
func TestEnvironmentOfTheEmulator(t *testing.T) {
	emu, err := emulator.Start()
	require.NoError(t, err)
	defer emu.Close()
	seed(t, emu)
	get := []string{"call", "finspace", "GetKxCluster", "-d", `{"environmentId": "kx7example", "clusterName": "hdb-prod"}`}
	r := shell{}.run(t.Context(), append(get, "--endpoint", emu.URL())...)
	assert.Zero(t, r.code, r.stderr)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_FINSPACE": emu.URL(), "AWS_REGION": emulator.DefaultRegion,
		"AWS_ACCESS_KEY_ID": emulator.AccessKeyID, "AWS_SECRET_ACCESS_KEY": emulator.SecretAccessKey,
	} {
		t.Setenv(name, value)
	}
	r = shell{}.run(t.Context(), get...)
	assert.Zero(t, r.code, r.stderr)
	t.Setenv("AWS_ACCESS_KEY_ID", "another")
	r = shell{}.run(t.Context(), append(get, "--endpoint", emu.URL())...)
	assert.Equal(t, exitDenied, r.code, "keys of the environment are used")
}
