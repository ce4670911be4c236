package conformance_test

import (
	"fmt"
	"strconv"

	"github.com/stretchr/testify/require"
)

// dlcUsers creates users, and changes and deletes them.
func dlcUsers(d *dlcCaller) {
	var ids []string
	for i := range 5 {
		user := object{"UserId": strconv.Itoa(100 + i), "UserAlias": fmt.Sprint("ann", i), "UserDescription": "first",
			"UserType": "COMMON"}
		d.do("CreateUser", user)
		d.refuse("InvalidParameter.DuplicateUserName", "CreateUser", user)
		d.shows(d.only("UserSet", "DescribeUsers", object{"UserId": user["UserId"]}), user)
		ids = append(ids, user["UserId"].(string))
	}
	d.pages("UserSet", 5, "DescribeUsers", object{})
	d.pages("UserSet", 1, "DescribeUsers", object{"Filters": filter("user-keyword", "ann3")})
	d.pages("UserSet", 5, "DescribeUsers", object{"Filters": filter("user-type", "COMMON"), "Sorting": "desc"})
	d.do("DescribeUserRegisterTime", object{}, object{"IsOldUser": true})

	d.do("ModifyUser", object{"UserId": "100", "UserDescription": "second"})
	d.do("ModifyUserType", object{"UserId": "100", "UserType": "ADMIN"})
	d.do("DescribeUserType", object{"UserId": "100"}, object{"UserType": "ADMIN"})
	d.do("DescribeUserInfo", object{"UserId": "100", "Type": "Group"},
		object{"UserInfo.UserDescription": "second", "UserInfo.UserType": "ADMIN", "UserInfo.WorkGroupInfo.TotalCount": 0})

	const gone = "ResourceNotFound.UserNotExist"
	d.refuse(gone, "DeleteUser", object{"UserIds": []string{"100", "999"}})
	d.do("DeleteUser", object{"UserIds": ids[:4]})
	d.pages("UserSet", 1, "DescribeUsers", object{})
	d.refuse(gone, "DescribeUserInfo", object{"UserId": "100", "Type": "Group"})
	d.refuse(gone, "DescribeUserType", object{"UserId": "100"})
	d.refuse(gone, "ModifyUser", object{"UserId": "100", "UserDescription": "third"})
	d.refuse(gone, "ModifyUserType", object{"UserId": "100", "UserType": "ADMIN"})
	d.refuse(gone, "DeleteUser", object{"UserIds": []string{"100"}})
}

// dlcWorkGroups puts users into groups and out of them, from both sides.
func dlcWorkGroups(d *dlcCaller) {
	for _, user := range []string{"100", "101"} {
		d.do("CreateUser", object{"UserId": user})
	}
	const gone, missing = "InvalidParameter.InvalidGroupId", 9999
	var ids []int
	for _, name := range []string{"analysts", "builders", "auditors"} {
		group := object{"WorkGroupName": name, "WorkGroupDescription": "first", "UserIds": []string{"100"}}
		id := d.number("WorkGroupId", "CreateWorkGroup", group)
		d.refuse("InvalidParameter.DuplicateGroupName", "CreateWorkGroup", group)
		shown := d.only("WorkGroupSet", "DescribeWorkGroups", object{"WorkGroupId": id})
		d.shows(shown, group)
		require.Equal(d, "1", at(shown, "UserNum"))
		ids = append(ids, id)
	}
	d.pages("WorkGroupSet", 3, "DescribeWorkGroups", object{})
	d.pages("WorkGroupSet", 2, "DescribeWorkGroups", object{"Filters": filter("workgroup-name", "a", "t"), "Sorting": "desc"})
	users := func(want ...string) {
		info := object{"WorkGroupInfo.UserInfo.TotalCount": len(want)}
		for i, user := range want {
			info[fmt.Sprintf("WorkGroupInfo.UserInfo.UserSet.%d.UserId", i)] = user
		}
		d.do("DescribeWorkGroupInfo", object{"WorkGroupId": ids[0], "Type": "User"}, info)
	}
	users("100")
	d.do("AddUsersToWorkGroup", object{"AddInfo": object{"WorkGroupId": ids[0], "UserIds": []string{"101"}}})
	users("100", "101")
	d.do("DeleteUsersFromWorkGroup", object{"AddInfo": object{"WorkGroupId": ids[0], "UserIds": []string{"100"}}})
	users("101")
	d.do("UnbindWorkGroupsFromUser", object{"AddInfo": object{"UserId": "101", "WorkGroupIds": ids[:1]}})
	users()
	d.do("BindWorkGroupsToUser", object{"AddInfo": object{"UserId": "101", "WorkGroupIds": ids}})
	users("101")
	d.do("DescribeUserInfo", object{"UserId": "101", "Type": "Group"}, object{"UserInfo.WorkGroupInfo.TotalCount": 3})

	d.do("ModifyWorkGroup", object{"WorkGroupId": ids[0], "WorkGroupDescription": "second"})
	d.do("DescribeWorkGroupInfo", object{"WorkGroupId": ids[0], "Type": "User"}, object{"WorkGroupInfo.WorkGroupDescription": "second"})
	d.do("DeleteWorkGroup", object{"WorkGroupIds": ids[:1]})
	d.pages("WorkGroupSet", 2, "DescribeWorkGroups", object{})
	d.refuse(gone, "DescribeWorkGroupInfo", object{"WorkGroupId": ids[0], "Type": "User"})
	d.refuse(gone, "ModifyWorkGroup", object{"WorkGroupId": ids[0], "WorkGroupDescription": "third"})
	d.refuse(gone, "DeleteWorkGroup", object{"WorkGroupIds": []int{ids[1], missing}})
	d.refuse(gone, "AddUsersToWorkGroup", object{"AddInfo": object{"WorkGroupId": ids[0], "UserIds": []string{"101"}}})
	d.refuse(gone, "BindWorkGroupsToUser", object{"AddInfo": object{"UserId": "101", "WorkGroupIds": []int{missing}}})
}

// dlcPolicies grants policies to a user and a group, and takes them back.
func dlcPolicies(d *dlcCaller) {
	d.do("CreateUser", object{"UserId": "100"})
	group := d.number("WorkGroupId", "CreateWorkGroup", object{"WorkGroupName": "analysts", "UserIds": []string{"100"}})
	read := object{"Database": "sales", "Catalog": "DataLakeCatalog", "Table": "*", "Operation": "SELECT", "PolicyType": "TABLE"}
	use := object{"Database": "", "Catalog": "", "Table": "", "DataEngine": "sql", "Operation": "USE", "PolicyType": "ENGINE"}
	rows := object{
		"Database": "sales", "Catalog": "DataLakeCatalog", "Table": "orders", "Operation": "region = 'eu'", "PolicyType": "ROWFILTER",
	}
	attached := d.do("AttachUserPolicy", object{"UserId": "100", "PolicySet": []object{read, rows}})
	d.shows(attached["PolicySet"].([]any)[0], read)
	require.Equal(d, attached["PolicySet"],
		d.do("AttachUserPolicy", object{"UserId": "100", "PolicySet": []object{read, rows}})["PolicySet"])
	engine := d.id("PolicySet.0.PolicyId", "AttachWorkGroupPolicy", object{"WorkGroupId": group, "PolicySet": []object{use}})

	user := func(kind string, want object) {
		d.Helper()
		d.do("DescribeUserInfo", object{"UserId": "100", "Type": kind}, want)
	}
	user("DataAuth", object{"UserInfo.DataPolicyInfo.TotalCount": 1, "UserInfo.DataPolicyInfo.PolicySet.0.Operation": "SELECT"})
	user("EngineAuth", object{"UserInfo.EnginePolicyInfo.TotalCount": 1, "UserInfo.EnginePolicyInfo.PolicySet.0.Source": "WORKGROUP"})
	d.do("DescribeWorkGroupInfo", object{"WorkGroupId": group, "Type": "EngineAuth"},
		object{"WorkGroupInfo.EnginePolicyInfo.PolicySet.0.DataEngine": "sql"})

	rows["Operation"] = "region = 'us'"
	d.do("UpdateRowFilter", object{"PolicyId": number(d, at(attached, "PolicySet.1.Id")), "Policy": rows})
	user("RowFilter", object{"UserInfo.RowFilterInfo.PolicySet.0.Operation": "region = 'us'"})
	d.refuse("FailedOperation.UpdatePolicyFailed", "UpdateRowFilter", object{"PolicyId": 7777, "Policy": rows})

	d.do("DetachUserPolicy", object{"UserId": "100", "PolicySet": []object{read}})
	user("DataAuth", object{"UserInfo.DataPolicyInfo.TotalCount": 0})
	user("RowFilter", object{"UserInfo.RowFilterInfo.TotalCount": 1})
	d.do("DetachWorkGroupPolicy", object{"WorkGroupId": group, "PolicyIds": []string{engine}})
	user("EngineAuth", object{"UserInfo.EnginePolicyInfo.TotalCount": 0})
	d.refuse("ResourceNotFound.UserNotExist", "AttachUserPolicy", object{"UserId": "999", "PolicySet": []object{read}})
	d.refuse("ResourceNotFound.UserNotExist", "DetachUserPolicy", object{"UserId": "999", "PolicySet": []object{read}})
	d.refuse("InvalidParameter.InvalidGroupId", "AttachWorkGroupPolicy", object{"WorkGroupId": 9999, "PolicySet": []object{use}})
	d.refuse("InvalidParameter.InvalidGroupId", "DetachWorkGroupPolicy", object{"WorkGroupId": 9999, "PolicySet": []object{use}})

	asked := object{"AccessType": "SELECT",
		"ResourceBaseInfo": object{"Catalog": "DataLakeCatalog", "Database": "sales", "Table": "orders"}}
	d.do("CheckGrantedPermission", object{"CheckPermission": []object{asked}},
		object{"PermissionResponses.#": 1, "PermissionResponses.0.Allowed": true, "PermissionResponses.0.AccessType": "SELECT"})
	function := object{"Name": "f", "DatabaseName": "sales", "CatalogName": "DataLakeCatalog"}
	d.do("DescribeUDFPolicy", function, object{"UDFPolicyInfos.#": 0})
	granted := []object{{"Accesses": []string{"USAGE"}, "Users": []string{"100"}, "Groups": []string{}}}
	d.do("UpdateUDFPolicy", joined([]object{function, {"UDFPolicyInfos": granted}}), object{"UDFPolicyInfos.#": 1})
	d.shows(d.do("DescribeUDFPolicy", function), object{"UDFPolicyInfos": granted})
}

// dlcRoles creates roles, and registers the access of third parties.
func dlcRoles(d *dlcCaller) {
	for _, name := range []string{"reader", "writer"} {
		role := object{
			"Arn": "qcs::cam::uin/100:roleName/" + name, "Desc": "does it", "Name": name, "IsDefault": 0,
			"CosPermissionList": []object{{"CosPath": "cosn://b/", "Permissions": []string{"read"}}}, "PermissionJson": "{}",
		}
		d.do("CreateUserRole", role)
		d.refuse("FailedOperation", "CreateUserRole", role)
		shown := d.only("UserRoles", "DescribeUserRoles", object{"Limit": 10, "Offset": 0, "Fuzzy": name})
		d.shows(shown, role)
		require.Equal(d, name, at(shown, "RoleName"))
	}
	d.pages("UserRoles", 2, "DescribeUserRoles", object{"Sorting": "desc"})

	const gone = "ResourceNotFound.UserNotExist"
	d.refuse(gone, "DescribeThirdPartyAccessUser", object{})
	d.do("RegisterThirdPartyAccessUser", object{})
	d.refuse("FailedOperation", "RegisterThirdPartyAccessUser", object{})
	d.id("UserInfo.Uin", "DescribeThirdPartyAccessUser", object{})
	d.do("DeleteThirdPartyAccessUser", object{})
	d.refuse(gone, "DeleteThirdPartyAccessUser", object{})
}
