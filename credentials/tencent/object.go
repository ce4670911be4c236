package tencent

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// object is a JSON object whose members are read one by one, so that errors name the member and the rule, and never
// the value, which may be a secret. A member that is null is one that is not there.
type object map[string]json.RawMessage

func parseObject(text []byte) (object, error) {
	var o object
	switch {
	case !json.Valid(text):
		return nil, errors.New("not valid JSON")
	case json.Unmarshal(text, &o) != nil || o == nil:
		return nil, errors.New("not a JSON object")
	}
	return o, nil
}

// text returns a string, empty if there is none.
func (o object) text(name string) (string, error) {
	var text string
	if raw, ok := o[name]; ok && json.Unmarshal(raw, &text) != nil {
		return "", fmt.Errorf("%s is not a string", name)
	}
	return text, nil
}

// texts returns strings by name.
func (o object) texts(names ...string) (map[string]string, error) {
	texts := make(map[string]string, len(names))
	for _, name := range names {
		text, err := o.text(name)
		if err != nil {
			return nil, err
		}
		texts[name] = text
	}
	return texts, nil
}

// need returns strings by name, all of which must be there.
func (o object) need(names ...string) (map[string]string, error) {
	texts, err := o.texts(names...)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if texts[name] == "" {
			return nil, fmt.Errorf("%s is missing", name)
		}
	}
	return texts, nil
}

// object returns an object, nil if there is none.
func (o object) object(name string) (object, error) {
	var inner object
	if raw, ok := o[name]; ok && json.Unmarshal(raw, &inner) != nil {
		return nil, fmt.Errorf("%s is not an object", name)
	}
	return inner, nil
}

// lastSecond is the end of the year 9999. Greater numbers are no seconds, but milliseconds.
const lastSecond = 253402300799

// seconds returns the time that is a number of seconds since 1970, or such a number in a string; zero if there is none.
func (o object) seconds(name string) (time.Time, error) {
	var number json.Number
	raw, ok := o[name]
	if !ok || string(raw) == "null" {
		return time.Time{}, nil
	}
	if json.Unmarshal(raw, &number) == nil {
		if n, err := strconv.ParseFloat(number.String(), 64); err == nil && n >= 1 && n <= lastSecond {
			return time.Unix(int64(n), 0).UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s is not a time in seconds since 1970", name)
}

// end returns when temporary credentials expire, by ExpiredTime in seconds, or else by Expiration.
func (o object) end() (time.Time, error) {
	at, err := o.seconds("ExpiredTime")
	if err != nil || !at.IsZero() {
		return at, err
	}
	text, err := o.text("Expiration")
	if err != nil {
		return time.Time{}, err
	}
	if text == "" {
		return time.Time{}, errors.New("the member ExpiredTime is missing")
	}
	at, err = time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errors.New("the member Expiration is not a time such as 2026-01-02T15:04:05Z")
	}
	return at.UTC(), nil
}
