package rollout_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

func TestShow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &process{world: newWorld("a", "b")}
		p.fail["b=new"] = cloud.Verdict{State: "BROKEN", Outcome: cloud.Failed, Reason: "no disk"}
		var out bytes.Buffer
		report, err := rollout.Show(&out, rollout.Rollout{Steps: []rollout.Step{p.step("a"), p.step("b", "a")}}.Watch(t.Context()))
		require.ErrorContains(t, err, "no disk")
		assert.Equal(t, "a live new, b failed unknown", phasesOf(report))
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		times := regexp.MustCompile(`^\d\d:\d\d:\d\d `)
		for i, want := range []string{"0/2 a: starting", "0/2 a: changing", "0/2 a: changing in state CHANGING", "0/2 a: changing in state RUNNING", "1/2 a: live", "1/2 b: starting"} {
			assert.Regexp(t, times, lines[i])
			assert.Contains(t, lines[i], want, "polls without news have no line")
		}
		assert.Contains(t, lines[len(lines)-1], `2/2 b: failed: step "b" (b), changing`)
	})
}

// A terminal has lines and a cursor, and knows the control sequences that ShowLive uses.
type terminal struct {
	lines []string
	row   int
	past  []string // what it showed after each write
}

var sequence = regexp.MustCompile("^\x1b\\[(\\??[0-9]*)([A-Za-z])")

func (s *terminal) Write(data []byte) (int, error) {
	for text := string(data); text != ""; {
		if s.row == len(s.lines) {
			s.lines = append(s.lines, "")
		}
		m := sequence.FindStringSubmatch(text)
		switch {
		case m == nil && text[0] == '\n':
			s.row++
			text = text[1:]
			continue
		case m == nil:
			end := strings.IndexAny(text, "\n\x1b")
			if end < 0 {
				end = len(text)
			}
			s.lines[s.row] += strings.Trim(text[:end], "\r")
			text = text[end:]
			continue
		case m[2] == "A":
			up, _ := strconv.Atoi(m[1])
			s.row -= up
		case m[2] == "J":
			s.lines = append(s.lines[:s.row], "")
		case m[1] != "?7":
			return 0, fmt.Errorf("unknown sequence %q", m[0])
		}
		text = text[len(m[0]):]
	}
	s.past = append(s.past, strings.TrimSpace(strings.Join(s.lines, "\n")))
	return len(data), nil
}

func TestShowLive(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	after := func(d time.Duration, e rollout.Event) rollout.Event {
		e.At, e.Total = at.Add(d), 2
		return e
	}
	changing := event("a", rollout.PhaseChanging)
	changing.Observation = cloud.Observation{State: "UPDATING"}
	changing.Estimate = rollout.Estimate{P50: time.Minute, P90: 2 * time.Minute, Samples: 3}
	changing.Left = rollout.Estimate{P50: 3 * time.Minute, Samples: 3}
	live, failed := event("a", rollout.PhaseLive), event("b", rollout.PhaseFailed)
	live.Ended, failed.Ended, failed.Err = 1, 2, errors.New("no\ndisk")
	throttled := event("b", rollout.PhaseStarting)
	throttled.Err = errors.New("throttled")
	events := []rollout.Event{
		after(0, event("a", rollout.PhaseStarting)), after(0, event("b", rollout.PhaseStarting)), after(time.Second, changing),
		after(3*time.Second, changing), after(4*time.Second, throttled), after(5*time.Second, live), after(6*time.Second, failed),
		after(7*time.Second, failed), {Err: errors.New("failed"), Report: &rollout.Report{Name: "one"}},
	}
	var screen terminal
	report, err := rollout.ShowLive(&screen, func(yield func(rollout.Event) bool) {
		for _, e := range events {
			if !yield(e) {
				return
			}
		}
	})
	require.EqualError(t, err, "failed")
	assert.Equal(t, "one", report.Name)
	line := func(phase, step, rest string) string { return fmt.Sprintf("%-11s %-32s %s", phase, step, rest) }
	assert.Equal(t, []string{
		line("starting", "a", "0s") + "\n0 of 2 steps have ended",
		line("starting", "a", "0s") + "\n" + line("starting", "b", "0s") + "\n0 of 2 steps have ended",
		line("changing", "a", "0s UPDATING (1m0s, at most 2m0s in nine of ten)") + "\n" + line("starting", "b", "1s") + "\n0 of 2 steps have ended, about 3m0s left",
		line("changing", "a", "2s UPDATING (1m0s, at most 2m0s in nine of ten)") + "\n" + line("starting", "b", "3s") + "\n0 of 2 steps have ended, about 3m0s left",
		line("changing", "a", "3s UPDATING (1m0s, at most 2m0s in nine of ten)") + "\n" + line("starting", "b", "4s: throttled") + "\n0 of 2 steps have ended",
		"live        a\n" + line("starting", "b", "5s: throttled") + "\n1 of 2 steps have ended",
		"live        a\nfailed      b: no disk\n2 of 2 steps have ended",
		"live        a\nfailed      b: no disk\n2 of 2 steps have ended",
		"live        a\nfailed      b: no disk",
	}, screen.past)
}

// TestShowLiveFitsOnATerminal has more steps in progress than a terminal has lines.
func TestShowLiveFitsOnATerminal(t *testing.T) {
	t.Parallel()
	var screen terminal
	_, err := rollout.ShowLive(&screen, func(yield func(rollout.Event) bool) {
		for i := range 60 {
			if !yield(event(fmt.Sprint("step ", i), rollout.PhaseSoaking)) {
				return
			}
		}
	})
	require.NoError(t, err)
	before := screen.past[len(screen.past)-2]
	assert.Equal(t, 16, strings.Count(before, "\n")+1)
	assert.Contains(t, before, "… and 46 more")
	assert.Empty(t, screen.past[len(screen.past)-1])
}
