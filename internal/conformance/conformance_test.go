package conformance_test

import (
	"fmt"
	"sync"
	"testing"
)

// services are what is compared, each as often as there are ways to sign its requests.
var services = []struct {
	name, model string
	compare     func(*testing.T) *counts
}{
	{"finspace", "finspace", compareFinspace},
	{"proton", "proton", compareProton},
	{"flink", "flink", func(t *testing.T) *counts { return compareFlink(t, false) }},
	{"flink-hmac-sha1", "flink", func(t *testing.T) *counts { return compareFlink(t, true) }},
	{"dlc", "dlc", compareDLC},
}

// shares are how much of what is not required the inputs and answers of an operation have.
var shares = []float64{0, 1, 0.7, 0.5, 0.5, 0.3}

// counts says how often the two sides agreed.
type counts struct {
	operations int
	requests   int // sent by both
	valid      int // of these, passed by our validation
	signatures int // recomputed by another side
	tokens     int // filled in by a side
	responses  int // decoded by both
}

func (c *counts) add(more *counts) {
	c.operations += more.operations
	c.requests += more.requests
	c.valid += more.valid
	c.signatures += more.signatures
	c.tokens += more.tokens
	c.responses += more.responses
}

func (c *counts) String() string {
	return fmt.Sprintf("%d operations: %d requests (%d valid), %d signatures, %d idempotency tokens, %d responses",
		c.operations, c.requests, c.valid, c.signatures, c.tokens, c.responses)
}

func TestBothSidesAgree(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var all counts
	compared := 0
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			n := s.compare(t)
			var names map[string]struct{ Operations map[string]string }
			read(t, "names.json", &names)
			if want := len(names[s.model].Operations); n.operations != want {
				t.Errorf("%d operations, want %d", n.operations, want)
			}
			t.Log(s.name, n)
			mu.Lock()
			defer mu.Unlock()
			all.add(n)
			compared++
		})
	}
	t.Cleanup(func() {
		if compared == len(services) {
			checkDifferences(t)
		}
		t.Log("all together", &all)
	})
}
