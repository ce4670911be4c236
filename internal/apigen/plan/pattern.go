package plan

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
)

// TextForm is what a pattern and a length together require of a string.
type TextForm struct {
	Min, Max int    // Max 0 means no limit
	Class    string // the pattern was one class of ASCII characters, repeated
	Pattern  string
}

// parsePattern reads a pattern of a model. One that is a repeated class of characters becomes that
// class, and how often it is repeated becomes the length.
func parsePattern(pattern string) (TextForm, error) {
	if _, err := regexp.Compile(pattern); err != nil {
		return TextForm{}, fmt.Errorf("the pattern %q is not one that Go can use (%w): rewrite or drop it in the overlay", pattern, err)
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return TextForm{}, err
	}
	form := TextForm{Pattern: pattern}
	inner := anchored(tree)
	if inner == nil {
		return form, nil
	}
	var class *syntax.Regexp
	switch inner.Op {
	case syntax.OpPlus:
		form.Min, class = 1, inner.Sub[0]
	case syntax.OpStar:
		class = inner.Sub[0]
	case syntax.OpRepeat:
		form.Min, form.Max, class = inner.Min, max(inner.Max, 0), inner.Sub[0]
	default:
		return form, nil
	}
	body, ok := classBody(class)
	if !ok {
		return TextForm{Pattern: pattern}, nil
	}
	form.Class, form.Pattern = body, ""
	return form, nil
}

// anchored returns the one expression between ^ and $, nil if there is not exactly one.
func anchored(tree *syntax.Regexp) *syntax.Regexp {
	if tree.Op != syntax.OpConcat || len(tree.Sub) != 3 {
		return nil
	}
	if tree.Sub[0].Op != syntax.OpBeginText || tree.Sub[2].Op != syntax.OpEndText {
		return nil
	}
	inner := tree.Sub[1]
	for inner.Op == syntax.OpCapture {
		inner = inner.Sub[0]
	}
	return inner
}

// classBody writes a class of ASCII characters as the inside of [...]. A hyphen goes last, where it
// needs no escape.
func classBody(class *syntax.Regexp) (body string, ok bool) {
	if class.Op != syntax.OpCharClass {
		return "", false
	}
	var b strings.Builder
	hyphen := ""
	for i := 0; i < len(class.Rune); i += 2 {
		low, high := class.Rune[i], class.Rune[i+1]
		if low < '\t' || high > '~' {
			return "", false
		}
		if low == '-' {
			hyphen = "-"
			low++
		}
		if high == '-' {
			hyphen = "-"
			high--
		}
		writeRange(&b, low, high)
	}
	return b.String() + hyphen, true
}

func writeRange(b *strings.Builder, low, high rune) {
	if low > high {
		return
	}
	b.WriteString(classRune(low))
	if high > low+1 {
		b.WriteByte('-')
	}
	if high > low {
		b.WriteString(classRune(high))
	}
}

// classRune escapes characters that are special in a class, and those that would break a line of an error.
func classRune(r rune) string {
	switch {
	case strings.ContainsRune(`\]^`, r):
		return `\` + string(r)
	case r < ' ':
		return strings.Trim(strconv.QuoteRune(r), "'")
	}
	return string(r)
}

// matchesEmpty reports whether the pattern matches "".
func matchesEmpty(pattern string) bool {
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString("")
}
