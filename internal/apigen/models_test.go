package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// The committed models hold facts: no documentation, no examples, and no word of Chinese.
func TestCommittedModelsHoldNoProse(t *testing.T) {
	t.Parallel()
	for _, pkg := range packages {
		data, err := os.ReadFile(filepath.Join("..", "models", pkg+".json"))
		require.NoError(t, err)
		for _, word := range []string{"#documentation", "#examples", "endpointRuleSet", "\"example\"", "<p>"} {
			assert.NotContains(t, string(data), word, pkg)
		}
		assert.False(t, bytes.ContainsFunc(data, func(r rune) bool { return unicode.Is(unicode.Han, r) }), "Chinese in %s", pkg)
		tree, err := smithy.ParseObject(data)
		require.NoError(t, err)
		again := smithy.Format(tree)
		assert.Equal(t, string(data), string(again), "%s is written as apigen writes it", pkg)
	}
}

// What the services are known to have.
func TestCommittedModelsAreComplete(t *testing.T) {
	t.Parallel()
	for pkg, want := range map[string]int{"finspace": 50, "proton": 87, "flink": 109, "dlc": 309} {
		m, err := smithy.Load(filepath.Join("..", "models", pkg+".json"))
		require.NoError(t, err)
		assert.Len(t, m.Operations(), want, pkg)
	}
}
