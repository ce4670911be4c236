package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/conformance/bench"
)

func Benchmark(b *testing.B) {
	cases, done, err := bench.Cases()
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
