package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/goapi"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/importer"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/overlay"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// runImport replaces the model of a service by one from what its vendor publishes, generates all services, and lists what
// changed. Everything is made in memory first: what is refused leaves all files as they are.
func runImport(root, name string, paths []string, out io.Writer) error {
	tree, notes, err := readUpstream(root, name, paths)
	if err != nil {
		return err
	}
	old, err := committedModel(root, name)
	if err != nil {
		return err
	}
	if len(old.Keys) > 0 {
		if err := importer.CheckSame(old, tree); err != nil {
			return fmt.Errorf("import %s: %w", name, err)
		}
	}
	r := newReport(old, tree, notes)
	p, err := loadProject(root, map[string]*smithy.Object{name: tree})
	var files map[string][]byte
	if err == nil {
		files, err = p.generate()
	}
	if err != nil {
		r.printChanges(out)
		return fmt.Errorf("import %s: nothing was written, because not all services can be generated:\n%w", name, err)
	}
	if err := r.compare(p, name, files); err != nil {
		return err
	}
	r.print(out)
	if n := r.refused(); n > 0 {
		return fmt.Errorf("import %s: nothing was written, because %d breaking changes are not accepted: name them under breaks in "+
			"the overlay, with the reason, or keep members under kept", name, n)
	}
	files[modelFile(name)] = smithy.Format(tree)
	return writeFiles(root, files)
}

// modelFile is the path of a model in the module.
func modelFile(name string) string { return modelsDir + "/" + name + ".json" }

// readUpstream makes a model of what the vendor publishes of a service that has an overlay.
func readUpstream(root, name string, paths []string) (tree *smithy.Object, notes []string, err error) {
	s, err := publishedService(root, name)
	if err != nil {
		return nil, nil, err
	}
	files, err := readFiles(paths)
	if err != nil {
		return nil, nil, err
	}
	return s.Import(files)
}

// publishedService returns how a service is published, which its overlay says.
func publishedService(root, name string) (importer.Service, error) {
	services, err := listServices(root)
	if err != nil {
		return importer.Service{}, err
	}
	if !slices.Contains(services, name) {
		return importer.Service{}, fmt.Errorf("unknown service %q, must be %s: apigen new adds one", name, strings.Join(services, ", "))
	}
	file := filepath.Join(root, modelsDir, name)
	o, err := overlay.Load(file + overlayEnd)
	if err != nil {
		return importer.Service{}, err
	}
	clients, err := readObject(file + ".clients.json")
	return importer.Service{Name: name, Vendor: o.Vendor, Shape: o.Shape, Sites: o.Sites, Clients: clients}, err
}

// readFiles reads files, and of folders all files of JSON in them.
func readFiles(paths []string) ([][]byte, error) {
	var all []string
	for _, path := range paths {
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			all = append(all, path)
			continue
		}
		files, err := filepath.Glob(filepath.Join(path, "*.json"))
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("%s has no files of JSON", path)
		}
		all = append(all, files...)
	}
	files := make([][]byte, len(all))
	for i, path := range all {
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// readObject reads a file, nil if there is none.
func readObject(path string) (*smithy.Object, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o, err := smithy.ParseObject(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return o, nil
}

// committedModel reads the model of a service, which is empty if there is none yet.
func committedModel(root, name string) (*smithy.Object, error) {
	tree, err := readObject(filepath.Join(root, modelFile(name)))
	if tree == nil && err == nil {
		return smithy.NewObject(), nil
	}
	return tree, err
}

// readAPI reads the exported API of a package from its generated files in the module.
func readAPI(root, pkg string) (*goapi.API, error) {
	paths, err := filepath.Glob(filepath.Join(root, pkg, "zz_*.go"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, path := range paths {
		if files[path], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return goapi.Read(files)
}
