package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// binding says where in the HTTP request or response a member goes. Of a response, headers are the only other place.
func (b *builder) binding(st *Struct, x *smithy.Member) string {
	if st.Role == Plain || st.Role == Union || !b.boundToHTTP() {
		return "json"
	}
	switch t := x.Traits; {
	case t.Has(smithy.TraitHeader):
		return "header"
	case t.Has(smithy.TraitPayload):
		return "payload"
	case st.Role == Response:
		return "json"
	case t.Has(smithy.TraitLabel):
		return "path"
	case t.Has(smithy.TraitQuery):
		return "query"
	}
	return "json"
}

// checkBinding refuses members that cannot travel where the model puts them.
func (b *builder) checkBinding(st *Struct, f *Field) {
	refuse := func(what string) {
		b.fail("%s: %s of the operation %s cannot be generated: %s", st.Shape.Name()+"."+f.Wire, place(f.Binding), st.Op.Name, what)
	}
	kind := f.Type.Kind
	switch f.Binding {
	case "path", "header", "query":
		isList := kind == KindList && f.Binding == "query" && slices.Contains([]Kind{KindString, KindEnum}, f.Type.Elem.Kind)
		if !isScalar(kind) && !isList {
			refuse(fmt.Sprintf("it is a %s", b.Model.Target(f.Member.Target).Kind))
		}
		if f.Binding == "header" && f.Traits.Has(smithy.TraitMediaType) {
			refuse("it has a mediaType")
		}
	case "payload":
		if st.Role == Response {
			refuse("the response is more than its payload")
		}
		if kind != KindStruct && kind != KindAny && kind != KindMap {
			refuse(fmt.Sprintf("it is a %s", b.Model.Target(f.Member.Target).Kind))
		}
	}
}

// place names where a member travels.
func place(binding string) string {
	if binding == "path" {
		return "a label"
	}
	return "a " + binding
}

func isScalar(k Kind) bool {
	switch k {
	case KindString, KindBool, KindInt, KindInt64, KindFloat, KindTime, KindEnum, KindIntEnum:
		return true
	}
	return false
}

// setAddress sets the method, path and constant query of an operation.
func (b *builder) setAddress(op *Operation) {
	op.Method, op.Path = "POST", "/"
	if !b.boundToHTTP() {
		return
	}
	http := op.Shape.Traits.Object(smithy.TraitHTTP)
	uri, query, _ := strings.Cut(http.Text("uri"), "?")
	op.Method, op.Path, op.Query = http.Text("method"), escapeVerb(uri), constantQuery(query)
	if op.Method == "" || !strings.HasPrefix(uri, "/") {
		b.fail("%s: the operation has no method or no path", op.Name)
	}
}

// constantQuery writes each part as name=value, as the vendor's clients do.
func constantQuery(query string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if !strings.Contains(part, "=") {
			parts[i] += "="
		}
	}
	return strings.Join(parts, "&")
}

// checkLabels finds labels of the path without a member, and members without a label.
func (b *builder) checkLabels(op *Operation) {
	members := map[string]bool{}
	for _, f := range op.Request.Fields {
		if f.Binding == "path" {
			members[f.Wire] = true
		}
	}
	for rest := op.Path; ; {
		_, label, found := strings.Cut(rest, "{")
		if !found {
			break
		}
		var name string
		name, rest, _ = strings.Cut(label, "}")
		switch {
		case strings.HasSuffix(name, "+"):
			b.fail("%s: the greedy label {%s} of the path cannot be generated", op.Name, name)
		case !members[name]:
			b.fail("%s: the label {%s} of the path is no member of the request", op.Name, name)
		}
		delete(members, strings.TrimSuffix(name, "+"))
	}
	for _, f := range op.Request.Fields {
		if members[f.Wire] {
			b.fail("%s: the member %s of the request is not in the path", op.Name, f.Wire)
		}
	}
}

// The forms of times.
const (
	epochSeconds = "epoch-seconds"
	dateTime     = "date-time"
	httpDate     = "http-date"
)

// timeForm returns the form in which a field's times are sent, "" for a field without times.
func (b *builder) timeForm(f *Field) string {
	traits := f.Traits
	t := f.Type
	for ; t.Elem != nil; t = t.Elem {
		traits = b.Model.TraitsOf(t.item)
	}
	if t.Kind != KindTime {
		return ""
	}
	switch form := traits.Text(smithy.TraitTimeFormat); {
	case form == epochSeconds, form == dateTime, form == httpDate:
		return form
	case form != "":
		b.fail("%s: %q is no form of times", f.Wire, form)
	case f.Binding == "header":
		return httpDate
	case f.Binding == "query" || f.Binding == "path":
		return dateTime
	}
	return epochSeconds
}

// contentTypes are those of the protocols of AWS.
var contentTypes = map[string]string{
	smithy.RestJSON: "application/json", smithy.AWSJSON: "application/x-amz-json-1.0", smithy.AWSJSON1: "application/x-amz-json-1.1",
}

// setContentType sets the content type of requests: that of the protocol, unless the service has one of its own.
func (b *builder) setContentType() {
	for _, protocol := range protocols {
		if b.Model.Service.Traits.Has(protocol) {
			b.ContentType = contentTypes[protocol]
			break
		}
	}
	switch own := b.Overlay.ContentType; {
	case own == "":
	case b.ContentType == "":
		b.fail("the overlay has a contentType, but only services of AWS have one")
	case own == b.ContentType:
		b.fail("the contentType of the overlay is that of the protocol: remove it")
	default:
		b.ContentType = own
	}
}
