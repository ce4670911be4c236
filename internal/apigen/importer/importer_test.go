package importer

import (
	"bytes"
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

func upstreamFiles(names ...string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = filepath.Join("testdata", "upstream", name)
	}
	return paths
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
			dir := t.TempDir()
			var said bytes.Buffer
			require.NoError(t, Run(dir, name, upstreamFiles(files...), &said))
			got, err := os.ReadFile(filepath.Join(dir, name+".json"))
			require.NoError(t, err)

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

			said.Reset()
			require.NoError(t, Run(dir, name, upstreamFiles(files...), &said))
			assert.Contains(t, said.String(), "no change")
		})
	}
}

func TestImportSaysWhatChanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var said bytes.Buffer
	require.NoError(t, Run(dir, "finspace", upstreamFiles("shop.smithy.json"), &said))
	assert.Contains(t, said.String(), "+ structure Item\n")
	assert.Contains(t, said.String(), "note: trait example.new#rule is not known and was left out\n")

	data, err := os.ReadFile(upstreamFiles("shop.smithy.json")[0])
	require.NoError(t, err)
	newer := strings.NewReplacer(
		`"max": 40`, `"max": 63`,
		`"zone": {"target": "example.shop#Name", "traits": {"smithy.api#required": {},`, `"region": {"target": "example.shop#Name", "traits": {`,
		`"arn": {"target": "smithy.api#String"`, `"arn": {"target": "example.shop#Name"`,
		`"example.shop#Color"`, `"example.shop#Tint"`,
		`"since": "2024-01-01"`, `"since": "2025-01-01"`,
	).Replace(string(data))
	path := filepath.Join(dir, "newer.json")
	require.NoError(t, os.WriteFile(path, []byte(newer), 0o600))
	said.Reset()
	require.NoError(t, Run(dir, "finspace", []string{path}, &said))
	assert.Equal(t, `note: trait example.new#rule is not known and was left out
~ Buy deprecated: {"since": "2024-01-01"} -> {"since": "2025-01-01"}
- string Color
~ Item.arn target: "smithy.api#String" -> "example.shop#Name"
+ member Item.region {"target": "example.shop#Name"}
- member Item.zone
~ Name length: {"min": 1, "max": 40} -> {"min": 1, "max": 63}
+ string Tint
7 changes
`, said.String())
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.json")
	empty := filepath.Join(dir, "empty.json")
	require.NoError(t, os.WriteFile(garbage, []byte(`{"shapes": `), 0o600))
	require.NoError(t, os.WriteFile(empty, []byte(`{}`), 0o600))
	tests := map[string]struct {
		name  string
		files []string
		want  string
	}{
		"unknown service":  {"s3", []string{empty}, "unknown service, must be"},
		"half a document":  {"finspace", []string{garbage}, "unexpected EOF"},
		"no Smithy model":  {"finspace", []string{empty}, "not a Smithy model"},
		"no facts":         {"flink", []string{empty}, "not operation facts"},
		"no actions":       {"dlc", []string{empty, empty}, "no actions"},
		"one site only":    {"dlc", []string{empty}, "1 files given, want 2"},
		"file not there":   {"proton", []string{filepath.Join(dir, "none.json")}, "no such file"},
		"too many of them": {"proton", []string{empty, empty}, "2 files given, want 1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := Run(dir, test.name, test.files, &bytes.Buffer{})
			require.ErrorContains(t, err, test.want)
			assert.NoFileExists(t, filepath.Join(dir, test.name+".json"))
		})
	}
}

func TestSitesThatDiffer(t *testing.T) {
	t.Parallel()
	site := func(kind string) []byte {
		return []byte(`{"metadata": {}, "actions": {"A": {"status": "online"}}, "objects": {
			"ARequest": {"members": []}, "AResponse": {"members": [{"name": "N", "type": "` + kind + `", "member": "` + kind + `"}]}}}`)
	}
	_, notes, err := importDLC(site("string"), site("bool"))
	require.NoError(t, err)
	assert.Equal(t, []string{"AResponse.N: string on one site, bool on the other"}, notes)
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
