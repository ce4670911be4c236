// Package ini reads files of sections with keys and values, in which the tools of clouds keep profiles.
package ini

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// File has the values of each section by key. Names of sections and keys are as written. What stands before the first
// section is in the section "".
type File map[string]map[string]string

// Parse reads text. A line is a section in brackets, a key with a value after the first "=", a comment that begins with
// "#" or ";", or empty. An indented key below one without a value belongs to it, as "outer.inner"; other indented lines
// there are skipped. A section that comes twice is one; of a key that comes twice the last value holds. Errors name the
// line and quote nothing of it, because it may hold a secret.
func Parse(text string) (File, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("it is not UTF-8 text")
	}
	text = strings.TrimPrefix(text, "\ufeff")
	file := File{}
	section, outer := "", "" // outer is a key without a value
	number := 0
	for line := range strings.Lines(text) {
		number++
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case outer != "" && (line[0] == ' ' || line[0] == '\t'):
			if key, value, ok := strings.Cut(trimmed, "="); ok {
				file.section(section)[outer+"."+strings.TrimSpace(key)] = strings.TrimSpace(value)
			}
		case trimmed[0] == '[':
			name, ok := sectionName(trimmed)
			if !ok {
				return nil, fmt.Errorf("line %d has a section without its closing bracket", number)
			}
			section, outer = name, ""
			file.section(section)
		default:
			key, value, ok := strings.Cut(trimmed, "=")
			key, value = strings.TrimSpace(key), strings.TrimSpace(value)
			if !ok || key == "" {
				return nil, fmt.Errorf("line %d is neither a section, nor a key with a value, nor a comment", number)
			}
			file.section(section)[key] = value
			if outer = ""; value == "" {
				outer = key
			}
		}
	}
	return file, nil
}

// section returns the section, which is made if it is new.
func (f File) section(name string) map[string]string {
	if f[name] == nil {
		f[name] = map[string]string{}
	}
	return f[name]
}

// sectionName returns what is in the brackets. A comment may follow them.
func sectionName(line string) (string, bool) {
	name, rest, ok := strings.Cut(line[1:], "]")
	rest = strings.TrimSpace(rest)
	return strings.TrimSpace(name), ok && (rest == "" || rest[0] == '#' || rest[0] == ';')
}
