// Package resource is the generic tier of the emulator: it keeps resources as documents, and creates, reads, lists,
// updates and deletes them as declarations say. What is neither declared nor written by hand gets an example.
//
// # How to declare a resource
//
// In the section "resources" of internal/models/<service>.overlay.json, in alphabetical order; then go generate ./...
//
//	"UserRole": {
//	  "id": "RoleId", "make": {"RoleId": "{number}"}, "unique": "RoleName",
//	  "create": "CreateUserRole", "list": "DescribeUserRoles", "update": "ModifyUserRole", "delete": "DeleteUserRole",
//	  "members": {"Name": "RoleName"}, "times": {"updated": "ModifyTime:ms"}, "like": {"Fuzzy": "RoleName"}
//	}
//
// One name stands for a list of one. A document has the members of requests by their names on the wire, from
// wherever they are sent: body, payload, path, header and query. A response shows the members of the document that
// its type has. The generator refuses names that the operations do not have.
//
//	id        the members that identify a resource within its parents
//	in        the members that identify its parents; by default the path's and the header's of create, or of list,
//	          that are not in id
//	parent    the resource that in identifies, if it is declared too; it must exist
//	create read list update delete
//	          the operations. A read without an id it knows finds nothing. A list filters by the members that its request
//	          shares with the documents, also with a plural that has several values, and by Filters. An update merges
//	          the members that the request has.
//	actions   operations that set members: {"StopLab": {"Status": "STOPPED"}}; they also merge what their request has
//	make      members that the service makes, if the request has none: "{uuid}", "lab-{hex:8}", "{number}" counts from 1,
//	          "{account}", "{region}", and members: "arn:aws:proton:{region}:{account}:service-template/{name}"
//	set       members with one value at the start: {"Status": 1}
//	unique    members that no two resources in the same parents may share
//	members   what is called otherwise in requests and responses: {"Name": "RoleName"} or, for one operation,
//	          {"ModifyUserRole.Name": "RoleName"}. "" leaves a member out, "." means that the document is in it.
//	times     {"created": "CreateTime", "updated": "UpdateTime"}, in the form of their types: a number counts milliseconds,
//	          with ":s" seconds; a string is in the form of the service, with ":s" or ":ms" digits
//	like      members of list requests that select by a part of other members: {"Fuzzy": ["RoleName", "Arn"]}
//	filters   names of Filters that are not those of members: {"role-name": "RoleName"}; "" ignores one
//	missing   the code of a refusal for what does not exist, exists for what exists already; the service has defaults
//	stale     a resource that was just created is not visible either, as after an update
//	single    there is one at most in the same parents, so it needs no id; what reads show of none is empty
//	upsert    an update of what does not exist creates it
//	tag, untag, tags
//	          the operations for tags of an AWS service, which need no id
//
// Handlers that a service has beside the declarations reach the documents by Engine.Find, Engine.Add and Engine.SetTags.
// An operation with a handler of its own is not executed here, even if it is declared.
package resource
