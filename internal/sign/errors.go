package sign

import (
	"crypto/subtle"
	"errors"
	"fmt"
)

// The errors of Verify; match them with errors.Is.
var (
	ErrMalformed  = errors.New("sign: request is not properly signed") // missing, unreadable or incomplete
	ErrUnknownKey = errors.New("sign: unknown access key")
	ErrMismatch   = errors.New("sign: signature does not match")
)

// Malformed returns an ErrMalformed that says what is wrong.
func Malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// Result compares the two signatures of a check in constant time.
func (c *Check) Result() error {
	if subtle.ConstantTimeCompare([]byte(c.Want), []byte(c.Got)) != 1 {
		return ErrMismatch
	}
	return nil
}
