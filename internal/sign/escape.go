package sign

const upperHex = "0123456789ABCDEF"

// AppendPath appends a path with everything but '/' and the characters that
// RFC 3986 leaves unreserved percent-encoded. A '%' is encoded like the rest.
func AppendPath(dst []byte, path string) []byte {
	done := 0 // what was appended
	for i := range len(path) {
		if c := path[i]; !unreserved(c) && c != '/' {
			dst = appendEscaped(append(dst, path[done:i]...), c)
			done = i + 1
		}
	}
	return append(dst, path[done:]...)
}

// appendEscaped has a twin in package wire. Neither package imports the other: one signs any request, the other writes ours.
func appendEscaped(dst []byte, c byte) []byte {
	if unreserved(c) {
		return append(dst, c)
	}
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

func unreserved(c byte) bool { return isUnreserved[c] }

var isUnreserved = func() (is [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") {
		is[c] = true
	}
	return is
}()

// unescape decodes the first character of a form-encoded string and returns its
// length in bytes. A '%' that starts no escape is left unchanged.
func unescape(s string) (c byte, size int) {
	switch {
	case s[0] == '+':
		return ' ', 1
	case s[0] == '%' && len(s) >= 3 && isHex(s[1]) && isHex(s[2]):
		return unhex(s[1])<<4 | unhex(s[2]), 3
	}
	return s[0], 1
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}
