package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// The oracle computes the expected result of Unmarshal. It lets encoding/json read the document without types, turns
// each value into what encoding/json accepts for the Go type wherever we differ on purpose, and lets encoding/json
// decode the result. The comments name the differences as the package documentation does.

var (
	errRefused = errors.New("must be refused")
	errUnknown = errors.New("the oracle cannot tell")
)

func oracle(doc []byte) (everything, error) {
	if !json.Valid(doc) || nesting(doc) > 1000 { // at most 1000 levels
		return everything{}, errRefused
	}
	tree := untyped(doc)
	if _, isObject := tree.(map[string]any); !isObject { // the document is an object
		return everything{}, errRefused
	}
	if repeats(doc) { // both refuse or take them, but std merges and we replace, and it may be the first value that is bad
		return everything{}, errUnknown
	}
	tree, err := coerce(tree, reflect.TypeFor[everything]())
	if err != nil {
		return everything{}, err
	}
	d := json.NewDecoder(bytes.NewReader(must(json.Marshal(tree))))
	d.UseNumber()
	var want everything
	if d.Decode(&want) != nil {
		return everything{}, errRefused
	}
	err = numbers(reflect.ValueOf(&want).Elem())
	return want, err
}

func untyped(doc []byte) any {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		panic(err)
	}
	return tree
}

// nesting returns how deep a valid document is.
func nesting(doc []byte) (deepest int) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return deepest
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			deepest = max(deepest, depth)
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
}

// repeats reports whether a name occurs twice in one object of a valid document.
func repeats(doc []byte) bool {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var value func(token json.Token) bool
	value = func(token json.Token) bool {
		found, names := false, map[string]bool{}
		for token == json.Delim('{') && d.More() {
			name := must(d.Token()).(string)
			found = found || names[name]
			names[name] = true
			found = value(must(d.Token())) || found
		}
		for token == json.Delim('[') && d.More() {
			found = value(must(d.Token())) || found
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			must(d.Token())
		}
		return found
	}
	return value(must(d.Token()))
}

// coerce turns an untyped value into what encoding/json accepts for t.
func coerce(x any, t reflect.Type) (any, error) {
	if x == nil { // null is the zero value everywhere
		return nil, nil
	}
	if t == reflect.TypeFor[time.Time]() {
		return coerceTime(x)
	}
	switch t.Kind() {
	case reflect.String:
		switch x := x.(type) {
		case json.Number: // a number for a string
			return x.String(), nil
		case bool: // a boolean for a string
			return strconv.FormatBool(x), nil
		}
	case reflect.Bool:
		return coerceBool(x)
	case reflect.Float32, reflect.Float64:
		text, _ := x.(string)
		for _, word := range []string{"NaN", "Infinity", "-Infinity"} { // AWS floats; a table test has them
			if strings.EqualFold(text, word) {
				return nil, errUnknown
			}
		}
		return coerceNumber(x)
	case reflect.Int, reflect.Int8, reflect.Int64, reflect.Uint64:
		x, err := coerceNumber(x)
		number, isNumber := x.(json.Number)
		if err != nil || !isNumber {
			return x, err
		}
		r, err := rational(number.String()) // a number in any spelling, without its fraction
		if err != nil {
			return nil, err
		}
		return json.Number(new(big.Int).Quo(r.Num(), r.Denom()).String()), nil
	case reflect.Pointer:
		return coerce(x, t.Elem())
	case reflect.Slice:
		return coerceList(x, t)
	case reflect.Map:
		return coerceMap(x, t)
	case reflect.Struct:
		return coerceStruct(x, t)
	}
	return x, nil
}

// coerceNumber converts a boolean, or a string that may hold a number, to a number.
func coerceNumber(x any) (any, error) {
	switch x := x.(type) {
	case bool:
		if x {
			return json.Number("1"), nil
		}
		return json.Number("0"), nil
	case string:
		if x = strings.TrimSpace(x); x == "" {
			return nil, nil
		}
		return numberIn(x)
	}
	return x, nil
}

// coerceBool converts a string with its name, or an integer, to a boolean.
func coerceBool(x any) (any, error) {
	switch x := x.(type) {
	case string:
		switch {
		case x == "":
			return nil, nil
		case strings.EqualFold(x, "true"):
			return true, nil
		case strings.EqualFold(x, "false"):
			return false, nil
		}
	case json.Number:
		r, err := rational(x.String())
		if err != nil {
			return nil, err
		}
		if r.IsInt() && new(big.Int).Abs(r.Num()).IsUint64() {
			return r.Sign() != 0, nil
		}
	}
	return x, nil
}

func coerceList(x any, t reflect.Type) (any, error) {
	list, ok := x.([]any)
	if !ok {
		return x, nil
	}
	for i := range list {
		var err error
		if list[i], err = coerce(list[i], t.Elem()); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func coerceMap(x any, t reflect.Type) (any, error) {
	m, ok := x.(map[string]any)
	if !ok {
		return x, nil
	}
	for k, v := range m {
		var err error
		if m[k], err = coerce(v, t.Elem()); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func coerceStruct(x any, t reflect.Type) (any, error) {
	m, ok := x.(map[string]any)
	if !ok {
		return x, nil
	}
	known := map[string]any{} // names match in their exact case: encoding/json gets to see no other
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if v, ok := m[name]; ok && name != "" && name != "-" {
			var err error
			if known[name], err = coerce(v, field.Type); err != nil {
				return nil, err
			}
		}
	}
	return known, nil
}

// coerceTime converts epoch seconds to RFC 3339.
func coerceTime(x any) (any, error) {
	text, isText := x.(string)
	number, isNumber := x.(json.Number)
	if isText {
		text = strings.TrimSpace(text)
		if text == "" {
			return nil, nil
		}
		for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
			t, err := time.Parse(form, text)
			if err != nil {
				continue
			}
			if y := t.UTC().Year(); y < 0 || y > 9999 {
				return nil, errUnknown // encoding/json would not write it
			}
			return t.UTC(), nil
		}
		n, err := numberIn(text)
		if err != nil {
			return nil, errRefused
		}
		number, isNumber = n, true
	}
	if !isNumber {
		return nil, errRefused
	}
	t, err := epochTime(number.String())
	if err == nil && (t.Year() < 0 || t.Year() > 9999) {
		return nil, errUnknown
	}
	return t, err
}

func epochTime(text string) (time.Time, error) {
	r, err := rational(text)
	if err != nil {
		return time.Time{}, err
	}
	nanos := new(big.Rat).Mul(r, big.NewRat(1e9, 1))
	whole := new(big.Int).Quo(nanos.Num(), nanos.Denom()) // digits beyond the nanosecond are dropped
	sec, nsec := new(big.Int).QuoRem(whole, big.NewInt(1e9), new(big.Int))
	if new(big.Int).Abs(sec).Cmp(big.NewInt(1e15)) > 0 {
		return time.Time{}, errRefused
	}
	return time.Unix(sec.Int64(), nsec.Int64()).UTC(), nil
}

func numberIn(text string) (json.Number, error) {
	if text == "" || strings.ContainsAny(text, " \t\r\n") || text[0] != '-' && (text[0] < '0' || text[0] > '9') || !json.Valid([]byte(text)) {
		return "", errRefused
	}
	return json.Number(text), nil
}

// rational gives up on exponents that would fill the memory.
func rational(text string) (*big.Rat, error) {
	if _, exponent, ok := strings.Cut(strings.ToLower(text), "e"); ok {
		if e, err := strconv.Atoi(exponent); err != nil || e < -3000 || e > 3000 {
			return nil, errUnknown
		}
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, errRefused
	}
	return r, nil
}

// numbers turns every json.Number within an any into int64 or float64.
func numbers(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Interface:
		x, err := plainNumbers(v.Interface())
		if err == nil && x != nil {
			v.Set(reflect.ValueOf(x))
		}
		return err
	case reflect.Pointer:
		if !v.IsNil() {
			return numbers(v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		for _, field := range v.Fields() {
			if err := numbers(field); err != nil {
				return err
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			if err := numbers(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			elem := reflect.New(v.Type().Elem()).Elem()
			elem.Set(v.MapIndex(k))
			if err := numbers(elem); err != nil {
				return err
			}
			v.SetMapIndex(k, elem)
		}
	}
	return nil
}

func plainNumbers(x any) (any, error) {
	var err error
	switch x := x.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(x.String(), 10, 64); err == nil {
			return n, nil
		}
		f, err := strconv.ParseFloat(x.String(), 64)
		if err != nil || math.IsInf(f, 0) {
			return nil, errRefused
		}
		return f, nil
	case []any:
		for i := range x {
			if x[i], err = plainNumbers(x[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for k := range x {
			if x[k], err = plainNumbers(x[k]); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}
