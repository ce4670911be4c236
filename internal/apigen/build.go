package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// goBuilder turns a model with its overlay into what is generated.
type goBuilder struct {
	*service
	sent     map[string]bool // shapes that any operation of the model sends
	structOf map[string]*structType
	enumOf   map[string]*enumType // by shape, or Shape.member
	problems []error

	textRules map[textUse]*textRule // nil for a text without rules
	owners    map[*member]string    // shapes that the members belong to
}

// buildService does everything but printing.
func buildService(s *service) error {
	b := &goBuilder{
		service: s, structOf: map[string]*structType{}, enumOf: map[string]*enumType{},
		textRules: map[textUse]*textRule{}, owners: s.model.owners(),
	}
	if err := s.overlay.applyTo(s.model); err != nil {
		return err
	}
	b.sent = b.sentShapes()
	b.declareEnums()
	for _, op := range b.selectOperations() {
		b.operation(op)
	}
	b.placeTypes()
	b.checkSecrets()
	b.markSensitive()
	b.buildRules()
	b.buildErrors()
	b.checkNames()
	b.checkCertain()
	b.problems = append(b.problems, s.names.problems...)
	if len(b.problems) > 0 {
		return fmt.Errorf("%s:\n%w", s.pkg, errors.Join(b.problems...))
	}
	return nil
}

func (b *goBuilder) fail(format string, args ...any) {
	b.problems = append(b.problems, fmt.Errorf(format, args...))
}

// sentShapes returns the IDs of all shapes below the input of any operation of the model, so that
// the types of an operation do not change when another one is generated too.
func (b *goBuilder) sentShapes() map[string]bool {
	seen := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		s := b.model.shapes[id]
		if s == nil || seen[id] {
			return
		}
		seen[id] = true
		for _, x := range append([]*member{s.item, s.key}, s.members...) {
			if x != nil {
				visit(x.target)
			}
		}
	}
	for _, op := range b.model.operations() {
		visit(op.input)
	}
	return seen
}

type selected struct {
	shape *shape
	file  string
}

// selectOperations returns the operations to generate, file by file.
func (b *goBuilder) selectOperations() []selected {
	var ops []selected
	files := map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(b.overlay.Files)) {
		for _, name := range b.overlay.Files[file].Operations {
			if files[name] != "" {
				b.fail("operation %s is in the files %s and %s", name, files[name], file)
				continue
			}
			files[name] = file
			ops = append(ops, selected{b.model.find(name), file})
		}
	}
	if b.overlay.Partial {
		return ops
	}
	for _, op := range b.model.operations() {
		if files[op.name()] == "" {
			b.fail("operation %s is in no file of the overlay: say where it goes", op.name())
		}
	}
	return ops
}

func (b *goBuilder) operation(sel selected) {
	s := sel.shape
	op := &operation{name: s.name(), goName: b.names.operationName(s.name(), goName(s.name())), shape: s, file: sel.file, method: "POST", path: "/"}
	if http := s.traits.object(traitHTTP); b.boundToHTTP() {
		op.method, op.path = http.text("method"), escapeVerb(http.text("uri"))
	}
	op.idempotent = b.isIdempotent(op)
	op.stream = s.traits.has(traitStream)
	if s.traits.has(traitDeprecated) || b.overlay.Deprecated[op.name] != "" {
		op.deprecated = cmp.Or(b.overlay.Deprecated[op.name], "the service no longer wants it used.")
	}
	op.request = b.message(op, s.input, op.goName+"Request", request)
	op.response = b.message(op, s.output, op.goName+"Response", response)
	op.pages = b.pages(op)
	op.certain = b.certain(op)
	b.ops = append(b.ops, op)
}

// boundToHTTP reports whether the protocol puts members into paths, queries and headers.
func (b *goBuilder) boundToHTTP() bool {
	t := b.model.service.traits
	return t.has(restJSON) || t.has(traitROA)
}

// escapeVerb writes the colon before a verb as the official client of such a service sends and
// signs it: /jobs/{jobId}:hotUpdate -> /jobs/{jobId}%3AhotUpdate.
func escapeVerb(uri string) string { return strings.ReplaceAll(uri, ":", "%3A") }

// isIdempotent reports whether sending an operation twice does what sending it once does.
func (b *goBuilder) isIdempotent(op *operation) bool {
	if v, ok := b.overlay.Idempotent[op.name]; ok {
		return v
	}
	t := op.shape.traits
	if t.has(traitIdempotent) || t.has(traitReadonly) {
		return true
	}
	if in := b.model.target(op.shape.input); in != nil {
		for _, x := range in.members {
			if x.traits.has(traitToken) {
				return true
			}
		}
	}
	if b.boundToHTTP() {
		return slices.Contains([]string{"GET", "PUT", "DELETE"}, op.method)
	}
	verbs := []string{"Describe", "List", "Get", "Query", "Check"}
	return b.model.service.traits.has(traitTC3) && slices.ContainsFunc(verbs, func(v string) bool { return strings.HasPrefix(op.name, v) })
}

// message builds the request or response of an operation, which may have no members.
func (b *goBuilder) message(op *operation, id, name string, role structRole) *structType {
	s := b.model.target(id)
	if s == nil || s.name() == "Unit" {
		s = &shape{id: "#" + name, kind: "structure"}
	}
	st := &structType{
		name: b.names.typeName(s.name(), "", name), shape: s, role: role, op: op,
		sent: role == request, checked: role == request, file: op.file,
	}
	b.structs = append(b.structs, st)
	b.structOf[s.id] = st
	b.fillStruct(st)
	return st
}

// structure builds a structure that is part of a message.
func (b *goBuilder) structure(s *shape) *structType {
	st := b.structOf[s.id]
	if st == nil {
		st = &structType{
			name:  b.names.typeName(s.name(), b.overlay.Types[s.name()], goName(s.name())),
			shape: s, sent: b.sent[s.id], users: map[string]bool{},
		}
		if s.kind == "union" {
			st.role = unionOf
		}
		b.structs = append(b.structs, st)
		b.structOf[s.id] = st
		b.fillStruct(st)
	}
	return st
}

func (b *goBuilder) fillStruct(st *structType) {
	st.handRules = slices.Contains(b.overlay.Check, st.shape.name())
	for _, x := range st.shape.members {
		if !b.inEnvelope(st, x) {
			st.fields = append(st.fields, b.field(st, x))
		}
	}
	if st.sent && st.role != unionOf {
		slices.SortStableFunc(st.fields, func(x, y *field) int { return cmp.Compare(order(x), order(y)) })
	}
}

// order puts what the caller must give before what may be left out.
func order(f *field) int {
	if f.required && !f.ours {
		return 0
	}
	return 1
}

func (b *goBuilder) field(st *structType, x *member) *field {
	key := st.shape.name() + "." + x.name
	f := &field{member: x, wire: x.name, traits: b.model.all(x), typ: b.typeOf(st, x, key)}
	if st.shape.traits.has(traitSensitive) {
		f.traits[traitSensitive] = newObject()
	}
	f.required = x.traits.has(traitRequired)
	f.ours = st.role == request && (f.traits.has(traitToken) || b.overlay.isDefault(key, x.name))
	f.binding = b.binding(st, x)
	if x.traits.has(traitDeprecated) || b.overlay.Deprecated[key] != "" {
		f.deprecated = cmp.Or(b.overlay.Deprecated[key], "the service no longer uses it.")
	}
	goTypeText := f.typ.String()
	wantsPointer := b.wantsPointer(st, f)
	if wantsPointer {
		goTypeText = "*" + goTypeText
	}
	wish := goName(x.name)
	if f.binding == "payload" && f.typ.kind == kindStruct {
		wish = f.typ.String()
	}
	f.name, f.goType = b.names.field(key, b.overlay.Fields[key], wish, goTypeText)
	f.pointer = strings.HasPrefix(f.goType, "*")
	f.keepZero = wantsPointer && !f.pointer && f.typ.isNumber()
	f.tag = b.tag(f)
	return f
}

// binding says where in the HTTP request or response a member goes.
func (b *goBuilder) binding(st *structType, x *member) string {
	if st.role == plain || st.role == unionOf || !b.boundToHTTP() {
		return "json"
	}
	switch t := x.traits; {
	case t.has(traitLabel):
		return "path"
	case t.has(traitQuery):
		return "query"
	case t.has(traitHeader):
		return "header"
	case t.has(traitPayload):
		return "payload"
	}
	return "json"
}

// wantsPointer is the rule for pointers: only where the zero value is a legal value to send.
func (b *goBuilder) wantsPointer(st *structType, f *field) bool {
	switch f.typ.kind {
	case kindList, kindMap, kindAny, kindTime:
		return st.role == unionOf && f.typ.kind == kindTime
	case kindStruct:
		return !f.required || st.role == unionOf || b.holds(f.typ.strct.shape, st.shape)
	}
	key := st.shape.name() + "." + f.wire
	if st.role == unionOf || slices.Contains(b.overlay.NoDefaults, key) || slices.Contains(b.overlay.Nullable, key) {
		return true
	}
	if !st.sent || f.required || f.ours || b.isCursor(st, f) || f.binding == "query" && f.typ.kind == kindString {
		return false
	}
	switch f.typ.kind {
	case kindEnum, kindIntEnum:
		return false
	case kindString:
		return !f.traits.has(traitToken) && !b.refusesEmpty(f)
	}
	return !f.zeroMeansAbsent()
}

// zeroMeansAbsent reports whether a number or boolean says nothing when it is zero.
func (f *field) zeroMeansAbsent() bool {
	switch d := f.traits[traitDefault].(type) {
	case bool:
		return !d
	case fmt.Stringer: // json.Number
		if d.String() == "0" {
			return true
		}
	}
	low, hasLow := f.traits.number(traitRange, "min")
	high, hasHigh := f.traits.number(traitRange, "max")
	return hasLow && low > 0 || hasHigh && high < 0
}

// holds reports whether one structure is or holds another, other than in a list or map.
func (b *goBuilder) holds(outer, inner *shape) bool {
	seen := map[*shape]bool{}
	var reaches func(s *shape) bool
	reaches = func(s *shape) bool {
		if s == inner {
			return true
		}
		if seen[s] || s.kind != "structure" && s.kind != "union" {
			return false
		}
		seen[s] = true
		return slices.ContainsFunc(s.members, func(x *member) bool { return reaches(b.model.target(x.target)) })
	}
	return reaches(outer)
}

func (b *goBuilder) tag(f *field) string {
	tag := fmt.Sprintf("%s:%q", f.binding, f.bindingName())
	list := f.typ.kind == kindList || f.typ.kind == kindMap
	if f.binding == "json" && (list || f.pointer || !f.required && !f.keepZero) {
		tag = fmt.Sprintf("json:%q", f.wire+",omitzero")
	}
	if f.traits.has(traitToken) {
		tag += ` auto:"token"`
	}
	if f.isSensitive() {
		tag += ` sensitive:"true"`
	}
	return tag
}

func (f *field) bindingName() string {
	switch f.binding {
	case "query":
		return f.member.traits.text(traitQuery)
	case "header":
		return f.member.traits.text(traitHeader)
	case "payload":
		return "json"
	}
	return f.wire
}

// isSensitive reports whether the field's own value must not be printed. What a struct holds is
// marked on its own fields.
func (f *field) isSensitive() bool {
	return f.traits.has(traitSensitive) && f.typ.kind != kindStruct
}
