package emulator_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/emulator"
)

// dlcAccess calls the operations of users, work groups, policies and roles.
var dlcAccess = map[string]func(t *testing.T, c *dlc.Client, emu *emulator.Emulator){
	"users": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		r := dlc.CreateUserRequest{UserID: "100", UserAlias: "ann", UserDescription: "first"}
		must(c.CreateUser(ctx, r))(t)
		_, err := c.CreateUser(ctx, r)
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateUserName)
		_, err = c.CreateUser(ctx, dlc.CreateUserRequest{UserID: "101", WorkGroupIDs: []int{7}})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterInvalidGroupID, "no such group")
		assert.Equal(t, 1, must(c.DescribeUsers(ctx, dlc.DescribeUsersRequest{}))(t).TotalCount)

		must(c.ModifyUser(ctx, dlc.ModifyUserRequest{UserID: "100", UserDescription: "second"}))(t)
		must(c.ModifyUserType(ctx, dlc.ModifyUserTypeRequest{UserID: "100", UserType: dlc.UserTypeAdmin}))(t)
		_, err = c.ModifyUserType(ctx, dlc.ModifyUserTypeRequest{UserID: "100", UserType: "ROOT"})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterInvalidUserType)
		assert.Equal(t, dlc.UserTypeAdmin, must(c.DescribeUserType(ctx, dlc.DescribeUserTypeRequest{UserID: "100"}))(t).UserType)
		info := must(c.DescribeUserInfo(ctx, dlc.DescribeUserInfoRequest{UserID: "100", Type: dlc.UserInfoTypeGroup}))(t).UserInfo
		assert.Equal(t, "second", info.UserDescription)
		assert.True(t, must(c.DescribeUserRegisterTime(ctx, dlc.DescribeUserRegisterTimeRequest{}))(t).IsOldUser)

		_, err = c.DeleteUser(ctx, dlc.DeleteUserRequest{UserIDs: []string{"100", "200"}})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundUserNotExist)
		assert.Equal(t, 1, must(c.DescribeUsers(ctx, dlc.DescribeUsersRequest{}))(t).TotalCount, "all or none")
		must(c.DeleteUser(ctx, dlc.DeleteUserRequest{UserIDs: []string{"100"}}))(t)
		_, err = c.DescribeUserInfo(ctx, dlc.DescribeUserInfoRequest{UserID: "100", Type: dlc.UserInfoTypeGroup})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundUserNotExist)
		must(c.CreateUser(ctx, r))(t)
	},
	"pages of users": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		for i := range 25 {
			emu.DLC.AddUser(dlc.UserInfo{UserID: strconv.Itoa(1000 + i)})
		}
		page := must(c.DescribeUsers(t.Context(), dlc.DescribeUsersRequest{Offset: 20}))(t)
		assert.Equal(t, 25, page.TotalCount)
		require.Len(t, page.UserSet, 5)
		assert.Equal(t, "1020", page.UserSet[0].UserID)
		page = must(c.DescribeUsers(t.Context(), dlc.DescribeUsersRequest{Sorting: dlc.SortingDescending, Limit: 2}))(t)
		assert.Equal(t, "1024", page.UserSet[0].UserID)
		page = must(c.DescribeUsers(t.Context(), dlc.DescribeUsersRequest{
			Filters: []dlc.Filter{{Name: "user-keyword", Values: []string{"101"}}},
		}))(t)
		assert.Equal(t, 10, page.TotalCount)
		_, err := c.DescribeUsers(t.Context(), dlc.DescribeUsersRequest{Filters: []dlc.Filter{{Name: "color", Values: []string{"red"}}}})
		require.ErrorContains(t, err, "color")
	},
	"work groups": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		user := emu.DLC.AddUser(dlc.UserInfo{UserID: "100"})
		id := must(c.CreateWorkGroup(ctx, dlc.CreateWorkGroupRequest{WorkGroupName: "analysts", UserIDs: []string{user}}))(t).WorkGroupID
		_, err := c.CreateWorkGroup(ctx, dlc.CreateWorkGroupRequest{WorkGroupName: "analysts"})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterDuplicateGroupName)
		_, err = c.CreateWorkGroup(ctx, dlc.CreateWorkGroupRequest{WorkGroupName: "ghosts", UserIDs: []string{"nobody"}})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundUserNotExist)
		must(c.ModifyWorkGroup(ctx, dlc.ModifyWorkGroupRequest{WorkGroupID: id, WorkGroupDescription: "who ask"}))(t)
		list := must(c.DescribeWorkGroups(ctx, dlc.DescribeWorkGroupsRequest{}))(t).WorkGroupSet
		require.Len(t, list, 1)
		assert.Equal(t, "who ask", list[0].WorkGroupDescription)
		assert.Equal(t, 1, list[0].UserNum)

		must(c.DeleteUsersFromWorkGroup(ctx, dlc.DeleteUsersFromWorkGroupRequest{
			AddInfo: dlc.UserIDSetOfWorkGroupID{WorkGroupID: id, UserIDs: []string{user}},
		}))(t)
		assert.Empty(t, usersOfGroup(t, c, id))
		must(c.AddUsersToWorkGroup(ctx, dlc.AddUsersToWorkGroupRequest{
			AddInfo: dlc.UserIDSetOfWorkGroupID{WorkGroupID: id, UserIDs: []string{user}},
		}))(t)
		assert.Equal(t, []string{user}, usersOfGroup(t, c, id))
		binding := dlc.WorkGroupIDSetOfUserID{UserID: user, WorkGroupIDs: []int{id}}
		must(c.UnbindWorkGroupsFromUser(ctx, dlc.UnbindWorkGroupsFromUserRequest{AddInfo: binding}))(t)
		assert.Empty(t, usersOfGroup(t, c, id))
		must(c.BindWorkGroupsToUser(ctx, dlc.BindWorkGroupsToUserRequest{AddInfo: binding}))(t)
		shown := must(c.DescribeUsers(ctx, dlc.DescribeUsersRequest{UserID: user}))(t).UserSet[0]
		require.Len(t, shown.WorkGroupSet, 1)
		assert.Equal(t, "analysts", shown.WorkGroupSet[0].WorkGroupName)

		must(c.DeleteWorkGroup(ctx, dlc.DeleteWorkGroupRequest{WorkGroupIDs: []int{id}}))(t)
		_, err = c.DescribeWorkGroupInfo(ctx, dlc.DescribeWorkGroupInfoRequest{WorkGroupID: &id, Type: dlc.WorkGroupInfoTypeUser})
		require.ErrorIs(t, err, dlc.CodeInvalidParameterInvalidGroupID)
		assert.Empty(t, must(c.DescribeUsers(ctx, dlc.DescribeUsersRequest{UserID: user}))(t).UserSet[0].WorkGroupSet)
	},
	"policies of users": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		group := emu.DLC.AddWorkGroup(dlc.WorkGroupInfo{WorkGroupName: "analysts"})
		user := emu.DLC.AddUser(dlc.UserInfo{UserID: "100", WorkGroupSet: []dlc.WorkGroupMessage{{WorkGroupID: group}}})
		read := dlc.Policy{Database: "sales", Table: "*", Operation: "SELECT", PolicyType: "TABLE"}
		attached := must(c.AttachUserPolicy(ctx, dlc.AttachUserPolicyRequest{UserID: user, PolicySet: []dlc.Policy{read}}))(t).PolicySet
		again := must(c.AttachUserPolicy(ctx, dlc.AttachUserPolicyRequest{UserID: user, PolicySet: []dlc.Policy{read}}))(t).PolicySet
		assert.Equal(t, attached, again, "granted once")
		must(c.AttachWorkGroupPolicy(ctx, dlc.AttachWorkGroupPolicyRequest{WorkGroupID: group, PolicySet: []dlc.Policy{
			{Database: "*", DataEngine: new("sql"), Operation: "USE", PolicyType: "ENGINE"},
		}}))(t)
		info := func(kind dlc.UserInfoType) *dlc.UserDetailInfo {
			return must(c.DescribeUserInfo(ctx, dlc.DescribeUserInfoRequest{UserID: user, Type: kind}))(t).UserInfo
		}
		require.Equal(t, 1, info(dlc.UserInfoTypeDataAuth).DataPolicyInfo.TotalCount)
		assert.Zero(t, info(dlc.UserInfoTypeDataAuth).EnginePolicyInfo.TotalCount)
		engines := info(dlc.UserInfoTypeEngineAuth).EnginePolicyInfo.PolicySet
		require.Len(t, engines, 1, "what its group may do")
		assert.Equal(t, "WORKGROUP", engines[0].Source)
		assert.Equal(t, "analysts", engines[0].SourceName)

		must(c.DetachWorkGroupPolicy(ctx, dlc.DetachWorkGroupPolicyRequest{WorkGroupID: group, PolicyIDs: []string{engines[0].PolicyID}}))(t)
		assert.Zero(t, info(dlc.UserInfoTypeEngineAuth).EnginePolicyInfo.TotalCount)
		must(c.DetachUserPolicy(ctx, dlc.DetachUserPolicyRequest{UserID: user, PolicySet: []dlc.Policy{read}}))(t)
		assert.Zero(t, info(dlc.UserInfoTypeDataAuth).DataPolicyInfo.TotalCount)
		_, err := c.AttachUserPolicy(ctx, dlc.AttachUserPolicyRequest{UserID: "nobody"})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundUserNotExist)
	},
	"row filters": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		user := emu.DLC.AddUser(dlc.UserInfo{UserID: "100"})
		filter := must(c.AttachUserPolicy(ctx, dlc.AttachUserPolicyRequest{UserID: user, PolicySet: []dlc.Policy{
			{Database: "sales", Table: "orders", Operation: "region = 'eu'", PolicyType: "ROWFILTER"},
		}}))(t).PolicySet[0]
		must(c.UpdateRowFilter(ctx, dlc.UpdateRowFilterRequest{PolicyID: *filter.ID, Policy: dlc.Policy{
			Database: "sales", Catalog: "DataLakeCatalog", Table: "orders", Operation: "region = 'us'",
		}}))(t)
		info := must(c.DescribeUserInfo(ctx, dlc.DescribeUserInfoRequest{UserID: user, Type: dlc.UserInfoTypeRowFilter}))(t).UserInfo
		require.Len(t, info.RowFilterInfo.PolicySet, 1)
		assert.Equal(t, "region = 'us'", info.RowFilterInfo.PolicySet[0].Operation)
		_, err := c.UpdateRowFilter(ctx, dlc.UpdateRowFilterRequest{PolicyID: 77, Policy: dlc.Policy{
			Database: "sales", Catalog: "DataLakeCatalog", Table: "orders", Operation: "region = 'us'",
		}})
		require.ErrorIs(t, err, dlc.CodeFailedOperationUpdatePolicyFailed)
	},
	"granted permissions": func(t *testing.T, c *dlc.Client, emu *emulator.Emulator) {
		ctx := t.Context()
		check := dlc.CheckGrantedPermissionRequest{CheckPermission: []dlc.CheckPermission{
			{AccessType: "SELECT", ResourceBaseInfo: dlc.ResourceBaseInfo{Database: "sales", Table: "orders"}},
			{AccessType: "DROP", ResourceBaseInfo: dlc.ResourceBaseInfo{Database: "sales", Table: "orders"}},
		}}
		allowed := func() []bool {
			var list []bool
			for _, p := range must(c.CheckGrantedPermission(ctx, check))(t).PermissionResponses {
				list = append(list, p.Allowed)
			}
			return list
		}
		assert.Equal(t, []bool{true, true}, allowed(), "the account owns everything")
		caller := emu.DLC.AddUser(dlc.UserInfo{})
		assert.Equal(t, []bool{false, false}, allowed(), "a common user owns nothing")
		must(c.AttachUserPolicy(ctx, dlc.AttachUserPolicyRequest{UserID: caller, PolicySet: []dlc.Policy{
			{Database: "sales", Table: "*", Operation: "SELECT", PolicyType: "TABLE"},
		}}))(t)
		assert.Equal(t, []bool{true, false}, allowed())

		udf := []dlc.UDFPolicyInfo{{Accesses: []string{"USAGE"}, Users: []string{caller}}}
		must(c.UpdateUDFPolicy(ctx, dlc.UpdateUDFPolicyRequest{Name: "f", DatabaseName: "sales", CatalogName: "x", UDFPolicyInfos: udf}))(t)
		got := must(c.DescribeUDFPolicy(ctx, dlc.DescribeUDFPolicyRequest{Name: "f", DatabaseName: "sales", CatalogName: "x"}))(t)
		require.Len(t, got.UDFPolicyInfos, 1)
		assert.Equal(t, []string{caller}, got.UDFPolicyInfos[0].Users)
	},
	"roles": func(t *testing.T, c *dlc.Client, _ *emulator.Emulator) {
		ctx := t.Context()
		role := dlc.CreateUserRoleRequest{ARN: "qcs::cam::uin/100:roleName/reader", Desc: "reads", Name: "reader"}
		must(c.CreateUserRole(ctx, role))(t)
		_, err := c.CreateUserRole(ctx, role)
		require.ErrorContains(t, err, "already exists")
		list := must(c.DescribeUserRoles(ctx, dlc.DescribeUserRolesRequest{Limit: 10, Fuzzy: "read"}))(t)
		require.Len(t, list.UserRoles, 1)
		assert.Equal(t, role.ARN, list.UserRoles[0].ARN)

		_, err = c.DeleteThirdPartyAccessUser(ctx, dlc.DeleteThirdPartyAccessUserRequest{})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundUserNotExist)
		must(c.RegisterThirdPartyAccessUser(ctx, dlc.RegisterThirdPartyAccessUserRequest{}))(t)
		assert.NotNil(t, must(c.DescribeThirdPartyAccessUser(ctx, dlc.DescribeThirdPartyAccessUserRequest{}))(t).UserInfo)
		must(c.DeleteThirdPartyAccessUser(ctx, dlc.DeleteThirdPartyAccessUserRequest{}))(t)
		_, err = c.DescribeThirdPartyAccessUser(ctx, dlc.DescribeThirdPartyAccessUserRequest{})
		require.ErrorIs(t, err, dlc.CodeResourceNotFoundUserNotExist)
	},
}

func usersOfGroup(t *testing.T, c *dlc.Client, id int) []string {
	t.Helper()
	info := must(c.DescribeWorkGroupInfo(t.Context(), dlc.DescribeWorkGroupInfoRequest{WorkGroupID: &id, Type: dlc.WorkGroupInfoTypeUser}))(t)
	var users []string
	for _, u := range info.WorkGroupInfo.UserInfo.UserSet {
		users = append(users, u.UserID)
	}
	return users
}
