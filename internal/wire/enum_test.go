package wire_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

func TestEnumName(t *testing.T) {
	t.Parallel()
	type state int
	values, names := []state{-1, 0, 2}, []string{"Failed", "Starting", "Running"}
	for v, want := range map[state]string{-1: "Failed", 0: "Starting", 2: "Running", 1: "State(1)", 99: "State(99)"} {
		assert.Equal(t, want, wire.EnumName("State", v, values, names))
	}
}
