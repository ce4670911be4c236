package smithy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// check finds what the rest of the generator relies on and the model does not have.
func (m *Model) check() error {
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(m.Shapes)) {
		problems = append(problems, m.checkShape(m.Shapes[id]))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	return m.checkDepth()
}

func (m *Model) checkShape(s *Shape) error {
	problems := []error{checkForm(s)}
	for _, target := range []string{s.Input, s.Output} {
		if target == "" {
			continue
		}
		switch of := m.Target(target); {
		case of == nil:
			problems = append(problems, missing(s.Name(), target))
		case of.Kind != "structure":
			problems = append(problems,
				fmt.Errorf("the input or output of %s is %s, which is a %s, not a structure", s.Name(), target, of.Kind))
		}
	}
	for _, x := range s.Parts() {
		full := s.Name() + "." + x.Name
		switch {
		case x.Name == "":
			problems = append(problems, fmt.Errorf("%s has a member without a name", s.Name()))
		case m.Target(x.Target) == nil:
			problems = append(problems, missing(full, x.Target))
		}
		problems = append(problems, checkTraits(full, x.Traits))
	}
	return errors.Join(append(problems, checkTraits(s.Name(), s.Traits))...)
}

func missing(name, target string) error {
	return fmt.Errorf("%s refers to %s, which the model does not have", name, target)
}

// checkForm finds a shape without the parts of its kind.
func checkForm(s *Shape) error {
	switch {
	case s.Kind == "":
		return fmt.Errorf("%s has no type", s.Name())
	case (s.Kind == "list" || s.Kind == "map") && s.Item == nil:
		return fmt.Errorf("the %s %s does not say what it holds", s.Kind, s.Name())
	case s.Kind == "map" && s.Key == nil:
		return fmt.Errorf("the map %s has no keys", s.Name())
	}
	return nil
}

// checkTraits finds values that are not of the form of their trait.
func checkTraits(name string, t Traits) error {
	var problems []error
	for _, id := range []string{TraitEnum, TraitValues} {
		value, ok := t[id]
		list, isList := value.([]any)
		if ok && (!isList || slices.ContainsFunc(list, func(v any) bool { return !isEnumValue(id, v) })) {
			problems = append(problems, fmt.Errorf("%s has a malformed %s", name, id))
		}
	}
	for _, id := range []string{TraitHTTP, TraitLength, TraitRange, TraitPaginated, TraitPages} {
		if value, ok := t[id]; ok {
			if _, isObject := value.(*Object); !isObject {
				problems = append(problems, fmt.Errorf("%s has a malformed %s", name, id))
			}
		}
	}
	for _, id := range []string{TraitHeader, TraitQuery, TraitPattern, TraitJSONName, TraitTimeFormat} {
		if value, ok := t[id]; ok {
			if text, isText := value.(string); !isText || text == "" {
				problems = append(problems, fmt.Errorf("%s has a malformed %s", name, id))
			}
		}
	}
	return errors.Join(problems...)
}

func isEnumValue(trait string, v any) bool {
	if trait == TraitValues {
		_, ok := v.(string)
		return ok
	}
	o, ok := v.(*Object)
	return ok && o.Text("value") != ""
}

// checkDepth finds lists and maps that hold nothing but themselves, at any depth.
func (m *Model) checkDepth() error {
	for _, id := range slices.Sorted(maps.Keys(m.Shapes)) {
		seen := map[string]bool{}
		for s := m.Shapes[id]; s != nil && (s.Kind == "list" || s.Kind == "map"); s = m.Target(s.Item.Target) {
			if seen[s.ID] {
				return fmt.Errorf("the %s %s holds nothing but itself", s.Kind, s.Name())
			}
			seen[s.ID] = true
		}
	}
	return nil
}
