package front

import (
	"bytes"
	"sync"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// buffers are where responses are written, because to let each of them grow takes several times its length.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// maxBuffer is the largest buffer that is kept.
const maxBuffer = 1 << 20

// Encode returns a response as JSON.
func Encode(v any) ([]byte, error) {
	return EncodeBy(func(dst []byte) ([]byte, error) { return wire.Append(dst, v) })
}

// EncodeBy returns what a function appends.
func EncodeBy(appendTo func(dst []byte) ([]byte, error)) ([]byte, error) {
	buffer := buffers.Get().(*[]byte)
	body, err := appendTo((*buffer)[:0])
	if cap(body) <= maxBuffer {
		*buffer = body
		defer buffers.Put(buffer)
	}
	return bytes.Clone(body), err
}
