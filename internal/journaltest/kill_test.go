package journaltest_test

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

var changes = flag.Int("changes", 5, "how many changes of each journal the killed processes make")

const (
	workspace  = "edcef1fe-76a5-4a5c-8f9f-5ea3a2dd3b10"
	namespace  = "default"
	deployment = "58718c99-3b29-4c5e-93bb-c9fc4ec60002"

	childVariable = "JOURNALTEST_CHILD"
)

// A task is what a child process has to do, in its environment.
type task struct{ URL, Kind, Address, Key string }

func TestMain(m *testing.M) {
	if text := os.Getenv(childVariable); text != "" {
		if err := child(text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	os.Exit(m.Run())
}

// child makes one change, and prints its end.
func child(text string) error {
	var t task
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return err
	}
	j, err := open(t.Kind, t.Address)
	if err != nil {
		return err
	}
	c, err := client(t.URL)
	if err != nil {
		return err
	}
	ctx := context.Background()
	r := flink.CreateSavepointRequest{DeploymentID: deployment, Namespace: namespace, Workspace: workspace, Description: &t.Key}
	// Like any program, this one has called the service before, and knows its clock.
	if _, err := c.ListSavepoints(ctx, flink.ListSavepointsRequest{Namespace: namespace, Workspace: workspace}); err != nil {
		return err
	}
	fmt.Println("ready")
	end, err := journal.Run(ctx, slow{j}, t.Key,
		func(ctx context.Context) (*cloud.Change[flink.GetSavepointResponse], error) {
			return c.PrepareCreateSavepoint(ctx, r)
		},
		c.ResumeCreateSavepoint)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(end)
}

// slow is a journal that takes its time, so that more of the kills come between two steps.
type slow struct{ journal.Journal }

func (s slow) Load(ctx context.Context, key string) (journal.Entry, error) {
	time.Sleep(rand.N(50 * time.Millisecond))
	return s.Journal.Load(ctx, key)
}

func (s slow) Store(ctx context.Context, e journal.Entry) error {
	time.Sleep(rand.N(50 * time.Millisecond))
	defer time.Sleep(rand.N(50 * time.Millisecond))
	return s.Journal.Store(ctx, e)
}

// client returns a client of the emulator in the parent process. It gives up a start within seconds, where a service
// far away would need minutes.
func client(url string) (*flink.Client, error) {
	return flink.New(cloud.Config{
		Region: emulator.DefaultRegion, Endpoint: url, AllowPlainHTTP: true,
		Credentials: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, ""),
		Timeout:     2 * time.Second,
		StartWithin: 2 * time.Second, StartConfirmAfter: 2 * time.Second,
		WaitEvery: 50 * time.Millisecond,
	})
}

// TestKilledProcesses has two processes at once make each change. They are killed at random points and started again;
// some responses are lost besides.
func TestKilledProcesses(t *testing.T) {
	t.Parallel()
	onEach(t, []string{"dir", "sqlite", "postgresql"}, func(t *testing.T, kind string) {
		address := addressOf(t, kind)
		create(t, kind, address)
		emu, err := emulator.Start(emulator.WithChangeTime(300*time.Millisecond), emulator.WithStaleReads(0))
		require.NoError(t, err)
		defer emu.Close()
		emu.Flink.AddDeployment(workspace, namespace, flink.Deployment{DeploymentID: deployment, Name: "orders"})
		emu.Flink.AddJob(workspace, namespace, flink.Job{DeploymentID: deployment})
		emu.Inject(emulator.Fault{Operation: "CreateSavepoint", Kind: emulator.Reset, Skip: 1, AfterEffect: true})
		emu.Inject(emulator.Fault{Operation: "CreateSavepoint", Kind: emulator.Reset, Skip: 1})
		emu.Inject(emulator.Fault{
			Operation: "CreateSavepoint", Kind: emulator.Latency, Times: -1, AfterEffect: true, Delay: 50 * time.Millisecond,
		})

		var killed atomic.Int64
		var wg sync.WaitGroup
		ends := make([][2]string, *changes)
		for i := range ends {
			for worker := range ends[i] {
				wg.Go(func() {
					ends[i][worker] = work(t, task{emu.URL(), kind, address, fmt.Sprintf("savepoint/%d", i)}, &killed)
				})
			}
		}
		wg.Wait()

		assert.NotZero(t, killed.Load())
		made := map[string]int{}
		c, err := client(emu.URL())
		require.NoError(t, err)
		for p, err := range c.AllSavepoints(t.Context(), flink.ListSavepointsRequest{Namespace: namespace, Workspace: workspace}) {
			require.NoError(t, err)
			made[p.Description]++
		}
		j, err := open(kind, address)
		require.NoError(t, err)
		steps := map[journal.Event]int{}
		for i, pair := range ends {
			key := fmt.Sprintf("savepoint/%d", i)
			assert.Equal(t, 1, made[key], key)
			assert.NotEmpty(t, pair[0])
			assert.Equal(t, pair[0], pair[1])
			e, err := j.Load(t.Context(), key)
			require.NoError(t, err)
			for _, step := range e.Steps {
				steps[step.What]++
			}
		}
		assert.Len(t, made, *changes)
		t.Logf("%s: %d changes, %d processes killed, %d starts took effect; %v", kind, *changes, killed.Load(), len(made), steps)
	})
}

// maxKills is how often one worker is killed at most.
const maxKills = 6

// work makes one change with processes of which most are killed, and returns its end as the last one prints it.
func work(t *testing.T, of task, killed *atomic.Int64) string {
	text, err := json.Marshal(of)
	if !assert.NoError(t, err) {
		return ""
	}
	for kills := 0; ; kills++ {
		out, err := spawn(t, string(text), kills < maxKills && rand.N(5) > 0)
		if err == nil {
			return out
		}
		if kills >= maxKills || !isKilled(err) {
			assert.NoError(t, err)
			return ""
		}
		killed.Add(1)
	}
}

func isKilled(err error) bool {
	e, ok := err.(*exec.ExitError)
	return ok && e.ExitCode() == -1
}

// spawn runs one process, and kills it soon after it is ready if kill is set. The result is what it
// prints after that.
func spawn(t *testing.T, of string, kill bool) (string, error) {
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+of)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	out := bufio.NewReader(pipe)
	_, _ = out.ReadString('\n')
	if kill {
		timer := time.AfterFunc(rand.N(300*time.Millisecond), func() { _ = cmd.Process.Kill() })
		defer timer.Stop()
	}
	end, _ := io.ReadAll(out)
	return string(end), cmd.Wait()
}
