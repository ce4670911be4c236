package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/gogen"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
)

// loadChanged loads the tiny model of a shop after changing its files.
func loadChanged(t *testing.T, names plan.Names, changes map[string][2]string) (*gogen.Generator, error) {
	t.Helper()
	dir := t.TempDir()
	for _, file := range []string{"shop.json", "shop.overlay.json"} {
		data, err := os.ReadFile(filepath.Join("testdata", "models", file))
		require.NoError(t, err)
		text := string(data)
		for where, change := range changes {
			if strings.HasPrefix(where, file) {
				require.Contains(t, text, change[0], where)
				text = strings.ReplaceAll(text, change[0], change[1])
			}
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
	}
	return source{models: dir, pkg: "shop"}.load(names)
}

func TestNamesAreOnlyAdded(t *testing.T) {
	t.Parallel()
	names := plan.Names{}
	_, err := loadChanged(t, names, nil)
	require.NoError(t, err)
	before := encode(t, names)

	_, err = loadChanged(t, names, map[string][2]string{
		"shop.json a": {`"sold": {"target": "smithy.api#Long"},`, `"rating": {"target": "smithy.api#Long"},`},
	})
	require.NoError(t, err)
	assert.Equal(t, "Rating int", names["shop"].Fields["Item.rating"])
	assert.Equal(t, "Sold int", names["shop"].Fields["Item.sold"], "an entry that is no longer used stays")
	delete(names["shop"].Fields, "Item.rating")
	assert.Equal(t, before, encode(t, names), "nothing else changed")
}

func encode(t *testing.T, names plan.Names) string {
	t.Helper()
	data, err := names.Encode()
	require.NoError(t, err)
	return string(data)
}

func TestFrozenDecisionsStay(t *testing.T) {
	t.Parallel()
	names := plan.Names{}
	require.NoError(t, json.Unmarshal([]byte(`{"shop": {
		"types": {"Price": "Cost"},
		"fields": {"CreateItemRequest.count": "HowMany int", "CreateItemRequest.fragile": "Fragile *bool"},
		"values": {"Color.LIGHT_BLUE": "Azure"}
	}}`), &names))
	s, err := loadChanged(t, names, nil)
	require.NoError(t, err)
	files, err := s.Files()
	require.NoError(t, err)
	code := string(files["shop/zz_item.go"])
	assert.Contains(t, code, "type Cost struct")
	assert.Regexp(t, "HowMany +int +`json:\"count\"`", code, "a value stays a value, and its zero is sent")
	assert.Regexp(t, `Fragile +\*bool +`, code, "a pointer stays a pointer")
	assert.Regexp(t, `Azure +Color += "LIGHT_BLUE"`, code)
}

func TestConflictsWithFrozenNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change [2]string
		file   string
		want   []string
	}{
		"another type": {
			[2]string{`"count": {"target": "smithy.api#Integer"}`, `"count": {"target": "smithy.api#String"}`}, "shop.json",
			[]string{"CreateItemRequest.count is frozen as *int", "the model now says *string"},
		},
		"another name for a field": {
			[2]string{`"Item.itemArn": "Address"`, `"Item.itemArn": "Locator"`}, "shop.overlay.json",
			[]string{"Item.itemArn is frozen as Address", "the overlay now says Locator"},
		},
		"another name for a value": {
			[2]string{`"RED": "Crimson"`, `"RED": "Scarlet"`}, "shop.overlay.json",
			[]string{"Color.RED is frozen as ColorCrimson", "the overlay now says ColorScarlet"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := plan.Names{}
			_, err := loadChanged(t, names, nil)
			require.NoError(t, err)
			before := encode(t, names)

			_, err = loadChanged(t, names, map[string][2]string{test.file: test.change})
			require.Error(t, err)
			for _, part := range append(test.want, "names.json", "CHANGELOG.md") {
				assert.ErrorContains(t, err, part)
			}
			assert.Equal(t, before, encode(t, names), "a conflict changes nothing")
		})
	}
}

// What the overlay accepts by name may change, and only that.
func TestAcceptedBreaksThaw(t *testing.T) {
	t.Parallel()
	names := plan.Names{}
	_, err := loadChanged(t, names, nil)
	require.NoError(t, err)
	change := [2]string{`"count": {"target": "smithy.api#Integer"}`, `"count": {"target": "smithy.api#String"}`}
	accept := func(key string) [2]string {
		return [2]string{`"int64"`, `"breaks": {"` + key + `": "nobody counts"}, "int64"`}
	}

	_, err = loadChanged(t, names, map[string][2]string{"shop.json": change, "shop.overlay.json": accept("CreateItemRequest.note")})
	require.ErrorContains(t, err, "CreateItemRequest.count is frozen as *int")
	_, err = loadChanged(t, names, map[string][2]string{"shop.json": change, "shop.overlay.json": accept("CreateItemRequest.count")})
	require.NoError(t, err)
	assert.Equal(t, "Count *string", names["shop"].Fields["CreateItemRequest.count"])

	_, err = loadChanged(t, names, map[string][2]string{
		"shop.overlay.json a": {`"RED": "Crimson"`, `"RED": "Scarlet"`}, "shop.json": change, "shop.overlay.json b": accept("Color.RED"),
	})
	require.NoError(t, err)
	assert.Equal(t, "ColorScarlet", names["shop"].Values["Color.RED"])
}

// A value that was required stays one when it becomes optional, unless the overlay accepts that it becomes a pointer.
func TestValuesBecomePointersIfThatIsAccepted(t *testing.T) {
	t.Parallel()
	required := [2]string{`"fragile": {"target": "smithy.api#Boolean", "traits": {"smithy.api#default": false}}`, `"fragile": {"target": "smithy.api#Boolean", "traits": {"smithy.api#required": {}}}`}
	optional := [2]string{required[0], `"fragile": {"target": "smithy.api#Boolean"}`}
	names := plan.Names{}
	_, err := loadChanged(t, names, map[string][2]string{"shop.json": required})
	require.NoError(t, err)
	require.Equal(t, "Fragile bool", names["shop"].Fields["CreateItemRequest.fragile"])
	_, err = loadChanged(t, names, map[string][2]string{"shop.json": optional})
	require.NoError(t, err)
	assert.Equal(t, "Fragile bool", names["shop"].Fields["CreateItemRequest.fragile"])
	_, err = loadChanged(t, names, map[string][2]string{
		"shop.json": optional, "shop.overlay.json": {`"int64"`, `"breaks": {"CreateItemRequest.fragile": "absence means as before"}, "int64"`},
	})
	require.NoError(t, err)
	assert.Equal(t, "Fragile *bool", names["shop"].Fields["CreateItemRequest.fragile"])
}

// A structure that becomes a union, or comes to hold itself, needs pointers where there were values.
func TestValuesThatMustBecomePointers(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"Price.amount is frozen as float64": {`"example.shop#Price": {
   "type": "structure"`, `"example.shop#Price": {
   "type": "union"`},
	} {
		names := plan.Names{}
		_, err := loadChanged(t, names, nil)
		require.NoError(t, err)
		_, err = loadChanged(t, names, map[string][2]string{"shop.json": change})
		require.ErrorContains(t, err, name)
	}
	names := plan.Names{}
	held := [2]string{`"sold": {"target": "smithy.api#Long"},`, `"cost": {"target": "example.shop#Price", "traits": {"smithy.api#required": {}}},`}
	_, err := loadChanged(t, names, map[string][2]string{"shop.json": held})
	require.NoError(t, err)
	require.Equal(t, "Cost Price", names["shop"].Fields["Item.cost"])
	_, err = loadChanged(t, names, map[string][2]string{
		"shop.json a": held, "shop.json b": {`"currency": {"target": "example.shop#Currency"}`, `"currency": {"target": "example.shop#Currency"}, "of": {"target": "example.shop#Item"}`},
	})
	require.ErrorContains(t, err, "Item.cost is frozen as Price in names.json, and the model now says *Price")
}
