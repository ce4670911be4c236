package internal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNoticeNamesWhatIsBuiltIn checks that NOTICE has an entry for every module that programs built with this one contain, and
// for no other.
func TestNoticeNamesWhatIsBuiltIn(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./...")
	list.Dir = ".."
	out, err := list.Output()
	require.NoError(t, err)
	built := strings.Fields(string(out))
	slices.Sort(built)
	built = slices.DeleteFunc(slices.Compact(built), func(path string) bool { return path == module })

	text, err := os.ReadFile(filepath.Join("..", "NOTICE"))
	require.NoError(t, err)
	var named []string
	for line := range strings.Lines(string(text)) {
		path, _, found := strings.Cut(line, ", https://")
		if found && !strings.ContainsAny(path, " ") {
			named = append(named, path)
		}
	}
	slices.Sort(named)
	assert.Equal(t, built, named)
}
