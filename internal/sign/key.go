package sign

import "sync/atomic"

// KeyCache remembers the last derived key. Deriving takes four HMACs, and the
// result holds for a day. The zero value is ready, safe for concurrent use.
type KeyCache struct {
	last atomic.Pointer[derivedKey]
}

type derivedKey struct {
	secret, date string
	key          [32]byte
}

// Key is a cached DeriveKey. prefix and scope must be the same in every
// call on one cache.
func (c *KeyCache) Key(prefix, secret string, date []byte, scope ...string) [32]byte {
	last := c.last.Load()
	if last != nil && last.date == string(date) && last.secret == secret {
		return last.key
	}
	last = &derivedKey{secret, string(date), DeriveKey(prefix, secret, string(date), scope...)}
	c.last.Store(last)
	return last.key
}

// DeriveKey chains HMAC-SHA256 from the prefixed secret over the date and the
// rest of the credential scope.
func DeriveKey(prefix, secret, date string, scope ...string) [32]byte {
	var room [128]byte
	first := append(append(room[:0], prefix...), secret...)
	key := HMACSHA256(first, date)
	for _, part := range scope {
		key = HMACSHA256(key[:], part)
	}
	return key
}
