// Package importer turns what the vendors publish into models: Smithy as AWS publishes it, stripped to its facts, Alibaba
// Cloud's operation facts and Tencent Cloud's api.json.
package importer

import (
	"errors"
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// Import makes the model of a service from what its vendor publishes. The notes are about what a person must judge.
func Import(name string, inputs [][]byte) (tree *smithy.Object, notes []string, err error) {
	tree, notes, err = importModel(name, inputs)
	if err == nil {
		_, err = smithy.New(tree)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("import %s: %w", name, err)
	}
	return tree, notes, nil
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
	return nil, nil, errors.New("unknown service, must be finspace, proton, flink or dlc")
}

// CheckSame finds a model that is not a newer one of the same service, such as one from the wrong file.
func CheckSame(before, after *smithy.Object) error {
	a, err := smithy.New(before)
	if err != nil {
		return err
	}
	b, err := smithy.New(after)
	if err != nil {
		return err
	}
	if a.Service.ID != b.Service.ID {
		return fmt.Errorf("the files are of another service: %s, not %s", b.Service.ID, a.Service.ID)
	}
	for _, op := range b.Operations() {
		was := a.Shapes[op.ID]
		if was == nil {
			continue
		}
		if from, to := was.Traits.Text(smithy.TraitSite), op.Traits.Text(smithy.TraitSite); from != "" && to != "" && from != to {
			return fmt.Errorf("%s was on the %s site only and is now on the %s one only: the files seem to be swapped", op.Name(), from, to)
		}
	}
	return nil
}
