package overlay

import (
	"errors"
	"io/fs"
)

// Docs is the documentation that we wrote for a service.
type Docs struct {
	Operations map[string]string `json:"operations"`
	Changes    map[string]string `json:"changes"`   // by operation: what its Begin method does
	Iterators  map[string]string `json:"iterators"` // by operation: what is listed, where that is not all there is
	Types      map[string]string `json:"types"`
	Fields     map[string]string `json:"fields"`
	Values     map[string]string `json:"values"`
}

// LoadDocs reads the documentation in a file, which need not be there.
func LoadDocs(path string) (*Docs, error) {
	d := &Docs{}
	err := readJSON(path, d)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil
	}
	return d, err
}
