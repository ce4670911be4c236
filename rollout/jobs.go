package rollout

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Jobs are rollouts that run in the background of a service, and that its next process continues. Each has a name and is
// built from a request, a value that marshals to JSON and back. Requests and the journal are in one folder, for one process
// at a time.
type Jobs[R any] struct {
	ctx     context.Context
	folder  string
	build   func(ctx context.Context, request R, r Rollout) (Rollout, error)
	running sync.WaitGroup

	starting sync.Mutex // held while a request is checked and kept
	mu       sync.Mutex
	byName   map[string]*Job[R]
}

// Job is one rollout of Jobs.
type Job[R any] struct {
	Name    string
	Request R
	Rollout Rollout // for Status
	Feed    Feed    // what happens; an http.Handler
}

// NewJobs returns the jobs in a folder, and continues those that have not ended, until ctx ends. build adds the steps to a
// rollout with a name and a journal; it is called again for the same request after a restart.
func NewJobs[R any](
	ctx context.Context, folder string, build func(ctx context.Context, request R, r Rollout) (Rollout, error),
) (*Jobs[R], error) {
	j := &Jobs[R]{ctx: ctx, folder: folder, build: build, byName: map[string]*Job[R]{}}
	files, err := filepath.Glob(filepath.Join(folder, "requests", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := j.load(file); err != nil {
			return nil, fmt.Errorf("rollout: job %s: %w", file, err)
		}
	}
	for _, one := range j.byName { // when nothing can fail any more
		if one.Feed.Last().Report == nil {
			j.run(one)
		}
	}
	return j, nil
}

// load takes up the job of an earlier process.
func (j *Jobs[R]) load(file string) error {
	name, err := url.PathUnescape(strings.TrimSuffix(filepath.Base(file), ".json"))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var request R
	if err := json.Unmarshal(text, &request); err != nil {
		return err
	}
	one, err := j.job(name, request)
	if err != nil {
		return err
	}
	report, err := one.Rollout.Status(j.ctx)
	if err != nil {
		return err
	}
	j.byName[name] = one
	if report.Outcome != Unfinished {
		one.Feed.Add(Event{At: report.Ended, Ended: report.ended(), Total: len(report.Steps), Report: report})
	}
	return nil
}

func (j *Jobs[R]) job(name string, request R) (*Job[R], error) {
	r, err := j.build(j.ctx, request, Rollout{Name: name, Journal: journal.Dir(filepath.Join(j.folder, "journal"))})
	return &Job[R]{Name: name, Request: request, Rollout: r}, err
}

// Start starts a rollout if its plan can be made, and returns it. What Start returns without an error survives a crash. The
// same request under the same name is the same job; another one is a cloud.ErrConflict.
func (j *Jobs[R]) Start(ctx context.Context, name string, request R) (*Job[R], error) {
	if rule := cmp.Or(nameRule(name), fileRule(name)); rule != "" {
		return nil, invalid("Name", cloud.CheckPattern, rule, fmt.Sprintf("%.60q", name))
	}
	j.starting.Lock()
	defer j.starting.Unlock()
	old, ok := j.Get(name)
	switch {
	case ok && reflect.DeepEqual(old.Request, request):
		return old, nil
	case ok:
		return nil, &cloud.Error{
			Service: "rollout", Kind: cloud.ErrConflict,
			Message: fmt.Sprintf("name: must not be that of another request, given %.60q", name),
		}
	}
	one, err := j.job(name, request)
	if err != nil {
		return nil, err
	}
	if _, err := one.Rollout.Plan(ctx); err != nil {
		return nil, err
	}
	if err := j.keep(name, request); err != nil {
		return nil, fmt.Errorf("rollout: job %.60q: %w", name, err)
	}
	j.mu.Lock()
	j.byName[name] = one
	j.mu.Unlock()
	j.run(one)
	return one, nil
}

// fileRule returns the rule that a name breaks which must fit into the name of a file.
func fileRule(name string) string {
	switch {
	case name == "":
		return "required"
	case len(url.PathEscape(name)) > maxName:
		return fmt.Sprintf("must have at most %d bytes, and a third of them if they are not letters or digits", maxName)
	}
	return ""
}

// keep writes a request to a file, whole or not at all.
func (j *Jobs[R]) keep(name string, request R) error {
	folder := filepath.Join(j.folder, "requests")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	text, err := json.Marshal(request)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, "new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(folder, url.PathEscape(name)+".json"))
}

// Get returns the job of a name.
func (j *Jobs[R]) Get(name string) (*Job[R], bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	one, ok := j.byName[name]
	return one, ok
}

// All returns all jobs, by name.
func (j *Jobs[R]) All() []*Job[R] {
	j.mu.Lock()
	defer j.mu.Unlock()
	list := make([]*Job[R], 0, len(j.byName))
	for _, one := range j.byName {
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b *Job[R]) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// Wait waits until no job runs, which is soon after the context of NewJobs has ended.
func (j *Jobs[R]) Wait() { j.running.Wait() }

// run runs a job in the background, again if an outage interrupts it. What the end of the context interrupts has no end in
// its feed.
func (j *Jobs[R]) run(one *Job[R]) {
	j.running.Go(func() {
		for j.ctx.Err() == nil && !one.run(j.ctx) {
			_ = pause(j.ctx, lastPause)
		}
	})
}

// run reports whether the rollout has ended.
func (one *Job[R]) run(ctx context.Context) bool {
	for e := range one.Rollout.Watch(ctx) {
		if e.Report != nil && e.Report.Outcome == Interrupted {
			return false
		}
		one.Feed.Add(e)
	}
	return true
}
