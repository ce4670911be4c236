// Package examples_test holds the README and the docs to code that compiles and is tested.
package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

func TestReadmeAndDocsShowCodeThatIsTested(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "docs/emulator.md", "docs/telemetry.md", "docs/temporal.md"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			showsTestedCode(t, "../"+name)
		})
	}
}

// showsTestedCode checks that all Go code in a document is in the examples, or in the tests of the modules beside this one.
func showsTestedCode(t *testing.T, name string) {
	document, err := os.ReadFile(name)
	require.NoError(t, err)
	files, err := filepath.Glob("*/*.go")
	require.NoError(t, err)
	for _, module := range []string{"../otel", "../credentials/*"} {
		more, err := filepath.Glob(module + "/*_test.go")
		require.NoError(t, err)
		files = append(files, more...)
	}
	var code strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		code.Write(text)
	}
	blocks := goBlock.FindAllStringSubmatch(string(document), -1)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		assert.True(t, strings.Contains(code.String(), block[1]), "not in the examples:\n%s", block[1])
	}
}
