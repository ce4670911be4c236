package proton

import "github.com/polycloud-sdk/polycloud-go/cloud"

// UntilTemplateSynced waits until the latest sync of a template's major version has succeeded and is of the revision
// that the service shows as desired; the end of a sync of another revision does not count. When it has failed, the
// error holds its latest event that reports a failure. Until the service has noticed a push, the desired revision is
// the one before it.
func (c *Client) UntilTemplateSynced(r GetTemplateSyncStatusRequest) *cloud.Waiter[GetTemplateSyncStatusResponse] {
	judge := func(out *GetTemplateSyncStatusResponse) cloud.Verdict {
		return judgeResourceSync(out.LatestSync, out.DesiredState)
	}
	return untilSynced(c, "UntilTemplateSynced", c.GetTemplateSyncStatus, r, judge,
		func(out *GetTemplateSyncStatusResponse) []ResourceSyncEvent { return eventsOf(out.LatestSync) })
}
