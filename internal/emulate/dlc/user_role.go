package dlc

import (
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) userRoleOperations() front.Handlers {
	return front.Handlers{
		"CreateUserRole":               front.Handle(s.createUserRole),
		"DescribeUserRoles":            front.Handle(s.describeUserRoles),
		"RegisterThirdPartyAccessUser": front.Handle(s.registerThirdParty),
		"DescribeThirdPartyAccessUser": front.Handle(s.describeThirdParty),
		"DeleteThirdPartyAccessUser":   front.Handle(s.deleteThirdParty),
	}
}

// AddUserRole adds a role that jobs can take, and returns its ID.
func (s *Service) AddUserRole(role dlc.UserRole) (roleID int) {
	if role.RoleID == 0 {
		role.RoleID = s.access.newID()
	}
	s.access.lastID = max(s.access.lastID, role.RoleID)
	s.access.roles.Add(strconv.Itoa(role.RoleID), s.world.Now(), role)
	return role.RoleID
}

func (s *Service) createUserRole(r *front.Received, in dlc.CreateUserRoleRequest) (any, error) {
	if _, _, ok := s.access.roles.By(s.world.Now(), in.ARN); ok {
		return nil, refuse("FailedOperation", "The role %q already exists.", in.ARN)
	}
	id := s.access.newID()
	s.access.roles.Add(strconv.Itoa(id), s.world.Now(), dlc.UserRole{
		RoleID: id, UIN: account, ARN: in.ARN, Desc: in.Desc, RoleName: in.Name, Creator: account, CosPermissionList: in.CosPermissionList,
		PermissionJSON: in.PermissionJSON, IsDefault: in.IsDefault, ModifyTime: cloud.Seconds(s.world.Now()),
	})
	return &dlc.CreateUserRoleResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeUserRoles(r *front.Received, in dlc.DescribeUserRolesRequest) (any, error) {
	list := slices.DeleteFunc(s.access.roles.List(s.world.Now()), func(v *dlc.UserRole) bool {
		return !strings.Contains(v.RoleName, in.Fuzzy) && !strings.Contains(v.ARN, in.Fuzzy) ||
			in.IsDefault != 0 && v.IsDefault != in.IsDefault
	})
	page, err := offsetPage(descending(list, in.Sorting == "desc"), in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	return &dlc.DescribeUserRolesResponse{Total: len(list), UserRoles: world.Copies(page), RequestID: r.RequestID}, nil
}

func (s *Service) registerThirdParty(r *front.Received, _ dlc.RegisterThirdPartyAccessUserRequest) (any, error) {
	if s.access.thirdParty.ID != 0 {
		return nil, refuse("FailedOperation", "The access of third parties is registered already.")
	}
	s.access.thirdParty = dlc.OpendThirdAccessUserInfo{
		ID: s.access.newID(), UIN: account, AppID: applicationID, CreateTime: beijingTime(s.world.Now()),
	}
	return &dlc.RegisterThirdPartyAccessUserResponse{RequestID: r.RequestID}, nil
}

func (s *Service) describeThirdParty(r *front.Received, _ dlc.DescribeThirdPartyAccessUserRequest) (any, error) {
	if s.access.thirdParty.ID == 0 {
		return nil, thirdPartyNotFound()
	}
	user := s.access.thirdParty
	return &dlc.DescribeThirdPartyAccessUserResponse{UserInfo: &user, RequestID: r.RequestID}, nil
}

func (s *Service) deleteThirdParty(r *front.Received, _ dlc.DeleteThirdPartyAccessUserRequest) (any, error) {
	if s.access.thirdParty.ID == 0 {
		return nil, thirdPartyNotFound()
	}
	s.access.thirdParty = dlc.OpendThirdAccessUserInfo{}
	return &dlc.DeleteThirdPartyAccessUserResponse{RequestID: r.RequestID}, nil
}

func thirdPartyNotFound() error {
	return refuse("ResourceNotFound.UserNotExist", "The access of third parties is not registered.")
}
