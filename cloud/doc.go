// Package cloud has what the clients of all services share: configuration, credentials, errors and waiters.
//
// A client is created from a [Config]:
//
//	c, err := finspace.New(cloud.Config{Region: "us-east-1"})
//
// [FromEnvironment] returns one that takes region and endpoint from the variables and profiles of the vendors' tools.
//
// # Errors
//
// Every failure of a call is an [Error] or, if the request was refused before it was sent, a
// [ValidationError]. Both match a [Kind], which means the same on every cloud:
//
//	if errors.Is(err, cloud.ErrNotFound) { … }
//	switch cloud.KindOf(err) { case cloud.ErrConflict, cloud.ErrThrottled: … }
//
// The service's own code is in Error.Code; the service packages have constants for known codes. Both types
// also implement smithy's error interfaces.
//
// # Waiting
//
// A [Waiter] follows one change until it is live or has failed. The services' Begin methods start a change
// and return its Waiter, their Resume methods restore it from the string that [Waiter.Token] returned, and
// their Until methods wait for a state, no matter what causes it. A wait that did not succeed is a
// [WaitError]: its Outcome says whether the change failed, with the service's own reason, or only the wait
// ended. A change that did not succeed has a kind, [ErrFailed], [ErrCanceled] or [ErrSuperseded]; an
// interrupted wait matches the kind of the call that interrupted it.
//
// [WaitError.Diagnose] fetches what else the service tells about a change: its own events and the end of its log.
//
// Every wait ends: each kind of change has a maximum time. [Within] and [Every] set it and the minimum interval
// between two polls, as do Config and [Fleet]. What the response does not prove, such as a failure in a state
// that may be stale, must last for half a minute.
//
// [WaitAll] waits for many changes, of all types and clouds, with as many goroutines as the load requires; a
// [Fleet] limits their number, and can end the wait at the first failure. A program with a loop of its own calls
// [Waiter.Poll] and comes back after Progress.Next, or, for changes of many types, [AnyWaiter] and its PollAny.
//
// Waits of one client for resources of the same list share its reads: while several are due, one request for the
// list serves all of them. The responses that they observe before the end then have no request ID, and no members
// that the list does not show; the packages of the services say which.
//
// A token holds the account and the site that the change was started with. A client of another account or site
// refuses it, unless Config.AllowForeignTokens is set.
//
// # Credentials
//
// Credentials come from a [CredentialsProvider]; without one, from the environment variables that the
// vendor's tools read. They are refreshed in the background before they expire, and the provider is called
// again when the service refuses a key, so that keys can be replaced while a program runs. Malformed keys, such
// as keys with surrounding white space, are refused before anything is sent. Credentials never appear in
// errors, logs or printed values.
//
// # Request rates
//
// Requests over the rate of Config.RequestRate, by default the one that a service documents, wait for their turn. A
// service counts all requests of an account, so the clients of one account in a program should share a [Limiter]:
//
//	shared := cloud.NewLimiter(0)
//	batch, err := flink.New(cloud.Config{Region: "cn-hangzhou", Limiter: shared})
//	page, err := flink.New(cloud.Config{Region: "cn-hangzhou", Limiter: shared})
//
// Turns go by [Priority], which [WithOptions] sets: an interactive call can pass the queue of background work. Polls of
// waits come after other calls.
//
// # Observing
//
// Config.Observer sees every call, its attempts, the starts of changes and the waits, as each begins and ends; see
// [Observer]. [CallFunc] is the short form for finished calls, and [WithObserver] is for code that has no part in the
// configuration:
//
//	cfg.Observer = cloud.CallFunc(func(ctx context.Context, call cloud.CallResult) {
//		slog.InfoContext(ctx, "call", "operation", call.Operation, "elapsed", call.Elapsed, "error", call.Err)
//	})
//
// A token has the ID of its change, and with a [Tracer] the span of its start, so that the traces of all processes
// that deal with the change can be linked. Nothing of that is sent to a service.
//
// # JSON
//
// Observations, steps, results, calls, errors and waiters marshal to JSON for logs and audits: durations are
// strings such as "1m30s", outcomes are words, errors are objects, and sensitive members are redacted.
package cloud
