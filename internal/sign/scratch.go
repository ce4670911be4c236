package sign

import "sync"

// Scratch holds the buffers that one signature is built in, and is reused.
type Scratch struct {
	Text  []byte // the string that is being built
	Stamp string // the time of the signature
	Hash  []byte // the hash of the body
	Names []byte // the signed headers, joined by semicolons

	lines   []byte // the signed headers
	headers []line
	query   []byte // the decoded query
	params  []parameter

	digest digest // of schedules
	sum    []byte
}

var pool = sync.Pool{New: func() any { return &Scratch{digest: newDigest()} }}

// NewScratch gets a Scratch with empty buffers; return it with Release.
func NewScratch() *Scratch {
	return pool.Get().(*Scratch)
}

// Bigger buffers are not kept.
const maxKept = 64 << 10

// Release returns the buffers to the pool. Nothing taken from them may be used after it.
func (w *Scratch) Release() {
	if cap(w.Text) > maxKept || cap(w.lines) > maxKept || cap(w.query) > maxKept {
		return
	}
	// They may hold a session token, which must not stay in memory.
	clear(w.Text[:cap(w.Text)])
	clear(w.lines[:cap(w.lines)])
	clear(w.query[:cap(w.query)])
	w.Text, w.Stamp, w.Hash, w.Names = w.Text[:0], "", w.Hash[:0], w.Names[:0]
	w.lines, w.headers = w.lines[:0], w.headers[:0]
	w.digest.Reset()
	pool.Put(w)
}
