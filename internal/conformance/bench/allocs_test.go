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
		"finspace update": 30, "finspace read": 55, "finspace list": 139, "finspace error": 34, "finspace client": 35, "finspace sign": 2,
		"proton update": 33, "proton read": 33, "proton list": 41, "proton error": 34, "proton client": 38, "proton sign": 2,
		"flink update": 60, "flink read": 75, "flink list": 1297, "flink error": 57, "flink client": 32, "flink sign": 3,
		"dlc update": 30, "dlc read": 48, "dlc list": 41, "dlc error": 35, "dlc client": 37, "dlc sign": 2,
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
