package front

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// Each asks for each resource that reads show whether it is wanted, and calls show with the documents of those that are,
// if they or their kind may match the filter, a part of a text. The kinds of a service are in the order of their names. It
// stops at the first error. Requests wait meanwhile.
func (srv *Server) Each(
	filter string, wanted func(service string) bool, show func(service, kind string, document json.RawMessage) error,
) error {
	words := wordsOf(filter)
	srv.World.Lock()
	defer srv.World.Unlock()
	for _, s := range srv.services {
		kinds := slices.SortedFunc(slices.Values(srv.kinds[s.Name()]), func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
		for _, kind := range kinds {
			err := kind.each(words,
				func() bool { return wanted(s.Name()) },
				func(document json.RawMessage) error { return show(s.Name(), kind.Name, document) },
			)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// wordsOf returns the parts of a text that its JSON has too, however it escapes the others.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// hasWords reports whether a kind, or the JSON of a resource or its place, contains each of the words. It makes no
// document, which takes far longer.
func hasWords(words []string, kind string, place, v any) bool {
	text := []byte(kind)
	for _, part := range []any{place, v} {
		var err error
		if text, err = wire.Append(text, part); err != nil {
			return true // the document will have the same error
		}
	}
	text = bytes.ToLower(text)
	return !slices.ContainsFunc(words, func(word string) bool { return !bytes.Contains(text, []byte(word)) })
}
