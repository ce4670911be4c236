// Package importer turns what the vendors publish into models: Smithy as AWS publishes it, stripped to its facts, Alibaba
// Cloud's operation facts and Tencent Cloud's api.json.
package importer

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// Run replaces a committed model by one from the upstream files, and prints what changed.
func Run(dir, name string, paths []string, out io.Writer) error {
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
	if _, err := smithy.New(tree); err != nil {
		return fmt.Errorf("import %s: %w", name, err)
	}
	for _, note := range notes {
		fmt.Fprintln(out, "note:", note)
	}
	target := filepath.Join(dir, name+".json")
	old := smithy.NewObject()
	if data, err := os.ReadFile(target); err == nil {
		if old, err = smithy.ParseObject(data); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
	}
	for _, line := range describeChanges(old, tree) {
		fmt.Fprintln(out, line)
	}
	return os.WriteFile(target, smithy.Format(tree), 0o644)
}

func importModel(name string, inputs [][]byte) (tree *smithy.Object, notes []string, err error) {
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
	return nil, nil, fmt.Errorf("unknown service, must be finspace, proton, flink or dlc")
}
