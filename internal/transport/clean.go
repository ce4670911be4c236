package transport

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// How long the parts of an error may be, in bytes.
const (
	maxName    = 200 // a code, a request id, a line of a foreign body
	maxMessage = 1 << 10
	maxCause   = 2 << 10
)

// clean returns what an error or a log record may show of a string from outside: one line of at most limit
// bytes, without credentials that it may repeat. They are removed first, because a cut could leave a part of
// them.
func (k *call) clean(text string, limit int) string { return cloud.OneLine(k.scrub(text), limit) }

// window is how much of a string is read; far more than any error shows.
const window = 64 << 10

// scrub removes credentials that a server repeats, as AWS does when a signature does not match.
func (k *call) scrub(text string) string {
	longest, cut := 0, len(text) > window
	if cut {
		text = text[:window]
	}
	for _, secret := range [...]cloud.Secret{k.used.SessionToken, k.used.SecretAccessKey} {
		if s := secret.Reveal(); len(s) >= 8 {
			text, longest = redact(text, s), max(longest, len(s))
		}
	}
	if cut { // a secret may begin before the end of the window
		text = text[:max(len(text)-longestEscape*longest, 0)]
	}
	return text
}

// redact replaces every occurrence of secret in text, plain or escaped as in URLs, HTML and JSON.
func redact(text, secret string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(text); {
		n := 0
		if c := text[i]; c == secret[0] || c == '%' || c == '&' || c == '\\' {
			n = spells(text[i:], secret)
		}
		if n == 0 {
			i++
			continue
		}
		b.WriteString(text[from:i])
		b.WriteString(wire.Redacted)
		i += n
		from = i
	}
	if from == 0 {
		return text
	}
	b.WriteString(text[from:])
	return b.String()
}

// spells returns how much of text, from its start, spells secret; 0 if it does not.
func spells(text, secret string) int {
	if strings.HasPrefix(text, secret) {
		return len(secret)
	}
	i := 0
	for j := range len(secret) {
		if i == len(text) {
			return 0
		}
		if c, n := unescape(text[i:]); n > 0 && c == secret[j] {
			i += n
		} else if text[i] == secret[j] {
			i++
		} else {
			return 0
		}
	}
	return i
}

// longestEscape is the length of the longest escape of a character that unescape reads.
const longestEscape = 6

// unescape reads the escaped character at the start of text; n is 0 if there is none.
func unescape(text string) (c byte, n int) {
	switch {
	case text[0] == '%' && len(text) >= 3:
		return hexByte(text[1:3], 3)
	case text[0] == '&':
		return CharacterReference(text)
	case text[0] != '\\' || len(text) < 2:
		return 0, 0
	case text[1] == 'u' && len(text) >= 6 && text[2:4] == "00":
		return hexByte(text[4:6], 6)
	case text[1] == 'x' && len(text) >= 4:
		return hexByte(text[2:4], 4)
	}
	return text[1], 2
}

func hexByte(digits string, n int) (byte, int) {
	c, err := strconv.ParseUint(digits, 16, 8)
	if err != nil {
		return 0, 0
	}
	return byte(c), n
}

// CharacterReference reads the character reference of HTML or XML at the start of text; n is 0 if there is none.
func CharacterReference(text string) (c byte, n int) {
	end := strings.IndexByte(text[:min(len(text), longestEscape)], ';')
	if end < 2 {
		return 0, 0
	}
	name := text[1:end]
	switch name {
	case "amp":
		return '&', end + 1
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	}
	if name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if hex := strings.TrimLeft(digits, "xX"); hex != digits {
		digits, base = hex, 16
	}
	code, err := strconv.ParseUint(digits, base, 8)
	if err != nil {
		return 0, 0
	}
	return byte(code), end + 1
}

// firstLine returns the start of a body that is not the service's own, for an error.
func (k *call) firstLine(body []byte) string {
	body = bytes.TrimSpace(body)
	text, _, _ := strings.Cut(string(body[:min(len(body), window+1)]), "\n")
	return k.clean(strings.TrimSpace(text), maxName)
}

// cause returns err without credentials, and bounded in length.
func (k *call) cause(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if shown := k.clean(text, maxCause); shown != text {
		return &cleaned{shown, err}
	}
	return err
}

// cleaned is an error with another message. It matches what the error matches, but does not unwrap to it,
// so that printing the chain does not show it.
type cleaned struct {
	text  string
	cause error
}

func (e *cleaned) Error() string        { return e.text }
func (e *cleaned) Is(target error) bool { return errors.Is(e.cause, target) }
func (e *cleaned) As(target any) bool   { return errors.As(e.cause, target) }
