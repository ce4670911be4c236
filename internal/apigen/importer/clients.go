package importer

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// merge adds what only the vendor's clients have, in the form of a model that is a part: shapes, and more of shapes that
// are there. Null takes away what is published.
func (b *builder) merge(file string, clients *smithy.Object) {
	if clients == nil {
		return
	}
	shapes := b.child(file, clients, "shapes")
	for _, id := range shapes.Keys {
		name, isOurs := strings.CutPrefix(id, b.namespace)
		if !isOurs {
			b.fail("%s: %q must begin with %q", file, id, b.namespace)
			continue
		}
		facts := b.child(file, shapes, id)
		if b.shapes[id] == nil {
			b.add(file, name, facts)
			continue
		}
		m := merging{builder: b}
		m.object(name, b.shapes[id], facts)
		sortTraits(b.shapes[id])
		if m.repeated {
			b.note("%s repeats what is published of %s: remove it there", file, name)
		}
	}
}

// add adds a shape that is not published at all.
func (b *builder) add(file, name string, facts *smithy.Object) {
	kind := facts.Text("type")
	if kind == "" {
		b.fail("%s: %s is not published, and has no type here", file, name)
		return
	}
	b.shapes[b.namespace+name] = facts
	if kind == "operation" {
		b.ops = append(b.ops, name)
	}
}

// merging is the run over one shape.
type merging struct {
	*builder
	repeated bool // something is published as it is
}

func (m *merging) object(path string, published, facts *smithy.Object) {
	for _, key := range facts.Keys {
		was, is := published.Values[key], facts.Values[key]
		a, isObject := was.(*smithy.Object)
		b, areObjects := is.(*smithy.Object)
		at := path + "." + key
		switch {
		case is == nil && !published.Has(key):
			m.fail("%s is taken away, but is not published", at)
		case is == nil:
			published.Remove(key)
		case isObject && areObjects && len(a.Keys)+len(b.Keys) > 0:
			m.object(at, a, b)
		case compact(was) == compact(is):
			m.repeated = true
		default:
			if was != nil && was != "" {
				m.note("%s is %s, not %s as published", at, compact(is), compact(was))
			}
			published.Set(key, is)
		}
	}
}

// sortTraits sorts the traits of a shape and its members.
func sortTraits(s *smithy.Object) {
	slices.Sort(s.Object("traits").Keys)
	members := s.Object("members")
	for _, name := range members.Keys {
		slices.Sort(members.Object(name).Object("traits").Keys)
	}
}
