package sign

import (
	"bytes"
	"slices"
	"strings"
)

// parameter is the position of one query parameter in Scratch.query.
type parameter struct{ name, value, end int }

// AppendQuery appends the canonical form of a raw query: names and values
// percent-encoded anew, sorted by name, then value; a parameter without a
// value keeps its '='.
func (w *Scratch) AppendQuery(dst []byte, raw string) []byte {
	w.parseQuery(raw, true)
	for i, p := range w.params {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(dst, w.query[p.name:p.value]...)
		dst = append(dst, '=')
		dst = append(dst, w.query[p.value:p.end]...)
	}
	return dst
}

// AppendDecodedQuery appends a raw query with its names and values decoded,
// sorted by name, then value; a parameter without a value loses its '='.
func (w *Scratch) AppendDecodedQuery(dst []byte, raw string) []byte {
	w.parseQuery(raw, false)
	for i, p := range w.params {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = append(dst, w.query[p.name:p.value]...)
		if p.value == p.end {
			continue
		}
		dst = append(dst, '=')
		dst = append(dst, w.query[p.value:p.end]...)
	}
	return dst
}

func (w *Scratch) parseQuery(raw string, escape bool) {
	w.params, w.query = w.params[:0], w.query[:0]
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		p := parameter{name: len(w.query)}
		w.query = appendDecoded(w.query, name, escape)
		p.value = len(w.query)
		w.query = appendDecoded(w.query, value, escape)
		p.end = len(w.query)
		w.params = append(w.params, p)
	}
	slices.SortFunc(w.params, func(a, b parameter) int {
		if c := bytes.Compare(w.query[a.name:a.value], w.query[b.name:b.value]); c != 0 {
			return c
		}
		return bytes.Compare(w.query[a.value:a.end], w.query[b.value:b.end])
	})
}

func appendDecoded(dst []byte, s string, escape bool) []byte {
	for s != "" {
		c, size := unescape(s)
		s = s[size:]
		if escape {
			dst = appendEscaped(dst, c)
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// Unescape decodes a form-encoded name or value.
func Unescape(s string) string {
	return string(appendDecoded(nil, s, false))
}
