// Package protocol has what the protocols of the three clouds, in the packages below it, have in common: how they read
// responses and errors.
package protocol

import (
	"bytes"
	"errors"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

var (
	errEmptyBody = errors.New("the body is empty")
	// ErrForeign is the error of a response that does not come from the service.
	ErrForeign = errors.New("it has none of the expected members")
)

// DecodeObject reads the body of a success into the target of seen, and what the protocol itself needs into envelope.
// Only a response without members in its body may come without one; seen is nil then.
func DecodeObject(body []byte, seen *wire.Seen, envelope any) (*wire.Seen, []*wire.Error, error) {
	body = bytes.TrimSpace(body)
	switch {
	case len(body) > 0:
		skipped, err := wire.Decode(body, envelope, seen)
		return seen, skipped, err
	case wire.HasMembers(seen.Target):
		return nil, nil, errEmptyBody
	}
	return nil, nil, nil
}

// Unread returns an error if one of the named members, which tell a success from a failure, could not be decoded.
// Without them a response is neither.
func Unread(skipped []*wire.Error, names ...string) error {
	for _, e := range skipped {
		for _, name := range names {
			if e.Path == name || strings.HasPrefix(e.Path, name+".") {
				return e
			}
		}
	}
	return nil
}
