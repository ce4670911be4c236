package importer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// edited returns upstream files after edits of the first.
func edited(t *testing.T, files []string, edits ...[2]string) [][]byte {
	t.Helper()
	inputs := upstream(t, files...)
	text := string(inputs[0])
	for _, e := range edits {
		require.Contains(t, text, e[0])
		text = strings.Replace(text, e[0], e[1], 1)
	}
	inputs[0] = []byte(text)
	return inputs
}

var (
	shopFiles  = []string{"shop.smithy.json"}
	plantFiles = []string{"works.facts.json"}
	vaultFiles = []string{"vault.mainland.json", "vault.international.json"}
)

func TestMalformedInputIsAnError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		service  string
		files    []string
		was, is  string
		problems []string
	}{
		"object that holds strings":  {"dlc", vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []}`, `"OpenBoxInOrderRequest": {"members": ["x"]}`, []string{`OpenBoxInOrderRequest: "members" must be a list of objects, but item 0 is "x"`}},
		"members that are an object": {"dlc", vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []}`, `"OpenBoxInOrderRequest": {"members": {}}`, []string{`OpenBoxInOrderRequest: "members" must be a list of objects`}},
		"object that is a string":    {"dlc", vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []}`, `"OpenBoxInOrderRequest": "x"`, []string{`objects: "OpenBoxInOrderRequest" must be an object`}},
		"member without a name":      {"dlc", vaultFiles, `{"name": "Weight",`, `{"name": "",`, []string{"there is a member without a name"}},
		"unknown type":               {"dlc", vaultFiles, `"member": "datetime_iso"`, `"member": "uuid"`, []string{`DescribeBoxesRequest.Since is of the type "uuid", which is neither known nor an object`}},
		"unknown form":               {"dlc", vaultFiles, `"type": "float"`, `"type": "set"`, []string{`Box.Weight is a "set", which is not known`}},
		"missing input":              {"dlc", vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []},`, ``, []string{"the action OpenBoxInOrder has no object for its input, OpenBoxInOrderRequest"}},
		"input of another name":      {"dlc", vaultFiles, `"input": "OpenBoxInOrderRequest"`, `"input": "BoxRequest"`, []string{`the input of the action OpenBoxInOrder is "BoxRequest", not OpenBoxInOrderRequest`}},
		"action named like an object": {"dlc", vaultFiles, `"OpenBoxInOrder": {`, `"Box": {"input": "BoxRequest", "output": "BoxResponse", "status": "online"}, "OpenBoxInOrder": {`,
			[]string{"Box is both a structure and a operation", "the action Box has no object for its input"}},
		"enum of strings":      {"finspace", shopFiles, `[{"name": "RED", "value": "red", "documentation": "Prose."}]`, `["red"]`, []string{"Color has a malformed smithy.api#enum"}},
		"shape that is a list": {"finspace", shopFiles, `"example.shop#Color": {`, `"example.shop#Gone": [], "example.shop#Color": {`, []string{`"example.shop#Gone" is no shape`}},
		"structs of strings":   {"flink", plantFiles, `{"name": "ListPlantsHeaders", "kind": "headers", "fields": []}`, `"ListPlantsHeaders"`, []string{`the facts: "structs" must be a list of objects, but item 1 is "ListPlantsHeaders"`}},
		"fields of strings":    {"flink", plantFiles, `{"wire": "weight", "type": "double"}`, `"weight"`, []string{`Plant: "fields" must be a list of objects`}},
		"default that is none": {"flink", plantFiles, `"default": "1"`, `"default": "abc"`, []string{`the default of pageIndex, "abc", is no number`}},
		"limit that is none":   {"flink", plantFiles, `"min": "1"`, `"min": "one"`, []string{`the min of pageIndex, "one", is no number`}},
		"flag that is none":    {"flink", plantFiles, `"type": "boolean", "enum": ["true"]`, `"type": "boolean", "default": "yes"`, []string{`the default of on, "yes", is neither true nor false`}},
		"value that is none":   {"flink", plantFiles, `"enum": ["MILL"]`, `"enum": [7]`, []string{`a value of kind is no string: 7`}},
		"type that is unknown": {"flink", plantFiles, `"type": "double"`, `"type": "array<Gone>"`, []string{`the type "Gone" is neither known nor a struct`}},
		"type that is cut off": {"flink", plantFiles, `"type": "array<Plant>"`, `"type": "array<Plant"`, []string{`the type "array<Plant" is neither known nor a struct`}},
		"two structs":          {"flink", plantFiles, `"name": "ListPlantsHeaders"`, `"name": "Plant"`, []string{"there are two structs called Plant"}},
		"two members":          {"flink", plantFiles, `{"wire": "weight"`, `{"wire": "name"`, []string{"two members of one structure are called name"}},
		"body of another kind": {"flink", plantFiles, `"body": {"kind": "map"}`, `"body": {"kind": "stream"}`, []string{`PlanPlant has a body of the kind "stream"`}},
		"several at once":      {"flink", plantFiles, `"default": "1", "min": "1"`, `"default": "x", "min": "y"`, []string{`the default of pageIndex, "x"`, `the min of pageIndex, "y"`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := edited(t, tt.files, [2]string{tt.was, tt.is})
			tree, _, err := Import(tt.service, inputs)
			for _, problem := range tt.problems {
				require.ErrorContains(t, err, problem)
			}
			assert.Nil(t, tree)
			_, _, again := Import(tt.service, inputs)
			assert.EqualError(t, again, err.Error())
		})
	}
}

func TestNewsOfSitesAreTold(t *testing.T) {
	t.Parallel()
	_, notes, err := Import("dlc", edited(t, vaultFiles,
		[2]string{`"status": "online"`, `"status": "offline", "quota": 3`},
		[2]string{`{"name": "Weight",`, `{"max_length": 7, "enum": ["A"], "name": "Weight",`},
		[2]string{`"Box": {`, `"Box": {"since": "2026",`}, [2]string{`{"name": "Inner",`, `{"max_length": 9, "name": "Inner",`},
	))
	require.NoError(t, err)
	assert.Equal(t, []string{
		`the action DescribeBoxes has the status "offline": it is kept as deprecated`,
		`the key "enum" of members is not known, and what it says was left out`,
		`the key "max_length" of members is not known, and what it says was left out`,
		`the key "quota" of actions is not known, and what it says was left out`,
		`the key "since" of objects is not known, and what it says was left out`,
	}, notes)
	tree, _, err := Import("dlc", edited(t, vaultFiles, [2]string{`"status": "online"`, `"status": "offline"`}))
	require.NoError(t, err)
	m, err := smithy.New(tree)
	require.NoError(t, err)
	assert.True(t, m.Find("DescribeBoxes").Traits.Has(smithy.TraitDeprecated))
}

func TestSwappedFiles(t *testing.T) {
	t.Parallel()
	files := upstream(t, vaultFiles...)
	_, _, err := Import("dlc", [][]byte{files[1], files[0]})
	require.ErrorContains(t, err, "the files are swapped")

	silent := func(data []byte) []byte { return []byte(strings.ReplaceAll(string(data), "散文", "Prose.")) }
	before, _, err := Import("dlc", [][]byte{silent(files[0]), files[1]})
	require.NoError(t, err)
	require.NoError(t, CheckSame(before, before))
	after, _, err := Import("dlc", [][]byte{files[1], silent(files[0])})
	require.NoError(t, err)
	require.ErrorContains(t, CheckSame(before, after), "DropBox was on the international site only and is now on the mainland one only")
}

func TestPartsOfWhatIsPublished(t *testing.T) {
	t.Parallel()
	tree, _, err := Import("dlc", edited(t, vaultFiles,
		[2]string{`"name": "Limit", "type": "int"`, `"name": "Counts", "type": "list", "member": "uint64", "required": false, "disabled": false}, {"name": "Limit", "type": "int"`},
		[2]string{`{"name": "Weight", "type": "float", "member": "float"`, `{"disabled": true, "name": "Gone", "type": "string", "member": "string"}, {"name": "Weight", "type": "float", "member": "float"`},
	))
	require.NoError(t, err)
	m, err := smithy.New(tree)
	require.NoError(t, err)
	request := m.Find("DescribeBoxesRequest")
	low, _ := request.Member("Limit").Traits.Bounds(smithy.TraitRange)
	assert.Equal(t, "0", low, "an unsigned number")
	assert.False(t, request.Member("Counts").Traits.Has(smithy.TraitRange), "a list of them has no range")
	assert.True(t, m.Find("Box").Member("Gone").Traits.Has(smithy.TraitDeprecated))

	intl := upstream(t, vaultFiles...)
	intl[1] = []byte(strings.Replace(string(intl[1]), `"disabled": false`, `"disabled": true`, 1))
	tree, _, err = Import("dlc", intl)
	require.NoError(t, err)
	m, err = smithy.New(tree)
	require.NoError(t, err)
	assert.True(t, m.Find("DescribeBoxesRequest").Member("Limit").Traits.Has(smithy.TraitDeprecated), "disabled on one site alone")

	tree, _, err = Import("flink", edited(t, plantFiles, [2]string{`"wire": "weight", `, `"wire": "weight", "requiredInMeta": true, `}))
	require.NoError(t, err)
	m, err = smithy.New(tree)
	require.NoError(t, err)
	assert.True(t, m.Find("Plant").Member("weight").Traits.Has(smithy.TraitRequired))
	assert.False(t, m.Find("Plant").Member("name").Traits.Has(smithy.TraitRequired))
}

// No input makes an importer panic, and what it accepts is a model.
func FuzzImport(f *testing.F) {
	for _, files := range [][]string{shopFiles, plantFiles, vaultFiles} {
		for _, name := range files {
			data, err := os.ReadFile(filepath.Join("testdata", "upstream", name))
			require.NoError(f, err)
			f.Add(data)
		}
	}
	for _, text := range []string{
		`{"shapes": {"a#B": {"type": "string", "traits": {"smithy.api#enum": ["x"]}}}}`,
		`{"structs": ["x"], "operations": [1]}`, `{"actions": {"A": 1}, "objects": {"B": {"members": ["x"]}}}`,
		`{"shapes": {"a#S": {"type": "service"}, "a#L": {"type": "list", "member": {"target": "a#L"}}}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for service, inputs := range map[string][][]byte{"finspace": {data}, "flink": {data}, "dlc": {data, data}} {
			tree, _, err := Import(service, inputs)
			if err != nil {
				continue
			}
			_, err = smithy.New(tree)
			require.NoError(t, err)
			require.Empty(t, Changes(tree, tree))
			again, err := smithy.ParseObject(smithy.Format(tree))
			require.NoError(t, err)
			require.Empty(t, Changes(tree, again))
		}
	})
}
