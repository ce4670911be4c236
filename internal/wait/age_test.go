package wait_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

func TestAge(t *testing.T) {
	t.Parallel()
	ours := time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		shown time.Time
		want  int
		reads int // of two reads
	}{
		{"the same", ours, 0, 0},
		{"the same, said less exactly", ours.Add(-900 * time.Millisecond), 0, 0},
		{"the same, said a little later", ours.Add(3 * time.Second), 0, 1},
		{"an older one", ours.Add(-time.Hour), -1, -1},
		{"a newer one", ours.Add(time.Minute), 1, 1},
		{"unknown", time.Time{}, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, wait.Age(tt.shown, ours))
			assert.Zero(t, wait.Age(tt.shown, time.Time{}))
			assert.Equal(t, tt.reads, wait.Compare(tt.shown, ours))
			assert.Zero(t, wait.Compare(tt.shown, time.Time{}))
		})
	}
}
