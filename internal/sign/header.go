package sign

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// line is the position of the line "name:value" of one signed header in
// Scratch.lines.
type line struct{ start, colon, end int }

// ValueWriter appends a header value in the form that a scheme signs.
type ValueWriter func(dst []byte, name, value string) []byte

// Add adds a header to the signature, its values joined by commas.
func (w *Scratch) Add(write ValueWriter, name, value string, more ...string) {
	l := w.startLine(name)
	w.lines = write(w.lines, name, value)
	for _, value := range more {
		w.lines = write(append(w.lines, ','), name, value)
	}
	w.endLine(l)
}

// AddBytes adds a header to the signature, its value unchanged.
func (w *Scratch) AddBytes(name string, value []byte) {
	l := w.startLine(name)
	w.lines = append(w.lines, value...)
	w.endLine(l)
}

func (w *Scratch) startLine(name string) line {
	l := line{start: len(w.lines)}
	w.lines = AppendLower(w.lines, name)
	l.colon = len(w.lines)
	w.lines = append(w.lines, ':')
	return l
}

func (w *Scratch) endLine(l line) {
	w.lines = append(w.lines, '\n')
	l.end = len(w.lines)
	w.headers = append(w.headers, l)
}

func (w *Scratch) name(l line) []byte { return w.lines[l.start:l.colon] }

// Sort puts the headers in the order of their names, and lists those in Names.
func (w *Scratch) Sort() {
	slices.SortFunc(w.headers, func(a, b line) int { return bytes.Compare(w.name(a), w.name(b)) })
	for i, l := range w.headers {
		if i > 0 {
			w.Names = append(w.Names, ';')
		}
		w.Names = append(w.Names, w.name(l)...)
	}
}

// AppendHeaders appends the lines of the headers.
func (w *Scratch) AppendHeaders(dst []byte) []byte {
	for _, l := range w.headers {
		dst = append(dst, w.lines[l.start:l.end]...)
	}
	return dst
}

// AppendLower appends s with ASCII letters in lower case.
func AppendLower(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, s...)
	for i := start; i < len(dst); i++ {
		dst[i] = lower(dst[i])
	}
	return dst
}

// Trimmed is a ValueWriter that leaves out the spaces around the value.
func Trimmed(dst []byte, _, value string) []byte {
	return append(dst, strings.TrimSpace(value)...)
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Set sets a header to one value. All values that a signer sets share the array
// behind list, which is returned with the value appended.
func Set(h http.Header, list []string, name, value string) []string {
	list = append(list, value)
	n := len(list)
	h[name] = list[n-1 : n : n]
	return list
}
