package cloud_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go/waiter"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// noticed is how late many waits noticed the end of a change, as a part of its length, and how often
// they polled.
type noticed struct {
	late  []float64
	polls []int
}

func (n noticed) mean() float64 {
	var sum float64
	for _, part := range n.late {
		sum += part
	}
	return sum / float64(len(n.late))
}

// most is the 95th percentile.
func (n noticed) most() float64 {
	slices.Sort(n.late)
	return n.late[len(n.late)*95/100]
}

// notice waits for many changes of about a length. They differ by up to a fifth, because a cadence may suit one
// length by chance.
func notice(length time.Duration, wait func(time.Duration) (time.Duration, int)) noticed {
	const runs = 1000
	var n noticed
	for i := range runs {
		exact := length * time.Duration(8*runs+2*i) / (10 * runs)
		late, polls := wait(exact)
		n.late, n.polls = append(n.late, late.Seconds()/exact.Seconds()), append(n.polls, polls)
	}
	return n
}

// ours waits with a Waiter.
func ours(t *testing.T, length, minInterval, confirm time.Duration) (late time.Duration, polls int) {
	began := time.Now()
	w := newWaiter(nil, func(w *cloud.WaitSpec[thing]) {
		w.MinInterval, w.Confirm = minInterval, confirm
		w.Read = func(context.Context) (*thing, error) {
			polls++
			if time.Since(began) < length {
				return &thing{State: "NEW"}, nil
			}
			return &thing{State: "LIVE"}, nil
		}
	})
	_, err := w.Wait(t.Context())
	require.NoError(t, err)
	return time.Since(began) - length, polls
}

// theirs waits as the waiters of the AWS SDK for Go do, with the delays of its Proton waiters and their
// own arithmetic.
func theirs(t *testing.T, length time.Duration) (late time.Duration, polls int) {
	const minDelay, maxDelay, maxWait = 5 * time.Second, 4999 * time.Second, 24 * time.Hour
	began, remaining := time.Now(), maxWait
	for attempt := int64(1); ; attempt++ {
		polls++
		if time.Since(began) >= length {
			return time.Since(began) - length, polls
		}
		delay, err := waiter.ComputeDelay(attempt, minDelay, maxDelay, remaining)
		require.NoError(t, err)
		remaining -= delay
		time.Sleep(delay)
	}
}

// TestCadence holds the promise that a change is noticed within about a tenth of what it took, and
// that a long one costs few polls. It logs the figures beside those of the AWS SDK's algorithm.
func TestCadence(t *testing.T) {
	if testing.Short() {
		t.Skip("it measures thousands of waits, one after another")
	}
	t.Parallel()
	lengths := []time.Duration{time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour, 6 * time.Hour}
	kinds := []struct {
		name                 string
		minInterval, confirm time.Duration
	}{
		{"slow", 5 * time.Second, 0},
		{"slow, confirmed", 5 * time.Second, 30 * time.Second},
		{"quick", 3 * time.Second, 0},
		{"quick, confirmed", 3 * time.Second, 30 * time.Second},
	}
	var table strings.Builder
	row := func(name string, length time.Duration, n noticed) {
		fmt.Fprintf(&table, "%-18s %8s  mean %5.1f%%  p95 %5.1f%%  polls %3d at most\n", name, length, 100*n.mean(), 100*n.most(), slices.Max(n.polls))
	}
	synctest.Test(t, func(t *testing.T) {
		for _, length := range lengths {
			for _, kind := range kinds {
				n := notice(length, func(exact time.Duration) (time.Duration, int) { return ours(t, exact, kind.minInterval, kind.confirm) })
				row(kind.name, length, n)
				twice := 2 * kind.minInterval.Seconds() / length.Seconds()
				confirmed := kind.confirm.Seconds() / (0.8 * length.Seconds()) // what is confirmed is seen this much longer
				assert.LessOrEqual(t, n.mean(), max(0.06, twice)+confirmed, "%s %s", kind.name, length)
				assert.LessOrEqual(t, n.most(), max(0.12, twice)+confirmed, "%s %s", kind.name, length)
				if length <= time.Hour {
					assert.LessOrEqual(t, slices.Max(n.polls), 64, kind.name)
				}
			}
			n := notice(length, func(exact time.Duration) (time.Duration, int) { return theirs(t, exact) })
			row("AWS SDK", length, n)
			if length == 20*time.Minute {
				assert.Greater(t, n.mean(), 0.25, "the algorithm to compare with is not what it was")
			}
		}
	})
	t.Log("\n" + table.String())
}
