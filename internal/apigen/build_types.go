package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// typeOf returns the Go type of a member; key is its name in the overlay.
func (b *goBuilder) typeOf(st *structType, x *member, key string) *goType {
	t := b.typeOfShape(st, x, key)
	if t.kind == kindInt && b.model.target(x.target).kind == "long" && b.overlay.isInt64(key, x.name) {
		t.kind = kindInt64
	}
	return t
}

func (b *goBuilder) typeOfShape(st *structType, x *member, key string) *goType {
	s := b.model.target(x.target)
	enum := b.enumOf[key]
	if enum == nil {
		enum = b.enumOf[s.id]
	}
	if enum != nil {
		return b.enumRef(enum, st)
	}
	switch s.kind {
	case "structure", "union":
		t := b.structure(s)
		t.use(st)
		return &goType{kind: kindStruct, strct: t}
	case "list":
		return &goType{kind: kindList, elem: b.typeOfShape(st, s.item, key+"[]"), item: s.item}
	case "map":
		return &goType{kind: kindMap, elem: b.typeOfShape(st, s.item, key+"[]"), item: s.item, key: s.key}
	case "boolean":
		return &goType{kind: kindBool}
	case "integer", "long", "short", "byte":
		return &goType{kind: kindInt}
	case "double", "float":
		return &goType{kind: kindFloat}
	case "timestamp":
		return &goType{kind: kindTime}
	case "document":
		return &goType{kind: kindAny}
	case "string":
		return &goType{kind: kindString}
	}
	b.fail("%s: shapes of type %s cannot be generated yet", key, s.kind)
	return &goType{kind: kindAny}
}

func (b *goBuilder) enumRef(e *enumType, st *structType) *goType {
	e.users[st.owner()] = true
	if !slices.Contains(b.enums, e) {
		b.enums = append(b.enums, e)
		b.nameEnum(e)
	}
	if e.isInt {
		return &goType{kind: kindIntEnum, enum: e}
	}
	return &goType{kind: kindEnum, enum: e}
}

// owner names what uses a type: a file, or another structure whose place is not known yet.
func (st *structType) owner() string {
	if st.file != "" {
		return st.file
	}
	return "type " + st.name
}

func (st *structType) use(from *structType) {
	if st.users != nil && st != from {
		st.users[from.owner()] = true
	}
}

// declareEnums makes the enum types of the model and those of the overlay. Only those that a
// generated type refers to are generated.
func (b *goBuilder) declareEnums() {
	for _, id := range slices.Sorted(maps.Keys(b.model.shapes)) {
		s := b.model.shapes[id]
		rule := b.overlay.Enums[s.name()]
		if len(rule.Members) > 0 {
			continue
		}
		if values := modelValues(s); len(values) > 0 {
			b.enumOf[id] = b.newEnum(s.name(), cmp.Or(b.overlay.Types[s.name()], goName(s.name())), rule, values)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.overlay.Enums)) {
		rule := b.overlay.Enums[name]
		if len(rule.Members) == 0 {
			continue
		}
		e := b.newEnum(name, name, rule, b.knownValues(rule))
		e.keys = append(e.keys, rule.Members...)
		for _, key := range rule.Members {
			b.enumOf[key] = e
		}
	}
}

// modelValues returns the values of an enum shape, in either of Smithy's ways to write one.
func modelValues(s *shape) []modelValue {
	var values []modelValue
	if s.kind == "enum" {
		for _, x := range s.members {
			values = append(values, modelValue{cmp.Or(x.traits.text(traitEnumValue), x.name), x.name})
		}
	}
	list, _ := s.traits[traitEnum].([]any)
	for _, v := range list {
		values = append(values, modelValue{v.(*object).text("value"), v.(*object).text("name")})
	}
	return values
}

// knownValues returns the values that the overlay gives, or those that the importer found.
func (b *goBuilder) knownValues(rule enumRule) []modelValue {
	values := rule.Values
	for _, key := range rule.Members {
		if len(values) > 0 {
			break
		}
		t, err := traitsAt(b.model, key)
		if err != nil {
			b.fail("%v", err)
			continue
		}
		list, _ := t[traitValues].([]any)
		for _, v := range list {
			values = append(values, v.(string))
		}
	}
	out := make([]modelValue, len(values))
	for i, v := range values {
		out[i] = modelValue{value: v}
	}
	return out
}

func (b *goBuilder) newEnum(key, name string, rule enumRule, values []modelValue) *enumType {
	return &enumType{
		name: name, keys: []string{key}, isInt: rule.Int, open: rule.Open, users: map[string]bool{},
		rule: rule, known: values,
	}
}

// nameEnum settles the names of an enum that is generated.
func (b *goBuilder) nameEnum(e *enumType) {
	key := e.keys[0]
	e.name = b.names.typeName(key, b.overlay.Types[key], e.name)
	if len(e.known) == 0 {
		b.fail("enum %s has no values", e.name)
	}
	for _, v := range e.known {
		base := v.value
		if isSentence(base) {
			base = v.name
		}
		chosen := e.rule.Names[v.value]
		if chosen != "" {
			chosen = e.name + chosen
		}
		name := b.names.valueName(key+"."+v.value, chosen, e.name+valueName(base))
		e.values = append(e.values, enumValue{name, v.value, v.name})
	}
}

// sharedFile holds the types that belong to no resource.
const sharedFile = "types"

// placeTypes gives every structure and enum a file: the one that uses it, or of several the one
// whose name it begins with, or the shared one.
func (b *goBuilder) placeTypes() {
	files := map[string]map[string]bool{} // files that use a structure, by owner
	for changed := true; changed; {
		changed = false
		for _, st := range b.structs {
			if st.users == nil {
				continue
			}
			owner := "type " + st.name
			if files[owner] == nil {
				files[owner] = map[string]bool{}
			}
			before := len(files[owner])
			maps.Copy(files[owner], resolve(st.users, files))
			changed = changed || len(files[owner]) > before
		}
	}
	for _, st := range b.structs {
		if st.users != nil {
			st.file = b.place(st.shape.name(), st.name, files["type "+st.name])
		}
	}
	for _, e := range b.enums {
		e.file = b.place(e.keys[0], e.name, resolve(e.users, files))
	}
}

// resolve replaces the structures among the users by the files that use those.
func resolve(users map[string]bool, files map[string]map[string]bool) map[string]bool {
	out := map[string]bool{}
	for u := range users {
		if strings.HasPrefix(u, "type ") {
			maps.Copy(out, files[u])
		} else {
			out[u] = true
		}
	}
	return out
}

func (b *goBuilder) place(shapeName, name string, users map[string]bool) string {
	for _, file := range slices.Sorted(maps.Keys(b.overlay.Files)) {
		if slices.Contains(b.overlay.Files[file].Types, shapeName) {
			return file
		}
	}
	sorted := slices.Sorted(maps.Keys(users))
	if len(sorted) == 1 {
		return sorted[0]
	}
	best := sharedFile
	for _, file := range sorted {
		if strings.HasPrefix(snake(name)+"_", file+"_") && (best == sharedFile || len(file) > len(best)) {
			best = file
		}
	}
	return best
}

// markSensitive finds the structures that hold a sensitive field, directly or further down.
func (b *goBuilder) markSensitive() {
	for changed := true; changed; {
		changed = false
		for _, st := range b.structs {
			if !st.sensitive && slices.ContainsFunc(st.fields, holdsSensitive) {
				st.sensitive, changed = true, true
			}
		}
	}
}

func holdsSensitive(f *field) bool {
	leaf := f.typ.leaf()
	return f.isSensitive() || leaf.kind == kindStruct && leaf.strct.sensitive
}

// isPlural reports whether the noun in the name of an iterator, before By or For, is a plural.
func isPlural(name string) bool {
	for _, link := range []string{"By", "For"} {
		if noun, _, ok := strings.Cut(name, link); ok {
			name = noun
		}
	}
	return strings.HasSuffix(name, "s")
}

// checkNames finds names that are used twice, and those that break a rule.
func (b *goBuilder) checkNames() {
	seen := map[string]string{"Client": "the client", "New": "the constructor"}
	claim := func(name, what string) {
		if other := seen[name]; other != "" {
			b.fail("the name %s is used for %s and for %s: settle it in the overlay", name, other, what)
		}
		seen[name] = what
	}
	for _, st := range b.structs {
		claim(st.name, "the structure "+st.shape.name())
		names := map[string]string{}
		for _, f := range st.fields {
			if other := names[f.name]; other != "" {
				b.fail("%s.%s is used for the members %s and %s: settle it in the overlay", st.name, f.name, other, f.wire)
			}
			names[f.name] = f.wire
		}
	}
	for _, op := range b.ops {
		if op.pages != nil && !isPlural(op.pages.name) {
			b.fail("the iterator %s of %s has no plural for its name: give it one in the overlay", op.pages.name, op.name)
		}
	}
	for _, e := range b.enums {
		claim(e.name, "the enum "+e.keys[0])
		for _, v := range e.values {
			claim(v.name, "the value "+v.value+" of "+e.name)
		}
	}
	for _, c := range b.errors {
		claim(c.name, "the error code "+c.code)
	}
}
