package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// TestMain runs the program instead of the tests in the processes that the tests start.
func TestMain(m *testing.M) {
	if os.Getenv("EMULATOR_TEST_RUNS_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// program is the emulator as a process of its own.
type program struct {
	cmd         *exec.Cmd
	guide       string
	environment map[string]string // what the guide exports
	rest        *bufio.Reader     // of its output
	stderr      bytes.Buffer
}

// startProgram starts the program, and kills it at the end of the test if it still runs.
func startProgram(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{cmd: exec.Command(os.Args[0], args...), environment: map[string]string{}}
	p.cmd.Env = append(os.Environ(), "EMULATOR_TEST_RUNS_MAIN=1")
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
	p.rest = bufio.NewReader(out)
	for !strings.Contains(p.guide, "unset ") {
		line, err := p.rest.ReadString('\n')
		require.NoError(t, err, "%s%s", p.guide, &p.stderr)
		p.guide += line
		if name, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "="); ok {
			p.environment[name] = value
		}
	}
	return p
}

// stop interrupts the program, and returns what else it has printed.
func (p *program) stop(t *testing.T, signal os.Signal) string {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(signal))
	rest, err := io.ReadAll(p.rest)
	require.NoError(t, err)
	require.NoError(t, p.cmd.Wait(), &p.stderr)
	return string(rest)
}

// get reads a path of the control API.
func (p *program) get(t *testing.T, path string) string {
	t.Helper()
	resp, err := http.Get(p.environment["AWS_ENDPOINT_URL_PROTON"] + "/_emulator/" + path)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, resp.StatusCode)
	return string(body)
}

// config is the configuration that the guide describes.
func (p *program) config(id, secret string) cloud.Config {
	return cloud.Config{
		Region: p.environment["AWS_REGION"], Endpoint: p.environment["AWS_ENDPOINT_URL_FINSPACE"], AllowPlainHTTP: true,
		Credentials: cloud.StaticCredentials(p.environment[id], p.environment[secret], ""),
	}
}

// callAll makes one call of each service with the keys of its cloud.
func (p *program) callAll(t *testing.T) {
	t.Helper()
	kx, err := finspace.New(p.config("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
	require.NoError(t, err)
	_, err = kx.ListKxEnvironments(t.Context(), finspace.ListKxEnvironmentsRequest{})
	assert.NoError(t, err)
	services, err := proton.New(p.config("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
	require.NoError(t, err)
	_, err = services.ListServices(t.Context(), proton.ListServicesRequest{})
	assert.NoError(t, err)
	jobs, err := flink.New(p.config("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"))
	require.NoError(t, err)
	_, err = jobs.GetDeployment(t.Context(), flink.GetDeploymentRequest{Workspace: "none", Namespace: "default", DeploymentID: "none"})
	assert.ErrorIs(t, err, cloud.ErrNotFound)
	engines, err := dlc.New(p.config("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"))
	require.NoError(t, err)
	_, err = engines.DescribeDataEngines(t.Context(), dlc.DescribeDataEnginesRequest{})
	assert.NoError(t, err)
}

func TestProgram(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "-addr", "127.0.0.1:0", "-region", "eu-west-1")
	assert.Equal(t, "eu-west-1", p.environment["AWS_REGION"])
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, p.environment["AWS_ENDPOINT_URL_PROTON"])
	assert.Contains(t, p.guide, "# page: "+p.environment["AWS_ENDPOINT_URL_PROTON"]+"/_emulator/\n")
	assert.Contains(t, p.guide, "go1.", "the version")
	p.callAll(t)
	assert.Contains(t, p.get(t, "health"), `"status":"ok"`)
	assert.Contains(t, p.get(t, ""), "<html")
	assert.Contains(t, p.stop(t, syscall.SIGTERM), "# stopping")
	assert.NotContains(t, p.stderr.String(), "WARNING", "only this machine reaches it")
	_, err := http.Get(p.environment["AWS_ENDPOINT_URL_PROTON"])
	assert.ErrorContains(t, err, "refused", "it has stopped")
}

func TestProgramWarnsThatOthersReachIt(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "-addr", "0.0.0.0:0")
	p.callAll(t)
	p.get(t, "health")
	p.stop(t, os.Interrupt)
	assert.Contains(t, p.stderr.String(), "WARNING: the emulator listens on 0.0.0.0:0")
}

func TestProgramTakesAFreeAddress(t *testing.T) {
	t.Parallel()
	p := startProgram(t, "-addr", "127.0.0.1:0")
	var stdout, stderr bytes.Buffer
	address := strings.TrimPrefix(p.environment["AWS_ENDPOINT_URL_PROTON"], "http://")
	assert.Equal(t, 2, run(t.Context(), []string{"-addr", address}, &stdout, &stderr))
	assert.Contains(t, stderr.String(), "address already in use")
	assert.Empty(t, stdout.String())
}

func TestProgramKeepsItsState(t *testing.T) {
	t.Parallel()
	args := []string{
		"-addr", "127.0.0.1:0", "-seed", "../../examples/seed.json", "-state", filepath.Join(t.TempDir(), "state"),
		"-change-time", "0s", "-stale", "0s",
	}
	p := startProgram(t, args...)
	kx, err := finspace.New(p.config("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
	require.NoError(t, err)
	_, err = kx.DeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: "kx7example", ClusterName: "gateway"})
	require.NoError(t, err)
	require.NoError(t, p.cmd.Process.Kill()) // without a chance to write anything
	_ = p.cmd.Wait()

	p = startProgram(t, args...)
	kx, err = finspace.New(p.config("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
	require.NoError(t, err)
	list, err := kx.ListKxClusters(t.Context(), finspace.ListKxClustersRequest{EnvironmentID: "kx7example"})
	require.NoError(t, err)
	require.Len(t, list.KxClusterSummaries, 1, "the seed is not loaded again")
	assert.Equal(t, "hdb-prod", list.KxClusterSummaries[0].ClusterName)
	p.stop(t, syscall.SIGTERM)
}

func TestProgramMakesTheSameIDs(t *testing.T) {
	t.Parallel()
	var ids []string
	for range 2 {
		p := startProgram(t, "-addr", "127.0.0.1:0", "-seed-ids", "7")
		kx, err := finspace.New(p.config("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
		require.NoError(t, err)
		out, err := kx.CreateKxEnvironment(t.Context(), finspace.CreateKxEnvironmentRequest{
			Name: "markets", KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/0e9ad2b1-2a0a-4d35-8cc7-d5b5d6a5d4a5", ClientToken: "token",
		})
		require.NoError(t, err)
		ids = append(ids, out.EnvironmentID)
		p.stop(t, os.Interrupt)
	}
	assert.Equal(t, ids[0], ids[1])
}

func TestFlags(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, args, says string }{
		{"no port", "-addr localhost", `invalid value "localhost" for flag -addr: must be a host and a port`},
		{"no such port", "-addr 127.0.0.1:65536", `must be a host and a port up to 65535`},
		{"no region", "-region US_EAST", `invalid value "US_EAST" for flag -region: must be lowercase letters`},
		{"no duration", "-change-time 3", `invalid value "3" for flag -change-time: must be a duration of at least 0`},
		{"negative", "-stale -1s", `invalid value "-1s" for flag -stale: must be a duration of at least 0`},
		{"no number", "-speed fast", `invalid value "fast" for flag -speed: must be a number more than 0`},
		{"backward", "-speed -1", `invalid value "-1" for flag -speed: must be a number more than 0`},
		{"too fast", "-speed 1001", `at most 1000`},
		{"no file", "-seed=", `invalid value "" for flag -seed: must be a path`},
		{"no such file", "-addr 127.0.0.1:0 -seed none.json", "-seed: must be a file that can be read: open none.json"},
		{"no seed", "-addr 127.0.0.1:0 -seed main.go", `-seed: must be a seed, given "main.go": the seed is not a JSON object`},
		{"no directory", "-addr 127.0.0.1:0 -state main.go", "main.go"},
		{"no seed of IDs", "-seed-ids -1", `invalid value "-1" for flag -seed-ids: must be an integer of at least 0`},
		{"no level", "-log loud", `invalid value "loud" for flag -log: must be debug, info, warn or error`},
		{"no flag", "-port 80", `flag provided but not defined: -port`},
		{"an argument", "4566", `must be flags, given "4566"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var stdout, stderr bytes.Buffer
			assert.Equal(t, 2, run(t.Context(), strings.Fields(tt.args), &stdout, &stderr))
			assert.Contains(t, stderr.String(), tt.says)
			assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), "one clear error")
			assert.Empty(t, stdout.String())
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	assert.Zero(t, run(t.Context(), []string{"-h"}, &stdout, &stderr))
	assert.Contains(t, stdout.String(), "-change-time")
	assert.Empty(t, stderr.String())
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1:4566": true, "127.1.2.3:0": true, "[::1]:4566": true, "localhost:4566": true,
		":4566": false, "0.0.0.0:4566": false, "[::]:4566": false, "192.168.1.2:4566": false, "host.example:4566": false,
	} {
		assert.Equal(t, want, loopback(address), address)
	}
}

func TestStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	assert.Zero(t, run(ctx, []string{"-addr", "127.0.0.1:0"}, &stdout, &stderr))
	assert.Contains(t, stdout.String(), "# stopping")
}
