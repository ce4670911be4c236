package tencent

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// readFile returns the content of a regular file: a pipe could block for ever. Nothing is ever written. Errors name the
// file and quote nothing of it; they match fs.ErrNotExist if it does not exist.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxSize:
		return nil, fmt.Errorf("%s is longer than %d KB", path, maxSize>>10)
	}
	return text, nil
}

// readOptional is readFile, but a file that does not exist is a source that is not set up.
func readOptional(path string) ([]byte, error) {
	text, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, cloud.NotConfigured("%s does not exist", path)
	case err != nil:
		return nil, refuse("%w", err)
	}
	return text, nil
}

// inHome returns a path in the home folder.
func (s *settings) inHome(elements ...string) (string, error) {
	home, err := s.homeFolder()
	if err != nil {
		return "", cloud.NotConfigured("there is no home folder: %v", err)
	}
	return filepath.Join(append([]string{home}, elements...)...), nil
}
