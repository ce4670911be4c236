package wire

import (
	"log/slog"
	"reflect"
)

// LogValue returns v, a struct or a pointer to one, as a group of its exported fields under the names of [MarshalJSON],
// without the zero ones. Fields tagged sensitive:"true" are [redacted]. It is meant to be called from the LogValue
// method of v's type.
func LogValue(v any) slog.Value {
	var l logger
	return l.value(reflect.ValueOf(v))
}

type logger struct{ path visits }

func (l *logger) value(v reflect.Value) slog.Value {
	switch v.Kind() {
	case reflect.Invalid:
		return slog.AnyValue(nil)
	case reflect.String:
		return slog.StringValue(v.String())
	case reflect.Bool:
		return slog.BoolValue(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return slog.Int64Value(v.Int())
	case reflect.Float32, reflect.Float64:
		return slog.Float64Value(v.Float())
	case reflect.Struct:
		if t, ok := timeIn(v); ok {
			return slog.TimeValue(t)
		}
		return l.group(v)
	case reflect.Interface:
		return l.value(v.Elem())
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return l.reference(v)
	}
	return slog.AnyValue(v.Interface())
}

func (l *logger) reference(v reflect.Value) slog.Value {
	if v.IsNil() {
		return slog.AnyValue(nil)
	}
	if !l.path.enter(v) {
		return slog.StringValue("...")
	}
	defer l.path.leave()
	switch v.Kind() {
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plain(l.value(v.Index(i)))
		}
		return slog.AnyValue(list)
	case reflect.Map:
		m := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			m[it.Key().String()] = plain(l.value(it.Value()))
		}
		return slog.AnyValue(m)
	}
	return l.value(v.Elem())
}

func (l *logger) group(v reflect.Value) slog.Value {
	var attrs []slog.Attr
	for _, f := range viewOf(v.Type()).fields {
		fv := v.Field(f.index)
		switch {
		case fv.IsZero():
		case f.sensitive && !isEmpty(fv):
			attrs = append(attrs, slog.String(f.name, Redacted))
		default:
			attrs = append(attrs, slog.Attr{Key: f.name, Value: l.value(fv)})
		}
	}
	return slog.GroupValue(attrs...)
}

// plain converts a slog.Value for a list or a map, where handlers expect plain Go values.
func plain(v slog.Value) any {
	if v.Kind() != slog.KindGroup {
		return v.Any()
	}
	m := map[string]any{}
	for _, a := range v.Group() {
		m[a.Key] = plain(a.Value)
	}
	return m
}
