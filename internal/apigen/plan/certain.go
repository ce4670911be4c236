package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// certain returns the paths of what an operation always returns: what the model promises, and what the
// overlay adds. For every structure in a response, the overlay must say whether it may be absent.
func (b *builder) certain(op *Operation) []string {
	var paths []string
	given := b.Overlay.Certain[op.Name]
	for _, f := range op.Response.Fields {
		key := op.Name + "." + f.Wire
		part := slices.ContainsFunc(given, func(path string) bool { return strings.HasPrefix(path, f.Wire+".") })
		f.NilIf = b.Overlay.Absence(key)
		f.Certain = part || slices.Contains(given, f.Wire) || f.NilIf == "" && b.promises(op, f)
		switch {
		case part:
		case f.Certain:
			paths = append(paths, f.JSON)
		case f.NilIf == "" && f.Type.Kind == KindStruct && !op.Stream:
			b.fail("%s: say in the overlay whether a response has it for certain, or when it may be absent", key)
		}
	}
	for _, path := range given {
		switch _, f := op.Response.path(path); {
		case f == nil:
			b.fail("%s: what is certain, %q, is not in the response", op.Name, path)
		case f.Binding != "json":
			b.fail("%s: what is certain, %q, is not in the body of the response", op.Name, path)
		}
		if onWire := op.Response.wirePath(path); !slices.Contains(paths, onWire) {
			paths = append(paths, onWire)
		}
	}
	return paths
}

// wirePath writes a path of members with their names in a body.
func (st *Struct) wirePath(names string) string {
	parts := strings.Split(names, ".")
	for i, name := range parts {
		f := st.find(name)
		if f == nil {
			break
		}
		parts[i] = f.JSON
		if st = f.Type.Struct; st == nil {
			break
		}
	}
	return strings.Join(parts, ".")
}

// promises reports whether the model says that a member is in every response. AWS requires it, Tencent
// Cloud always returns it, Alibaba Cloud has it in its envelope. A list response must have its items
// unless the protocol leaves empty lists out, as that of AWS does.
func (b *builder) promises(op *Operation, f *Field) bool {
	t, of := b.Model.Service.Traits, f.Member.Traits
	switch {
	case f.Type.Kind == KindList:
		rule, listed := b.pageRule(op.Shape)
		return listed && rule.Items == f.Wire && (t.Has(smithy.TraitROA) || t.Has(smithy.TraitTC3))
	case f.Type.Kind != KindStruct:
		return false
	case t.Has(smithy.TraitROA):
		return f.Wire == "data"
	case t.Has(smithy.TraitTC3):
		return of.Has(smithy.TraitReturned) && !of.Has(smithy.TraitNullable)
	}
	return of.Has(smithy.TraitRequired)
}

// checkCertain finds members of responses, by their operations, that are not in the model.
func (b *builder) checkCertain() {
	fields := map[string]*Field{}
	for _, op := range b.Ops {
		for _, f := range op.Response.Fields {
			fields[op.Name+"."+f.Wire] = f
		}
	}
	seen := map[string]bool{}
	for _, reason := range slices.Sorted(maps.Keys(b.Overlay.MayBeAbsent)) {
		for _, key := range b.Overlay.MayBeAbsent[reason] {
			switch f := fields[key]; {
			case f == nil:
				b.fail("%q may be absent, but is in no response", key)
			case seen[key]:
				b.fail("%q may be absent for two reasons", key)
			case f.Certain:
				b.fail("%q is certain and may be absent", key)
			}
			seen[key] = true
		}
	}
}

// inEnvelope reports whether a member of a response is only for the protocol, not for the caller.
func (b *builder) inEnvelope(st *Struct, x *smithy.Member) bool {
	return st.Role == Response && !st.Op.Stream && slices.Contains(b.Overlay.Envelope, x.Name)
}
