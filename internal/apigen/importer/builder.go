package importer

import (
	"maps"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// builder collects the shapes of a model.
type builder struct {
	namespace string
	shapes    map[string]*smithy.Object
	ops       []string
}

func newBuilder(namespace string) *builder {
	return &builder{namespace: namespace, shapes: map[string]*smithy.Object{}}
}

func (b *builder) shape(name, kind string) *smithy.Object {
	s := smithy.NewObject()
	s.Set("type", kind)
	if kind == "structure" {
		s.Set("members", smithy.NewObject())
	}
	b.shapes[b.namespace+name] = s
	return s
}

func (b *builder) member(s *smithy.Object, name, target string) *smithy.Object {
	m := smithy.NewObject()
	m.Set("target", target)
	s.Object("members").Set(name, m)
	return m
}

func (b *builder) listOf(target string) string {
	name := "ListOf" + smithy.LocalName(target)
	if b.shapes[b.namespace+name] == nil {
		b.shape(name, "list").Set("member", reference(target))
	}
	return b.namespace + name
}

func (b *builder) mapOf(target string) string {
	name := "MapOf" + smithy.LocalName(target)
	if b.shapes[b.namespace+name] == nil {
		s := b.shape(name, "map")
		s.Set("key", reference("smithy.api#String"))
		s.Set("value", reference(target))
	}
	return b.namespace + name
}

// operation adds an operation whose input and output are named after it.
func (b *builder) operation(name string, t *smithy.Object) {
	s := b.shape(name, "operation")
	s.Set("input", reference(b.namespace+name+"Request"))
	s.Set("output", reference(b.namespace+name+"Response"))
	setTraits(s, t)
	b.ops = append(b.ops, name)
}

func (b *builder) service(name, version, protocol string, settings *smithy.Object) {
	s := b.shape(name, "service")
	s.Set("version", version)
	slices.Sort(b.ops)
	ops := make([]any, len(b.ops))
	for i, op := range b.ops {
		ops[i] = reference(b.namespace + op)
	}
	s.Set("operations", ops)
	t := smithy.NewObject()
	t.Set(protocol, settings)
	setTraits(s, t)
}

func (b *builder) model() *smithy.Object {
	shapes := smithy.NewObject()
	for _, id := range slices.Sorted(maps.Keys(b.shapes)) {
		shapes.Set(id, b.shapes[id])
	}
	tree := smithy.NewObject()
	tree.Set("smithy", "2.0")
	tree.Set("shapes", shapes)
	return tree
}

func reference(target string) *smithy.Object {
	o := smithy.NewObject()
	o.Set("target", target)
	return o
}

// setTraits puts traits on a shape or member, in order.
func setTraits(s, t *smithy.Object) {
	if len(t.Keys) == 0 {
		return
	}
	slices.Sort(t.Keys)
	s.Set("traits", t)
}
