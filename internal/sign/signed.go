package sign

import (
	"net/http"
	"strconv"
	"strings"
)

// AddSigned adds the headers of a received request to the signature that its
// semicolon-separated list names. The schemes write it in lower case, sorted,
// without repetition.
func (w *Scratch) AddSigned(write ValueWriter, r *Request, names string, required ...string) error {
	last := ""
	for name := range strings.SplitSeq(names, ";") {
		if name <= last {
			return Malformed("the list of signed headers is not sorted at %q", name)
		}
		if name != strings.ToLower(name) {
			return Malformed("signed header %q is not in lower case", name)
		}
		values := lookup(r, name)
		if len(values) == 0 {
			return Malformed("signed header %q is not in the request", name)
		}
		w.Add(write, name, values[0], values[1:]...)
		last = name
	}
	w.Names = append(w.Names, names...)
	for _, name := range required {
		if !w.has(name) {
			return Malformed("header %q must be signed", name)
		}
	}
	return nil
}

// RequireSigned reports a header of the request that starts with the
// canonical prefix and is not signed.
func (w *Scratch) RequireSigned(r *Request, prefix string) error {
	for name := range r.Header {
		if strings.HasPrefix(name, prefix) && !w.has(strings.ToLower(name)) {
			return Malformed("header %q must be signed", strings.ToLower(name))
		}
	}
	return nil
}

func (w *Scratch) has(name string) bool {
	for _, l := range w.headers {
		if string(w.name(l)) == name {
			return true
		}
	}
	return false
}

func lookup(r *Request, name string) []string {
	if name == "host" {
		return []string{r.Host}
	}
	values := r.Header[http.CanonicalHeaderKey(name)]
	if len(values) == 0 && name == "content-length" {
		// HTTP stacks store this one separately from the other headers.
		return []string{strconv.Itoa(len(r.Body))}
	}
	return values
}
