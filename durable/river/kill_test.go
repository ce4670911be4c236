package river_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/durable/river"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/postgrestest"
)

// The short form is for every run of the tests; the long one measures:
//
//	go test -run '^TestKilledWorkers$' -timeout 30m -v . -args -changes 10000 -kill-for 10m -durable
var (
	changes  = flag.Int("changes", 400, "how many changes the killed workers make")
	killFor  = flag.Duration("kill-for", 45*time.Second, "for how long workers are killed")
	keepSafe = flag.Bool("durable", false, "run PostgreSQL with fsync and pg_stat_statements")
)

const workerVariable = "RIVERTEST_WORKER"

// A task is what a worker process needs to know, in its environment.
type task struct{ URL, Database string }

// configOf is that of a client of the emulator program.
func configOf(url string, more ...cloud.Middleware) cloud.Config {
	return quick(cloud.Config{
		Region: emulator.DefaultRegion, Endpoint: url, AllowPlainHTTP: true, Middleware: more,
		Credentials: cloud.StaticCredentials(emulator.AccessKeyID, emulator.SecretAccessKey, ""),
	})
}

// work is a worker process. It works jobs until it is killed, or told to stop.
func work(text string) error {
	var of task
	if err := json.Unmarshal([]byte(text), &of); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	pool, err := pgxpool.New(ctx, of.Database+"&pool_max_conns=12")
	if err != nil {
		return err
	}
	defer pool.Close()
	rate, err := river.NewRate(pool, "emulator", 2000)
	if err != nil {
		return err
	}
	s, err := newServices(configOf(of.URL, rate.Middleware()))
	if err != nil {
		return err
	}
	c, err := river.New(river.Config{
		Pool: pool, Clients: s.resumers(), JobTimeout: 4 * time.Second, RescueAfter: 5 * time.Second,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	if err := c.Start(ctx); err != nil {
		return err
	}
	<-c.Stopped()
	return nil
}

// startEmulator builds the emulator program and starts it with what the changes need.
func startEmulator(t *testing.T, each int) (url string) {
	t.Helper()
	folder := t.TempDir()
	program, seedFile := filepath.Join(folder, "emulator"), filepath.Join(folder, "seed.json")
	build := exec.Command("go", "build", "-o", program, "./cmd/emulator")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	emu, err := emulator.Start(emulator.InProcess())
	require.NoError(t, err)
	seed(emu, each)
	file, err := os.Create(seedFile)
	require.NoError(t, err)
	require.NoError(t, emu.Save(file))
	require.NoError(t, file.Close())
	emu.Close()

	run := exec.Command(program, "-addr", "127.0.0.1:0", "-seed", seedFile, "-change-time", "3s", "-stale", "500ms", "-log", "error")
	run.Stderr = os.Stderr
	pipe, err := run.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, run.Start())
	t.Cleanup(func() { _ = run.Process.Kill(); _ = run.Wait() })
	lines := bufio.NewScanner(pipe)
	for lines.Scan() {
		if _, after, ok := strings.Cut(lines.Text(), "AWS_ENDPOINT_URL_FINSPACE="); ok {
			url = after
		}
		if strings.HasPrefix(lines.Text(), "unset") {
			return url
		}
	}
	require.Fail(t, "the emulator did not start")
	return ""
}

// A counter counts the starts that took effect, as the control API of the emulator shows them.
type counter struct {
	url    string
	last   int // the last request that was counted
	starts map[string]int
	missed int // requests that were dropped before they were counted
}

func (c *counter) read() error {
	resp, err := http.Get(fmt.Sprintf("%s/_emulator/requests?after=%d", c.url, c.last))
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	var list struct {
		Requests []struct {
			ID, Changes int
			Service     string
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return err
	}
	for _, r := range list.Requests {
		c.missed += r.ID - c.last - 1
		c.last = r.ID
		c.starts[r.Service] += r.Changes
	}
	return nil
}

// every calls f again and again until stop is called, which returns the first error.
func every(pause time.Duration, f func() error) (stop func() error) {
	end, done := make(chan struct{}), make(chan error, 1)
	go func() {
		ticker := time.NewTicker(pause)
		defer ticker.Stop()
		for {
			if err := f(); err != nil {
				done <- err
				return
			}
			select {
			case <-ticker.C:
			case <-end:
				done <- f()
				return
			}
		}
	}()
	return func() error { close(end); return <-done }
}

// database starts that of the test, durable if its figures are to be measured.
func database(t *testing.T) string {
	if !*keepSafe {
		return newDatabase(t)
	}
	s, err := postgrestest.Start("shared_preload_libraries=pg_stat_statements", "max_connections=200")
	postgrestest.Need(t, err)
	t.Cleanup(s.Stop)
	return s.URL("postgres")
}

// workers are three processes, of which each is killed at random and started again.
func workers(t *testing.T, of task) (stop func() (killed int64)) {
	t.Helper()
	text, err := json.Marshal(of)
	require.NoError(t, err)
	var kills atomic.Int64
	var wg sync.WaitGroup
	killing, cancel := context.WithTimeout(t.Context(), *killFor)
	end := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			for {
				run := exec.Command(os.Args[0])
				run.Env, run.Stderr = append(os.Environ(), workerVariable+"="+string(text)), os.Stderr
				if !assert.NoError(t, run.Start()) {
					return
				}
				select {
				case <-time.After(time.Second + rand.N(8*time.Second)):
				case <-killing.Done():
				}
				if killing.Err() != nil {
					<-end
					_ = run.Process.Signal(syscall.SIGTERM)
					assert.NoError(t, run.Wait(), "a worker that is told to stop does")
					return
				}
				_ = run.Process.Kill()
				_ = run.Wait()
				kills.Add(1)
			}
		})
	}
	return func() int64 {
		cancel()
		close(end)
		wg.Wait()
		return kills.Load()
	}
}

// TestKilledWorkers has three processes make changes of all four services, and kills them again and again: each change has
// one end, and as many starts took effect as there are changes.
func TestKilledWorkers(t *testing.T) {
	t.Parallel()
	each := *changes / len(kinds)
	address := database(t)
	pool := connect(t, address)
	require.NoError(t, river.Migrate(t.Context(), river.Config{Pool: pool}))
	url := startEmulator(t, each)
	s, err := newServices(configOf(url))
	require.NoError(t, err)
	c, err := river.New(river.Config{Pool: pool})
	require.NoError(t, err)
	count := &counter{url: url, starts: map[string]int{}}
	stopCounting := every(100*time.Millisecond, count.read)
	load := startMeasuring(t, pool)

	stopWorkers := workers(t, task{url, address})
	began := time.Now()
	enqueue(t, c, pool, s, each, *killFor*4/5/time.Duration(each))
	enqueued := time.Since(began)
	const patience = 2 * time.Minute
	deadline := began.Add(max(*killFor, enqueued) + patience)
	for pending(t, pool) > 0 && time.Now().Before(deadline) || time.Since(began) < *killFor {
		time.Sleep(200 * time.Millisecond)
	}
	took := time.Since(began)
	figures := load()
	killed := stopWorkers()
	require.NoError(t, stopCounting())

	rescued := rescued(t, pool)
	t.Logf("%d changes, %d workers killed, %d jobs rescued, %d starts took effect; enqueued in %s, ended in %s; %v",
		each*len(kinds), killed, rescued, sum(count.starts), enqueued.Round(time.Second), took.Round(time.Second), steps(t, pool))
	t.Log(figures(each * len(kinds)))

	assert.NotZero(t, rescued, "workers were killed while they worked")
	assert.Zero(t, pending(t, pool), stateOfPending(t, c, pool))
	assert.Zero(t, count.missed, "all requests were counted")
	for _, kind := range kinds {
		assert.Equal(t, each, count.starts[kind.service], "starts of %s that took effect", kind.service)
	}
	assertEnds(t, pool, each*len(kinds))
	assertSavepoints(t, s, each)
}

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

func keyOf(service string, i int) string { return fmt.Sprintf("%s/%d", service, i) }

// enqueue enqueues the changes while workers work and are killed, in transactions of their own: one of each kind at a time.
func enqueue(t *testing.T, c *river.Client, pool *pgxpool.Pool, s services, each int, pace time.Duration) {
	t.Helper()
	var wg sync.WaitGroup
	for _, kind := range kinds {
		wg.Go(func() {
			turns := time.NewTicker(pace)
			defer turns.Stop()
			for i := range each {
				<-turns.C
				ch, err := kind.prepare(t.Context(), s, i)
				if !assert.NoError(t, err) {
					return
				}
				err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
					return c.EnqueueTx(t.Context(), tx, keyOf(kind.service, i), ch)
				})
				if !assert.NoError(t, err) {
					return
				}
			}
		})
	}
	wg.Wait()
}

// pending is how many changes have not ended.
func pending(t *testing.T, pool *pgxpool.Pool) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM cloud_changes WHERE outcome = 'pending'").Scan(&n))
	return n
}

// stateOfPending says what is known of some changes that have not ended.
func stateOfPending(t *testing.T, c *river.Client, pool *pgxpool.Pool) string {
	rows, err := pool.Query(t.Context(), "SELECT change_key FROM cloud_changes WHERE outcome = 'pending' LIMIT 3")
	require.NoError(t, err)
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	var b strings.Builder
	for _, key := range keys {
		state, err := c.State(t.Context(), key)
		fmt.Fprintf(&b, "%s: %s, next at %s, %s %v\n%s\n", key, state.Job, state.Next, state.Problem, err, state.Steps)
	}
	return b.String()
}

// assertEnds checks that each change has succeeded, with one end and one start in its audit trail.
func assertEnds(t *testing.T, pool *pgxpool.Pool, want int) {
	rows, err := pool.Query(t.Context(), `SELECT change_key, outcome, steps FROM cloud_changes`)
	require.NoError(t, err)
	var key, outcome, steps string
	got := 0
	_, err = pgx.ForEachRow(rows, []any{&key, &outcome, &steps}, func() error {
		got++
		if outcome != "succeeded" || strings.Count(steps, `"what":"ended"`) != 1 || strings.Count(steps, `"what":"started"`) != 1 {
			return errors.New(key + " is " + outcome + ":\n" + steps)
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, want, got, "nothing is lost")
}

// rescued is how many times a job was taken up again whose worker was killed.
func rescued(t *testing.T, pool *pgxpool.Pool) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT coalesce(sum(array_length(errors, 1)), 0) FROM river_job").Scan(&n))
	return n
}

// steps counts the steps in all audit trails.
func steps(t *testing.T, pool *pgxpool.Pool) map[string]int {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT (line::json)->>'what', count(*) FROM cloud_changes,
		regexp_split_to_table(rtrim(steps, E'\n'), E'\n') AS line GROUP BY 1`)
	require.NoError(t, err)
	list := map[string]int{}
	var what string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&what, &n}, func() error {
		list[what] = n
		return nil
	})
	require.NoError(t, err)
	return list
}

// assertSavepoints checks that the service has one savepoint for each change that makes one.
func assertSavepoints(t *testing.T, s services, each int) {
	made := map[string]int{}
	for p, err := range s.flink.AllSavepoints(t.Context(), flink.ListSavepointsRequest{}) {
		require.NoError(t, err)
		made[p.Description]++
	}
	assert.Len(t, made, each)
	for i := range each {
		assert.Equal(t, 1, made[fmt.Sprintf("savepoint-%d", i)])
	}
}
