package transport

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

var (
	errEmptyBody = errors.New("the body is empty")
	errForeign   = errors.New("it has none of the members that it should have")
)

// decodeObject reads the body of a success. Only a response without members may come without a body.
func decodeObject(body []byte, out any, more ...any) (*wire.Seen, error) {
	seen := &wire.Seen{Target: out}
	body = bytes.TrimSpace(body)
	switch {
	case len(body) > 0:
		return seen, wire.Unmarshal(body, append(more, seen)...)
	case reflect.TypeOf(out).Elem().NumField() > 0:
		return nil, errEmptyBody
	}
	return nil, nil
}

// demand looks for what op returns for certain: a success without it is none.
func (f *Finding) demand(op *Operation) {
	if f.Failed || f.Malformed != nil || f.Seen == nil {
		return
	}
	for _, path := range op.Certain {
		if f.Seen.Lacks(path) {
			f.Malformed = fmt.Errorf("it has no %s", path)
			return
		}
	}
}
