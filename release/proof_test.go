package release_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A proof is a recipe with a world in which it is tried.
type proof struct {
	// world fills an emulator.
	world func(emu *emulator.Emulator)
	// build makes the rollout, with a client of its own, as each process does.
	build func(t *testing.T, cfg cloud.Config, r rollout.Rollout) (rollout.Rollout, error)
	// effects are how many changes and writes each operation makes, if all goes well.
	effects map[string]int
	// writes are how many requests each operation gets that changes something at once.
	writes map[string]int
	// live is the report when all has gone well, and check looks at the world then.
	live  string
	check func(t *testing.T, cfg cloud.Config)
	// undone is the report when a verification has failed after live, and restored looks at the world then.
	undone   string
	restored func(t *testing.T, cfg cloud.Config)
	undo     rollout.OnFailure // UndoAll unless set
	// stands reports whether the world has what a step stands for as the report says, which is old or new.
	stands func(t *testing.T, cfg cloud.Config, step string, as rollout.Stands) bool
	every  int // which of the points at which a process can die are tried; all unless set
}

// A process can die at any point: whenever it uses its journal or the network.
type process struct {
	journal journal.Journal
	network http.RoundTripper

	mu     sync.Mutex
	passed int
	dieAt  int // the point at which it dies; 0 never
	died   string
	cancel context.CancelFunc
	undoAt int    // the first point of the way back
	onUndo func() // called there; may be nil
}

var errDead = errors.New("the process is dead")

func (p *process) at(point string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed++
	if p.undoAt == 0 && strings.Contains(point, " proof/undo/") {
		p.undoAt = p.passed
		if p.onUndo != nil {
			p.onUndo()
		}
	}
	if p.died == "" && p.passed == p.dieAt {
		p.died = point
		p.cancel()
	}
	if p.died != "" {
		return errDead
	}
	return nil
}

func (p *process) Load(ctx context.Context, key string) (journal.Entry, error) {
	if err := p.at("load " + key); err != nil {
		return journal.Entry{}, err
	}
	return p.journal.Load(ctx, key)
}

func (p *process) Store(ctx context.Context, e journal.Entry) error {
	if err := p.at("store " + e.Key); err != nil {
		return err
	}
	return errors.Join(p.journal.Store(ctx, e), p.at("stored "+e.Key))
}

// reads are the operations that change nothing, and not worth a point of their own.
var reads = []string{"Get", "List", "Describe", "Check"}

func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet || isRead(r.Header.Get("X-Amz-Target")) || isRead("."+r.Header.Get("X-TC-Action")) {
		return p.network.RoundTrip(r)
	}
	name := r.Method + " " + r.URL.Path + r.Header.Get("X-Amz-Target") + r.Header.Get("X-Tc-Action")
	if err := p.at("send " + name); err != nil {
		return nil, err
	}
	out, err := p.network.RoundTrip(r)
	if dead := p.at("sent " + name); dead != nil {
		if err == nil {
			_ = out.Body.Close()
		}
		return nil, dead
	}
	return out, err
}

func isRead(target string) bool {
	_, name, _ := strings.Cut(target, ".")
	for _, verb := range reads {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

// run runs the recipe in a process that dies at a point.
func (p proof) run(
	t *testing.T, emu *emulator.Emulator, j journal.Journal, dieAt int, edit func(*rollout.Rollout),
) (*process, *rollout.Report, error) {
	t.Helper()
	return p.runIn(t, emu, &process{journal: j, dieAt: dieAt}, edit)
}

// runIn runs the recipe in a process.
func (p proof) runIn(
	t *testing.T, emu *emulator.Emulator, one *process, edit func(*rollout.Rollout),
) (*process, *rollout.Report, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cfg := emu.Config()
	one.network, one.cancel = cfg.HTTPClient.Transport, cancel
	cfg.HTTPClient = &http.Client{Transport: one}
	r, err := p.build(t, cfg, rollout.Rollout{Name: "proof", Journal: one})
	require.NoError(t, err)
	if edit != nil {
		edit(&r)
	}
	report, err := r.Run(ctx)
	return one, report, err
}

func (p proof) start(t *testing.T) *emulator.Emulator {
	t.Helper()
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(4*time.Minute))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	p.world(emu)
	return emu
}

// phasesOf is a report in one line: its steps, their phases, and where their resources stand.
func phasesOf(r *rollout.Report) string {
	if r == nil {
		return "no report"
	}
	list := make([]string, len(r.Steps))
	for i, s := range r.Steps {
		list[i] = fmt.Sprintf("%s %s %s", s.Name, s.Phase, s.Stands)
	}
	return strings.Join(list, ", ")
}

// effectsOf counts what requests have done, by operation.
func (p proof) effectsOf(emu *emulator.Emulator) map[string]int {
	done := map[string]int{}
	for _, r := range emu.Requests() {
		if _, ok := p.effects[r.Operation]; ok && r.Changes > 0 {
			done[r.Operation] += r.Changes
		}
	}
	return done
}

func (p proof) requireLive(t *testing.T, emu *emulator.Emulator, report *rollout.Report, err error, when string) {
	t.Helper()
	require.NoError(t, err, when)
	assert.Equal(t, p.live, phasesOf(report), when)
	assert.Equal(t, p.effects, p.effectsOf(emu), when)
	p.check(t, emu.Config())
}

func (p proof) test(t *testing.T) {
	t.Parallel()
	t.Run("success", p.success)
	t.Run("crashes", func(t *testing.T) { p.crashes(t, 1, max(p.every, 1), nil, p.requireLive) })
	t.Run("undo", p.undoes)
	for operation, times := range p.effects {
		for k := range times {
			t.Run(fmt.Sprintf("failure of %s %d", operation, k), func(t *testing.T) { p.fails(t, operation, k) })
		}
	}
	all := maps.Clone(p.effects)
	maps.Copy(all, p.writes)
	for operation, times := range all {
		for k := range times {
			t.Run(fmt.Sprintf("faults of %s %d", operation, k), func(t *testing.T) { p.faults(t, operation, k) })
		}
	}
}

func (p proof) success(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		emu := p.start(t)
		_, report, err := p.run(t, emu, journal.Memory(), 0, nil)
		p.requireLive(t, emu, report, err, "")
		r, err := p.build(t, emu.Config(), rollout.Rollout{})
		require.NoError(t, err)
		_, err = r.Plan(t.Context())
		require.NoError(t, err)
		assert.Equal(t, p.effects, p.effectsOf(emu), "a plan sends nothing")
	})
}

// faults has one request of an operation throttled, refused for a while, or its response lost.
func (p proof) faults(t *testing.T, operation string, skip int) {
	t.Parallel()
	for _, fault := range []emulator.Fault{
		{Kind: emulator.Throttle, Times: 20},
		{Kind: emulator.Unavailable, Times: 20},
		{Kind: emulator.Reset, Times: 1},
		{Kind: emulator.Reset, AfterEffect: true, Times: 1},
		{Kind: emulator.Truncate, AfterEffect: true, Times: 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			emu := p.start(t)
			fault.Operation, fault.Skip = operation, skip
			emu.Inject(fault)
			_, report, err := p.run(t, emu, journal.Memory(), 0, nil)
			p.requireLive(t, emu, report, err, fmt.Sprintf("%s %v", fault.Kind, fault.AfterEffect))
		})
	}
}

// crashes has the process die at each point from one on, or at every second or third, and another one with the same
// journal continue.
func (p proof) crashes(
	t *testing.T, from, every int, edit func(*rollout.Rollout),
	verify func(t *testing.T, emu *emulator.Emulator, report *rollout.Report, err error, when string),
) {
	t.Parallel()
	points := 0
	for dieAt, died := from, true; died && !t.Failed(); dieAt += every * sparse {
		synctest.Test(t, func(t *testing.T) {
			emu, j := p.start(t), journal.Memory()
			one, report, err := p.run(t, emu, j, dieAt, edit)
			if died = one.died != ""; died {
				points++
				_, report, err = p.run(t, emu, j, 0, edit)
			}
			verify(t, emu, report, err, "died at "+one.died)
		})
	}
	t.Logf("died at %d points", points)
	assert.Greater(t, points*sparse, 5)
}

var errNoRows = errors.New("no rows")

// bad makes the verification of the last step fail, and all of the rollout be undone.
func bad(r *rollout.Rollout) {
	r.OnFailure = rollout.UndoAll
	r.Steps[len(r.Steps)-1].Verify = func(context.Context, any) error { return errNoRows }
}

// ends runs the recipe with scripted endings.
func (p proof) ends(
	t *testing.T, edit func(*rollout.Rollout), endings ...emulator.Ending,
) (report *rollout.Report, emu *emulator.Emulator, err error) {
	t.Helper()
	emu = p.start(t)
	emu.Script(endings...)
	_, report, err = p.run(t, emu, journal.Memory(), 0, edit)
	return report, emu, err
}
