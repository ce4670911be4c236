package main

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/bench"
)

// cost is what one call takes.
type cost struct {
	cpu    float64 // nanoseconds of all threads of the process, the garbage collector's too
	allocs float64
	bytes  float64
}

// side is one function and what its rounds cost.
type side struct {
	call  func() error
	times int // a round
	costs []cost
}

// newSide determines how often a function runs in about the time of a batch.
func newSide(call func() error, batch time.Duration) (*side, error) {
	if call == nil {
		return nil, nil
	}
	times := 1
	for {
		start := time.Now()
		for range times {
			if err := call(); err != nil {
				return nil, err
			}
		}
		if took := time.Since(start); took >= batch/4 {
			return &side{call: call, times: max(1, int(float64(times)*float64(batch)/float64(took)))}, nil
		}
		times *= 2
	}
}

func (s *side) round() error {
	if s == nil {
		return nil
	}
	var before, after runtime.MemStats
	runtime.GC() // the garbage of the previous side must not count
	runtime.ReadMemStats(&before)
	start := processTime()
	for range s.times {
		if err := s.call(); err != nil {
			return err
		}
	}
	used := processTime() - start
	runtime.ReadMemStats(&after)
	n := float64(s.times)
	s.costs = append(s.costs, cost{
		cpu:    float64(used) / n,
		allocs: float64(after.Mallocs-before.Mallocs) / n,
		bytes:  float64(after.TotalAlloc-before.TotalAlloc) / n,
	})
	return nil
}

// processTime is the CPU time that this process has used.
func processTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // cannot fail with these arguments
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// median returns the median of each figure.
func (s *side) median() cost {
	if s == nil {
		return cost{}
	}
	of := func(figure func(cost) float64) float64 {
		all := make([]float64, len(s.costs))
		for i, c := range s.costs {
			all[i] = figure(c)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return cost{
		of(func(c cost) float64 { return c.cpu }),
		of(func(c cost) float64 { return c.allocs }),
		of(func(c cost) float64 { return c.bytes }),
	}
}

// row is a case with its sides.
type row struct {
	bench.Case
	ours, theirs, theirsLess, floor *side
}

func newRow(c bench.Case, batch time.Duration) (*row, error) {
	r := &row{Case: c}
	for call, to := range map[*func() error]**side{
		&c.Ours: &r.ours, &c.Theirs: &r.theirs, &c.TheirsLess: &r.theirsLess, &c.Floor: &r.floor,
	} {
		s, err := newSide(*call, batch)
		if err != nil {
			return nil, fmt.Errorf("%s %s %s: %w", c.Service, c.Name, c.Place, err)
		}
		*to = s
	}
	return r, nil
}

func (r *row) round() error {
	for _, s := range []*side{r.ours, r.theirs, r.theirsLess, r.floor} {
		if err := s.round(); err != nil {
			return fmt.Errorf("%s %s %s: %w", r.Service, r.Name, r.Place, err)
		}
	}
	return nil
}

// official is the cost of the official side without TheirsLess.
func (r *row) official() cost {
	all, less := r.theirs.median(), r.theirsLess.median()
	return cost{all.cpu - less.cpu, all.allocs - less.allocs, all.bytes - less.bytes}
}
