package conformance_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"github.com/alibabacloud-go/tea/dara"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// theirScalars has the types that models of the vendors' clients have, ourScalars those that ours have.
type theirScalars struct {
	String *string  `json:"string"`
	Bool   *bool    `json:"bool"`
	Int    *int32   `json:"int"`
	Long   *int64   `json:"long"`
	Float  *float32 `json:"float"`
	Double *float64 `json:"double"`
}

type ourScalars struct {
	String string  `json:"string"`
	Bool   bool    `json:"bool"`
	Int    int32   `json:"int"`
	Long   int64   `json:"long"`
	Float  float32 `json:"float"`
	Double float64 `json:"double"`
}

// scalars are values that services may send where another type is expected. Numbers with an exponent are not among them:
// Alibaba Cloud's decoder takes 1e3 for the integer 1.
var scalars = []string{
	`null`, `""`, `"x"`, `"a\u0000b"`, `"true"`, `"false"`, `"TRUE"`, `"False"`, `"tRuE"`, `"yes"`, `"on"`, `"1"`, `"0"`, `"-1"`, `"42"`, `"1.5"`, `"-1.9"`, `"1.0"`,
	`"2147483647"`, `"2147483648"`, `"9223372036854775807"`, `"9223372036854775808"`, `" 7"`, `"0.25"`, `"NaN"`, `"Infinity"`,
	`true`, `false`, `0`, `1`, `-1`, `42`, `-0`, `1.0`, `1.5`, `-1.9`, `0.25`, `1735872007`, `1735872007.0`, `2147483648`, `9223372036854775807`, `9007199254740993`,
	`{}`, `{"a":1}`, `[]`, `[1]`,
}

// TestScalarsAsTheVendorsDecodeThem checks that what a vendor's decoder takes means the same to ours. (Those of AWS take values
// of the right type alone, and the words for floats without a number, which the tests of the codec have.)
func TestScalarsAsTheVendorsDecodeThem(t *testing.T) {
	decoders := map[string]func(document []byte, out any) error{
		"alibaba": func(document []byte, out any) error {
			return dara.Convert(parse(t, document), out)
		},
		"tencent": func(document []byte, out any) error { return json.Unmarshal(document, out) },
	}
	for vendor, decode := range decoders {
		taken := 0
		for i := range reflect.TypeFor[theirScalars]().NumField() {
			name := reflect.TypeFor[theirScalars]().Field(i).Tag.Get("json")
			for _, value := range scalars {
				document := fmt.Appendf(nil, `{%q:%s}`, name, value)
				var theirs theirScalars
				if decode(document, &theirs) != nil {
					continue
				}
				taken++
				var ours ourScalars
				skipped, err := wire.Decode(document, &ours)
				require.NoError(t, err)
				where := vendor + " " + name + " " + value
				assert.Empty(t, skipped, where)
				assert.Equal(t, plainScalar(reflect.ValueOf(theirs).Field(i)), reflect.ValueOf(ours).Field(i).Interface(), where)
			}
		}
		assert.Greater(t, taken, len(scalars), vendor)
	}
}

// plainScalar is what a pointer points to, zero for nil.
func plainScalar(v reflect.Value) any {
	if v.IsNil() {
		return reflect.Zero(v.Type().Elem()).Interface()
	}
	return v.Elem().Interface()
}
