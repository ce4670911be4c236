package wire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// page is a list whose items are read with what came before them in mind.
type page struct {
	Items    []everything  `json:"items"`
	Pointers []*everything `json:"pointers"`
}

// pageOf is a document that is large enough for that.
func pageOf(items ...string) string {
	all := strings.Join(items, ",")
	return fmt.Sprintf(`{"items":[%s],"pointers":[%s],"more":%q}`, all, all, strings.Repeat("x", 16<<10))
}

// Each item is what it would be alone, whatever came before it, and shares nothing with the others that can be changed.
func checkPage(t *testing.T, items ...string) {
	t.Helper()
	doc := pageOf(items...)
	var got page
	report, err := wire.Decode([]byte(doc), &got)
	require.NoError(t, err)
	require.Len(t, got.Items, len(items))
	skipped := 0
	for i, item := range items {
		var want everything
		alone, err := wire.Decode([]byte(item), &want)
		require.NoError(t, err)
		skipped += len(alone)
		require.Equal(t, normal(want), normal(got.Items[i]), "item %d of %s", i, doc[:min(len(doc), 2000)])
		require.Equal(t, normal(want), normal(*got.Pointers[i]), "pointer %d", i)
	}
	require.Len(t, report, min(2*skipped, 100))
	checkSeparate(t, reflect.ValueOf(got), map[uintptr]bool{})
}

// checkSeparate makes sure that no two values below v share memory.
func checkSeparate(t *testing.T, v reflect.Value, met map[uintptr]bool) {
	t.Helper()
	first := func(p uintptr) {
		require.False(t, met[p], "two values share a %s", v.Type())
		met[p] = true
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			first(v.Pointer())
			if v.Elem().Kind() == reflect.Struct && v.Elem().NumField() > 0 {
				delete(met, v.Pointer()) // where its first member is too
			}
			checkSeparate(t, v.Elem(), met)
		}
	case reflect.Slice:
		if v.Cap() > 0 {
			first(v.Pointer())
		}
		for i := range v.Len() {
			checkSeparate(t, v.Index(i), met)
		}
	case reflect.Map:
		if !v.IsNil() {
			first(v.Pointer())
		}
		for _, key := range v.MapKeys() {
			checkSeparate(t, v.MapIndex(key), met)
		}
	case reflect.Interface:
		checkSeparate(t, v.Elem(), met)
	case reflect.Struct:
		if v.Type() != reflect.TypeFor[time.Time]() {
			for _, f := range v.Fields() {
				checkSeparate(t, f, met)
			}
		}
	}
}

func TestItemsAreSeparate(t *testing.T) {
	t.Parallel()
	const rich = `{"s":"x\n\u00e9","e":"RUNNING","b":true,"i":12,"f":1.5,"t":1718123456.789,"a":{"k":[1]},"n":{"key":"k","value":"v"},` +
		`"p":5,"ps":"y","r":{"i":1,"l":["a","b"],"lr":[{"i":2,"r":{"s":"deep"}}]},"l":["c"],"ll":[[1],[],null],"lr":[],"lp":[{"key":"k"},null],` +
		`"la":[1,{}],"m":{"a":"1","b":null},"ma":{"x":"1","y":2,"z":{"w":[]}},"me":{"k":1},"mr":{"k":{"s":"x"}},"mt":{"k":"1.5"}}`
	tests := map[string][]string{
		"the same":              {rich, rich, rich, rich},
		"the same within":       {`{"lr":[` + rich + `,` + rich + `]}`, `{"lr":[` + rich + `,` + rich + `]}`},
		"a longer number":       {`{"i":1}`, `{"i":12}`, `{"i":1,"b":true}`, `{"i":1.0}`, `{"i":1e1}`, `{"i":1}`},
		"a longer string":       {`{"s":"a"}`, `{"s":"a\"b"}`, `{"s":"a"}`, `{"s":"ab"}`},
		"a number for a string": {`{"s":1}`, `{"s":12}`, `{"s":1}`, `{"s":"1"}`},
		"members come and go":   {`{"s":"a","i":1}`, `{"i":1}`, `{"s":"a","i":1}`, `{"s":"a"}`, `{"i":1,"s":"a"}`, `{}`, `{"s":"a","i":1}`},
		"a member twice":        {`{"n":{"key":"a","value":"v"},"n":{"key":"a","value":"w"}}`, `{"n":{"key":"a"},"n":{"key":"a"}}`, `{"s":"a","s":"a"}`, `{"s":"a","s":"b"}`, `{"s":"a","s":"b"}`},
		"a pointer twice":       {`{"r":{"s":"a"},"r":{"s":"a"}}`, `{"r":{"s":"a"},"r":{"s":"a","i":1}}`, `{"r":{"s":"a"},"r":null}`, `{"r":{"s":"a"},"i":1}`},
		"null the second time":  {`{"p":5,"p":null}`, `{"p":5,"i":1}`},
		"null between":          {`{"s":"a","r":{"i":1}}`, `{"s":null,"r":null}`, `{"s":"a","r":{"i":1}}`, `{}`, `{"s":"a","r":{"i":1}}`},
		"values left out":       {`{"i":"x","s":"a"}`, `{"i":"x","s":"a"}`, `{"r":{"i":[]}}`, `{"r":{"i":[]}}`, `{"m":{"a":[]},"ma":{"a":1e999}}`, `{"m":{"a":[]},"ma":{"a":1e999}}`},
		"other lengths":         {`{"l":["a"],"lr":[{"i":1},{"i":2}]}`, `{"l":["a","b"],"lr":[{"i":1}]}`, `{"l":[],"lr":[]}`, `{"l":["a"],"lr":[{"i":1},{"i":2}]}`},
		"maps change":           {`{"ma":{"a":1,"b":"x"}}`, `{"ma":{"a":1,"b":"y"}}`, `{"ma":{"b":"y","a":1}}`, `{"ma":{"a":12}}`, `{"ma":{"a":1}}`, `{"m":{"a":"1"}}`, `{"m":{"a":"12"}}`, `{"m":{"a":"1","c":"2"}}`, `{"ma":{"a":[1]}}`, `{"ma":{"a":[1]}}`},
		"white space":           {`{"s":"a" , "i": 1 }`, `{"s":"a" , "i": 1 }`, `{"s":"a","i":1}`},
		"one item":              {rich},
	}
	for name, items := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkPage(t, items...)
		})
	}
}

// Both items come in the order of the bits of which.
func FuzzSeries(f *testing.F) {
	for i, doc := range documents {
		f.Add([]byte(doc), []byte(documents[(i+3)%len(documents)]), uint16(0b0110_0101_1011_0100))
	}
	f.Fuzz(func(t *testing.T, a, b []byte, which uint16) {
		for _, doc := range [][]byte{a, b} {
			if !json.Valid(doc) || nesting(doc) > 900 || !bytes.HasPrefix(bytes.TrimSpace(doc), []byte("{")) {
				return
			}
		}
		var items []string
		for i := range 16 {
			items = append(items, string([][]byte{a, b}[which>>i&1]))
		}
		checkPage(t, items...)
	})
}

// Strings that repeat are kept once, and structs in blocks, even when other values stand between them.
func TestRepeatedValuesCostLittle(t *testing.T) {
	item := `{"s":"a name that is long enough to see","e":"RUNNING","i":%d,"r":{"s":"nested","l":["a","b"]},"ma":{"k":"v","n":1}}`
	var items []string
	for i := range 200 {
		items = append(items, fmt.Sprintf(item, i))
	}
	doc := []byte(`{"items":[` + strings.Join(items, ",") + `]}`)
	allocations := testing.AllocsPerRun(10, func() {
		var p page
		assert.NoError(t, wire.Unmarshal(doc, &p))
	})
	// For each item a list and the two parts of a map, for sixteen a block.
	assert.Less(t, allocations, 200*3+100.0)
}
