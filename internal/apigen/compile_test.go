package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// byHand is what a person writes beside the generated files of the tiny services.
const byHand = `package %s
import (
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
	"github.com/polycloud-sdk/polycloud-go/internal/validate"
)
type Client struct{ api *transport.Client }
func checkCreateItemRequest(*validate.Problems, *CreateItemRequest) {}
`

// The generated code of the tiny shop compiles with everything that a model of AWS may have.
func TestGeneratedCodeCompiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	model := [][2]string{
		{noteMember, `"title": {"target": "example.shop#Note"}, ` + traits(noteMember, `"smithy.api#jsonName": "NoteText", "smithy.api#sensitive": {}`) + `,
			"dueDate": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#required": {}, "smithy.api#timestampFormat": "date-time"}}`},
		{soldMember, soldMember + `, "next": {"target": "example.shop#Item"}, "type": {"target": "smithy.api#String"}`},
		{itemMember, `"members": {"item": {"target": "example.shop#Item"}, "etag": {"target": "smithy.api#String", "traits": {"smithy.api#httpHeader": "ETag"}},
			"changed": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#httpHeader": "Last-Modified"}}}`},
		{createURI, `"uri": "/shops/{shopId}/items?op=make", "code": 200}}`},
		{`"smithy.api#range": {"min": 1, "max": 100}`, `"smithy.api#range": {"min": 1, "max": 9223372036854775807}`},
	}
	_, err := generateEdited(t, dir, model, nil)
	require.NoError(t, err)
	g, err := source{models: dir, pkg: "shop"}.load(plan.Names{})
	require.NoError(t, err)
	files, err := g.Files()
	require.NoError(t, err)
	assert.Empty(t, typeCheck(t, "shop", files))
}

// typeCheck returns what the compiler would say of generated files.
func typeCheck(t *testing.T, pkg string, files map[string][]byte) (problems []string) {
	t.Helper()
	fset := token.NewFileSet()
	parse := func(name string, text []byte) *ast.File {
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		require.NoError(t, err)
		return f
	}
	parsed := []*ast.File{parse("client.go", []byte(strings.ReplaceAll(byHand, "%s", pkg)))}
	for name, text := range files {
		if strings.HasPrefix(name, pkg+"/") && !strings.HasSuffix(name, "_test.go") {
			parsed = append(parsed, parse(name, text))
		}
	}
	export := exported(t)
	open := func(path string) (io.ReadCloser, error) { return os.Open(export[path]) }
	config := types.Config{
		Importer: importer.ForCompiler(fset, "gc", open),
		Error:    func(err error) { problems = append(problems, err.Error()) },
	}
	_, _ = config.Check(pkg, fset, parsed, nil) // Error has the problems
	return problems
}

// exported returns the files with the types of all packages that generated code may import.
func exported(t *testing.T) map[string]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Export",
		"./finspace") // it imports all of them
	cmd.Dir = filepath.Join("..", "..")
	out, err := cmd.Output()
	require.NoError(t, err)
	files := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		files[p.ImportPath] = p.Export
	}
}
