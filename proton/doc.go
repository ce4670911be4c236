// Package proton is a client for AWS Proton: templates, environments, services, service instances,
// components and their deployments (API 2020-07-20).
//
// To deploy a new spec to a service instance and wait until it is live:
//
//	c, err := proton.New(cloud.Config{Region: "us-east-1"})
//	w, err := c.BeginUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
//		ServiceName: "shop", Name: "prod",
//		DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: spec,
//	})
//	instance, err := w.Wait(ctx)
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
// Every wait has a maximum time, counted from the start of the change; [cloud.Within] and
// [cloud.Config.WaitWithin] change it:
//   - acceptance or rejection of a connection by a management account, which people do: 30 days
//   - deployments, cancellations and deletions of environments, service instances, pipelines and components,
//     and changes of services: 72 hours, because infrastructure that you provision yourself may wait for people
//   - syncs: 24 hours
//   - template versions, and deletions of connections: 6 hours
//
// # Errors
//
// An invalid request is refused before it is sent, with all its problems at once; see [cloud.ValidationError].
// An error of the service is a [cloud.Error] whose Code is one of the Code… constants, even where the API page
// of the operation does not list it. A deployment that fails or is canceled ends a wait with a
// [cloud.WaitError] that holds the service's status message.
//
// Specs, outputs, descriptions and status messages may hold secrets; requests and responses print them
// as [redacted]. A [cloud.WaitError] shows the status message, because it says why the change failed.
//
// # State of the service
//
// Proton reached its published end of support on 2026-10-07, and has not accepted new customers since
// 2025-10-07. The package is for accounts that the service still supports, for programs that must keep
// building and passing tests while they are migrated, and for tests against package emulator.
//
// API reference: https://docs.aws.amazon.com/proton/latest/APIReference/
package proton
