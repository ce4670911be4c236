package plan

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

func (b *builder) operation(sel selected) {
	s := sel.shape
	op := &Operation{
		Name: s.Name(), GoName: b.operationName(s.Name()), Shape: s, File: sel.file,
	}
	b.setAddress(op)
	op.Idempotent = b.isIdempotent(op)
	op.Stream = s.Traits.Has(smithy.TraitStream)
	if c, ok := b.Overlay.Changes[op.Name]; ok {
		op.Polled, op.Change = c.Polls, b.change(op.Name, c)
	}
	if s.Traits.Has(smithy.TraitDeprecated) || b.Overlay.Deprecated[op.Name] != "" {
		op.Deprecated = cmp.Or(b.Overlay.Deprecated[op.Name], "the service no longer wants it used.")
	}
	op.Request = b.message(op, s.Input, op.GoName+"Request", Request)
	op.Response = b.message(op, s.Output, op.GoName+"Response", Response)
	b.checkLabels(op)
	op.Pages = b.pages(op)
	op.Certain = b.certain(op)
	b.Ops = append(b.Ops, op)
}

// operationName returns the Go name of an operation.
func (b *builder) operationName(name string) string {
	return b.names.operationName(name, b.Overlay.Operations[name], goName(name))
}

// change reads what the overlay says of a change.
func (b *builder) change(name string, c overlay.Change) Change {
	out := Change{Repeat: c.Repeat, Cancel: c.Cancel, TokenLife: b.duration(name, c.Token), Within: b.duration(name, c.Within)}
	if _, ok := overlay.Repeats[c.Repeat]; !ok {
		b.fail("%s is a change that %q recognizes, which is unknown", name, c.Repeat)
	}
	if (c.Repeat == "token") != (c.Token != "") {
		b.fail("%s: a change that a token recognizes says for how long, and no other does", name)
	}
	if c.Undo != "" {
		out.Undo = b.operationName(c.Undo)
		if !slices.Contains(slices.Collect(maps.Keys(b.Overlay.Changes)), c.Undo) {
			b.fail("%s is undone by %s, which starts no change", name, c.Undo)
		}
	}
	return out
}

// duration reads a duration of the overlay; an empty one is 0.
func (b *builder) duration(name, text string) time.Duration {
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		b.fail("%s: %q is no duration", name, text)
	}
	return d
}

// boundToHTTP reports whether the protocol puts members into paths, queries and headers.
func (b *builder) boundToHTTP() bool {
	t := b.Model.Service.Traits
	return t.Has(smithy.RestJSON) || t.Has(smithy.TraitROA)
}

// escapeVerb writes the colon before a verb as the official client of such a service sends and
// signs it: /jobs/{jobId}:hotUpdate -> /jobs/{jobId}%3AhotUpdate.
func escapeVerb(uri string) string { return strings.ReplaceAll(uri, ":", "%3A") }

// isIdempotent reports whether sending an operation twice has the same effect as sending it once.
func (b *builder) isIdempotent(op *Operation) bool {
	if v, ok := b.Overlay.Idempotent[op.Name]; ok {
		return v
	}
	t := op.Shape.Traits
	if t.Has(smithy.TraitIdempotent) || t.Has(smithy.TraitReadonly) {
		return true
	}
	if in := b.Model.Target(op.Shape.Input); in != nil {
		for _, x := range in.Members {
			if x.Traits.Has(smithy.TraitToken) {
				return true
			}
		}
	}
	if b.boundToHTTP() {
		return slices.Contains([]string{"GET", "PUT", "DELETE"}, op.Method)
	}
	verbs := []string{"Describe", "List", "Get", "Query", "Check"}
	return b.Model.Service.Traits.Has(smithy.TraitTC3) && slices.ContainsFunc(verbs, func(v string) bool {
		return strings.HasPrefix(op.Name, v)
	})
}

// message builds the request or response of an operation, which may have no members.
func (b *builder) message(op *Operation, id, name string, role Role) *Struct {
	s := b.Model.Target(id)
	if s == nil || s.Name() == "Unit" {
		s = &smithy.Shape{ID: "#" + name, Kind: "structure"}
	}
	st := &Struct{
		Name: b.names.typeName(s.Name(), "", name), Shape: s, Role: role, Op: op,
		Sent: role == Request, Checked: role == Request, File: op.File,
	}
	b.Structs = append(b.Structs, st)
	b.structOf[s.ID] = st
	b.fillStruct(st)
	return st
}
