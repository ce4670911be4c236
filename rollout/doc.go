// Package rollout makes many changes of cloud services as one: some first, few at a time, each verified, and with a way
// back.
//
// A [Rollout] has steps, which are prepared changes with a name. [Rollout.Plan] returns what they would change and sends
// nothing that changes anything. [Rollout.Run] carries them out in waves, and [Rollout.Watch] yields what happens
// meanwhile. The [Report] says what stands where, as a table, as JSON and as a picture.
//
// A step may wait until its resource is free (Ready), be checked once it is live (Verify), and have a way back of its own
// (Undo). [Rollout.Result] gives a later step what an earlier one has made.
//
// # One step
//
//	waiting → starting → changing → verifying → soaking → live
//	   ↓         ↓  ↘         ↓          ↓          ↓        ↓
//	blocked  skipped failed ←─┘      unhealthy ←────┘        ↓
//	                   └───────────────→┴──→ undoing ←───────┘
//	                                            ↓
//	                                  undone | undo failed
//
// A step with an empty Diff is skipped. A start that the service throttles waits as long as the rollout lasts. A step
// whose resource has changed since the plan, or is being changed by somebody else, fails with [cloud.ErrConflict]. A
// change that is live, but whose Verify returns an error, is unhealthy: [cloud.ErrUnhealthy].
//
// # Failures
//
// When more than MaxFailures steps are failed or unhealthy, nothing new starts, what is in progress is followed to its end,
// and then OnFailure decides: what was done stays, or the wave or all of the rollout is undone, the last steps first. A
// step stays if it cannot be undone, and so do the steps that it needs. With UndoWave and UndoAll each failed step is
// also undone at once. A change that another one has replaced is not undone.
//
// # Crashes
//
// Everything is recorded in the [journal.Journal], tokens before their changes start. Run called again continues
// where the last call was, in any process; what failed before is tried again first, unless the service has carried it
// out. The steps must be the same then: their names, waves and needs are compared. The entries of a rollout have these
// keys, below its name:
//
//	rollout        its steps, what is undone, and how it has ended
//	wave/N         when a wave was approved
//	step/NAME      the phases of a step
//	change/NAME    its change, as journal.Run records it
//	undo/NAME      the change back
//
// Outside of the name, history/SERVICE/OPERATION has how long changes took, for the estimates.
package rollout
