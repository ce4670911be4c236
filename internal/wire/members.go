package wire

import "reflect"

// A Member is one member of a struct as [MarshalJSON] shows it.
type Member struct {
	Name      string
	Type      reflect.Type
	Sensitive bool
	Token     bool // filled in if it is empty
}

// Members returns the members of a struct, in the order of its fields.
func Members(t reflect.Type) []Member {
	var list []Member
	for _, f := range viewOf(t).fields {
		field := t.Field(f.index)
		list = append(list, Member{Name: f.name, Type: field.Type, Sensitive: f.sensitive, Token: field.Tag.Get("auto") == "token"})
	}
	return list
}
