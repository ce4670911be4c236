package front

import (
	"net/http"
	"net/url"
	"strings"
)

const FormType = "application/x-www-form-urlencoded"

// form returns the body of a request as a form, or nil if it is not a form.
func (r *Received) form() url.Values {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if r.Method != http.MethodPost || contentType != FormType {
		return nil
	}
	values, _ := url.ParseQuery(string(r.Body))
	return values
}

// Parameters returns the form or the query, where older requests have all their parameters.
func (r *Received) Parameters() url.Values {
	if form := r.form(); form != nil {
		return form
	}
	return r.Values
}
