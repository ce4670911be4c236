package wire

// QueryStyle is how a query spells a space. Everything else but A-Z a-z 0-9 - . _ ~ is percent-encoded.
type QueryStyle uint8

const (
	SpaceAsPercent QueryStyle = iota // %20, as on AWS
	SpaceAsPlus                      // +, as in HTML forms and on Alibaba Cloud
)

const upperHex = "0123456789ABCDEF"

// appendEscaped appends s with all but the unreserved characters of RFC 3986 escaped.
func appendEscaped(dst []byte, s string, style QueryStyle) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case unreserved(c):
			dst = append(dst, c)
		case c == ' ' && style == SpaceAsPlus:
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&0xF])
		}
	}
	return dst
}

func unreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
		return true
	}
	return false
}
