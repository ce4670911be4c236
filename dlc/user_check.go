package dlc

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkCreateUserRequest refuses permissions for an administrator, who has all of them.
func checkCreateUserRequest(p *validate.Problems, r *CreateUserRequest) {
	if r.UserType != UserTypeAdmin {
		return
	}
	if len(r.PolicySet) > 0 {
		p.Add("PolicySet", "must be empty with UserType ADMIN", len(r.PolicySet))
	}
	if len(r.WorkGroupIDs) > 0 {
		p.Add("WorkGroupIds", "must be empty with UserType ADMIN", len(r.WorkGroupIDs))
	}
}
