//go:build !race

package release_test

const sparse = 1
