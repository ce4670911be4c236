// Package journal keeps what has happened to an emulator. The state of an emulator is a function of its journal: to execute
// the events again, in their order and each at its time, makes the same state.
//
// A journal can have a log, a file to which each event is appended before anyone learns of it.
package journal
