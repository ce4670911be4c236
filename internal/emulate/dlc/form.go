package dlc

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// commonParameters are not members of any action.
var commonParameters = []string{
	"Action", "Version", "Region", "Timestamp", "Nonce", "SecretId", "Signature", "SignatureMethod", "Token", "Language", "RequestClient",
}

// formNode is a member of a form: a string, or more members.
type formNode struct {
	value string
	inner map[string]*formNode
}

// formTree parses names like Filters.0.Values.1.
func formTree(values url.Values) *formNode {
	root := &formNode{inner: map[string]*formNode{}}
	for name, list := range values {
		if slices.Contains(commonParameters, name) {
			continue
		}
		n := root
		for part := range strings.SplitSeq(name, ".") {
			if n.inner == nil {
				n.inner = map[string]*formNode{}
			}
			if n.inner[part] == nil {
				n.inner[part] = &formNode{}
			}
			n = n.inner[part]
		}
		n.value = list[0]
	}
	return root
}

// convert converts a node to the JSON value of a Go type. A value of the wrong type stays a string, for decode to
// refuse.
func (n *formNode) convert(t reflect.Type) any {
	if t.Kind() == reflect.Pointer {
		return n.convert(t.Elem())
	}
	switch t.Kind() {
	case reflect.Struct:
		object := map[string]any{}
		for name, inner := range n.inner {
			if f, ok := front.MemberOf(t, name); ok {
				object[name] = inner.convert(f.Type)
			} else {
				object[name] = inner.value
			}
		}
		return object
	case reflect.Slice:
		list := []any{}
		for i := 0; n.inner[strconv.Itoa(i)] != nil; i++ {
			list = append(list, n.inner[strconv.Itoa(i)].convert(t.Elem()))
		}
		return list
	case reflect.Int, reflect.Int64:
		if number, err := strconv.ParseInt(n.value, 10, 64); err == nil {
			return number
		}
	case reflect.Bool:
		if b, err := strconv.ParseBool(n.value); err == nil {
			return b
		}
	}
	return n.value
}
