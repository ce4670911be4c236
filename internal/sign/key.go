package sign

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding"
	"hash"
	"strings"
	"sync/atomic"
)

// KeyCache remembers the last derived key. Deriving takes four HMACs, and the
// result holds for a day. The zero value is ready, safe for concurrent use.
type KeyCache struct {
	last atomic.Pointer[Key]
}

// Key is a derived key with its credential scope.
type Key struct {
	Scope string // with the date: "20261121/us-east-1/finspace/aws4_request"

	secret, date string
	schedule     schedule
}

// Key is a cached DeriveKey. prefix and scope must be the same in every call
// on one cache.
func (c *KeyCache) Key(prefix, secret, date string, scope ...string) *Key {
	last := c.last.Load()
	if last == nil || last.date != date || last.secret != secret {
		key := DeriveKey(prefix, secret, date, scope...)
		last = &Key{Scope: date + "/" + strings.Join(scope, "/"), secret: secret, date: date, schedule: newSchedule(&key)}
		c.last.Store(last)
	}
	return last
}

// HMAC is HMACSHA256 of the message with the key.
func (k *Key) HMAC(w *Scratch, message []byte) [sha256.Size]byte { return k.schedule.hmac(w, message) }

// A schedule is a key of HMAC-SHA256: the states of the two hashes after the
// blocks that are made of the key, which every message would repeat.
type schedule struct{ inner, outer []byte }

func newSchedule(key *[sha256.Size]byte) schedule {
	return schedule{stateAfter(key, innerPad), stateAfter(key, outerPad)}
}

func stateAfter(key *[sha256.Size]byte, pad [blockSize]byte) []byte {
	subtle.XORBytes(pad[:], pad[:], key[:])
	h := newDigest()
	_, _ = h.Write(pad[:])
	state, _ := h.MarshalBinary() // fails for no state of SHA-256
	return state
}

func (s *schedule) hmac(w *Scratch, message []byte) (mac [sha256.Size]byte) {
	h := w.digest
	_ = h.UnmarshalBinary(s.inner) // fails for no state that MarshalBinary made
	_, _ = h.Write(message)
	w.sum = h.Sum(w.sum[:0])
	_ = h.UnmarshalBinary(s.outer)
	_, _ = h.Write(w.sum)
	w.sum = h.Sum(w.sum[:0])
	return [sha256.Size]byte(w.sum)
}

// digest is a hash whose state can be kept, as all of the standard library.
type digest interface {
	hash.Hash
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

func newDigest() digest {
	return sha256.New().(digest) //nolint:forcetypeassert // documented by crypto/sha256
}

// DeriveKey chains HMAC-SHA256 from the prefixed secret over the date and the
// rest of the credential scope.
func DeriveKey(prefix, secret, date string, scope ...string) [sha256.Size]byte {
	var room [128]byte
	first := append(append(room[:0], prefix...), secret...)
	key := HMACSHA256(first, date)
	for _, part := range scope {
		key = HMACSHA256(key[:], part)
	}
	return key
}
