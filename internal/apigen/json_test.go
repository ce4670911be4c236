package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJSONKeepsOrderAndNumbers(t *testing.T) {
	t.Parallel()
	text := `{"z": 1, "a": [true, null, 0.10, 12345678901234567890], "m": {"y": "<&>\u2028", "x": {}}, "e": []}`
	v, err := parseJSON([]byte(text))
	require.NoError(t, err)
	assert.Equal(t, text+"\n", string(formatJSON(v)))
}

func TestLongJSONIsBroken(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", lineWidth)
	v, err := parseJSON([]byte(`{"short": {"a": 1}, "long": {"a": "` + long + `"}, "list": ["` + long + `", 2]}`))
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
`, string(formatJSON(v)))
}

func TestJSONMistakes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a": 1, "a": 2}`: `"a" comes twice`,
		`{} {}`:            "more after",
		`{"a"`:             "EOF",
		``:                 "EOF",
	} {
		_, err := parseJSON([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
	_, err := parseObject([]byte(`[]`))
	assert.ErrorContains(t, err, "not a JSON object")
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": null}], "c": "d"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := parseJSON(data)
		if err != nil {
			return
		}
		text := formatJSON(v)
		again, err := parseJSON(text)
		require.NoError(t, err)
		assert.Equal(t, string(text), string(formatJSON(again)))
	})
}
