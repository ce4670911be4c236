package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

// figures are what one process has measured of our side of a case.
type figures struct {
	Case    string
	CPU     float64 // nanoseconds of ours
	OfFloor float64 // that by the time of the floor; 0 without one
	Allocs  float64
	Bytes   float64
}

func (r *row) figures() figures {
	ours, floor := r.ours.median(), r.floor.median()
	f := figures{Case: strings.TrimSpace(r.Service + " " + r.Name + " " + r.Place), CPU: ours.cpu, Allocs: ours.allocs, Bytes: ours.bytes}
	if floor.cpu > 0 {
		f.OfFloor = ours.cpu / floor.cpu
	}
	return f
}

func printJSON(out io.Writer, rows []*row) error {
	all := make([]figures, len(rows))
	for i, r := range rows {
		all[i] = r.figures()
	}
	return json.NewEncoder(out).Encode(all)
}

// turns is how often the programs of both commits run.
const turns = 5

// compareWith measures a commit and this folder in turns, each by itself, and prints the medians. Both are compared with
// the floor in their own process, which the load of the machine affects as much.
func compareWith(commit string, args []string) error {
	folder, err := os.MkdirTemp("", "compare")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	tree := filepath.Join(folder, "tree")
	if err := output(nil, "git", "worktree", "add", "--detach", tree, commit); err != nil {
		return err
	}
	defer func() { _ = output(nil, "git", "worktree", "remove", "--force", tree) }()
	before, after := filepath.Join(folder, "before"), filepath.Join(folder, "after")
	if err := buildAt(filepath.Join(tree, "internal", "conformance"), before); err != nil {
		return err
	}
	if err := buildAt(".", after); err != nil {
		return err
	}
	measured := map[string][][]figures{}
	for range turns {
		for _, program := range []string{before, after} {
			var out bytes.Buffer
			if err := output(&out, program, append(args, "-against=", "-go=", "-json")...); err != nil {
				return err
			}
			var all []figures
			if err := json.Unmarshal(out.Bytes(), &all); err != nil {
				return err
			}
			measured[program] = append(measured[program], all)
		}
	}
	return printChange(os.Stdout, measured[before], measured[after])
}

func buildAt(folder, out string) error {
	c := exec.Command("go", "build", "-o", out, "./cmd/compare")
	c.Dir, c.Stderr = folder, os.Stderr
	return c.Run()
}

func output(out io.Writer, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Stdout, c.Stderr = out, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return nil
}

func printChange(out io.Writer, before, after [][]figures) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "case\tCPU µs before\tafter\tafter/before\tours/floor before\tafter\tafter/before\t"+
		"allocs before\tafter\tkB before\tafter")
	for _, name := range names(after) {
		b, a := medians(before, name), medians(after, name)
		fmt.Fprintln(w, strings.Join([]string{
			name, micros(b.CPU), micros(a.CPU), ratio(a.CPU, b.CPU),
			orDash("%.2f", b.OfFloor), orDash("%.2f", a.OfFloor), ratio(a.OfFloor, b.OfFloor),
			count(b.Allocs), count(a.Allocs), kilobytes(b.Bytes), kilobytes(a.Bytes),
		}, "\t"))
	}
	return w.Flush()
}

func names(runs [][]figures) []string {
	var list []string
	for _, f := range runs[0] {
		list = append(list, f.Case)
	}
	return list
}

// medians returns the median of each figure of a case, all zero if no run has it.
func medians(runs [][]figures, name string) figures {
	of := func(figure func(figures) float64) float64 {
		var all []float64
		for _, run := range runs {
			for _, f := range run {
				if f.Case == name {
					all = append(all, figure(f))
				}
			}
		}
		if len(all) == 0 {
			return 0
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return figures{
		name, of(func(f figures) float64 { return f.CPU }), of(func(f figures) float64 { return f.OfFloor }),
		of(func(f figures) float64 { return f.Allocs }), of(func(f figures) float64 { return f.Bytes }),
	}
}
