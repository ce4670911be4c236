package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// root is the folder of the module.
var root = filepath.Join("..", "..")

// committed returns the services of this module.
func committed(t *testing.T) []string {
	t.Helper()
	services, err := listServices(root)
	require.NoError(t, err)
	require.NotEmpty(t, services)
	return services
}

// The committed models hold facts: no documentation, no examples, and no word of Chinese.
func TestCommittedModelsHoldNoProse(t *testing.T) {
	t.Parallel()
	var models []string
	for _, pkg := range committed(t) {
		models = append(models, filepath.Join(root, modelFile(pkg)))
	}
	clients, err := filepath.Glob(filepath.Join(root, modelsDir, "*.clients.json"))
	require.NoError(t, err)
	for _, path := range append(models, clients...) {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, word := range []string{"#documentation", "#examples", "endpointRuleSet", "\"example\"", "<p>"} {
			assert.NotContains(t, string(data), word, path)
		}
		assert.False(t, bytes.ContainsFunc(data, func(r rune) bool { return unicode.Is(unicode.Han, r) }), "Chinese in %s", path)
		tree, err := smithy.ParseObject(data)
		require.NoError(t, err)
		again := smithy.Format(tree)
		assert.Equal(t, string(data), string(again), "%s is written as apigen writes it", path)
	}
}

// apiMethod is a method for an operation in the text of an API.
var apiMethod = regexp.MustCompile(`(?m)^pkg \w+, method \(\*Client\) (\w+)\(context\.Context, (\w+)Request\) (\(|iter\.Seq2\[)\*`)

// The models have an operation for each method of the committed API, and the API a method for each operation.
func TestModelsHaveTheOperationsOfTheAPI(t *testing.T) {
	t.Parallel()
	names, err := plan.LoadNames(filepath.Join(root, modelsDir, "names.json"))
	require.NoError(t, err)
	for _, pkg := range committed(t) {
		m, err := smithy.Load(filepath.Join(root, modelFile(pkg)))
		require.NoError(t, err)
		var modeled []string
		for _, op := range m.Operations() {
			modeled = append(modeled, names[pkg].Operations[op.Name()])
		}
		text, err := os.ReadFile(filepath.Join(root, "api", pkg+".txt"))
		require.NoError(t, err, "go run ./internal/apitext writes it")
		public := map[string]bool{}
		for _, match := range apiMethod.FindAllStringSubmatch(string(text), -1) {
			if match[1] == match[2] {
				public[match[1]] = true
			}
		}
		assert.Equal(t, slices.Sorted(maps.Keys(public)), slices.Sorted(slices.Values(modeled)), pkg)
	}
}

// A method without documentation of its own says no more than its name.
func TestNothingIsUndocumented(t *testing.T) {
	t.Parallel()
	p, err := loadProject(root, nil)
	require.NoError(t, err)
	var missing bytes.Buffer
	require.NoError(t, p.listMissingDocs(&missing))
	assert.Empty(t, missing.String())
}
