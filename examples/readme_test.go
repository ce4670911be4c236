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
	names, err := filepath.Glob("../docs/*.md")
	require.NoError(t, err)
	names = append(names, "../README.md")
	blocks := 0
	for _, name := range names {
		blocks += showsTestedCode(t, name)
	}
	assert.Greater(t, blocks, 30)
}

// showsTestedCode checks that all Go code in a document is in the examples, in the tests of other packages and modules, or in
// code beside the vendors' clients. It returns how many blocks of code there are.
func showsTestedCode(t *testing.T, name string) int {
	document, err := os.ReadFile(name)
	require.NoError(t, err)
	files, err := filepath.Glob("*/*.go")
	require.NoError(t, err)
	for _, pattern := range []string{"../otel/*_test.go", "../credentials/*/*_test.go", "../journal/*_test.go", "../internal/conformance/migration/*.go"} {
		more, err := filepath.Glob(pattern)
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
	for _, block := range blocks {
		assert.True(t, strings.Contains(code.String(), block[1]), "%s: not in the examples:\n%s", name, block[1])
	}
	return len(blocks)
}
