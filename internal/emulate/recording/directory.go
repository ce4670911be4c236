package recording

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// A File is an exchange of a recording, and the name of its file.
type File struct {
	Name string
	*Exchange
}

// Read returns the exchanges of a directory in the order in which they were recorded. Its files that are not named
// *.json are none.
func Read(dir string, services Services) ([]File, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, err
	}
	var files []File
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".json") {
			continue
		}
		path := filepath.Join(dir, entry.Name())
		data, err := readFile(path)
		if err != nil {
			return nil, err
		}
		x, err := Parse(data, services)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(files) > 0 && x.Region != files[0].Region {
			rule := &ruleError{"region", "must be that of " + files[0].Name + ", " + files[0].Region, x.Region}
			return nil, fmt.Errorf("%s: %w", path, rule)
		}
		files = append(files, File{entry.Name(), x})
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no recorded exchanges: files named *.json", dir)
	}
	return files, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = fmt.Errorf("%s: must have at most %d MiB", path, MaxFile>>20)
	}
	return data, err
}

// A directory is where exchanges are written. It is safe for concurrent use.
type directory struct {
	path string

	mu   sync.Mutex
	last int // the number of the last file
}

// newDirectory makes a directory, which must have no exchanges yet.
func newDirectory(path string) (*directory, error) {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, err
	}
	found, err := fs.Glob(os.DirFS(path), "*.json")
	if err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return nil, fmt.Errorf("%s already has a recording (%s): remove it, or record into another directory", path, found[0])
	}
	return &directory{path: path}, nil
}

// oddCharacters are those that names of files do without.
var oddCharacters = regexp.MustCompile(`[^A-Za-z0-9]+`)

// write stores an exchange in the next file: first under another name, so that no reader sees a part of it.
func (d *directory) write(x *Exchange) error {
	data, err := x.encode()
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	name := fmt.Sprintf("%06d-%s-%s.json", d.last+1, x.Service, oddCharacters.ReplaceAllString(x.Operation, "_"))
	if err := replace(filepath.Join(d.path, name), data); err != nil {
		return err
	}
	d.last++
	return nil
}

// replace writes a file that is there completely or not at all.
func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".exchange-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = cmp.Or(err, f.Sync())
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
