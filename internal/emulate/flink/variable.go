package flink

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) variableOperations() front.Handlers {
	return front.Handlers{
		"ListVariables":  front.Handle(s.listVariables),
		"CreateVariable": front.Handle(s.createVariable),
		"UpdateVariable": front.Handle(s.updateVariable),
		"DeleteVariable": front.Handle(s.deleteVariable),
	}
}

// AddVariable adds a variable to a namespace of a workspace, or replaces it, and returns its name.
func (s *Service) AddVariable(workspace, namespace string, variable flink.Variable) (name string) {
	s.know(workspace, namespace)
	v := variable
	v.Name = cmp.Or(v.Name, "variable")
	v.Kind = cmp.Or(v.Kind, flink.VariableKindPlain)
	save(s, s.variables, world.KeyOf(workspace, namespace, v.Name), v)
	return v.Name
}

// maskedValue is what reads show of an encrypted value. The service does not document its mask.
const maskedValue = "******"

func masked(v flink.Variable) flink.Variable {
	if v.Kind == flink.VariableKindEncrypted {
		v.Value = maskedValue
	}
	return v
}

func (s *Service) listVariables(_ *front.Received, in flink.ListVariablesRequest) (any, error) {
	list := inNamespace(s, s.variables, in.Workspace, in.Namespace)
	shown := func(v *flink.Variable) flink.Variable { return masked(*v) }
	return sortedPage(world.Sort(list, nil), in.PageIndex, in.PageSize, shown), nil
}

func (s *Service) createVariable(_ *front.Received, in flink.CreateVariableRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.Variable.Name)
	if exists(s, s.variables, key) {
		return nil, stateConflict("variable", in.Variable.Name, "already exists")
	}
	save(s, s.variables, key, in.Variable)
	saved := masked(in.Variable)
	return &saved, nil
}

// updateVariable replaces a variable. It keeps its name.
func (s *Service) updateVariable(_ *front.Received, in flink.UpdateVariableRequest) (any, error) {
	key, v := world.KeyOf(in.Workspace, in.Namespace, in.Name), in.Variable
	if _, err := actual(s, s.variables, key, "variable", in.Name); err != nil {
		return nil, err
	}
	v.Name = in.Name
	save(s, s.variables, key, v)
	v = masked(v)
	return &v, nil
}

func (s *Service) deleteVariable(_ *front.Received, in flink.DeleteVariableRequest) (any, error) {
	_, err := remove(s, s.variables, world.KeyOf(in.Workspace, in.Namespace, in.Name), "variable", in.Name)
	return nil, err
}
