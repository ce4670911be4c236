package wire_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// shown has members of every kind, wherever they travel, as the generated types do.
type shown struct {
	Workspace string         `header:"workspace"`
	ID        string         `path:"thingId"`
	Page      *int           `query:"page"`
	SQLFile   *shownFile     `payload:"json"`
	Name      string         `json:"name"`
	State     clusterState   `json:"state,omitzero"`
	At        time.Time      `json:"at,omitzero"`
	Ratio     float64        `json:"ratio,omitzero"`
	Open      *bool          `json:"open,omitzero"`
	Tags      []string       `json:"tags,omitzero"`
	Spec      string         `json:"spec,omitzero" sensitive:"true"`
	Env       map[string]any `json:"env,omitzero" sensitive:"true"`
	Any       any            `json:"any,omitzero"`
	Next      *shown         `json:"next,omitzero"`
	own       string
}

func (s shown) MarshalJSON() ([]byte, error) { return wire.MarshalJSON(s) }

type shownFile struct {
	Script string `json:"script" sensitive:"true"`
}

func (s shownFile) MarshalJSON() ([]byte, error) { return wire.MarshalJSON(s) }

// bystander has a form of its own, and tags throughout.
type bystander struct {
	Thing shown `json:"thing"`
	note  string
}

type spoken struct {
	Word string `json:"word"`
}

func (spoken) MarshalJSON() ([]byte, error) { return []byte(`"spoken"`), nil }

func TestMarshalJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 9, 30, 0, 5e6, time.FixedZone("CET", 3600))
	tests := []struct {
		name         string
		v            any
		shown, plain string // plain is shown where empty
	}{
		{"empty", shown{}, `{"name":""}`, ""},
		{"where members travel", shown{Workspace: "w", ID: "t", Page: new(0), SQLFile: &shownFile{"SELECT 1"}}, //
			`{"workspace":"w","thingId":"t","page":0,"sqlFile":{"script":"[redacted]"},"name":""}`,
			`{"workspace":"w","thingId":"t","page":0,"sqlFile":{"script":"SELECT 1"},"name":""}`},
		{"secrets", &shown{Spec: "hush", Env: map[string]any{"k": "hush"}}, `{"name":"","spec":"[redacted]","env":"[redacted]"}`,
			`{"name":"","spec":"hush","env":{"k":"hush"}}`},
		{"empty secrets", shown{Env: map[string]any{}}, `{"name":"","env":{}}`, ""},
		{"times, enums and floats", shown{At: at, State: "RUNNING", Ratio: 0.25}, `{"name":"","state":"RUNNING","at":"2026-11-22T09:30:00.005+01:00","ratio":0.25}`, ""},
		{"no number", shown{Ratio: math.Inf(-1)}, `{"name":"","ratio":"-Infinity"}`, ""},
		{"zeros behind pointers, empty lists", shown{Open: new(false), Tags: []string{}}, `{"name":"","open":false,"tags":[]}`, ""},
		{"text", shown{own: "mine", Name: "a<b>\n\"é\u2028"}, `{"name":"a\u003cb\u003e\n\"é\u2028"}`, ""},
		{"any", shown{Any: map[string]any{"b": []any{int64(1), nil, "x", 1.5}, "a": shown{Spec: "hush"}, "c": spoken{"x"}, "d": []byte("hi")}},
			`{"name":"","any":{"a":{"name":"","spec":"[redacted]"},"b":[1,null,"x",1.5],"c":"spoken","d":"aGk="}}`,
			`{"name":"","any":{"a":{"name":"","spec":"hush"},"b":[1,null,"x",1.5],"c":"spoken","d":"aGk="}}`},
		{"nested", shown{Next: &shown{Spec: "hush"}}, `{"name":"","next":{"name":"","spec":"[redacted]"}}`, `{"name":"","next":{"name":"","spec":"hush"}}`},
		{"in lists and maps", []map[string]shown{{"k": {Spec: "hush"}}}, `[{"k":{"name":"","spec":"[redacted]"}}]`, `[{"k":{"name":"","spec":"hush"}}]`},
		{"in another's struct", bystander{Thing: shown{Spec: "hush"}, note: "x"}, `{"thing":{"name":"","spec":"[redacted]"}}`, `{"thing":{"name":"","spec":"hush"}}`},
		{"embedded", struct {
			*shown
			By string `json:",omitempty"`
			X  int    `json:"-"`
			At time.Time
		}{&shown{Spec: "hush"}, "me", 1, at.UTC()}, `{"name":"","spec":"[redacted]"}`, `{"name":"","spec":"hush","By":"me","At":"2026-11-22T08:30:00.005Z"}`},
		{"nothing", nil, `null`, ""},
		{"nil pointer", (*shown)(nil), `null`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.plain == "" {
				tt.plain = tt.shown
			}
			redacted, err := json.Marshal(tt.v)
			require.NoError(t, err)
			assert.JSONEq(t, tt.shown, string(redacted))
			plain, err := json.Marshal(wire.Revealed{V: tt.v})
			require.NoError(t, err)
			assert.JSONEq(t, tt.plain, string(plain))
		})
	}
}

func TestMarshalJSONKeepsTheOrderOfTheStruct(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(shown{Workspace: "w", ID: "t", Name: "n", Spec: "s", Any: map[string]any{"b": 1, "a": 2}})
	require.NoError(t, err)
	assert.Equal(t, `{"workspace":"w","thingId":"t","name":"n","spec":"[redacted]","any":{"a":2,"b":1}}`, string(text))
}

func TestMarshalJSONFails(t *testing.T) {
	t.Parallel()
	loop := &shown{}
	loop.Next = loop
	for name, v := range map[string]any{"a value within itself": loop, "a channel": shown{Any: make(chan int)}} {
		_, err := json.Marshal(v)
		assert.Error(t, err, name)
	}
}

// TestWhatIsSentHasNoMethods covers the encoder for the wire, which must not call those for people.
func TestWhatIsSentHasNoMethods(t *testing.T) {
	t.Parallel()
	body, err := wire.Append(nil, &shown{Name: "n", At: time.Unix(5, 0), Spec: "hush", Any: shownFile{"SELECT 1"}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"name":"n","at":5,"spec":"hush","any":{"script":"SELECT 1"}}`, string(body))
}
