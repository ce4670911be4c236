package sign

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
)

// Both hashes work on blocks of this many bytes.
const blockSize = 64

var innerPad, outerPad = pad(0x36), pad(0x5c)

func pad(with byte) (block [blockSize]byte) {
	for i := range block {
		block[i] = with
	}
	return block
}

// HMACSHA256 is HMAC with SHA-256. It does not allocate for the messages that
// the schemes sign; crypto/hmac allocates five times.
func HMACSHA256[T string | []byte](key []byte, message T) [sha256.Size]byte {
	if len(key) > blockSize {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	var inner [blockSize + 256]byte
	copy(inner[:], key)
	subtle.XORBytes(inner[:], inner[:], innerPad[:])
	sum := sha256.Sum256(append(inner[:blockSize], message...))

	var outer [blockSize + sha256.Size]byte
	copy(outer[:], key)
	subtle.XORBytes(outer[:], outer[:], outerPad[:])
	copy(outer[blockSize:], sum[:])
	return sha256.Sum256(outer[:])
}

// HMACSHA1 is HMAC with SHA-1, which the older schemes prescribe.
func HMACSHA1[T string | []byte](key []byte, message T) [sha1.Size]byte {
	if len(key) > blockSize {
		sum := sha1.Sum(key)
		key = sum[:]
	}
	var inner [blockSize + 1024]byte
	copy(inner[:], key)
	subtle.XORBytes(inner[:], inner[:], innerPad[:])
	sum := sha1.Sum(append(inner[:blockSize], message...))

	var outer [blockSize + sha1.Size]byte
	copy(outer[:], key)
	subtle.XORBytes(outer[:], outer[:], outerPad[:])
	copy(outer[blockSize:], sum[:])
	return sha1.Sum(outer[:])
}

// AppendSHA256 appends the hash of data in hexadecimal.
func AppendSHA256(dst, data []byte) []byte {
	sum := sha256.Sum256(data)
	return hex.AppendEncode(dst, sum[:])
}
