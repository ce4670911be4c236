package importer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// editedWorks returns the metadata of works after an edit of the one file that has what is replaced.
func editedWorks(t *testing.T, was, is string) [][]byte {
	t.Helper()
	files := upstream(t, worksFiles...)
	found := 0
	for i, file := range files {
		if strings.Contains(string(file), was) {
			found++
			files[i] = []byte(strings.Replace(string(file), was, is, 1))
		}
	}
	require.Equal(t, 1, found, was)
	return files
}

func TestMalformedMetadata(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		was, is string
		problem string
	}{
		"another style":             {`"style": "restful"`, `"style": "rpc"`, `the API has the style "rpc", but only restful ones can be generated`},
		"no version":                {`"version": "2020-01-01"`, `"version": ""`, "not the metadata of an API: no version.json or no operations"},
		"two indexes":               {`"name": "TunePlant"`, `"apis": {}, "version": "2019-01-01", "style": "restful"`, "there are two indexes, of the versions"},
		"index of strings":          {`"TunePlant": {"title": "TunePlant", "summary": "Prose.", "deprecated": false}`, `"TunePlant": "x"`, `the index: "TunePlant" must be an object`},
		"operation without a file":  {`"apis": {`, `"apis": {"DropPlant": {},`, "the index has DropPlant, but there is no file of it"},
		"file that is not listed":   {`"TunePlant": {"title": "TunePlant",`, `"SellPlant": {"title": "SellPlant",`, "there is a file of TunePlant, but the index does not have it"},
		"operation without a name":  {`"name": "TunePlant"`, `"name": ""`, "there is an operation without a name"},
		"operation twice":           {`"name": "TunePlant"`, `"name": "ListPlants"`, "ListPlants is both a operation and a operation"},
		"no TLS":                    {`"protocol": "HTTP|HTTPS"`, `"protocol": "HTTP"`, `ListPlants has the protocol "HTTP", not HTTPS`},
		"unknown method":            {`"method": "GET"`, `"method": "LIST"`, `ListPlants has the method "LIST", which is not known`},
		"no path":                   {`"/v2/tune"`, `""`, `TunePlant has no path, but ""`},
		"parameters of strings":     {`[{"name": "body", "description": "Prose.", "position": "Body", "type": "String", "required": false}]`, `["body"]`, `TunePlant: "parameters" must be a list of objects, but item 0 is "body"`},
		"parameter without a name":  {`"name": "pageIndex"`, `"name": ""`, "there is a member without a name"},
		"parameter twice":           {`"name": "pageIndex"`, `"name": "kind"`, "two members of one structure are called kind"},
		"unknown position":          {`"position": "Header"`, `"position": "Cookie"`, `ListPlants: the parameter workspace has the position "Cookie", which is not known`},
		"unknown type":              {`"type": "Integer"`, `"type": "RepeatList"`, `ListPlants: the parameter pageIndex is a "RepeatList", which is not known in a Query`},
		"JSON outside of the body":  {`"type": "Integer"`, `"type": "Json"`, `ListPlants: the parameter pageIndex is a "Json", which is not known in a Query`},
		"label without a parameter": {`/v2/[namespace]/plants"`, `/v2/[namespace]/[region]/plants"`, "ListPlants: the path has [region], which is no parameter of it"},
		"parameter without a label": {`/v2/[namespace]/plants"`, `/v2/plants"`, "ListPlants: the parameter namespace is not in the path"},
		"cut off":                   {`"pathPattern": "/v2/tune",`, `"pathPattern": `, "file 4 of the metadata: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, _, err := withClients(t).Import(editedWorks(t, tt.was, tt.is))
			require.ErrorContains(t, err, tt.problem)
			assert.Nil(t, tree)
		})
	}
}

func TestWhatIsNewInMetadataIsTold(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		was, is string
		note    string
	}{
		"key of a parameter": {`"type": "Integer"`, `"type": "Integer", "enum": [1]`, `the key "enum" of parameters is not known, and what it says was left out`},
		"key of a operation": {`"method": "GET"`, `"method": "GET", "quota": 7`, `the key "quota" of operations is not known, and what it says was left out`},
		"key of the index":   {`"style"`, `"regions": [], "style"`, `the key "regions" of version.json files is not known, and what it says was left out`},
		"deprecated in one":  {`"deprecated": true, "protocol"`, `"deprecated": false, "protocol"`, "StartPlant is deprecated in one of its file and the index, but not in the other"},
		"published, at last": {`"type": "Json"`, `"type": "String"`, `StartPlantRequest.members.body.target is "polycloud.works#Plant", not "smithy.api#String" as published`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, notes, err := withClients(t).Import(editedWorks(t, tt.was, tt.is))
			require.NoError(t, err)
			assert.Equal(t, []string{tt.note}, notes)
		})
	}
}

func TestWhatOnlyClientsHave(t *testing.T) {
	t.Parallel()
	files := upstream(t, worksFiles...)
	for name, tt := range map[string]struct{ was, is, problem string }{
		"no response":        {`"polycloud.works#StartPlantResponse"`, `"polycloud.works#Other"`, "what StartPlant responds is not published: describe StartPlantResponse in works.clients.json"},
		"no body":            {`{"body": {"target": "polycloud.works#Plant"}}`, `{}`, "what is in StartPlantRequest.body is not published: give its target in works.clients.json"},
		"no request":         {`"polycloud.works#PlanPlantRequest": {`, `"polycloud.works#Other": {`, "what PlanPlant requests is not published: describe PlanPlantRequest in works.clients.json"},
		"nothing to remove":  {`"body": null`, `"soul": null, "body": null`, "TunePlantRequest.members.soul is taken away, but is not published"},
		"foreign shape":      {`"polycloud.works#Plant":`, `"other#Plant":`, `works.clients.json: "other#Plant" must begin with "polycloud.works#"`},
		"shape of no type":   {`"polycloud.works#TunePlantResponse": {"type": "structure", `, `"polycloud.works#TunePlantResponse": {`, "works.clients.json: TunePlantResponse is not published, and has no type here"},
		"shape that is text": {`{"type": "list", "member": {"target": "polycloud.works#Plant"}}`, `"list"`, `works.clients.json: "polycloud.works#ListOfPlant" must be an object`},
		"unknown target":     {`{"target": "polycloud.works#Plant"}}`, `{"target": "polycloud.works#Gone"}}`, "polycloud.works#Gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := withClients(t, [2]string{tt.was, tt.is}).Import(files)
			require.ErrorContains(t, err, tt.problem)
		})
	}
	_, _, err := works.Import(files)
	require.ErrorContains(t, err, "what ListPlants responds is not published", "there are no clients")
}

func TestClientsOverrideWhatIsPublished(t *testing.T) {
	t.Parallel()
	clients := withClients(t,
		[2]string{`"kind": {"traits"`, `"kind": {"target": "smithy.api#Document", "traits"`},
		[2]string{`"pageIndex": {"traits"`, `"pageIndex": {"target": "smithy.api#Integer", "traits"`},
	)
	tree, notes, err := clients.Import(upstream(t, worksFiles...))
	require.NoError(t, err)
	assert.Equal(t, []string{
		`ListPlantsRequest.members.kind.target is "smithy.api#Document", not "smithy.api#String" as published`,
		"works.clients.json repeats what is published of ListPlantsRequest: remove it there",
	}, notes)
	m, err := smithy.New(tree)
	require.NoError(t, err)
	assert.Equal(t, "smithy.api#Document", m.Find("ListPlantsRequest").Member("kind").Target)
}

// A parameter in the path is required, whatever the metadata says.
func TestParametersInThePathAreRequired(t *testing.T) {
	t.Parallel()
	tree, _, err := withClients(t).Import(editedWorks(t, `"name": "plantId", "description": "Prose.", "position": "Path", "type": "String", "required": true`,
		`"name": "plantId", "description": "Prose.", "position": "Path", "type": "String", "required": false`))
	require.NoError(t, err)
	m, err := smithy.New(tree)
	require.NoError(t, err)
	assert.True(t, m.Find("StartPlantRequest").Member("plantId").Traits.Has(smithy.TraitRequired))
	assert.False(t, m.Find("ListPlantsRequest").Member("kind").Traits.Has(smithy.TraitRequired))
}
