// Package importer turns what the vendors publish into models: Smithy as AWS publishes it, stripped to its facts, Alibaba
// Cloud's metadata of APIs with what only its clients have, and Tencent Cloud's api.json.
package importer

import (
	"fmt"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// Service says how a service is published.
type Service struct {
	Name    string         // of its package
	Vendor  string         // one of Vendors
	Shape   string         // the name of its shape, where what is published has none
	Sites   []string       // whose files there are, in order, if it is on several
	Clients *smithy.Object // what only the vendor's clients have, nil if that is nothing
}

// Vendors are those whose services can be imported, and what they publish of one.
var Vendors = map[string]string{
	"aws":     "a Smithy model",
	"alibaba": "a folder of API metadata",
	"tencent": "an api.json for each site",
}

// Import makes the model of a service from what its vendor publishes. The notes are about what a person must judge.
func (s Service) Import(files [][]byte) (tree *smithy.Object, notes []string, err error) {
	tree, notes, err = s.model(files)
	if err == nil {
		_, err = smithy.New(tree)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("import %s: %w", s.Name, err)
	}
	return tree, notes, nil
}

func (s Service) model(files [][]byte) (tree *smithy.Object, notes []string, err error) {
	switch s.Vendor {
	case "alibaba":
		return s.importAlibaba(files)
	case "aws", "tencent":
		if want := max(1, len(s.Sites)); len(files) != want {
			return nil, nil, fmt.Errorf("%d files given, want %d: %s", len(files), want, strings.Join(s.wanted(), ", "))
		}
	}
	switch s.Vendor {
	case "aws":
		return importAWS(files[0])
	case "tencent":
		return s.importTencent(files)
	}
	return nil, nil, fmt.Errorf("unknown vendor %q, must be aws, alibaba or tencent", s.Vendor)
}

// wanted names the files that an import reads.
func (s Service) wanted() []string {
	if len(s.Sites) == 0 {
		return []string{Vendors[s.Vendor]}
	}
	files := make([]string, len(s.Sites))
	for i, site := range s.Sites {
		files[i] = "the api.json of the " + site + " site"
	}
	return files
}

// namespace is that of the shapes of a service which publishes none.
func (s Service) namespace() string { return "polycloud." + s.Name + "#" }

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
