package wire_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// everything has a field of every type that the codec knows.
type everything struct {
	S   string                `json:"s,omitzero"`
	E   clusterState          `json:"e,omitzero"`
	B   bool                  `json:"b,omitzero"`
	I   int                   `json:"i,omitzero"`
	I8  int8                  `json:"i8,omitzero"`
	I64 int64                 `json:"i64,omitzero"`
	F   float64               `json:"f,omitzero"`
	F32 float32               `json:"f32,omitzero"`
	T   time.Time             `json:"t,omitzero"`
	A   any                   `json:"a,omitzero"`
	N   argument              `json:"n,omitzero"`
	P   *int                  `json:"p,omitzero"`
	PS  *string               `json:"ps,omitzero"`
	R   *everything           `json:"r,omitzero"`
	L   []string              `json:"l,omitzero"`
	LL  [][]int               `json:"ll,omitzero"`
	LR  []everything          `json:"lr,omitzero"`
	LP  []*argument           `json:"lp,omitzero"`
	LA  []any                 `json:"la,omitzero"`
	M   map[string]string     `json:"m,omitzero"`
	MA  map[string]any        `json:"ma,omitzero"`
	ME  map[clusterState]int  `json:"me,omitzero"`
	MR  map[string]everything `json:"mr,omitzero"`
	MT  map[string]time.Time  `json:"mt,omitzero"`
}

// bystanders has fields that do not travel.
type bystanders struct {
	S       string `json:"s"`
	Ignored string
	Dash    string `json:"-"`
	hidden  string
}

func TestUnmarshal(t *testing.T) {
	t.Parallel()
	at := func(sec, nsec int64) everything { return everything{T: time.Unix(sec, nsec).UTC()} }
	tests := map[string]struct {
		doc  string
		want everything
	}{
		"empty object":             {`{}`, everything{}},
		"white space":              {" \t\r\n{ \"s\" : \"x\" , \"i\" : 1 }\n ", everything{S: "x", I: 1}},
		"any order":                {`{"i":1,"b":true,"s":"x","f":0.5}`, everything{S: "x", B: true, I: 1, F: 0.5}},
		"unknown members":          {`{"z":{"y":[1,"]}",{"x":null}]},"s":"x","zz":-1.5e+9}`, everything{S: "x"}},
		"other case is unknown":    {`{"S":"x","I":"no number"}`, everything{}},
		"escaped name":             {`{"\u0073":"x","e\u0000":1}`, everything{S: "x"}},
		"last value wins":          {`{"s":"a","s":"b","n":{"key":"k"},"n":{"value":"v"},"l":["a","b"],"l":["c"],"m":{"a":"1"},"m":{"b":"2"}}`, everything{S: "b", N: argument{Value: "v"}, L: []string{"c"}, M: map[string]string{"b": "2"}}},
		"last value wins, a null":  {`{"s":"a","s":null,"n":{"key":"k"},"n":null,"p":1,"p":null,"i":1,"i":null}`, everything{}},
		"all null":                 {`{"s":null,"e":null,"b":null,"i":null,"f":null,"t":null,"a":null,"n":null,"p":null,"r":null,"l":null,"m":null,"ma":null}`, everything{}},
		"null elements":            {`{"l":[null,"x"],"ll":[null,[null]],"lp":[null],"la":[null],"m":{"a":null},"ma":{"a":null}}`, everything{L: []string{"", "x"}, LL: [][]int{nil, {0}}, LP: []*argument{nil}, LA: []any{nil}, M: map[string]string{"a": ""}, MA: map[string]any{"a": nil}}},
		"empty lists and maps":     {`{"l":[],"m":{},"ma":{},"la":[ ]}`, everything{L: []string{}, M: map[string]string{}, MA: map[string]any{}, LA: []any{}}},
		"nesting":                  {`{"r":{"r":{"lr":[{"i":1},{"i":2}]}},"mr":{"k":{"p":3}}}`, everything{R: &everything{R: &everything{LR: []everything{{I: 1}, {I: 2}}}}, MR: map[string]everything{"k": {P: new(3)}}}},
		"map values do not mix":    {`{"mr":{"a":{"s":"x","i":1},"b":{"i":2}}}`, everything{MR: map[string]everything{"a": {S: "x", I: 1}, "b": {I: 2}}}},
		"named strings":            {`{"e":"SOMETHING_NEW","me":{"RUNNING":2}}`, everything{E: "SOMETHING_NEW", ME: map[clusterState]int{"RUNNING": 2}}},
		"escapes":                  {`{"s":"\"\\\/\b\f\n\r\t\u00e9\u4e16\ud83d\ude00"}`, everything{S: "\"\\/\b\f\n\r\té世😀"}},
		"plain UTF-8":              {`{"s":"运行中 é 😀"}`, everything{S: "运行中 é 😀"}},
		"bad UTF-8":                {"{\"s\":\"a\xffb\xe4\xb8\",\"\xff\":1}", everything{S: "a\uFFFDb\uFFFD\uFFFD"}},
		"lone surrogates":          {`{"s":"\ud800 \udc00 \ud800\u0041 \ud800\ud800\udc00 \ud800\n"}`, everything{S: "\uFFFD \uFFFD \uFFFDA \uFFFD\U00010000 \uFFFD\n"}},
		"integer in a string":      {`{"i":"1301234123","i64":"-9","i8":"1e2","p":"\u0035"}`, everything{I: 1301234123, I64: -9, I8: 100, P: new(5)}},
		"integral spellings":       {`{"i":1735872007.0,"i64":125.0e1,"i8":-0.0,"p":1000e-3}`, everything{I: 1735872007, I64: 1250, P: new(1)}},
		"largest integers":         {`{"i64":9223372036854775807,"i8":127}`, everything{I64: math.MaxInt64, I8: 127}},
		"smallest integers":        {`{"i64":-9223372036854775808,"i8":-128}`, everything{I64: math.MinInt64, I8: -128}},
		"largest by exponent":      {`{"i64":9.223372036854775807e18}`, everything{I64: math.MaxInt64}},
		"smallest by exponent":     {`{"i64":-922337203685477580800e-2}`, everything{I64: math.MinInt64}},
		"zero with any exponent":   {`{"i":0e99999999999999999999,"i64":0.000E-99999999999999999999}`, everything{}},
		"floats":                   {`{"f":-1.5e-3,"f32":0.1}`, everything{F: -1.5e-3, F32: 0.1}},
		"float in a string":        {`{"f":"12.5","f32":"-1e1"}`, everything{F: 12.5, F32: -10}},
		"infinite floats":          {`{"f":"Infinity","f32":"-Infinity"}`, everything{F: math.Inf(1), F32: float32(math.Inf(-1))}},
		"number for a string":      {`{"s":1.50,"e":-0,"l":[1,"2",3e5],"m":{"a":1}}`, everything{S: "1.50", E: "-0", L: []string{"1", "2", "3e5"}, M: map[string]string{"a": "1"}}},
		"boolean in a string":      {`{"b":"true"}`, everything{B: true}},
		"false in a string":        {`{"b":"false"}`, everything{}},
		"boolean in capitals":      {`{"b":"TRUE"}`, everything{B: true}},
		"number for a boolean":     {`{"b":-2.0}`, everything{B: true}},
		"zero for a boolean":       {`{"b":0}`, everything{}},
		"boolean for a string":     {`{"s":true,"l":[false]}`, everything{S: "true", L: []string{"false"}}},
		"boolean for a number":     {`{"i":true,"i8":false,"f":true,"p":true}`, everything{I: 1, F: 1, P: new(1)}},
		"empty for a scalar":       {`{"i":"","f":"","b":"","t":" ","p":" ","ps":"","ll":[[1,""]],"me":{"k":""}}`, everything{PS: new(""), LL: [][]int{{1, 0}}, ME: map[clusterState]int{"k": 0}}},
		"spaces around a number":   {`{"i":" 1\n","f":" 1.5 ","t":" 1 "}`, everything{I: 1, F: 1.5, T: time.Unix(1, 0).UTC()}},
		"fractions for integers":   {`{"i":1.9,"i64":"-1.9","i8":-0.9,"p":1.00000000000000000000001}`, everything{I: 1, I64: -1, P: new(1)}},
		"infinity in any case":     {`{"f":"INFINITY","f32":"-infinity"}`, everything{F: math.Inf(1), F32: float32(math.Inf(-1))}},
		"time, no offset":          {`{"t":"2024-06-11T16:30:56.789"}`, at(1718123456, 789e6)},
		"any":                      {`{"a":{"s":"x","b":[true,false],"i":12,"f":1.5,"e":1e2,"n":null,"o":{}}}`, everything{A: map[string]any{"s": "x", "b": []any{true, false}, "i": int64(12), "f": 1.5, "e": 100.0, "n": nil, "o": map[string]any{}}}},
		"integers into any":        {`{"la":[9223372036854775807,-9223372036854775808,9223372036854775808,1.0,-0]}`, everything{LA: []any{int64(math.MaxInt64), int64(math.MinInt64), 9223372036854775808.0, 1.0, int64(0)}}},
		"time, seconds":            {`{"t":1718123456}`, at(1718123456, 0)},
		"time, milliseconds":       {`{"t":1718123456.789}`, at(1718123456, 789e6)},
		"time, nanoseconds":        {`{"t":1718123456.123456789}`, at(1718123456, 123456789)},
		"time, beyond nanoseconds": {`{"t":1718123456.1234567899}`, at(1718123456, 123456789)},
		"time, exponent":           {`{"t":1.718123456789E9}`, at(1718123456, 789e6)},
		"time, negative exponent":  {`{"t":1718123456789e-3}`, at(1718123456, 789e6)},
		"time, before 1970":        {`{"t":-1.5}`, at(-2, 5e8)},
		"time, zero seconds":       {`{"t":0}`, at(0, 0)},
		"time, number in a string": {`{"t":"1718123456.789"}`, at(1718123456, 789e6)},
		"time, RFC 3339":           {`{"t":"2024-06-11T16:30:56.789Z"}`, at(1718123456, 789e6)},
		"time, RFC 3339, offset":   {`{"t":"2024-06-12T00:30:56+08:00"}`, at(1718123456, 0)},
		"time in a map":            {`{"mt":{"x":1.5}}`, everything{MT: map[string]time.Time{"x": time.Unix(1, 5e8).UTC()}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got everything
			require.NoError(t, wire.Unmarshal([]byte(tt.doc), &got))
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestUnmarshalBystanders(t *testing.T) {
	t.Parallel()
	var got bystanders
	require.NoError(t, wire.Unmarshal([]byte(`{"Ignored":"x","Dash":"x","-":"x","hidden":"x","s":"y"}`), &got))
	assert.Equal(t, bystanders{S: "y"}, got)
}

func TestUnmarshalNaN(t *testing.T) {
	t.Parallel()
	var got everything
	require.NoError(t, wire.Unmarshal([]byte(`{"f":"NaN"}`), &got))
	assert.True(t, math.IsNaN(got.F))
}

func TestUnmarshalErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ doc, want string }{
		"nothing":               {``, `expected an object, found the end of the document (offset 0)`},
		"white space only":      {"  \n", `expected an object, found the end of the document (offset 3)`},
		"null":                  {`null`, `expected an object, found null (offset 0)`},
		"a list":                {`[]`, `expected an object, found a list (offset 0)`},
		"a string":              {`"x"`, `expected an object, found a string (offset 0)`},
		"HTML":                  {`<html>`, `expected an object, found text that is not JSON (offset 0)`},
		"byte order mark":       {"\xEF\xBB\xBF{}", `expected an object, found text that is not JSON (offset 0)`},
		"NUL":                   {"\x00{}", `expected an object, found text that is not JSON (offset 0)`},
		"trailing garbage":      {`{}x`, `something follows the end of the document (offset 2)`},
		"trailing NUL":          {"{}\x00", `something follows the end of the document (offset 2)`},
		"two documents":         {`{} {}`, `something follows the end of the document (offset 3)`},
		"truncated":             {`{"lr":[{"s":"x"},{"s":"y`, `lr[1].s: the document ends within a string (offset 24)`},
		"truncated name":        {`{"r":{"s`, `r: the document ends within a string (offset 8)`},
		"truncated after value": {`{"r":{"s":"x"`, `r.s: expected a comma or the end of the object, found the end of the document (offset 13)`},
		"truncated literal":     {`{"b":tru`, `b: found text that is not JSON (offset 5)`},
		"no comma":              {`{"s":"x" "i":1}`, `s: expected a comma or the end of the object, found a string (offset 9)`},
		"no colon":              {`{"s" "x"}`, `s: expected a colon, found a string (offset 5)`},
		"comma at the end":      {`{"s":"x",}`, `expected a member name, found '}' (offset 9)`},
		"comma in a list":       {`{"l":["a",]}`, `l[1]: expected a string, found ']' (offset 10)`},
		"wrong bracket":         {`{"l":["a"}}`, `l[0]: expected a comma or the end of the list, found '}' (offset 9)`},
		"number as name":        {`{1:2}`, `expected a member name, found a number (offset 1)`},
		"control character":     {"{\"s\":\"a\nb\"}", `s: found a control character in a string (offset 7)`},
		"malformed escape":      {`{"s":"a\qb"}`, `s: found a malformed escape in a string (offset 7)`},
		"short \\u":             {`{"s":"\u12g4"}`, `s: found a malformed escape in a string (offset 6)`},
		"in an unknown member":  {`{"zz":{"y":[1,tru]}}`, `zz.y[1]: found text that is not JSON (offset 14)`},
		"escape, when skipped":  {`{"zz":"\x"}`, `zz: found a malformed escape in a string (offset 7)`},
		"leading zero":          {`{"i":007}`, `i: expected a comma or the end of the object, found a number (offset 6)`},
		"leading plus":          {`{"i":+7}`, `i: expected an integer, found text that is not JSON (offset 5)`},
		"lonely minus":          {`{"i":-}`, `i: found a malformed number (offset 5)`},
		"no digits after point": {`{"f":1.}`, `f: found a malformed number (offset 5)`},
		"no digits in exponent": {`{"zz":1e+}`, `zz: found a malformed number (offset 6)`},
		"object for a string":   {`{"lr":[{},{"s":{"password":"x"}}]}`, `lr[1].s: expected a string, found an object (offset 15)`},
		"string for a list":     {`{"l":"secret"}`, `l: expected a list, found a string (offset 5)`},
		"list for an object":    {`{"n":[]}`, `n: expected an object, found a list (offset 5)`},
		"list for a map":        {`{"m":[]}`, `m: expected an object, found a list (offset 5)`},
		"list for a boolean":    {`{"b":[]}`, `b: expected a boolean, found a list (offset 5)`},
		"part of a boolean":     {`{"b":0.5}`, `b: expected a boolean, found a number that is no integer (offset 5)`},
		"too much for a flag":   {`{"b":1e30}`, `b: expected a boolean, found a number that is no integer (offset 5)`},
		"malformed for a flag":  {`{"b":1.}`, `b: found a malformed number (offset 5)`},
		"text for a boolean":    {`{"b":"yes"}`, `b: expected a boolean, found a string that is not one (offset 5)`},
		"text for an integer":   {`{"i":"secret"}`, `i: expected an integer, found a string that is not one (offset 5)`},
		"words for an integer":  {`{"i":"1 2"}`, `i: expected an integer, found a string that is not one (offset 5)`},
		"list for an integer":   {`{"p":[1]}`, `p: expected an integer, found a list (offset 5)`},
		"hex integer":           {`{"i":"0x10"}`, `i: expected an integer, found a string that is not one (offset 5)`},
		"int too large":         {`{"i":9223372036854775808}`, `i: the number does not fit int (offset 5)`},
		"int too small":         {`{"i":-9223372036854775809}`, `i: the number does not fit int (offset 5)`},
		"int by exponent":       {`{"i":1e19}`, `i: the number does not fit int (offset 5)`},
		"int far too large":     {`{"i":1e999999999999}`, `i: the number does not fit int (offset 5)`},
		"int8 too large":        {`{"i8":128}`, `i8: the number does not fit int8 (offset 6)`},
		"float too large":       {`{"f":1e999}`, `f: the number does not fit float64 (offset 5)`},
		"float32 too large":     {`{"f32":1e39}`, `f32: the number does not fit float32 (offset 7)`},
		"float in any":          {`{"la":[1e999]}`, `la[0]: the number does not fit float64 (offset 7)`},
		"text for a float":      {`{"f":"inf"}`, `f: expected a number, found a string that is not one (offset 5)`},
		"object for a float":    {`{"f":{}}`, `f: expected a number, found an object (offset 5)`},
		"unfinished float":      {`{"f":"1`, `f: the document ends within a string (offset 7)`},
		"boolean for a time":    {`{"t":true}`, `t: expected a time, found a boolean (offset 5)`},
		"text for a time":       {`{"t":"yesterday"}`, `t: expected a time, found a string that is neither epoch seconds nor RFC 3339 (offset 5)`},
		"malformed time":        {`{"t":1.}`, `t: found a malformed number (offset 5)`},
		"time out of range":     {`{"t":1e16}`, `t: the time is out of range (offset 5)`},
		"name that is data":     {`{"m":{"my secret":{}}}`, `m.?: expected a string, found an object (offset 18)`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wire.Unmarshal([]byte(tt.doc), &everything{})
			var we *wire.Error
			require.ErrorAs(t, err, &we)
			assert.Equal(t, tt.want, err.Error())
		})
	}
}

func TestUnmarshalDepth(t *testing.T) {
	t.Parallel()
	nest := func(open, inner, closing string, n int) []byte {
		return []byte(strings.Repeat(open, n) + inner + strings.Repeat(closing, n))
	}
	for _, open := range []string{`{"r":`, `{"unknown":`, `{"a":`} {
		require.NoError(t, wire.Unmarshal(nest(open, `{}`, `}`, 999), &everything{}), open)
		err := wire.Unmarshal(nest(open, `{}`, `}`, 1000), &everything{})
		require.ErrorContains(t, err, "nested too deeply", open)
		assert.Less(t, len(err.Error()), 300, "the path is cut")
		require.Error(t, wire.Unmarshal(nest(open, `{}`, `}`, 1_000_000), &everything{}), open)
	}
	lists := []byte(`{"a":` + string(nest(`[`, ``, `]`, 999)) + `}`)
	require.NoError(t, wire.Unmarshal(lists, &everything{}))
	lists = []byte(`{"a":` + string(nest(`[`, ``, `]`, 1000)) + `}`)
	require.ErrorContains(t, wire.Unmarshal(lists, &everything{}), "nested too deeply")
	require.Error(t, wire.Unmarshal([]byte(strings.Repeat(`[`, 1_000_000)), &everything{}))
	wide := `{"lr":[` + strings.Repeat(`{"l":["x"]},`, 5000) + `{}]}`
	require.NoError(t, wire.Unmarshal([]byte(wide), &everything{}), "siblings do not count")
}

// A target may hold something already, and the values of a map must not share memory.
func TestUnmarshalReplaces(t *testing.T) {
	t.Parallel()
	before := []string{"mine", "too"}
	got := struct {
		L []string            `json:"l"`
		M map[string][]string `json:"m"`
		N map[string]argument `json:"n"`
		K string              `json:"k"`
	}{L: before, M: map[string][]string{"old": {"x"}}, K: "kept"}
	require.NoError(t, wire.Unmarshal([]byte(`{"l":["a"],"m":{"a":["1"],"b":["2"]},"n":{"a":{"key":"k"},"b":{"value":"v"}}}`), &got))
	assert.Equal(t, []string{"a"}, got.L)
	assert.Equal(t, []string{"mine", "too"}, before)
	assert.Equal(t, map[string][]string{"a": {"1"}, "b": {"2"}}, got.M)
	assert.Equal(t, map[string]argument{"a": {Key: "k"}, "b": {Value: "v"}}, got.N)
	assert.Equal(t, "kept", got.K)
}

type envelope struct {
	RequestID string `json:"RequestId"`
	Error     *struct {
		Code string `json:"Code"`
	} `json:"Error"`
}

type tasks struct {
	Total     int      `json:"Total"`
	List      []string `json:"List"`
	RequestID string   `json:"RequestId"`
}

func TestUnmarshalTargets(t *testing.T) {
	t.Parallel()
	var (
		e envelope
		r tasks
	)
	doc := `{"Total":2,"List":["a\n","b"],"Other":[1],"\u0052equestId":"r-\u0031"}`
	require.NoError(t, wire.Unmarshal([]byte(doc), &e, &r))
	assert.Equal(t, envelope{RequestID: "r-1"}, e)
	assert.Equal(t, tasks{Total: 2, List: []string{"a\n", "b"}, RequestID: "r-1"}, r)

	err := wire.Unmarshal([]byte(`{"RequestId":[],"Total":1}`), &e, &r)
	require.EqualError(t, err, "RequestId: expected a string, found a list (offset 13)")
	assert.Equal(t, tasks{Total: 1, List: []string{"a\n", "b"}}, r, "the rest is decoded")

	require.NoError(t, wire.Unmarshal([]byte(`{"a":1}`)), "without targets the document is only checked")
	require.Error(t, wire.Unmarshal([]byte(`{"a":1`)))
}

func TestUnmarshalMember(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		doc   string
		found bool
		want  tasks
		odd   string // what is left out
		err   string
	}{
		"there":            {doc: `{"Before":{"Total":9},"Response":{"Total":1,"RequestId":"r"},"After":[{}]}`, found: true, want: tasks{Total: 1, RequestID: "r"}},
		"empty":            {doc: `{"Response":{}}`, found: true},
		"escaped name":     {doc: `{"\u0052esponse":{"Total":1}}`, found: true, want: tasks{Total: 1}},
		"absent":           {doc: `{"Total":1}`},
		"other case":       {doc: `{"response":{"Total":1}}`},
		"null":             {doc: `{"Response":null}`},
		"only nested":      {doc: `{"x":{"Response":{"Total":1}}}`},
		"twice":            {doc: `{"Response":{"Total":1},"Response":{"RequestId":"r"}}`, found: true, want: tasks{RequestID: "r"}},
		"twice, then null": {doc: `{"Response":{"Total":1},"Response":null}`},
		"a string":         {doc: `{"Response":"x"}`, err: "Response: expected an object, found a string (offset 12)"},
		"document is null": {doc: `null`, err: "expected an object, found null (offset 0)"},
		"odd inside":       {doc: `{"Response":{"List":["a",{}]}}`, found: true, want: tasks{List: []string{"a", ""}}, odd: "Response.List[1]: expected a string, found an object (offset 25)"},
		"odd, replaced":    {doc: `{"Response":{"List":{}},"Response":{"Total":1}}`, found: true, want: tasks{Total: 1}},
		"odd elsewhere":    {doc: `{"List":3,"Response":{"Total":1}}`, found: true, want: tasks{Total: 1}},
		"error after":      {doc: `{"Response":{"Total":1},"x":}`, err: "x: expected a value, found '}' (offset 28)"},
		"trailing garbage": {doc: `{"Response":{"Total":1}}}`, err: "something follows the end of the document (offset 24)"},
		"truncated":        {doc: `{"Response":{"Total":1}`, err: "Response: expected a comma or the end of the object, found the end of the document (offset 23)"},
		"empty document":   {doc: ``, err: "expected an object, found the end of the document (offset 0)"},
		"error before":     {doc: `{"x":[1 2],"Response":{"Total":1}}`, err: "x[0]: expected a comma or the end of the list, found a number (offset 8)"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var (
				got  tasks
				with envelope
			)
			found, report, err := wire.DecodeMember([]byte(tt.doc), "Response", &with, &got)
			assert.Equal(t, tt.found, found)
			assert.Equal(t, tt.odd, problems(report))
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.want.RequestID, with.RequestID)
		})
	}
}

// problems says what was left out, one problem a line.
func problems(skipped []*wire.Error) string {
	var texts []string
	for _, e := range skipped {
		texts = append(texts, e.Error())
	}
	return strings.Join(texts, "\n")
}

func TestDecode(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		doc  string
		want everything
		odd  string
	}{
		"nothing odd":        {`{"s":"x","i":"","f":null}`, everything{S: "x"}, ``},
		"string":             {`{"s":{"a":[1]},"i":1}`, everything{I: 1}, `s: expected a string, found an object (offset 5)`},
		"integer":            {`{"i":"many","s":"x"}`, everything{S: "x"}, `i: expected an integer, found a string that is not one (offset 5)`},
		"integer too large":  {`{"i8":128,"i":9e99,"s":"x"}`, everything{S: "x"}, "i8: the number does not fit int8 (offset 6)\ni: the number does not fit int (offset 14)"},
		"boolean":            {`{"b":"yes","s":"x"}`, everything{S: "x"}, `b: expected a boolean, found a string that is not one (offset 5)`},
		"float":              {`{"f":[],"f32":1e39,"s":"x"}`, everything{S: "x"}, "f: expected a number, found a list (offset 5)\nf32: the number does not fit float32 (offset 14)"},
		"time":               {`{"t":"yesterday","s":"x"}`, everything{S: "x"}, `t: expected a time, found a string that is neither epoch seconds nor RFC 3339 (offset 5)`},
		"time out of range":  {`{"t":1e16,"s":"x"}`, everything{S: "x"}, `t: the time is out of range (offset 5)`},
		"any":                {`{"a":1e999,"la":[1,1e999],"s":"x"}`, everything{LA: []any{int64(1), nil}, S: "x"}, "a: the number does not fit float64 (offset 5)\nla[1]: the number does not fit float64 (offset 19)"},
		"struct":             {`{"n":[],"s":"x"}`, everything{S: "x"}, `n: expected an object, found a list (offset 5)`},
		"pointer":            {`{"p":{},"r":"","s":"x"}`, everything{S: "x"}, "p: expected an integer, found an object (offset 5)\nr: expected an object, found a string (offset 12)"},
		"list":               {`{"l":"a","lr":{},"s":"x"}`, everything{S: "x"}, "l: expected a list, found a string (offset 5)\nlr: expected a list, found an object (offset 14)"},
		"in a list":          {`{"lr":[{"i":1},7,{"i":[],"s":"y"}],"s":"x"}`, everything{LR: []everything{{I: 1}, {}, {S: "y"}}, S: "x"}, "lr[1]: expected an object, found a number (offset 15)\nlr[2].i: expected an integer, found a list (offset 22)"},
		"maps":               {`{"m":[],"ma":"","mr":1,"s":"x"}`, everything{S: "x"}, "m: expected an object, found a list (offset 5)\nma: expected an object, found a string (offset 13)\nmr: expected an object, found a number (offset 21)"},
		"in a map":           {`{"m":{"a":{},"b":"y"},"me":{"a":2,"b":[],"c":3},"s":"x"}`, everything{M: map[string]string{"a": "", "b": "y"}, ME: map[clusterState]int{"a": 2, "b": 0, "c": 3}, S: "x"}, "m.a: expected a string, found an object (offset 10)\nme.b: expected an integer, found a list (offset 38)"},
		"name that is data":  {`{"m":{"my secret":{}}}`, everything{M: map[string]string{"my secret": ""}}, `m.?: expected a string, found an object (offset 18)`},
		"deep":               {`{"r":{"lr":[{},{"n":{"key":[]}}]}}`, everything{R: &everything{LR: []everything{{}, {}}}}, `r.lr[1].n.key: expected a string, found a list (offset 27)`},
		"twice, odd last":    {`{"i":1,"n":{"key":"k"},"l":["a"],"p":1,"i":[],"n":7,"l":7,"p":[]}`, everything{}, "i: expected an integer, found a list (offset 43)\nn: expected an object, found a number (offset 50)\nl: expected a list, found a number (offset 56)\np: expected an integer, found a list (offset 62)"},
		"twice, odd first":   {`{"i":[],"i":1}`, everything{I: 1}, "i: expected an integer, found a list (offset 5)"},
		"unknown is not odd": {`{"zz":[{}],"s":"x"}`, everything{S: "x"}, ``},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got, first, second everything
			report, err := wire.Decode([]byte(tt.doc), &got)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.odd, problems(report))

			again, err := wire.Decode([]byte(tt.doc), &first, &second)
			require.NoError(t, err)
			assert.Equal(t, tt.want, first)
			assert.Equal(t, tt.want, second)
			assert.Equal(t, report, again, "nothing is reported twice")
		})
	}
}

// A document that cannot be read is an error, even if values were left out before.
func TestDecodeErrors(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{``, `null`, `[]`, `"x"`, `1`, `<html>`, `{"i":[],"s":}`, `{"i":[1}`, `{"i":{"a"}}`, `{"i":[],"s":"x"`, `{"i":[]}x`, `{"s":{"x":tru}}`} {
		_, err := wire.Decode([]byte(doc), &everything{})
		require.Error(t, err, doc)
		require.ErrorAs(t, err, new(*wire.Error))
		_, _, err = wire.DecodeMember([]byte(`{"Response":`+doc+`}`), "Response", &everything{})
		if doc != `null` {
			require.Error(t, err, doc)
		}
	}
}

// A response in which everything is wrong does not fill the memory with reports.
func TestWhatIsLeftOutIsBounded(t *testing.T) {
	t.Parallel()
	doc := []byte(`{"l":[` + strings.Repeat(`{},`, 100_000) + `"x"],"s":"y"}`)
	var got everything
	skipped, err := wire.Decode(doc, &got)
	require.NoError(t, err)
	assert.Len(t, skipped, 100)
	assert.Equal(t, "l[99]", skipped[99].Path)
	assert.Len(t, got.L, 100_001)
	assert.Equal(t, "x", got.L[100_000])
	assert.Equal(t, "y", got.S)
}

func TestUnmarshalBadTargets(t *testing.T) {
	t.Parallel()
	var absent *tasks
	for _, target := range []any{nil, tasks{}, absent, new(1), &map[string]any{}} {
		require.Error(t, wire.Unmarshal([]byte(`{}`), target))
		_, err := wire.Decode([]byte(`{}`), target)
		require.Error(t, err)
		_, _, err = wire.DecodeMember([]byte(`{}`), "x", &tasks{}, target)
		require.Error(t, err)
	}
	odd := struct {
		C chan int       `json:"c"`
		B []byte         `json:"b"`
		M map[int]string `json:"m"`
		E error          `json:"e"`
	}{}
	require.NoError(t, wire.Unmarshal([]byte(`{"c":null,"zz":1}`), &odd))
	for _, name := range []string{"c", "b", "m", "e"} {
		require.ErrorContains(t, wire.Unmarshal([]byte(`{"`+name+`":{}}`), &odd), name+": cannot decode into ")
	}
}

// What is decoded must not point into the document, whose buffer is used again.
func TestUnmarshalCopies(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("0123456789abcdef", 200)
	doc := []byte(`{"s":"` + long + `","e":"\u0041BC","l":["x","` + long + `"],"m":{"key":"value"},"a":{"k":["v"]},"n":{"key":12}}`)
	var got, want everything
	require.NoError(t, wire.Unmarshal(doc, &got))
	require.NoError(t, wire.Unmarshal(doc, &want))
	for i := range doc {
		doc[i] = '#'
	}
	assert.Equal(t, long, got.S)
	assert.Equal(t, map[string]string{"key": "value"}, got.M)
	assert.Equal(t, want, got)
}

// Strings are scanned eight bytes at a time: every byte, at every place in such a word and beyond it.
func TestEveryByteAtEveryPlace(t *testing.T) {
	t.Parallel()
	for place := range 20 {
		for c := range 256 {
			text := []byte("abcdefghijklmnopqrst")
			text[place] = byte(c)
			doc := slices.Concat([]byte(`{"s":"`), text, []byte(`","i":1}`))
			var got, want everything
			if err := json.Unmarshal(doc, &want); err != nil {
				require.Error(t, wire.Unmarshal(doc, &got), "%q", doc)
				require.Error(t, wire.Unmarshal(doc, &struct{}{}), "%q", doc)
			} else {
				require.NoError(t, wire.Unmarshal(doc, &got), "%q", doc)
				require.Equal(t, want, got)
			}
			require.Equal(t, sameText(must(stdMarshal(string(text)))), sameText(must(wire.Append(nil, string(text)))))
		}
	}
}

func TestUnmarshalString(t *testing.T) {
	t.Parallel()
	type named struct {
		Name  string `json:"name"`
		Other string `json:"other"`
		Count int    `json:"count"`
	}
	for _, text := range []string{
		`{"name":"a","other":"b\u00e9"}`,
		`{"name":"` + strings.Repeat("long", 2000) + `","other":""}`,
	} {
		var got, want named
		require.NoError(t, wire.UnmarshalString(text, &got))
		require.NoError(t, wire.Unmarshal([]byte(text), &want))
		assert.Equal(t, want, got)
	}
	require.Error(t, wire.UnmarshalString(`{"name":"a"`, new(named)))
	require.ErrorContains(t, wire.UnmarshalString(`{"count":"many"}`, new(named)), "count")

	text := `{"name":"part of the document"}`
	var part named
	require.NoError(t, wire.UnmarshalString(text, &part))
	assert.Same(t, unsafe.StringData(text[9:]), unsafe.StringData(part.Name), "it is not copied")
}
