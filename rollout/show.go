package rollout

import (
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Show prints the events of a rollout while it runs, and returns its report and its error:
//
//	report, err := rollout.Show(os.Stdout, r.Watch(ctx))
//
// On a terminal each step in progress has a line that is kept up to date, and one that stays when the step ends. Elsewhere
// there is a line for each new phase, state and error, with the time.
func Show(out io.Writer, events iter.Seq[Event]) (*Report, error) {
	if isTerminal(out) {
		return ShowLive(out, events)
	}
	var last Event
	shown := map[string]string{}
	for last = range events {
		if last.Step == "" {
			break
		}
		if what := last.what(); shown[last.Step] != what {
			shown[last.Step] = what
			_, _ = fmt.Fprintf(out, "%s %s\n", last.At.Local().Format(time.TimeOnly), cloud.OneLine(last.String(), maxReason))
		}
	}
	return last.Report, last.Err
}

// isTerminal reports whether out is a terminal on which the cursor can be moved.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// what is the part of an event that is news: not how long it has lasted.
func (e Event) what() string {
	text := string(e.Phase)
	if e.Phase == PhaseChanging || e.Phase == PhaseUndoing {
		text += " " + cell(e.Observation.State)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// ShowLive is Show for a terminal that an out of another type leads to, such as one behind a connection.
func ShowLive(out io.Writer, events iter.Seq[Event]) (*Report, error) {
	s := screen{out: out, since: map[string]time.Time{}, ended: map[string]string{}}
	var last Event
	for last = range events {
		if last.Step == "" {
			break
		}
		s.show(last)
	}
	s.clear()
	return last.Report, last.Err
}

// maxLive is how many steps have a line at once, so that the lines fit on a terminal.
const maxLive = 14

// The control sequences of terminals. Lines that are too long are cut and not wrapped, because the number of lines counts.
const (
	cutLines, wrapLines = "\x1b[?7l", "\x1b[?7h"
	lineUp              = "\x1b[%dA"
	clearBelow          = "\r\x1b[J"
)

// A screen is a terminal that shows a rollout.
type screen struct {
	out   io.Writer
	live  []Event              // the last of each step in progress
	since map[string]time.Time // when the step began what it is at
	ended map[string]string    // what the line says that stays
	drawn int                  // how many lines can be drawn again
}

// show takes over an event.
func (s *screen) show(e Event) {
	i := slices.IndexFunc(s.live, func(other Event) bool { return other.Step == e.Step })
	if i < 0 || s.live[i].Phase != e.Phase {
		s.since[e.Step] = e.At
	}
	stays := ""
	switch {
	case e.Phase.isEnd():
		if i >= 0 {
			s.live = slices.Delete(s.live, i, i+1)
		}
		if line := endLine(e); s.ended[e.Step] != line {
			s.ended[e.Step], stays = line, line
		}
	case i >= 0:
		s.live[i] = e
	default:
		s.live = append(s.live, e)
	}
	s.draw(e, stays)
}

// draw replaces the lines of the steps in progress, with one above them that stays if there is one.
func (s *screen) draw(e Event, stays string) {
	var b strings.Builder
	b.WriteString(cutLines)
	s.back(&b)
	if stays != "" {
		b.WriteString(stays + "\n")
	}
	shown := s.live[:min(len(s.live), maxLive)]
	for _, one := range shown {
		fmt.Fprintf(&b, "%-11s %-32s %s\n", one.Phase, cloud.OneLine(one.Step, maxValue), detail(one, e.At.Sub(s.since[one.Step])))
	}
	s.drawn = len(shown) + 1
	if more := len(s.live) - len(shown); more > 0 {
		fmt.Fprintf(&b, "… and %d more\n", more)
		s.drawn++
	}
	fmt.Fprintf(&b, "%d of %d steps have ended", e.Ended, e.Total)
	if !e.Left.IsZero() {
		fmt.Fprintf(&b, ", about %s left", e.Left.P50.Round(time.Second))
	}
	b.WriteString("\n" + wrapLines)
	_, _ = io.WriteString(s.out, b.String())
}

// back moves to the first of the lines that are drawn again, and clears them.
func (s *screen) back(b *strings.Builder) {
	if s.drawn > 0 {
		fmt.Fprintf(b, lineUp, s.drawn)
	}
	b.WriteString(clearBelow)
}

// clear removes the lines of the steps in progress.
func (s *screen) clear() {
	var b strings.Builder
	s.back(&b)
	_, _ = io.WriteString(s.out, b.String())
}

// endLine is the line of a step that has ended.
func endLine(e Event) string {
	line := fmt.Sprintf("%-11s %s", e.Phase, cloud.OneLine(e.Step, maxValue))
	if e.Err != nil {
		line += ": " + cloud.OneLine(e.Err.Error(), maxReason)
	}
	return line
}

// detail is what is known of a step in progress.
func detail(e Event, lasted time.Duration) string {
	text := max(lasted, 0).Round(time.Second).String()
	if e.Observation.State != "" && (e.Phase == PhaseChanging || e.Phase == PhaseUndoing) {
		text += " " + cell(e.Observation.State)
	}
	switch {
	case e.Err != nil:
		text += ": " + cloud.OneLine(e.Err.Error(), maxReason)
	case !e.Estimate.IsZero() && e.Phase == PhaseChanging:
		text += " (" + e.Estimate.String() + ")"
	}
	return text
}
