// Package finspace is a client for Amazon FinSpace: kdb environments, clusters, databases and related
// resources (Managed kdb Insights, API 2021-03-12).
//
// To put new code on a running cluster and wait until it is live:
//
//	c, err := finspace.New(cloud.Config{Region: "us-east-1"})
//	if err != nil {
//		return err
//	}
//	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
//		EnvironmentID: "kx7example", ClusterName: "hdb-prod",
//		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
//	})
//	if err != nil {
//		return err
//	}
//	cluster, err := w.Wait(ctx)
//	if err != nil {
//		return err // with the reason of the service, if the change failed
//	}
//	fmt.Println(cluster.ClusterName, "runs", cluster.Code.S3Key)
//
// It signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, unless [cloud.Config] has other
// Credentials; module credentials/aws has those of profiles and roles.
//
// [Operations by resource] lists all methods. What can be changed and waited for:
// environments and their networks, clusters, their code, databases and nodes, changesets, dataviews, volumes and
// scaling groups; [Changes] is a table of it.
//
// # Methods
//
// Every operation of the API is a method of [Client] with the same name, in Go spelling: one request struct
// in, one response struct out. All… methods range over all pages of a list. Begin… methods start a change and
// return a waiter for it, Resume… methods restore the waiter of an earlier process, Until… methods wait for a
// state, no matter what causes it.
//
// # Errors
//
// An invalid request is refused before it is sent, with all its problems at once; see [cloud.ValidationError].
// An error of the service is a [cloud.Error] whose Code is one of the Code… constants. LimitExceededException
// is a quota here, not a rate, and is not retried.
//
// A cluster has no status for a failed update: it is RUNNING again with its old code or databases, and its
// status reason says why. The waiters read it. A cluster that runs what was requested is live, whatever its
// status reason.
//
// # Waiting
//
// Environments, their networks, clusters, nodes, changesets, dataviews, volumes and scaling groups change
// over minutes or hours. The doc of each Begin method says what ends its wait. Each waiter identifies its
// resource, by a unique ID, or by times and contents, which Begin methods of updates and deletions read before
// they start anything. So neither a state from before the change nor another resource of the same name ends a
// wait. Until methods cannot tell when a change was started, and may end at the state before it.
//
// A final state that the response does not prove, such as another change in a read that may be stale, counts
// only if it is still there half a minute later. A change that was under way and left the resource as it was
// has been abandoned, which is a failure; one that another change replaced is superseded.
//
// A start is retried when its response is lost. If the service refuses the retry because the first attempt
// succeeded, the waiter finds out: a deletion that finds nothing has succeeded, and a change that never begins
// fails with the refusal as its reason.
//
// Several waits of a client for environments, or for resources of one environment, cluster or database, read
// the list of them together, once for all. Until such a wait for a cluster, changeset, volume or scaling group
// ends, its responses lack what the list does not show, such as the code; it ends with a read of its own.
//
// Every wait has a maximum time, counted from the start of the change; [cloud.Within] and
// [cloud.Config.WaitWithin] change it:
//   - changesets: 48 hours
//   - environments, also those of the dataset browser, clusters and dataviews: 24 hours
//   - networks of environments, volumes and scaling groups: 12 hours
//   - nodes: 6 hours
//
// The service has neither events nor logs; clusters write theirs to CloudWatch Logs, and no response names the log
// group. [cloud.WaitError.Diagnose] fetches what shows elsewhere: the status and the nodes of a cluster, or the
// clusters that use a volume, dataview or scaling group. Environments and changesets have nothing to fetch.
//
// # Changes that start once
//
// A Prepare method checks a change, reads what is there, and starts nothing. Save the token of the change, then call
// Start: it starts the change once, also when it is called again after a crash or a lost response, by any process that
// has the token:
//
//	ch, err := c.PrepareUpdateKxClusterCodeConfiguration(ctx, req)
//	save(ch.Token())
//	err = ch.Start(ctx)
//	cluster, err := ch.Wait(ctx)
//
// FinSpace remembers the client token of a request for ten minutes, in which a repeated start is recognized. After that
// the resource shows whether the change has begun: by its content, its status and the time of its last modification, or
// in a list of what was created since. While a resource is UPDATING it does not show by which update, so Start has to be
// called again when that is done. It remains uncertain, and nothing is sent, if
//   - the resource was modified since, and neither has what was asked for nor has failed
//   - a new resource has the name and is not as asked for
//   - there are several new environments or changesets that are as asked for
//   - a node to remove is still listed, because nothing shows that a node is leaving
//   - the response to the creation of an environment of the dataset browser is lost, because nothing dates such
//     environments
//
// Undo brings back code, databases, dataviews and volumes with an update of the members that the change has set, by the
// same deployment strategy. A member that was not set before keeps its new value where the API cannot unset it, and code
// without a version is what its key holds now. Undo deletes what was created, unless another resource has the name
// since. Deletions, changesets and networks have no way back, and FinSpace cancels nothing.
//
// A Begin method that is called again with the same ClientToken starts nothing new for ten minutes, and its wait
// recognizes a change that has finished.
//
// # State of the service
//
// FinSpace reached its published end of support on 2026-10-07, and has not accepted new customers since
// 2025-10-07. The package is for accounts that the service still supports, for programs that must keep
// building and passing tests while they are migrated, and for tests against package emulator.
//
// API reference: https://docs.aws.amazon.com/finspace/latest/management-api/
//
// [Operations by resource]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/finspace#hdr-Operations_by_resource
// [Changes]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/finspace#hdr-Changes
package finspace
