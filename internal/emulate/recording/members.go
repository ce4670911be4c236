package recording

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// members returns the members of a stored request by their wire names, wherever they travel. Idempotency tokens,
// which differ between runs, and the ignored members are left out.
func members(op front.Operation, r *Request, ignored []string) (map[string]any, error) {
	all := map[string]any{}
	if r.Body != nil {
		document, err := parseJSON(r.Body)
		if err != nil {
			return nil, err
		}
		object, ok := canonical(document).(map[string]any)
		if !ok {
			object = map[string]any{"body": canonical(document)}
		}
		all = object
	}
	labels, _ := op.Labels(r.Path)
	for field := range op.Request.Fields() {
		tag := field.Tag
		if name, value := sentOutside(tag, labels, r); value != "" {
			all[free(all, name)] = value
		}
		if tag.Get("auto") == "token" {
			delete(all, wireName(tag))
		}
	}
	for _, name := range ignored {
		remove(all, strings.Split(name, "."))
	}
	return all, nil
}

// sentOutside returns the name and the value of a member that does not travel in the body.
func sentOutside(tag reflect.StructTag, labels map[string]string, r *Request) (name, value string) {
	switch {
	case tag.Get("path") != "":
		return tag.Get("path"), labels[tag.Get("path")]
	case tag.Get("query") != "":
		return tag.Get("query"), strings.Join(r.Query[tag.Get("query")], ",")
	case tag.Get("header") != "":
		for name, value := range r.Header {
			if strings.EqualFold(name, tag.Get("header")) {
				return tag.Get("header"), value
			}
		}
	}
	return "", ""
}

// wireName returns the name of a member, wherever it travels.
func wireName(tag reflect.StructTag) string {
	name, _, _ := strings.Cut(tag.Get("json"), ",")
	for _, key := range []string{"path", "query", "header"} {
		if name == "" {
			name = tag.Get(key)
		}
	}
	return name
}

// free returns a name that no member of the body has.
func free(all map[string]any, name string) string {
	for all[name] != nil {
		name = "@" + name
	}
	return name
}

// remove removes a member of members.
func remove(v any, path []string) {
	switch v := v.(type) {
	case map[string]any:
		if len(path) == 1 {
			delete(v, path[0])
			return
		}
		remove(v[path[0]], path[1:])
	case []any:
		for _, item := range v {
			remove(item, path)
		}
	}
}

// canonical returns a value without the members that are null, and with equal numbers written equally.
func canonical(v any) any {
	switch v := v.(type) {
	case map[string]any:
		object := make(map[string]any, len(v))
		for name, inner := range v {
			if inner != nil {
				object[name] = canonical(inner)
			}
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			list[i] = canonical(inner)
		}
		return list
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return v
		}
		if f, err := v.Float64(); err == nil {
			return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
		}
	}
	return v
}

// A Difference is a member that was recorded with another value than it was given. A value is JSON, and empty if the
// member is missing.
type Difference struct{ Member, Recorded, Given string }

func (d Difference) String() string {
	return fmt.Sprintf("%s: recorded %s, given %s", d.Member, orMissing(d.Recorded), orMissing(d.Given))
}

func orMissing(value string) string {
	if value == "" {
		return "none"
	}
	return cloud.OneLine(value, maxShown)
}

// differences compares the members of two requests.
func differences(path string, recorded, given any) []Difference {
	if a, ok := recorded.(map[string]any); ok {
		if b, ok := given.(map[string]any); ok {
			return objectDifferences(path, a, b)
		}
	}
	if a, ok := recorded.([]any); ok {
		if b, ok := given.([]any); ok && len(a) == len(b) {
			return listDifferences(path, a, b)
		}
	}
	a, b := shown(recorded), shown(given)
	if a == b {
		return nil
	}
	return []Difference{{path, a, b}}
}

func objectDifferences(path string, a, b map[string]any) (list []Difference) {
	names := map[string]bool{}
	for _, object := range []map[string]any{a, b} {
		for name := range object {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		list = append(list, differences(strings.TrimPrefix(path+"."+name, "."), a[name], b[name])...)
	}
	return list
}

func listDifferences(path string, a, b []any) (list []Difference) {
	for i := range a {
		list = append(list, differences(fmt.Sprintf("%s[%d]", path, i), a[i], b[i])...)
	}
	return list
}

// shown returns a value as JSON; empty if there is none.
func shown(v any) string {
	if v == nil {
		return ""
	}
	encoded, _ := encodeJSON(v)
	return string(encoded)
}
