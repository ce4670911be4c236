package shape_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mostLines is how many generated lines a service may have for each operation, on average. FinSpace has the
// most members per request, and the most rules for them.
var mostLines = map[string]int{
	"finspace": 96,
	"proton":   80,
	"flink":    80,
	"dlc":      80,
}

func TestGeneratedCodeIsShort(t *testing.T) {
	t.Parallel()
	for service, client := range clients {
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
		for m := range client.Methods() {
			if !isHelper(m.Name) {
				operations++
			}
		}
		assert.LessOrEqual(t, lines, mostLines[service]*operations, "%s: %d lines for %d operations", service, lines, operations)
		t.Logf("%s: %d lines for %d operations, %.1f each", service, lines, operations, float64(lines)/float64(operations))
	}
}
