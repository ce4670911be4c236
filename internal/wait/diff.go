package wait

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// differences compares what a request sets with before, a request of the same type that would bring back what is there
// now, or nil. Members that the request leaves out stay as they are and are not compared; neither are idempotency
// tokens.
func differences(before, request any) []cloud.Difference {
	c := comparison{}
	c.compare("", membersOf(before), membersOf(request))
	return c.list
}

// A shown is a JSON value with its sensitive members, and as people may see it.
type shown struct{ full, redacted any }

// membersOf returns a request as JSON values; it is empty for nil.
func membersOf(request any) shown {
	if v := reflect.ValueOf(request); !v.IsValid() || v.IsNil() {
		return shown{}
	}
	redacted, _ := wire.MarshalJSON(request)
	full, _ := wire.Revealed{V: request}.MarshalJSON()
	members := shown{valueOf(full), valueOf(redacted)}
	for field := range reflect.TypeOf(request).Elem().Fields() {
		if object, ok := members.full.(map[string]any); ok && field.Tag.Get("auto") == "token" {
			name, _, _ := strings.Cut(cmp.Or(field.Tag.Get("json"), field.Tag.Get("query"), field.Tag.Get("header")), ",")
			delete(object, name)
		}
	}
	return members
}

func valueOf(text []byte) (v any) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	_ = d.Decode(&v)
	return v
}

type comparison struct{ list []cloud.Difference }

// compare compares members of objects one by one, and everything else, lists too, as a whole.
func (c *comparison) compare(path string, before, after shown) {
	members, isObject := after.full.(map[string]any)
	old, wasObject := before.full.(map[string]any)
	if !isObject || !wasObject && before.full != nil {
		if !reflect.DeepEqual(before.full, after.full) {
			c.list = append(c.list, cloud.Difference{Field: path, Before: text(before.redacted), After: text(after.redacted)})
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		c.compare(join(path, name), shown{old[name], member(before.redacted, name)}, shown{members[name], member(after.redacted, name)})
	}
}

// member returns a member of an object, or the value itself if it is redacted as a whole.
func member(v any, name string) any {
	if object, ok := v.(map[string]any); ok {
		return object[name]
	}
	return v
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// text is a JSON value as people read it: strings without quotes.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	out, _ := json.Marshal(v)
	return string(out)
}
