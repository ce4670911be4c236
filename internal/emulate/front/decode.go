package front

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// DecodeError reports a request that cannot be decoded.
type DecodeError struct {
	Field   string // empty for the whole body
	problem string
	Unknown bool // the member is unknown
}

func (e *DecodeError) Error() string {
	if e.Field == "" {
		return "the body " + e.problem
	}
	return e.Field + " " + e.problem
}

// decode fills in a pointer to a request struct as its tags say. The module's codec is lenient: it reads
// numbers in strings, for example. So the shape of the document is checked first.
func (r *Received) decode(in any) error {
	v := reflect.ValueOf(in).Elem()
	body := false
	for i := range v.NumField() {
		f, tag := v.Field(i), v.Type().Field(i).Tag
		var err error
		switch {
		case tag.Get("path") != "":
			err = setString(f, tag.Get("path"), r.labels[tag.Get("path")])
		case tag.Get("query") != "":
			err = setQuery(f, tag.Get("query"), r.Values)
		case tag.Get("header") != "":
			err = setString(f, tag.Get("header"), r.Header.Get(tag.Get("header")))
		case tag.Get("payload") != "":
			err = r.decodeBody(f.Addr().Interface())
		case tag.Get("json") != "":
			body = true
		}
		if err != nil {
			return err
		}
	}
	if body || v.NumField() == 0 { // nothing is an empty object too
		return r.decodeBody(in)
	}
	return nil
}

// setQuery sets a field that is sent in the query. A list of strings is sent as parameters with the same name.
func setQuery(f reflect.Value, name string, values url.Values) error {
	if list, ok := reflect.TypeAssert[*[]string](f.Addr()); ok {
		*list = values[name]
		return checkText(name, strings.Join(*list, ""))
	}
	return setString(f, name, values.Get(name))
}

// setString sets a field that is sent as a string: a string, an integer, a boolean, or a pointer to one of these.
func setString(f reflect.Value, name, value string) error {
	if f.Kind() == reflect.String {
		f.SetString(value)
		return checkText(name, value)
	}
	if value == "" {
		return nil
	}
	switch f.Kind() {
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		return setString(f.Elem(), name, value)
	case reflect.Bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return &DecodeError{Field: name, problem: "must be true or false"}
		}
		f.SetBool(b)
		return nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return &DecodeError{Field: name, problem: "must be an integer"}
	}
	f.SetInt(n)
	return nil
}

// decodeBody decodes the body. An empty body is an empty object.
func (r *Received) decodeBody(in any) error {
	body := r.Body
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	if err := r.checkBody(body, reflect.TypeOf(in).Elem()); err != nil {
		return err
	}
	if err := unmarshal(body, in); err != nil {
		return &DecodeError{problem: err.Error()}
	}
	return nil
}

// checkBody checks that the body is one JSON object of the shape of t, which is the same each time that a request is
// decoded.
func (r *Received) checkBody(body []byte, t reflect.Type) error {
	if r.shaped == t {
		return nil
	}
	if !utf8.Valid(body) {
		return &DecodeError{problem: "is not UTF-8"}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var document any
	if err := d.Decode(&document); err != nil {
		return &DecodeError{problem: "is not JSON"}
	}
	if _, err := d.Token(); err != io.EOF {
		return &DecodeError{problem: "has data after the JSON value"}
	}
	if _, ok := document.(map[string]any); !ok {
		return &DecodeError{problem: "is not a JSON object"}
	}
	if err := r.checkShape("", document, t); err != nil {
		return err
	}
	r.shaped = t
	return nil
}

// unmarshal decodes a JSON object into a struct or a map. The codec decodes a map only as a member.
func unmarshal(body []byte, in any) error {
	m, ok := in.(*map[string]any)
	if !ok {
		return wire.Unmarshal(body, in)
	}
	var outer struct {
		Body map[string]any `json:"body"`
	}
	err := wire.Unmarshal(slices.Concat([]byte(`{"body":`), body, []byte("}")), &outer)
	*m = outer.Body
	return err
}

// checkShape checks that a document has the JSON types that t requires.
func (r *Received) checkShape(path string, v any, t reflect.Type) error {
	if t.Kind() == reflect.Pointer {
		return r.checkShape(path, v, t.Elem())
	}
	if v == nil || t.Kind() == reflect.Interface {
		return nil
	}
	wrong := func(want string) error { return &DecodeError{Field: path, problem: "must be " + want} }
	switch {
	case t == reflect.TypeFor[time.Time]():
		if !isTime(v) {
			return wrong("a time: seconds since 1970 or as in RFC 3339")
		}
	case t.Kind() == reflect.Float64:
		if _, ok := v.(json.Number); !ok {
			return wrong("a number")
		}
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		n, _ := v.(json.Number)
		if _, err := n.Int64(); err != nil {
			return wrong("an integer")
		}
	case t.Kind() == reflect.String:
		text, ok := v.(string)
		if !ok {
			return wrong("a string")
		}
		return checkText(path, text)
	case t.Kind() == reflect.Bool:
		if _, ok := v.(bool); !ok {
			return wrong("a boolean")
		}
	case t.Kind() == reflect.Slice:
		return r.checkList(path, v, t)
	default:
		return r.checkObject(path, v, t)
	}
	return nil
}

// checkText refuses strings that no service accepts, and that the keys of resources rely on to be none.
func checkText(field, text string) error {
	if strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
		return &DecodeError{Field: field, problem: "must be UTF-8 without NUL characters"}
	}
	return nil
}

// isTime reports whether a value is a time as the codec reads it.
func isTime(v any) bool {
	if text, ok := v.(string); ok {
		_, err := time.Parse(time.RFC3339, text)
		return err == nil
	}
	_, ok := v.(json.Number)
	return ok
}

func (r *Received) checkList(path string, v any, t reflect.Type) error {
	list, ok := v.([]any)
	if !ok {
		return &DecodeError{Field: path, problem: "must be an array"}
	}
	for i, item := range list {
		if err := r.checkShape(fmt.Sprintf("%s[%d]", path, i), item, t.Elem()); err != nil {
			return err
		}
	}
	return nil
}

func (r *Received) checkObject(path string, v any, t reflect.Type) error {
	object, ok := v.(map[string]any)
	if !ok {
		return &DecodeError{Field: path, problem: "must be an object"}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		inner := strings.TrimPrefix(path+"."+name, ".")
		if t.Kind() == reflect.Map {
			if err := r.checkShape(inner, object[name], t.Elem()); err != nil {
				return err
			}
			continue
		}
		f, ok := MemberOf(t, name)
		if !ok && r.Strict {
			return &DecodeError{Field: inner, problem: "is unknown", Unknown: true}
		}
		if !ok {
			continue
		}
		if err := r.checkShape(inner, object[name], f.Type); err != nil {
			return err
		}
	}
	return nil
}

// MemberOf returns the field of a struct for a JSON member.
func MemberOf(t reflect.Type, name string) (reflect.StructField, bool) {
	members, ok := membersOf.Load(t)
	if !ok {
		members, _ = membersOf.LoadOrStore(t, readMembers(t))
	}
	field, ok := members.(map[string]reflect.StructField)[name]
	return field, ok
}

// membersOf has the fields of each struct by JSON member, because reading tags takes longer than reading a request.
var membersOf sync.Map

func readMembers(t reflect.Type) map[string]reflect.StructField {
	members := map[string]reflect.StructField{}
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if _, found := members[name]; !found {
			members[name] = field
		}
	}
	return members
}
