package shape_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/tests/services"
)

// A newer model may add an optional member to any structure, and hand-written code must still compile: every generated
// struct grows by a field of its own, so that no struct can be converted to another one or be written without the names
// of its fields.
func TestEveryStructMayGrow(t *testing.T) {
	t.Parallel()
	packages := listPackages(t)
	g := growing{fset: token.NewFileSet(), checked: map[string]*types.Package{}, export: map[string]string{}}
	for _, p := range packages {
		if p.Standard || p.Module == nil || !p.Module.Main {
			g.export[p.ImportPath] = p.Export
		}
	}
	g.others = importer.ForCompiler(g.fset, "gc", g.open)
	for _, p := range packages { // dependencies first
		if g.export[p.ImportPath] == "" && p.ImportPath != "unsafe" {
			g.check(t, p)
		}
	}
	messages := 0
	for _, s := range services.All {
		messages += len(structs(s.Client))
	}
	assert.GreaterOrEqual(t, g.grown, messages, "structs of all services")
	assert.Empty(t, strings.Join(g.problems, "\n"))
}

// listed is a package as go list prints it.
type listed struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	Standard                bool
	Module                  *struct{ Main bool }
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,Standard,Module",
		"./...")
	cmd.Dir = filepath.Join("..", "..", "..")
	var failed bytes.Buffer
	cmd.Stderr = &failed
	out, err := cmd.Output()
	require.NoError(t, err, failed.String())
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
}

// growing checks the types of the module's packages, in which generated structs have grown.
type growing struct {
	fset     *token.FileSet
	checked  map[string]*types.Package
	export   map[string]string // files with the types of all other packages
	others   types.Importer
	grown    int
	problems []string
}

func (g *growing) open(path string) (io.ReadCloser, error) { return os.Open(g.export[path]) }

// Import returns a package of the module as it has grown, or another one as it is.
func (g *growing) Import(path string) (*types.Package, error) {
	if p := g.checked[path]; p != nil {
		return p, nil
	}
	return g.others.Import(path)
}

func (g *growing) check(t *testing.T, p listed) {
	t.Helper()
	var files []*ast.File
	for _, name := range p.GoFiles {
		source, err := os.ReadFile(filepath.Join(p.Dir, name))
		require.NoError(t, err)
		if strings.HasPrefix(name, "zz_") {
			source = g.grow(source)
		}
		f, err := parser.ParseFile(g.fset, filepath.Join(p.ImportPath, name), source, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	config := types.Config{Importer: g, Error: func(err error) { g.problems = append(g.problems, err.Error()) }}
	g.checked[p.ImportPath], _ = config.Check(p.ImportPath, g.fset, files, nil) // Error has the problems
}

var declaration = regexp.MustCompile(`(?m)^type [A-Z]\w* struct ?\{`)

// grow adds a field to each exported struct of a file.
func (g *growing) grow(source []byte) []byte {
	return declaration.ReplaceAllFunc(source, func(start []byte) []byte {
		g.grown++
		return fmt.Appendf(bytes.Clone(start), " Grown%d *string `json:\"grown%[1]d,omitzero\"`; ", g.grown)
	})
}
