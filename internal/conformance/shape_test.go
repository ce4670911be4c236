package conformance_test

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	proton "github.com/aws/aws-sdk-go-v2/service/proton/types"
)

// unionMembers are the types that implement the official unions, by the name of the member.
var unionMembers = map[string]reflect.Type{
	"s3":              reflect.TypeFor[proton.TemplateVersionSourceInputMemberS3](),
	"serviceInstance": reflect.TypeFor[proton.DeploymentStateMemberServiceInstance](),
	"environment":     reflect.TypeFor[proton.DeploymentStateMemberEnvironment](),
	"servicePipeline": reflect.TypeFor[proton.DeploymentStateMemberServicePipeline](),
	"component":       reflect.TypeFor[proton.DeploymentStateMemberComponent](),
}

// wireName is the name of a field on the wire: our fields say it in a tag; the official ones of AWS
// have it as their own name, with a capital letter.
func wireName(f reflect.StructField) string {
	for _, where := range []string{"json", "path", "query", "header"} {
		if tag, ok := f.Tag.Lookup(where); ok {
			name, _, _ := strings.Cut(tag, ",")
			return name
		}
	}
	if _, ok := f.Tag.Lookup("payload"); ok {
		return "body"
	}
	return strings.ToLower(f.Name[:1]) + f.Name[1:]
}

// fill puts a generated value into a request of either side.
func fill(v reflect.Value, value any) error {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), value)
	case reflect.Interface:
		return fillInterface(v, value)
	case reflect.Struct:
		if at, ok := value.(time.Time); ok {
			v.Set(reflect.ValueOf(at))
			return nil
		}
		return fillStruct(v, value.(map[string]any))
	case reflect.Slice:
		items := value.([]any)
		v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
		for i, item := range items {
			if err := fill(v.Index(i), item); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		return fillMap(v, value.(map[string]any))
	}
	from := reflect.ValueOf(value)
	if !from.CanConvert(v.Type()) || from.Kind() == reflect.Int64 && v.Kind() == reflect.String {
		return fmt.Errorf("%T does not fit %s", value, v.Type())
	}
	v.Set(from.Convert(v.Type()))
	return nil
}

func fillInterface(v reflect.Value, value any) error {
	if v.NumMethod() == 0 {
		v.Set(reflect.ValueOf(value))
		return nil
	}
	for name, content := range value.(map[string]any) {
		union := reflect.New(unionMembers[name])
		v.Set(union)
		return fill(union.Elem().FieldByName("Value"), content)
	}
	return nil
}

func fillStruct(v reflect.Value, members map[string]any) error {
	for name, value := range members {
		field, ok := fieldOf(v, name)
		if !ok {
			return fmt.Errorf("%s has no field for %s", v.Type(), name)
		}
		if err := fill(field, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func fieldOf(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && wireName(f) == name {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func fillMap(v reflect.Value, entries map[string]any) error {
	v.Set(reflect.MakeMap(v.Type()))
	for key, value := range entries {
		entry := reflect.New(v.Type().Elem()).Elem()
		if err := fill(entry, value); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), entry)
	}
	return nil
}

// plain turns a value of either side, or a generated one, into maps by name on the wire, slices and
// scalars. What is zero is left out, because one side tells it from what is missing and the other
// does not.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Invalid:
		return nil
	case reflect.Interface:
		if name, ok := unionName(v.Elem()); ok {
			return plain(reflect.ValueOf(map[string]any{name: v.Elem().Elem().FieldByName("Value").Interface()}))
		}
		return plain(v.Elem())
	case reflect.Pointer:
		return plain(v.Elem())
	case reflect.Struct:
		return plainStruct(v)
	case reflect.Map:
		out := map[string]any{}
		for key, value := range v.Seq2() {
			if p := plain(value); p != nil {
				out[key.String()] = p
			}
		}
		return orNil(out)
	case reflect.Slice:
		if v.Len() == 0 {
			return nil
		}
		out := make([]any, v.Len())
		for i := range out {
			out[i] = plain(v.Index(i))
		}
		return out
	}
	return scalar(v)
}

func scalar(v reflect.Value) any {
	switch {
	case v.IsZero():
		return nil
	case v.CanInt():
		return float64(v.Int())
	case v.CanFloat():
		return v.Float()
	case v.Kind() == reflect.String:
		return v.String()
	}
	return v.Interface()
}

func plainStruct(v reflect.Value) any {
	if at, ok := reflect.TypeAssert[time.Time](v); ok {
		if at.IsZero() {
			return nil
		}
		return at.UTC()
	}
	out := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		if p := plain(v.Field(i)); p != nil {
			out[wireName(f)] = p
		}
	}
	return orNil(out)
}

func orNil(m map[string]any) any {
	if len(m) == 0 {
		return nil
	}
	return m
}

func unionName(v reflect.Value) (string, bool) {
	for name, typ := range unionMembers {
		if v.IsValid() && v.Type() == reflect.PointerTo(typ) {
			return name, true
		}
	}
	return "", false
}

// methodOf returns the method for an operation, whose initialisms Go writes in capitals.
func methodOf(client reflect.Value, operation string) reflect.Value {
	for m, v := range client.Methods() {
		if strings.EqualFold(m.Name, operation) {
			return v
		}
	}
	return reflect.Value{}
}
