// Package flink changes and reads Alibaba Cloud's Realtime Compute for Apache Flink (product
// ververica, API 2022-07-18).
//
// To apply a deployment's saved change to its running job and know that it went live:
//
//	c, err := flink.New(cloud.Config{Region: "cn-hangzhou"},
//		flink.WithWorkspace("a14bd5d90a1234"), flink.WithNamespace("default-namespace"))
//	w, err := c.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "88a8fc49-e090-430a-85d8-3ee8c79c0001"})
//	result, err := w.Wait(ctx)
//
// # Methods
//
// Every operation of the API is a method of [Client] by its own name: one request struct in, one
// response struct out; [Client.ChatAIAgent] alone returns a sequence of events. All… methods range over
// the items of a list, of all its pages if it has pages. Begin… methods start a change and return a
// waiter for it, Resume… methods take up the waiter of an earlier process, Until… methods wait for a
// state, whoever brings it about.
//
// # Waiting
//
// Most changes are followed by an id that is new: a job, a savepoint, a hot update, a ticket, the run of a
// script, the report of a patrol. Nothing older can be mistaken for them, and a response that shows another id
// does not count. Changes of a session cluster have none, so that their Begin… methods read the cluster first; what
// it showed then does not end the wait. The service's own explanation of a failure is in the error, a
// [cloud.WaitError]; so is the ticket that is FINISHED without success.
//
// A change that was seen under way and is back where it began has been given up: a job that was CANCELLING and
// runs again, a session cluster that was STARTING and is STOPPED, a ticket that was EXECUTING and is at INIT. A
// session cluster that somebody else starts, stops, updates or replaces supersedes the change. Both are failures.
// An end that a response alone does not prove counts when it is still seen after [cloud.DefaultConfirm].
//
// A resumed waiter knows what was before the change, but not what an earlier process saw of it on its way.
// A stop that was given up before anybody looked is pending until the longest time has passed, because the job or
// session cluster looks as if the stop had not begun.
//
// The longest times of waits, unless [cloud.Within] or [cloud.Config] says otherwise:
//
//   - 2 hours: hot updates, deployments and checks of drafts, resource plans;
//   - 6 hours: starts of jobs, all changes of session clusters, stops of SQL scripts;
//   - 24 hours: stops of jobs, savepoints, patrols;
//   - 7 days: jobs and SQL scripts that run to their end.
//
// # Workspace and namespace
//
// Almost every request needs both. The options set them once for a client, the fields of a request go
// before them, and a request that ends up without one is refused before it is sent.
//
// # Errors
//
// The service answers its own refusals with HTTP status 200 and success false; here they are errors
// like all others, a [cloud.Error] with the service's code and message. A request that breaks a rule is
// refused before it is sent; see [cloud.ValidationError]. A throttled call waits as long as the
// gateway asks before it is tried again.
//
// Some responses have a flag of their own beside the data, such as whether a statement was executed.
// These say how the work went, not the call, and never become errors.
//
// # Signatures and addresses
//
// Calls are signed with ACS3-HMAC-SHA256, or with HMAC-SHA1 where [WithHMACSHA1] says so. [WithVPC]
// calls the address inside the region's private network.
//
// API reference: https://api.alibabacloud.com/document/ververica/2022-07-18/overview
package flink
