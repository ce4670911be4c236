package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/goapi"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/importer"
	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// runImport replaces the model of a service by one from what its vendor publishes, generates all services, and lists what
// changed. Everything is made in memory first: what is refused leaves all files as they are.
func runImport(root string, pkgs []string, name string, paths []string, out io.Writer) error {
	tree, notes, err := readUpstream(name, paths)
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
	p, err := loadProject(root, pkgs, map[string]*smithy.Object{name: tree})
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

func readUpstream(name string, paths []string) (tree *smithy.Object, notes []string, err error) {
	inputs := make([][]byte, len(paths))
	for i, path := range paths {
		if inputs[i], err = os.ReadFile(path); err != nil {
			return nil, nil, err
		}
	}
	return importer.Import(name, inputs)
}

// committedModel reads the model of a service, which is empty if there is none yet.
func committedModel(root, name string) (*smithy.Object, error) {
	path := filepath.Join(root, modelFile(name))
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return smithy.NewObject(), nil
	}
	if err != nil {
		return nil, err
	}
	tree, err := smithy.ParseObject(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tree, nil
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
