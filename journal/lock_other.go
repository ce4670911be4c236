//go:build (!unix && !windows) || solaris || aix

package journal

import (
	"errors"
	"os"
)

// lock is not possible with what the standard library has for this system.
func lock(*os.File) error { return errors.ErrUnsupported }
