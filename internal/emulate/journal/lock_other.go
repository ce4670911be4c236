//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package journal

import (
	"errors"
	"io"
)

// lockFile reports that files cannot be locked here.
func lockFile(string) (io.Closer, error) { return nil, errors.ErrUnsupported }

func syncDir(string) error { return nil }
