// Package proton changes and reads AWS Proton: templates, environments, services, service instances,
// components and their deployments (API 2020-07-20).
//
// To deploy a new spec to a service instance and know that it went live:
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
// Every operation of the API is a method of [Client] by its own name: one request struct in, one
// response struct out. All… methods range over all pages of a list. Begin… methods start a change and
// return a waiter for it, Resume… methods take up the waiter of an earlier process, Until… methods
// wait for a state, whoever brings it about.
//
// # Waiting
//
// A deployment is told from the others of its resource by its id and its time, a resource from an older
// or newer one of its name by when it was created. A wait that Begin… returns therefore ends at its own
// change: a stale read that shows the state before it is no success and no failure, and a change that
// another one has overtaken fails with a reason that begins with "superseded". Updates with deployment
// type NONE start nothing, so their Begin… methods refuse them. An Until… waiter knows no change, and may
// end at the state before one that has just been started.
//
// An end that the response does not prove, such as that of a deployment which the response to the start did
// not name, counts only when it is still seen half a minute later. A deletion or cancellation that was under
// way and came to nothing is given up, which is a failure.
//
// A start is repeated, where that is harmless, when its response is lost. If the service refuses the
// repetition, because the first attempt did its work, the waiter finds out: a deletion that finds nothing any
// more has succeeded, and a change that never gets under way fails with the refusal as its reason.
//
// Every wait has a longest time, counted from the start of the change; [cloud.Within] and
// [cloud.Config.WaitWithin] change it:
//   - answers of a management account to a connection, which people give: 30 days
//   - deployments, cancellations and deletions of environments, service instances, pipelines and components,
//     and changes of services: 72 hours, because infrastructure that you provision yourself waits for people
//   - syncs: 24 hours
//   - template versions, and deletions of connections: 6 hours
//
// # Errors
//
// A request that breaks a rule is refused before it is sent, with all its problems at once; see
// [cloud.ValidationError]. A refusal by the service is a [cloud.Error] whose Code is one of the Code…
// constants, also where the API page of the operation does not list it. A deployment that fails or is
// canceled ends a wait with a [cloud.WaitError] that holds the service's status message.
//
// Specs, outputs, descriptions and status messages may hold secrets; requests and responses print them
// as [redacted]. A [cloud.WaitError] shows the status message, because it is why the change failed.
//
// # State of the service
//
// Proton passed its published end of support on 2026-10-07, and new customers have not been accepted
// since 2025-10-07. The package serves accounts that the service still answers, programs that must keep
// building and being tested while they are moved elsewhere, and tests against package emulator.
//
// API reference: https://docs.aws.amazon.com/proton/latest/APIReference/
package proton
