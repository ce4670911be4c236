package front

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		template, path string
		want           map[string]string
	}{
		{"/a/{x}", "/a/b", map[string]string{"x": "b"}},
		{"/a/{x}", "/a/b%2Fc%20d", map[string]string{"x": "b/c d"}},
		{"/a/{x}/c", "/a/b/c", map[string]string{"x": "b"}},
		{"/a/{x}:go", "/a/b:go", map[string]string{"x": "b"}},
		{"/a/{x}:go", "/a/b%3Ago", map[string]string{"x": "b"}},
		{"/a/{x}:go", "/a/b%3ac:go", map[string]string{"x": "b:c"}},
		{"/a/{x}:go", "/a/b:stop", nil},
		{"/a/{x}:go", "/a/:go", nil},
		{"/a/{x}", "/a/", nil},
		{"/a/{x}", "/a/b/c", nil},
		{"/a/{x}", "/A/b", nil},
		{"/a/{x}", "/a/%zz", nil},
	}
	for _, tt := range tests {
		op := Operation{parts: strings.Split(tt.template, "/")}
		got, ok := op.match(strings.Split(tt.path, "/"))
		assert.Equal(t, tt.want != nil, ok, tt.path)
		if ok {
			assert.Equal(t, tt.want, got)
		}
	}
}
