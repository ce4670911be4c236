package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const modelsDir = "internal/models"

// packages are the services, each with a model of its name.
var packages = []string{"finspace", "proton", "flink", "dlc"}

// project is all that is generated in a module.
type project struct {
	names    frozenNames
	services []*service
}

func loadProject(root string) (*project, error) {
	dir := filepath.Join(root, modelsDir)
	names, err := loadNames(filepath.Join(dir, "names.json"))
	if err != nil {
		return nil, err
	}
	p := &project{names: names}
	for _, pkg := range packages {
		s, err := loadService(dir, pkg, names)
		if err != nil {
			return nil, err
		}
		p.services = append(p.services, s)
	}
	return p, nil
}

func loadService(dir, pkg string, names frozenNames) (*service, error) {
	s := &service{pkg: pkg, names: names.of(pkg), used: map[string]bool{}}
	var err error
	if s.model, err = loadModel(filepath.Join(dir, pkg+".json")); err != nil {
		return nil, err
	}
	if s.overlay, err = loadOverlay(filepath.Join(dir, pkg+".overlay.json")); err != nil {
		return nil, err
	}
	if s.docs, err = loadDocs(filepath.Join(dir, pkg+".docs.json")); err != nil {
		return nil, err
	}
	if s.begun, err = begunBy(filepath.Join(dir, "..", "..", pkg)); err != nil {
		return nil, err
	}
	return s, buildService(s)
}

var beginMethod = regexp.MustCompile(`(?m)^func \(c \*Client\) Begin(\w+)\(`)

// begunBy finds the operations that hand-written code of a package starts and waits for, so that their
// documentation can say so.
func begunBy(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "zz_") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, m := range beginMethod.FindAllSubmatch(code, -1) {
			out = append(out, string(m[1]))
		}
	}
	return out, nil
}

// generate returns all files by their path in the module.
func (p *project) generate() (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, s := range p.services {
		files, err := s.files()
		if err != nil {
			return nil, err
		}
		maps.Copy(all, files)
	}
	names, err := p.names.encode()
	if err != nil {
		return nil, err
	}
	all[modelsDir+"/names.json"] = names
	return all, nil
}

// stale returns the generated files in the module that nothing generates any more.
func stale(root string, files map[string][]byte) ([]string, error) {
	var out []string
	for _, pkg := range packages {
		found, err := filepath.Glob(filepath.Join(root, pkg, "zz_*.go"))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			name := pkg + "/" + filepath.Base(path)
			if files[name] == nil {
				out = append(out, name)
			}
		}
	}
	return out, nil
}

func writeFiles(root string, files map[string][]byte) error {
	old, err := stale(root, files)
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			return err
		}
	}
	for name, data := range files {
		path := filepath.Join(root, name)
		if was, err := os.ReadFile(path); err == nil && bytes.Equal(was, data) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// checkFiles fails if any file is not what would be written.
func checkFiles(root string, files map[string][]byte) error {
	drifted, err := stale(root, files)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		was, err := os.ReadFile(filepath.Join(root, name))
		if err != nil || !bytes.Equal(was, files[name]) {
			drifted = append(drifted, name)
		}
	}
	if len(drifted) == 0 {
		return nil
	}
	slices.Sort(drifted)
	return fmt.Errorf("not up to date: run go generate ./... and commit\n\t%s", strings.Join(drifted, "\n\t"))
}
