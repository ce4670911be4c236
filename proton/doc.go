// Package proton is a client for AWS Proton: templates, environments, services, service instances,
// components and their deployments (API 2020-07-20).
//
// To deploy a new spec to a service instance and wait until it is live:
//
//	c, err := proton.New(cloud.Config{Region: "us-east-1"})
//	if err != nil {
//		return err
//	}
//	w, err := c.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
//		ServiceName: "shop", Name: "prod",
//		DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
//	})
//	if err != nil {
//		return err
//	}
//	instance, err := w.Wait(ctx)
//	if err != nil {
//		return err // with the reason of the service, if the change failed
//	}
//	fmt.Println(instance.ServiceInstance.DeploymentStatus)
//
// It signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, unless [cloud.Config] has other
// Credentials; module credentials/aws has those of profiles and roles.
//
// [Operations by resource] lists all methods. What can be changed and waited for:
// environments, services, pipelines, service instances, components, their deployments and the cancellation
// of these, template versions, account connections and syncs; [Changes] is a table of it.
//
// # Methods
//
// Every operation of the API is a method of [Client] with the same name, in Go spelling: one request struct
// in, one response struct out. All… methods range over all pages of a list. Begin… methods start a change and
// return a waiter for it, Resume… methods restore the waiter of an earlier process, Until… methods wait for a
// state, no matter what causes it.
//
// # Waiting
//
// A deployment is distinguished from others of its resource by its ID and its time, a resource from an older
// or newer one of its name by its time of creation. A wait that Begin… returns therefore ends at its own
// change: a stale read of the state before it is neither success nor failure, and a change that another one
// has replaced fails with a reason that begins with "superseded". Updates with deployment type NONE start
// nothing, so their Begin… methods refuse them. An Until… waiter follows a state, not a change, and may end at the
// state before a change that has just been started.
//
// A final state that the response does not prove, such as that of a deployment that the response to the start
// did not name, counts only if it is still there half a minute later. A deletion or cancellation that was
// under way and had no effect has been abandoned, which is a failure.
//
// A start is retried, where that is harmless, when its response is lost. If the service refuses the retry
// because the first attempt succeeded, the waiter finds out: a deletion that finds nothing has succeeded, and a
// change that never begins fails with the refusal as its reason.
//
// Several waits of a client for environments, service instances, components or services read the list of them
// together, once for all. Until such a wait ends, its responses lack what the summaries in the list lack, such
// as the spec; it ends with a read of its own.
//
// Every wait has a maximum time, counted from the start of the change; [cloud.Within] and
// [cloud.Config.WaitWithin] change it:
//   - acceptance or rejection of a connection by a management account, which people do: 30 days
//   - deployments, cancellations and deletions of environments, service instances, pipelines and components,
//     and changes of services: 72 hours, because infrastructure that you provision yourself may wait for people
//   - syncs: 24 hours
//   - template versions, and deletions of connections: 6 hours
//
// [cloud.WaitError.Diagnose] fetches the deployment of a change; for a service, up to 10 deployments of its pipeline
// and instances that did not succeed; for a sync, its events. Deletions, template versions and connections have
// nothing to fetch.
//
// # Changes that start once
//
// A program that must not start a change twice prepares it, saves its token and then starts it:
//
//	change, err := c.PrepareUpdateServiceInstance(ctx, request)
//	save(change.Token())
//	err = change.Start(ctx)
//
// Another process goes on with [Client.Resume] and Start, whatever has become of the first one. The table of
// changes says how it recognizes a change that has begun. The client token of a service instance or component
// that the service shows is proof; otherwise a deployment since then counts if it leaves behind what the update
// asks for, no matter who started it. Proton remembers client tokens for eight hours where it says so, which is
// for versions of templates and for connections; later, a list shows what was created since.
//
// These starts are uncertain, and Start sends nothing:
//   - an update with ${Proton::CURRENT_VAL} in its spec, of an environment or a pipeline, if there was a
//     deployment since then: the service shows the values instead
//   - a creation if a resource of that name was created since then with other content, and one of several equal
//     connections or versions
//   - an update of a service that was updated to another spec since then; while an update is under way, Start
//     returns an error that says when to call it again
//   - an update of what was deleted since then, if a new one has its name
//   - a deletion if one had failed before, and the failure is still shown
//   - a cancellation if another deployment began since then
//
// A Begin call that repeats the client token of an update that is live already sends nothing and ends well.
//
// Undo of an update deploys what the last successful deployment before it has left behind, which it reads from
// the service; tokens of updates that have begun hold no spec, except those of [Client.UpdateService]. Proton does
// not return to an earlier major version of a template, and an update cannot take away a setting that was not
// there before: Undo refuses both with [cloud.ErrUnsupported]. Cancel stops the deployment of an update, or of a
// new component, unless a later one is under way.
//
// # Errors
//
// An invalid request is refused before it is sent, with all its problems at once; see [cloud.ValidationError].
// An error of the service is a [cloud.Error] whose Code is one of the Code… constants, even where the API page
// of the operation does not list it. A deployment that fails or is canceled ends a wait with a
// [cloud.WaitError] that holds the service's status message.
//
// Specs, outputs, descriptions and status messages may hold secrets; requests and responses print them
// as [redacted]. A [cloud.WaitError] and its diagnosis show the status message, because it says why the change
// failed.
//
// # State of the service
//
// Proton reached its published end of support on 2026-10-07, and has not accepted new customers since
// 2025-10-07. The package is for accounts that the service still supports, for programs that must keep
// building and passing tests while they are migrated, and for tests against package emulator.
//
// API reference: https://docs.aws.amazon.com/proton/latest/APIReference/
//
// [Operations by resource]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/proton#hdr-Operations_by_resource
// [Changes]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/proton#hdr-Changes
package proton
