package main

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// added are the services that a test adds to a module without any: what the vendors publish of them, and what the generator
// asks for.
var added = []struct {
	name, vendor string
	published    string
	asks         []string
}{
	{"bakery", "aws", "model.json", []string{"recipePassword is named like a secret", `error code OvenFullException: "" is no kind`, "GetLoaf.loaf: say in the overlay"}},
	{"parcel", "aws", "model.json", []string{`error code NoSuchTownException: "" is no kind`}},
	{"orchard", "tencent", "model.json", []string{"GateSecret is named like a secret"}},
	{"quarry", "alibaba", "api", nil},
}

// A service is added by a command and what it asks for. It compiles and passes the tests of all services, in a module that
// has no other services.
func TestNewServices(t *testing.T) {
	t.Parallel()
	root := moduleWithoutServices(t)
	for _, a := range added {
		from := filepath.Join("testdata", "new", a.name)
		copyFile(t, filepath.Join(from, "clients.json"), filepath.Join(root, modelsDir, a.name+".clients.json"))
		var said bytes.Buffer
		require.NoError(t, runNew(root, a.name, a.vendor, []string{filepath.Join(from, a.published)}, &said))
		for _, ask := range append(a.asks, "link: the address of the page of an operation") {
			assert.Contains(t, said.String(), ask)
		}
		lines := decide(t, root, from, a.name)
		_, err := loadProject(root, nil)
		require.NoError(t, err, "%s: nothing is left to decide", a.name)
		t.Logf("%s: %d lines by hand", a.name, lines)
	}
	p, err := loadProject(root, nil)
	require.NoError(t, err)
	files, err := p.generate()
	require.NoError(t, err)
	require.NoError(t, writeFiles(root, files))
	for _, a := range added {
		var said bytes.Buffer
		require.NoError(t, runImport(root, a.name, []string{filepath.Join("testdata", "new", a.name, a.published)}, &said))
		assert.Equal(t, "no change\n", said.String(), a.name)
	}
	client, err := os.ReadFile(filepath.Join(root, "parcel", "client.go"))
	require.NoError(t, err)
	assert.Contains(t, string(client), `Target: "Parcel_20240202"`)
	assert.Contains(t, string(files["parcel/zz_protocol.go"]), `"application/x-amz-json-1.1"`)
	var missing bytes.Buffer
	require.NoError(t, p.listMissingDocs(&missing))
	assert.Empty(t, missing.String())

	inModule(t, root, "vet", "./bakery", "./parcel", "./orchard", "./quarry", "./internal/tests/...")
	inModule(t, root, "test", "./internal", "-run", "TestImportsGoOneWay|TestNoServiceOrVendorKnowsAnother")
	inModule(t, root, "test", "./internal/tests/...")
}

// decide settles the overlay of a new service and documents it. It returns the lines that this takes.
func decide(t *testing.T, root, from, name string) (lines int) {
	t.Helper()
	o, err := readObject(filepath.Join(root, overlayFile(name)))
	require.NoError(t, err)
	require.NotEmpty(t, o.List("decide"))
	o.Remove("decide")
	decided, err := readObject(filepath.Join(from, "decided.json"))
	require.NoError(t, err)
	for _, key := range decided.Keys {
		o.Set(key, decided.Values[key])
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, overlayFile(name)), smithy.Format(o), 0o600))
	copyFile(t, filepath.Join(from, "docs.json"), filepath.Join(root, modelsDir, name+docsEnd))
	copyFile(t, filepath.Join(from, "samples.json"), filepath.Join(root, "internal/tests/rules/testdata", name+".samples.json"))
	for _, file := range []string{"decided.json", "docs.json", "clients.json", "samples.json"} {
		data, err := os.ReadFile(filepath.Join(from, file))
		if err == nil {
			lines += bytes.Count(data, []byte("\n"))
		}
	}
	return lines
}

// moduleWithoutServices copies what all services need, and the tests that walk all services.
func moduleWithoutServices(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	for _, file := range []string{"go.mod", "go.sum", "internal/imports_test.go", "internal/tests/services/services.go"} {
		copyFile(t, filepath.Join(root, file), filepath.Join(to, file))
	}
	for _, folder := range []string{
		"cloud", "internal/ini", "internal/protocol", "internal/sign", "internal/transport", "internal/validate", "internal/wait", "internal/wire",
	} {
		copyFolder(t, root, to, folder, func(name string) bool { return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") })
	}
	copyFolder(t, root, to, "internal/tests/rules", func(name string) bool { return strings.HasSuffix(name, ".go") })
	copyFolder(t, root, to, "internal/tests/shape", func(name string) bool { return !namesService(t, filepath.Join(root, "internal/tests/shape", name)) })
	return to
}

func copyFolder(t *testing.T, from, to, folder string, wanted func(name string) bool) {
	t.Helper()
	base := filepath.Join(from, folder)
	require.NoError(t, filepath.WalkDir(base, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(base, path)
		if err == nil && wanted(name) {
			copyFile(t, path, filepath.Join(to, folder, name))
		}
		return err
	}))
}

// copyFile copies a file, if it is there.
func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if os.IsNotExist(err) {
		return
	}
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o750))
	require.NoError(t, os.WriteFile(to, data, 0o600))
}

// namesService reports whether a test is about one of the services of this module, because it imports it.
func namesService(t *testing.T, file string) bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, spec := range f.Imports {
		for _, service := range committed(t) {
			if strings.HasSuffix(spec.Path.Value, "/polycloud-go/"+service+`"`) {
				return true
			}
		}
	}
	return false
}

// inModule runs the go command. With -trimpath, packages that are the same as in this module are built once for all.
func inModule(t *testing.T, root string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{args[0], "-trimpath"}, args[1:]...)...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "go %s\n%s", strings.Join(args, " "), out)
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "cloud"), 0o750))
	model := filepath.Join("testdata", "new", "bakery", "model.json")
	text, err := os.ReadFile(model)
	require.NoError(t, err)
	edited := func(was, is string) string {
		require.Contains(t, string(text), was)
		path := filepath.Join(t.TempDir(), "model.json")
		require.NoError(t, os.WriteFile(path, bytes.Replace(text, []byte(was), []byte(is), 1), 0o600))
		return path
	}
	for name, tt := range map[string]struct{ pkg, vendor, file, problem string }{
		"no package name":  {"Bakery", "aws", model, `the name "Bakery" must be that of a package`},
		"path":             {"../bakery", "aws", model, "must be that of a package"},
		"keyword":          {"func", "aws", model, "must be that of a package"},
		"unknown vendor":   {"bakery", "else", model, `unknown vendor "else", must be aws, alibaba or tencent`},
		"folder is there":  {"cloud", "aws", model, "cloud is there already"},
		"no file":          {"bakery", "aws", filepath.Join(root, "none.json"), "no such file"},
		"empty folder":     {"bakery", "alibaba", root, "has no files of JSON"},
		"no clients":       {"quarry", "alibaba", filepath.Join("testdata", "new", "quarry", "api"), "describe GetStoneResponse in quarry.clients.json"},
		"another vendor's": {"bakery", "tencent", model, "not an api.json file"},
		"no signing name":  {"bakery", "aws", edited(`, "aws.auth#sigv4": {"name": "bakery"}`, ""), "does not say by what name requests are signed"},
		"two names":        {"bakery", "aws", edited(`"sdkId": "Bakery"`, `"endpointPrefix": "api.bakery"`), "requests are signed for bakery and sent to api.bakery"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, runNew(root, tt.pkg, tt.vendor, []string{tt.file}, &bytes.Buffer{}), tt.problem)
			entries, err := os.ReadDir(root)
			require.NoError(t, err)
			assert.Len(t, entries, 1, "nothing is written")
		})
	}
}

// A proposal does not depend on chance. A model that is committed is large enough to show it.
func TestNewTwiceGivesTheSame(t *testing.T) {
	t.Parallel()
	model := filepath.Join(root, modelFile("proton"))
	var first []byte
	for range 3 {
		root := t.TempDir()
		var said bytes.Buffer
		require.NoError(t, runNew(root, "proton", "aws", []string{model}, &said))
		proposed, err := os.ReadFile(filepath.Join(root, overlayFile("proton")))
		require.NoError(t, err)
		if first == nil {
			first = proposed
		}
		assert.Equal(t, string(first), string(proposed))
	}
}

func TestResourceOf(t *testing.T) {
	t.Parallel()
	for operation, want := range map[string]string{
		"ListKxClusters": "kx_cluster", "GetKxCluster": "kx_cluster", "DescribeDMSTables": "dms_table", "Query": "query", "ping": "ping",
	} {
		assert.Equal(t, want, resourceOf(operation), operation)
	}
}
