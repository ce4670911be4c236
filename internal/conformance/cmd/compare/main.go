// Command compare measures calls of our clients, of the official ones and of bare net/http with
// encoding/json, and prints one table: CPU time and allocations of each, and ratios. The sides take turns,
// so that the load of the machine affects all alike. The figures are medians over the rounds.
//
//	go run ./cmd/compare                 about two minutes, on the oldest Go and the newest
//	go run ./cmd/compare -go ''          on the Go that runs it
//	go run ./cmd/compare -rounds 30      more patience
//	go run ./cmd/compare -markdown       for a document
//	go run ./cmd/compare -against HEAD~  what changed since a commit that has this flag
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/bench"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/toolchain"
)

func main() {
	rounds := flag.Int("rounds", 9, "how many rounds")
	batch := flag.Duration("batch", 40*time.Millisecond, "how long a side runs in a round")
	markdown := flag.Bool("markdown", false, "print Markdown")
	versions := flag.String("go", toolchain.Versions, "the versions of Go, separated by commas; empty for the one that runs this")
	against := flag.String("against", "", "measure a commit too, and print what changed")
	asJSON := flag.Bool("json", false, "print our figures as JSON")
	only := flag.String("only", "", "run cases whose \"service case place\" match this expression")
	flag.Parse()
	var err error
	switch {
	case *versions != "":
		err = toolchain.RunEach(*versions, "./cmd/compare")
	case *against != "":
		err = compareWith(*against, os.Args[1:])
	default:
		err = run(max(*rounds, 1), *batch, *only, !*asJSON, func(rows []*row) error {
			if *asJSON {
				return printJSON(os.Stdout, rows)
			}
			return printTable(os.Stdout, rows, *markdown)
		})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run measures cases, with the official sides if these are shown.
func run(rounds int, batch time.Duration, only string, official bool, show func([]*row) error) error {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	cases, done, err := bench.Cases()
	if err != nil {
		return err
	}
	defer done()
	var rows []*row
	for _, c := range cases {
		if !pattern.MatchString(c.Service + " " + c.Name + " " + c.Place) {
			continue
		}
		if !official {
			c.Theirs, c.TheirsLess = nil, nil
		}
		r, err := newRow(c, batch)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	for range rounds {
		for _, r := range rows {
			if err := r.round(); err != nil {
				return err
			}
		}
	}
	// The services keep their order; within one, cases that send nothing come last.
	slices.SortStableFunc(rows, func(a, b *row) int {
		return cmp.Or(cmp.Compare(order(a.Service, cases), order(b.Service, cases)), cmp.Compare(b.Place, a.Place))
	})
	return show(rows)
}

func order(service string, cases []bench.Case) int {
	return slices.IndexFunc(cases, func(c bench.Case) bool { return c.Service == service })
}
