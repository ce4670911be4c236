// Package river makes changes and rollouts jobs of River, a queue in PostgreSQL, so that many machines share them and none
// is lost when one of them dies.
//
//	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
//	err = durable.Migrate(ctx, durable.Config{Pool: pool})
//	c, err := durable.New(durable.Config{Pool: pool, Clients: []cloud.Resumer{kx, engines}})
//	err = c.Start(ctx)                                             // in the workers
//
//	ch, err := engines.PrepareSwitchDataEngineImage(ctx, request)  // anywhere
//	err = c.Enqueue(ctx, "release-7/etl", ch)                      // or EnqueueTx, in your own transaction
//	end, err := c.Wait(ctx, "release-7/etl")
//
// (Programs that import River as well name this package durable.)
//
// # A change
//
// [Client.EnqueueTx] records a prepared change in the journal and inserts its job, in one transaction. A worker prepares the
// change anew, records that, starts it, and from then on polls it, one poll for each time that the job is worked. In between the
// job is snoozed, for as long as the poll says: a pending change holds neither goroutine nor connection. The end is recorded
// in the journal, where [Client.State] and [Client.Wait] read it. A change that failed is an end too, and its job is done.
//
// Whatever is killed, the change starts at most once. The journal decides who starts it, by compare-and-swap; the job only
// makes sure that somebody does. See package journal.
//
//   - The service throttles the start or is unavailable: the job is snoozed for 5 to 15 seconds, for as long as it takes.
//   - The service refuses the start: it is tried again with growing pauses, and after Config.MaxRefusals the change has
//     failed. A refusal that repeating cannot change, such as that of an invalid request, is enough.
//   - It is not known yet whether the change has begun: the job is snoozed until that can be known. If only a person can
//     find out, the job is canceled, the change has no end, and Wait returns [ErrStuck].
//   - Polls fail for good, or the maximum time of the wait has passed: the error is that of the job, which is tried again
//     with pauses of up to ten minutes, for about a week.
//
// # A rollout
//
// [Client.EnqueueRollout] takes the name of a function in Config.Rollouts and arguments as JSON. A worker builds the rollout,
// runs it for half of Config.JobTimeout, and snoozes for a second; another one may continue. A rollout holds a goroutine while
// it runs, also while it soaks or waits for an approval. Its own entries in the journal begin with its key; see package rollout.
//
// # Requests per second
//
// The rates of clients are per process. A [Rate] is a rate that all processes share, as a row of the database: give its
// Middleware to Config.Middleware of the clients.
//
// # Traps
//
//   - River rescues the job of a worker that was killed after an hour by default. FinSpace forgets a request after ten
//     minutes. Here the default is three minutes, and more than seven are refused.
//   - A rescue while the worker still works makes two of them. Config.RescueAfter must exceed Config.JobTimeout, and every
//     round of a job ends well within that.
//   - River's limit of attempts counts errors and kills, and no snoozes. It is 1000 here, so that a change outlives many kills.
//   - River does not keep arguments and errors of jobs secret. Tokens, which hold requests, are in the journal's table alone.
//     Arguments of rollouts must not be secret.
//   - A rescue runs every 30 seconds, and scheduled jobs become due every 5, in one process that leads. After that was killed,
//     another one leads within about 15 seconds. So a change notices its end some seconds late.
//   - River deletes a job a day after its end, the journal keeps the entry. An entry that is deleted is forgotten: its key may be
//     enqueued again, and the change is then made again. Delete only what has ended.
//   - All workers of a queue need clients for all changes in it. A worker that has none for a change fails its job, and another
//     one tries again later. Use Config.Queue for machines that differ.
//   - PgBouncer in transaction mode needs PollOnly, and pgx without prepared statements; see Config.Configure.
//
// # Load
//
// TestKilledWorkers is the proof, with three processes that are killed again and again. In its long form it measures:
//
//	go test -run '^TestKilledWorkers$' -timeout 30m -v . -args -changes 10000 -kill-for 10m -durable
//
// On two busy cores, shared by PostgreSQL 15 with fsync, the emulator and the workers, 10,000 changes of four services took ten
// minutes, while workers were killed 357 times and 5,316 jobs rescued: 10,000 starts took effect, and each change has one
// end. For each change there were 14.6 transactions, 5.8 of them reads of the journal, 4 writes to it, and 25 kB of WAL; at
// most 44 connections were open. The journal took 27 MB, the table of jobs 13 MB.
package river
