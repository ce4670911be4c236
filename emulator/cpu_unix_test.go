//go:build unix

package emulator_test

import (
	"syscall"
	"time"
)

// cpuTime returns how long the process has used processors, which other processes do not change.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
