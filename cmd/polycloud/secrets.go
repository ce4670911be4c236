package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud/reveal"
)

const redacted = "[redacted]"

// shortest is the length of the shortest secret that is looked for in a response. Shorter ones are in too many words.
const shortest = 4

// secrets are those of a request, because a service may repeat them where it says what it did or what is wrong.
type secrets struct {
	has     bool     // the request has any
	strings [][]byte // as they are in JSON, without quotes; the longest come first
}

func secretsOf(request any) (s secrets, err error) {
	hidden, err := anyOf(request)
	if err != nil {
		return s, err
	}
	shown, err := anyOf(reveal.JSON(request))
	if err != nil {
		return s, err
	}
	s.has = !reflect.DeepEqual(hidden, shown)
	s.find(hidden, shown)
	slices.SortFunc(s.strings, func(a, b []byte) int { return len(b) - len(a) })
	return s, nil
}

func anyOf(v any) (decoded any, err error) {
	text, err := encode(v, "")
	if err == nil {
		err = json.Unmarshal(text, &decoded)
	}
	return decoded, err
}

// find adds the strings that one value shows and the other hides.
func (s *secrets) find(hidden, shown any) {
	isHidden := hidden == redacted
	switch v := shown.(type) {
	case string:
		if isHidden && len(v) >= shortest {
			text, _ := encode(v, "") // which works for every string
			s.strings = append(s.strings, text[1:len(text)-len("\"\n")])
		}
	case []any:
		list, _ := hidden.([]any)
		for i, item := range v {
			if isHidden || i >= len(list) {
				s.find(redacted, item)
			} else {
				s.find(list[i], item)
			}
		}
	case map[string]any:
		members, _ := hidden.(map[string]any)
		for name, item := range v {
			if isHidden {
				s.find(redacted, item)
			} else {
				s.find(members[name], item)
			}
		}
	}
}

// scrub returns JSON without the secrets in it.
func (s *secrets) scrub(text []byte) []byte {
	for _, secret := range s.strings {
		text = bytes.ReplaceAll(text, secret, []byte(redacted))
	}
	return text
}
