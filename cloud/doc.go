// Package cloud is what the clients of all services share: how they are configured, how they fail,
// how one waits for a change, and how one reads a list.
//
// A client is made from a [Config]:
//
//	c, err := finspace.New(cloud.Config{Region: "us-east-1"})
//
// # Errors
//
// Every failure of a call is an [Error] or, when a request was refused before it was sent, a
// [ValidationError]. Both match a [Kind], which means the same on every cloud:
//
//	if errors.Is(err, cloud.ErrNotFound) { … }
//	switch cloud.KindOf(err) { case cloud.ErrConflict, cloud.ErrThrottled: … }
//
// A service's own code is in Error.Code; the service packages have constants for those that they
// know. Both types also fit smithy's errors.
//
// # Waiting
//
// A [Waiter] follows one change until it is live or has failed. The services' Begin methods start a
// change and return its Waiter, their Resume methods take one up again from the string that
// [Waiter.Token] gave, and their Until methods wait for a state, no matter who brings it about. A wait that
// did not succeed is a [WaitError]: its Outcome says whether the change failed, with the service's own
// reason, or only the wait ended. The end of a change is a kind, [ErrFailed], [ErrCanceled] or
// [ErrSuperseded]; a wait that was cut short matches the kind of the call that did it.
//
// Every wait ends: each kind of change has a longest time, and [Within] and [Every] set it and the shortest
// pause between two looks, as do Config and [Fleet]. What the service cannot prove, such as a failure told
// from a state that may be old, must be seen for half a minute.
//
// [WaitAll] waits for many changes, of all types and clouds, with as many goroutines as the load asks for; a
// [Fleet] says how many, and whether the first failure ends the wait. A program with a loop of its own calls
// [Waiter.Poll] and comes back after Progress.Next.
//
// A token names the account and the site that the change was begun with. A client of another one refuses it,
// unless Config.AllowForeignTokens is set.
//
// # Credentials
//
// Keys come from a [CredentialsProvider]; without one, from the environment variables that the
// vendor's own tools read. They are refreshed in the background before they expire, and the provider is
// asked again when the service has refused a key, so that a key can be replaced while a program runs. Keys
// that cannot be right, because of white space around them for one, are refused before anything is
// sent. Credentials show in no error, log or print.
//
// # JSON
//
// Looks, steps, results, calls, errors and waiters marshal to JSON for logs and audits: durations are strings
// such as "1m30s", outcomes are words, errors are objects, and responses show no sensitive member.
package cloud
