package main

import (
	"maps"
	"slices"
	"strings"
)

// certain returns the paths of what an operation returns for certain: what the model promises, and what
// the overlay adds. Of every structure in a response somebody must have decided whether it may be absent.
func (b *goBuilder) certain(op *operation) []string {
	var paths []string
	given := b.overlay.Certain[op.name]
	for _, f := range op.response.fields {
		key := op.name + "." + f.wire
		part := slices.ContainsFunc(given, func(path string) bool { return strings.HasPrefix(path, f.wire+".") })
		f.nilIf = b.overlay.absence(key)
		f.certain = part || slices.Contains(given, f.wire) || f.nilIf == "" && b.promises(op, f)
		switch {
		case part:
		case f.certain:
			paths = append(paths, f.wire)
		case f.nilIf == "" && f.typ.kind == kindStruct && !op.stream:
			b.fail("%s: say in the overlay whether a response has it for certain, or when it may be absent", key)
		}
	}
	for _, path := range given {
		if _, f := op.response.path(path); f == nil {
			b.fail("%s: what is certain, %q, is not in the response", op.name, path)
		}
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// promises reports whether the model says that a member is in every response. AWS requires it, Tencent
// Cloud always returns it, Alibaba Cloud has it in its envelope. A list without its items is no list,
// where the protocol does not leave empty ones out as AWS does.
func (b *goBuilder) promises(op *operation, f *field) bool {
	t, of := b.model.service.traits, f.member.traits
	switch {
	case f.typ.kind == kindList:
		rule, listed := b.pageRule(op.shape)
		return listed && rule.Items == f.wire && (t.has(traitROA) || t.has(traitTC3))
	case f.typ.kind != kindStruct:
		return false
	case t.has(traitROA):
		return f.wire == "data"
	case t.has(traitTC3):
		return of.has(traitReturned) && !of.has(traitNullable)
	}
	return of.has(traitRequired)
}

// absence says when a member of a response may be absent, "" if it never may. Keys name the operation.
func (o *overlay) absence(key string) string {
	for reason, members := range o.MayBeAbsent {
		if slices.Contains(members, key) {
			return reason
		}
	}
	return ""
}

// checkCertain finds members of responses, by their operations, that are not in the model.
func (b *goBuilder) checkCertain() {
	fields := map[string]*field{}
	for _, op := range b.ops {
		for _, f := range op.response.fields {
			fields[op.name+"."+f.wire] = f
		}
	}
	seen := map[string]bool{}
	for _, reason := range slices.Sorted(maps.Keys(b.overlay.MayBeAbsent)) {
		for _, key := range b.overlay.MayBeAbsent[reason] {
			switch f := fields[key]; {
			case f == nil:
				b.fail("%q may be absent, but is in no response", key)
			case seen[key]:
				b.fail("%q may be absent for two reasons", key)
			case f.certain:
				b.fail("%q is certain and may be absent", key)
			}
			seen[key] = true
		}
	}
}

// inEnvelope reports whether a member of a response is the protocol's business and not the caller's.
func (b *goBuilder) inEnvelope(st *structType, x *member) bool {
	return st.role == response && !st.op.stream && slices.Contains(b.overlay.Envelope, x.name)
}
