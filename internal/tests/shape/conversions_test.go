package shape_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// TestNoStructIsConverted checks that hand-written code copies structs field by field. A conversion of a generated
// struct, or into one, would stop compiling as soon as a model has another member.
func TestNoStructIsConverted(t *testing.T) {
	t.Parallel()
	for name := range services.All {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := parseFolder(t, filepath.Join("..", "..", "..", name))
			structs := structNames(files)
			require.NotEmpty(t, structs)
			for path, file := range files {
				if strings.HasPrefix(filepath.Base(path), "zz_") {
					continue
				}
				ast.Inspect(file, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						converted, isName := call.Fun.(*ast.Ident)
						assert.False(t, isName && structs[converted.Name], "%s converts into %v", path, converted)
					}
					return true
				})
			}
		})
	}
}

// parseFolder returns the files of a package by path, without its tests.
func parseFolder(t *testing.T, dir string) map[string]*ast.File {
	files := map[string]*ast.File{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files[path], err = parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		return err
	}))
	return files
}

// structNames returns the names of all struct types that files declare.
func structNames(files map[string]*ast.File) map[string]bool {
	names := map[string]bool{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				if _, isStruct := spec.Type.(*ast.StructType); isStruct {
					names[spec.Name.Name] = true
				}
			}
			return true
		})
	}
	return names
}
