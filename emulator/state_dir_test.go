package emulator_test

import (
	"bufio"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
)

func TestStateDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	emu := startEmpty(t, emulator.WithStateDir(dir), emulator.WithStaleReads(0))
	_, err := emulator.Start(emulator.WithStateDir(dir))
	require.ErrorContains(t, err, "another process uses "+dir)
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
	emu.Script(emulator.Ending{Operation: "DeleteKxCluster", After: 24 * time.Hour, Fail: true, Reason: "no capacity"})
	emu.Advance(time.Hour)
	deleteCluster(t, emu)
	before, changes := saved(t, emu), emu.ChangesUnderWay()
	emu.Close()

	emu = startEmpty(t, emulator.WithStateDir(dir), emulator.WithStaleReads(0), emulator.WithChangeTime(time.Minute))
	assert.Equal(t, before, saved(t, emu))
	assert.Equal(t, changes, emu.ChangesUnderWay())
	emu.Advance(24 * time.Hour)
	assert.Equal(t, finspace.KxClusterStatusDeleteFailed, clusterStatus(t, emu))
	deleteCluster(t, emu)
	change := emu.ChangesUnderWay()[0]
	assert.Equal(t, time.Minute, change.Ends.Sub(change.Started), "the options of now apply to what begins now")
	emu.Close()

	emu = startEmpty(t, emulator.WithStateDir(dir))
	emu.Reset()
	emu.Close()
	assert.Equal(t, "{}\n", saved(t, startEmpty(t, emulator.WithStateDir(dir))))
}

// TestRefusedRequestsAreNotKept checks that requests that change nothing leave the state directory as it is.
func TestRefusedRequestsAreNotKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	emu := startEmpty(t, emulator.WithStateDir(dir))
	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
	size := func() int64 {
		info, err := os.Stat(dir + "/emulator.log")
		require.NoError(t, err)
		return info.Size()
	}
	before := size()
	clusterStatus(t, emu)
	_, err := finspaceClient(t, emu).DeleteKxCluster(t.Context(), finspace.DeleteKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "x"})
	require.Error(t, err)
	assert.Equal(t, before, size())
	deleteCluster(t, emu)
	assert.Greater(t, size(), before)
}

// stateDirVariable has the directory of the child process that TestKilledProcess starts.
const stateDirVariable = "EMULATOR_TEST_STATE_DIR"

// TestMain runs the child process, which serves until it is killed.
func TestMain(m *testing.M) {
	dir := os.Getenv(stateDirVariable)
	if dir == "" {
		os.Exit(m.Run())
	}
	emu, err := emulator.Start(emulator.WithStateDir(dir))
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(emu.URL() + "\n")
	select {}
}

// startProcess starts an emulator in a process of its own.
func startProcess(t *testing.T, dir string) (process *exec.Cmd, url string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), stateDirVariable+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return cmd, strings.TrimSpace(line)
}

// TestKilledProcess kills an emulator while clients write to it: no write is lost that was acknowledged.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	dir := t.TempDir()
	var acknowledged []string
	for round := range rounds {
		cmd, url := startProcess(t, dir)
		kill := time.AfterFunc(time.Duration(rand.IntN(700))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		ids := writeUntilGone(t, url)
		kill.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		acknowledged = append(acknowledged, ids...)
		t.Logf("round %d: %d writes", round, len(ids))
	}
	emu := startEmpty(t, emulator.WithStateDir(dir))
	emu.Advance(time.Hour) // until no read is stale
	state := saved(t, emu)
	for _, id := range acknowledged {
		assert.Contains(t, state, id)
	}
	t.Logf("%d acknowledged writes, none lost", len(acknowledged))
}

// writeUntilGone creates tasks from several clients until the emulator is gone, and returns the IDs in its responses.
func writeUntilGone(t *testing.T, url string) (ids []string) {
	t.Helper()
	cfg := startEmpty(t).Config() // for its key
	cfg.Endpoint, cfg.HTTPClient, cfg.Retry.MaxAttempts = url, nil, 1
	c, err := dlc.New(cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				task, err := c.CreateTask(ctx, dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
				if err != nil {
					return
				}
				mu.Lock()
				ids = append(ids, task.TaskID)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return ids
}
