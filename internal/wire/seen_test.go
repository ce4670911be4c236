package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type seenTarget struct {
	Name  string         `json:"name"`
	Count int            `json:"count"`
	Items []string       `json:"items"`
	Tags  map[string]any `json:"tags"`
}

func TestSeen(t *testing.T) {
	t.Parallel()
	tests := []struct {
		document   string
		any, known bool
		lacks      []string
	}{
		{`{}`, false, false, []string{"name", "count", "items", "tags"}},
		{`{"other":1}`, true, false, []string{"name", "count", "items", "tags"}},
		{`{"name":null}`, true, true, []string{"name", "count", "items", "tags"}},
		{`{"name":"","count":0,"items":[],"tags":{}}`, true, true, []string{"name"}},
		{`{"name":"a","count":null,"items":null,"tags":null}`, true, true, []string{"count"}},
		{`{"other":{"name":"a"},"count":1}`, true, true, []string{"name", "items", "tags"}},
	}
	for _, tt := range tests {
		var alone, beside seenTarget
		var other struct {
			Other any `json:"other"`
		}
		one, two := &Seen{Target: &alone}, &Seen{Target: &beside}
		require.NoError(t, Unmarshal([]byte(tt.document), one))
		require.NoError(t, Unmarshal([]byte(tt.document), &other, two))
		assert.Equal(t, alone, beside)
		for _, s := range []*Seen{one, two} {
			assert.Equal(t, tt.any, s.Any(), tt.document)
			assert.Equal(t, tt.known, s.Known(), tt.document)
			var lacks []string
			for _, name := range []string{"name", "count", "items", "tags"} {
				assert.True(t, s.Takes(name))
				if s.Lacks(name) {
					lacks = append(lacks, name)
				}
			}
			assert.Equal(t, tt.lacks, lacks, tt.document)
			assert.False(t, s.Takes("other"))
			assert.True(t, s.Lacks("other"))
		}
	}
}

// TestSeenAgain checks that only the last of several members counts, and only the last document.
func TestSeenAgain(t *testing.T) {
	t.Parallel()
	s := &Seen{Target: new(seenTarget)}
	found, _, err := DecodeMember([]byte(`{"r":{"name":"a"},"r":{"count":1}}`), "r", s)
	require.NoError(t, err)
	assert.True(t, found)
	assert.True(t, s.Lacks("name"))
	assert.False(t, s.Lacks("count"))

	require.NoError(t, Unmarshal([]byte(`{}`), s))
	assert.False(t, s.Any())
	assert.True(t, s.Lacks("count"))
}
