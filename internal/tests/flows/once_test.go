package flows_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
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
)

var everyStep = flag.Bool("every-step", false, "in TestOnce, try each crash with each way to lose a response and each delay")

// A trial is one change in an adverse world: where its first process dies, what becomes of the first request that
// starts it, and who else carries it out.
type trial struct {
	killAt  int           // the step at which the first process dies; 0 is never
	fate    string        // of the first start: "", or lost "before" or "after" its effect, or "late" for a minute later
	restart time.Duration // how long after its death the process is started again
	second  time.Duration // when a second process begins the same change; negative is never
	stale   time.Duration // how old reads may be
}

func (tr trial) String() string {
	return fmt.Sprintf("killed at step %d, start %q, restarted after %s, a second process at %s, reads %s old",
		tr.killAt, cmp.Or(tr.fate, "answered"), tr.restart, tr.second, tr.stale)
}

// A stage is where a trial takes place: the service and the journal, which outlive all processes.
type stage struct {
	trial
	flow flow
	emu  *emulator.Emulator
	base http.RoundTripper
	log  journal.Journal

	mu      sync.Mutex
	steps   int  // of the first process so far, over all its lives
	killed  bool // it has died
	fated   bool // the first start has met its fate
	started int  // the step after which the start had its effect; 0 if it has not yet
}

// A process carries out the change, until it dies at one of its steps: before or after a call, or an access to the
// journal. A dead process does nothing any more.
type process struct {
	*stage
	first  bool
	cancel context.CancelFunc
	dead   bool
}

var errDead = errors.New("the process has died")

// step is a point at which the process may die.
func (p *process) step() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first {
		p.steps++
		if p.steps == p.killAt && !p.killed {
			p.killed, p.dead = true, true
			p.cancel()
		}
	}
	if p.dead {
		return errDead
	}
	return nil
}

// isStart reports whether a request starts the change, by how each service names operations.
func (p *process) isStart(r *http.Request) bool {
	switch p.flow.service {
	case "proton":
		return strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+p.flow.start)
	case "dlc":
		return header(r, "X-TC-Action") == p.flow.start
	case "flink":
		return header(r, "x-acs-action") == p.flow.start
	}
	return r.Method != http.MethodGet
}

// header returns a header, whatever its spelling.
func header(r *http.Request, name string) string {
	for key, values := range r.Header {
		if strings.EqualFold(key, name) {
			return values[0]
		}
	}
	return ""
}

// RoundTrip delivers a request unless the process is dead or the request is lost.
func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := p.step(); err != nil {
		return nil, err
	}
	switch p.fateOf(r) {
	case "before":
		return nil, io.ErrUnexpectedEOF
	case "late":
		return nil, p.deliverLate(r)
	case "after":
		resp, err := p.base.RoundTrip(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		return nil, io.ErrUnexpectedEOF
	}
	resp, err := p.base.RoundTrip(r)
	if p.isStart(r) {
		p.mu.Lock()
		p.started = cmp.Or(p.started, p.steps)
		p.mu.Unlock()
	}
	if err := p.step(); err != nil {
		if resp != nil {
			_ = resp.Body.Close()
		}
		return nil, err
	}
	return resp, err
}

// fateOf is what becomes of a request: the first start meets the fate of the trial.
func (p *process) fateOf(r *http.Request) string {
	if !p.isStart(r) {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fated {
		return ""
	}
	p.fated = true
	return p.fate
}

// deliverLate delivers a request a minute later, when its sender has given up.
func (p *process) deliverLate(r *http.Request) error {
	late := r.Clone(context.Background())
	if r.GetBody != nil {
		late.Body, _ = r.GetBody()
	}
	go func() {
		time.Sleep(time.Minute)
		if resp, err := p.base.RoundTrip(late); err == nil {
			_ = resp.Body.Close()
		}
	}()
	return io.ErrUnexpectedEOF
}

// Load and Store are those of the journal.
func (p *process) Load(ctx context.Context, key string) (journal.Entry, error) {
	if err := p.step(); err != nil {
		return journal.Entry{}, err
	}
	return p.log.Load(ctx, key)
}

func (p *process) Store(ctx context.Context, e journal.Entry) error {
	if err := p.step(); err != nil {
		return err
	}
	if err := p.log.Store(ctx, e); err != nil {
		return err
	}
	return p.step()
}

// live runs one life of a process, and reports whether it died.
func (s *stage) live(t *testing.T, first bool) (end journal.End, err error, died bool) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := &process{stage: s, first: first, cancel: cancel}
	c := clientsOf(t, s.emu, func(cfg *cloud.Config) { cfg.HTTPClient = &http.Client{Transport: p} })
	end, err = journal.Run(ctx, p, "change",
		func(ctx context.Context) (cloud.AnyChange, error) { return s.flow.prepare(ctx, c) },
		func(token string) (cloud.AnyChange, error) { return s.flow.resume(c, token) })
	return end, err, p.dead
}

// carryOut runs a process to the end of the change, through its deaths. A start that a call refuses is tried again
// later, as a work queue would.
func (s *stage) carryOut(t *testing.T, first bool) error {
	for range 20 {
		_, err, died := s.live(t, first)
		switch {
		case died:
			time.Sleep(s.restart)
		case err == nil, errors.Is(err, cloud.ErrUncertain):
			return err
		default:
			time.Sleep(10 * time.Minute)
		}
	}
	return errors.New("the change was not carried out in 20 tries")
}

// A result is what a trial came to.
type result struct {
	starts, effects int
	err             error
	steps, started  int
}

// try plays a trial.
func try(t *testing.T, f flow, tr trial) (r result) {
	emu, err := emulator.Start(emulator.InProcess(), emulator.WithChangeTime(changeTime), emulator.WithStaleReads(tr.stale))
	require.NoError(t, err)
	defer emu.Close()
	f.seed(emu)
	s := &stage{trial: tr, flow: f, emu: emu, base: emu.Config().HTTPClient.Transport, log: journal.Memory()}
	var second error
	var wg sync.WaitGroup
	if tr.second >= 0 {
		wg.Go(func() {
			time.Sleep(tr.second)
			second = s.carryOut(t, false)
		})
	}
	r.err = s.carryOut(t, true)
	wg.Wait()
	time.Sleep(5 * time.Minute) // for what is still under way
	r.err = cmp.Or(r.err, second)
	r.starts, r.effects = s.count()
	r.steps, r.started = s.steps, s.started
	return r
}

// count counts the requests that reached the service to start the change, and those of them that did start one.
func (s *stage) count() (starts, effects int) {
	for _, r := range s.emu.Requests() {
		if r.Operation != s.flow.start {
			continue
		}
		starts++
		if r.Changes > 0 {
			effects++
		}
	}
	return starts, effects
}

// tally is what the trials of one service came to.
type tally struct {
	operations int
	certain    int // of them, those that never ended as uncertain

	kills, starts, effects, changes, uncertain, double int
}

// TestOnce kills the process that makes a change at every step, loses and delays the request that starts it, and lets a
// second process overlap. However it goes, the change starts once, or ends as uncertain.
func TestOnce(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	tallies := map[string]*tally{}
	t.Run("flows", func(t *testing.T) {
		for i, f := range flows {
			if testing.Short() && i%6 != 0 {
				continue
			}
			t.Run(f.String(), func(t *testing.T) {
				t.Parallel()
				sum := tryAll(t, f)
				mu.Lock()
				defer mu.Unlock()
				total := tallies[f.service]
				if total == nil {
					total = &tally{}
					tallies[f.service] = total
				}
				total.add(sum)
			})
		}
	})
	var all tally
	for _, service := range slices.Sorted(maps.Keys(tallies)) {
		c := tallies[service]
		all.add(*c)
		t.Logf("%-8s operations: %d (%d never uncertain), kills: %d, changes: %d, starts: %d, effects: %d, uncertain: %d, double: %d",
			service, c.operations, c.certain, c.kills, c.changes, c.starts, c.effects, c.uncertain, c.double)
	}
	if testing.Short() {
		return
	}
	assert.GreaterOrEqual(t, all.certain, 70, "operations whose starts are always known to have begun or not")
}

func (c *tally) add(other tally) {
	c.operations += other.operations
	c.certain += other.certain
	c.kills += other.kills
	c.changes += other.changes
	c.starts += other.starts
	c.effects += other.effects
	c.uncertain += other.uncertain
	c.double += other.double
}

// tryAll plays the trials of one flow.
func tryAll(t *testing.T, f flow) (sum tally) {
	sum.operations = 1
	play := func(tr trial) (r result) {
		synctest.Test(t, func(t *testing.T) { r = try(t, f, tr) })
		sum.changes++
		sum.starts += r.starts
		sum.effects += r.effects
		if tr.killAt > 0 {
			sum.kills++
		}
		if r.effects > 1 {
			sum.double++
		}
		assert.LessOrEqual(t, r.effects, 1, "%s: %v", tr, r.err)
		if errors.Is(r.err, cloud.ErrUncertain) {
			sum.uncertain++
			return r
		}
		assert.NoError(t, r.err, "%s", tr)
		assert.Equal(t, 1, r.effects, "%s", tr)
		return r
	}
	plain := play(trial{second: -1})
	for _, tr := range trialsOf(f, plain.started+8) {
		play(tr)
	}
	if sum.uncertain == 0 {
		sum.certain = 1
	}
	return sum
}

var (
	fates    = []string{"", "before", "after", "late"}
	restarts = []time.Duration{time.Second, 3 * time.Minute, 15 * time.Minute}
	seconds  = []time.Duration{-1, 0, 90 * time.Second, 4 * time.Minute}
	stales   = []time.Duration{0, 20 * time.Second} // below the half minute for which a wait must see an unproven end
)

// trialsOf lists the trials of a flow. Unless all are asked for, each step is tried with another combination of the
// rest.
func trialsOf(f flow, steps int) (list []trial) {
	for kill := range steps + 1 {
		for _, fate := range fates {
			for _, restart := range restarts {
				for _, second := range seconds {
					for _, stale := range stales {
						list = append(list, trial{kill, fate, restart, second, stale})
					}
				}
			}
		}
	}
	if *everyStep {
		return list
	}
	random := rand.New(rand.NewPCG(1, uint64(len(f.String()))))
	perStep := len(list) / (steps + 1)
	every := 1
	if underRace {
		every = 4 // the detector needs no more to see what runs at once
	}
	var some []trial
	for step := 0; step <= steps; step += every {
		chunk := list[step*perStep : (step+1)*perStep]
		some = append(some, chunk[random.IntN(perStep)], chunk[random.IntN(perStep)])
	}
	return some
}
