package emulator

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// An Expectation says which requests should arrive, and how many. Each request counts, also one that is refused, that
// meets a fault or that repeats another one, because the service sees it as well.
type Expectation struct {
	emulator  *Emulator
	since     time.Time
	operation string
	service   string
	min, max  int // max is negative if there is no limit
	matchers  []func(Request) bool

	matched, others int       // requests for the operation
	seen            []Request // the first of them
}

const (
	maxSeen   = 5  // how many requests a message describes
	maxOthers = 20 // how many other operations it names
)

// Expect says that requests for an operation should arrive from now on: at least one, unless [Expectation.Times] or
// [Expectation.AtLeast] says otherwise. [Emulator.Verify] reports whether they did. It panics if there is no such
// operation, because the test would otherwise test something else.
//
//	emu.Expect("StopJob").Times(1).With(emulator.Input(func(r flink.StopJobRequest) bool { return r.JobID == "job-1" }))
func (e *Emulator) Expect(operation string) *Expectation {
	if !e.front.Has("", operation) {
		panic(fmt.Sprintf("emulator: operation: must be one of a service, given %q", operation))
	}
	x := &Expectation{emulator: e, since: time.Now(), operation: operation, min: 1, max: -1}
	e.expecting.Lock()
	defer e.expecting.Unlock()
	e.expectations = append(e.expectations, x)
	return x
}

// Service names the service of the operation: "finspace", "proton", "flink" or "dlc". It matters only if several
// services have the operation, and panics if this one does not.
func (x *Expectation) Service(name string) *Expectation {
	if !x.emulator.front.Has(name, x.operation) {
		panic(fmt.Sprintf("emulator: service: must be one that has %s, given %q", x.operation, name))
	}
	return x.set(func() { x.service = name })
}

// Times says exactly how many requests should arrive. With 0 none should.
func (x *Expectation) Times(n int) *Expectation { return x.set(func() { x.min, x.max = n, n }) }

// AtLeast says that n or more requests should arrive.
func (x *Expectation) AtLeast(n int) *Expectation { return x.set(func() { x.min, x.max = n, -1 }) }

// With says that only requests that match count. Several matchers must all match. A matcher is called when a request has
// been executed and before its response is sent, for one request at a time, and must not call a service of the emulator.
func (x *Expectation) With(match func(Request) bool) *Expectation {
	return x.set(func() { x.matchers = append(x.matchers, match) })
}

func (x *Expectation) set(f func()) *Expectation {
	x.emulator.expecting.Lock()
	defer x.emulator.expecting.Unlock()
	f()
	return x
}

// Input makes a matcher of a function that takes the operation's request, such as a dlc.CreateTaskRequest. A request of
// another type, or one that could not be decoded, does not match.
func Input[T any](match func(T) bool) func(Request) bool {
	return func(r Request) bool {
		in, ok := r.Input.(T)
		return ok && match(in)
	}
}

// Accepted is a matcher of the requests that the service has executed and answered with a success.
func Accepted(r Request) bool {
	return r.Status >= 200 && r.Status < 300 && r.Code == "" && r.Fault == ""
}

// count counts a request that has arrived.
func (e *Emulator) count(arrived front.Request) {
	e.expecting.Lock()
	expectations := slices.Clone(e.expectations)
	e.expecting.Unlock()
	for _, x := range expectations {
		x.count(requestOf(arrived))
	}
}

func (x *Expectation) count(r Request) {
	x.emulator.expecting.Lock()
	concerned := r.Operation == x.operation && (x.service == "" || r.Service == x.service)
	matchers := slices.Clone(x.matchers)
	x.emulator.expecting.Unlock()
	if !concerned {
		return
	}
	matches := !slices.ContainsFunc(matchers, func(match func(Request) bool) bool { return !match(r) })
	x.set(func() {
		if matches {
			x.matched++
		} else {
			x.others++
		}
		if len(x.seen) < maxSeen {
			x.seen = append(x.seen, r)
		}
	})
}

// Verify returns an error that says which expectations were not met, and what arrived instead.
func (e *Emulator) Verify() error {
	arrived := e.Requests()
	e.expecting.Lock()
	defer e.expecting.Unlock()
	var problems []error
	for _, x := range e.expectations {
		if x.matched < x.min || x.max >= 0 && x.matched > x.max {
			problems = append(problems, x.problem(arrived))
		}
	}
	return errors.Join(problems...)
}

// problem describes an expectation that was not met.
func (x *Expectation) problem(arrived []Request) error {
	var b strings.Builder
	fmt.Fprintf(&b, "emulator: expected %s for %s", x.wanted(), strings.TrimSpace(x.service+" "+x.operation))
	if len(x.matchers) > 0 {
		b.WriteString(" that match")
	}
	fmt.Fprintf(&b, ", got %d", x.matched)
	if x.others > 0 {
		fmt.Fprintf(&b, " and %d that did not match", x.others)
	}
	var seen []string
	for _, r := range x.seen {
		seen = append(seen, outcome(r))
	}
	if more := x.matched + x.others - len(seen); more > 0 {
		seen = append(seen, fmt.Sprintf("%d more", more))
	}
	if len(seen) > 0 {
		b.WriteString(": " + strings.Join(seen, "; "))
	}
	if x.matched < x.min {
		b.WriteString(". " + x.instead(arrived))
	}
	return errors.New(b.String())
}

func (x *Expectation) wanted() string {
	switch {
	case x.max == 0:
		return "no requests"
	case x.max == 1:
		return "exactly 1 request"
	case x.max > 0:
		return fmt.Sprintf("exactly %d requests", x.max)
	case x.min == 1:
		return "at least 1 request"
	}
	return fmt.Sprintf("at least %d requests", x.min)
}

// outcome describes the response to a request.
func outcome(r Request) string {
	s := r.At.UTC().Format("15:04:05.000Z") + " status " + fmt.Sprint(r.Status)
	if r.Code != "" {
		s += " " + r.Code
	}
	if r.Fault != "" {
		s += " (fault " + string(r.Fault) + ")"
	}
	return s
}

// instead says which other operations were requested since the expectation was set up.
func (x *Expectation) instead(arrived []Request) string {
	counts, names := map[string]int{}, []string(nil)
	for _, r := range arrived {
		name := r.Service + " " + r.Operation
		if r.At.Before(x.since) || r.Operation == x.operation && (x.service == "" || r.Service == x.service) {
			continue
		}
		if counts[name]++; counts[name] == 1 {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "No other requests arrived"
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d times", name, counts[name])
		if counts[name] == 1 {
			names[i] = name + " once"
		}
	}
	if more := len(names) - maxOthers; more > 0 {
		names = append(names[:maxOthers], fmt.Sprintf("%d other operations", more))
	}
	return "Instead arrived " + strings.Join(names, ", ")
}
