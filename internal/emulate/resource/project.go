package resource

import (
	"math"
	"reflect"
	"strconv"
	"time"
)

// assign sets a Go value to a JSON value, if it can have it. A number is converted to a string and back.
func assign(dst reflect.Value, v any) bool {
	if v == nil {
		return false
	}
	switch dst.Kind() {
	case reflect.Pointer:
		inner := reflect.New(dst.Type().Elem())
		if !assign(inner.Elem(), v) {
			return false
		}
		dst.Set(inner)
		return true
	case reflect.Interface:
		dst.Set(reflect.ValueOf(v))
		return true
	case reflect.Slice:
		return assignList(dst, v)
	case reflect.Map:
		return assignMap(dst, v)
	case reflect.Struct:
		return assignStruct(dst, v)
	}
	return assignScalar(dst, v)
}

func assignScalar(dst reflect.Value, v any) bool {
	switch v.(type) {
	case map[string]any, Document, []any:
		return false
	}
	switch dst.Kind() {
	case reflect.String:
		dst.SetString(text(v))
		return true
	case reflect.Bool:
		b, ok := v.(bool)
		dst.SetBool(b)
		return ok
	}
	n, err := strconv.ParseFloat(text(v), 64)
	if err != nil || math.IsNaN(n) {
		return false
	}
	switch dst.Kind() {
	case reflect.Int, reflect.Int64:
		whole, err := strconv.ParseInt(text(v), 10, 64)
		if err != nil {
			whole = int64(n)
		}
		dst.SetInt(whole)
	case reflect.Float64:
		dst.SetFloat(n)
	default:
		return false
	}
	return true
}

func assignList(dst reflect.Value, v any) bool {
	list, ok := v.([]any)
	if !ok {
		return false
	}
	items := reflect.MakeSlice(dst.Type(), 0, len(list))
	for _, item := range list {
		next := reflect.New(dst.Type().Elem()).Elem()
		if assign(next, item) {
			items = reflect.Append(items, next)
		}
	}
	dst.Set(items)
	return len(list) == 0 || items.Len() > 0
}

func assignMap(dst reflect.Value, v any) bool {
	object, ok := v.(map[string]any)
	if !ok {
		return false
	}
	entries := reflect.MakeMap(dst.Type())
	for key, value := range object {
		next := reflect.New(dst.Type().Elem()).Elem()
		if assign(next, value) {
			entries.SetMapIndex(reflect.ValueOf(key).Convert(dst.Type().Key()), next)
		}
	}
	dst.Set(entries)
	return true
}

func assignStruct(dst reflect.Value, v any) bool {
	if dst.Type() == timeType {
		n, ok := v.(float64)
		if whole, isInt := v.(int64); isInt {
			n, ok = float64(whole), true
		}
		if ok {
			dst.Set(reflect.ValueOf(time.UnixMilli(int64(math.Round(n * 1000))).UTC()))
		}
		return ok
	}
	object, ok := v.(map[string]any)
	if !ok {
		return false
	}
	for f, field := range dst.Fields() {
		if name, place := wireName(f); place == "json" {
			assign(field, object[name])
		}
	}
	return true
}
