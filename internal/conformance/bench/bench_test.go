package bench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAllSidesWork(t *testing.T) {
	t.Parallel()
	cases, done, err := Cases()
	require.NoError(t, err)
	t.Cleanup(done)
	require.Len(t, cases, 4*(4*2+2))
	for _, c := range cases {
		require.NoError(t, c.Ours(), "%s %s %s", c.Service, c.Name, c.Place)
		require.NoError(t, c.Theirs(), "%s %s %s", c.Service, c.Name, c.Place)
	}
}
