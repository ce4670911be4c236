package main

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

func (s *service) operationDoc(op *operation) []string {
	doc := s.docOf(s.docs.Operations, op.name)
	if doc == "" {
		doc = "calls the operation of that name."
	}
	link := ""
	if s.overlay.Link != "" {
		link = "API page: " + strings.ReplaceAll(s.overlay.Link, "%s", op.name)
	}
	if slices.Contains(s.begun, op.goName) {
		doc += fmt.Sprintf(" [Client.Begin%s] does this and waits for it.", op.goName)
	}
	doc = withSite(doc, op.shape.traits, "Documented for the %s site only.")
	return []string{op.goName + " " + s.inGo(doc), link, deprecation(s.inGo(op.deprecated))}
}

// iteratorDoc says first what is not listed, if something is not.
func (s *service) iteratorDoc(op *operation) string {
	items := "the items"
	switch {
	case op.pages.cursor == nil:
	case op.pages.whole:
		items = "the pages"
	default:
		items = "the items of all pages"
	}
	doc := fmt.Sprintf("%s ranges over %s of [Client.%s]", op.pages.name, items, op.goName)
	if only := s.docOf(s.docs.Iterators, op.name); only != "" {
		doc = fmt.Sprintf("%s ranges over %s: %s of [Client.%s]", op.pages.name, s.inGo(only), items, op.goName)
	}
	if op.pages.cursor == nil {
		return doc + ", which come all at once."
	}
	from := "beginning at r." + op.pages.cursor.name + " if it is set"
	if also := op.pages.also; len(also) > 0 {
		from = fmt.Sprintf("for each value of %s that r leaves empty, or, if r.%s is set, from there on as r asks", and(also), op.pages.cursor.name)
	}
	return doc + ", " + from + ". Pages are fetched as they are needed; an error ends the sequence."
}

func and(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// withSite adds to a text that only one site has what it is about, unless it says so.
func withSite(doc string, t traits, sentence string) string {
	site := t.text(traitSite)
	if site == "" || strings.Contains(doc, mainland) || strings.Contains(doc, international) {
		return doc
	}
	return strings.TrimSpace(doc + " " + fmt.Sprintf(sentence, site))
}

func (s *service) structDoc(st *structType) []string {
	doc := s.docOf(s.docs.Types, st.shape.name(), st.name)
	switch {
	case doc != "":
		doc = st.name + " " + s.inGo(doc)
	case st.role == request:
		doc = fmt.Sprintf("%s is the request of [Client.%s].", st.name, st.op.goName)
	case st.role == response && st.op.stream:
		doc = fmt.Sprintf("%s is an event of the response of [Client.%s].", st.name, st.op.goName)
	case st.role == response:
		doc = fmt.Sprintf("%s is the response of [Client.%s].", st.name, st.op.goName)
	}
	if st.role == unionOf {
		doc = strings.TrimSpace(doc + " Exactly one member is set.")
	}
	return []string{doc, requiredDoc(st)}
}

// requiredDoc names the fields that a caller must set, since a blank line alone is easy to miss.
func requiredDoc(st *structType) string {
	if !st.sent || st.role == unionOf {
		return ""
	}
	var names []string
	for _, f := range st.fields {
		if order(f) == 0 {
			names = append(names, f.name)
		}
	}
	switch {
	case len(names) == 0:
		return ""
	case len(names) == 1:
		return names[0] + " is required."
	case len(names) == len(st.fields):
		return "All fields are required."
	}
	return and(names) + " are required."
}

func (s *service) fieldDoc(st *structType, f *field) []string {
	doc := unlinked(s.inGo(s.docOf(s.docs.Fields, st.shape.name()+"."+f.wire, st.name+"."+f.wire)))
	values := s.fieldValues(st, f)
	if limits := f.limits(); st.sent && len(values) == 0 && !strings.Contains(doc, strings.TrimSuffix(limits, ".")) {
		doc = strings.TrimSpace(doc + " " + limits)
	}
	doc = withSite(doc, f.member.traits, "On the %s site only.")
	if !strings.Contains(doc, "absent") && !strings.Contains(strings.ToLower(doc), "null if") {
		doc = strings.TrimSpace(doc + " " + f.absence())
	}
	return slices.Concat([]string{doc}, values, []string{deprecation(f.deprecated)})
}

// absence says of a pointer in a response when it is nil.
func (f *field) absence() string {
	switch {
	case f.pointer && f.certain:
		return "Never nil."
	case f.nilIf != "":
		return "Nil if " + f.nilIf + "."
	}
	return ""
}

// fieldValues lists the values of a field whose type does not say them.
func (s *service) fieldValues(st *structType, f *field) []string {
	if k := f.typ.leaf().kind; k == kindEnum || k == kindIntEnum {
		return nil
	}
	prefix := st.shape.name() + "." + f.wire + "."
	var values []string
	for key := range s.docs.Values {
		if value, ok := strings.CutPrefix(key, prefix); ok {
			values = append(values, value)
		}
	}
	slices.SortFunc(values, compareValues)
	for i, value := range values {
		values[i] = listItem + value + ": " + unlinked(s.inGo(s.docOf(s.docs.Values, prefix+value)))
	}
	return values
}

// compareValues puts numbers in their order, and before words.
func compareValues(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return strings.Compare(a, b)
}

func (s *service) valueDoc(e *enumType, v enumValue) string {
	keys := []string{e.name + "." + v.value}
	for _, k := range e.keys {
		keys = append(keys, k+"."+v.value, k+"."+v.member)
		s.used[k+"."+v.value] = true
	}
	return unlinked(s.inGo(s.docOf(s.docs.Values, keys...)))
}

// docOf returns the doc of a thing by any of the names that it goes by. It may be empty: see documented.
func (s *service) docOf(texts map[string]string, keys ...string) string {
	for _, k := range keys {
		if doc, ok := texts[k]; ok {
			s.used[k] = true
			return doc
		}
	}
	return ""
}

// documented reports whether somebody decided on the doc of a field. An empty one means that the name is enough.
func documented(texts map[string]string, keys ...string) bool {
	return slices.ContainsFunc(keys, func(k string) bool {
		_, ok := texts[k]
		return ok
	})
}

// identifier finds what may be a name in a text, with the brackets or the dot that make it something
// else already.
var identifier = regexp.MustCompile(`[\[.]?\b[A-Za-z][A-Za-z0-9]*\b`)

// inGo writes the names of the model in a text as Go has them: members by their fields, operations
// and types as links. Names of one word are left alone, since they are words too.
func (s *service) inGo(text string) string {
	if s.goNames == nil {
		s.goNames = s.namesInGo()
	}
	return identifier.ReplaceAllStringFunc(text, func(name string) string {
		if goName := s.goNames[name]; goName != "" {
			return goName
		}
		return name
	})
}

// link is a name in brackets, as in [Client.GetKxCluster].
var link = regexp.MustCompile(`\[([A-Z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)?)\]`)

// unlinked drops the brackets of links, which are shown as they are in the comments of fields and constants.
func unlinked(doc string) string { return link.ReplaceAllString(doc, "$1") }

func (s *service) namesInGo() map[string]string {
	names := map[string]string{}
	add := func(name, inGo string) {
		switch was, known := names[name]; {
		case !severalWords(name):
		case known && was != inGo:
			names[name] = name // it means different things in different places
		default:
			names[name] = inGo
		}
	}
	for _, st := range s.structs {
		for _, f := range st.fields {
			add(f.wire, f.name)
		}
	}
	for _, st := range s.structs {
		if st.op == nil {
			add(st.shape.name(), "["+st.name+"]")
		}
	}
	for _, e := range s.enums {
		add(e.keys[0], "["+e.name+"]")
	}
	for _, st := range s.structs {
		for _, f := range st.fields {
			delete(names, f.name) // in Go terms already
		}
	}
	for _, e := range s.enums {
		for _, v := range e.values {
			delete(names, v.value) // may stand for itself
		}
	}
	for _, op := range s.ops {
		names[op.name] = "[Client." + op.goName + "]"
	}
	return names
}

func severalWords(name string) bool {
	return strings.ContainsFunc(name[1:], unicode.IsUpper)
}

// limits says in words what the model allows.
func (f *field) limits() string {
	switch f.typ.kind {
	case kindString:
		low, high := bounds(f.traits, traitLength)
		if low == "1" || low == "0" {
			low = ""
		}
		return interval(low, high, "character")
	case kindList, kindMap:
		low, high := bounds(f.traits, traitLength)
		if low == "0" {
			low = ""
		}
		return interval(low, high, "item")
	case kindInt, kindInt64, kindFloat:
		low, high := bounds(f.traits, traitRange)
		if low == "0" {
			low = ""
		}
		return interval(low, high, "")
	}
	return ""
}

// bounds returns the ends of a length or range as the model writes them, "" for an open one.
func bounds(t traits, id string) (low, high string) {
	if n, ok := t.number(id, "min"); ok {
		low = strconv.FormatFloat(n, 'f', -1, 64)
	}
	if n, ok := t.number(id, "max"); ok {
		high = strconv.FormatFloat(n, 'f', -1, 64)
	}
	return low, high
}

func interval(low, high, unit string) string {
	if unit != "" {
		unit = " " + unit
		if high != "1" && (high != "" || low != "1") {
			unit += "s"
		}
	}
	switch {
	case low == "" && high == "":
		return ""
	case low == high:
		return "Exactly " + high + unit + "."
	case high == "":
		return "At least " + low + unit + "."
	case low == "":
		return "At most " + high + unit + "."
	}
	return low + " to " + high + unit + "."
}

func deprecation(reason string) string {
	if reason == "" {
		return ""
	}
	return "Deprecated: " + reason
}
