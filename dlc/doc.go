// Package dlc changes and reads Tencent Cloud's Data Lake Compute (API 2021-01-25), on the mainland
// and the international site.
//
// To switch an engine to another image version and know that it runs it:
//
//	c, err := dlc.New(cloud.Config{Region: "ap-guangzhou"})
//	w, err := c.BeginSwitchDataEngineImage(ctx, dlc.SwitchDataEngineImageRequest{
//		DataEngineID: "DataEngine-1", NewImageVersionID: "7ac9cc78-bc95-440f-9768-4f4a79048755",
//	})
//	engine, err := w.Wait(ctx)
//
// # Methods
//
// Every action of the API, on either site, is a method of [Client] by its own name: one request struct
// in, one response struct out. All… methods range over the items of a list, of all its pages if it has
// pages. Begin… methods start a change and return a waiter for it, Resume… methods take up the waiter of
// an earlier process, Until… methods wait for a state, whoever brings it about.
//
// SQL and scripts travel as base64; [Base64] makes it of a text. The integers by which the service says
// states have named constants.
//
// # Errors
//
// The service answers everything with HTTP status 200; an Error in the answer is a [cloud.Error] here,
// and so is an answer without a Response. Its Kind comes from the exact code where that is known: the
// first word of a code alone is often wrong, as in ResourceNotFound.DataEngineNotActivity, which is an
// engine that is not running. A request that breaks a rule is refused before it is sent; see
// [cloud.ValidationError].
//
// Some answers succeed and still report a failure in their data, such as groups that could not be
// launched (OperateEngineResourceGroupFailMessages) or a lock that was not acquired (LockState). These
// say how the work went, not the call, and become errors only where a waiter follows the work: in
// [Client.BeginLaunchStandardEngineResourceGroups] and its like. State 2 is a success for SQL tasks and
// a failure for the batch SQL of Spark sessions; the constants keep them apart.
//
// # Waits
//
// Responses show what a resource is like, not which change it is about. A waiter that Begin… returns knows what
// the resource was like before, and what it has shown since:
//
//   - An end of a change of an engine, a resource group or an inference service counts when it is still seen
//     half a minute later. The end of what has an id of its own, such as a task, counts at once.
//   - A resource that was seen to change and is back in its old state has failed to change ("the engine runs
//     again"). A later update time, a message or what another change did is less: the change may be yet to
//     begin, so these count when the resource has rested with them for five minutes.
//   - A change that another one has replaced, such as an engine that got a third image, fails with a reason
//     that begins with "superseded", and matches [cloud.ErrSuperseded].
//   - What is to be deleted is gone when the service says that it is not found, or when lists have not shown it
//     for a minute. One list without it is none.
//   - A response without the resource, or with another one, is a failed poll; the wait goes on.
//   - A start whose response was lost is no error when the resource shows the change.
//
// The longest times of waits, which [cloud.Within] and [cloud.Config] change:
//
//	12 hours   creating, changing and deleting engines
//	6 hours    resource groups, sessions, connections, networks, inference services, downloads and locks,
//	           and canceling work
//	7 days     tasks, batches of SQL, statements and runs of Spark jobs
//
// # Sites, addresses and signatures
//
// The two sites have separate accounts; [WithSite] chooses one, and with it the address and the
// language of messages. Calls are signed with TC3-HMAC-SHA256 over the content type, the host and the
// action. The vendor's own Go client leaves the action out, so that a signature holds for any of them;
// [WithActionUnsigned] does the same where a gateway insists.
//
// API reference: https://www.tencentcloud.com/document/product/1155
package dlc
