package front

import (
	"maps"
	"net/url"
	"reflect"
	"strings"
)

// An Operation is what the models say of one operation of a service.
type Operation struct {
	Method, Path string   // the last part of a path may have a verb after its label: "{jobId}:hotUpdate"
	Pages        *Pages   // nil if it lists nothing
	Stream       bool     // responds with a stream of events
	Certain      []string // what every success has, as paths of names on the wire

	Request, Response reflect.Type // structs

	parts []string // of Path, unescaped
}

// Pages is how a list pages. Its fields are paths of fields: of the request From, of the response all others.
type Pages struct {
	From     string // the token, the offset, or the number of a page
	Numbered bool   // From is the number of a page

	Items             string
	Total, TotalPages string // how many items or pages there are
	Next              string // the next token
	Over              string // a flag: there is no next page
}

// An API has the operations of a service by name.
type API map[string]Operation

// Describe completes an operation with the types of its request and response. It panics if the path is not escaped, which
// is a mistake in the table of operations.
func Describe[Request interface{ Validate() error }, Response any](op Operation) Operation {
	op.Request, op.Response = reflect.TypeFor[Request](), reflect.TypeFor[Response]()
	path, err := url.PathUnescape(op.Path)
	if err != nil {
		panic("the path of an operation is not escaped: " + op.Path)
	}
	op.parts = strings.Split(path, "/")
	return op
}

// A Tier says what executes an operation.
type Tier string

const (
	Stateful Tier = "stateful" // a handler of its own
	Example  Tier = "example"  // nothing does: the response is an example
)

// TierHeader is the header of a response that has the tier of its operation.
const TierHeader = "X-Emulator-Tier"

// Handlers execute operations, by their names.
type Handlers map[string]Handler

// Join joins the handlers of several resources.
func Join(parts ...Handlers) Handlers {
	all := Handlers{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

// Handlers returns the handlers of all services, by the service.
func (srv *Server) Handlers() map[string]Handlers {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	all := map[string]Handlers{}
	for _, s := range srv.services {
		all[s.Name()] = s.Handlers()
	}
	return all
}

// match returns the labels of a path, which was split before it is unescaped, so that a label may contain a slash.
// After that, an escaped colon before a verb equals an unescaped one.
func (op Operation) match(path []string) (map[string]string, bool) {
	if len(path) != len(op.parts) {
		return nil, false
	}
	for i, want := range op.parts { // before there is a map, because most operations do not match
		if _, _, ok := matchPart(want, path[i]); !ok {
			return nil, false
		}
	}
	labels := map[string]string{}
	for i, want := range op.parts {
		if label, value, _ := matchPart(want, path[i]); label != "" {
			labels[label] = value
		}
	}
	return labels, true
}

// matchPart reports whether a part of a path is the wanted one, and returns its label, "" if it has none.
func matchPart(want, part string) (label, value string, ok bool) {
	part, err := url.PathUnescape(part)
	if err != nil {
		return "", "", false
	}
	label, isLabel := strings.CutPrefix(want, "{")
	if !isLabel {
		return "", "", part == want
	}
	label, verb, _ := strings.Cut(label, "}")
	value, ok = strings.CutSuffix(part, verb)
	return label, value, ok && value != ""
}

// Labels returns the labels of an escaped path, if it has the form of the operation's.
func (op Operation) Labels(path string) (map[string]string, bool) {
	return op.match(strings.Split(path, "/"))
}

// RouteTo sets the operation of a request by its method and path, and its handler. An unknown operation is named by
// these. Of several that match, the one with the fewest labels is meant: /things/latest before /things/{name}.
func (r *Received) RouteTo(api API, handlers Handlers) {
	r.Operation = r.Method + " " + r.Path
	path := strings.Split(r.Path, "/")
	for name, op := range api {
		if op.Method != r.Method {
			continue
		}
		labels, ok := op.match(path)
		if ok && (r.labels == nil || len(labels) < len(r.labels)) {
			r.Operation, r.labels, r.Handle = name, labels, handlers[name]
		}
	}
}

// Label returns a label of the path of a request, or "" if the path has no such label.
func (r *Received) Label(name string) string { return r.labels[name] }
