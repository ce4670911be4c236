package front

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// redactDocument replaces the sensitive members of a document that has members of the given types, which are structs. What
// is left can still be decoded: strings are replaced, and other values are null.
func redactDocument(document []byte, types ...reflect.Type) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, err
	}
	for name, value := range object {
		for _, t := range types {
			if f, ok := MemberOf(t, name); ok {
				object[name] = redactValue(value, f.Type, isSensitive(f))
				break
			}
		}
	}
	return encodeJSON(object)
}

func isSensitive(f reflect.StructField) bool { return f.Tag.Get("sensitive") == "true" }

// redactValue replaces the sensitive parts of a value of type t.
func redactValue(v any, t reflect.Type, sensitive bool) any {
	if t.Kind() == reflect.Pointer {
		return redactValue(v, t.Elem(), sensitive)
	}
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			innerType, hidden := memberType(t, name)
			v[name] = redactValue(inner, innerType, sensitive || hidden)
		}
		return v
	case []any:
		for i, inner := range v {
			innerType, _ := memberType(t, "")
			v[i] = redactValue(inner, innerType, sensitive)
		}
		return v
	case string:
		if sensitive && v != "" && t != reflect.TypeFor[time.Time]() {
			return wire.Redacted
		}
	}
	if sensitive {
		return nil
	}
	return v
}

// memberType returns the type of a member of a struct or a map, or of the items of a list, and whether it is sensitive.
func memberType(t reflect.Type, name string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Struct:
		if f, ok := MemberOf(t, name); ok {
			return f.Type, isSensitive(f)
		}
	case reflect.Map, reflect.Slice:
		return t.Elem(), false
	}
	return reflect.TypeFor[any](), false
}

// sensitiveParameters returns the values of the parameters whose members are sensitive. Older requests have all members
// as parameters: Users.0.Password.
func (r *Received) sensitiveParameters() (hidden []string) {
	if r.request == nil {
		return nil
	}
	for _, values := range []url.Values{r.Values, r.form()} {
		for name, list := range values {
			if sensitiveParameter(r.request, name) {
				hidden = append(hidden, list...)
			}
		}
	}
	return hidden
}

func sensitiveParameter(t reflect.Type, name string) bool {
	for part := range strings.SplitSeq(name, ".") {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if _, err := strconv.Atoi(part); err == nil && t.Kind() == reflect.Slice {
			t = t.Elem()
			continue
		}
		inner, sensitive := memberType(t, part)
		if sensitive || isSensitiveQuery(t, part) {
			return true
		}
		t = inner
	}
	return false
}

func isSensitiveQuery(t reflect.Type, name string) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		if f.Tag.Get("query") == name {
			return isSensitive(f)
		}
	}
	return false
}

// signatureParts finds the key and the signature in an Authorization header.
var signatureParts = regexp.MustCompile(`(?:Credential=|Signature=|acs |:)([^,/:\s]{8,})`)

// foreignSignature returns the key and the signature of a request that is signed with a key that the emulator does not
// have. They may be those of a real account, for which the signature is valid for some minutes.
func (r *Received) foreignSignature() (hidden []string) {
	if _, known := r.keys.Secret(r.Check.AccessKeyID); known {
		return nil
	}
	for _, header := range r.Header["Authorization"] {
		for _, match := range signatureParts.FindAllStringSubmatch(header, -1) {
			hidden = append(hidden, match[1])
		}
	}
	hidden = slices.Concat(hidden, r.Header["X-Acs-Accesskey-Id"], []string{r.Check.AccessKeyID, r.Check.Got})
	for _, values := range []url.Values{r.Values, r.form()} {
		for _, name := range []string{"X-Amz-Signature", "X-Amz-Credential", "Signature", "SecretId", "AccessKeyId"} {
			hidden = append(hidden, values[name]...)
		}
	}
	return hidden
}
