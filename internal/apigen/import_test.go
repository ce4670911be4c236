package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// module is a module in a temporary folder with two services: finspace, which is the tiny shop, and depot.
type module struct{ root string }

// newModule makes a module whose files are all generated.
func newModule(t *testing.T) module {
	t.Helper()
	m := module{t.TempDir()}
	for name, from := range map[string]string{
		"finspace.overlay.json": "shop.overlay.json", "finspace.docs.json": "shop.docs.json",
		"depot.json": "depot.json", "depot.overlay.json": "depot.overlay.json",
	} {
		data, err := os.ReadFile(filepath.Join("testdata", "models", from))
		require.NoError(t, err)
		m.write(t, filepath.Join(modelsDir, name), data)
	}
	said, err := m.upgrade(t, nil)
	require.NoError(t, err)
	assert.Contains(t, said, "Harmless\n")
	assert.Contains(t, said, "+ operation CreateItem")
	assert.NotContains(t, said, "Breaking")
	return m
}

func (m module) write(t *testing.T, name string, data []byte) {
	t.Helper()
	path := filepath.Join(m.root, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, data, 0o600))
}

// edit changes a file of the module.
func (m module) edit(t *testing.T, name, was, is string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.root, name))
	require.NoError(t, err)
	require.Contains(t, string(data), was)
	m.write(t, name, []byte(strings.ReplaceAll(string(data), was, is)))
}

// overlay adds entries to the overlay of the shop.
func (m module) overlay(t *testing.T, entries string) {
	t.Helper()
	m.edit(t, modelsDir+"/finspace.overlay.json", `"int64"`, entries+`, "int64"`)
}

// upgrade imports the model of the shop after changing it, and returns what was said.
func (m module) upgrade(t *testing.T, changes [][2]string) (string, error) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "models", "shop.json"))
	require.NoError(t, err)
	text := string(data)
	for _, c := range changes {
		require.Contains(t, text, c[0])
		text = strings.ReplaceAll(text, c[0], c[1])
	}
	path := filepath.Join(t.TempDir(), "newer.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	var said bytes.Buffer
	err = runImport(m.root, "finspace", []string{path}, &said)
	return said.String(), err
}

// files returns everything in the module.
func (m module) files(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(m.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	}))
	return all
}

func (m module) item(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.root, "finspace", "zz_item.go"))
	require.NoError(t, err)
	return string(data)
}

func TestImportTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	before := m.files(t)
	said, err := m.upgrade(t, nil)
	require.NoError(t, err)
	assert.Equal(t, "no change\n", said)
	assert.Equal(t, before, m.files(t))
	p, err := loadProject(m.root, nil)
	require.NoError(t, err)
	files, err := p.generate()
	require.NoError(t, err)
	require.NoError(t, checkFiles(m.root, files), "an import generates, too")
}

// Harmless changes are imported at once, and listed by operation.
func TestImportOfHarmlessChanges(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	said, err := m.upgrade(t, [][2]string{
		{`"count": {"target": "smithy.api#Integer"},`, `"count": {"target": "smithy.api#Long"}, "depth": {"target": "smithy.api#Integer"},`},
		{`"MIXED": {`, `"GREEN": {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": "GREEN"}}, "MIXED": {`},
		{`"note": {"target": "example.shop#Note"}`, `"note": {"target": "example.shop#Note", "traits": {"smithy.api#required": {}}}`},
	})
	require.NoError(t, err)
	assert.Equal(t, `Harmless
 CreateItem
  ~ CreateItemRequest.count target: "smithy.api#Integer" -> "smithy.api#Long"
  + member CreateItemRequest.depth {"target": "smithy.api#Integer"}
  + CreateItemRequest.note required: {}
 CreateItem, ListItems
  + member Color.GREEN {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": "GREEN"}}
`, said)
	assert.Regexp(t, `Depth +\*int +`, m.item(t))
	assert.Regexp(t, `Note +\*string +`, m.item(t), "it stays a pointer")
}

// breaking are changes that callers would notice.
var breaking = map[string]struct {
	changes  [][2]string
	overlay  string   // entries without which the model does not generate
	says     []string // what is said of it
	key      string   // by which it is accepted
	replaced []string // what the generated code no longer has once it is
}{
	"removed member": {
		changes: [][2]string{{`"sold": {"target": "smithy.api#Long"},`, ``}},
		says:    []string{"Item.sold (refused)", "Item.Sold: field removed; it was int", `- member Item.sold {"target": "smithy.api#Long"}`},
		key:     "Item.sold", replaced: []string{"Sold "},
	},
	"renamed in case only": {
		changes: [][2]string{{`"sold": {`, `"SOLD": {`}},
		says:    []string{"Item.Sold: field removed; it was int, and differs in case only from the field SOLD int"},
		key:     "Item.sold", replaced: []string{"Sold "},
	},
	"renamed on the wire, kept in Go": {
		changes: [][2]string{{`"sold": {`, `"SOLD": {`}}, overlay: `"fields": {"Item.itemArn": "Address", "Item.SOLD": "Sold"}`,
		says: []string{`Item.Sold: sent or read as json "SOLD", no longer as json "sold"`},
		key:  "Item.sold", replaced: []string{`json:"sold`},
	},
	"removed operation": {
		changes: [][2]string{
			{`"example.shop#DeleteItem": {`, `"example.shop#Gone": {`}, {`"type": "operation",
   "input": {"target": "example.shop#DeleteItemRequest"},
   "output": {"target": "smithy.api#Unit"},`, `"type": "resource",`},
		},
		overlay: `"files": {"item": {"operations": ["CreateItem", "ListItems"]}}, "deprecated": {}`,
		says:    []string{"DeleteItem (refused)", "Client.DeleteItem: method removed", "- operation DeleteItem"},
		key:     "DeleteItem", replaced: []string{"DeleteItem"},
	},
	"removed enum value": {
		changes: [][2]string{{`"LIGHT_BLUE": {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": "LIGHT_BLUE"}},`, ``}},
		says:    []string{"Color.LIGHT_BLUE (refused)", `ColorLightBlue: constant removed; it was "LIGHT_BLUE"`},
		key:     "Color.LIGHT_BLUE", replaced: []string{"ColorLightBlue"},
	},
	"changed enum value": {
		changes: [][2]string{{`"smithy.api#enumValue": "LIGHT_BLUE"`, `"smithy.api#enumValue": "AZURE"`}},
		says:    []string{`ColorLightBlue: constant removed; it was "LIGHT_BLUE"`},
		key:     "Color.LIGHT_BLUE", replaced: []string{"ColorLightBlue"},
	},
	"another type": {
		changes: [][2]string{{`"count": {"target": "smithy.api#Integer"}`, `"count": {"target": "smithy.api#Boolean"}`}},
		says:    []string{"CreateItemRequest.count (refused)", "CreateItemRequest.Count: type changed: *int -> *bool"},
		key:     "CreateItemRequest.count", replaced: []string{"*int "},
	},
	"moved items": {
		changes: [][2]string{
			{`"pageSize": "maxResults"}`, `"pageSize": "maxResults", "items": "costs"}`},
			{`"items": {"target": "example.shop#Items"},`, `"items": {"target": "example.shop#Items"}, "costs": {"target": "example.shop#Prices"},`},
		},
		says: []string{"ListItems (refused)", "Client.AllItems: method changed: (context.Context, ListItemsRequest) (iter.Seq2[Item, error]) ->"},
		key:  "ListItems", replaced: []string{"iter.Seq2[Item, error]"},
	},
	"removed pagination": {
		changes: [][2]string{
			{`,
    "smithy.api#paginated": {"inputToken": "nextToken", "outputToken": "nextToken", "pageSize": "maxResults"}`, ``},
			{`"nextToken": {"target": "smithy.api#String", "traits": {"smithy.api#httpQuery": "nextToken"}}`, `"other": {"target": "smithy.api#String", "traits": {"smithy.api#httpQuery": "nextToken"}}`},
		},
		overlay: `"breaks": {"ListItemsRequest.nextToken": "tokens are called otherwise"}`,
		says:    []string{"ListItems (refused)", "Client.AllItems: method removed", "ListItemsRequest.nextToken (accepted: tokens are called otherwise)"},
		key:     "ListItems", replaced: []string{"AllItems"},
	},
	"lost redaction": {
		changes: [][2]string{{`"example.shop#Secret": {"type": "string", "traits": {"smithy.api#sensitive": {}}}`, `"example.shop#Secret": {"type": "string"}`}},
		overlay: `"plain": ["Item.secretCode"]`,
		says:    []string{"Item.secretCode (refused)", "Item.SecretCode: no longer redacted"},
		key:     "Item.secretCode", replaced: []string{`sensitive:"true"`},
	},
	"zero that is no longer sent": {
		changes: [][2]string{{
			`"amount": {"target": "example.shop#Amount", "traits": {"smithy.api#required": {}}}`, `"amount": {"target": "example.shop#Amount"}`,
		}},
		says: []string{"Price.amount (refused)", "Price.Amount: an explicit zero or false is no longer sent"},
		key:  "Price.amount", replaced: []string{`json:"amount"`},
	},
	"another pattern beneath a correction": {
		changes: [][2]string{{`"^(?!x)[a-z]+$"`, `"^(?!x)[a-z0-9]+$"`}},
		says:    []string{"Name (refused)", `the overlay corrects the pattern "^(?!x)[a-z]+$", which is now "^(?!x)[a-z0-9]+$": see to the correction`},
		key:     "Name",
	},
	"other place on the wire": {
		changes: [][2]string{{`"note": {"target": "example.shop#Note"}`, `"note": {"target": "example.shop#Note", "traits": {"smithy.api#httpHeader": "X-Note"}}`}},
		says:    []string{"CreateItemRequest.note (refused)", `CreateItemRequest.Note: sent or read as header "X-Note", no longer as json "note"`},
		key:     "CreateItemRequest.note", replaced: []string{`json:"note`},
	},
	"other form of a time": {
		changes: [][2]string{{`"madeAt": {"target": "smithy.api#Timestamp"}`, `"madeAt": {"target": "smithy.api#Timestamp", "traits": {"smithy.api#timestampFormat": "date-time"}}`}},
		says:    []string{"Item.madeAt (refused)", `Item.MadeAt: form of a time changed: "" -> "date-time"`},
		key:     "Item.madeAt", replaced: []string{"`json:\"madeAt,omitzero\"`"},
	},
}

func TestBreaksAreRefusedUntilTheyAreAccepted(t *testing.T) {
	t.Parallel()
	for name, tt := range breaking {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newModule(t)
			for _, text := range tt.replaced {
				require.Contains(t, m.item(t), text)
			}
			m.settle(t, tt.overlay)
			before := m.files(t)
			said, err := m.upgrade(t, tt.changes)
			require.ErrorContains(t, err, "nothing was written, because 1 breaking changes are not accepted")
			for _, text := range tt.says {
				assert.Contains(t, said, text)
			}
			assert.Equal(t, before, m.files(t), "a refusal leaves everything as it was")
			again, err := m.upgrade(t, tt.changes)
			require.Error(t, err)
			assert.Equal(t, said, again, "what is said does not depend on chance")

			m.accept(t, tt.overlay, tt.key)
			said, err = m.upgrade(t, tt.changes)
			require.NoError(t, err, said)
			assert.Contains(t, said, tt.key+" (accepted: nobody uses it)")
			for _, text := range tt.replaced {
				assert.NotContains(t, m.item(t), text)
			}
			said, err = m.upgrade(t, tt.changes)
			require.NoError(t, err)
			assert.Contains(t, said, "accepts a break of "+tt.key+", which is none of this import: remove the entry")
		})
	}
}

// settle replaces sections of the overlay by entries, and adds those that it does not have.
func (m module) settle(t *testing.T, entries string) {
	t.Helper()
	switch section, _, _ := strings.Cut(entries, ":"); section {
	case "":
	case `"files"`:
		m.edit(t, modelsDir+"/finspace.overlay.json", `"files": {"item": {"operations": ["CreateItem", "ListItems", "DeleteItem"]}}`, strings.Split(entries, `, "deprecated"`)[0])
		m.edit(t, modelsDir+"/finspace.overlay.json", `"deprecated": {"DeleteItem": "items stay; see CreateItem."},`, ``)
	case `"fields"`:
		m.edit(t, modelsDir+"/finspace.overlay.json", `"fields": {"Item.itemArn": "Address"}`, entries)
	default:
		m.overlay(t, entries)
	}
}

// accept lets the overlay accept a break.
func (m module) accept(t *testing.T, entries, key string) {
	t.Helper()
	if strings.HasPrefix(entries, `"breaks": {`) {
		m.edit(t, modelsDir+"/finspace.overlay.json", `"breaks": {`, `"breaks": {"`+key+`": "nobody uses it", `)
		return
	}
	m.overlay(t, `"breaks": {"`+key+`": "nobody uses it"}`)
}

// What one change takes with it needs no name of its own, and what is harmless beside it is told apart.
func TestBreaksTakeTheirTypesWithThem(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	said, err := m.upgrade(t, [][2]string{
		{`"secretCode": {"target": "example.shop#Secret"},`, ``},
		{`"source": {"target": "example.shop#Source", "traits": {"smithy.api#required": {}}},`, ``},
		{`"example.shop#Note": {"type": "string", "traits": {"smithy.api#length": {"min": 0, "max": 500}}}`, `"example.shop#Note": {"type": "string", "traits": {"smithy.api#length": {"min": 0, "max": 900}}}`},
	})
	require.ErrorContains(t, err, "2 breaking changes")
	assert.Equal(t, `Breaking: 2, of which 2 refused
 CreateItem
  CreateItemRequest.source (refused)
    CreateItemRequest.Source: field removed; it was Source
    - member CreateItemRequest.source {"target": "example.shop#Source", "traits": {"smithy.api#required": {}}}
 CreateItem, ListItems
  Item.secretCode (refused)
    Item.SecretCode: field removed; it was string
    - member Item.secretCode {"target": "example.shop#Secret"}
Harmless
 CreateItem
  ~ Note length: {"min": 0, "max": 500} -> {"min": 0, "max": 900}
`, said)
}

func TestRemovedMembersAreKept(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	m.overlay(t, `"kept": {"Item.sold": {"target": "smithy.api#Long", "reason": "nothing is counted any longer."}}`)
	_, err := m.upgrade(t, nil)
	require.ErrorContains(t, err, "Item.sold is kept by the overlay, but the model has it: remove the entry")
	_, err = m.upgrade(t, [][2]string{{`"sold": {"target": "smithy.api#Long"},`, ``}})
	require.NoError(t, err)
	assert.Regexp(t, `// Deprecated: nothing is counted any longer\.\n\tSold +int +`, m.item(t))
	for was, want := range map[string]string{
		`"reason": "nothing is counted any longer."`: "Item.sold is kept by the overlay without a reason",
		`"smithy.api#Long"`:                          `its target "smithy.api#Gone" is not in the model`,
		`"Item.sold": {`:                             `"Things.sold" is not in the model`,
	} {
		other := newModule(t)
		other.overlay(t, `"kept": {"Item.sold": {"target": "smithy.api#Long", "reason": "nothing is counted any longer."}}`)
		is := strings.NewReplacer(`nothing is counted any longer.`, ``, `Long`, `Gone`, `Item.`, `Things.`).Replace(was)
		other.edit(t, modelsDir+"/finspace.overlay.json", was, is)
		_, err = other.upgrade(t, [][2]string{{`"sold": {"target": "smithy.api#Long"},`, ``}})
		assert.ErrorContains(t, err, want)
	}
}

// One service that cannot be generated stops all, and what is wrong is said at once.
func TestImportSaysAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	m.edit(t, modelsDir+"/depot.overlay.json", `"PutCrate"`, `"PutNothing"`)
	before := m.files(t)
	said, err := m.upgrade(t, [][2]string{
		{`"sold": {"target": "smithy.api#Long"},`, `"masterPassword": {"target": "smithy.api#String"}, "soldAt": {"target": "smithy.api#Long"},`},
		{`"note": {"target": "example.shop#Note"}`, `"validate": {"target": "example.shop#Note"}`},
	})
	for _, text := range []string{
		"nothing was written, because not all services can be generated", `"PutNothing" is not in the model`,
		"Item.masterPassword is named like a secret", "Item.soldAt sounds like a time", "the name CreateItemRequest.Validate is used for",
	} {
		require.ErrorContains(t, err, text)
	}
	assert.Contains(t, said, "Changes of the model\n CreateItem\n")
	assert.Contains(t, said, "+ member Item.masterPassword")
	assert.Equal(t, before, m.files(t))
}

func TestImportOfAnotherService(t *testing.T) {
	t.Parallel()
	m := newModule(t)
	before := m.files(t)
	_, err := m.upgrade(t, [][2]string{{"example.shop#", "example.store#"}})
	require.ErrorContains(t, err, "the files are of another service: example.store#Shop, not example.shop#Shop")
	require.ErrorContains(t, runImport(m.root, "finspace", []string{filepath.Join(m.root, "none.json")}, &bytes.Buffer{}), "no such file")
	m.write(t, modelFile("finspace"), []byte("{"))
	_, err = m.upgrade(t, nil)
	require.ErrorContains(t, err, "finspace.json: unexpected") // in the words of the Go version
	m.write(t, modelFile("finspace"), []byte(before[filepath.Join(m.root, modelFile("finspace"))]))
	assert.Equal(t, before, m.files(t))
}
