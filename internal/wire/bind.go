package wire

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Parts is one request built from its struct, without host and fixed headers.
type Parts struct {
	Path    string // escaped
	Query   string // escaped, without '?'
	Header  []HeaderField
	Body    []byte // the buffer given to Bind, with the body appended if there is one
	HasBody bool
}

// A HeaderField is one request header, its name in canonical form.
type HeaderField struct{ Name, Value string }

// A LabelError says that a path label has a value that would change the structure of the path: "", "." or "..".
type LabelError struct{ Field, Given string }

func (e *LabelError) Error() string {
	if e.Given == "" {
		return e.Field + ": must not be empty, it is part of the path"
	}
	return e.Field + ": must not be " + strconv.Quote(e.Given) + ", it is part of the path"
}

// Bind makes the parts of a request from in, a struct or a pointer to one. The literals of template are copied as they
// are; its {labels} are filled with escaped values. The body is appended to buf.
func Bind(buf []byte, in any, template string, style QueryStyle) (Parts, error) {
	v, err := structOf(in)
	if err != nil {
		return Parts{Body: buf}, err
	}
	p := codecOf(v.Type()).plan
	parts := Parts{Body: buf}
	if parts.Path, err = p.bindPath(v, template); err != nil {
		return parts, err
	}
	if parts.Query, err = p.bindQuery(v, style); err != nil {
		return parts, err
	}
	if parts.Header, err = p.bindHeader(v); err != nil {
		return parts, err
	}
	parts.Body, parts.HasBody, err = p.bindBody(buf, v)
	return parts, err
}

// structOf returns the struct that in is or points to, addressable.
func structOf(in any) (reflect.Value, error) {
	v := reflect.ValueOf(in)
	if v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() == reflect.Struct {
		return v.Elem(), nil
	}
	if v.Kind() == reflect.Struct {
		return addressable(v), nil
	}
	return v, invalid("a request is not a struct")
}

func (p *plan) bindPath(v reflect.Value, template string) (string, error) {
	if strings.IndexByte(template, '{') < 0 {
		return template, nil
	}
	var room [256]byte
	path := room[:0]
	for rest := template; rest != ""; {
		literal, label, found := strings.Cut(rest, "{")
		path = append(path, literal...)
		if !found {
			break
		}
		name, after, _ := strings.Cut(label, "}")
		value, err := p.label(v, name)
		if err != nil {
			return "", err
		}
		path = appendEscaped(path, value, SpaceAsPercent)
		rest = after
	}
	return string(path), nil
}

// label returns the value of a path label.
func (p *plan) label(v reflect.Value, name string) (string, error) {
	for i := range p.path {
		f := &p.path[i]
		if f.name != name {
			continue
		}
		text, _, err := f.text(v.Field(f.index))
		if err == nil && (text == "" || text == "." || text == "..") {
			return "", &LabelError{Field: name, Given: text}
		}
		return text, err
	}
	return "", invalid("the request has no field for the path label " + name)
}

func (p *plan) bindQuery(v reflect.Value, style QueryStyle) (string, error) {
	var room [256]byte
	query := room[:0]
	for i := range p.query {
		f := &p.query[i]
		fv := v.Field(f.index)
		if f.codec.kind == listKind && f.codec.elem.kind == stringKind {
			for _, s := range sortedStrings(fv) {
				query = appendPair(query, f.name, s, style)
			}
			continue
		}
		text, present, err := f.text(fv)
		if err != nil {
			return "", err
		}
		if present {
			query = appendPair(query, f.name, text, style)
		}
	}
	return string(query), nil
}

func appendPair(query []byte, name, value string, style QueryStyle) []byte {
	if len(query) > 0 {
		query = append(query, '&')
	}
	query = append(appendEscaped(query, name, style), '=')
	return appendEscaped(query, value, style)
}

// sortedStrings copies a list of strings, in order.
func sortedStrings(v reflect.Value) []string {
	list := make([]string, v.Len())
	for i := range list {
		list[i] = v.Index(i).String()
	}
	slices.Sort(list)
	return list
}

func (p *plan) bindHeader(v reflect.Value) ([]HeaderField, error) {
	var header []HeaderField
	for i := range p.header {
		f := &p.header[i]
		text, present, err := f.text(v.Field(f.index))
		if err != nil {
			return nil, err
		}
		if !present {
			continue
		}
		if strings.ContainsFunc(text, isControl) {
			err := invalid("a header must not contain control characters")
			err.under(f.name)
			return nil, err
		}
		header = append(header, HeaderField{f.key, text})
	}
	return header, nil
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }

func (p *plan) bindBody(buf []byte, v reflect.Value) (body []byte, present bool, err error) {
	if f := p.payload; f != nil {
		fv := v.Field(f.index)
		if isNil(fv) {
			return buf, false, nil
		}
		body, err = appendValue(buf, f.codec, fv)
		return body, err == nil, err
	}
	if len(p.members) == 0 {
		return buf, false, nil
	}
	body, err = appendValue(buf, codecOf(v.Type()), v)
	return body, err == nil, err
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return v.IsNil()
	}
	return false
}

// text returns a scalar as written in a path, a query or a header. Zero values and nil pointers are not present; the
// value of a pointer is, even if it is zero.
func (f *field) text(v reflect.Value) (text string, present bool, err error) {
	c := f.codec
	if c.kind == pointerKind {
		if v.IsNil() {
			return "", false, nil
		}
		c, v, present = c.elem, v.Elem(), true
	}
	present = present || !v.IsZero()
	switch c.kind {
	case stringKind:
		return v.String(), present, nil
	case boolKind:
		return strconv.FormatBool(v.Bool()), present, nil
	case intKind:
		return strconv.FormatInt(v.Int(), 10), present, nil
	case floatKind:
		number, err := appendValue(nil, c, v)
		return string(number), present, err
	case timeKind:
		t := timeOf(v)
		return string(appendTimeText(nil, t, c.form)), c != f.codec || !t.IsZero(), nil
	}
	e := invalid("cannot bind " + c.typ.String())
	e.under(f.name)
	return "", false, e
}
