package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// drifting has what -check compares: generated files and the frozen names.
func drifting() map[string][]byte {
	return map[string][]byte{
		"finspace/zz_item.go":        []byte("package finspace\n"),
		"proton/zz_item.go":          []byte("package proton\n"),
		"internal/models/names.json": []byte("{}\n"),
	}
}

func TestCheckFindsDrift(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(t *testing.T, root string)
		want   []string
	}{
		"nothing": {func(*testing.T, string) {}, nil},
		"edited": {func(t *testing.T, root string) { put(t, root, "finspace/zz_item.go", "package finspace // by hand\n") },
			[]string{"finspace/zz_item.go"}},
		"removed": {func(t *testing.T, root string) {
			require.NoError(t, os.Remove(filepath.Join(root, "proton/zz_item.go")))
		},
			[]string{"proton/zz_item.go"}},
		"left over": {func(t *testing.T, root string) { put(t, root, "finspace/zz_old.go", "package finspace\n") },
			[]string{"finspace/zz_old.go"}},
		"new names": {func(t *testing.T, root string) { put(t, root, "internal/models/names.json", "{ }\n") },
			[]string{"internal/models/names.json"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			require.NoError(t, writeFiles(root, drifting()))
			put(t, root, "finspace/client.go", "package finspace\n")
			test.change(t, root)

			err := checkFiles(root, drifting())
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			for _, part := range append(test.want, "run go generate ./... and commit") {
				assert.ErrorContains(t, err, part)
			}
			require.NoError(t, writeFiles(root, drifting()), "generating again mends it")
			require.NoError(t, checkFiles(root, drifting()))
			assert.FileExists(t, filepath.Join(root, "finspace/client.go"), "files written by hand stay")
		})
	}
}

func put(t *testing.T, root, name, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
}

func TestWritingLeavesUpToDateFilesAlone(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, writeFiles(root, drifting()))
	path := filepath.Join(root, "finspace/zz_item.go")
	require.NoError(t, os.Chmod(path, 0o400))
	before, err := os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, writeFiles(root, drifting()))
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, before.ModTime(), after.ModTime())
}
