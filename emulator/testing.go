package emulator

import (
	"fmt"
	"strings"
)

// TestingT is the part of a *testing.T that reports failures at the end of a test.
type TestingT interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(f func())
}

// WithTest ties the emulator to a test: at its end the emulator is closed, and the test fails if an expectation was not
// met, if an [Ending] was given to [Emulator.Script] for a change that never began, or if a [Fault] applied to fewer
// requests than it should have and was not removed.
func WithTest(t TestingT) Option { return func(o *options) { o.test = t } }

// VerifyAtCleanup fails a test at its end if an expectation was not met. [WithTest] does so, and more.
func (e *Emulator) VerifyAtCleanup(t TestingT) {
	t.Cleanup(func() {
		t.Helper()
		if err := e.Verify(); err != nil {
			t.Errorf("%v", err)
		}
	})
}

// finish closes the emulator at the end of a test, and reports what did not happen in it.
func (e *Emulator) finish(t TestingT) {
	t.Helper()
	e.Close()
	if err := e.Verify(); err != nil {
		t.Errorf("%v", err)
	}
	e.world.Lock()
	endings := e.world.Endings()
	e.world.Unlock()
	for _, x := range endings {
		t.Errorf("emulator: an ending was scripted for %s, and no such change began", strings.TrimSpace(x.Service+" "+x.Operation))
	}
	for _, f := range e.front.UnusedFaults() {
		target := strings.TrimSpace(f.Service + " " + f.Operation)
		if target == "" {
			target = "any operation"
		}
		applied := "no request"
		if f.Applied > 0 {
			applied = fmt.Sprintf("%d of %d requests", f.Applied, f.Times)
		}
		t.Errorf("emulator: a fault %s was injected for %s, and it applied to %s", f.Kind, target, applied)
	}
}
