package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// runImport replaces a committed model by what the upstream files say, and prints what changed.
func runImport(dir, name string, paths []string, out io.Writer) error {
	inputs := make([][]byte, len(paths))
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		inputs[i] = data
	}
	tree, notes, err := importModel(name, inputs)
	if err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	if _, err := newModel(tree); err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	for _, note := range notes {
		fmt.Fprintln(out, "note:", note)
	}
	target := filepath.Join(dir, name+".json")
	old := newObject()
	if data, err := os.ReadFile(target); err == nil {
		if old, err = parseObject(data); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	for _, line := range describeChanges(old, tree) {
		fmt.Fprintln(out, line)
	}
	return os.WriteFile(target, formatJSON(tree), 0o644)
}

func importModel(name string, inputs [][]byte) (tree *object, notes []string, err error) {
	want := 1
	if name == "dlc" {
		want = 2
	}
	if len(inputs) != want {
		return nil, nil, fmt.Errorf("%d files given, want %d", len(inputs), want)
	}
	switch name {
	case "finspace", "proton":
		return importAWS(inputs[0])
	case "flink":
		return importFlink(inputs[0])
	case "dlc":
		return importDLC(inputs[0], inputs[1])
	}
	return nil, nil, fmt.Errorf("no such service: there are finspace, proton, flink, dlc")
}
