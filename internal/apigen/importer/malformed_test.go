package importer

import (
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

func TestMalformedInputIsAnError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		service  Service
		files    []string
		was, is  string
		problems []string
	}{
		"object that holds strings":  {vault, vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []}`, `"OpenBoxInOrderRequest": {"members": ["x"]}`, []string{`OpenBoxInOrderRequest: "members" must be a list of objects, but item 0 is "x"`}},
		"members that are an object": {vault, vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []}`, `"OpenBoxInOrderRequest": {"members": {}}`, []string{`OpenBoxInOrderRequest: "members" must be a list of objects`}},
		"object that is a string":    {vault, vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []}`, `"OpenBoxInOrderRequest": "x"`, []string{`objects: "OpenBoxInOrderRequest" must be an object`}},
		"member without a name":      {vault, vaultFiles, `{"name": "Weight",`, `{"name": "",`, []string{"there is a member without a name"}},
		"unknown type":               {vault, vaultFiles, `"member": "datetime_iso"`, `"member": "uuid"`, []string{`DescribeBoxesRequest.Since is of the type "uuid", which is neither known nor an object`}},
		"unknown form":               {vault, vaultFiles, `"type": "float"`, `"type": "set"`, []string{`Box.Weight is a "set", which is not known`}},
		"missing input":              {vault, vaultFiles, `"OpenBoxInOrderRequest": {"document": "散文", "type": "object", "members": []},`, ``, []string{"the action OpenBoxInOrder has no object for its input, OpenBoxInOrderRequest"}},
		"input of another name":      {vault, vaultFiles, `"input": "OpenBoxInOrderRequest"`, `"input": "BoxRequest"`, []string{`the input of the action OpenBoxInOrder is "BoxRequest", not OpenBoxInOrderRequest`}},
		"action named like an object": {vault, vaultFiles, `"OpenBoxInOrder": {`, `"Box": {"input": "BoxRequest", "output": "BoxResponse", "status": "online"}, "OpenBoxInOrder": {`,
			[]string{"Box is both a structure and a operation", "the action Box has no object for its input"}},
		"enum of strings":      {shop, shopFiles, `[{"name": "RED", "value": "red", "documentation": "Prose."}]`, `["red"]`, []string{"Color has a malformed smithy.api#enum"}},
		"shape that is a list": {shop, shopFiles, `"example.shop#Color": {`, `"example.shop#Gone": [], "example.shop#Color": {`, []string{`"example.shop#Gone" is no shape`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inputs := edited(t, tt.files, [2]string{tt.was, tt.is})
			tree, _, err := tt.service.Import(inputs)
			for _, problem := range tt.problems {
				require.ErrorContains(t, err, problem)
			}
			assert.Nil(t, tree)
			_, _, again := tt.service.Import(inputs)
			assert.EqualError(t, again, err.Error())
		})
	}
}

func TestNewsOfSitesAreTold(t *testing.T) {
	t.Parallel()
	_, notes, err := vault.Import(edited(t, vaultFiles,
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
	tree, _, err := vault.Import(edited(t, vaultFiles, [2]string{`"status": "online"`, `"status": "offline"`}))
	require.NoError(t, err)
	m, err := smithy.New(tree)
	require.NoError(t, err)
	assert.True(t, m.Find("DescribeBoxes").Traits.Has(smithy.TraitDeprecated))
}

func TestSwappedFiles(t *testing.T) {
	t.Parallel()
	files := upstream(t, vaultFiles...)
	_, _, err := vault.Import([][]byte{files[1], files[0]})
	require.ErrorContains(t, err, "the files are swapped")

	silent := func(data []byte) []byte { return []byte(strings.ReplaceAll(string(data), "散文", "Prose.")) }
	before, _, err := vault.Import([][]byte{silent(files[0]), files[1]})
	require.NoError(t, err)
	require.NoError(t, CheckSame(before, before))
	after, _, err := vault.Import([][]byte{files[1], silent(files[0])})
	require.NoError(t, err)
	require.ErrorContains(t, CheckSame(before, after), "DropBox was on the international site only and is now on the mainland one only")
}

func TestPartsOfWhatIsPublished(t *testing.T) {
	t.Parallel()
	tree, _, err := vault.Import(edited(t, vaultFiles,
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
	tree, _, err = vault.Import(intl)
	require.NoError(t, err)
	m, err = smithy.New(tree)
	require.NoError(t, err)
	assert.True(t, m.Find("DescribeBoxesRequest").Member("Limit").Traits.Has(smithy.TraitDeprecated), "disabled on one site alone")
}

// No input makes an importer panic, and what it accepts is a model.
func FuzzImport(f *testing.F) {
	for _, files := range [][]string{shopFiles, worksFiles, vaultFiles} {
		for _, data := range upstream(f, append(files, "works.clients.json")...) {
			f.Add(data)
		}
	}
	for _, text := range []string{
		`{"shapes": {"a#B": {"type": "string", "traits": {"smithy.api#enum": ["x"]}}}}`,
		`{"shapes": {"polycloud.works#SellPlant": {"type": "operation"}}}`, `{"apis": {"A": 1}, "version": "1", "style": "restful"}`, `{"actions": {"A": 1}, "objects": {"B": {"members": ["x"]}}}`,
		`{"shapes": {"a#S": {"type": "service"}, "a#L": {"type": "list", "member": {"target": "a#L"}}}}`,
	} {
		f.Add([]byte(text))
	}
	metadata := upstream(f, worksFiles...)
	index := metadata[0]
	f.Fuzz(func(t *testing.T, data []byte) {
		clients := works
		clients.Clients, _ = smithy.ParseObject(data)
		one := Service{Name: "vault", Vendor: "tencent", Shape: "Vault"}
		for _, tt := range []struct {
			service Service
			files   [][]byte
		}{
			{shop, [][]byte{data}}, {works, [][]byte{index, data}}, {works, [][]byte{data, data}}, {clients, metadata},
			{vault, [][]byte{data, data}}, {one, [][]byte{data}},
		} {
			tree, _, err := tt.service.Import(tt.files)
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
