package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// object is a JSON object that remembers the order of its members: in a model the order of a
// structure's members is a fact worth keeping.
type object struct {
	keys   []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

func (o *object) set(key string, value any) {
	if _, known := o.values[key]; !known {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

func (o *object) remove(key string) {
	if _, known := o.values[key]; !known {
		return
	}
	delete(o.values, key)
	o.keys = slices.DeleteFunc(o.keys, func(k string) bool { return k == key })
}

// object returns the object under key, or an empty one.
func (o *object) object(key string) *object {
	if child, ok := o.values[key].(*object); ok {
		return child
	}
	return newObject()
}

func (o *object) text(key string) string {
	s, _ := o.values[key].(string)
	return s
}

func (o *object) flag(key string) bool {
	b, _ := o.values[key].(bool)
	return b
}

func (o *object) list(key string) []any {
	l, _ := o.values[key].([]any)
	return l
}

func (o *object) has(key string) bool {
	_, ok := o.values[key]
	return ok
}

// parseJSON reads one JSON value: *object, []any, string, json.Number, bool or nil.
func parseJSON(data []byte) (any, error) {
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

func parseObject(data []byte) (*object, error) {
	v, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*object)
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

func parseMembers(d *json.Decoder) (*object, error) {
	o := newObject()
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseValue(d)
		if err != nil {
			return nil, err
		}
		if o.has(key.(string)) {
			return nil, fmt.Errorf("member %q comes twice", key)
		}
		o.set(key.(string), value)
	}
	_, err := d.Token()
	return o, err
}

// lineWidth is the length up to which formatJSON keeps an object or array on one line.
const lineWidth = 130

// formatJSON writes a value for people and diffs: what fits on a line is on a line.
func formatJSON(v any) []byte { return append(appendValue(nil, v, 0), '\n') }

func appendValue(dst []byte, v any, depth int) []byte {
	start := len(dst)
	dst = appendCompact(dst, v)
	if len(dst)-start+depth <= lineWidth {
		return dst
	}
	switch v := v.(type) {
	case *object:
		dst = append(dst[:start], '{')
		for i, key := range v.keys {
			dst = appendBreak(dst, i, depth+1)
			dst = append(appendCompact(dst, key), ": "...)
			dst = appendValue(dst, v.values[key], depth+1)
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

func appendCompact(dst []byte, v any) []byte {
	switch v := v.(type) {
	case *object:
		dst = append(dst, '{')
		for i, key := range v.keys {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = append(appendCompact(dst, key), ": "...)
			dst = appendCompact(dst, v.values[key])
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = appendCompact(dst, item)
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
