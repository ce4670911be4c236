package sign_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

func TestStampCache(t *testing.T) {
	t.Parallel()
	var cache sign.StampCache
	writes := 0
	write := func(t time.Time) string {
		writes++
		return t.UTC().Format(time.RFC3339)
	}
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	far := time.FixedZone("far", 14*60*60)
	for _, test := range []struct {
		at     time.Time
		want   string
		writes int
	}{
		{noon, "2026-11-21T12:00:00Z", 1},
		{noon.Add(999 * time.Millisecond), "2026-11-21T12:00:00Z", 1},
		{noon.In(far), "2026-11-21T12:00:00Z", 1},
		{noon.Add(time.Second), "2026-11-21T12:00:01Z", 2},
		{noon, "2026-11-21T12:00:00Z", 3},
	} {
		assert.Equal(t, []string{test.want}, cache.Header(test.at, write))
		assert.Equal(t, test.writes, writes)
	}
}

func TestStampCacheConcurrently(t *testing.T) {
	t.Parallel()
	var cache sign.StampCache
	write := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				at := noon.Add(time.Duration((i+j)%3) * time.Second)
				assert.Equal(t, []string{write(at)}, cache.Header(at, write))
			}
		})
	}
	wg.Wait()
}
