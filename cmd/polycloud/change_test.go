package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

func TestChange(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		r := s.run(t.Context(), "change", "finspace", updateCode, "-d", toV2, "--yes")
		require.Zero(t, r.code, r.stderr)
		assert.Regexp(t, `^finspace UpdateKxClusterCodeConfiguration: succeeded in state RUNNING after 3\ds\n$`, r.stdout)
		assert.Equal(t, `finspace UpdateKxClusterCodeConfiguration in us-east-1: kx7example/hdb-prod
  code.s3Key: 2026.11.14.zip -> v2.zip
started
0s pending, RUNNING
5s pending, UPDATING
31s succeeded, RUNNING
`, steady(r.stderr))
		assert.Equal(t, 1, started(s.emu, updateCode))
	})
}

// TestScreenOfATerminal has a live line below those that stay, whose times run on.
func TestScreenOfATerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		s := &screen{out: &out, width: 40}
		s.print("started")
		s.poll(cloud.Observation{State: "UPDATING", Elapsed: time.Minute, Next: 6 * time.Second})
		time.Sleep(1500 * time.Millisecond)
		s.print("a line that stays")
		s.poll(cloud.Observation{State: "UPDATING", Reason: "a reason\nthat is longer than the line", Outcome: cloud.Failed})
		s.end()
		assert.Equal(t, []string{
			"started\n1m0s pending, UPDATING, next poll in 6s", "1m1s pending, UPDATING, next poll in 5s",
			"a line that stays\n1m2s pending, UPDATING, next poll in 5s", "0s failed, UPDATING: a reason that is l", "",
		}, strings.Split(out.String(), "\r\x1b[K"))
	})
}

// steady returns progress with the times that do not depend on chance: the pauses between polls do.
func steady(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if at, rest, ok := strings.Cut(line, " pending, UPDATING"); ok && strings.HasSuffix(at, "s") {
			line = "5s pending, UPDATING" + rest
		}
		if _, rest, ok := strings.Cut(line, " succeeded, "); ok {
			line = "31s succeeded, " + rest
		}
		b.WriteString(line)
	}
	return b.String()
}

// events returns the lines of JSON that a run printed.
func events(t *testing.T, text string) (names []string, data []json.RawMessage) {
	t.Helper()
	for line := range strings.Lines(text) {
		var e struct {
			Event string
			Data  json.RawMessage
		}
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		names, data = append(names, e.Event), append(data, e.Data)
	}
	return names, data
}

func TestChangeThatFailsInJSON(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		s.emu.Script(emulator.Ending{Operation: updateCode, Fail: true, Reason: "init.q exited with 'type"})
		r := s.run(t.Context(), "change", "finspace", updateCode, "-d", toV2, "--yes", "-o", "json")
		assert.Equal(t, exitFailed, r.code)
		names, data := events(t, r.stdout)
		assert.Equal(t, []string{"prepared", "step", "step"}, names[:3])
		assert.Equal(t, "end", names[len(names)-1])
		assert.Contains(t, string(data[0]), `"diff":[{"field":"code.s3Key","before":"2026.11.14.zip","after":"v2.zip"}]`)
		var end struct{ Outcome, Reason string }
		require.NoError(t, json.Unmarshal(data[len(data)-1], &end))
		assert.Equal(t, "failed", end.Outcome)
		assert.Contains(t, end.Reason, "init.q exited with 'type")
		var f struct {
			Error    struct{ Kind, Reason, Token string }
			ExitCode int
		}
		require.NoError(t, json.Unmarshal([]byte(r.stderr), &f))
		assert.Equal(t, "failed", f.Error.Kind)
		assert.Equal(t, exitFailed, f.ExitCode)
		assert.Empty(t, f.Error.Token)
	})
}

func TestChangeMustBeConfirmed(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		s.stdin = "y\n" // which is no terminal
		r := s.run(t.Context(), "change", "finspace", updateCode, "-d", toV2)
		assert.Equal(t, exitInvalid, r.code)
		assert.Contains(t, r.stderr, "code.s3Key: 2026.11.14.zip -> v2.zip\n")
		assert.Contains(t, r.stderr, "--yes: required without a terminal; nothing was changed")
		assert.Zero(t, started(s.emu, updateCode))
	})
}

// TestChangeIsInterrupted continues changes that were left running, by journal and by token, and undoes one.
func TestChangeIsInterrupted(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		folder := filepath.Join(t.TempDir(), "my journal")
		args := []string{"change", "finspace", updateCode, "-d", toV2, "--yes", "--journal", folder, "--name", "v2"}
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		r := s.run(ctx, args...)
		assert.Equal(t, exitPending, r.code)
		assert.Contains(t, r.stderr, "follow it with: polycloud resume --journal '"+folder+"' --name v2\n")

		r = s.run(t.Context(), "resume", "--journal", folder, "--name", "v2", "--timeout", "2s", "-o", "json")
		assert.Equal(t, exitPending, r.code)
		assert.Contains(t, r.stderr, `"resume":"polycloud resume --journal '`)
		assert.Contains(t, r.stderr, "the 2s of --timeout have passed")

		r = s.run(t.Context(), args...) // the same command again
		require.Zero(t, r.code, r.stderr)
		r = s.run(t.Context(), "resume", "--journal", folder, "--name", "v2")
		require.Zero(t, r.code, r.stderr)
		assert.Equal(t, 1, started(s.emu, updateCode))

		r = s.run(t.Context(), "change", "finspace", "DeleteKxVolume", "-d", `{"environmentId": "kx7example", "volumeName": "shared"}`, "--journal", folder, "--name", "v2")
		assert.Equal(t, exitInvalid, r.code)
		assert.Contains(t, r.stderr, `--name: the journal has a finspace UpdateKxClusterCodeConfiguration under "v2"`)
		r = s.run(t.Context(), "resume", "--journal", folder, "--name", "v3")
		assert.Equal(t, exitNotFound, r.code, r.stderr)

		r = s.run(t.Context(), "undo", "--journal", folder, "--name", "v2", "--yes")
		require.Zero(t, r.code, r.stderr)
		assert.Contains(t, r.stderr, "code.s3Key: v2.zip -> 2026.11.14.zip\n")
		r = s.run(t.Context(), "resume", "--journal", folder, "--name", "v2/undo", "-o", "json")
		require.Zero(t, r.code, r.stderr)
		assert.Contains(t, r.stdout, `"s3Key":"2026.11.14.zip"`)
		assert.Equal(t, 2, started(s.emu, updateCode))
	})
}

func TestTokens(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		r := s.run(t.Context(), "change", "finspace", updateCode, "-d", toV2, "--yes", "--no-wait")
		require.Zero(t, r.code, r.stderr)
		token := r.stdout
		require.True(t, strings.HasPrefix(token, "pc1.finspace."), token)
		file := filepath.Join(t.TempDir(), "token")
		require.NoError(t, os.WriteFile(file, []byte(token), 0o600))

		r = s.run(t.Context(), "peek", "@"+file, "-o", "json")
		require.Zero(t, r.code, r.stderr)
		assert.Contains(t, r.stdout, `"resource":"kx7example/hdb-prod"`)
		r = s.run(t.Context(), "diagnose", "@"+file)
		require.Zero(t, r.code, r.stderr)
		assert.NotEmpty(t, r.stdout)
		r = s.run(t.Context(), "cancel", "@"+file)
		assert.Equal(t, exitInvalid, r.code)
		assert.Contains(t, r.stderr, "unsupported: the service cannot cancel this change")

		s.stdin = token
		r = s.run(t.Context(), "resume", "-")
		require.Zero(t, r.code, r.stderr)
		r = s.run(t.Context(), "diagnose", "-")
		assert.Equal(t, exitInvalid, r.code)
		assert.Contains(t, r.stderr, "the change is live; there is nothing to diagnose")
		r = s.run(t.Context(), "undo", strings.TrimSpace(token), "--yes", "--no-wait", "-o", "json")
		require.Zero(t, r.code, r.stderr)
		names, _ := events(t, r.stdout)
		assert.Equal(t, "token", names[len(names)-1])
		assert.Equal(t, 2, started(s.emu, updateCode))
	})
}

func TestCancel(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, s shell) {
		folder := t.TempDir()
		request := `{"serviceName": "shop", "name": "prod", "deploymentType": "CURRENT_VERSION", "spec": "proton: ServiceSpec\nreplicas: 3\n"}`
		named := []string{"--journal", folder, "--name", "prod"}
		r := s.run(t.Context(), append([]string{"change", "proton", "UpdateServiceInstance", "-d", request, "--yes", "--no-wait"}, named...)...)
		require.Zero(t, r.code, r.stderr)
		r = s.run(t.Context(), append([]string{"cancel"}, named...)...)
		require.Zero(t, r.code, r.stderr)
		r = s.run(t.Context(), append([]string{"resume"}, named...)...)
		assert.Equal(t, exitFailed, r.code)
		assert.Contains(t, r.stderr, "canceled")
	})
}

// TestTokenFile leaves a token behind that only its owner may read, where there is no journal.
func TestTokenFile(t *testing.T) {
	seedFile, err := filepath.Abs("../../examples/seed.json")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t))
		require.NoError(t, err)
		defer emu.Close()
		text, err := os.Open(seedFile)
		require.NoError(t, err)
		defer func() { _ = text.Close() }()
		require.NoError(t, emu.Load(text))
		s := shell{emu: emu}
		r := s.run(t.Context(), "change", "finspace", updateCode, "-d", toV2, "--yes", "--timeout", "8s", "--region", "us-east-1")
		assert.Equal(t, exitPending, r.code)
		_, command, ok := strings.Cut(r.stderr, "follow it with: polycloud ")
		require.True(t, ok, r.stderr)
		file := strings.TrimSpace(command[strings.Index(command, "@")+1:])
		info, err := os.Stat(file)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode())
		r = s.run(t.Context(), strings.Fields(command)...)
		assert.Zero(t, r.code, r.stderr)
		assert.Equal(t, 1, started(emu, updateCode))
	})
}

// TestKilledChange kills a process whose change has begun, and has another one continue.
func TestKilledChange(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start(emulator.WithChangeTime(500*time.Millisecond), emulator.WithStaleReads(0))
	require.NoError(t, err)
	defer emu.Close()
	seed(t, emu)
	folder := t.TempDir()
	args := []string{
		"change", "finspace", updateCode, "-d", toV2, "--yes", "--journal", folder, "--name", "v2", "--endpoint", emu.URL(),
	}
	child := exec.CommandContext(t.Context(), os.Args[0], args...)
	child.Env = append(os.Environ(), childVariable+"=1")
	stderr, err := child.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewScanner(stderr)
	for lines.Scan() && lines.Text() != "started" {
	}
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())

	r := shell{emu: emu, edit: hasty}.run(t.Context(), args...)
	require.Zero(t, r.code, r.stderr)
	assert.Contains(t, r.stdout, "succeeded in state RUNNING")
	assert.Equal(t, 1, started(emu, updateCode))
}
