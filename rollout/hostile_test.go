package rollout_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// TestPanics has each function of a step panic, and that of the rollout: it is an error, and the rollout goes on.
func TestPanics(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		edit func(r *rollout.Rollout)
		want string
	}{
		{"Ready", func(r *rollout.Rollout) {
			r.Steps[1].Ready = func(context.Context) error { panic("boom") }
		}, "a live new, b failed old"},
		{"Prepare", func(r *rollout.Rollout) {
			prepare, calls := r.Steps[1].Prepare, 0
			r.Steps[1].Prepare = func(ctx context.Context) (cloud.AnyChange, error) {
				if calls++; calls > 1 { // after the plan
					panic("boom")
				}
				return prepare(ctx)
			}
		}, "a live new, b failed old"},
		{"Verify", func(r *rollout.Rollout) {
			r.OnFailure = rollout.UndoAll
			r.Steps[1].Verify = func(context.Context, any) error { panic("boom") }
		}, "a undone old, b undone old"},
		{"Undo", func(r *rollout.Rollout) {
			r.OnFailure = rollout.UndoAll
			r.Steps[1].Verify = func(context.Context, any) error { return errors.New("no rows") }
			r.Steps[1].Undo = func(context.Context, cloud.AnyChange) (cloud.AnyChange, error) { panic("boom") }
		}, "a undone old, b undo failed new"},
		{"Approve", func(r *rollout.Rollout) {
			r.Approve = func(context.Context, rollout.Wave) error { panic("boom") }
		}, "a waiting old, b waiting old"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &process{world: newWorld("a", "b")}
				r := rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b")}, InFlight: 1}
				tt.edit(&r)
				report, err := r.Run(t.Context())
				panicked := new(rollout.PanicError)
				require.ErrorAs(t, err, &panicked)
				assert.Equal(t, tt.name, panicked.Func)
				assert.Equal(t, "boom", panicked.Value)
				assert.Contains(t, string(panicked.Stack), "hostile_test.go")
				assert.Contains(t, err.Error(), tt.name+" panicked: boom")
				assert.Equal(t, tt.want, standings(report))
			})
		})
	}
}

// standings are the steps of a report, their phases, and where their resources stand.
func standings(r *rollout.Report) string {
	list := make([]string, len(r.Steps))
	for i, s := range r.Steps {
		list[i] = fmt.Sprintf("%s %s %s", s.Name, s.Phase, s.Stands)
	}
	return strings.Join(list, ", ")
}

// TestConsumerThatPanics has the loop over the events panic. The bubble ends only if no goroutine of the rollout is left.
func TestConsumerThatPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld("a", "b")}
		assert.PanicsWithValue(t, "boom", func() {
			for range (rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b")}}).Watch(t.Context()) {
				panic("boom")
			}
		})
	})
}

// A failingJournal fails one of its writes.
type failingJournal struct {
	journal.Journal
	mu     sync.Mutex
	writes int
	fail   int // the number of the write that fails, from 1
	stored bool
}

func (f *failingJournal) Store(ctx context.Context, e journal.Entry) error {
	f.mu.Lock()
	f.writes++
	fails := f.writes == f.fail
	f.mu.Unlock()
	if !fails {
		return f.Journal.Store(ctx, e)
	}
	if f.stored {
		_ = f.Journal.Store(ctx, e)
	}
	return errors.New("the disk is full")
}

// TestEveryWriteOfTheJournalFails has the process go on after its journal has failed once: nothing starts that is not
// recorded, and the next call finishes the rollout.
func TestEveryWriteOfTheJournalFails(t *testing.T) {
	t.Parallel()
	for _, stored := range []bool{false, true} {
		for fail := 1; ; fail++ {
			last := false
			synctest.Test(t, func(t *testing.T) {
				p := &process{world: newWorld("a", "b")}
				j := &failingJournal{Journal: journal.Memory(), fail: fail, stored: stored}
				r := rollout.Rollout{
					Steps: []rollout.Step{p.step("a"), p.step("b", "a")}, OnFailure: rollout.UndoAll, Journal: j, History: journal.Memory(), Resume: p.resume,
				}
				r.Steps[1].Verify = func(context.Context, any) error { return errors.New("no rows") }
				report, err := r.Run(t.Context())
				if last = j.writes < fail; !last {
					require.ErrorContains(t, err, "the disk is full", fail)
					require.NotNil(t, report)
					report, err = r.Run(t.Context())
				}
				require.ErrorContains(t, err, "no rows", fail)
				assert.Equal(t, "a undone old, b undone old", standings(report), fail)
				assert.Equal(t, []string{"a=new", "b=new", "b=old", "a=old"}, p.effects, fail)
			})
			if last {
				assert.Greater(t, fail, 15)
				break
			}
		}
	}
}

// TestTwoProcesses has a rollout run in two processes at once: each change starts once, and both report the same.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	for _, verdict := range []error{nil, errors.New("no rows")} {
		synctest.Test(t, func(t *testing.T) {
			w, j := newWorld("a", "b", "c", "d"), journal.Memory()
			reports := make([]*rollout.Report, 2)
			var both sync.WaitGroup
			for i := range reports {
				both.Go(func() {
					p := &process{world: w}
					r := rollout.Rollout{
						Steps: []rollout.Step{p.step("a"), p.step("b", "a"), p.step("c"), p.step("d", "c")}, Waves: rollout.Waves(2, 2),
						OnFailure: rollout.UndoAll, Journal: j, Resume: p.resume,
					}
					r.Steps[3].Verify = func(context.Context, any) error { return verdict }
					reports[i], _ = r.Run(t.Context())
				})
			}
			both.Wait()
			want, effects := "a live new, b live new, c live new, d live new", []string{"a=new", "b=new", "c=new", "d=new"}
			if verdict != nil {
				want, effects = "a undone old, b undone old, c undone old, d undone old", append(effects, "a=old", "b=old", "c=old", "d=old")
			}
			assert.Equal(t, want, standings(reports[0]))
			assert.Equal(t, want, standings(reports[1]))
			assert.ElementsMatch(t, effects, w.effects)
		})
	}
}

// TestHostileNames has names and errors that could break a table, a picture or a key.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	names := []string{"a/b", "../../etc", "<script>alert(1)</script>", `"&'`, "数据库集群", "e\u0301\u200d", "\u202egnp", strings.Repeat("長", 50), " ", "%s%n"}
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld(names...)}
		r := rollout.Rollout{Name: "a/b <&>", OnFailure: rollout.UndoAll, Journal: journal.Dir(t.TempDir()), Resume: p.resume}
		for _, name := range names {
			r.Steps = append(r.Steps, p.step(name))
		}
		r.Steps[2].Verify = func(context.Context, any) error { return errors.New("</title><script>\n\x1b[2J]]>") }
		plan, err := r.Plan(t.Context())
		require.NoError(t, err)
		report, err := r.Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnhealthy)
		for _, text := range []string{plan.String(), report.String()} {
			assert.NotContains(t, text, "\x1b")
			assert.NotContains(t, text, "\u202e")
		}
		d := xml.NewDecoder(bytes.NewReader(report.SVG()))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if start, ok := token.(xml.StartElement); ok {
				assert.NotEqual(t, "script", start.Name.Local)
			}
		}
		lines := strings.Split(report.String(), "\n")
		require.Len(t, lines, len(names)+3, "a head, a line for each step, one for the whole, and no more")
		head := strings.Index(lines[0], "PHASE")
		for i, name := range names {
			cells := columns(lines[i+1])
			assert.Contains(t, []string{"undone", "blocke"}, string(cells[head:head+len("undone")]), "%s: %s", name, lines[i+1])
		}
	})
}

// columns are the characters of a line as a terminal shows it: a wide one is followed by 0, and a mark has none.
func columns(line string) (list []rune) {
	for _, c := range line {
		switch {
		case c == '\u0301' || c == '\u200d':
		case c >= 0x3000 && c < 0xa000:
			list = append(list, c, 0)
		default:
			list = append(list, c)
		}
	}
	return list
}

// TestGarbageInTheHistory has a history of durations that no change has.
func TestGarbageInTheHistory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, history := &process{world: newWorld("a", "b")}, journal.Memory()
		e := journal.Entry{Key: "history/things/ChangeThing"}
		for _, took := range []time.Duration{math.MinInt64, -1, math.MaxInt64, 300 * 24 * time.Hour, time.Minute} {
			e.Steps = append(e.Steps, journal.Step{What: journal.EventEnded, Took: took}, journal.Step{What: "other", Took: time.Second})
		}
		require.NoError(t, history.Store(t.Context(), e))
		r := rollout.Rollout{
			Steps: []rollout.Step{p.step("a"), p.step("b", "a")}, Waves: rollout.Waves(1, 1), History: history, InFlight: math.MaxInt, Soak: math.MaxInt64,
		}
		plan, err := r.Plan(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2, plan.Estimate.Samples)
		assert.Equal(t, time.Duration(math.MaxInt64), plan.Estimate.P50)
		r.Soak = 0
		plan, err = r.Plan(t.Context())
		require.NoError(t, err)
		assert.Equal(t, rollout.Estimate{P50: 2 * time.Minute, P90: 600 * 24 * time.Hour, Samples: 2}, plan.Estimate)
		_, err = r.Run(t.Context())
		require.NoError(t, err)
	})
}

// TestManySteps has so many steps and waves that work for each pair of them would not end.
func TestManySteps(t *testing.T) {
	t.Parallel()
	steps := 2000
	if testing.Short() {
		steps = 200
	}
	synctest.Test(t, func(t *testing.T) {
		names, sizes := make([]string, steps), make([]int, 0, steps/2)
		for i := range names {
			names[i] = fmt.Sprintf("step-%d", i)
		}
		for range steps / 2 {
			sizes = append(sizes, 1)
		}
		p := &process{world: newWorld(names...)}
		r := rollout.Rollout{InFlight: 100, Waves: append(sizes, rollout.Rest)}
		for i, name := range names {
			r.Steps = append(r.Steps, p.step(name))
			if i > 0 && i < steps/2 {
				r.Steps[i].Needs = []string{names[i-1]}
			}
		}
		report, err := r.Run(t.Context())
		require.NoError(t, err)
		assert.Len(t, p.effects, steps)
		assert.Equal(t, steps+2, strings.Count(report.String(), "\n"))
	})
}
