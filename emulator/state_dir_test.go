package emulator_test

import (
	"bufio"
	"context"
	"crypto/rand"
	random "math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/tests/leak"
	"github.com/polycloud-sdk/polycloud-go/proton"
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
		leak.Main(m)
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
		kill := time.AfterFunc(time.Duration(random.IntN(700))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		ids := writeUntilGone(t, url)
		kill.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		acknowledged = append(acknowledged, ids...)
		t.Logf("round %d: %d writes", round, len(ids))
	}
	emu := startEmpty(t, emulator.WithStateDir(dir))
	emu.Advance(time.Hour) // until no read is stale
	state := map[string]bool{}
	for text := range strings.SplitSeq(saved(t, emu), `"`) {
		state[text] = true
	}
	for _, id := range acknowledged {
		assert.True(t, state[id], "%s was acknowledged", id)
	}
	t.Logf("%d acknowledged writes, none lost", len(acknowledged))
}

// idOf returns the ID in a response, unless there is none.
func idOf(err error, id func() string) (string, error) {
	if err != nil {
		return "", err
	}
	return id(), nil
}

// writers create something and return its ID, or the name that only the caller gave it.
func writers(t *testing.T, cfg cloud.Config) []func(ctx context.Context) (id string, err error) {
	cfg.RequestRate = 1e6
	c := clientsOf(t, cfg)
	return []func(ctx context.Context) (string, error){
		func(ctx context.Context) (string, error) {
			out, err := c.dlc.CreateTask(ctx, dlc.CreateTaskRequest{Task: dlc.Task{SQLTask: &dlc.SQLTask{SQL: dlc.Base64("SELECT 1")}}})
			return idOf(err, func() string { return out.TaskID })
		},
		func(ctx context.Context) (string, error) {
			out, err := c.finspace.CreateKxEnvironment(ctx, finspace.CreateKxEnvironmentRequest{
				Name: "environment", KMSKeyID: "arn:aws:kms:us-east-1:123456789012:key/1234abcd",
			})
			return idOf(err, func() string { return out.EnvironmentID })
		},
		func(ctx context.Context) (string, error) {
			name := "template-" + rand.Text()
			_, err := c.proton.CreateEnvironmentTemplate(ctx, proton.CreateEnvironmentTemplateRequest{Name: name})
			return name, err
		},
		func(ctx context.Context) (string, error) {
			out, err := c.flink.CreateDeployment(ctx, flink.CreateDeploymentRequest{Deployment: flink.Deployment{Name: "deployment"}})
			return idOf(err, func() string { return out.Data.DeploymentID })
		},
	}
}

// writeUntilGone has 200 writes to all services in flight until the emulator is gone, and returns what it acknowledged.
func writeUntilGone(t *testing.T, url string) (ids []string) {
	t.Helper()
	cfg := startEmpty(t).Config() // for its key
	cfg.Endpoint, cfg.HTTPClient, cfg.Retry.MaxAttempts = url, nil, 1
	writes := writers(t, cfg)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			for {
				id, err := writes[i%len(writes)](ctx)
				if err != nil {
					return
				}
				mu.Lock()
				ids = append(ids, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return ids
}
