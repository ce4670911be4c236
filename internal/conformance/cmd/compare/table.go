package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

var columns = []string{
	"service", "case", "place",
	"CPU µs ours", "official", "floor", "official/ours", "ours/floor",
	"allocs ours", "official", "floor",
	"kB ours", "official", "floor",
}

func (r *row) cells() []string {
	ours, theirs, floor := r.ours.median(), r.official(), r.floor.median()
	return []string{
		r.Service, r.Name, r.Place,
		micros(ours.cpu), micros(theirs.cpu), micros(floor.cpu), ratio(theirs.cpu, ours.cpu), ratio(ours.cpu, floor.cpu),
		count(ours.allocs), count(theirs.allocs), count(floor.allocs),
		kilobytes(ours.bytes), kilobytes(theirs.bytes), kilobytes(floor.bytes),
	}
}

func printTable(out io.Writer, rows []*row, markdown bool) error {
	if markdown {
		return printMarkdown(out, rows)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(columns, "\t"))
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r.cells(), "\t"))
	}
	return w.Flush()
}

func printMarkdown(out io.Writer, rows []*row) error {
	lines := []string{
		"| " + strings.Join(columns, " | ") + " |",
		"|---|---|---|" + strings.Repeat("---:|", len(columns)-3),
	}
	for _, r := range rows {
		lines = append(lines, "| "+strings.Join(r.cells(), " | ")+" |")
	}
	_, err := fmt.Fprintln(out, strings.Join(lines, "\n"))
	return err
}

// A missing figure, such as that of a floor, is a dash.

func micros(nanos float64) string { return orDash("%.1f", nanos/1000) }

func kilobytes(bytes float64) string { return orDash("%.1f", bytes/1000) }

func count(n float64) string { return orDash("%.0f", n) }

func ratio(a, b float64) string {
	if b == 0 {
		return "-"
	}
	return orDash("%.2f", a/b)
}

func orDash(format string, v float64) string {
	if v == 0 {
		return "-"
	}
	return fmt.Sprintf(format, v)
}
