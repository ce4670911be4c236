package bench

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAllocations holds the calls to how often they allocate, which is as stable on every machine as their CPU time is
// not. The stub's own three allocations count too, and those of the requests. Lower a figure when a call takes fewer.
//
//nolint:paralleltest // the allocations of other tests would count
func TestAllocations(t *testing.T) {
	most := map[string]float64{
		"finspace update": 29, "finspace read": 54, "finspace list": 135, "finspace error": 33, "finspace client": 35, "finspace sign": 2,
		"proton update": 30, "proton read": 29, "proton list": 35, "proton error": 31, "proton client": 39, "proton sign": 2,
		"flink update": 55, "flink read": 70, "flink list": 968, "flink error": 47, "flink client": 33, "flink sign": 3,
		"dlc update": 28, "dlc read": 46, "dlc list": 38, "dlc error": 33, "dlc client": 37, "dlc sign": 2,
	}
	cases, done, err := Cases()
	require.NoError(t, err)
	t.Cleanup(done)
	for _, c := range cases {
		if c.Place == "loopback" {
			continue // those of the server count
		}
		name := c.Service + " " + c.Name
		least := math.Inf(1)
		for range 5 { // a garbage collection empties the pools
			least = min(least, testing.AllocsPerRun(20, func() { _ = c.Ours() }))
		}
		t.Log(name, least)
		assert.LessOrEqual(t, least, most[name], name)
	}
}
