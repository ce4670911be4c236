package smithy

import (
	"fmt"
	"maps"
	"strings"
)

// splitMessages gives each operation an input and an output of its own: a structure that several share is copied, under
// the name of the operation, for all but the one that it is named after, or else the first.
func (m *Model) splitMessages() error {
	owners := map[string]string{}
	for _, op := range m.Operations() {
		for _, message := range []string{op.Input, op.Output} {
			if owners[message] == "" || strings.HasPrefix(LocalName(message), op.Name()) {
				owners[message] = op.ID
			}
		}
	}
	for _, op := range m.Operations() {
		if op.Input == op.Output && op.Input != "" && m.Shapes[op.Input] != nil {
			if err := m.copyMessage(op, &op.Output, "Response"); err != nil {
				return err
			}
		}
		for _, message := range []struct {
			target *string
			end    string
		}{{&op.Input, "Request"}, {&op.Output, "Response"}} {
			if owner := owners[*message.target]; owner == "" || owner == op.ID || m.Shapes[*message.target] == nil {
				continue
			}
			if err := m.copyMessage(op, message.target, message.end); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyMessage makes target a copy of the shape that it was, for one operation.
func (m *Model) copyMessage(op *Shape, target *string, end string) error {
	of := *m.Shapes[*target]
	of.ID = op.ID + end
	if m.Shapes[of.ID] != nil {
		return fmt.Errorf("%s shares %s with another operation, and %s, as a copy for it would be called, exists already",
			op.Name(), LocalName(*target), of.Name())
	}
	of.Traits = maps.Clone(of.Traits)
	members := of.Members
	of.Members = nil
	for _, x := range members {
		of.Members = append(of.Members, &Member{Name: x.Name, Target: x.Target, Traits: maps.Clone(x.Traits)})
	}
	m.Shapes[of.ID] = &of
	*target = of.ID
	return nil
}
