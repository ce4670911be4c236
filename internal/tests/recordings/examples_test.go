package recordings_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// example is one call from the documentation of an action.
type example struct{ Input, Output string }

// refused are the members that the models require and a documented request leaves out, by action.
var refused = map[string][]string{
	// Its example shows a single member of the many that its own table lists as required.
	"CreateDLCTable": {"TableBaseInfo.DatabaseName", "TableBaseInfo.TableName", "TableType"},
}

// TestValidateAcceptsWhatIsDocumented covers rules that only prose states: they must not go further
// than the service does.
func TestValidateAcceptsWhatIsDocumented(t *testing.T) {
	t.Parallel()
	client := &dlc.Client{}
	got := map[string]map[string]bool{} // of the actions that are documented: what is refused
	for _, site := range []string{"cn", "intl"} {
		for action, examples := range openExamples(t, "dlc-2021-01-25."+site+".examples.json") {
			method, ok := methodOf(client, action)
			require.True(t, ok, action)
			if got[action] == nil {
				got[action] = map[string]bool{}
			}
			for i, e := range examples {
				if !json.Valid(e.body()) {
					continue
				}
				request := reflect.New(method.Type().In(1))
				require.NoError(t, wire.Unmarshal(e.body(), request.Interface()))
				for _, p := range problemsOf(t, request) {
					got[action][p.Field] = true
					assert.Contains(t, refused[action], p.Field, "%s %s/%d: %s", site, action, i, p)
				}
			}
		}
	}
	for action, fields := range refused {
		for _, field := range fields {
			assert.True(t, got[action] == nil || got[action][field], "%s of %s is listed as refused and is not", field, action)
		}
	}
}

// body is the body of a documented request.
func (e example) body() []byte {
	_, body, found := strings.Cut(strings.ReplaceAll(e.Input, "\r\n", "\n"), "\n\n")
	if !found {
		body = "{}"
	}
	return []byte(body)
}

// TestDocumentedExamples sends and reads what the documentation of DLC shows. The vendor's own client
// fails on three of the responses.
func TestDocumentedExamples(t *testing.T) {
	t.Parallel()
	for _, site := range []string{"cn", "intl"} {
		t.Run(site, func(t *testing.T) {
			t.Parallel()
			actions := openExamples(t, "dlc-2021-01-25."+site+".examples.json")
			recorder := &recorder{}
			client, err := dlc.New(config("ap-guangzhou", recorder))
			require.NoError(t, err)
			require.NotEmpty(t, actions)
			for action, examples := range actions {
				method, ok := methodOf(client, action)
				require.True(t, ok, "the client has no such operation: %s", action)
				for _, e := range examples {
					t.Run(action, func(t *testing.T) { e.check(t, method, recorder) })
				}
			}
		})
	}
}

func openExamples(t *testing.T, file string) map[string][]example {
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(root, "shared", "upstream", file))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the documented examples are not here: " + file)
	}
	require.NoError(t, err)
	var out struct{ Actions map[string][]example }
	require.NoError(t, json.Unmarshal(text, &out))
	return out.Actions
}

func (e example) check(t *testing.T, method reflect.Value, r *recorder) {
	body := e.body()
	if !json.Valid(body) {
		t.Skip("the documented request is no JSON")
	}
	request := reflect.New(method.Type().In(1))
	require.NoError(t, wire.Unmarshal(body, request.Interface()), string(body))
	r.answer = []byte(e.Output)
	out, err := call(method, request.Elem())
	require.NoError(t, err, e.Output)
	example, sent := loose(parse(t, body)), loose(parse(t, r.body))
	lost("", example, sent, func(path string, want, got any) {
		assert.Fail(t, "not sent", "%s: documented %v, sent %v", path, want, got)
	})
	lost("", sent, example, func(path string, extra, _ any) {
		assert.Fail(t, "sent in addition", "%s: %v", path, extra) // required members may be sent as zero
	})

	again, err := wire.Append(nil, out)
	require.NoError(t, err)
	want := parse(t, []byte(e.Output)).(map[string]any)["Response"]
	lost("", loose(want), loose(parse(t, again)), func(path string, want, got any) {
		assert.Fail(t, "lost in decoding", "%s: documented %v, decoded %v", path, want, got)
	})
}

// loose makes values equal that mean the same: numbers in strings, whole numbers with a fraction of
// zero, and zero, null or absent values. The documentation mixes them.
func loose(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, member := range v {
			if member != nil {
				out[k] = loose(member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = loose(v[i])
		}
		return out
	case json.Number:
		f, err := v.Float64()
		if err != nil || f == 0 {
			return ""
		}
		return strconv.FormatFloat(f, 'g', -1, 64)
	case string:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return loose(json.Number(strconv.FormatFloat(f, 'g', -1, 64)))
		}
	}
	return v
}
