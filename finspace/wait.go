package finspace

import "time"

// The pauses between two looks.
const (
	minInterval = 5 * time.Second
	maxInterval = 5 * time.Minute
	// What is new may not be visible at once.
	appearsWithin = time.Minute
)
