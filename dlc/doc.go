// Package dlc is a client for Tencent Cloud's Data Lake Compute (API 2021-01-25), on the mainland and the
// international site.
//
// To switch an engine to another image version and wait until it runs that version:
//
//	c, err := dlc.New(cloud.Config{Region: "ap-guangzhou"})
//	if err != nil {
//		return err
//	}
//	w, err := c.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
//		DataEngineID: "DataEngine-1", NewImageVersionID: "7ac9cc78-bc95-440f-9768-4f4a79048755",
//	})
//	if err != nil {
//		return err
//	}
//	engine, err := w.Wait(ctx)
//	if err != nil {
//		return err // with the reason of the service, if the change failed
//	}
//	fmt.Println(engine.DataEngine.DataEngineName, "runs", engine.DataEngine.ImageVersionID)
//
// It signs with TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, unless [cloud.Config] has other
// Credentials; module credentials/tencent has those of profiles and roles.
//
// [Operations by resource] lists all methods. What can be changed and waited for:
// engines, their images and sizes, resource groups, tasks, Spark jobs and sessions, notebooks, downloads,
// connections, networks, metadata locks, inference services, Ray clusters and jobs, and labs; [Changes] is a table of it.
//
// # Methods
//
// Every action of the API, on either site, is a method of [Client] with the same name, in Go spelling: one
// request struct in, one response struct out. All… methods range over the items of a list, on all pages if it
// has pages. Begin… methods start a change and return a waiter for it, Resume… methods restore the waiter of an
// earlier process, Until… methods wait for a state, no matter what causes it.
//
// SQL and scripts are sent as base64; [Base64] encodes a string. States that the service sends as integers have
// named constants. The RequestID of a response identifies the call to the vendor's support.
//
// Times are numbers of seconds or of milliseconds, or strings in several forms; their Time methods read all of them. Many
// strings have no zone and are taken as Beijing time, which no document confirms: see [cloud.TimeString].
//
// # Errors
//
// Every response has HTTP status 200; an Error in the response is a [cloud.Error] here, and so is a missing
// Response member. Its Kind comes from the exact code if that is known: the first word of a code alone is often
// wrong, as in ResourceNotFound.DataEngineNotActivity, which means an engine that is not running. An invalid
// request is refused before it is sent; see [cloud.ValidationError].
//
// Some calls succeed and still report a failure in their data, such as groups that could not be launched
// (OperateEngineResourceGroupFailMessages) or a lock that was not acquired (LockState). These are about the
// work, not the call, and become errors only where a waiter follows the work, as in
// [Client.BeginLaunchStandardEngineResourceGroups]. State 2 is a success for SQL tasks and a failure for the
// batch SQL of Spark sessions; the constants keep them apart.
//
// # Waiting
//
// Responses show the state of a resource, not which change led to it. A waiter that Begin… returns has the
// state before the change and what it has observed since:
//
//   - The end of a change of an engine, a resource group or an inference service counts if it is still there
//     half a minute later. The end of something with an ID of its own, such as a task, counts at once.
//   - A resource that was changing and is back in its old state has failed to change ("the engine runs
//     again"). A later update time, a message or the result of another change prove less, since the change
//     may not have begun: these count if the resource has stayed that way for five minutes.
//   - A change that another one has replaced, such as an engine that got a third image, fails with a reason
//     that begins with "superseded", and matches [cloud.ErrSuperseded].
//   - A deletion has succeeded when the service reports that the resource is not found, or when lists have
//     not shown it for a minute. One list without it is not enough.
//   - A response without the resource, or with another one, is a failed poll; the wait continues.
//   - A start whose response was lost is not an error if the resource shows the change.
//
// Several waits of a client for engines, tasks, resource groups, sessions of standard engines, connections,
// networks or inference services read the list of them together, once for all. A response made from a list has
// no RequestID; that of an inference service lacks what [InferenceServiceInfo] lacks until the wait ends.
//
// The maximum times of waits, which [cloud.Within] and [cloud.Config] change:
//
//	12 hours   creating, changing and deleting engines
//	6 hours    resource groups, sessions, connections, networks, inference services, Ray clusters, labs,
//	           downloads and locks, and canceling work
//	7 days     tasks, batches of SQL, statements, runs of Spark jobs and Ray jobs
//
// The service documents no states of Ray clusters, labs and Ray jobs. The waits use those from its examples, and
// the doc of each Begin method says what counts as success.
//
// [cloud.WaitError.Diagnose] fetches the latest 100 events of an engine or a resource group, which are those of all
// its changes; the latest 1,000 lines of the log of a task or of the run of a Spark job; the steps of a batch of SQL;
// the log of a notebook session, with the stack traces of a statement or a batch of statements; the latest 100 events
// of a Ray cluster, a lab or a Ray job. The service shows most times without a zone, so they are in the messages.
// Other changes have nothing to fetch. The events and most logs are on the mainland site only.
//
// # Changes that start once
//
// A Prepare method checks a change, reads what is there, and starts nothing. Save the token of the change, then call
// Start: it starts the change once, also when it is called again after a crash or a lost response, by any process that
// has the token:
//
//	ch, err := c.PrepareSwitchDataEngineImage(ctx, req)
//	save(ch.Token())
//	err = ch.Start(ctx)
//	engine, err := ch.Wait(ctx)
//
// The service has no idempotency tokens. The resource shows whether the change has begun, by its content, its state and
// the times of its last update, start or stop; a new resource or new work is found in a list of what was created since.
// A state such as STARTING does not always show by which change, so Start may have to be called again when it has ended.
// What another caller did counts only if it is what was asked for. It remains uncertain, and nothing is sent,
//
//   - if an engine or a group has a third image, size or setting, or is back at rest and shows nothing but a later
//     update time,
//   - if another of the same name, or of the same content if the request has no name, was created at the same time,
//   - where the ID of what was started is in the response alone: statements of notebook sessions, and locks.
//
// [Client.BeginSwitchDataEngineImage] is undone by a switch to the image version from before, which runs with its latest
// minor version. An upgrade of the image is undone by a rollback, a rollback by an upgrade if that leads to the former
// minor version. Launches, pauses, starts, stops and suspensions are undone for what they changed. Restarts, deletions
// and changes of the configuration of a resource group have no way back, and the service deletes neither inference
// services nor connections.
//
// # Sites, endpoints and signatures
//
// The two sites have separate accounts; [WithSite] sets the site, and with it the endpoint and the language of
// messages. Calls are signed with TC3-HMAC-SHA256 over the content type, the host and the action. The vendor's
// own Go client does not sign the action, so that a signature is valid for any action; [WithActionUnsigned]
// does the same for gateways that require it.
//
// The international site has about a third of the actions; the doc of each says if it is documented for one site
// only. A change that names its engine by ID looks up the name there in other lists; [WithDataEngineName] gives it.
//
// API reference: https://www.tencentcloud.com/document/product/1155
//
// [Operations by resource]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/dlc#hdr-Operations_by_resource
// [Changes]: https://pkg.go.dev/github.com/polycloud-sdk/polycloud-go/dlc#hdr-Changes
package dlc
