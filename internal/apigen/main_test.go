package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"export"}, {"import"}, {"import", "finspace"}, {"check"}} {
		assert.ErrorContains(t, run(args, &bytes.Buffer{}), "usage", args)
	}
}
