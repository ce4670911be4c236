// Package emulator runs the four services of this module in process, so that code that changes a running
// system can be tested without one.
//
//	emu, err := emulator.Start(emulator.InProcess(), emulator.WithTest(t))
//	if err != nil { … }
//	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
//
//	c, err := finspace.New(emu.Config())
//	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, …)
//	cluster, err := w.Wait(ctx)
//
// It implements the services' HTTP APIs, so the vendors' clients can use it too: set their endpoint to
// [Emulator.URL] and their keys to [AccessKeyID] and [SecretAccessKey]. Every signature is verified from the
// request as received. Invalid requests are refused with the error codes and the error format of the service;
// [WithLogger] logs why, for a signature with the expected canonical request.
//
// The command cmd/emulator runs it as a program, with a page and a control API for other languages.
// docs/emulator.md describes both.
//
// # Operations
//
// It has all operations of the four services. The header X-Emulator-Tier of a response says what is behind it: stateful
// keeps what it is told, with changes that take time; example checks the request and changes nothing. Do not test against
// the content of an example.
//
// # Resources
//
// [Emulator.FinSpace], [Emulator.Proton], [Emulator.Flink] and [Emulator.DLC] add resources as if they had been there for
// some time. Their Add methods return the ID or the name, and replace a resource that has it. They panic on a value that
// no service could send, such as a NaN, because the test would otherwise continue without its resource.
// [Emulator.Load] adds those of a seed file, which is JSON in the API's own words, and [Emulator.Save] writes one.
//
// # Time
//
// A change takes [WithChangeTime], and for [WithStaleReads] after its start reads return the state before it, as the
// real services may. Nothing happens in between: the emulator has no timers, and computes the state of a change
// when it is read. Its clock is time.Now, which [WithSpeed] multiplies, plus what [Emulator.Advance] has added. In a
// testing/synctest bubble time.Now is virtual, so an emulator started there with [InProcess] completes an hour's change
// at once.
//
// [Emulator.ChangesUnderWay] lists the changes that have not ended, and [Emulator.FinishChange], [Emulator.FailChange] and
// [Emulator.CancelChange] end one now. [Emulator.Snapshot] keeps the whole state, with past and planned states, for
// [Emulator.Restore] and [Emulator.Fork].
//
// # Faults and expectations
//
// [Emulator.Script] sets how future changes end, [Emulator.Inject] which requests meet a fault, and
// [Emulator.Requests] returns what arrived. [Emulator.Expect] says what should, and [Emulator.Verify] whether it did.
// With [WithTest] a test fails at its end for expectations that were not met, and for scripts and faults that no request
// has met.
package emulator
