package leak

import (
	"io"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// It does not run in parallel: the profile is that of the whole process.
func TestLeaksAreFound(t *testing.T) {
	if pprof.Lookup("goroutineleak") == nil {
		t.Skip("this version of Go has no profile of leaked goroutines")
	}
	assert.False(t, found(io.Discard))
	go func() { <-make(chan struct{}) }()
	for range 100 {
		runtime.Gosched()
	}
	var out strings.Builder
	assert.True(t, found(&out))
	assert.Contains(t, out.String(), "TestLeaksAreFound")
}
