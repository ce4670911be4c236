package request

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Member is one member of a request or of a structure in it.
type Member struct {
	Name string `json:"name"` // on the wire
	// Type is "string", "boolean", "integer", "number", "time", "object", "any", or a list or map of one of them:
	// "[]string", "map[string]string". A time is RFC 3339 or in seconds since 1970.
	Type string `json:"type"`
	// Required is set if the request, or the structure if it is there, is refused without the member.
	Required bool `json:"required,omitzero"`
	// Token is set for an idempotency token, which the client fills in.
	Token bool `json:"token,omitzero"`
	// Sensitive is set for what may hold a secret.
	Sensitive bool     `json:"sensitive,omitzero"`
	Values    []string `json:"values,omitempty"` // of an enum
	// Members are those of an object, or of the objects in a list or map; nil inside of an object of the same type.
	Members []Member `json:"members,omitempty"`
}

// Members returns the members of a request, a struct such as finspace.GetKxClusterRequest or a pointer to one, in the
// order of its fields.
func Members(request any) []Member {
	t := reflect.TypeOf(request)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	d := describer{required: requiredOf(t)}
	return d.members(t, "")
}

// requiredOf returns the paths of the members that Validate misses: in a request that is empty, and in one whose
// structures are all there.
func requiredOf(t reflect.Type) map[string]bool {
	whole := reflect.New(t)
	fill(whole.Elem(), nil)
	found := map[string]bool{}
	for _, v := range []reflect.Value{reflect.New(t), whole} {
		request, ok := reflect.TypeAssert[interface{ Validate() error }](v)
		if !ok {
			continue
		}
		invalid, _ := errors.AsType[*cloud.ValidationError](request.Validate())
		if invalid == nil {
			continue
		}
		for _, p := range invalid.Problems {
			if p.Check == cloud.CheckRequired {
				found[strings.ReplaceAll(p.Field, "[0]", "[]")] = true
			}
		}
	}
	return found
}

// fill sets pointers to structures, and lists and maps of structures to one that has an item.
func fill(v reflect.Value, within []reflect.Type) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type().Elem().Kind() == reflect.Struct && !slices.Contains(within, v.Type().Elem()) {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), within)
		}
	case reflect.Slice:
		if isStructure(v.Type().Elem()) && !slices.Contains(within, v.Type().Elem()) {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), within)
		}
	case reflect.Struct:
		if !isStructure(v.Type()) {
			return
		}
		within = append(slices.Clone(within), v.Type())
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i), within)
			}
		}
	}
}

func isStructure(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]()
}

// A describer describes one request.
type describer struct {
	required map[string]bool // by path: "changeRequests[].dbPath"
	within   []reflect.Type
}

func (d *describer) members(t reflect.Type, path string) []Member {
	if slices.Contains(d.within, t) {
		return nil
	}
	d.within = append(d.within, t)
	defer func() { d.within = d.within[:len(d.within)-1] }()
	var list []Member
	for _, m := range wire.Members(t) {
		at := strings.TrimPrefix(path+"."+m.Name, ".")
		one := Member{
			Name: m.Name, Type: typeName(m.Type), Required: d.required[at] || d.needs(at, m.Type), Token: m.Token, Sensitive: m.Sensitive,
		}
		inner, isList := elementOf(m.Type)
		one.Values = valuesOf(inner)
		if isStructure(inner) {
			if isList {
				at += "[]"
			}
			one.Members = d.members(inner, at)
		}
		list = append(list, one)
	}
	return list
}

// needs reports whether a structure that is no pointer has a member that the request always needs.
func (d *describer) needs(path string, t reflect.Type) bool {
	if !isStructure(t) {
		return false
	}
	for at := range d.required {
		if strings.HasPrefix(at, path+".") && !strings.Contains(at[len(path)+1:], ".") {
			return true
		}
	}
	return false
}

// elementOf returns what a type holds, without pointers, lists and maps.
func elementOf(t reflect.Type) (element reflect.Type, isList bool) {
	for ; t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map; t = t.Elem() {
		isList = isList || t.Kind() == reflect.Slice
	}
	return t, isList
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		return "[]" + typeName(t.Elem())
	case reflect.Map:
		return "map[string]" + typeName(t.Elem())
	case reflect.Struct:
		if isStructure(t) {
			return "object"
		}
		return "time"
	case reflect.Bool:
		return "boolean"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Interface:
		return "any"
	case reflect.String:
		return "string"
	}
	return "integer"
}

// valuesOf returns the values of an enum, as they are on the wire.
func valuesOf(t reflect.Type) []string {
	m, ok := reflect.Zero(t).Type().MethodByName("Values")
	if !ok || m.Type.NumIn() != 1 || m.Type.NumOut() != 1 || m.Type.Out(0).Kind() != reflect.Slice {
		return nil
	}
	values := m.Func.Call([]reflect.Value{reflect.Zero(t)})[0]
	list := make([]string, values.Len())
	for i := range list {
		list[i] = text(values.Index(i))
	}
	return list
}

func text(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	return strconv.FormatInt(v.Int(), 10)
}
