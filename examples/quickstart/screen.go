package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// screen shows the progress of the changes: on a terminal in one line each that is kept up to date,
// elsewhere in a new line for each update.
type screen struct {
	out      io.Writer
	terminal bool
	began    time.Time
	changes  []*change
	drawn    bool
}

func (s *screen) show(c *change, line string) {
	if c.shown == line {
		return
	}
	c.shown = line
	if !s.terminal {
		fmt.Fprintf(s.out, "%6.1fs  %-9s %-10s %s\n", time.Since(s.began).Seconds(), c.service, c.name, line)
		return
	}
	if s.drawn {
		fmt.Fprintf(s.out, "\x1b[%dA", len(s.changes))
	}
	s.drawn = true
	for _, c := range s.changes {
		fmt.Fprintf(s.out, "\x1b[2K%-9s %-10s %.90s\n", c.service, c.name, c.shown) // cut, because a wrapped line breaks the redrawing
	}
}

// describe is the line for a poll.
func describe(step cloud.Step, c *change) string {
	line := step.State
	switch {
	case step.Err != nil && step.Outcome == cloud.Pending:
		line += " (poll failed: " + string(cloud.KindOf(step.Err)) + ")"
	case c.outcome != cloud.Pending.String():
		line += " - " + c.outcome
	case c.polls == 1:
		line += " (as before the change)"
	}
	if c.reason != "" {
		line += ": " + c.reason
	}
	return line
}

// printTable prints how the changes ended, and how to resume those that were interrupted.
func printTable(out io.Writer, changes []*change) {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SERVICE\tCHANGE\tOUTCOME\tPOLLS\tELAPSED\tREASON")
	for _, c := range changes {
		reason := cmp.Or(strings.ReplaceAll(c.reason, "\n", " "), "-")
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.1fs\t%s\n", c.service, c.name, c.outcome, c.polls, c.elapsed.Seconds(), reason)
	}
	_ = w.Flush()
	for _, c := range changes {
		if c.token != "" {
			fmt.Fprintf(out, "\n%s %s goes on; resume it with\n%s\n", c.service, c.name, c.token)
		}
	}
}
