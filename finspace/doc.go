// Package finspace is a client for Amazon FinSpace: kdb environments, clusters, databases and related
// resources (Managed kdb Insights, API 2021-03-12).
//
// To put new code on a running cluster and wait until it is live:
//
//	c, err := finspace.New(cloud.Config{Region: "us-east-1"})
//	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, finspace.UpdateKxClusterCodeConfigurationRequest{
//		EnvironmentID: "kx7example", ClusterName: "hdb-prod",
//		Code: finspace.CodeConfiguration{S3Bucket: "releases", S3Key: "2026.11.21.zip"},
//	})
//	cluster, err := w.Wait(ctx)
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
// Every wait has a maximum time, counted from the start of the change; [cloud.Within] and
// [cloud.Config.WaitWithin] change it:
//   - changesets: 48 hours
//   - environments, clusters and dataviews: 24 hours
//   - networks of environments, volumes and scaling groups: 12 hours
//   - nodes: 6 hours
//
// # State of the service
//
// FinSpace reached its published end of support on 2026-10-07, and has not accepted new customers since
// 2025-10-07. The package is for accounts that the service still supports, for programs that must keep
// building and passing tests while they are migrated, and for tests against package emulator.
//
// API reference: https://docs.aws.amazon.com/finspace/latest/management-api/
package finspace
