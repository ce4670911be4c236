package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/gogen"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/plan"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

const modelsDir = "internal/models"

// The ends of the names of files by hand.
const (
	overlayEnd = ".overlay.json"
	docsEnd    = ".docs.json"
)

// listServices returns the services of a module, which are the packages that have an overlay.
func listServices(root string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, modelsDir, "*"+overlayEnd))
	if err != nil {
		return nil, err
	}
	services := make([]string, len(files))
	for i, file := range files {
		services[i] = strings.TrimSuffix(filepath.Base(file), overlayEnd)
	}
	return services, nil
}

// project is all that is generated in a module.
type project struct {
	root     string
	names    plan.Names
	services []*gogen.Generator
}

// loadProject plans all services in a module. A model in instead replaces the committed one of its package, and may
// change what is frozen.
func loadProject(root string, instead map[string]*smithy.Object) (*project, error) {
	dir := filepath.Join(root, modelsDir)
	names, err := plan.LoadNames(filepath.Join(dir, "names.json"))
	if err != nil {
		return nil, err
	}
	services, err := listServices(root)
	if err != nil {
		return nil, err
	}
	p := &project{root: root, names: names}
	var problems []error
	for _, pkg := range services {
		s := source{
			models: dir, code: filepath.Join(root, pkg), emulator: filepath.Join(root, "internal", "emulate", pkg),
			pkg: pkg, tree: instead[pkg],
		}
		g, err := s.load(names)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		p.services = append(p.services, g)
	}
	return p, errors.Join(problems...)
}

// source is where a service comes from.
type source struct {
	models   string         // folder of its model, its overlay and its documentation
	code     string         // folder of its package, which need not exist
	emulator string         // folder of its emulator, for which something is generated if there is one
	tree     *smithy.Object // its model, nil to read the one in the folder
	pkg      string
}

func (s source) load(names plan.Names) (*gogen.Generator, error) {
	file := filepath.Join(s.models, s.pkg)
	m, err := s.model(file + ".json")
	o, overlayErr := overlay.Load(file + overlayEnd)
	d, docsErr := overlay.LoadDocs(file + docsEnd)
	hand, handErr := plan.ReadDeclared(s.code)
	if err := errors.Join(err, overlayErr, docsErr, handErr); err != nil {
		return nil, err
	}
	frozen := names.Of(s.pkg)
	if s.tree != nil {
		frozen.Thaw()
	}
	planned, err := plan.Build(s.pkg, m, o, frozen, hand)
	if err := errors.Join(o.Undecided(), err); err != nil {
		return nil, err
	}
	g := gogen.New(planned, d)
	_, noEmulator := os.Stat(s.emulator)
	g.Emulate = noEmulator == nil
	g.Waits, err = waitsOf(s.code)
	return g, err
}

func (s source) model(file string) (*smithy.Model, error) {
	if s.tree != nil {
		return smithy.New(s.tree)
	}
	return smithy.Load(file)
}

var untilMethod = regexp.MustCompile(`(?m)^func \(c \*Client\) (Until\w+)\(`)

// waitsOf returns the Until methods in the folder of a package, and the name of the file of each without its "_wait.go".
func waitsOf(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_wait.go"))
	if err != nil {
		return nil, err
	}
	waits := map[string]string{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, method := range untilMethod.FindAllSubmatch(source, -1) {
			waits[string(method[1])] = strings.TrimSuffix(filepath.Base(file), "_wait.go")
		}
	}
	return waits, nil
}

// generate returns all files by their path in the module.
func (p *project) generate() (map[string][]byte, error) {
	all := map[string][]byte{}
	var problems []error
	for _, s := range p.services {
		files, err := s.Files()
		if err != nil {
			problems = append(problems, err)
			continue
		}
		maps.Copy(all, files)
	}
	names, err := p.names.Encode()
	registry, registryErr := gogen.Registry(p.services)
	if err := errors.Join(append(problems, err, registryErr)...); err != nil {
		return nil, err
	}
	all[modelsDir+"/names.json"], all[gogen.RegistryFile] = names, registry
	return all, nil
}

// generated returns the packages that have files.
func generated(files map[string][]byte) []string {
	pkgs := map[string]bool{}
	for name := range files {
		if pkg, file, ok := strings.Cut(name, "/"); ok && strings.HasPrefix(file, "zz_") {
			pkgs[pkg] = true
		}
	}
	return slices.Sorted(maps.Keys(pkgs))
}

// stale returns the generated files in the module that are no longer generated.
func stale(root string, files map[string][]byte) ([]string, error) {
	var out []string
	for _, pkg := range generated(files) {
		for _, dir := range []string{pkg, "internal/emulate/" + pkg} {
			found, err := filepath.Glob(filepath.Join(root, dir, "zz_*.go"))
			if err != nil {
				return nil, err
			}
			for _, path := range found {
				name := dir + "/" + filepath.Base(path)
				if files[name] == nil {
					out = append(out, name)
				}
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

// checkFiles fails if any file is not up to date.
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

// listMissingDocs lists what has no hand-written documentation: operations, types, and fields that callers
// set. It also lists documentation of things that are not generated.
func (p *project) listMissingDocs(out io.Writer) error {
	for _, g := range p.services {
		for _, name := range g.MissingDocs() {
			fmt.Fprintln(out, g.Pkg, "has no documentation for", name)
		}
		if _, err := g.Files(); err != nil { // looks up all documentation
			return err
		}
		for _, name := range g.UnusedDocs() {
			fmt.Fprintln(out, g.Pkg, "has documentation for", name, "but nothing of that name")
		}
	}
	return nil
}
