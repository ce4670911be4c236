package protocoltest

import (
	"os"
	"path/filepath"
	"testing"
)

// Home returns a new home directory with these files.
func Home(t *testing.T, files map[string]string) string {
	t.Helper()
	home := t.TempDir()
	for name, text := range files {
		file := filepath.Join(home, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// Environment looks up variables, among them that of the home directory.
func Environment(home string, variables map[string]string) func(string) string {
	return func(name string) string {
		value, ok := variables[name]
		if !ok && name == "HOME" {
			return home
		}
		return value
	}
}
