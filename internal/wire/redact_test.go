package wire_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// open has nothing sensitive and no methods, so that fmt itself says how it must look.
type open struct {
	S  string
	E  clusterState
	I  int
	F  float64
	B  bool
	T  time.Time
	N  argument
	L  []string
	LN []argument
	M  map[string]int
	A  any
	u  string
}

// opened is open as the generated types are: with methods that call this package.
type opened open

func (o opened) Format(s fmt.State, verb rune) { wire.Format(s, verb, o) }
func (o opened) LogValue() slog.Value          { return wire.LogValue(o) }

func TestFormatLikeFmt(t *testing.T) {
	t.Parallel()
	values := map[string]open{
		"zero": {},
		"full": {
			S: "a b", E: "RUNNING", I: -5, F: 1.5, B: true, T: time.Unix(1718123456, 789e6).UTC(), N: argument{"k", "v"},
			L: []string{"x", "", "y z"}, LN: []argument{{Key: "k"}, {}}, M: map[string]int{"b": 2, "a": 1}, u: "unexported",
			A: map[string]any{"list": []any{1, "x", nil, argument{}}, "f": 2.5},
		},
		"empty": {L: []string{}, M: map[string]int{}, A: []any{}},
	}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%5v", "%-8s", "%08.3f"} {
			t.Run(name+" "+verb, func(t *testing.T) {
				t.Parallel()
				want, got := fmt.Sprintf(verb, v), fmt.Sprintf(verb, opened(v))
				if strings.HasPrefix(verb, "%#") {
					got = strings.Replace(got, "wire_test.opened{", "wire_test.open{", 1)
				}
				assert.Equal(t, want, got)
			})
		}
	}
}

func TestFormatFollowsPointers(t *testing.T) {
	t.Parallel()
	type pointers struct {
		R *argument
		I *int
		S *string
		L *[]int
		T *time.Time
		Z *argument
	}
	v := pointers{R: &argument{"k", "v"}, I: new(5), S: new("x"), L: &[]int{1}, T: new(time.Unix(0, 0).UTC())}
	tests := map[string]string{
		"%v":  `{&{k v} 5 x &[1] 1970-01-01 00:00:00 +0000 UTC <nil>}`,
		"%+v": `{R:&{Key:k Value:v} I:5 S:x L:&[1] T:1970-01-01 00:00:00 +0000 UTC Z:<nil>}`,
		"%#v": `wire_test.pointers{R:&wire_test.argument{Key:"k", Value:"v"}, I:new(5), S:new("x"), L:&[]int{1}, ` +
			`T:new(time.Date(1970, time.January, 1, 0, 0, 0, 0, time.UTC)), Z:(*wire_test.argument)(nil)}`,
	}
	for verb, want := range tests {
		assert.Equal(t, want, fmt.Sprintf(verb, formatter{v}))
		assert.Equal(t, "&"+want, fmt.Sprintf(verb, formatter{&v}))
	}
	assert.Equal(t, fmt.Sprintf("%+v %#v", &argument{"k", "v"}, &argument{"k", "v"}), fmt.Sprintf("%+v %#v", formatter{&argument{"k", "v"}}, formatter{&argument{"k", "v"}}))
	assert.Equal(t, "<nil> {<nil>}", fmt.Sprintf("%s %s", formatter{nil}, formatter{struct{ P *int }{}}), "nil looks the same with every verb")
	assert.Equal(t, "<nil>", fmt.Sprint(formatter{(*pointers)(nil)}))
}

// formatter prints any value through Format.
type formatter struct{ v any }

func (f formatter) Format(s fmt.State, verb rune) { wire.Format(s, verb, f.v) }

type secrets struct {
	User     string
	Password string            `json:"password" sensitive:"true"`
	Keys     []string          `sensitive:"true"`
	Env      map[string]string `sensitive:"true"`
	Token    *string           `sensitive:"true"`
	Login    argument          `sensitive:"true"`
	Spec     any               `sensitive:"true"`
	Pin      int               `sensitive:"true"`
	Inner    *secrets
	List     []secrets
	Named    map[string]secrets
	Any      any
	hidden   string `sensitive:"true"`
}

func (s secrets) Format(f fmt.State, verb rune) { wire.Format(f, verb, s) }
func (s secrets) LogValue() slog.Value          { return wire.LogValue(s) }

func allSecrets() secrets {
	one := secrets{User: "ann", Password: "hush", Token: new("hush"), hidden: "hush"}
	return secrets{
		User: "bob", Password: "hush", Keys: []string{"hush"}, Env: map[string]string{"hush": "hush"}, Token: new("hush"),
		Login: argument{Value: "hush"}, Spec: []any{"hush"}, Pin: 4711, hidden: "hush",
		Inner: &one, List: []secrets{one}, Named: map[string]secrets{"n": one}, Any: []any{&one, map[string]any{"k": one}},
	}
}

func TestFormatRedacts(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10v", "%t"} {
		for _, v := range []any{allSecrets(), new(allSecrets())} {
			got := fmt.Sprintf(verb, v)
			for _, secret := range []string{"hush", "68757368", "4711", "1267"} {
				assert.NotContains(t, strings.ToLower(got), secret, verb)
			}
			assert.Equal(t, 8+5*3, strings.Count(got, "[redacted]"), verb)
		}
	}
	assert.Equal(t, `{User:bob Password:[redacted] Keys:[redacted] Env:[redacted] Token:[redacted] Login:[redacted] Spec:[redacted] Pin:[redacted] `+
		`Inner:<nil> List:[] Named:map[] Any:<nil> hidden:[redacted]}`, fmt.Sprintf("%+v", shallow()))
	assert.Equal(t, `{User: Password: Keys:[] Env:map[] Token:<nil> Login:{Key: Value:} Spec:<nil> Pin:0 Inner:<nil> List:[] Named:map[] Any:<nil> hidden:}`,
		fmt.Sprintf("%+v", secrets{Keys: []string{}}), "what is empty is shown as it is")
	assert.Equal(t, `&{User:bob Password:[redacted]}`, fmt.Sprintf("%+v", formatter{&struct {
		User     string
		Password string `sensitive:"true"`
	}{"bob", "hush"}}))
}

func shallow() secrets {
	s := allSecrets()
	s.Inner, s.List, s.Named, s.Any = nil, nil, nil, nil
	return s
}

func TestFormatCycles(t *testing.T) {
	t.Parallel()
	loop := map[string]any{"a": 1}
	loop["self"], loop["twice"] = loop, loop
	list := []any{nil, nil}
	list[0], list[1] = list, list
	s := secrets{User: "ann", Any: loop}
	s.Inner = &s
	same := argument{Key: "k"}
	assert.Contains(t, fmt.Sprintf("%+v", &s), "map[a:1 self:... twice:...]")
	assert.Equal(t, "{[... ...]}", fmt.Sprint(formatter{struct{ A any }{list}}))
	assert.Equal(t, "{&{k } &{k }}", fmt.Sprint(formatter{struct{ A, B *argument }{&same, &same}}), "the same twice is no cycle")
	assert.NotPanics(t, func() { slog.New(slog.NewJSONHandler(&bytes.Buffer{}, nil)).Info("x", "s", s) })
}

func TestLogValue(t *testing.T) {
	t.Parallel()
	text := func(v any) string {
		var out bytes.Buffer
		drop := func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey {
				return slog.Attr{}
			}
			return a
		}
		slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: drop})).Info("", "r", v)
		js := bytes.Buffer{}
		slog.New(slog.NewJSONHandler(&js, &slog.HandlerOptions{ReplaceAttr: drop})).Info("", "r", v)
		return out.String() + js.String()
	}
	assert.Equal(t, "\n{}\n", text(opened{}), "zero fields are left out")
	assert.Equal(t, `r.S=x r.E=RUNNING r.I=1 r.F=1.5 r.B=true r.T=1970-01-01T00:00:00.000Z r.N.key=k r.L="[a b]" r.LN="[map[key:k] map[]]" r.M=map[a:1] r.A=map[k:map[value:v]]`+"\n"+
		`{"r":{"S":"x","E":"RUNNING","I":1,"F":1.5,"B":true,"T":"1970-01-01T00:00:00Z","N":{"key":"k"},"L":["a","b"],"LN":[{"key":"k"},{}],"M":{"a":1},"A":{"k":{"value":"v"}}}}`+"\n",
		text(opened{
			S: "x", E: "RUNNING", I: 1, F: 1.5, B: true, T: time.Unix(0, 0).UTC(), N: argument{Key: "k"}, L: []string{"a", "b"},
			LN: []argument{{Key: "k"}, {}}, M: map[string]int{"a": 1}, A: map[string]any{"k": argument{Value: "v"}}, u: "x",
		}))
	for _, v := range []any{allSecrets(), new(allSecrets())} {
		got := text(v)
		assert.NotContains(t, got, "hush")
		assert.NotContains(t, got, "4711")
		assert.Equal(t, 2*(7+5*2), strings.Count(got, "[redacted]"))
	}
	assert.Equal(t, `{"r":{"User":"bob","Pin":"[redacted]"}}`, strings.TrimSpace(strings.Split(text(secrets{User: "bob", Pin: 1, Keys: nil}), "\n")[1]))
	require.Equal(t, slog.KindAny, wire.LogValue(nil).Kind())
	require.Equal(t, slog.KindAny, wire.LogValue((*secrets)(nil)).Kind())
}
