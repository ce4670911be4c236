package transport

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestJoinQueries(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ constant, query, want string }{
		{"", "", ""},
		{"", "a=1&b=2", "a=1&b=2"},
		{"op=make", "", "op=make"},
		{"op=make&draft=", "a=1&z=2", "a=1&draft=&op=make&z=2"},
		{"b=", "a=2&b-c=3&b=1&b=0", "a=2&b=&b=1&b=0&b-c=3"}, // by name, and equal names as they came
	} {
		assert.Equal(t, tt.want, joinQueries(tt.constant, tt.query))
	}
}
