package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// runIn runs the program in virtual time.
func runIn(ctx context.Context, terminal bool, args ...string) (code int, out string) {
	var b bytes.Buffer
	code = run(ctx, args, &b, terminal, emulator.InProcess())
	return code, b.String()
}

func TestEveryChangeCanFail(t *testing.T) {
	t.Parallel()
	for _, fail := range append([]string{"none"}, names...) {
		t.Run(fail, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				code, out := runIn(t.Context(), false, "-fail", fail)
				assert.Zero(t, code, out)
				assert.Contains(t, out, "poll failed: throttled")
				_, table, found := strings.Cut(out, "SERVICE ")
				require.True(t, found, out)
				for _, name := range names {
					outcome := "succeeded"
					if name == fail {
						outcome = "failed"
						assert.Contains(t, table, failures[name].Reason)
					}
					assert.Regexp(t, regexp.MustCompile(`(?m)^\w+ +`+name+` +`+outcome+` +\d+ +\d+\.\ds +`), table)
				}
			})
		})
	}
}

func TestTerminalKeepsALineEach(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		code, out := runIn(t.Context(), true, "-fail", "none")
		assert.Zero(t, code)
		assert.Contains(t, out, "\x1b[5A", "it goes back to redraw")
		assert.NotRegexp(t, `(?m)^ +\d+\.\ds  `, out, "no lines with times, as there are elsewhere")
	})
}

func TestInterruptPrintsTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		began := time.Now()
		code, out := runIn(ctx, false)
		assert.Equal(t, 3*time.Second, time.Since(began))
		assert.Equal(t, 1, code)
		assert.Equal(t, len(names), strings.Count(out, "resume it with\npc1."), out)
	})
}

// TestEndpoint uses an emulator that runs already, with the seed that the README names.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	seed, err := os.ReadFile("../seed.json")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t))
		require.NoError(t, err)
		require.NoError(t, emu.Load(bytes.NewReader(seed)))
		var b bytes.Buffer
		o, err := parse([]string{"-endpoint", emu.URL()}, &b)
		require.NoError(t, err)
		o.cfg.HTTPClient = emu.Config().HTTPClient // which reaches it in process
		assert.Zero(t, carryOut(t.Context(), o, &b, false), b.String())
		_, table, _ := strings.Cut(b.String(), "SERVICE ")
		assert.Equal(t, len(names), strings.Count(table, " succeeded "), b.String())
	})
}

func TestFlags(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE", "AWS_PROFILE", "TENCENTCLOUD_REGION", "TCCLI_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("ALIBABA_CLOUD_REGION_ID", "cn-beijing")
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"help", []string{"-h"}, 0, "the change that fails"},
		{"unknown flag", []string{"-nonsense"}, 2, "not defined"},
		{"no flag", []string{"extra", "-fail", "none"}, 2, `given "extra"`},
		{"unknown failure", []string{"-fail", "everything"}, 2, `given "everything"`},
		{"unknown live change", []string{"-live", "everything"}, 2, `given "everything"`},
		{"a failure elsewhere", []string{"-endpoint", "http://127.0.0.1:1", "-fail", "code"}, 2, `-fail: must be none with -endpoint, given "code"`},
		{"no emulator there", []string{"-endpoint", "http://127.0.0.1:1"}, 1, "connection refused"},
		{"live without region", []string{"-live", "code"}, 2, "Region: required"},
		{"live with half a request", []string{"-live", "instance", "-region", "us-east-1", "-request", "{"}, 1, "-request: unexpected EOF"},
		{"live with an unknown member", []string{"-live", "instance", "-region", "us-east-1", "-request", `{"replicas": 3}`}, 1, "-request: json: unknown field"},
		{"live with a request", []string{"-live", "instance", "-region", "us-east-1", "-request", `{"serviceName": "shop"}`}, 1, "not started: proton UpdateServiceInstance: invalid: name: required; deploymentType: required"},
		{"live with nothing else", []string{"-live", "code", "-region", "us-east-1"}, 1, "environmentId: required"},
		{"live changeset", []string{"-live", "changeset", "-region", "us-east-1"}, 1, "databaseName: required"},
		{"live with the region of the environment", []string{"-live", "hotupdate"}, 1, "workspace: required"},
		{"live hot update", []string{"-live", "hotupdate", "-region", "cn-hangzhou"}, 1, "workspace: required"},
		{"live image", []string{"-live", "image", "-region", "ap-singapore", "-site", "international"}, 1, "DataEngineId: required"},
		{"live instance", []string{"-live", "instance", "-region", "us-east-1"}, 1, "serviceName: required"},
		{"live with a bad token", []string{"-live", "image", "-region", "ap-singapore", "-resume", "pc1.x"}, 1, "is not a token of a change"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			assert.Equal(t, tt.code, run(t.Context(), tt.args, &b, false), b.String())
			assert.Contains(t, b.String(), tt.says)
		})
	}
}
