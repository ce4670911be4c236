//go:build race

package flows_test

// underRace says that the race detector is on, with which each change takes many times as long.
const underRace = true
