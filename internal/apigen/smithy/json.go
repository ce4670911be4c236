package smithy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Object is a JSON object that remembers the order of its members: in a model the order of a
// structure's members is a fact worth keeping.
type Object struct {
	Keys   []string
	Values map[string]any
}

// NewObject returns an object without members.
func NewObject() *Object { return &Object{Values: map[string]any{}} }

// Set sets a member, at the end if it is new.
func (o *Object) Set(key string, value any) {
	if _, known := o.Values[key]; !known {
		o.Keys = append(o.Keys, key)
	}
	o.Values[key] = value
}

// Remove removes a member, if it is there.
func (o *Object) Remove(key string) {
	if _, known := o.Values[key]; !known {
		return
	}
	delete(o.Values, key)
	o.Keys = slices.DeleteFunc(o.Keys, func(k string) bool { return k == key })
}

// Object returns the object under key, or an empty one.
func (o *Object) Object(key string) *Object {
	if child, ok := o.Values[key].(*Object); ok {
		return child
	}
	return NewObject()
}

// Text returns the string under key, "" if there is none.
func (o *Object) Text(key string) string {
	s, _ := o.Values[key].(string)
	return s
}

// Flag reports whether the value under key is true.
func (o *Object) Flag(key string) bool {
	b, _ := o.Values[key].(bool)
	return b
}

// List returns the list under key, nil if there is none.
func (o *Object) List(key string) []any {
	l, _ := o.Values[key].([]any)
	return l
}

// Objects returns the list under key, nil if there is none. All items must be objects.
func (o *Object) Objects(key string) ([]*Object, error) {
	list := o.List(key)
	if o.Has(key) && list == nil && o.Values[key] != nil {
		return nil, fmt.Errorf("%q must be a list of objects", key)
	}
	out := make([]*Object, len(list))
	for i, item := range list {
		child, ok := item.(*Object)
		if !ok {
			return nil, fmt.Errorf("%q must be a list of objects, but item %d is %s", key, i, AppendCompact(nil, item))
		}
		out[i] = child
	}
	return out, nil
}

// Has reports whether there is a member.
func (o *Object) Has(key string) bool {
	_, ok := o.Values[key]
	return ok
}

// Parse reads one JSON value: *object, []any, string, json.Number, bool or nil.
func Parse(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := parseValue(d)
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more after the first value")
	}
	return v, nil
}

// ParseObject reads a JSON object.
func ParseObject(data []byte) (*Object, error) {
	v, err := Parse(data)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, errors.New("not a JSON object")
	}
	return o, nil
}

func parseValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseMembers(d)
	case json.Delim('['):
		items := []any{}
		for d.More() {
			item, err := parseValue(d)
			if err != nil {
				return nil, err
			}
			items = append(items, item)
		}
		_, err := d.Token()
		return items, err
	}
	return token, nil
}

func parseMembers(d *json.Decoder) (*Object, error) {
	o := NewObject()
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseValue(d)
		if err != nil {
			return nil, err
		}
		if o.Has(key.(string)) {
			return nil, fmt.Errorf("member %q comes twice", key)
		}
		o.Set(key.(string), value)
	}
	_, err := d.Token()
	return o, err
}

// lineWidth is the length up to which formatJSON keeps an object or array on one line.
const lineWidth = 130

// Format writes a value for people and diffs: what fits on a line is on a line.
func Format(v any) []byte { return append(appendValue(nil, v, 0), '\n') }

func appendValue(dst []byte, v any, depth int) []byte {
	start := len(dst)
	dst = AppendCompact(dst, v)
	if len(dst)-start+depth <= lineWidth {
		return dst
	}
	switch v := v.(type) {
	case *Object:
		dst = append(dst[:start], '{')
		for i, key := range v.Keys {
			dst = appendBreak(dst, i, depth+1)
			dst = append(AppendCompact(dst, key), ": "...)
			dst = appendValue(dst, v.Values[key], depth+1)
		}
		return append(appendIndent(dst, depth), '}')
	case []any:
		dst = append(dst[:start], '[')
		for i, item := range v {
			dst = appendBreak(dst, i, depth+1)
			dst = appendValue(dst, item, depth+1)
		}
		return append(appendIndent(dst, depth), ']')
	}
	return dst
}

func appendBreak(dst []byte, i, depth int) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return appendIndent(dst, depth)
}

func appendIndent(dst []byte, depth int) []byte {
	dst = append(dst, '\n')
	return append(dst, bytes.Repeat([]byte{' '}, depth)...)
}

// AppendCompact writes a value in one line.
func AppendCompact(dst []byte, v any) []byte {
	switch v := v.(type) {
	case *Object:
		dst = append(dst, '{')
		for i, key := range v.Keys {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(AppendCompact(dst, key), ": "...)
			dst = AppendCompact(dst, v.Values[key])
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = AppendCompact(dst, item)
		}
		return append(dst, ']')
	}
	return appendScalar(dst, v)
}

func appendScalar(dst []byte, v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // the values are strings, numbers, booleans and nil
	}
	return append(dst, bytes.TrimRight(b.Bytes(), "\n")...)
}
