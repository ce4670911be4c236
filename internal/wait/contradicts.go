package wait

import (
	"encoding/json"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Contradicts reports whether shown, a response, has another value for a member that asked sets. Both are pointers to
// one type of struct. A member that the response leaves out says nothing, a key that one of its maps lacks contradicts.
// Lists may come back in another order.
func Contradicts(asked, shown any) bool {
	return contradicts(reflect.ValueOf(asked), reflect.ValueOf(shown))
}

func contradicts(asked, shown reflect.Value) bool {
	if asked.IsZero() || shown.IsZero() {
		return false
	}
	switch asked.Kind() {
	case reflect.Pointer:
		if asked.Elem().Kind() != reflect.Struct {
			return !asked.Elem().Equal(shown.Elem()) // a zero that is given is asked for
		}
		return contradicts(asked.Elem(), shown.Elem())
	case reflect.Interface:
		return !equalText(asked.Interface(), shown.Interface())
	case reflect.Struct:
		for i := range asked.NumField() {
			if contradicts(asked.Field(i), shown.Field(i)) {
				return true
			}
		}
		return false
	case reflect.Map:
		for _, key := range asked.MapKeys() {
			value := shown.MapIndex(key)
			if !value.IsValid() || contradicts(asked.MapIndex(key), value) {
				return true
			}
		}
		return false
	case reflect.Slice:
		return contradictsList(asked, shown)
	}
	return !asked.Equal(shown)
}

// contradictsList reports whether a list has not the same items as another one.
func contradictsList(asked, shown reflect.Value) bool {
	if asked.Len() != shown.Len() {
		return true
	}
	for i := range asked.Len() {
		found := false
		for j := range shown.Len() {
			found = found || !contradicts(asked.Index(i), shown.Index(j))
		}
		if !found {
			return true
		}
	}
	return false
}

// equalText reports whether two values of any type are the same when numbers and flags are written as strings.
func equalText(a, b any) bool {
	texts := [2]string{}
	for i, v := range []any{a, b} {
		body, err := wire.Append(nil, v)
		if err != nil {
			return false
		}
		texts[i] = string(body)
		if text := ""; json.Unmarshal(body, &text) == nil {
			texts[i] = text
		}
	}
	return texts[0] == texts[1]
}

// ShownAs returns a request as the service would show what it creates. Both have the same names for the same members.
func ShownAs[T any](request any) *T {
	shown := new(T)
	if body, err := wire.Append(nil, request); err == nil {
		_ = wire.Unmarshal(body, shown) // what does not fit is not shown
	}
	return shown
}
