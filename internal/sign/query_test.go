package sign_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/sign"
)

func TestQuery(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, canonical, decoded string }{
		{"", "", ""},
		{"a", "a=", "a"},
		{"a=", "a=", "a"},
		{"=v", "=v", "=v"},
		{"&&a=1&&b=2&", "a=1&b=2", "a=1&b=2"},
		{"b=2&a=2&a=1", "a=1&a=2&b=2", "a=1&a=2&b=2"},
		{"a-b=1&a=2", "a=2&a-b=1", "a=2&a-b=1"},
		{"a=b=c", "a=b%3Dc", "a=b=c"},
		{"a=x+y%20z", "a=x%20y%20z", "a=x y z"},
		{"a=%7e%2a*~%2F", "a=~%2A%2A~%2F", "a=~**~/"},
		{"a=%e4%BD%9C作", "a=%E4%BD%9C%E4%BD%9C", "a=作作"},
		{"a=%zz%4", "a=%25zz%254", "a=%zz%4"},
		{"%61=1", "a=1", "a=1"},
		{"%E1%88%B4=1&P=2", "%E1%88%B4=1&P=2", "P=2&ሴ=1"},
		{"a=1;b=2", "a=1%3Bb%3D2", "a=1;b=2"},
	}
	for _, test := range tests {
		t.Run(test.raw, func(t *testing.T) {
			t.Parallel()
			w := sign.NewScratch()
			defer w.Release()
			assert.Equal(t, test.canonical, string(w.AppendQuery(nil, test.raw)))
			assert.Equal(t, test.decoded, string(w.AppendDecodedQuery(nil, test.raw)))
		})
	}
}

func FuzzQuery(f *testing.F) {
	for _, raw := range []string{"", "a=1&b=2", "a=x+y%20z&a", "a=%zz", "%E1%88%B4=b&&=", "a;b=1"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		w := sign.NewScratch()
		defer w.Release()
		w.AppendDecodedQuery(nil, raw)
		canonical := string(w.AppendQuery(nil, raw))
		require.Equal(t, canonical, string(w.AppendQuery(nil, canonical)), "canonical form is stable")

		want, err := url.ParseQuery(raw)
		if err != nil {
			return // net/url refuses it, but it is sent and signed all the same
		}
		got, err := url.ParseQuery(canonical)
		require.NoError(t, err)
		for _, values := range []url.Values{want, got} {
			for name := range values {
				slices.Sort(values[name])
			}
		}
		require.Equal(t, want, got)
		if len(want) == 1 {
			require.Len(t, canonical, len(strings.ReplaceAll(want.Encode(), "+", "%20")))
		}
	})
}

func FuzzPath(f *testing.F) {
	for _, path := range []string{"", "/", "/a b/ሴ", "/a%2Fb//", "/-._~"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		escaped := string(sign.AppendPath(nil, path))
		back, err := url.PathUnescape(escaped)
		require.NoError(t, err)
		require.Equal(t, path, back)
		require.Equal(t, strings.Count(path, "/"), strings.Count(escaped, "/"))
		require.Equal(t, strings.ReplaceAll(strings.ReplaceAll(url.QueryEscape(path), "%2F", "/"), "+", "%20"), escaped)
	})
}

func FuzzUnescape(f *testing.F) {
	for _, s := range []string{"", "a+b", "%41", "%4", "%zz", "%%41"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := url.QueryUnescape(s)
		if err != nil {
			return
		}
		require.Equal(t, want, sign.Unescape(s))
	})
}
