package emulator_test

import (
	"errors"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// candidates are values for members that have rules. The first that a member accepts is taken.
var candidates = []string{
	"example", "1", "a1b2c3d4", "a1b2c3d4-0000-4000-8000-000000000000", "/2026.11.29/", "example.q", "s3://bucket/path/", "100.64.1.0/26", "use1-az1", "2026-11-29T00:00:00Z",
	"2026-11-29 00:00:00", "arn:aws:iam::123456789012:role/example", "arn:aws:kms:us-east-1:123456789012:key/a1b2c3d4-0000-4000-8000-000000000000",
	"https://example.com", "vpc-0a1b2c3d", "sg-0a1b2c3d", "arn:aws:finspace:us-east-1:123456789012:environment/a1b2c3d4",
	"arn:aws:proton:us-east-1:123456789012:service/example",
	"arn:aws:finspace:us-east-1:123456789012:kxEnvironment/a1b2c3d4a1b2c3d4a1b2c3d4/kxUser/example",
	"arn:aws:codestar-connections:us-east-1:123456789012:connection/a1b2c3d4-0000-4000-8000-000000000000", "reader@example.com",
	"SELECT 1", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "123456789012", "2026-11-29",
}

// validRequest returns a request that has what its type requires, and as little else as its rules allow.
func validRequest(t *testing.T, typ reflect.Type) reflect.Value {
	t.Helper()
	request := reflect.New(typ).Elem()
	tried := map[string]int{}
	for range 200 {
		v, _ := reflect.TypeAssert[interface{ Validate() error }](request)
		invalid, ok := errors.AsType[*cloud.ValidationError](v.Validate())
		if !ok {
			return request
		}
		for _, p := range invalid.Problems {
			field := memberAt(request, p.Field)
			require.True(t, field.IsValid(), "%s: %s", typ, p)
			try(field, p, tried[p.Field])
			tried[p.Field]++
		}
	}
	v, _ := reflect.TypeAssert[interface{ Validate() error }](request)
	require.NoError(t, v.Validate(), typ)
	return request
}

var pathStep = regexp.MustCompile(`[^.\[\]]+`)

// memberAt returns the member at a path such as "code.files[0].name". Pointers on the way are made.
func memberAt(v reflect.Value, path string) reflect.Value {
	for _, step := range pathStep.FindAllString(path, -1) {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		if v.Kind() == reflect.Map {
			return v // whose entries are tried
		}
		if v.Kind() == reflect.Slice {
			n, _ := strconv.Atoi(step)
			v = v.Index(n)
			continue
		}
		v = fieldNamed(v, step)
		if !v.IsValid() {
			return v
		}
	}
	return v
}

func fieldNamed(v reflect.Value, name string) reflect.Value {
	for f, value := range v.Fields() {
		for _, key := range []string{"json", "path", "query", "header"} {
			if tag, _, _ := strings.Cut(f.Tag.Get(key), ","); tag == name {
				return value
			}
		}
		_, payload := f.Tag.Lookup("payload")
		if payload && strings.EqualFold(f.Name, name) {
			return value
		}
		if payload && value.Kind() == reflect.Struct {
			if inner := fieldNamed(value, name); inner.IsValid() {
				return inner
			}
		}
	}
	return reflect.Value{}
}

// oneOf are the values that a pattern lists.
var oneOf = regexp.MustCompile(`\^\(\?:([^|()]+)\|`)

var firstNumber = regexp.MustCompile(`\d+`)

// try sets a member to the n-th value that may please its rule.
func try(v reflect.Value, p cloud.Problem, n int) {
	number, _ := strconv.Atoi(firstNumber.FindString(p.Rule))
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		try(v.Elem(), p, n)
	case reflect.String:
		if _, list, ok := strings.Cut(p.Rule, "must be one of "); ok {
			v.SetString(strings.Split(list, ", ")[0])
			return
		}
		if first := oneOf.FindStringSubmatch(p.Rule); first != nil {
			v.SetString(first[1])
			return
		}
		if values := v.MethodByName("Values"); values.IsValid() {
			v.Set(values.Call(nil)[0].Index(0))
			return
		}
		v.SetString(candidates[n%len(candidates)])
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(max(number, 1)))
	case reflect.Float64:
		v.SetFloat(float64(max(number, 1)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), max(number, 1), max(number, 1)))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		try(value, p, n)
		v.SetMapIndex(reflect.ValueOf("a").Convert(v.Type().Key()), value)
	case reflect.Interface:
		v.Set(reflect.ValueOf("example"))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)))
			return
		}
		for _, field := range v.Fields() {
			if field.Kind() == reflect.String {
				field.SetString(candidates[n%len(candidates)])
				return
			}
			if field.Kind() == reflect.Pointer && field.Type().Elem().Kind() == reflect.Struct {
				field.Set(reflect.New(field.Type().Elem()))
				return
			}
		}
	}
}
