package main

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// tiny are models of our own: restJson, awsJson, roa and tc3.
var tiny = []string{"shop", "depot", "works", "vault"}

// generateTiny generates one of them as golden files are called.
func generateTiny(t *testing.T, pkg string, names plan.Names) map[string][]byte {
	t.Helper()
	s, err := source{models: filepath.Join("testdata", "models"), emulator: "testdata", pkg: pkg}.load(names)
	require.NoError(t, err)
	files, err := s.Files()
	require.NoError(t, err)
	encoded, err := names.Encode()
	require.NoError(t, err)
	files[pkg+"/names.json"] = encoded
	return files
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, pkg := range tiny {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			files := generateTiny(t, pkg, plan.Names{})
			dir := filepath.Join("testdata", "golden")
			if *update {
				require.NoError(t, os.RemoveAll(filepath.Join(dir, pkg)))
				require.NoError(t, os.RemoveAll(filepath.Join(dir, "internal", "emulate", pkg)))
				require.NoError(t, writeFiles(dir, files))
			}
			old, err := filepath.Glob(filepath.Join(dir, pkg, "*"))
			require.NoError(t, err)
			emulated, err := filepath.Glob(filepath.Join(dir, "internal", "emulate", pkg, "*"))
			require.NoError(t, err)
			assert.Len(t, slices.Concat(old, emulated), len(files), "golden files of %s", pkg)
			for _, name := range slices.Sorted(maps.Keys(files)) {
				want, err := os.ReadFile(filepath.Join(dir, name))
				require.NoError(t, err, "go test ./internal/apigen -update writes it")
				assert.Equal(t, string(want), string(files[name]), "%s; go test ./internal/apigen -update accepts it", name)
			}
		})
	}
}

func TestGeneratingTwiceGivesTheSame(t *testing.T) {
	t.Parallel()
	for _, pkg := range tiny {
		names := plan.Names{}
		first := generateTiny(t, pkg, names)
		for range 5 {
			assert.Equal(t, first, generateTiny(t, pkg, plan.Names{}), "%s from the start", pkg)
			assert.Equal(t, first, generateTiny(t, pkg, names), "%s with names that are frozen", pkg)
		}
	}
}
