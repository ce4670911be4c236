// Package finspace changes and reads Amazon FinSpace: kdb environments, clusters, databases and what
// belongs to them (Managed kdb Insights, API 2021-03-12).
//
// To put new code on a running cluster and know that it went live:
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
// Every operation of the API is a method of [Client] by its own name: one request struct in, one
// response struct out. All… methods range over all pages of a list. Begin… methods start a change and
// return a waiter for it, Resume… methods take up the waiter of an earlier process, Until… methods
// wait for a state, whoever brings it about.
//
// # Errors
//
// A request that breaks a rule is refused before it is sent, with all its problems at once; see
// [cloud.ValidationError]. A refusal by the service is a [cloud.Error] whose Code is one of the Code…
// constants. LimitExceededException is a quota here, not a rate, and is not retried.
//
// A cluster has no status for an update that failed: it is RUNNING again with its old code or databases, and
// its status reason says why. The waiters read it. A cluster that runs what was asked for is live, whatever
// reason stands there.
//
// # Waiting
//
// Environments, their networks, clusters, nodes, changesets, dataviews, volumes and scaling groups change
// over minutes or hours. What ends each wait is described at its Begin method. All of them know the resource
// that they are about: by an id that no other gets, or by its times and contents, which Begin methods of
// updates and deletions read before they start anything. So neither a state from before the change nor another
// resource of the same name ends a wait. Until methods do not know when somebody started a change, and may
// end at the state before it.
//
// An end that the response does not prove, such as a change by somebody else in a read that may be out of
// date, counts only when it is still seen half a minute later. A change that was under way and left the
// resource as it was is given up, which is a failure; one that another change replaced is superseded.
//
// A start is repeated when its response is lost. If the service refuses the repetition, because the first
// attempt did its work, the waiter finds out: a deletion that finds nothing any more has succeeded, and a
// change that never gets under way fails with the refusal as its reason.
//
// Every wait has a longest time, counted from the start of the change; [cloud.Within] and
// [cloud.Config.WaitWithin] change it:
//   - changesets: 48 hours
//   - environments, clusters and dataviews: 24 hours
//   - networks of environments, volumes and scaling groups: 12 hours
//   - nodes: 6 hours
//
// # State of the service
//
// FinSpace passed its published end of support on 2026-10-07, and new customers have not been accepted
// since 2025-10-07. The package serves accounts that the service still answers, programs that must keep
// building and being tested while they are moved elsewhere, and tests against package emulator.
//
// API reference: https://docs.aws.amazon.com/finspace/latest/management-api/
package finspace
