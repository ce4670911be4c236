package importer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// builder collects the shapes of a model.
type builder struct {
	namespace string
	shapes    map[string]*smithy.Object
	ops       []string
	notes     []string
	problems  []error
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
	switch other := b.shapes[b.namespace+name]; {
	case name == "":
		b.fail("there is a %s without a name", kind)
	case other != nil:
		b.fail("%s is both a %s and a %s", name, other.Text("type"), kind)
	}
	b.shapes[b.namespace+name] = s
	return s
}

func (b *builder) fail(format string, args ...any) {
	b.problems = append(b.problems, fmt.Errorf(format, args...))
}

func (b *builder) note(format string, args ...any) {
	b.notes = append(b.notes, fmt.Sprintf(format, args...))
}

// objects returns the list under key, which must hold objects alone.
func (b *builder) objects(owner string, o *smithy.Object, key string) []*smithy.Object {
	list, err := o.Objects(key)
	if err != nil {
		b.fail("%s: %w", owner, err)
	}
	return list
}

// child returns the object under key, which must be one if it is there.
func (b *builder) child(owner string, o *smithy.Object, key string) *smithy.Object {
	child, ok := o.Values[key].(*smithy.Object)
	if o.Values[key] != nil && !ok {
		b.fail("%s: %q must be an object", owner, key)
	}
	if child == nil {
		return smithy.NewObject()
	}
	return child
}

// checkKeys notes the keys of an object that the importer does not read, because they may hold new facts.
func (b *builder) checkKeys(kind string, o *smithy.Object, known string, seen map[string]bool) {
	for _, key := range o.Keys {
		if full := kind + " " + key; !slices.Contains(strings.Fields(known), key) && !seen[full] {
			seen[full] = true
			b.note("the key %q of %ss is not known, and what it says was left out", key, kind)
		}
	}
}

func (b *builder) member(s *smithy.Object, name, target string) *smithy.Object {
	m := smithy.NewObject()
	m.Set("target", target)
	switch members := s.Object("members"); {
	case name == "":
		b.fail("there is a member without a name, of %s", smithy.LocalName(target))
	case members.Has(name):
		b.fail("two members of one structure are called %s", name)
	default:
		members.Set(name, m)
	}
	return m
}

func (b *builder) listOf(target string) string {
	name := "ListOf" + smithy.LocalName(target)
	if b.shapes[b.namespace+name] == nil {
		b.shape(name, "list").Set("member", reference(target))
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

// result returns the model and what is to be said of it, or all that is wrong with what was published.
func (b *builder) result() (tree *smithy.Object, notes []string, err error) {
	slices.Sort(b.notes)
	return b.model(), b.notes, errors.Join(b.problems...)
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
