package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// What an overlay or a model gets wrong must be an error that says where, never silence.
func TestMistakesInOverlays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		file, was, is string
		want          string
	}{
		"unknown member of the file":  {"shop.overlay.json", `"name": "Shop"`, `"name": "Shop", "color": 1`, `unknown field "color"`},
		"unknown shape":               {"shop.overlay.json", `"check": ["CreateItemRequest"]`, `"check": ["NoSuch"]`, `"NoSuch" is not in the model`},
		"unknown member":              {"shop.overlay.json", `"Item.itemArn"`, `"Item.noSuch"`, `"Item.noSuch" is not in the model`},
		"unknown operation":           {"shop.overlay.json", `"DeleteItem"]`, `"EatItem"]`, `"EatItem" is not in the model`},
		"operation in no file":        {"shop.overlay.json", `, "DeleteItem"]`, `]`, "operation DeleteItem is in no file"},
		"operation in two files":      {"shop.overlay.json", `"files": {`, `"files": {"other": {"operations": ["ListItems"]}, `, "operation ListItems is in the files item and other"},
		"unknown kind":                {"shop.overlay.json", `ErrNotFound`, `ErrMissing`, `"ErrMissing" is no kind`},
		"error without a kind":        {"shop.overlay.json", `{"code": "NoSuchItemException", "kind": "ErrNotFound"}`, ``, "of what kind the error NoSuchItemException is"},
		"pattern without a reason":    {"shop.overlay.json", `"reason": "no look-ahead"`, `"reason": ""`, "gives no reason"},
		"pattern of nothing":          {"shop.overlay.json", `"Shelf": {"reason"`, `"Note": {"reason"`, "which has none"},
		"removed without a reason":    {"shop.overlay.json", `"int64"`, `"apply": {"Note": {"smithy.api#length": null}}, "int64"`, "smithy.api#length of Note and gives no reason"},
		"removed, but not there":      {"shop.overlay.json", `"int64"`, `"apply": {"Note": {"smithy.api#range": null, "reason": "x"}}, "int64"`, "smithy.api#range of Note, which does not have it"},
		"pattern Go cannot use":       {"shop.overlay.json", `"use": "^[a-wyz][a-z]*$"`, `"use": "^(?!x)[a-z]+$"`, "rewrite or drop it in the overlay"},
		"two fields of one name":      {"shop.overlay.json", `"Item.itemArn": "Address"`, `"Item.itemArn": "Color"`, "used for the members itemArn and color"},
		"two types of one name":       {"shop.overlay.json", `"int64"`, `"types": {"Price": "Item"}, "int64"`, "the name Item is used for"},
		"items that are no list":      {"shop.overlay.json", `"int64"`, `"pages": {"ListItems": {"token": "nextToken", "items": "nextToken"}}, "int64"`, "not a list or structure of the response"},
		"paging by nothing":           {"shop.overlay.json", `"int64"`, `"pages": {"ListItems": {"token": "cursor", "items": "items"}}, "int64"`, "no such member"},
		"undecided structure":         {"shop.overlay.json", `"certain": {"CreateItem": ["item.itemArn"]},`, ``, "CreateItem.item: say in the overlay whether a response has it"},
		"certain, of nothing":         {"shop.overlay.json", `"certain": {"CreateItem"`, `"certain": {"EatItem": ["item"], "CreateItem"`, `"EatItem" is not in the model`},
		"certain, but not there":      {"shop.overlay.json", `["item.itemArn"]`, `["item.itemArn", "item.noSuch"]`, `"item.noSuch", is not in the response`},
		"absent, but not there":       {"shop.overlay.json", `"mayBeAbsent": {}`, `"mayBeAbsent": {"x": ["CreateItem.noSuch"]}`, `"CreateItem.noSuch" may be absent, but is in no response`},
		"absent for two reasons":      {"shop.overlay.json", `"mayBeAbsent": {}`, `"mayBeAbsent": {"x": ["ListItems.items"], "y": ["ListItems.items"]}`, `may be absent for two reasons`},
		"certain and absent":          {"shop.overlay.json", `"mayBeAbsent": {}`, `"mayBeAbsent": {"x": ["CreateItem.item"]}`, `"CreateItem.item" is certain and may be absent`},
		"also by nothing":             {"shop.overlay.json", `"int64"`, `"pages": {"ListItems": {"page": "maxResults", "items": "items", "also": {"color": "RED"}}}, "int64"`, `"color" is not a string or number`},
		"change of nothing":           {"shop.overlay.json", `"int64"`, `"changes": {"NoSuch": {"polls": "Item"}}, "int64"`, `"NoSuch" is not in the model`},
		"change of a type":            {"shop.overlay.json", `"int64"`, `"changes": {"Item": {"polls": "Item"}}, "int64"`, `Item starts a change by the overlay, but is no operation`},
		"change to nothing":           {"shop.overlay.json", `"int64"`, `"changes": {"CreateItem": {}}, "int64"`, `CreateItem starts a change: say in the overlay what a poll returns`},
		"same as nothing":             {"shop.overlay.json", `"int64"`, `"same": {"Price": ["NoSuch"]}, "int64"`, `"NoSuch" is not in the model`},
		"same, but with a difference": {"shop.overlay.json", `"int64"`, `"same": {"Item": ["Price"]}, "int64"`, `"Item" and "Price" do not have the same members`},
		"no default of nothing":       {"shop.overlay.json", `"int64"`, `"noDefaults": ["Item.noSuch"], "int64"`, `"Item.noSuch" is not in the model`},
		"epoch in nothing":            {"shop.overlay.json", `["weightBytes"]`, `["Item.noSuch"]`, `"Item.noSuch" is not in the model`},
		"time of nothing":             {"shop.overlay.json", `"int64"`, `"times": ["Item.noSuch"], "int64"`, `"Item.noSuch" is not in the model`},
		"time that is a structure":    {"shop.overlay.json", `"int64"`, `"times": ["CreateItemResponse.item"], "int64"`, `CreateItemResponse.item is a time by the overlay, but holds neither integers nor strings`},
		"undecided time":              {"shop.json", `"weightBytes"`, `"paidTime"`, `Item.paidTime sounds like a time: put it in times or, with a reason, in notTimes of the overlay`},
		"token but no paging":         {"shop.json", `"smithy.api#paginated"`, `"smithy.api#documentation"`, "neither model nor overlay says how it pages"},
		"missing target":              {"shop.json", `"target": "example.shop#Shelf"`, `"target": "example.shop#Gone"`, "refers to example.shop#Gone"},
		"no service":                  {"shop.json", `"type": "service"`, `"type": "resource"`, "no service"},
		"shape we cannot generate":    {"shop.json", `"secretCode": {"target": "example.shop#Secret"}`, `"secretCode": {"target": "example.shop#Shop"}`, "cannot be generated"},
		"not JSON":                    {"shop.json", `"smithy": "2.0",`, `"smithy": "2.0"`, "shop.json"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := loadChanged(t, plan.Names{}, map[string][2]string{test.file: {test.was, test.is}})
			require.Error(t, err)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestMissingDocs(t *testing.T) {
	t.Parallel()
	s, err := source{models: "testdata/models", pkg: "shop"}.load(plan.Names{})
	require.NoError(t, err)
	missing := s.MissingDocs()
	assert.Contains(t, missing, "operation CreateItem")
	assert.NotContains(t, missing, "operation ListItems")
	assert.Contains(t, missing, "type Price")
	assert.NotContains(t, missing, "type Color")
	assert.Contains(t, missing, "field CreateItemRequest.note")
	assert.NotContains(t, missing, "field CreateItemRequest.count")
	assert.NotContains(t, missing, "field Item.itemArn", "callers do not set it")

	s.Docs.Operations["CreateItem"] = ""
	s.Docs.Fields["CreateItemRequest.note"] = ""
	missing = s.MissingDocs()
	assert.Contains(t, missing, "operation CreateItem", "only the name of a field can be enough")
	assert.NotContains(t, missing, "field CreateItemRequest.note")

	s.Docs.Fields["Item.gone"] = "Nothing."
	_, err = s.Files()
	require.NoError(t, err)
	assert.Equal(t, []string{"fields Item.gone"}, s.UnusedDocs())
}

// A text is no less sensitive for having its rule from a shape that is not.
func TestTextsOfSensitiveStructures(t *testing.T) {
	t.Parallel()
	s, err := loadChanged(t, plan.Names{}, map[string][2]string{
		"shop.json": {`"example.shop#Price": {`, `"example.shop#Price": {"traits": {"smithy.api#sensitive": {}},`},
	})
	require.NoError(t, err)
	sensitive := map[string]bool{}
	for _, r := range s.Texts {
		sensitive[r.Name] = r.Sensitive
	}
	assert.True(t, sensitive["textCurrency"])
	assert.False(t, sensitive["textName"])
}
