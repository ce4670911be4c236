package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPrintChange(t *testing.T) {
	t.Parallel()
	run := func(cpu, ofFloor, allocs float64) []figures {
		return []figures{{Case: "dlc read stub", CPU: cpu, OfFloor: ofFloor, Allocs: allocs, Bytes: 10_000}}
	}
	before := [][]figures{run(90_000, 0.9, 50), run(20_000, 0.5, 50), run(10_000, 0.4, 50)}
	after := [][]figures{run(5_000, 0.25, 40), run(4_000, 0.25, 40), run(90_000, 0.25, 40)}
	after[0] = append(after[0], figures{Case: "dlc new stub", CPU: 1000, Allocs: 3})
	var out bytes.Buffer
	require.NoError(t, printChange(&out, before, after))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 3)
	assert.Equal(t, strings.Fields("dlc read stub 20.0 5.0 0.25 0.50 0.25 0.50 50 40 10.0 10.0"), strings.Fields(lines[1]))
	assert.Equal(t, strings.Fields("dlc new stub - 1.0 - - - - - 3 - -"), strings.Fields(lines[2]), "a case that the commit does not have")
}
