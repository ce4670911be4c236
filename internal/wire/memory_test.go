package wire_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// wide is a struct that is much larger than the two bytes of an empty object.
type wide struct {
	Fixed     [64]wideString        `json:"-"`
	Name      string                `json:"name"`
	Nested    *wide                 `json:"nested"`
	List      []wide                `json:"list"`
	ByName    map[string]wide       `json:"byName"`
	ByPointer map[string]*wide      `json:"byPointer"`
	Texts     map[string]string     `json:"texts"`
	Any       any                   `json:"any"`
	AnyByName map[string]any        `json:"anyByName"`
	Matrix    [][]wide              `json:"matrix"`
	Lists     []map[string][]string `json:"lists"`
}

type wideString string

// Not much more memory is allocated than a multiple of the document's size, whatever is in it.
//
//nolint:paralleltest // it measures the memory of the process
func TestMemoryIsInProportion(t *testing.T) {
	const size = 1 << 20
	repeat := func(before, item, after string) string {
		return before + item + strings.Repeat(","+item, size/(len(item)+1)) + after
	}
	tests := map[string]struct {
		doc     string
		refused bool
	}{
		"empty objects":           {repeat(`{"list":[`, `{}`, `]}`), true},
		"nulls":                   {repeat(`{"list":[`, `null`, `]}`), true},
		"values of another kind":  {repeat(`{"list":[`, `0`, `]}`), true},
		"pointers":                {repeat(`{"list":[`, `{"nested":{}}`, `]}`), true},
		"one pointer, repeatedly": {repeat(`{`, `"nested":{}`, `}`), true},
		"lists of one":            {repeat(`{"matrix":[`, `[{}]`, `]}`), true},
		"one list, repeatedly":    {repeat(`{`, `"list":[{}]`, `}`), true},
		"maps":                    {repeat(`{`, `"byName":{"":{}}`, `}`), true},
		"one name, repeatedly":    {repeat(`{"byPointer":{`, `"":{}`, `}}`), true},
		"untyped objects":         {repeat(`{"any":[`, `{"":0}`, `]}`), false},
		"untyped lists":           {repeat(`{"any":[`, `[]`, `]}`), false},
		"untyped maps":            {repeat(`{`, `"anyByName":{"":0}`, `}`), false},
		"maps of strings":         {repeat(`{`, `"texts":{"":""}`, `}`), false},
		"maps of lists":           {repeat(`{"lists":[`, `{"":[""]}`, `]}`), false},
		"wide objects":            {repeat(`{"list":[`, `{"name":"`+strings.Repeat("x", 60)+`"}`, `]}`), false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := wire.Decode([]byte(tt.doc), &wide{})
			runtime.ReadMemStats(&after)
			taken := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(tt.doc))
			t.Logf("%.0f bytes for each", taken)
			assert.Less(t, taken, 150.0)
			if tt.refused {
				assert.ErrorContains(t, err, "too much memory")
			} else {
				assert.NoError(t, err)
			}
		})
	}
}
