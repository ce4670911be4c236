package validate

import (
	"fmt"
	"regexp"
	"sync"
	"unicode/utf8"
)

// Text is the rule of one kind of text. Generated code declares one variable for each.
type Text struct {
	Min, Max  int    // length in code points; Max 0 is open
	Class     string // all characters must be of this class: the inside of [...] in a regexp
	Pattern   string // a regexp that must match; never together with Class
	Sensitive bool   // the value is not repeated in errors

	once    sync.Once
	allowed *[utf8.RuneSelf]bool // the class as a table
	regexp  *regexp.Regexp
}

// matches reports whether value has the form that the rule asks for.
func (t *Text) matches(value string) bool {
	if t.Class == "" && t.Pattern == "" {
		return true
	}
	t.once.Do(t.compile)
	if t.regexp != nil {
		return t.regexp.MatchString(value)
	}
	for i := 0; i < len(value); i++ {
		if value[i] >= utf8.RuneSelf || !t.allowed[value[i]] {
			return false
		}
	}
	return true
}

func (t *Text) compile() {
	if t.Pattern != "" {
		t.regexp = regexp.MustCompile(t.Pattern)
		return
	}
	t.allowed = new([utf8.RuneSelf]bool)
	one := regexp.MustCompile("^[" + t.Class + "]$")
	for c := range t.allowed {
		t.allowed[c] = one.MatchString(string(rune(c)))
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

// given shows the value, and its length when that may be what is wrong.
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
