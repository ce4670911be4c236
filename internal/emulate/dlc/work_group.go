package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) workGroupOperations() front.Handlers {
	return front.Handlers{
		"CreateWorkGroup":          front.Handle(s.createWorkGroup),
		"DescribeWorkGroups":       front.Handle(s.describeWorkGroups),
		"DescribeWorkGroupInfo":    front.Handle(s.describeWorkGroupInfo),
		"ModifyWorkGroup":          front.Handle(s.modifyWorkGroup),
		"DeleteWorkGroup":          front.Handle(s.deleteWorkGroups),
		"AddUsersToWorkGroup":      front.Handle(s.addUsersToWorkGroup),
		"DeleteUsersFromWorkGroup": front.Handle(s.deleteUsersFromWorkGroup),
		"BindWorkGroupsToUser":     front.Handle(s.bindWorkGroups),
		"UnbindWorkGroupsFromUser": front.Handle(s.unbindWorkGroups),
	}
}

// AddWorkGroup adds a work group, or replaces the one with its ID, and returns the ID.
func (s *Service) AddWorkGroup(group dlc.WorkGroupInfo) (workGroupID int) {
	v := group
	if v.WorkGroupID == 0 {
		v.WorkGroupID = s.access.newID()
	}
	s.access.lastID = max(s.access.lastID, v.WorkGroupID)
	for _, u := range v.UserSet {
		s.access.join(v.WorkGroupID, u.UserID)
	}
	s.putWorkGroup(v)
	return v.WorkGroupID
}

func (s *Service) putWorkGroup(v dlc.WorkGroupInfo) {
	v.WorkGroupName = cmp.Or(v.WorkGroupName, "group-"+strconv.Itoa(v.WorkGroupID))
	v.Creator = cmp.Or(v.Creator, account)
	v.CreateTime = cmp.Or(v.CreateTime, beijingTime(s.world.Now()))
	v.UserNum, v.UserSet, v.PolicySet = 0, nil, s.newPolicies(v.PolicySet)
	s.access.workGroups.Add(strconv.Itoa(v.WorkGroupID), s.world.Now(), v)
}

// join adds a user to a group, and leave removes it.
func (a *access) join(group int, user string) {
	if !slices.Contains(a.members[group], user) {
		a.members[group] = append(a.members[group], user)
	}
}

func (a *access) leave(group int, user string) {
	a.members[group] = slices.DeleteFunc(a.members[group], func(id string) bool { return id == user })
}

// workGroup returns a group that exists.
func (s *Service) workGroup(id int) (dlc.WorkGroupInfo, error) {
	v, ok := s.access.workGroups.Row(strconv.Itoa(id)).Actual(s.world.Now())
	if !ok {
		return v, refuse("InvalidParameter.InvalidGroupId", "The work group %d does not exist.", id)
	}
	return v, nil
}

func (s *Service) createWorkGroup(r *front.Received, in dlc.CreateWorkGroupRequest) (any, error) {
	if _, _, ok := s.access.workGroups.By(s.world.Now(), in.WorkGroupName); ok {
		return nil, refuse("InvalidParameter.DuplicateGroupName", "The work group %q already exists.", in.WorkGroupName)
	}
	for _, id := range in.UserIDs {
		if _, err := s.user(id); err != nil {
			return nil, err
		}
	}
	id := s.access.newID()
	for _, user := range in.UserIDs {
		s.access.join(id, user)
	}
	s.putWorkGroup(dlc.WorkGroupInfo{
		WorkGroupID: id, WorkGroupName: in.WorkGroupName, WorkGroupDescription: in.WorkGroupDescription, PolicySet: in.PolicySet,
	})
	return &dlc.CreateWorkGroupResponse{WorkGroupID: id, RequestID: r.RequestID}, nil
}

// usersOf returns the users of a group.
func (s *Service) usersOf(group int) []dlc.UserMessage {
	users := []dlc.UserMessage{}
	for _, id := range s.access.members[group] {
		if u, err := s.user(id); err == nil {
			users = append(users, world.CommonTo[dlc.UserMessage](u))
		}
	}
	return users
}

func (s *Service) describeWorkGroups(r *front.Received, in dlc.DescribeWorkGroupsRequest) (any, error) {
	list, err := filtered(s.access.workGroups.List(s.world.Now()), in.Filters, filterFields[*dlc.WorkGroupInfo]{
		"workgroup-name": func(v *dlc.WorkGroupInfo, value string) bool { return strings.Contains(v.WorkGroupName, value) },
	})
	if err != nil {
		return nil, err
	}
	if in.WorkGroupID != nil {
		list = slices.DeleteFunc(list, func(v *dlc.WorkGroupInfo) bool { return v.WorkGroupID != *in.WorkGroupID })
	}
	page, err := offsetPage(descending(list, in.Sorting == dlc.SortingDescending), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeWorkGroupsResponse{TotalCount: len(list), WorkGroupSet: []dlc.WorkGroupInfo{}, RequestID: r.RequestID}
	for _, v := range world.Copies(page) {
		v.UserSet = s.usersOf(v.WorkGroupID)
		v.UserNum = len(v.UserSet)
		out.WorkGroupSet = append(out.WorkGroupSet, v)
	}
	return out, nil
}

// describeWorkGroupInfo returns a group and a page of one kind of what belongs to it: users or policies.
func (s *Service) describeWorkGroupInfo(r *front.Received, in dlc.DescribeWorkGroupInfoRequest) (any, error) {
	if in.WorkGroupID == nil {
		return nil, refuse("MissingParameter", "The parameter WorkGroupId is missing.")
	}
	v, err := s.workGroup(*in.WorkGroupID)
	if err != nil {
		return nil, err
	}
	out := dlc.WorkGroupDetailInfo{
		WorkGroupID: v.WorkGroupID, WorkGroupName: v.WorkGroupName, WorkGroupDescription: v.WorkGroupDescription, Type: in.Type,
		UserInfo: &dlc.Users{}, DataPolicyInfo: &dlc.Policys{}, EnginePolicyInfo: &dlc.Policys{}, RowFilterInfo: &dlc.Policys{},
		DataCatalogPolicyInfo: &dlc.Policys{}, ModelPolicyInfo: &dlc.Policys{},
	}
	if in.Type == dlc.WorkGroupInfoTypeUser {
		out.UserInfo, err = s.usersPage(v.WorkGroupID, in)
	} else {
		err = s.fillPolicies(v.PolicySet, policyQuery{
			string(in.Type), in.PolicyID, in.Filters, in.Sorting, in.Offset, in.Limit,
		}, policyPages{
			&out.DataPolicyInfo, &out.EnginePolicyInfo, &out.RowFilterInfo, &out.DataCatalogPolicyInfo, &out.ModelPolicyInfo,
		})
	}
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeWorkGroupInfoResponse{WorkGroupInfo: &out, RequestID: r.RequestID}, nil
}

func (s *Service) usersPage(group int, in dlc.DescribeWorkGroupInfoRequest) (*dlc.Users, error) {
	list, err := filtered(s.usersOf(group), in.Filters, filterFields[dlc.UserMessage]{
		"user-name": func(u dlc.UserMessage, value string) bool {
			return strings.Contains(u.UserID, value) || strings.Contains(u.UserAlias, value)
		},
	})
	if err != nil {
		return nil, err
	}
	page, err := offsetPage(descending(list, in.Sorting == dlc.SortingDescending), in.Offset, in.Limit)
	return &dlc.Users{UserSet: page, TotalCount: len(list)}, err
}

func (s *Service) modifyWorkGroup(r *front.Received, in dlc.ModifyWorkGroupRequest) (any, error) {
	v, err := s.workGroup(in.WorkGroupID)
	if err != nil {
		return nil, err
	}
	v.WorkGroupDescription = in.WorkGroupDescription
	s.access.workGroups.Add(strconv.Itoa(v.WorkGroupID), s.world.Now(), v)
	return &dlc.ModifyWorkGroupResponse{RequestID: r.RequestID}, nil
}

// deleteWorkGroups deletes groups, all or none. Their users stay.
func (s *Service) deleteWorkGroups(r *front.Received, in dlc.DeleteWorkGroupRequest) (any, error) {
	for _, id := range in.WorkGroupIDs {
		if _, err := s.workGroup(id); err != nil {
			return nil, err
		}
	}
	for _, id := range in.WorkGroupIDs {
		remove(s, s.access.workGroups, strconv.Itoa(id))
		delete(s.access.members, id)
	}
	return &dlc.DeleteWorkGroupResponse{RequestID: r.RequestID}, nil
}

// changeMembers calls change for every pair of a group and a user, if all of them exist.
func (s *Service) changeMembers(groups []int, users []string, change func(group int, user string)) error {
	for _, id := range groups {
		if _, err := s.workGroup(id); err != nil {
			return err
		}
	}
	for _, id := range users {
		if _, err := s.user(id); err != nil {
			return err
		}
	}
	for _, group := range groups {
		for _, user := range users {
			change(group, user)
		}
	}
	return nil
}

func (s *Service) addUsersToWorkGroup(r *front.Received, in dlc.AddUsersToWorkGroupRequest) (any, error) {
	if err := s.changeMembers([]int{in.AddInfo.WorkGroupID}, in.AddInfo.UserIDs, s.access.join); err != nil {
		return nil, err
	}
	return &dlc.AddUsersToWorkGroupResponse{RequestID: r.RequestID}, nil
}

func (s *Service) deleteUsersFromWorkGroup(r *front.Received, in dlc.DeleteUsersFromWorkGroupRequest) (any, error) {
	if err := s.changeMembers([]int{in.AddInfo.WorkGroupID}, in.AddInfo.UserIDs, s.access.leave); err != nil {
		return nil, err
	}
	return &dlc.DeleteUsersFromWorkGroupResponse{RequestID: r.RequestID}, nil
}

func (s *Service) bindWorkGroups(r *front.Received, in dlc.BindWorkGroupsToUserRequest) (any, error) {
	if err := s.changeMembers(in.AddInfo.WorkGroupIDs, []string{in.AddInfo.UserID}, s.access.join); err != nil {
		return nil, err
	}
	return &dlc.BindWorkGroupsToUserResponse{RequestID: r.RequestID}, nil
}

func (s *Service) unbindWorkGroups(r *front.Received, in dlc.UnbindWorkGroupsFromUserRequest) (any, error) {
	if err := s.changeMembers(in.AddInfo.WorkGroupIDs, []string{in.AddInfo.UserID}, s.access.leave); err != nil {
		return nil, err
	}
	return &dlc.UnbindWorkGroupsFromUserResponse{RequestID: r.RequestID}, nil
}
