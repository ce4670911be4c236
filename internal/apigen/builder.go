package main

import (
	"maps"
	"slices"
)

// builder collects the shapes of a model.
type builder struct {
	namespace string
	shapes    map[string]*object
	ops       []string
}

func newBuilder(namespace string) *builder {
	return &builder{namespace: namespace, shapes: map[string]*object{}}
}

func (b *builder) shape(name, kind string) *object {
	s := newObject()
	s.set("type", kind)
	if kind == "structure" {
		s.set("members", newObject())
	}
	b.shapes[b.namespace+name] = s
	return s
}

func (b *builder) member(s *object, name, target string) *object {
	m := newObject()
	m.set("target", target)
	s.object("members").set(name, m)
	return m
}

func (b *builder) listOf(target string) string {
	name := "ListOf" + localName(target)
	if b.shapes[b.namespace+name] == nil {
		b.shape(name, "list").set("member", reference(target))
	}
	return b.namespace + name
}

func (b *builder) mapOf(target string) string {
	name := "MapOf" + localName(target)
	if b.shapes[b.namespace+name] == nil {
		s := b.shape(name, "map")
		s.set("key", reference("smithy.api#String"))
		s.set("value", reference(target))
	}
	return b.namespace + name
}

// operation adds an operation whose input and output are called after it.
func (b *builder) operation(name string, t *object) {
	s := b.shape(name, "operation")
	s.set("input", reference(b.namespace+name+"Request"))
	s.set("output", reference(b.namespace+name+"Response"))
	setTraits(s, t)
	b.ops = append(b.ops, name)
}

func (b *builder) service(name, version, protocol string, settings *object) {
	s := b.shape(name, "service")
	s.set("version", version)
	slices.Sort(b.ops)
	ops := make([]any, len(b.ops))
	for i, op := range b.ops {
		ops[i] = reference(b.namespace + op)
	}
	s.set("operations", ops)
	t := newObject()
	t.set(protocol, settings)
	setTraits(s, t)
}

func (b *builder) model() *object {
	shapes := newObject()
	for _, id := range slices.Sorted(maps.Keys(b.shapes)) {
		shapes.set(id, b.shapes[id])
	}
	tree := newObject()
	tree.set("smithy", "2.0")
	tree.set("shapes", shapes)
	return tree
}

func reference(target string) *object {
	o := newObject()
	o.set("target", target)
	return o
}

// setTraits puts traits on a shape or member, in order.
func setTraits(s, t *object) {
	if len(t.keys) == 0 {
		return
	}
	slices.Sort(t.keys)
	s.set("traits", t)
}
