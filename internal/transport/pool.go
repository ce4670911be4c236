package transport

import (
	"bytes"
	"sync"
)

// buffers hold bodies while they are encoded and decoded.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// putBuffer keeps buf for the next call, unless it grew for a rare large response.
func putBuffer(buf *bytes.Buffer) {
	if buf.Cap() > 1<<20 {
		return
	}
	buf.Reset()
	buffers.Put(buf)
}
