package rollout_test

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// To look at the pictures: go test . -args -pictures /tmp/rollout
var pictures = flag.String("pictures", "", "the folder to write the pictures of the reports to")

// keep writes a picture, to be looked at.
func keep(t *testing.T, name string, svg []byte) {
	t.Helper()
	if *pictures == "" {
		return
	}
	require.NoError(t, os.MkdirAll(*pictures, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(*pictures, name+".svg"), svg, 0o600))
}

// inWaves is a rollout of many steps, of which one is not good and one cannot be undone.
func inWaves(p *process) rollout.Rollout {
	r := rollout.Rollout{
		Name: "2026-11-29 <engines & instances>", Waves: rollout.Waves(1, 4, rollout.Rest), InFlight: 3, Soak: 10 * time.Minute,
		OnFailure: rollout.UndoWave, Journal: journal.Memory(), Resume: p.resume,
	}
	for i := range 9 {
		name := fmt.Sprintf("engine-%d", i)
		if i == 2 {
			name += "-of-the-department-with-the-longest-name"
		}
		p.values[name], p.took[name] = "old", time.Duration(3+7*i%10)*time.Minute
		r.Steps = append(r.Steps, p.step(name))
	}
	p.values["engine-1"] = "new"
	p.refuse["engine-3=new"] = []error{callError(cloud.ErrThrottled), callError(cloud.ErrThrottled), callError(cloud.ErrThrottled)}
	p.fail["engine-3=old"] = failed
	calls := 0
	r.Steps[4].Verify = func(context.Context, any) error {
		if calls++; calls > 3 {
			return errors.New("the smoke test returned <no rows>")
		}
		return nil
	}
	return r
}

func TestReport(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld()}
		report, err := inWaves(p).Run(t.Context())
		require.ErrorIs(t, err, cloud.ErrUnhealthy)
		require.ErrorIs(t, err, cloud.ErrFailed)
		assert.Equal(t, rollout.UndoFailed, report.Outcome)

		lines := strings.Split(report.String(), "\n")
		require.Len(t, lines, 12)
		assert.Regexp(t, `^WAVE  STEP +RESOURCE +PHASE +STANDS +TOOK +WHY$`, lines[0])
		assert.Regexp(t, `^1 +engine-0 +engine-0 +live +new +1\dm\d+s$`, lines[1])
		assert.Regexp(t, `^2 +engine-3 +engine-3 +undo failed +unknown .*step "engine-3" \(engine-3\), undoing: .*no room$`, lines[4])
		assert.Regexp(t, `^2 +engine-4 +engine-4 +undone +old .*soaking: things ChangeThing: unhealthy: live, but not good: the smoke test`, lines[5])
		assert.Regexp(t, `^rollout 2026-11-29 <engines & instances>: undo failed after .*, 1 live, 1 skipped, 4 blocked, 2 undone, 1 undo failed$`, lines[10])

		var read rollout.Report
		require.NoError(t, json.Unmarshal(report.JSON(), &read))
		assert.Equal(t, report.String(), read.String())
		assert.Equal(t, report.SVG(), read.SVG())
		assert.NotContains(t, string(report.JSON()), "pc1.", "no token")
		assert.Equal(t, rollout.PhaseStarting, read.Steps[3].Spans[0].Phase)
		keep(t, "report", report.SVG())
	})
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200)
	began := time.Date(2026, 11, 29, 22, 0, 0, 0, time.UTC)
	at := func(d time.Duration) time.Time { return began.Add(d) }
	for name, report := range map[string]*rollout.Report{
		"empty": {Outcome: rollout.Interrupted},
		"no time": {
			Outcome: rollout.Succeeded, Started: began, Ended: began,
			Steps: []rollout.StepReport{{Name: "a", Wave: 1, Phase: rollout.PhaseLive, Spans: []rollout.Span{{Phase: rollout.PhaseStarting, From: began, To: began}}}},
		},
		"many days": {
			Name: long, Outcome: rollout.Failed, Started: began, Ended: at(900 * time.Hour),
			Steps: []rollout.StepReport{
				{Name: long, Wave: 12, Phase: rollout.PhaseUndoFailed, Reason: "<\x00&", Spans: []rollout.Span{
					{Phase: rollout.PhaseStarting, From: began, To: at(time.Hour)}, {Phase: rollout.PhaseChanging, From: at(time.Hour), To: at(300 * time.Hour)},
					{Phase: rollout.PhaseVerifying, From: at(300 * time.Hour), To: at(330 * time.Hour)},
					{Phase: rollout.PhaseSoaking, From: at(330 * time.Hour), To: at(500 * time.Hour)}, {Phase: rollout.PhaseUndoing, From: at(500 * time.Hour), To: at(900 * time.Hour)},
				}},
				{Name: "b", Wave: 13, Phase: rollout.PhaseBlocked},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			svg := report.SVG()
			d := xml.NewDecoder(strings.NewReader(string(svg)))
			for {
				_, err := d.Token()
				if err == io.EOF {
					break
				}
				require.NoError(t, err)
			}
			assert.NotContains(t, string(svg), "NaN")
			keep(t, name, svg)
		})
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld("a", "b")}
		r := rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b", "a")}, Journal: journal.Memory(), Resume: p.resume}
		var phases []string
		var last rollout.Event
		for e := range r.Watch(t.Context()) {
			last = e
			if text := e.Step + " " + string(e.Phase); len(phases) == 0 || phases[len(phases)-1] != text {
				phases = append(phases, text)
			}
			_, err := json.Marshal(e)
			require.NoError(t, err)
			assert.NotContains(t, e.String(), "\n")
		}
		assert.Equal(t, []string{"a starting", "a changing", "a live", "b starting", "b changing", "b live", " "}, phases)
		require.NoError(t, last.Err)
		assert.Equal(t, 2, last.Ended)
		assert.Equal(t, rollout.Succeeded, last.Report.Outcome)

		for range r.Watch(t.Context()) {
			break // and no goroutine is left, which synctest checks
		}
		p = &process{world: newWorld("a", "b")}
		r = rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b", "a")}}
		for e := range r.Watch(t.Context()) {
			if e.Phase == rollout.PhaseChanging {
				break
			}
		}
		assert.Equal(t, []string{"a=new"}, p.effects)
	})
}

func TestEstimates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		history := journal.Memory()
		for i := range 10 {
			p := &process{world: newWorld("a")}
			p.took["a"] = time.Duration(i+1) * time.Minute
			_, err := rollout.Rollout{Name: fmt.Sprint(i), Steps: []rollout.Step{p.step("a")}, History: history}.Run(t.Context())
			require.NoError(t, err)
		}
		p := &process{world: newWorld("a", "b", "c")}
		r := rollout.Rollout{
			Steps: []rollout.Step{p.step("a"), p.step("b"), p.step("c", "a")}, Waves: rollout.Waves(2, 1), History: history, Soak: time.Minute,
		}
		plan, err := r.Plan(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 10, plan.Estimate.Samples)
		assert.InDelta(t, 2*5+2, plan.Estimate.P50.Minutes(), 2, "a and b at once, and then c")
		assert.InDelta(t, 2*9+2, plan.Estimate.P90.Minutes(), 3)
		assert.Contains(t, plan.String(), "\nestimated to take 1")

		text, err := json.Marshal(plan)
		require.NoError(t, err)
		var read rollout.Plan
		require.NoError(t, json.Unmarshal(text, &read))
		assert.Equal(t, *plan, read)

		p.took["a"] = time.Hour
		var slow, stalled time.Duration
		left := time.Duration(-1)
		for e := range r.Watch(t.Context()) {
			switch {
			case e.Step == "a" && e.Estimate.Slow && slow == 0:
				slow = e.Observation.Elapsed
				assert.Contains(t, e.String(), "slower than nine of ten")
			case e.Step == "a" && !e.Estimate.StalledSince.IsZero() && stalled == 0:
				stalled = e.Observation.Elapsed
				assert.Contains(t, e.String(), "stalled since 2000-01-01T")
			case e.Step == "c" && e.Phase == rollout.PhaseLive:
				left = e.Left.P50
			}
		}
		assert.InDelta(t, 10, slow.Minutes(), 2)
		assert.GreaterOrEqual(t, stalled, slow)
		assert.Zero(t, left)
	})
}
