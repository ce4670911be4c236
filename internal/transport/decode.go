package transport

import (
	"bytes"
	"errors"
	"reflect"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

var (
	errEmptyBody = errors.New("the body is empty")
	errForeign   = errors.New("it has none of the members that it should have")
)

// decodeObject reads the body of a success. Only a response without members may come without a body.
func decodeObject(body []byte, out any, more ...any) (*wire.Seen, []*wire.Error, error) {
	seen := &wire.Seen{Target: out}
	body = bytes.TrimSpace(body)
	switch {
	case len(body) > 0:
		skipped, err := wire.Decode(body, append(more, seen)...)
		return seen, skipped, err
	case reflect.TypeOf(out).Elem().NumField() > 0:
		return nil, nil, errEmptyBody
	}
	return nil, nil, nil
}

// absent is a response of the service without what the operation returns for certain. Another try would bring
// the same.
type absent struct{ path string }

func (e *absent) Error() string { return "it has no " + e.path }

// isForeign reports whether a success has members, but none that it should have. A response without members of
// its own may gain some when the service grows; the request ID tells it from another sender's.
func (f *Finding) isForeign() bool {
	s := f.Seen
	if s == nil || !s.Any() || s.Known() {
		return false
	}
	return s.Expected() || f.RequestID == ""
}

// demand looks for what op returns for certain: a success without it is none.
func (f *Finding) demand(op *Operation) {
	if f.Failed || f.Malformed != nil || f.Seen == nil {
		return
	}
	for _, path := range op.Certain {
		if f.Seen.Lacks(path) {
			f.Malformed = &absent{path}
			return
		}
	}
}

// unread is the problem with a member that tells a success from a failure, if it could not be read. Without it an answer is
// neither.
func unread(skipped []*wire.Error, names ...string) error {
	for _, e := range skipped {
		for _, name := range names {
			if e.Path == name || strings.HasPrefix(e.Path, name+".") {
				return e
			}
		}
	}
	return nil
}
