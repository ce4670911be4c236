// Package leak fails the tests of a package that leave goroutines blocked for good. It finds them with the runtime's
// profile of leaked goroutines, which Go has since 1.27; before, it does nothing.
package leak

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
)

// Main runs the tests of a package, and exits. It is for the TestMain of packages that start goroutines.
func Main(m *testing.M) {
	code := m.Run()
	if code == 0 && found(os.Stderr) {
		code = 1
	}
	os.Exit(code)
}

// found reports whether goroutines have leaked, and prints where they are.
func found(out io.Writer) bool {
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return false
	}
	runtime.Gosched() // a goroutine that was started last gets to where it blocks
	var stacks bytes.Buffer
	if err := profile.WriteTo(&stacks, 1); err != nil {
		fmt.Fprintln(out, "leak:", err)
		return true
	}
	var total int
	if _, err := fmt.Sscanf(stacks.String(), "goroutineleak profile: total %d", &total); err != nil {
		fmt.Fprintf(out, "leak: the profile has another form: %.100q\n", stacks.String())
		return true
	}
	if total > 0 {
		fmt.Fprintf(out, "leak: goroutines are blocked for good\n%s", stacks.String())
	}
	return total > 0
}
