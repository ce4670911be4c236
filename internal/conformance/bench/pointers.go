package bench

import (
	"reflect"
	"slices"
)

// pointersOf returns a function that makes responses with the members of T in the form of the generated types
// of Alibaba and Tencent: a pointer for everything, in lists too.
func pointersOf[T any]() func() any {
	typ := withPointers(reflect.TypeFor[T](), nil)
	return func() any { return reflect.New(typ).Interface() }
}

// withPointers returns typ with pointers as members. A type within itself is left unchanged.
func withPointers(typ reflect.Type, outer []reflect.Type) reflect.Type {
	if typ.Kind() != reflect.Struct || slices.Contains(outer, typ) {
		return typ
	}
	outer = append(outer, typ)
	var fields []reflect.StructField
	for f := range typ.Fields() {
		fields = append(fields, reflect.StructField{Name: f.Name, Type: pointer(f.Type, outer), Tag: f.Tag})
	}
	return reflect.StructOf(fields)
}

func pointer(typ reflect.Type, outer []reflect.Type) reflect.Type {
	switch typ.Kind() {
	case reflect.Pointer:
		return reflect.PointerTo(withPointers(typ.Elem(), outer))
	case reflect.Slice:
		return reflect.SliceOf(pointer(typ.Elem(), outer))
	case reflect.Map, reflect.Interface:
		return typ
	}
	return reflect.PointerTo(withPointers(typ, outer))
}

// length returns how many items a list of such a response has.
func length(response any, list string) int {
	return reflect.ValueOf(response).Elem().FieldByName(list).Len()
}
