// Package journal makes a change of a cloud service durable with one call.
//
// [Run] prepares a change, records it, starts it, follows it and records its end. Called again after any crash, from any
// process, it goes on where the last call was. The change starts once, and when it has ended, Run returns the recorded end.
//
// # Journals
//
// A [Journal] keeps an [Entry] for each key and changes it by compare-and-swap, so that of several processes only one
// starts, or renews, the change. [Dir] keeps the entries in files that the processes of one machine share, [SQL] in a
// table of PostgreSQL or SQLite, and [Memory] nowhere, for tests. Nothing is locked while Run calls a service or waits.
//
// The token of an entry is as secret as the request until the change has begun; then the request is dropped, and what was
// there before the change remains, for Change.Undo. All else is free of secrets: sensitive members of requests and
// responses read "[redacted]". Print steps with [Steps.String], as lines of JSON for an audit trail.
//
// The journal is the memory of what was done. Lose an entry, and the next Run of its key makes the change again. Entries
// may be deleted when the change has ended and no program will run the key again.
//
// # Queues
//
// [Run] waits in the process that calls it. Where a queue hands changes to workers, [NewEntry] records a prepared change for
// others to start, [Advance] is one round of Run, after which the worker is free until the next, and [Cancel] cancels. The
// module durable/river does this with PostgreSQL.
//
// # Times
//
// A process that is killed between recording a change and recording its start leaves the question whether the request was
// sent. The next Run answers it: at once where the service recognizes a repeated request or shows the change, and
// otherwise when nothing that was sent can take effect any more, which takes some minutes; see Config.StartWindow.
package journal
