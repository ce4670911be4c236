package smithy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJSONKeepsOrderAndNumbers(t *testing.T) {
	t.Parallel()
	text := `{"z": 1, "a": [true, null, 0.10, 12345678901234567890], "m": {"y": "<&>\u2028", "x": {}}, "e": []}`
	v, err := Parse([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, text+"\n", string(Format(v)))
}

func TestLongJSONIsBroken(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", lineWidth)
	v, err := Parse([]byte(`{"short": {"a": 1}, "long": {"a": "` + long + `"}, "list": ["` + long + `", 2]}`))
	require.NoError(t, err)
	assert.Equal(t, `{
 "short": {"a": 1},
 "long": {
  "a": "`+long+`"
 },
 "list": [
  "`+long+`",
  2
 ]
}
`, string(Format(v)))
}

func TestJSONMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a": 1, "a": 2}`: `"a" comes twice`,
		`{} {}`:            "more after",
		`{"a"`:             "EOF",
		``:                 "EOF",
	} {
		_, err := Parse([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
	_, err := ParseObject([]byte(`[]`))
	assert.ErrorContains(t, err, "not a JSON object")
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": null}], "c": "d"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data)
		if err != nil {
			return
		}
		text := Format(v)
		again, err := Parse(text)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(Format(again)))
	})
}
