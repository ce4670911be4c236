// Package flink is a client for Alibaba Cloud's Realtime Compute for Apache Flink (product ververica,
// API 2022-07-18).
//
// To apply a deployment's saved change to its running job and wait until it is live:
//
//	c, err := flink.New(cloud.Config{Region: "cn-hangzhou"},
//		flink.WithWorkspace("a14bd5d90a1234"), flink.WithNamespace("default-namespace"))
//	if err != nil {
//		return err
//	}
//	w, err := c.BeginHotUpdateJob(ctx, flink.HotUpdateJobRequest{JobID: "88a8fc49-e090-430a-85d8-3ee8c79c0001"})
//	if err != nil {
//		return err
//	}
//	result, err := w.Wait(ctx)
//	if err != nil {
//		return err // with the reason of the service, if the change failed
//	}
//	fmt.Println(result.Data.Status.Status)
//
// It signs with ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, unless [cloud.Config] has other
// Credentials; module credentials/alibaba has those of profiles and roles.
//
// [Operations by resource] lists all methods. What can be changed and waited for:
// starts and stops of jobs, hot updates, savepoints, session clusters, drafts, resource plans, SQL scripts and
// patrols; [Changes] is a table of it.
//
// # Methods
//
// Every operation of the API is a method of [Client] with the same name, in Go spelling: one request struct in,
// one response struct out; only [Client.ChatAIAgent] returns a sequence of events. All… methods range over the
// items of a list, on all pages if it has pages. Begin… methods start a change and return a waiter for it,
// Prepare… methods do so without starting it, Resume… methods restore the change of an earlier process, Until…
// methods wait for a state, no matter what causes it. The RequestID of a response identifies the call to the
// vendor's support.
//
// Times are numbers of seconds or of milliseconds, or strings, and documents are often silent about which: their Time
// methods read all of them, as in job.StartTime.Time(). See [cloud.Timestamp] and [cloud.TimeString].
//
// # Waiting
//
// Most changes have a new ID: a job, a savepoint, a hot update, a ticket, the run of a script, the report of a
// patrol. Nothing older can be mistaken for them, and a response with another ID does not count. Changes of a
// session cluster have no ID, so their Begin… methods read the cluster first, and the state read then does not
// end the wait. The service's own explanation of a failure is in the error, a [cloud.WaitError], also for a
// ticket that is FINISHED without success.
//
// A change that was under way and is back where it began has been abandoned: a job that was CANCELLING and
// is RUNNING again, a session cluster that was STARTING and is STOPPED, a ticket that was EXECUTING and is INIT.
// Another start, stop, update or replacement of a session cluster supersedes the change. Both are failures.
// A final state that the response does not prove counts if it is still there after [cloud.DefaultConfirm].
//
// Several waits of a client for session clusters, savepoints or patrols of a namespace, or for jobs of a
// deployment, read the list of them together, once for all. A response made from a list has no RequestID.
//
// A resumed waiter has the state before the change, but not what an earlier process observed. A stop that
// was abandoned before the first poll is pending until the maximum time has passed, because the job or
// session cluster looks as if the stop had not begun.
//
// The maximum times of waits, unless [cloud.Within] or [cloud.Config] sets others:
//
//   - 2 hours: hot updates, deployments and checks of drafts, resource plans;
//   - 6 hours: starts of jobs, all changes of session clusters, stops of SQL scripts;
//   - 24 hours: stops of jobs, savepoints, patrols;
//   - 7 days: jobs and SQL scripts that run to their end.
//
// [cloud.WaitError.Diagnose] fetches the events of the job of a start, a stop, a hot update or a savepoint, what the
// service finds wrong with the job, and for a start the log of it, which the service has for the latest job of a
// deployment only. Tickets, session clusters, SQL scripts and patrols have nothing to fetch.
//
// # Changes that start once
//
// No request of this API has an idempotency token. To start a change once even if the process dies or the
// response is lost, save its token before the start:
//
//	ch, err := c.PrepareStartJobWithParams(ctx, req) // changes nothing
//	save(ch.Token())
//	err = ch.Start(ctx) // also after ResumeStartJobWithParams, in another process
//
// A start whose response was lost is recognized by what the service shows: the job, savepoint or patrol report
// that was created since the change was prepared and is what was asked for, or the job or session cluster that
// is in another state. Of two equal savepoints or patrols, the change may be either, so the start is uncertain;
// a Description of its own makes a savepoint recognizable. A client that has not had a response yet does not
// know the clock of the service, so what was created in the quarter of an hour before counts as new.
//
// The IDs of hot updates, deployments and checks of drafts, resource plans, and runs of scripts are in no list.
// Their starts end as [cloud.ErrUncertain] without a response. A session cluster that is being deleted looks as
// before, so its deletion may be repeated, which changes nothing.
//
// What takes a change back:
//
//   - The start of a job: its stop, with a savepoint if it runs and is no batch job.
//   - The stop of a job: the start of another job of the deployment, as it is saved now, from the savepoint that
//     the stop made. Without one, the job starts from the newest state. A drained job has no way back.
//   - A hot update: saving the former parallelism and checkpoint options in the deployment, and another hot
//     update. BeginHotUpdateJob reads them from the job.
//   - Changes of a session cluster: its stop or start, or an update to what it had before.
//
// # Workspace and namespace
//
// Almost every request needs both. [WithWorkspace] and [WithNamespace] set them once for a client, the fields
// Workspace and Namespace of a request override them, and a request without one of them is refused before it is
// sent.
//
// # Errors
//
// The service reports errors with HTTP status 200 and success false; here they are errors like all others, a
// [cloud.Error] with the service's code and message. An invalid request is refused before it is sent; see
// [cloud.ValidationError]. A throttled call waits as long as the gateway asks before it is retried.
//
// Some responses have a flag beside the data, such as whether a statement was executed. It is about the work,
// not the call, and never becomes an error.
//
// # Signatures and endpoints
//
// Calls are signed with ACS3-HMAC-SHA256, or with HMAC-SHA1 if [WithHMACSHA1] is set. [WithVPC] uses the
// endpoint inside the region's private network.
//
// API reference: https://api.alibabacloud.com/document/ververica/2022-07-18/overview
//
// [Operations by resource]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/flink#hdr-Operations_by_resource
// [Changes]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/flink#hdr-Changes
package flink
