package recording

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// A Seed collects resources by service and kind, in the words of the API and without secrets.
type Seed struct {
	documents map[string]map[string][]map[string]any
}

// Add adds a resource, a pointer to a struct, and where it is: the wire names and the values of members that say what
// it is in.
func (s *Seed) Add(service, kind string, place map[string]any, resource any) error {
	encoded, err := wire.Append(nil, resource)
	if err != nil {
		return err
	}
	document, err := parseJSON(encoded)
	if err != nil {
		return err
	}
	scrubbed, _ := (&scrubber{}).value(document, reflect.TypeOf(resource), false).(map[string]any)
	maps.Copy(scrubbed, place)
	for _, name := range []string{"RequestId", "requestId"} { // of the response, not of the resource
		delete(scrubbed, name)
	}
	if s.documents == nil {
		s.documents = map[string]map[string][]map[string]any{}
	}
	if s.documents[service] == nil {
		s.documents[service] = map[string][]map[string]any{}
	}
	s.documents[service][kind] = append(s.documents[service][kind], scrubbed)
	return nil
}

// Encode returns the seed as a file has it.
func (s *Seed) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	documents := s.documents
	if documents == nil {
		documents = map[string]map[string][]map[string]any{}
	}
	err := e.Encode(documents)
	return b.Bytes(), err
}
