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
// change and return its Waiter, their Resume methods take one up again from the text that
// [Waiter.Token] gave, and their Until methods wait for a state, whoever brings it about. A wait that
// did not end well is a [WaitError]: its Outcome says whether the change failed, with the service's own
// reason, or only the wait ended, and it matches the kind of the call that cut it short, if one did.
//
// [WaitAll] waits for many changes, of all types and clouds, with a few goroutines; a [Fleet] says how
// many, and whether the first failure ends the wait. A program with a loop of its own calls
// [Waiter.Poll] and comes back after Progress.Next.
//
// # Credentials
//
// Keys come from a [CredentialsProvider]; without one, from the environment variables that the
// vendor's own tools read. Credentials show in no error, log or print.
package cloud
