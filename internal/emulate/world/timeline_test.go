package world

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTimeline(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var line Timeline[string]
	_, ok := line.Actual(at(0))
	assert.False(t, ok)
	line.Put(at(10), at(10), "old")
	line.Put(at(20), at(25), "changing")
	line.Put(at(40), at(40), "new")
	tests := []struct {
		at              int
		actual, visible string
	}{
		{9, "", ""}, {10, "old", "old"}, {20, "changing", "old"}, {24, "changing", "old"}, {25, "changing", "changing"},
		{39, "changing", "changing"}, {40, "new", "new"}, {1000, "new", "new"},
	}
	for _, tt := range tests {
		actual, _ := line.Actual(at(tt.at))
		visible, _ := line.Visible(at(tt.at))
		assert.Equal(t, tt.actual, actual, tt.at)
		assert.Equal(t, tt.visible, visible, tt.at)
	}

	line.Put(at(30), at(35), "canceled")
	actual, _ := line.Actual(at(50))
	assert.Equal(t, "canceled", actual, "what was planned for later is dropped")
	line.Forget(at(32))
	assert.Len(t, line.versions, 2, "reads still show the state before the last")
	line.Forget(at(35))
	assert.Equal(t, []version[string]{{from: at(30), visibleFrom: at(35), value: "canceled"}}, line.versions)
}
