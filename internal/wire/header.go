package wire

import (
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// HasMembers reports whether v, a pointer to a struct, has fields that are members of a body.
func HasMembers(v any) bool { return len(codecOf(reflect.TypeOf(v).Elem()).plan.members) > 0 }

// ReadHeader sets the fields of v, a pointer to a struct, that travel in headers. A field whose header is of the wrong
// form keeps its zero value and is reported.
func ReadHeader(h http.Header, v any) (skipped []*Error) {
	value := reflect.ValueOf(v).Elem()
	p := codecOf(value.Type()).plan
	for i := range p.header {
		f := &p.header[i]
		values := h[f.key]
		if len(values) == 0 {
			continue
		}
		if problem := setText(f.codec, value.Field(f.index), strings.TrimSpace(values[0])); problem != "" {
			e := invalid(problem)
			e.under(f.name)
			skipped = append(skipped, e)
		}
	}
	return skipped
}

// setText sets a scalar from its text in a header, and returns what is wrong with it.
func setText(c *codec, v reflect.Value, text string) (problem string) {
	if c.kind == pointerKind {
		p := reflect.New(c.elem.typ)
		if problem = setText(c.elem, p.Elem(), text); problem == "" {
			v.Set(p)
		}
		return problem
	}
	switch c.kind {
	case stringKind:
		v.SetString(text)
	case boolKind:
		b, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return "expected true or false"
		}
		v.SetBool(b)
	case intKind:
		n, err := strconv.ParseInt(text, 10, c.typ.Bits())
		if err != nil {
			return "expected an integer"
		}
		v.SetInt(n)
	case floatKind:
		n, err := strconv.ParseFloat(text, c.typ.Bits())
		if err != nil {
			return "expected a number"
		}
		v.SetFloat(n)
	case timeKind:
		return setTime(timeOf(v), text)
	default:
		return "a header cannot hold " + c.typ.String()
	}
	return ""
}

// setTime reads a time in any of its forms.
func setTime(to *time.Time, text string) (problem string) {
	if text != "" && numberEnd([]byte(text)) == len(text) {
		if !new(decoder).epoch(reflect.ValueOf(to).Elem(), []byte(text), 0) {
			return "the time is out of range"
		}
		return ""
	}
	t, ok := parseHTTPDate(text)
	if !ok {
		t, ok = parseTime([]byte(text))
	}
	if !ok {
		return "expected a time"
	}
	*to = t.UTC()
	return ""
}
