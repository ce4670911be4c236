package transport

import (
	"bytes"
	"errors"
	"reflect"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

var (
	errEmptyBody   = errors.New("the body is empty")
	errEmptyObject = errors.New("the body is an empty object")
)

// decodeObject reads the body of a success. Only a response without members may be empty: where
// there should be something, nothing is not a success.
func decodeObject(body []byte, out any, more ...any) (wire.Report, error) {
	body = bytes.TrimSpace(body)
	expected := reflect.TypeOf(out).Elem().NumField() > 0
	switch {
	case len(body) == 0 && expected:
		return wire.Report{}, errEmptyBody
	case len(body) == 0:
		return wire.Report{}, nil
	case expected && isEmptyObject(body):
		return wire.Report{}, errEmptyObject
	}
	return wire.Decode(body, append(more, out)...)
}

// unread is the problem with a member that tells a success from a failure, if it could not be read. Without it an answer is
// neither.
func unread(r wire.Report, names ...string) error {
	for _, e := range r.Skipped {
		for _, name := range names {
			if e.Path == name || strings.HasPrefix(e.Path, name+".") {
				return e
			}
		}
	}
	return nil
}

func isEmptyObject(body []byte) bool {
	return body[0] == '{' && len(bytes.TrimSpace(body[1:])) == 1 && body[len(body)-1] == '}'
}
