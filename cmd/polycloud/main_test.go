package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// childVariable makes the test binary run the program itself, for tests that kill it.
const childVariable = "POLYCLOUD_TEST_CHILD"

func TestMain(m *testing.M) {
	for _, pair := range os.Environ() { // no key and no profile of the machine gets into a test
		name, _, _ := strings.Cut(pair, "=")
		for _, prefix := range []string{"AWS_", "ALIBABA_CLOUD_", "TENCENTCLOUD_", "TCCLI_", "TKE_"} {
			if strings.HasPrefix(name, prefix) {
				_ = os.Unsetenv(name)
			}
		}
	}
	if os.Getenv(childVariable) != "" {
		os.Exit(run(context.Background(), os.Args[1:], host{os.Stdin, os.Stdout, os.Stderr, hasty}))
	}
	os.Exit(m.Run())
}

// hasty makes polls quick, and gives up a start within seconds, for an emulator on this machine.
func hasty(c cloud.Config) cloud.Config {
	c.WaitEvery, c.StartWithin, c.StartConfirmAfter, c.Timeout = 20*time.Millisecond, time.Second, time.Second, 2*time.Second
	return c
}

// A result is what one run of the program did.
type result struct {
	code           int
	stdout, stderr string
}

// A shell runs the program against an emulator.
type shell struct {
	emu   *emulator.Emulator
	stdin string
	edit  func(cloud.Config) cloud.Config // nil changes nothing
}

// config makes clients talk to the emulator.
func (s shell) config(c cloud.Config) cloud.Config {
	e := s.emu.Config()
	c.Region, c.Endpoint, c.AllowPlainHTTP, c.HTTPClient, c.Credentials = e.Region, e.Endpoint, e.AllowPlainHTTP, e.HTTPClient, e.Credentials
	if s.edit != nil {
		c = s.edit(c)
	}
	return c
}

func (s shell) run(ctx context.Context, args ...string) result {
	var stdout, stderr bytes.Buffer
	h := host{stdin: strings.NewReader(s.stdin), stdout: &stdout, stderr: &stderr}
	if s.emu != nil {
		h.config = s.config
	}
	code := run(ctx, args, h)
	return result{code, stdout.String(), stderr.String()}
}

// bubble runs f with the resources of examples/seed.json, in virtual time.
func bubble(t *testing.T, f func(t *testing.T, s shell)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t))
		require.NoError(t, err)
		defer emu.Close()
		seed(t, emu)
		f(t, shell{emu: emu})
	})
}

func seed(t *testing.T, emu *emulator.Emulator) {
	t.Helper()
	file, err := os.Open("../../examples/seed.json")
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	require.NoError(t, emu.Load(file))
}

// toV2 is a request that puts other code on the cluster of the seed.
const toV2 = `{"environmentId": "kx7example", "clusterName": "hdb-prod", "code": {"s3Bucket": "releases", "s3Key": "v2.zip"}}`

const updateCode = "UpdateKxClusterCodeConfiguration"

// started returns how many changes of an operation have taken effect.
func started(emu *emulator.Emulator, operation string) (n int) {
	for _, r := range emu.Requests() {
		if r.Operation == operation {
			n += r.Changes
		}
	}
	return n
}
