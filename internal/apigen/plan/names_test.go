package plan

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestConstantsBeginWithTheirType holds the rule also for names that are frozen.
func TestConstantsBeginWithTheirType(t *testing.T) {
	t.Parallel()
	names, err := LoadNames(filepath.Join("..", "..", "models", "names.json"))
	require.NoError(t, err)
	checked := 0
	for pkg, service := range names {
		for key, constant := range service.Values {
			enum, _, _ := strings.Cut(key, ".")
			typeName := service.Types[enum]
			require.NotEmpty(t, typeName, "%s %s", pkg, enum)
			assert.True(t, strings.HasPrefix(constant, typeName), "%s %s of %s", pkg, constant, typeName)
			checked++
		}
	}
	assert.Greater(t, checked, 400)
}
