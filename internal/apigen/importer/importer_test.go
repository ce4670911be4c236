package importer

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func upstream(t *testing.T, names ...string) [][]byte {
	t.Helper()
	inputs := make([][]byte, len(names))
	for i, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata", "upstream", name))
		require.NoError(t, err)
		inputs[i] = data
	}
	return inputs
}

func TestImportGolden(t *testing.T) {
	t.Parallel()
	for name, files := range map[string][]string{
		"finspace": {"shop.smithy.json"},
		"flink":    {"works.facts.json"},
		"dlc":      {"vault.mainland.json", "vault.international.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, _, err := Import(name, upstream(t, files...))
			require.NoError(t, err)
			got := smithy.Format(tree)

			golden := filepath.Join("testdata", "imported", name+".json")
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got), "go test ./internal/apigen/importer -update accepts it")
			for _, prose := range []string{"Prose", "prose", "散文", "无", "documentation", "example\"", "mill-1"} {
				assert.NotContains(t, string(got), prose)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	files := upstream(t, "shop.smithy.json")
	before, _, err := Import("finspace", files)
	require.NoError(t, err)
	newer := strings.NewReplacer(
		`"max": 40`, `"max": 63`,
		`"zone": {"target": "example.shop#Name", "traits": {"smithy.api#required": {},`, `"region": {"target": "example.shop#Name", "traits": {`,
		`"arn": {"target": "smithy.api#String"`, `"arn": {"target": "example.shop#Name"`,
		`"example.shop#Color"`, `"example.shop#Tint"`,
		`"since": "2024-01-01"`, `"since": "2025-01-01"`,
	).Replace(string(files[0]))
	after, _, err := Import("finspace", [][]byte{[]byte(newer)})
	require.NoError(t, err)
	assert.Equal(t, []Change{
		{"Buy", "", `~ Buy deprecated: {"since": "2024-01-01"} -> {"since": "2025-01-01"}`},
		{"Color", "", "- string Color"},
		{"Item", "arn", `~ Item.arn target: "smithy.api#String" -> "example.shop#Name"`},
		{"Item", "region", `+ member Item.region {"target": "example.shop#Name"}`},
		{"Item", "zone", `- member Item.zone {"target": "example.shop#Name", "traits": {"smithy.api#required": {}}}`},
		{"Name", "", `~ Name length: {"min": 1, "max": 40} -> {"min": 1, "max": 63}`},
		{"Tint", "", "+ string Tint"},
	}, Changes(before, after))
	assert.Empty(t, Changes(after, after))
}

func TestRemovedTraitsAreChanges(t *testing.T) {
	t.Parallel()
	shapes := func(traits string) *smithy.Object {
		tree, err := smithy.ParseObject([]byte(`{"shapes": {"a#B": {"type": "structure", "members": {"c": {"target": "smithy.api#String"` + traits + `}}}}}`))
		require.NoError(t, err)
		return tree
	}
	with := shapes(`, "traits": {"smithy.api#sensitive": {}}`)
	assert.Equal(t, []Change{{"B", "c", "- B.c sensitive: {}"}}, Changes(with, shapes("")))
	assert.Equal(t, []Change{{"B", "c", "+ B.c sensitive: {}"}}, Changes(shapes(""), with))
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	empty := []byte(`{}`)
	tests := map[string]struct {
		name  string
		files [][]byte
		want  string
	}{
		"unknown service":  {"s3", [][]byte{empty}, "unknown service, must be"},
		"half a document":  {"finspace", [][]byte{[]byte(`{"shapes": `)}, "unexpected EOF"},
		"no Smithy model":  {"finspace", [][]byte{empty}, "not a Smithy model"},
		"no facts":         {"flink", [][]byte{empty}, "not operation facts"},
		"no actions":       {"dlc", [][]byte{empty, empty}, "no actions"},
		"one site only":    {"dlc", [][]byte{empty}, "1 files given, want 2"},
		"too many of them": {"proton", [][]byte{empty, empty}, "2 files given, want 1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, notes, err := Import(test.name, test.files)
			require.ErrorContains(t, err, test.want)
			assert.Nil(t, tree)
			assert.Nil(t, notes)
		})
	}
}

func TestSitesThatDiffer(t *testing.T) {
	t.Parallel()
	site := func(kind string) []byte {
		return []byte(`{"metadata": {}, "actions": {"A": {"status": "online", "input": "ARequest", "output": "AResponse"}}, "objects": {
			"ARequest": {"members": []}, "AResponse": {"members": [{"name": "N", "type": "` + kind + `", "member": "` + kind + `"}]}}}`)
	}
	_, notes, err := importDLC(site("string"), site("bool"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"AResponse.N: string on one site, bool on the other; it is generated as on the mainland site",
		"AResponse.N: string on one site, bool on the other; it is generated as on the mainland site",
	}, notes, "type and member")
}

// Importing the published models again must give what is committed.
func TestUpstreamGivesTheCommittedModels(t *testing.T) {
	t.Parallel()
	upstream := filepath.Join("..", "..", "..", "..", "shared", "upstream")
	if _, err := os.Stat(upstream); err != nil {
		t.Skip("the published models are not here: ", upstream)
	}
	for name, files := range map[string][]string{
		"finspace": {"finspace-2021-03-12.smithy.json"},
		"proton":   {"proton-2020-07-20.smithy.json"},
		"flink":    {"ververica-2022-07-18.facts.json"},
		"dlc":      {"dlc-2021-01-25.cn.api.json", "dlc-2021-01-25.intl.api.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inputs [][]byte
			for _, file := range files {
				data, err := os.ReadFile(filepath.Join(upstream, file))
				require.NoError(t, err)
				inputs = append(inputs, data)
			}
			tree, notes, err := importModel(name, inputs)
			require.NoError(t, err)
			assert.Empty(t, notes)
			want, err := os.ReadFile(filepath.Join("..", "..", "models", name+".json"))
			require.NoError(t, err)
			assert.Equal(t, string(want), string(smithy.Format(tree)))
		})
	}
}
