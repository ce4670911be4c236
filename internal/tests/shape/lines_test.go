package shape_test

import (
	"bytes"
	"cmp"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// mostLines is how many generated lines a service may have for each operation, on average. FinSpace has the
// most members per request, and the most rules for them.
var mostLines = map[string]int{"finspace": 96}

const mostLinesOfOthers = 80

func TestGeneratedCodeIsShort(t *testing.T) {
	t.Parallel()
	for service, s := range services.All {
		files, err := filepath.Glob(filepath.Join("..", "..", "..", service, "zz_*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		lines := 0
		for _, file := range files {
			if filepath.Base(file) == "zz_operations.go" { // a list for the reader of the documentation
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			lines += bytes.Count(text, []byte("\n"))
		}
		operations := 0
		for m := range s.Client.Methods() {
			if !isHelper(m.Name) {
				operations++
			}
		}
		assert.LessOrEqual(t, lines, cmp.Or(mostLines[service], mostLinesOfOthers)*operations, "%s: %d lines for %d operations", service, lines, operations)
		t.Logf("%s: %d lines for %d operations, %.1f each", service, lines, operations, float64(lines)/float64(operations))
	}
}
