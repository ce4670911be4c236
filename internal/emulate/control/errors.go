package control

import (
	"errors"
	"fmt"
	"net/http"
)

// An Error says what of a request breaks which rule.
type Error struct {
	Status int // 0 is 400
	Field  string
	Rule   string
	Given  string // empty if nothing was
}

func (e *Error) Error() string {
	message := e.Field + " " + e.Rule
	if e.Given != "" {
		message += fmt.Sprintf(", not %q", e.Given)
	}
	return message
}

type errorBody struct {
	Field   string `json:"field,omitempty"`
	Rule    string `json:"rule,omitempty"`
	Given   string `json:"given,omitempty"`
	Message string `json:"message"`
}

func writeError(w http.ResponseWriter, err error) {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		writeJSON(w, http.StatusUnprocessableEntity, map[string]errorBody{"error": {Message: err.Error()}})
		return
	}
	if e.Status == 0 {
		e.Status = http.StatusBadRequest
	}
	e.Given = shorten(e.Given)
	writeJSON(w, e.Status, map[string]errorBody{"error": {Field: e.Field, Rule: e.Rule, Given: e.Given, Message: e.Error()}})
}

// maxGiven is how many runes of a value an error repeats.
const maxGiven = 200

func shorten(s string) string {
	if r := []rune(s); len(r) > maxGiven {
		return string(r[:maxGiven]) + "…"
	}
	return s
}
