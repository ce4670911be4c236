package plan

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// builder turns a model with its overlay into what is generated.
type builder struct {
	*Service
	names    *ServiceNames
	sent     map[string]bool // shapes that any operation of the model sends
	received map[string]bool // shapes that any operation of the model receives
	structOf map[string]*Struct
	enumOf   map[string]*Enum // by shape, or Shape.member
	problems []error

	hand      Declared
	textRules map[textUse]*TextRule     // nil for a string without rules
	owners    map[*smithy.Member]string // shapes that the members belong to
}

// Build plans a service. It applies the overlay to the model, and adds new names to names.
// hand has what is written by hand beside the generated files.
func Build(pkg string, m *smithy.Model, o *overlay.Overlay, names *ServiceNames, hand Declared) (*Service, error) {
	b := &builder{
		Service: &Service{Pkg: pkg, Model: m, Overlay: o}, names: names, hand: hand,
		structOf: map[string]*Struct{}, enumOf: map[string]*Enum{},
		textRules: map[textUse]*TextRule{}, owners: m.Owners(),
	}
	names.accepted, names.problems = o.Breaks, nil
	if err := o.ApplyTo(m); err != nil {
		return nil, err
	}
	b.sent = b.shapesBelow(func(op *smithy.Shape) string { return op.Input })
	b.received = b.shapesBelow(func(op *smithy.Shape) string { return op.Output })
	b.checkTraits()
	b.declareEnums()
	for _, op := range b.selectOperations() {
		b.operation(op)
	}
	b.placeTypes()
	b.checkSecrets()
	b.markSensitive()
	b.markChecked()
	b.resolveTexts()
	b.buildChecks()
	b.buildErrors()
	b.checkPatternFixes()
	b.checkNames()
	b.checkCertain()
	b.checkChanges()
	b.setContentType()
	b.problems = append(b.problems, b.names.problems...)
	if len(b.problems) > 0 {
		return nil, fmt.Errorf("%s:\n%w", pkg, errors.Join(b.problems...))
	}
	return b.Service, nil
}

func (b *builder) fail(format string, args ...any) {
	b.problems = append(b.problems, fmt.Errorf(format, args...))
}

// shapesBelow returns the IDs of all shapes below the input or output of any operation of the model, so that
// the types of an operation do not change when another one is generated too.
func (b *builder) shapesBelow(message func(op *smithy.Shape) string) map[string]bool {
	seen := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		s := b.Model.Shapes[id]
		if s == nil || seen[id] {
			return
		}
		seen[id] = true
		for _, x := range s.Parts() {
			visit(x.Target)
		}
	}
	for _, op := range b.Model.Operations() {
		visit(message(op))
	}
	return seen
}

type selected struct {
	shape *smithy.Shape
	file  string
}

// selectOperations returns the operations to generate, file by file.
func (b *builder) selectOperations() []selected {
	var ops []selected
	files := map[string]string{}
	for _, file := range slices.Sorted(maps.Keys(b.Overlay.Files)) {
		for _, name := range b.Overlay.Files[file].Operations {
			if files[name] != "" {
				b.fail("operation %s is in the files %s and %s", name, files[name], file)
				continue
			}
			files[name] = file
			ops = append(ops, selected{b.Model.Find(name), file})
		}
	}
	for _, op := range b.Model.Operations() {
		if files[op.Name()] == "" {
			b.fail("operation %s is in no file of the overlay: say where it goes", op.Name())
		}
	}
	return ops
}

// checkChanges finds changes that no operation starts, or without a type to poll.
func (b *builder) checkChanges() {
	for _, name := range slices.Sorted(maps.Keys(b.Overlay.Changes)) {
		if !slices.ContainsFunc(b.Ops, func(op *Operation) bool { return op.Name == name }) {
			b.fail("%s starts a change by the overlay, but is no operation", name)
		}
		if b.Overlay.Changes[name].Polls == "" {
			b.fail("%s starts a change: say in the overlay what a poll returns", name)
		}
	}
}

// structure builds a structure that is part of a message.
func (b *builder) structure(s *smithy.Shape) *Struct {
	st := b.structOf[s.ID]
	if st == nil {
		st = &Struct{
			Name:  b.names.typeName(s.Name(), b.Overlay.Types[s.Name()], goName(s.Name())),
			Shape: s, Sent: b.sent[s.ID], users: map[string]bool{},
		}
		if s.Kind == "union" {
			st.Role = Union
		}
		b.Structs = append(b.Structs, st)
		b.structOf[s.ID] = st
		b.fillStruct(st)
	}
	return st
}

func (b *builder) fillStruct(st *Struct) {
	st.HandRules = slices.Contains(b.Overlay.Check, st.Shape.Name())
	for _, x := range st.Shape.Members {
		if !b.inEnvelope(st, x) {
			st.Fields = append(st.Fields, b.field(st, x))
		}
	}
	if st.Sent && st.Role != Union {
		st.Fields = requiredFirst(st.Fields)
	}
}

func requiredFirst(fields []*Field) []*Field {
	var first, rest []*Field
	for _, f := range fields {
		if f.MustBeSet() {
			first = append(first, f)
		} else {
			rest = append(rest, f)
		}
	}
	return append(first, rest...)
}

// MustBeSet reports whether the caller must give a field.
func (f *Field) MustBeSet() bool { return f.required && !f.ours }
