//go:build race

package release_test

// sparse is how many times fewer of the points of a crash are tried, because the race detector makes each slow.
const sparse = 8
