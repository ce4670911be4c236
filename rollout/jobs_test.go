package rollout_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// names is the request of a job: the things to change.
type names struct{ Things []string }

// service is one process of a service with jobs.
func service(ctx context.Context, p *process, folder string) (*rollout.Jobs[names], error) {
	return rollout.NewJobs(ctx, folder, func(_ context.Context, request names, r rollout.Rollout) (rollout.Rollout, error) {
		if len(request.Things) == 0 {
			return r, errors.New("nothing to change")
		}
		r.Resume = p.resume
		for _, name := range request.Things {
			r.Steps = append(r.Steps, p.step(name))
		}
		r.InFlight = 1
		return r, nil
	})
}

// TestJobs has a service end while a job runs, and another one continue.
func TestJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, folder := &process{world: newWorld("a", "b", "c")}, t.TempDir()
		ctx, stop := context.WithCancel(t.Context())
		jobs, err := service(ctx, p, folder)
		require.NoError(t, err)
		first, err := jobs.Start(t.Context(), "2026/11 29", names{[]string{"a", "b"}})
		require.NoError(t, err)
		again, err := jobs.Start(t.Context(), "2026/11 29", names{[]string{"a", "b"}})
		require.NoError(t, err)
		assert.Same(t, first, again)
		_, err = jobs.Start(t.Context(), "2026/11 29", names{[]string{"c"}})
		require.ErrorIs(t, err, cloud.ErrConflict)
		for _, e := range first.Feed.Follow(t.Context(), 0) {
			if e.Step == "b" && e.Phase == rollout.PhaseChanging {
				break
			}
		}
		stop()
		jobs.Wait()
		assert.Nil(t, first.Feed.Last().Report, "it has not ended")

		ctx, stop = context.WithCancel(t.Context())
		defer stop()
		jobs, err = service(ctx, p, folder)
		require.NoError(t, err)
		job, ok := jobs.Get("2026/11 29")
		require.True(t, ok)
		var last rollout.Event
		for _, last = range job.Feed.Follow(t.Context(), 0) {
		}
		assert.Equal(t, "a live new, b live new", phasesOf(last.Report))
		assert.Equal(t, []string{"a=new", "b=new"}, p.effects)
		jobs.Wait()

		_, err = jobs.Start(t.Context(), "another", names{[]string{"c"}})
		require.NoError(t, err)
		jobs.Wait()
		jobs, err = service(ctx, p, folder)
		require.NoError(t, err)
		jobs.Wait()
		all := jobs.All()
		require.Len(t, all, 2)
		assert.Equal(t, "2026/11 29", all[0].Name)
		assert.Equal(t, rollout.Succeeded, all[0].Feed.Last().Report.Outcome, "it has ended before")
		assert.Equal(t, "1 of 1 steps have ended", all[1].Feed.Last().String())
		assert.Len(t, p.effects, 3)
	})
}

// TestJobsAfterAnOutage has a job that a failing journal interrupts; it continues by itself.
func TestJobsAfterAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, folder := &process{world: newWorld("a")}, t.TempDir()
		var down atomic.Bool
		down.Store(true)
		jobs, err := rollout.NewJobs(t.Context(), folder, func(_ context.Context, _ names, r rollout.Rollout) (rollout.Rollout, error) {
			r.Resume, r.Steps = p.resume, []rollout.Step{p.step("a")}
			r.Approve = func(context.Context, rollout.Wave) error {
				if down.Load() {
					return errors.New("no response")
				}
				return nil
			}
			return r, nil
		})
		require.NoError(t, err)
		job, err := jobs.Start(t.Context(), "a", names{})
		require.NoError(t, err)
		time.Sleep(10 * time.Minute)
		assert.Equal(t, "old", p.value("a"))
		down.Store(false)
		jobs.Wait()
		assert.Equal(t, rollout.Succeeded, job.Feed.Last().Report.Outcome)
	})
}

func TestJobsAreChecked(t *testing.T) {
	t.Parallel()
	p, folder := &process{world: newWorld("a")}, t.TempDir()
	jobs, err := service(t.Context(), p, folder)
	require.NoError(t, err)
	for name, want := range map[string]string{
		"":                       "Name: required",
		"a\nb":                   `Name: must have no control characters, given "a\nb"`,
		strings.Repeat("a", 151): "Name: must have at most 150 bytes",
		strings.Repeat("é", 70):  "Name: must have at most 150 bytes",
		"nothing":                "nothing to change",
	} {
		_, err := jobs.Start(t.Context(), name, names{})
		require.ErrorContains(t, err, want)
	}
	_, err = jobs.Start(t.Context(), "no plan", names{[]string{"a", "a"}})
	require.ErrorContains(t, err, "Steps[1].Name")
	_, ok := jobs.Get("no plan")
	assert.False(t, ok)
	assert.Empty(t, jobs.All())

	requests := filepath.Join(folder, "requests")
	require.NoError(t, os.MkdirAll(requests, 0o700))
	for file, text := range map[string]string{"broken.json": "{", "%zz.json": "{}", "nothing.json": "{}"} {
		path := filepath.Join(requests, file)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err = service(t.Context(), p, folder)
		require.ErrorContains(t, err, path)
		require.NoError(t, os.Remove(path))
	}
}
