package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The largest bodies.
const (
	maxBody     = 1 << 20
	maxDocument = 64 << 20 // of a seed or a snapshot
)

func readBody(r *http.Request, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err != nil {
		return nil, &Error{Field: "body", Rule: "cannot be read: " + err.Error()}
	}
	if int64(len(body)) > limit {
		return nil, &Error{
			Status: http.StatusRequestEntityTooLarge, Field: "body", Rule: fmt.Sprintf("must have at most %d bytes", limit),
		}
	}
	return body, nil
}

// decode decodes the body of a request, an object with known members alone. Nothing at all is an empty object.
func decode(r *http.Request, into any) error {
	body, err := readBody(r, maxBody)
	if err != nil {
		return err
	}
	if body = bytes.TrimSpace(body); len(body) == 0 {
		return nil
	}
	if body[0] != '{' {
		return &Error{Field: "body", Rule: "must be a JSON object", Given: string(body)}
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return explainJSON(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &Error{Field: "body", Rule: "must be one JSON object, without data after it"}
	}
	return nil
}

func explainJSON(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &Error{Field: t.Field, Rule: "must be " + jsonType(t.Type.Kind().String()), Given: "a JSON " + t.Value}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ = strconv.Unquote(name)
		return &Error{Field: name, Rule: "is not a member of this request"}
	}
	return &Error{Field: "body", Rule: "must be JSON: " + strings.TrimPrefix(err.Error(), "json: ")}
}

func jsonType(kind string) string {
	switch kind {
	case "bool":
		return "a boolean"
	case "int", "int64":
		return "an integer"
	case "slice":
		return "an array"
	case "struct":
		return "an object"
	}
	return "a " + kind
}

// empty checks that the body of a request has no members.
func empty(r *http.Request) error { return decode(r, &struct{}{}) }

// pathID returns the ID in the path of a request.
func pathID(r *http.Request) (int, error) {
	given := r.PathValue("id")
	id, err := strconv.Atoi(given)
	if err != nil || id < 1 {
		return 0, &Error{Field: "id", Rule: "must be a number from 1 on", Given: given}
	}
	return id, nil
}

// durationOf parses a member that is a duration and may be left out.
func durationOf(field, given string) (time.Duration, error) {
	if given == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(given)
	if err != nil || d < 0 {
		return 0, &Error{Field: field, Rule: "must be a duration such as 1h30m, not below 0", Given: given}
	}
	return d, nil
}

// format returns a duration as the API writes it, or an empty string for none.
func format(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// numberIn returns a number in the query, or fallback if it is left out.
func numberIn(r *http.Request, name string, fallback int) (int, error) {
	given := r.URL.Query().Get(name)
	if given == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 0 {
		return 0, &Error{Field: "query parameter " + name, Rule: "must be a number from 0 on", Given: given}
	}
	return n, nil
}
