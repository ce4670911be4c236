//go:build !race

package otel_test

const underRace = false
