package overlay

import (
	"errors"
	"io/fs"
)

// Docs is the hand-written documentation of a service.
type Docs struct {
	Operations map[string]string `json:"operations"`
	Changes    map[string]string `json:"changes"`   // by operation: what its Begin method does
	Iterators  map[string]string `json:"iterators"` // by operation: what is listed, if that is not everything
	Types      map[string]string `json:"types"`
	Fields     map[string]string `json:"fields"`
	Values     map[string]string `json:"values"`
}

// LoadDocs reads the documentation in a file, which need not exist.
func LoadDocs(path string) (*Docs, error) {
	d := &Docs{}
	err := readJSON(path, d)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	return d, err
}
