package front

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// A Kind is a kind of resource that a seed can name. Its functions run with the lock held.
type Kind struct {
	Name string

	check func(document []byte) error
	add   func(document []byte) (id string, err error)
	list  func() ([]json.RawMessage, error)
	// each calls show with the documents of the resources that are wanted and have all words.
	each func(words []string, wanted func() bool, show func(document json.RawMessage) error) error
	// redact replaces the sensitive members of a document.
	redact func(document []byte) (json.RawMessage, error)
}

// Nowhere is the place of resources that are in no other.
type Nowhere struct{}

// KindOf returns a kind of resources. A document has the members of the resource, and those of its place, which says
// what the resource is in. Add adds a resource or replaces it, and returns its ID. All has what reads show.
func KindOf[Place, T any](name string, add func(Place, T) string, all func(yield func(Place, T) bool)) Kind {
	decode := func(document []byte) (place Place, v T, err error) {
		if err = wire.Unmarshal(document, &place); err == nil {
			err = wire.Unmarshal(document, &v)
		}
		return place, v, err
	}
	return Kind{
		Name: name,
		check: func(document []byte) error {
			err := checkSeed(document, reflect.TypeFor[T](), reflect.TypeFor[Place]())
			if err == nil {
				_, _, err = decode(document)
			}
			return err
		},
		add: func(document []byte) (string, error) {
			place, v, err := decode(document)
			if err != nil {
				return "", err
			}
			return add(place, v), nil
		},
		redact: func(document []byte) (json.RawMessage, error) {
			return redactDocument(document, reflect.TypeFor[T](), reflect.TypeFor[Place]())
		},
		each: func(words []string, wanted func() bool, show func(json.RawMessage) error) error {
			return eachDocument(all, show, func(place Place, v T) bool {
				return wanted() && (len(words) == 0 || hasWords(words, name, place, v))
			})
		},
		list: func() ([]json.RawMessage, error) {
			list := []json.RawMessage{}
			err := eachDocument(all, func(document json.RawMessage) error {
				list = append(list, document)
				return nil
			}, func(Place, T) bool { return true })
			return list, err
		},
	}
}

// eachDocument calls show with the documents of the resources that are wanted, until it returns an error.
func eachDocument[Place, T any](
	all iter.Seq2[Place, T], show func(json.RawMessage) error, wanted func(Place, T) bool,
) error {
	for place, v := range all {
		if !wanted(place, v) {
			continue
		}
		document, err := seedDocument(place, v)
		if err == nil {
			err = show(document)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Documents returns what reads show of the kind. It needs the world's lock.
func (k Kind) Documents() ([]json.RawMessage, error) { return k.list() }

// seedDocument encodes a resource and its place.
func seedDocument(place, v any) (json.RawMessage, error) {
	members := map[string]json.RawMessage{}
	for _, part := range []any{v, place} {
		data, err := wire.Append(nil, part)
		if err == nil {
			err = json.Unmarshal(data, &members)
		}
		if err != nil {
			return nil, err
		}
	}
	return encodeJSON(members)
}

// encodeJSON encodes a value without escaping HTML.
func encodeJSON(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// checkSeed checks that a document is an object, all members of which are in one of the types, which are structs.
func checkSeed(document []byte, types ...reflect.Type) error {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || object == nil {
		return &DecodeError{problem: "is not a JSON object"}
	}
	if _, err := d.Token(); err != io.EOF {
		return &DecodeError{problem: "has data after the JSON object"}
	}
	known := map[string]bool{}
	for _, t := range types {
		part := map[string]any{}
		for name, value := range object {
			if _, ok := MemberOf(t, name); ok {
				part[name], known[name] = value, true
			}
		}
		if err := (&Received{Strict: true}).checkShape("", part, t); err != nil {
			return err
		}
	}
	for name := range object {
		if !known[name] {
			return &DecodeError{Field: name, problem: "is unknown", Unknown: true}
		}
	}
	return nil
}

// kind returns a kind of a service by its name.
func (srv *Server) kind(service, name string) (Kind, error) {
	kinds, ok := srv.kinds[service]
	if !ok {
		return Kind{}, fmt.Errorf("service %q is unknown", service)
	}
	for _, k := range kinds {
		if k.Name == name {
			return k, nil
		}
	}
	return Kind{}, fmt.Errorf("%s has no kind of resource named %q", service, name)
}
