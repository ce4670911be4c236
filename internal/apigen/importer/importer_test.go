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

func upstream(t testing.TB, names ...string) [][]byte {
	t.Helper()
	inputs := make([][]byte, len(names))
	for i, name := range names {
		data, err := os.ReadFile(filepath.Join("testdata", "upstream", name))
		require.NoError(t, err)
		inputs[i] = data
	}
	return inputs
}

// tiny are services of our own: how each is published, and its files.
var (
	shop       = Service{Name: "shop", Vendor: "aws"}
	works      = Service{Name: "works", Vendor: "alibaba", Shape: "Works"}
	vault      = Service{Name: "vault", Vendor: "tencent", Shape: "Vault", Sites: []string{"mainland", "international"}}
	shopFiles  = []string{"shop.smithy.json"}
	worksFiles = []string{"works/version.json", "works/ListPlants.json", "works/StartPlant.json", "works/TunePlant.json"}
	vaultFiles = []string{"vault.mainland.json", "vault.international.json"}
)

// withClients returns works with what the vendor's clients have, after edits.
func withClients(t testing.TB, edits ...[2]string) Service {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "upstream", "works.clients.json"))
	require.NoError(t, err)
	text := string(data)
	for _, e := range edits {
		require.Contains(t, text, e[0])
		text = strings.Replace(text, e[0], e[1], 1)
	}
	s := works
	s.Clients, err = smithy.ParseObject([]byte(text))
	require.NoError(t, err)
	return s
}

func TestImportGolden(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		service Service
		files   []string
	}{{shop, shopFiles}, {withClients(t), worksFiles}, {vault, vaultFiles}} {
		name := tt.service.Name
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, notes, err := tt.service.Import(upstream(t, tt.files...))
			require.NoError(t, err)
			assert.Empty(t, notes)
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
	before, _, err := shop.Import(files)
	require.NoError(t, err)
	newer := strings.NewReplacer(
		`"max": 40`, `"max": 63`,
		`"zone": {"target": "example.shop#Name", "traits": {"smithy.api#required": {},`, `"region": {"target": "example.shop#Name", "traits": {`,
		`"arn": {"target": "smithy.api#String"`, `"arn": {"target": "example.shop#Name"`,
		`"example.shop#Color"`, `"example.shop#Tint"`,
		`"since": "2024-01-01"`, `"since": "2025-01-01"`,
	).Replace(string(files[0]))
	after, _, err := shop.Import([][]byte{[]byte(newer)})
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
		service Service
		files   [][]byte
		want    string
	}{
		"unknown vendor":   {Service{Name: "s3", Vendor: "someone"}, [][]byte{empty}, `import s3: unknown vendor "someone", must be`},
		"half a document":  {shop, [][]byte{[]byte(`{"shapes": `)}, "unexpected EOF"},
		"no Smithy model":  {shop, [][]byte{empty}, "not a Smithy model"},
		"no metadata":      {works, [][]byte{empty}, "not the metadata of an API"},
		"no files":         {works, nil, "not the metadata of an API"},
		"no actions":       {vault, [][]byte{empty, empty}, "mainland: not an api.json file: it has no actions"},
		"one site only":    {vault, [][]byte{empty}, "1 files given, want 2: the api.json of the mainland site, the api.json of the international site"},
		"too many of them": {shop, [][]byte{empty, empty}, "2 files given, want 1: a Smithy model"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, notes, err := test.service.Import(test.files)
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
	_, notes, err := vault.importTencent([][]byte{site("string"), site("bool")})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"AResponse.N: string on one site, bool on the other; it is generated as on the mainland site",
		"AResponse.N: string on one site, bool on the other; it is generated as on the mainland site",
	}, notes, "type and member")
}

// A service that is on one site has no marks of sites.
func TestOneSite(t *testing.T) {
	t.Parallel()
	one := Service{Name: "vault", Vendor: "tencent", Shape: "Vault"}
	tree, notes, err := one.Import(upstream(t, vaultFiles[0]))
	require.NoError(t, err)
	assert.Empty(t, notes)
	assert.NotContains(t, string(smithy.Format(tree)), smithy.TraitSite)
	m, err := smithy.New(tree)
	require.NoError(t, err)
	assert.NotNil(t, m.Find("DescribeBoxes"))
}

// Importing the published models again must give what is committed.
func TestUpstreamGivesTheCommittedModels(t *testing.T) {
	t.Parallel()
	upstream := filepath.Join("..", "..", "..", "..", "shared", "upstream")
	if _, err := os.Stat(upstream); err != nil {
		t.Skip("the published models are not here: ", upstream)
	}
	models := filepath.Join("..", "..", "models")
	clients, err := os.ReadFile(filepath.Join(models, "flink.clients.json"))
	require.NoError(t, err)
	flink := Service{Name: "flink", Vendor: "alibaba", Shape: "Flink"}
	flink.Clients, err = smithy.ParseObject(clients)
	require.NoError(t, err)
	for _, tt := range []struct {
		service Service
		files   []string
	}{
		{Service{Name: "finspace", Vendor: "aws"}, []string{"finspace-2021-03-12.smithy.json"}},
		{Service{Name: "proton", Vendor: "aws"}, []string{"proton-2020-07-20.smithy.json"}},
		{flink, []string{"ververica-cli-metadata/*.json"}},
		{
			Service{Name: "dlc", Vendor: "tencent", Shape: "DLC", Sites: []string{"mainland", "international"}},
			[]string{"dlc-2021-01-25.cn.api.json", "dlc-2021-01-25.intl.api.json"},
		},
	} {
		t.Run(tt.service.Name, func(t *testing.T) {
			t.Parallel()
			var inputs [][]byte
			for _, pattern := range tt.files {
				paths, err := filepath.Glob(filepath.Join(upstream, pattern))
				require.NoError(t, err)
				require.NotEmpty(t, paths)
				for _, path := range paths {
					data, err := os.ReadFile(path)
					require.NoError(t, err)
					inputs = append(inputs, data)
				}
			}
			tree, notes, err := tt.service.Import(inputs)
			require.NoError(t, err)
			assert.Empty(t, notes)
			want, err := os.ReadFile(filepath.Join(models, tt.service.Name+".json"))
			require.NoError(t, err)
			assert.Equal(t, string(want), string(smithy.Format(tree)))
		})
	}
}

// What only clients have is in the committed model as it is: after a change of it, the service is imported again.
func TestModelsHaveWhatOnlyClientsHave(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "models", "*.clients.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		read := func(path string) *smithy.Object {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			tree, err := smithy.ParseObject(data)
			require.NoError(t, err)
			return tree.Object("shapes")
		}
		model := read(strings.TrimSuffix(file, ".clients.json") + ".json")
		assertHas(t, filepath.Base(file), model, read(file))
	}
}

// assertHas checks that a part of a model has all facts.
func assertHas(t *testing.T, path string, model, facts *smithy.Object) {
	t.Helper()
	for _, key := range facts.Keys {
		want, isObject := facts.Values[key].(*smithy.Object)
		switch at := path + " " + key; {
		case facts.Values[key] == nil:
			assert.False(t, model.Has(key), "%s is taken away: import again", at)
		case isObject:
			assertHas(t, at, model.Object(key), want)
		default:
			assert.Equal(t, compact(facts.Values[key]), compact(model.Values[key]), "%s: import again", at)
		}
	}
}
