//go:build race

package transport_test

// underRace says that the race detector is on.
const underRace = true
