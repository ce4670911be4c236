package flink

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) namespaceOperations() front.Handlers {
	return front.Handlers{listNamespaces: front.Handle(s.listEditableNamespaces)}
}

// listNamespaces is the only operation without the workspace header.
const listNamespaces = "ListEditableNamespace"

// AddNamespace adds a namespace to a workspace and returns its name. From then on, requests for others are refused.
func (s *Service) AddNamespace(workspace, namespace string, _ flink.EditableNamespace) (name string) {
	s.know(workspace, namespace)
	return namespace
}

// know adds a namespace if it is new.
func (s *Service) know(workspace, namespace string) {
	key := world.KeyOf(workspace, namespace)
	if _, ok := s.namespaces.Row(key).Actual(s.world.Now()); ok {
		return
	}
	s.namespaces.Add(key, s.world.Now(), flink.EditableNamespace{Namespace: namespace, WorkspaceID: workspace})
}

// inWorkspace refuses requests without the workspace header, and those for a workspace or a namespace that does not exist.
// The header is optional in the client's types, because a client can have a default.
func (s *Service) inWorkspace(operation string, h front.Handler) front.Handler {
	if operation == listNamespaces {
		return h
	}
	return func(r *front.Received) (any, error) {
		workspace := r.Header.Get("Workspace")
		if workspace == "" {
			return nil, &front.Refusal{Code: "MissingParameter", Message: "The header workspace is missing."}
		}
		namespace := cmp.Or(r.Label("namespace"), r.Values.Get("namespace"))
		if err := s.checkNamespace(workspace, namespace); err != nil {
			return nil, err
		}
		return h(r)
	}
}

// checkNamespace refuses unknown workspaces and namespaces. Without any known one, all are accepted.
func (s *Service) checkNamespace(workspace, namespace string) error {
	if len(s.namespaces.List(s.world.Now())) == 0 {
		return nil
	}
	if len(s.namespaces.ListIn(s.world.Now(), workspace)) == 0 {
		return objectNotFound("workspace", workspace)
	}
	if _, ok := s.namespaces.Row(world.KeyOf(workspace, namespace)).Visible(s.world.Now()); !ok && namespace != "" {
		return objectNotFound("namespace", namespace)
	}
	return nil
}

// namespacePage is the result of the only list with an envelope of its own.
type namespacePage flink.EditableNamespacePage

// listEditableNamespaces lists the namespaces that the account may change: those where it is no member, because the
// account owns them, or not one that only views.
func (s *Service) listEditableNamespaces(_ *front.Received, in flink.ListEditableNamespaceRequest) (any, error) {
	list := slices.DeleteFunc(s.namespaces.List(s.world.Now()), func(n *flink.EditableNamespace) bool {
		named := in.Namespace == nil || world.MatchesName(*in.Namespace, n.Namespace)
		return !named || !world.MatchesName(in.WorkspaceID, n.WorkspaceID) || !world.MatchesName(in.RegionID, s.world.Region) ||
			s.roleIn(n) == flink.RoleViewer
	})
	index, _ := strconv.Atoi(in.PageIndex) // digits, by the model
	size, _ := strconv.Atoi(in.PageSize)
	page := sortedPage(world.Sort(list, nil), index, size, func(n *flink.EditableNamespace) flink.EditableNamespace {
		shown := *n
		shown.Role = s.roleIn(n)
		return shown
	})
	return &namespacePage{
		EditableNamespaces: page.items.([]flink.EditableNamespace), PageIndex: strconv.Itoa(page.index),
		PageSize: strconv.Itoa(page.size), Total: strconv.Itoa(page.total),
	}, nil
}

// roleIn returns the role of the account in a namespace.
func (s *Service) roleIn(n *flink.EditableNamespace) flink.Role {
	m, ok := s.members.Row(world.KeyOf(n.WorkspaceID, n.Namespace, accountMember)).Visible(s.world.Now())
	if !ok {
		return flink.RoleAdmin
	}
	return m.Role
}
