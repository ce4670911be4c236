package validate

import (
	"fmt"
	"regexp"
	"sync"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Text is the rule of one kind of string. Generated code declares one variable for each.
type Text struct {
	Min, Max  int    // length in code points; Max 0 means no limit
	Class     string // all characters must be of this class: the inside of [...] in a regexp
	Pattern   string // a regexp that must match; never together with Class
	Sensitive bool   // the value is not repeated in errors

	once     sync.Once
	sequence *sequence      // the class or the pattern, if it is of that form
	regexp   *regexp.Regexp // any other pattern
}

// broken returns the rule that value breaks and its kind, "" if it breaks none. The length comes first: a
// string of the wrong length often does not match the pattern either, which explains less.
func (t *Text) broken(value string) (check cloud.Check, rule string) {
	if !t.fits(value) {
		return cloud.CheckLength, t.length()
	}
	if !t.matches(value) {
		return cloud.CheckPattern, t.form()
	}
	return "", ""
}

// fits reports whether value has enough characters, and not too many. Most need not be counted: a character has one
// byte to four.
func (t *Text) fits(value string) bool {
	if len(value)/utf8.UTFMax >= t.Min && (t.Max <= 0 || len(value) <= t.Max) {
		return true
	}
	n := utf8.RuneCountInString(value)
	return n >= t.Min && (t.Max <= 0 || n <= t.Max)
}

// matches reports whether value matches the class or the pattern.
func (t *Text) matches(value string) bool {
	if t.Class == "" && t.Pattern == "" {
		return true
	}
	t.once.Do(t.compile)
	if t.sequence != nil {
		return t.sequence.matches(value)
	}
	return t.regexp.MatchString(value)
}

func (t *Text) compile() {
	pattern := t.Pattern
	if t.Class != "" {
		pattern = "^[" + t.Class + "]*$"
	}
	if t.sequence = parseSequence(pattern); t.sequence == nil {
		t.regexp = regexp.MustCompile(pattern)
	}
}

func (t *Text) length() string {
	high := t.Max
	if high == 0 {
		high = -1
	}
	return "must have " + size(t.Min, high, "character")
}

func (t *Text) form() string {
	if t.Class != "" {
		return "must consist of [" + t.Class + "]"
	}
	return "must match " + t.Pattern
}

// given shows the value, and its length if that may be wrong.
func (t *Text) given(value string) string {
	n := utf8.RuneCountInString(value)
	if t.Sensitive {
		return fmt.Sprintf("[redacted] (length %d)", n)
	}
	if n < t.Min || t.Max > 0 && n > t.Max {
		return fmt.Sprintf("%s (length %d)", quote(value), n)
	}
	return quote(value)
}
