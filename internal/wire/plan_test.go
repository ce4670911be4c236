package wire_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Types that contain each other, seen first by many goroutines at once: run with -race.
func TestFirstUseFromManyGoroutines(t *testing.T) {
	t.Parallel()
	type leaf struct {
		Name string `json:"name"`
	}
	type node struct {
		Leaf     leaf             `json:"leaf"`
		Children []*node          `json:"children,omitzero"`
		ByName   map[string]*node `json:"byName,omitzero"`
	}
	type left struct {
		Right []struct {
			Node node  `json:"node"`
			Back *left `json:"back,omitzero"`
		} `json:"right,omitzero"`
	}
	const doc = `{"right":[{"node":{"leaf":{"name":"a"},"children":[{"leaf":{"name":"b"}}],"byName":{"c":{"leaf":{"name":"d"}}}},"back":{"right":[]}}]}`
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			<-start
			if i%2 == 0 { // some meet an inner type first
				assert.NoError(t, wire.Unmarshal([]byte(`{"leaf":{"name":"x"}}`), &node{}))
			}
			var v left
			assert.NoError(t, wire.Unmarshal([]byte(doc), &v))
			got, err := wire.Append(nil, v)
			assert.NoError(t, err)
			assert.Equal(t, doc, string(got))
		})
	}
	close(start)
	wg.Wait()
}

// Allocations are what the caller keeps, a chunk for the strings, and little else.
func TestAllocations(t *testing.T) {
	c, l, update := clusterDocument(), listDocument(), sampleUpdate()
	list := listClusters{Environment: "kxenv0123456789", Type: "HDB", Max: 100, Next: "bmV4dA==", Keys: []string{"team", "stage"}}
	buf := make([]byte, 0, 64<<10)
	tests := map[string]struct {
		atMost float64
		f      func() error
	}{
		"skip":    {0, func() error { return wire.Unmarshal(l, &struct{}{}) }},
		"cluster": {40, func() error { return wire.Unmarshal(c, &cluster[time.Time]{}) }},
		"list":    {120, func() error { return wire.Unmarshal(l, &clusterList[time.Time]{}) }},
		"update":  {0, func() error { _, err := wire.Append(buf, &update); return err }},
		"bind": {4, func() error {
			_, err := wire.Bind(buf, &list, "/kx/environments/{environmentId}/clusters", wire.SpaceAsPercent)
			return err
		}},
	}
	for name, tt := range tests {
		got := testing.AllocsPerRun(20, func() {
			if err := tt.f(); err != nil {
				t.Fatal(err)
			}
		})
		assert.LessOrEqual(t, got, tt.atMost, name)
	}
}
