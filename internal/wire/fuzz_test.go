package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// documents are where the fuzzers start from.
var documents = []string{
	`{}`, `null`, `[]`, ``, `{"s":"x","i":1,"f":1.5,"b":true,"t":1718123456.789,"a":[1,2.5,"x",null,{}]}`,
	`{"s":12,"b":"true","i":"12","i8":"-128","i64":1e3,"u":1.0,"f":"1e3","f32":"0.1","t":"2024-06-11T16:30:56.789+01:00"}`,
	`{"r":{"lr":[{"i":1},null,{"p":5,"ps":""}]},"l":["a",null],"ll":[[1],[],null],"lp":[{"key":"k"},null]}`,
	`{"m":{"a":"1","b":null},"ma":{"x":{"y":[{"z":1e400}]}},"me":{"k":1},"mr":{"k":{"s":"x"}},"mt":{"k":"1.5"}}`,
	`{"s":"\ud83d\ude00\ud800\u0000\"\\\/","S":"other case","\u0073":"again"}`, "{\"s\":\"a\xff\xe4\xb8\",\"\xff\":0}",
	`{"i":9223372036854775808}`, `{"i":-9223372036854775808,"u":18446744073709551615}`, `{"i":0e9999999999}`, `{"i":1e-1}`,
	`{"t":-0.0000000001}`, `{"t":"-1.5E1"}`, `{"t":1e16}`, `{"zz":[[[{"a":[01]}]]]}`, `{"zz":-}`, "{\"s\":\"\x1f\"}", `{"s":"x"}}`, "\xef\xbb\xbf{}",
	`{"n":{"key":1,"value":"v"},"n":{"key":null}}`, `{"la":[-0,-0.0,1E5,123456789012345678901234567890]}`,
}

func FuzzUnmarshal(f *testing.F) {
	for _, doc := range documents {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var got everything
		err := wire.Unmarshal(doc, &got)
		checkError(t, doc, err)

		want, wantErr := oracle(doc)
		switch {
		case errors.Is(wantErr, errUnknown):
		case wantErr != nil:
			require.Error(t, err, "must be refused")
		default:
			require.NoError(t, err)
			require.Equal(t, want, got)
		}

		// Two targets, and an envelope, give the same result.
		var first, second everything
		err2 := wire.Unmarshal(doc, &first, &second)
		require.Equal(t, err, err2)
		if err == nil {
			require.Equal(t, normal(got), normal(first))
			require.Equal(t, normal(got), normal(second))
		}
		if nesting(doc) >= 1000 {
			return
		}
		var inner everything
		wrapped := slices.Concat([]byte(`{"x":[1],"Response":`), doc, []byte(`}`))
		found, report, err := wire.DecodeMember(wrapped, "Response", &inner)
		checkError(t, wrapped, err)
		if err2 == nil {
			require.NoError(t, err)
			require.Empty(t, report)
			require.True(t, found)
			require.Equal(t, normal(got), normal(inner))
		}
	})
}

// Any JSON object is decoded. A value that is left out has the same effect as null.
func FuzzDecode(f *testing.F) {
	for _, doc := range documents {
		f.Add([]byte(doc))
	}
	for _, doc := range []string{
		`{"s":{},"i":[],"f":{},"b":[],"t":{},"a":1e999,"n":1,"p":[],"r":"x","l":{},"ll":[1,[{}]],"lr":[1,{"i":{}}],"lp":["x"],"m":[],"ma":1,"me":{"k":[]},"mr":{"k":1},"mt":{"k":"x"}}`,
		`{"i8":1000,"u":-1,"f32":1e300,"b":"yes","i":"many","t":"soon","p":"x","ps":[]}`, `{"n":{"key":"k"},"n":[1,{"x":"]"}],"i":1,"i":{}}`,
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var got everything
		report, err := wire.Decode(doc, &got)
		checkError(t, doc, err)
		if !json.Valid(doc) || nesting(doc) > 1000 {
			require.Error(t, err)
			return
		}
		if _, isObject := untyped(doc).(map[string]any); !isObject {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.LessOrEqual(t, len(report), 100)
		for _, e := range report {
			checkError(t, doc, e)
		}
		if len(report) == 100 {
			return
		}
		var want everything
		require.NoError(t, wire.Unmarshal(withoutSkipped(t, doc, report), &want))
		require.Equal(t, normal(want), normal(got))
	})
}

// withoutSkipped replaces values that were left out by null.
func withoutSkipped(t *testing.T, doc []byte, skipped []*wire.Error) []byte {
	var out []byte
	done := 0
	for _, e := range skipped {
		d := json.NewDecoder(bytes.NewReader(doc[e.Offset:]))
		require.NoError(t, d.Decode(new(json.RawMessage)))
		out = append(append(out, doc[done:e.Offset]...), "null"...)
		done = e.Offset + int(d.InputOffset())
	}
	return append(out, doc[done:]...)
}

// normal makes NaN comparable.
func normal(v everything) string {
	return fmt.Sprintf("%#v", formatter{v})
}

func checkError(t *testing.T, doc []byte, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var we *wire.Error
	require.ErrorAs(t, err, &we)
	require.GreaterOrEqual(t, we.Offset, 0)
	require.LessOrEqual(t, we.Offset, len(doc))
	require.LessOrEqual(t, len(we.Path), 210)
	require.True(t, utf8.ValidString(err.Error()))
	require.NotContains(t, err.Error(), "\n")
}

// Skipping a value checks it like json.Valid, except for the depth.
func FuzzSkip(f *testing.F) {
	for _, doc := range documents {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		doc = slices.Concat([]byte(`{"x":`), doc, []byte(`}`))
		err := wire.Unmarshal(doc, &struct{}{})
		checkError(t, doc, err)
		require.Equal(t, json.Valid(doc) && nesting(doc) <= 1000, err == nil, "%v", err)
	})
}

// sample makes a value of the fuzzer's input: what encoding/json understands of doc, and the rest.
func sample(doc []byte, s string, i int64, x float64) everything {
	var v everything
	_ = json.Unmarshal(doc, &v)
	v.S, v.I64, v.F, v.F32 = s, i, x, float32(x)
	v.T = time.Time{}
	if i%3 == 0 {
		v.M, v.MA = map[string]string{s: s, "b": "", "a": s + s}, map[string]any{s: []any{s, i, x}}
	}
	return v
}

func addSamples(f *testing.F) {
	for i, doc := range documents {
		f.Add([]byte(doc), doc, int64(i), float64(i)*1.1e-7)
	}
	f.Add([]byte(`{}`), "<&>\u2028\u2029\u007f\x00 世😀", int64(math.MinInt64), math.NaN())
	f.Add([]byte(`{}`), "1234567\xff1234567\"", int64(3), 1e21)
	f.Add([]byte(`{}`), "\xe2\x80", int64(-3), math.Inf(-1))
	f.Add([]byte(`{}`), "", int64(0), math.Copysign(0, -1))
}

// Append writes what encoding/json writes, without HTML escaping, for a value without times. (All members have omitzero,
// which makes encoding/json drop nil lists and maps too.)
func FuzzAppend(f *testing.F) {
	addSamples(f)
	f.Fuzz(func(t *testing.T, doc []byte, s string, i int64, x float64) {
		v := sample(doc, s, i, x)
		v.MT, v.R, v.LR, v.MR = nil, nil, nil, nil // which may hold times
		got, err := wire.Append(nil, &v)
		want, wantErr := stdMarshal(&v)
		require.Equal(t, wantErr == nil, err == nil, "%v, %v", err, wantErr)
		if err == nil {
			require.Equal(t, sameText(want), sameText(got))
		}
	})
}

// What has been decoded once, where invalid UTF-8 is replaced and integral floats in an any become integers, is encoded
// and decoded without change.
func FuzzRoundTrip(f *testing.F) {
	addSamples(f)
	f.Fuzz(func(t *testing.T, doc []byte, s string, i int64, x float64) {
		v := sample(doc, s, i, x)
		v.T = time.Unix(i%1e12, i%1e9)
		if nesting(must(json.Marshal(clean(v)))) > 300 {
			return
		}
		encoded, err := wire.Append(nil, v)
		if math.IsNaN(x) || math.IsInf(x, 0) || math.IsInf(float64(float32(x)), 0) {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		var first, second everything
		require.NoError(t, wire.Unmarshal(encoded, &first), string(encoded))
		require.True(t, v.T.Equal(first.T))
		encoded = must(wire.Append(nil, first))
		require.NoError(t, wire.Unmarshal(encoded, &second))
		require.Equal(t, first, second)
		require.Equal(t, encoded, must(wire.Append(nil, second)))
	})
}

// clean returns v without what encoding/json cannot write.
func clean(v everything) everything {
	v.F, v.F32, v.T, v.MA, v.MT = 0, 0, time.Time{}, nil, nil
	return v
}

// A path and a query mean to net/url what was put into them.
func FuzzBind(f *testing.F) {
	f.Add("e", "j", "z", "k", "a b", 1)
	f.Add("a/b", "%2F", "a+b c*d~e", "\xff世", "&=;", -1)
	f.Add("...", ".%", "", "", "", 0)
	f.Fuzz(func(t *testing.T, env, job, zone, first, second string, n int) {
		in := bound{Env: env, Job: clusterState(job), Zone: zone, Max: n, Min: &n, Keys: []string{first, second}}
		want := url.Values{"keys": {first, second}, "min": {strconv.Itoa(n)}}
		slices.Sort(want["keys"])
		if zone != "" {
			want.Set("zone", zone)
		}
		if n != 0 {
			want.Set("max", strconv.Itoa(n))
		}
		for style, space := range map[wire.QueryStyle]string{wire.SpaceAsPercent: "%20", wire.SpaceAsPlus: "+"} {
			got, err := wire.Bind(nil, &in, "/v2/{env}/jobs/{job}%3AhotUpdate", style)
			if slices.Contains([]string{"", ".", ".."}, env) || slices.Contains([]string{"", ".", ".."}, job) {
				require.ErrorAs(t, err, new(*wire.LabelError))
				return
			}
			require.NoError(t, err)
			require.Equal(t, strings.ReplaceAll(want.Encode(), "+", space), got.Query)

			u, err := url.Parse("http://host" + got.Path + "?" + got.Query)
			require.NoError(t, err)
			require.Equal(t, want, u.Query())
			require.Equal(t, got.Path, u.EscapedPath())
			parts := strings.Split(got.Path, "/")
			require.Len(t, parts, 5)
			require.Equal(t, env, must(url.PathUnescape(parts[2])))
			require.Equal(t, job+":hotUpdate", must(url.PathUnescape(parts[4])))
		}
	})
}

// A number means, for an integer and for a time, what it means to math/big.
func FuzzNumber(f *testing.F) {
	for _, text := range []string{
		"0", "-0", "-1.5", "1e3", "1.5E1", "12.34e-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808.0", "1e18", "1e19", "1e20",
		"0.000000001", "0.0000000019", "1718123456.123456789", "999999999999999.999999999", "1000000000000000", "1000000000000000.9", "1000000000000001",
		"0.00000000000000000000001e23", "01", "1.", "1e", "-", "+1", "1e0000000000000000000000000000000000000000001", "123456789012345678", "1234567890123456789", "99999999999999999999", "28446744073709551615.5",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 10_000 {
			return
		}
		var i struct {
			V int64 `json:"v"`
		}
		var at struct {
			V time.Time `json:"v"`
		}
		intErr := wire.Unmarshal([]byte(`{"v":`+text+`}`), &i)
		timeErr := wire.Unmarshal([]byte(`{"v":`+text+`}`), &at)
		if _, err := numberIn(text); err != nil {
			return // FuzzUnmarshal covers what is not a number
		}
		r, err := rational(text)
		if errors.Is(err, errUnknown) {
			return
		}
		require.NoError(t, err)
		if whole := new(big.Int).Quo(r.Num(), r.Denom()); whole.IsInt64() {
			require.NoError(t, intErr)
			require.Equal(t, whole.Int64(), i.V)
		} else {
			require.Error(t, intErr)
		}
		want, err := epochTime(text)
		require.Equal(t, err == nil, timeErr == nil)
		if err == nil {
			require.Equal(t, want, at.V)
		}
	})
}
