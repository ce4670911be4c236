package dlc

import (
	"cmp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// access has who may do what.
type access struct {
	users      *world.Table[dlc.UserInfo]               // by ID, without their groups
	workGroups *world.Table[dlc.WorkGroupInfo]          // by ID, without their users
	members    map[int][]string                         // IDs of users, by ID of the group
	roles      *world.Table[dlc.UserRole]               // by ID
	functions  *world.Table[dlc.UpdateUDFPolicyRequest] // policies by catalog, database and name of the function
	thirdParty dlc.OpendThirdAccessUserInfo             // without an ID if access is not registered
	lastID     int                                      // of groups, policies and roles
}

func newAccess() access {
	return access{
		users: world.NewTable[dlc.UserInfo](), members: map[int][]string{},
		workGroups: world.NewTableBy(func(v *dlc.WorkGroupInfo) string { return v.WorkGroupName }),
		roles:      world.NewTableBy(func(v *dlc.UserRole) string { return v.ARN }),
		functions:  world.NewTable[dlc.UpdateUDFPolicyRequest](),
	}
}

func (a *access) newID() int {
	a.lastID++
	return a.lastID
}

func (s *Service) userOperations() front.Handlers {
	return front.Handlers{
		"CreateUser":               front.Handle(s.createUser),
		"DescribeUsers":            front.Handle(s.describeUsers),
		"DescribeUserInfo":         front.Handle(s.describeUserInfo),
		"DescribeUserType":         front.Handle(s.describeUserType),
		"ModifyUser":               front.Handle(s.modifyUser),
		"ModifyUserType":           front.Handle(s.modifyUserType),
		"DeleteUser":               front.Handle(s.deleteUsers),
		"DescribeUserRegisterTime": front.Handle(s.describeUserRegisterTime),
	}
}

// AddUser adds a user, or replaces the one with its ID, and returns the ID.
func (s *Service) AddUser(user dlc.UserInfo) (userID string) {
	v := user
	v.UserID = cmp.Or(v.UserID, account)
	for _, g := range v.WorkGroupSet {
		s.access.join(g.WorkGroupID, v.UserID)
	}
	v.WorkGroupSet, v.PolicySet = nil, s.newPolicies(v.PolicySet)
	s.access.users.Add(v.UserID, s.world.Now(), s.withUserDefaults(v))
	return v.UserID
}

func (s *Service) withUserDefaults(v dlc.UserInfo) dlc.UserInfo {
	v.UserType = cmp.Or(v.UserType, dlc.UserTypeCommon)
	v.AccountType = cmp.Or(v.AccountType, "UserAccount")
	v.Creator = cmp.Or(v.Creator, account)
	v.CreateTime = cmp.Or(v.CreateTime, beijingTime(s.world.Now()))
	return v
}

// user returns a user that exists.
func (s *Service) user(id string) (dlc.UserInfo, error) {
	v, ok := s.access.users.Row(id).Actual(s.world.Now())
	if !ok {
		return v, refuse("ResourceNotFound.UserNotExist", "The user %q does not exist.", id)
	}
	return v, nil
}

func (s *Service) createUser(r *front.Received, in dlc.CreateUserRequest) (any, error) {
	if _, err := s.user(in.UserID); err == nil {
		return nil, refuse("InvalidParameter.DuplicateUserName", "The user %q already exists.", in.UserID)
	}
	for _, id := range in.WorkGroupIDs {
		if _, err := s.workGroup(id); err != nil {
			return nil, err
		}
	}
	for _, id := range in.WorkGroupIDs {
		s.access.join(id, in.UserID)
	}
	s.access.users.Add(in.UserID, s.world.Now(), s.withUserDefaults(dlc.UserInfo{
		UserID: in.UserID, UserDescription: in.UserDescription, PolicySet: s.newPolicies(in.PolicySet), UserType: in.UserType,
		UserAlias: in.UserAlias, AccountType: in.AccountType,
	}))
	return &dlc.CreateUserResponse{RequestID: r.RequestID}, nil
}

// shownUser returns a user with its groups.
func (s *Service) shownUser(v dlc.UserInfo) dlc.UserInfo {
	v.WorkGroupSet = s.groupsOf(v.UserID)
	return v
}

func (s *Service) groupsOf(userID string) []dlc.WorkGroupMessage {
	groups := []dlc.WorkGroupMessage{}
	for _, g := range s.access.workGroups.List(s.world.Now()) {
		if slices.Contains(s.access.members[g.WorkGroupID], userID) {
			groups = append(groups, world.CommonTo[dlc.WorkGroupMessage](*g))
		}
	}
	return groups
}

func (s *Service) describeUsers(r *front.Received, in dlc.DescribeUsersRequest) (any, error) {
	list, err := filtered(s.access.users.List(s.world.Now()), in.Filters, filterFields[*dlc.UserInfo]{
		"user-type": func(v *dlc.UserInfo, value string) bool { return string(v.UserType) == value },
		"user-keyword": func(v *dlc.UserInfo, value string) bool {
			return strings.Contains(v.UserID, value) || strings.Contains(v.UserAlias, value)
		},
	})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(v *dlc.UserInfo) bool {
		return !world.MatchesName(in.UserID, v.UserID) || !world.MatchesName(in.AccountType, v.AccountType)
	})
	page, err := offsetPage(descending(list, in.Sorting == dlc.SortingDescending), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &dlc.DescribeUsersResponse{TotalCount: len(list), RequestID: r.RequestID}
	for _, v := range page {
		out.UserSet = append(out.UserSet, s.shownUser(*v))
	}
	return out, nil
}

// describeUserInfo returns a user and a page of one kind of what belongs to it: groups or policies. The policies of its
// groups are its own.
func (s *Service) describeUserInfo(r *front.Received, in dlc.DescribeUserInfoRequest) (any, error) {
	v, err := s.user(cmp.Or(in.UserID, account))
	if err != nil {
		return nil, err
	}
	out := dlc.UserDetailInfo{
		UserID: v.UserID, Type: in.Type, UserType: v.UserType, UserDescription: v.UserDescription, UserAlias: v.UserAlias,
		AccountType: v.AccountType, WorkGroupInfo: &dlc.WorkGroups{}, DataPolicyInfo: &dlc.Policys{}, EnginePolicyInfo: &dlc.Policys{},
		RowFilterInfo: &dlc.Policys{}, CatalogPolicyInfo: &dlc.Policys{}, ModelPolicyInfo: &dlc.Policys{},
	}
	if in.Type == dlc.UserInfoTypeGroup {
		out.WorkGroupInfo, err = s.groupsPage(v.UserID, in)
	} else {
		err = s.fillPolicies(s.policiesOf(v), policyQuery{
			string(in.Type), in.PolicyID, in.Filters, in.Sorting, in.Offset, in.Limit,
		}, policyPages{&out.DataPolicyInfo, &out.EnginePolicyInfo, &out.RowFilterInfo, &out.CatalogPolicyInfo, &out.ModelPolicyInfo})
	}
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeUserInfoResponse{UserInfo: &out, RequestID: r.RequestID}, nil
}

func (s *Service) groupsPage(userID string, in dlc.DescribeUserInfoRequest) (*dlc.WorkGroups, error) {
	list, err := filtered(s.groupsOf(userID), in.Filters, filterFields[dlc.WorkGroupMessage]{
		"workgroup-name": func(g dlc.WorkGroupMessage, value string) bool { return strings.Contains(g.WorkGroupName, value) },
	})
	if err != nil {
		return nil, err
	}
	page, err := offsetPage(descending(list, in.Sorting == dlc.SortingDescending), in.Offset, in.Limit)
	return &dlc.WorkGroups{WorkGroupSet: page, TotalCount: len(list)}, err
}

func (s *Service) describeUserType(r *front.Received, in dlc.DescribeUserTypeRequest) (any, error) {
	v, err := s.user(cmp.Or(in.UserID, account))
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeUserTypeResponse{UserType: v.UserType, RequestID: r.RequestID}, nil
}

func (s *Service) modifyUser(r *front.Received, in dlc.ModifyUserRequest) (any, error) {
	v, err := s.user(in.UserID)
	if err != nil {
		return nil, err
	}
	v.UserDescription = in.UserDescription
	s.access.users.Add(v.UserID, s.world.Now(), v)
	return &dlc.ModifyUserResponse{RequestID: r.RequestID}, nil
}

func (s *Service) modifyUserType(r *front.Received, in dlc.ModifyUserTypeRequest) (any, error) {
	v, err := s.user(in.UserID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains([]dlc.UserType{dlc.UserTypeAdmin, dlc.UserTypeCommon}, in.UserType) {
		return nil, refuse("InvalidParameter.InvalidUserType", "The type of a user must be ADMIN or COMMON, but is %q.", in.UserType)
	}
	v.UserType = in.UserType
	s.access.users.Add(v.UserID, s.world.Now(), v)
	return &dlc.ModifyUserTypeResponse{RequestID: r.RequestID}, nil
}

// deleteUsers deletes users, all or none.
func (s *Service) deleteUsers(r *front.Received, in dlc.DeleteUserRequest) (any, error) {
	for _, id := range in.UserIDs {
		if _, err := s.user(id); err != nil {
			return nil, err
		}
	}
	for _, id := range in.UserIDs {
		remove(s, s.access.users, id)
		for group := range s.access.members {
			s.access.leave(group, id)
		}
	}
	return &dlc.DeleteUserResponse{RequestID: r.RequestID}, nil
}

// describeUserRegisterTime shows when the first user was created.
func (s *Service) describeUserRegisterTime(r *front.Received, _ dlc.DescribeUserRegisterTimeRequest) (any, error) {
	out := &dlc.DescribeUserRegisterTimeResponse{RequestID: r.RequestID, RegisterTime: cloud.Seconds(s.world.Now())}
	if users := s.access.users.List(s.world.Now()); len(users) > 0 {
		out.RegisterTime, out.IsOldUser = cloud.Seconds(users[0].CreateTime.Time()), true
	}
	return out, nil
}
