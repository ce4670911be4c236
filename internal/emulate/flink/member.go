package flink

import (
	"cmp"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) memberOperations() front.Handlers {
	return front.Handlers{
		"GetMember":    front.Handle(s.getMember),
		"ListMembers":  front.Handle(s.listMembers),
		"CreateMember": front.Handle(s.createMember),
		"UpdateMember": front.Handle(s.updateMember),
		"DeleteMember": front.Handle(s.deleteMember),
	}
}

const (
	// accountMember is the account as a member of a namespace.
	accountMember = "user:" + world.Account
	accountName   = "emulator"
)

// AddMember adds a user to a namespace of a workspace, or replaces the role, and returns the name of the member.
func (s *Service) AddMember(workspace, namespace string, member flink.Member) (name string) {
	s.know(workspace, namespace)
	m := flink.Member{Member: cmp.Or(member.Member, accountMember), Role: cmp.Or(member.Role, flink.RoleViewer)}
	save(s, s.members, world.KeyOf(workspace, namespace, m.Member), m)
	return m.Member
}

func (s *Service) getMember(_ *front.Received, in flink.GetMemberRequest) (any, error) {
	m, err := visible(s, s.members, world.KeyOf(in.Workspace, in.Namespace, in.Member), "member", in.Member)
	return &m, err
}

func (s *Service) listMembers(_ *front.Received, in flink.ListMembersRequest) (any, error) {
	return pageOfNamespace(s, s.members, in.Workspace, in.Namespace, in.PageIndex, in.PageSize), nil
}

func (s *Service) createMember(_ *front.Received, in flink.CreateMemberRequest) (any, error) {
	m, key := in.Member, world.KeyOf(in.Workspace, in.Namespace, in.Member.Member)
	if exists(s, s.members, key) {
		return nil, stateConflict("member", m.Member, "already exists")
	}
	m.Role = cmp.Or(m.Role, flink.RoleViewer)
	save(s, s.members, key, m)
	return &m, nil
}

func (s *Service) updateMember(_ *front.Received, in flink.UpdateMemberRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.Member.Member)
	m, err := actual(s, s.members, key, "member", in.Member.Member)
	if err != nil {
		return nil, err
	}
	m.Role = cmp.Or(in.Member.Role, m.Role)
	save(s, s.members, key, m)
	return &m, nil
}

func (s *Service) deleteMember(_ *front.Received, in flink.DeleteMemberRequest) (any, error) {
	_, err := remove(s, s.members, world.KeyOf(in.Workspace, in.Namespace, in.Member), "member", in.Member)
	return nil, err
}
