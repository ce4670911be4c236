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

func Benchmark(b *testing.B) {
	cases, done, err := Cases()
	require.NoError(b, err)
	b.Cleanup(done)
	for _, c := range cases {
		name := c.Service + "/" + c.Name
		if c.Place != "" {
			name += "/" + c.Place
		}
		run(b, name+"/ours", c.Ours)
		run(b, name+"/official", c.Theirs)
		run(b, name+"/floor", c.Floor)
	}
}

func run(b *testing.B, name string, call func() error) {
	if call == nil {
		return
	}
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := call(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
