package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// screen shows the changes as they go: on a terminal a line each that is kept up to date, elsewhere a
// new line for all that is new.
type screen struct {
	out      io.Writer
	terminal bool
	began    time.Time

	mu     sync.Mutex
	labels []string
	lines  []string
	drawn  bool
}

func newScreen(out io.Writer, terminal bool, changes []change) *screen {
	s := &screen{out: out, terminal: terminal, began: time.Now(), lines: make([]string, len(changes))}
	for _, c := range changes {
		s.labels = append(s.labels, fmt.Sprintf("%-9s %-10s", c.service, c.name))
	}
	return s
}

func (s *screen) show(i int, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lines[i] == line {
		return
	}
	s.lines[i] = line
	if !s.terminal {
		fmt.Fprintf(s.out, "%6.1fs  %s %s\n", time.Since(s.began).Seconds(), s.labels[i], line)
		return
	}
	if s.drawn {
		fmt.Fprintf(s.out, "\x1b[%dA", len(s.lines))
	}
	s.drawn = true
	for i, line := range s.lines {
		fmt.Fprintf(s.out, "\x1b[2K%s %s\n", s.labels[i], clip(line, 90))
	}
}

// clip keeps a line from wrapping, which would upset the redrawing.
func clip(line string, most int) string {
	if r := []rune(line); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return line
}

func printTable(out io.Writer, results []result) {
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SERVICE\tCHANGE\tOUTCOME\tPOLLS\tELAPSED\tREASON")
	for _, r := range results {
		reason := strings.ReplaceAll(r.reason, "\n", " ")
		if reason == "" {
			reason = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.1fs\t%s\n", r.service, r.name, r.outcome, r.polls, r.elapsed.Seconds(), reason)
	}
	_ = w.Flush()
}

// printTokens prints how to go on with what was interrupted.
func printTokens(out io.Writer, results []result) {
	for _, r := range results {
		if r.token != "" {
			fmt.Fprintf(out, "\n%s %s goes on; resume it with\n%s\n", r.service, r.name, r.token)
		}
	}
}
