package resource

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Document is a resource: its members by their names on the wire, with values as JSON has them. Documents are never
// changed, only replaced.
type Document map[string]any

// timeType is a time that is sent as seconds since 1970.
var timeType = reflect.TypeFor[time.Time]()

// wireName returns the name of a field on the wire, and where it goes: the key of its tag.
func wireName(f reflect.StructField) (name, place string) {
	for _, place := range []string{"json", "path", "query", "header", "payload"} {
		if tag, ok := f.Tag.Lookup(place); ok {
			name, _, _ := strings.Cut(tag, ",")
			return name, place
		}
	}
	return "", ""
}

// required reports whether a member is sent even if it is zero.
func required(f reflect.StructField) bool {
	return !strings.HasSuffix(f.Tag.Get("json"), ",omitzero")
}

// valueOf returns a value as JSON has it, nil if it is absent.
func valueOf(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return valueOf(v.Elem())
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int64:
		return v.Int()
	case reflect.Float64:
		return v.Float()
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = valueOf(v.Index(i))
		}
		return list
	case reflect.Map:
		object := map[string]any{}
		for key, value := range v.Seq2() {
			object[key.String()] = valueOf(value)
		}
		return object
	}
	if v.Type() == timeType {
		return seconds(v.Interface().(time.Time))
	}
	return membersOf(v, nil)
}

func seconds(t time.Time) any { return float64(t.UnixMilli()) / 1000 }

// membersOf returns the members of a struct that are set. Those in given count as set.
func membersOf(v reflect.Value, given map[string]bool) map[string]any {
	object := map[string]any{}
	for f, value := range v.Fields() {
		name, place := wireName(f)
		switch {
		case place == "" || place == "payload":
		case value.IsZero() && !given[name] && (place != "json" || !required(f)):
		case value.Kind() == reflect.Slice && value.IsNil(), value.Kind() == reflect.Map && value.IsNil():
		default:
			if member := valueOf(value); member != nil {
				object[name] = member
			}
		}
	}
	return object
}

// givenMembers returns the members of a body that are not null.
func givenMembers(body []byte) map[string]bool {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(body, &members)
	given := map[string]bool{}
	for name, value := range members {
		given[name] = string(value) != "null"
	}
	return given
}

// text returns a value as it is compared and as it is part of a key.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	data, _ := json.Marshal(v)
	return string(data)
}

// merge returns a document with some of its members replaced.
func (d Document) merge(members map[string]any, except ...string) Document {
	merged := Document{}
	maps.Copy(merged, d)
	for name, value := range members {
		if !slices.Contains(except, name) {
			merged[name] = value
		}
	}
	return merged
}
