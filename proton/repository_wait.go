package proton

import "github.com/polycloud-sdk/polycloud-go/cloud"

// UntilRepositorySynced waits until the latest sync of a repository's branch has succeeded; while there is no sync it
// keeps waiting. When it has failed, the error holds its latest event that reports a failure. The service does not
// say which commit a sync was of, so nothing distinguishes a sync before a push from the one after it: an end counts
// only when it is still seen half a minute later.
func (c *Client) UntilRepositorySynced(r GetRepositorySyncStatusRequest) *cloud.Waiter[GetRepositorySyncStatusResponse] {
	return untilSynced(c, "UntilRepositorySynced", c.GetRepositorySyncStatus, r, judgeRepositorySync, repositorySyncEvents)
}
