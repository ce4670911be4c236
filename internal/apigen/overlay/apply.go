package overlay

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// ApplyTo changes the model as the overlay says. A key that the model does not have is an error, because it
// would silently have no effect.
func (o *Overlay) ApplyTo(m *smithy.Model) error {
	if err := o.merge(m); err != nil {
		return fmt.Errorf("%s:\n%w", o.path, err)
	}
	problems := []error{o.keep(m), o.checkReasons()}
	for _, key := range slices.Sorted(maps.Keys(o.Apply)) {
		t, err := TraitsAt(m, key)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		problems = append(problems, o.Apply[key].setOn(t, key))
	}
	problems = append(problems, o.applySensitive(m), o.applyNotEmpty(m), o.checkKeys(m))
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s:\n%w", o.path, err)
	}
	return nil
}

// merge replaces shapes that are the same by one of them.
func (o *Overlay) merge(m *smithy.Model) error {
	kept, err := o.kept(m)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(kept)) {
		s := kept[id]
		if !slices.EqualFunc(s.Members, m.Shapes[id].Members, func(x, y *smithy.Member) bool { return kept.same(x, y) }) {
			return fmt.Errorf("%q and %q do not have the same members", s.Name(), smithy.LocalName(id))
		}
	}
	for _, s := range m.Shapes {
		for _, x := range s.Parts() {
			x.Target = kept.target(x)
		}
	}
	for id := range kept {
		delete(m.Shapes, id)
	}
	return nil
}

// twins are the shapes that stay, by the ID of those that they replace.
type twins map[string]*smithy.Shape

func (o *Overlay) kept(m *smithy.Model) (twins, error) {
	kept := twins{}
	for _, name := range slices.Sorted(maps.Keys(o.Same)) {
		s := m.Find(name)
		if s == nil {
			return nil, noSuchKey(name)
		}
		for _, other := range o.Same[name] {
			twin := m.Find(other)
			if twin == nil {
				return nil, noSuchKey(other)
			}
			kept[twin.ID] = s
		}
	}
	return kept, nil
}

// target is what a member refers to when the twins are gone.
func (k twins) target(x *smithy.Member) string {
	if s := k[x.Target]; s != nil {
		return s.ID
	}
	return x.Target
}

func (k twins) same(x, y *smithy.Member) bool { return x.Name == y.Name && k.target(x) == k.target(y) }

// keep adds the members that the model no longer has.
func (o *Overlay) keep(m *smithy.Model) error {
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(o.Kept)) {
		kept := o.Kept[key]
		name, member, _ := strings.Cut(key, ".")
		switch s := m.Find(name); {
		case s == nil || member == "":
			problems = append(problems, noSuchKey(key))
		case s.Member(member) != nil:
			problems = append(problems, fmt.Errorf("%s is kept by the overlay, but the model has it: remove the entry", key))
		case m.Target(kept.Target) == nil:
			problems = append(problems, fmt.Errorf("%s is kept by the overlay, but its target %q is not in the model", key, kept.Target))
		case kept.Reason == "":
			problems = append(problems, fmt.Errorf("%s is kept by the overlay without a reason", key))
		default:
			x := &smithy.Member{Name: member, Target: kept.Target, Traits: smithy.Traits{smithy.TraitDeprecated: smithy.NewObject()}}
			problems = append(problems, kept.Traits.setOn(x.Traits, key))
			s.Members = append(s.Members, x)
		}
	}
	return errors.Join(problems...)
}

// checkReasons finds entries that need a reason and have none.
func (o *Overlay) checkReasons() error {
	var problems []error
	for section, entries := range map[string]map[string]string{"breaks": o.Breaks, "ignore": o.Ignore} {
		for _, key := range slices.Sorted(maps.Keys(entries)) {
			if entries[key] == "" {
				problems = append(problems, fmt.Errorf("the entry %q of %s gives no reason", key, section))
			}
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}

// setOn changes the traits at key. A removal needs a "reason" beside it.
func (f Facts) setOn(t smithy.Traits, key string) error {
	for _, id := range slices.Sorted(maps.Keys(f)) {
		if id == "reason" {
			continue
		}
		v, err := smithy.Parse(f[id])
		if err != nil {
			return err
		}
		if v != nil {
			t[id] = v
			continue
		}
		if !t.Has(id) {
			return fmt.Errorf("the overlay removes %s of %s, which does not have it", id, key)
		}
		if len(f["reason"]) == 0 {
			return fmt.Errorf("the overlay removes %s of %s and gives no reason", id, key)
		}
		delete(t, id)
	}
	return nil
}

func (o *Overlay) applyNotEmpty(m *smithy.Model) error {
	var problems []error
	for _, key := range o.NotEmpty {
		if key == "*.*" {
			for _, s := range m.Shapes {
				setAllNotEmpty(m, s)
			}
			continue
		}
		name, all := strings.CutSuffix(key, ".*")
		if !all {
			t, err := TraitsAt(m, key)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			setNotEmpty(t)
			continue
		}
		s := m.Find(name)
		if s == nil {
			problems = append(problems, noSuchKey(key))
			continue
		}
		setAllNotEmpty(m, s)
	}
	return errors.Join(problems...)
}

// setAllNotEmpty marks "" as invalid for all strings of a shape that have no narrower rule.
func setAllNotEmpty(m *smithy.Model, s *smithy.Shape) {
	for _, x := range s.Members {
		if m.Target(x.Target).Kind == "string" && !m.TraitsOf(x).Has(smithy.TraitLength) {
			setNotEmpty(x.Traits)
		}
	}
}

func setNotEmpty(t smithy.Traits) {
	length := smithy.NewObject()
	length.Set("min", json.Number("1"))
	t[smithy.TraitLength] = length
}

// checkKeys finds keys that name nothing in the model.
func (o *Overlay) checkKeys(m *smithy.Model) error {
	keys := slices.Concat(o.Check, o.Plain, keysOf(o.Certain), o.NoDefaults, o.Nullable, keysOf(o.Types), keysOf(o.Fields),
		keysOf(o.Patterns), keysOf(o.Deprecated), keysOf(o.Idempotent), keysOf(o.Changes), keysOf(o.Pages), keysOf(o.Iterators),
		keysOf(o.Operations))
	for key, rule := range o.Enums {
		if len(rule.Members) == 0 {
			keys = append(keys, key)
		}
		keys = append(keys, rule.Members...)
	}
	for _, group := range o.Files {
		keys = append(keys, group.Operations...)
		keys = append(keys, group.Types...)
	}
	for _, key := range slices.Concat(o.Int64, o.Times, keysOf(o.NotTimes)) {
		if strings.Contains(key, ".") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var problems []error
	for _, key := range slices.Compact(keys) {
		if _, err := TraitsAt(m, key); err != nil {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func keysOf[V any](m map[string]V) []string { return slices.Collect(maps.Keys(m)) }

// TraitsAt returns the traits of a shape or member, to be changed.
func TraitsAt(m *smithy.Model, key string) (smithy.Traits, error) {
	shape, name, isMember := strings.Cut(key, ".")
	s := m.Find(shape)
	if s == nil {
		return nil, noSuchKey(key)
	}
	if !isMember {
		return s.Traits, nil
	}
	if x := s.Member(name); x != nil {
		return x.Traits, nil
	}
	return nil, noSuchKey(key)
}

func noSuchKey(key string) error { return fmt.Errorf("%q is not in the model", key) }

// applySensitive marks the members that must not be printed.
func (o *Overlay) applySensitive(m *smithy.Model) error {
	var problems []error
	for _, key := range o.Sensitive {
		if name, everywhere := strings.CutPrefix(key, "*."); everywhere {
			if !setSensitive(m, name) {
				problems = append(problems, noSuchKey(key))
			}
			continue
		}
		t, err := TraitsAt(m, key)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		t[smithy.TraitSensitive] = smithy.NewObject()
	}
	return errors.Join(problems...)
}

// setSensitive marks all members called name that hold strings, and reports whether there are any. Structures and
// lists of them are not marked themselves, only their members.
func setSensitive(m *smithy.Model, name string) bool {
	found := false
	for _, s := range m.Shapes {
		x := s.Member(name)
		if x == nil || !m.HoldsText(x) {
			continue
		}
		x.Traits[smithy.TraitSensitive] = smithy.NewObject()
		found = true
	}
	return found
}
