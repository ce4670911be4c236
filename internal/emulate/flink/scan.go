package flink

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

// A position is a place in SQL, counted from 1.
type position struct{ line, column int }

// A token is a word, a quoted string, or a symbol of SQL.
type token struct {
	text       string // without quotes
	quote      byte   // ', " or `; 0 if it is not quoted
	from, to   position
	start, end int // in the text
}

// is reports whether a token is a keyword or a symbol.
func (t token) is(word string) bool { return t.quote == 0 && strings.EqualFold(t.text, word) }

// isName reports whether a token can be an identifier.
func (t token) isName() bool { return t.quote == '`' || t.quote == 0 && isWord(t.text) }

func isWord(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return r == '_' || unicode.IsLetter(r)
}

// A sqlProblem is a mistake in SQL.
type sqlProblem struct {
	message  string
	from, to position
}

func problemAt(t token, format string, args ...any) *sqlProblem {
	return &sqlProblem{fmt.Sprintf(format, args...), t.from, t.to}
}

func (p *sqlProblem) details() *flink.SQLErrorDetails {
	return &flink.SQLErrorDetails{
		LineNumber: strconv.Itoa(p.from.line), ColumnNumber: strconv.Itoa(p.from.column),
		EndLineNumber: strconv.Itoa(p.to.line), EndColumnNumber: strconv.Itoa(p.to.column), Message: p.message,
	}
}

// A scanner splits SQL into tokens.
type scanner struct {
	text    string
	at      int
	here    position // of text[at]
	last    position // of the character before
	tokens  []token
	problem *sqlProblem
}

func scan(text string) ([]token, *sqlProblem) {
	s := scanner{text: text, here: position{1, 1}, last: position{1, 1}}
	for s.skipBlank(); s.at < len(s.text) && s.problem == nil; s.skipBlank() {
		s.scanToken()
	}
	return s.tokens, s.problem
}

func (s *scanner) peek() rune {
	r, _ := utf8.DecodeRuneInString(s.text[s.at:])
	return r
}

// advance moves over one character.
func (s *scanner) advance() {
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	s.at, s.last = s.at+size, s.here
	s.here.column++
	if r == '\n' {
		s.here = position{s.here.line + 1, 1}
	}
}

func (s *scanner) advanceTo(at int) {
	for s.at < at {
		s.advance()
	}
}

// skipBlank moves over blanks and comments.
func (s *scanner) skipBlank() {
	for s.at < len(s.text) {
		rest := s.text[s.at:]
		switch {
		case unicode.IsSpace(s.peek()):
			s.advance()
		case strings.HasPrefix(rest, "--"):
			s.skipUntil("\n", 0)
		case strings.HasPrefix(rest, "/*"):
			if !strings.Contains(rest, "*/") {
				s.problem = &sqlProblem{"the comment has no end", s.here, s.here}
			}
			s.skipUntil("*/", 2)
		default:
			return
		}
	}
}

// skipUntil moves to the end of what begins here.
func (s *scanner) skipUntil(end string, width int) {
	n := strings.Index(s.text[s.at:], end)
	if n < 0 {
		n, width = len(s.text)-s.at, 0
	}
	s.advanceTo(s.at + n + width)
}

func (s *scanner) scanToken() {
	t := token{from: s.here, start: s.at}
	switch r := s.peek(); {
	case strings.ContainsRune("'\"`", r):
		t.quote = byte(r)
		t.text = s.scanQuoted(byte(r))
	case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
		for s.at < len(s.text) && (s.peek() == '_' || unicode.IsLetter(s.peek()) || unicode.IsDigit(s.peek())) {
			s.advance()
		}
		t.text = s.text[t.start:s.at]
	default:
		s.advance()
		t.text = s.text[t.start:s.at]
		if !strings.ContainsRune("()[]{}<>=!+-*/%|&^~?:,;.$", r) {
			s.problem = &sqlProblem{fmt.Sprintf("unexpected character %q", r), t.from, t.from}
		}
	}
	t.to, t.end = s.last, s.at
	s.tokens = append(s.tokens, t)
}

// scanQuoted returns what is between quotes. A doubled quote stands for itself.
func (s *scanner) scanQuoted(quote byte) string {
	from, q := s.here, string(quote)
	s.advance()
	for start := s.at; ; s.advance() {
		switch {
		case s.at >= len(s.text):
			s.problem = &sqlProblem{"the quote " + q + " has no end", from, from}
			return ""
		case strings.HasPrefix(s.text[s.at:], q+q):
			s.advance()
		case s.text[s.at] == quote:
			text := strings.ReplaceAll(s.text[start:s.at], q+q, q)
			s.advance()
			return text
		}
	}
}
