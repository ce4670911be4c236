//go:build unix && !solaris && !aix

package journal

import (
	"os"
	"syscall"
)

// lock waits until no other process has the file locked, and locks it until it is closed.
func lock(file *os.File) error {
	for {
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			return err
		}
	}
}
