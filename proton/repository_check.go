package proton

import "github.com/polycloud-sdk/polycloud-go/internal/validate"

// checkListRepositorySyncDefinitionsRequest refuses service syncs, which have no definitions.
func checkListRepositorySyncDefinitionsRequest(p *validate.Problems, r *ListRepositorySyncDefinitionsRequest) {
	if r.SyncType == SyncTypeServiceSync {
		p.Add("syncType", "must be TEMPLATE_SYNC", string(r.SyncType))
	}
}
