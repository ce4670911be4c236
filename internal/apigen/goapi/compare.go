package goapi

import (
	"fmt"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Break is something that callers may rely on and no longer find.
type Break struct {
	Name string // Type, Type.Field, Client.Method or Constant
	Text string // what it was, and what has become of it
}

// Compare returns what breaks from one API to the next, by name. What only things that break use, such as the type of a
// field that is gone, is part of their breaks.
func Compare(before, after *API) []Break {
	var breaks []Break
	add := func(name, format string, args ...any) {
		breaks = append(breaks, Break{name, fmt.Sprintf(format, args...)})
	}
	for _, name := range sorted(before.Methods) {
		switch was, is := before.Methods[name], after.Methods[name]; {
		case is == "":
			add("Client."+name, "method removed; it was %s", was)
		case was != is:
			add("Client."+name, "method changed: %s -> %s", was, is)
		}
	}
	for _, name := range sorted(before.Types) {
		if token.IsExported(name) {
			breaks = append(breaks, compareTypes(name, before.Types[name], after.Types[name])...)
		}
	}
	for _, name := range sorted(before.Values) {
		was := before.Values[name]
		is, there := after.Values[name]
		switch {
		case before.Types[was.Type] != nil && after.Types[was.Type] == nil: // gone with its type
		case !there:
			add(name, "constant removed; it was %s", was.Literal)
		case was != is:
			add(name, "constant changed: %s %s -> %s %s", was.Type, was.Literal, is.Type, is.Literal)
		}
	}
	return withoutConsequences(breaks, before, after)
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func compareTypes(name string, was, is *Type) []Break {
	switch {
	case is == nil:
		return []Break{{name, "type removed"}}
	case was.Underlying != is.Underlying:
		return []Break{{name, fmt.Sprintf("type changed: %s -> %s", was.Underlying, is.Underlying)}}
	}
	var breaks []Break
	for _, field := range sorted(was.Fields) {
		f, there := is.Fields[field]
		if !there {
			breaks = append(breaks, Break{name + "." + field, removedField(field, was.Fields[field], is)})
			continue
		}
		for _, text := range compareFields(was.Fields[field], f) {
			breaks = append(breaks, Break{name + "." + field, text})
		}
	}
	return breaks
}

// removedField describes a field that is gone; a new one may differ from it in case only.
func removedField(name string, was Field, is *Type) string {
	text := "field removed; it was " + was.Type
	for _, other := range sorted(is.Fields) {
		if strings.EqualFold(other, name) {
			return fmt.Sprintf("%s, and differs in case only from the field %s %s", text, other, is.Fields[other].Type)
		}
	}
	return text
}

// compareFields describes what has become of a field: another type, another place on the wire, a zero that is not sent
// anymore, a value that is printed.
func compareFields(was, is Field) []string {
	var texts []string
	if was.Type != is.Type {
		texts = append(texts, fmt.Sprintf("type changed: %s -> %s", was.Type, is.Type))
	}
	fromWhere, fromName := was.place()
	toWhere, toName := is.place()
	if fromWhere != toWhere || fromName != toName {
		texts = append(texts, fmt.Sprintf("sent or read as %s %q, no longer as %s %q", toWhere, toName, fromWhere, fromName))
	}
	if was.Tag.Get("time") != is.Tag.Get("time") {
		texts = append(texts, fmt.Sprintf("form of a time changed: %q -> %q", was.Tag.Get("time"), is.Tag.Get("time")))
	}
	if was.isNumber() && was.Type == is.Type && !was.dropsZero() && is.dropsZero() {
		texts = append(texts, "an explicit zero or false is no longer sent")
	}
	if was.isSensitive() && !is.isSensitive() {
		texts = append(texts, "no longer redacted")
	}
	return texts
}

var identifier = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// withoutConsequences drops the types that are gone because all that used them is gone or changed, too.
func withoutConsequences(breaks []Break, before, after *API) []Break {
	users := map[string][]string{}
	use := func(user, text string) {
		for _, name := range identifier.FindAllString(text, -1) {
			if before.Types[name] != nil {
				users[name] = append(users[name], user)
			}
		}
	}
	for name, t := range before.Types {
		for field, f := range t.Fields {
			use(name+"."+field, f.Type)
		}
	}
	for name, sig := range before.Methods {
		use("Client."+name, sig)
	}
	gone := map[string]bool{}
	for _, b := range breaks {
		gone[b.Name] = true
	}
	isGone := func(user string) bool {
		owner, _, _ := strings.Cut(user, ".")
		return gone[user] || owner != "Client" && after.Types[owner] == nil
	}
	return slices.DeleteFunc(breaks, func(b Break) bool {
		return before.Types[b.Name] != nil && after.Types[b.Name] == nil && len(users[b.Name]) > 0 &&
			!slices.ContainsFunc(users[b.Name], func(user string) bool { return !isGone(user) })
	})
}
