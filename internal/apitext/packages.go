package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A public package is one that programs outside this repository can import.
type publicPackage struct {
	name  string // its import path below that of the main module
	types *types.Package
}

// publicPackages returns the public packages of all modules below root, by name.
func publicPackages(root string) ([]publicPackage, error) {
	dirs, err := modules(root)
	if err != nil {
		return nil, err
	}
	main, err := goList(root, "-m", "-f", "{{.Path}}")
	if err != nil {
		return nil, err
	}
	prefix := strings.TrimSpace(string(main)) + "/"
	var all []publicPackage
	for _, dir := range dirs {
		packages, err := packagesOf(dir, prefix)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		all = append(all, packages...)
	}
	slices.SortFunc(all, func(a, b publicPackage) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

// modules returns the folders that have a go.mod. Those below a folder internal, examples or testdata are not public.
func modules(root string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != root && (isPrivate(name) || strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if d.Name() == "go.mod" {
			dirs = append(dirs, filepath.Dir(path))
		}
		return nil
	})
	return dirs, err
}

func isPrivate(name string) bool {
	return name == "internal" || name == "examples" || name == "testdata"
}

// A listed package is what go list prints of one.
type listed struct {
	ImportPath, Name, Export string
	DepOnly                  bool
}

// packagesOf returns the public packages of one module.
func packagesOf(dir, prefix string) ([]publicPackage, error) {
	printed, err := goList(dir, "-export", "-deps", "-json=ImportPath,Name,Export,DepOnly", "./...")
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	var public []string
	for d := json.NewDecoder(bytes.NewReader(printed)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		name, isOurs := strings.CutPrefix(p.ImportPath, prefix)
		if isOurs && !p.DepOnly && p.Name != "main" && !slices.ContainsFunc(strings.Split(name, "/"), isPrivate) {
			public = append(public, p.ImportPath)
		}
	}
	imports := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	var packages []publicPackage
	for _, path := range public {
		p, err := imports.Import(path)
		if err != nil {
			return nil, err
		}
		packages = append(packages, publicPackage{strings.TrimPrefix(path, prefix), p})
	}
	return packages, nil
}

func goList(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}
