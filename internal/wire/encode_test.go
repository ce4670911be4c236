package wire_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// keepsZero has members that are sent with any value.
type keepsZero struct {
	S string         `json:"s"`
	B bool           `json:"b"`
	I int            `json:"i"`
	N argument       `json:"n"`
	P *argument      `json:"p"`
	A any            `json:"a"`
	L []string       `json:"l"`
	M map[string]int `json:"m"`
}

func TestAppend(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		value any
		want  string
	}{
		"zero values are left out": {everything{}, `{}`},
		"zero values are sent":     {keepsZero{}, `{"s":"","b":false,"i":0,"n":{},"p":null,"a":null}`},
		"empty lists are sent":     {everything{L: []string{}, M: map[string]string{}, LA: []any{}}, `{"l":[],"la":[],"m":{}}`},
		"pointers to zero values":  {everything{P: new(0), PS: new(""), R: &everything{}}, `{"p":0,"ps":"","r":{}}`},
		"other fields":             {bystanders{Ignored: "x", Dash: "x", hidden: "x", S: "y"}, `{"s":"y"}`},
		"scalars":                  {everything{S: "x", E: "RUNNING", B: true, I: -1, I8: 8, I64: math.MinInt64, F: 1.5, F32: 0.1}, `{"s":"x","e":"RUNNING","b":true,"i":-1,"i8":8,"i64":-9223372036854775808,"f":1.5,"f32":0.1}`},
		"nesting":                  {everything{N: argument{Key: "k"}, R: &everything{LR: []everything{{I: 1}, {}}}, LP: []*argument{{Value: "v"}, nil}}, `{"n":{"key":"k"},"r":{"lr":[{"i":1},{}]},"lp":[{"value":"v"},null]}`},
		"nil within lists":         {everything{LL: [][]int{nil, {}, {1, 2}}, LA: []any{nil, map[string]any(nil)}}, `{"ll":[null,[],[1,2]],"la":[null,null]}`},
		"map keys in order":        {everything{M: map[string]string{"b": "2", "a": "1", "B": "3", "é": "4", "": "0"}, ME: map[clusterState]int{"y": 1, "x": 2}}, `{"m":{"":"0","B":"3","a":"1","b":"2","é":"4"},"me":{"x":2,"y":1}}`},
		"structs and times in map": {everything{MR: map[string]everything{"a": {I: 1}}, MT: map[string]time.Time{"x": time.Unix(1, 5e8)}}, `{"mr":{"a":{"i":1}},"mt":{"x":1.5}}`},
		"any": {everything{A: map[string]any{"b": []any{true, nil, 1, int64(2), 2.5, uint8(3), float32(0.1), "x"}, "a": argument{Key: "k"}, "c": &argument{}, "d": clusterState("s"),
			"e": map[string]string{"k": "v"}, "f": []string{"l"}, "t": time.Unix(2, 0)}},
			`{"a":{"a":{"key":"k"},"b":[true,null,1,2,2.5,3,0.1,"x"],"c":{},"d":"s","e":{"k":"v"},"f":["l"],"t":2}}`},
		"escapes":         {everything{S: "\"\\/\b\f\n\r\t\x00\x1f\x7f"}, `{"s":"\"\\/\b\f\n\r\t\u0000\u001f` + "\x7f" + `"}`},
		"HTML":            {everything{S: "<a href='x'>&</a>"}, `{"s":"<a href='x'>&</a>"}`},
		"line separators": {everything{S: "a\u2028b\u2029c\u2027d"}, `{"s":"a\u2028b\u2029c` + "\u2027" + `d"}`},
		"UTF-8":           {everything{S: "运行中, 😀 and é"}, `{"s":"运行中, 😀 and é"}`},
		"bad UTF-8":       {everything{S: "a\xffb\xe4\xb8"}, `{"s":"a\ufffdb\ufffd\ufffd"}`},
		"float forms":     {everything{LA: []any{1e20, 1e21, 1e-6, 1e-7, -2.5e-9, 123456789.0, float32(1e21), float32(1e-7)}}, `{"la":[100000000000000000000,1e+21,0.000001,1e-7,-2.5e-9,123456789,1e+21,1e-7]}`},
		"pointer":         {&everything{S: "x", T: time.Unix(7, 0)}, `{"s":"x","t":7}`},
		"nil":             {nil, `null`},
		"a scalar":        {"x", `"x"`},
		"a list":          {[]argument{{Key: "k"}}, `[{"key":"k"}]`},
		"a map":           {map[string]any{"k": 1}, `{"k":1}`},
		"HTTP-bound":      {sampleUpdate(), `{"code":{"s3Bucket":"example-releases","s3Key":"2025/10/21/bundle.zip","s3ObjectVersion":"Zx8kQpLmNoPqRsTuVwXyZ012345.6789"},"clientToken":"0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6","initializationScript":"scripts/start.q","commandLineArguments":[{"key":"s","value":"8"},{"key":"codePath","value":"/opt/kx/app/code"},{"key":"schema","value":"prices"},{"key":"dbDir","value":"/opt/kx/app/db"}]}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.Append([]byte("before "), tt.value)
			require.NoError(t, err)
			assert.Equal(t, "before "+tt.want, string(got))
			assert.True(t, json.Valid(got[len("before "):]))
		})
	}
}

func TestAppendTime(t *testing.T) {
	t.Parallel()
	tests := map[string]time.Time{
		`{}`:                         {},
		`{"t":0}`:                    time.Unix(0, 0),
		`{"t":1718123456}`:           time.Unix(1718123456, 0),
		`{"t":1718123456.789}`:       time.Unix(1718123456, 789e6),
		`{"t":1718123456.000000001}`: time.Unix(1718123456, 1),
		`{"t":1718123456.12345678}`:  time.Unix(1718123456, 123456780).In(time.FixedZone("", 3600)),
		`{"t":-1.5}`:                 time.Unix(-2, 5e8),
		`{"t":-0.000000001}`:         time.Unix(-1, 999999999),
		`{"t":-1}`:                   time.Unix(-1, 0),
	}
	for want, at := range tests {
		got, err := wire.Append(nil, everything{T: at})
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
	}
}

func TestAppendErrors(t *testing.T) {
	t.Parallel()
	loop := map[string]any{}
	loop["x"] = loop
	self := &everything{}
	self.R = self
	var pointer any
	pointer = &pointer
	tests := map[string]struct {
		value any
		want  string
	}{
		"NaN":              {everything{F: math.NaN()}, "f: NaN and infinity cannot be sent"},
		"infinity":         {everything{LR: []everything{{}, {N: argument{}, F32: float32(math.Inf(-1))}}}, "lr[1].f32: NaN and infinity cannot be sent"},
		"NaN in a map":     {everything{MA: map[string]any{"score": []any{1, math.NaN()}}}, "ma.score[1]: NaN and infinity cannot be sent"},
		"name is data":     {everything{MA: map[string]any{"my secret": math.NaN()}}, "ma.?: NaN and infinity cannot be sent"},
		"nested lists":     {everything{A: []any{[]any{math.NaN()}}}, "a[0][0]: NaN and infinity cannot be sent"},
		"function":         {everything{A: func() {}}, "a: cannot encode func()"},
		"bytes":            {everything{A: []byte(`1`)}, "a: cannot encode []uint8"},
		"map of integers":  {everything{A: map[int]int{}}, "a: cannot encode map[int]int"},
		"cycle by map":     {loop, "nested too deeply"},
		"cycle by pointer": {self, "nested too deeply"},
		"pointer to any":   {pointer, "nested too deeply"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.Append([]byte("before"), tt.value)
			var we *wire.Error
			require.ErrorAs(t, err, &we)
			assert.Equal(t, -1, we.Offset)
			assert.Equal(t, "before", string(got))
			assert.Less(t, len(err.Error()), 300)
			if strings.Contains(tt.want, ": ") {
				assert.EqualError(t, err, tt.want)
			} else {
				assert.ErrorContains(t, err, tt.want)
			}
		})
	}
}

func TestAppendWide(t *testing.T) {
	t.Parallel()
	got, err := wire.Append(nil, everything{LR: make([]everything, 5000), LA: make([]any, 5000)})
	require.NoError(t, err, "siblings do not count as levels")
	assert.Len(t, got, len(`{"lr":[],"la":[]}`)+5000*3-1+5000*5-1)
}

func TestAppendLeavesTheValueAlone(t *testing.T) {
	t.Parallel()
	value := func() *everything {
		return &everything{S: "x", L: []string{"c", "a"}, MA: map[string]any{"b": []any{2, 1}, "a": map[string]any{}}, M: map[string]string{"k": "v"}}
	}
	v := value()
	doc := must(wire.Append(nil, v))
	for i := range doc {
		doc[i] = '#'
	}
	assert.Equal(t, value(), v)
}

// The documents and values of the benchmarks mean the same to both.
func TestSameAsEncodingJSON(t *testing.T) {
	t.Parallel()
	update := sampleUpdate()
	assert.Equal(t, string(must(stdMarshal(update))), string(must(wire.Append(nil, update))))
	std := sampleCluster(epoch{sampleModified}, epoch{sampleCreated})
	assert.Equal(t, string(must(stdMarshal(std))), string(must(wire.Append(nil, sampleCluster(sampleModified, sampleCreated)))))

	var c cluster[time.Time]
	require.NoError(t, wire.Unmarshal(clusterDocument(), &c))
	assert.Equal(t, sampleCluster(sampleModified, sampleCreated), c)
	var l clusterList[time.Time]
	require.NoError(t, wire.Unmarshal(listDocument(), &l))
	assert.Equal(t, sampleList(sampleModified, sampleCreated), l)
}
