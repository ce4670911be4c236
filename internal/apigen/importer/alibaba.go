package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// The keys of the metadata that are read, or hold nothing but prose.
const (
	alibabaIndexKeys     = "apis style version"
	alibabaListedKeys    = "deprecated summary title"
	alibabaAPIKeys       = "deprecated method name parameters pathPattern protocol"
	alibabaParameterKeys = "description name position required type"
)

// alibabaPlaces are where parameters travel, in the order of the members of a request.
var alibabaPlaces = []struct{ position, trait string }{
	{"Path", smithy.TraitLabel}, {"Query", smithy.TraitQuery}, {"Header", smithy.TraitHeader}, {"Body", smithy.TraitPayload},
}

// alibabaTypes are the types of parameters. What is in a Json is not published.
var alibabaTypes = map[string]string{
	"String": "smithy.api#String", "Integer": "smithy.api#Integer", "Long": "smithy.api#Long", "Boolean": "smithy.api#Boolean",
	"Double": "smithy.api#Double", "Float": "smithy.api#Double", "Json": "",
}

// importAlibaba makes a model of the metadata of an API, which is a file for each operation and an index of them,
// version.json. It has the parameters of operations. What is in their bodies and responses is from the clients.
func (s Service) importAlibaba(files [][]byte) (tree *smithy.Object, notes []string, err error) {
	a := alibabaImport{builder: newBuilder(s.namespace()), listed: smithy.NewObject(), keys: map[string]bool{}}
	var apis []*smithy.Object
	for i, file := range files {
		o, err := smithy.ParseObject(file)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("file %d of the metadata: %w", i+1, err)
		case o.Has("apis"):
			a.index(o)
		default:
			apis = append(apis, o)
		}
	}
	if a.version == "" || len(apis) == 0 {
		return nil, nil, errors.Join(append(a.problems, errors.New("not the metadata of an API: no version.json or no operations"))...)
	}
	for _, api := range apis {
		a.operation(api)
	}
	a.checkListed()
	a.merge(s.Name+".clients.json", s.Clients)
	a.checkComplete(s.Name + ".clients.json")
	a.service(s.Shape, a.version, smithy.TraitROA, smithy.NewObject())
	return a.result()
}

type alibabaImport struct {
	*builder
	version string
	listed  *smithy.Object  // what the index says of operations, by name
	keys    map[string]bool // unknown keys that were noted
}

// index reads version.json.
func (a *alibabaImport) index(o *smithy.Object) {
	a.checkKeys("version.json file", o, alibabaIndexKeys, a.keys)
	if style := o.Text("style"); style != "restful" {
		a.fail("the API has the style %q, but only restful ones can be generated", style)
	}
	if a.version != "" {
		a.fail("there are two indexes, of the versions %s and %s", a.version, o.Text("version"))
	}
	a.version, a.listed = o.Text("version"), a.child("the index", o, "apis")
	for _, name := range a.listed.Keys {
		a.checkKeys("listed operation", a.child("the index", a.listed, name), alibabaListedKeys, a.keys)
	}
}

func (a *alibabaImport) operation(api *smithy.Object) {
	name := api.Text("name")
	if name == "" {
		a.fail("there is an operation without a name")
		return
	}
	a.checkKeys("operation", api, alibabaAPIKeys, a.keys)
	if !strings.Contains(api.Text("protocol"), "HTTPS") {
		a.fail("%s has the protocol %q, not HTTPS", name, api.Text("protocol"))
	}
	if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, api.Text("method")) {
		a.fail("%s has the method %q, which is not known", name, api.Text("method"))
	}
	if !strings.HasPrefix(api.Text("pathPattern"), "/") {
		a.fail("%s has no path, but %q", name, api.Text("pathPattern"))
	}
	a.request(name, api)

	t := smithy.NewObject()
	if api.Flag("deprecated") {
		t.Set(smithy.TraitDeprecated, smithy.NewObject())
	}
	if a.listed.Object(name).Flag("deprecated") != api.Flag("deprecated") {
		a.note("%s is deprecated in one of its file and the index, but not in the other", name)
	}
	http := smithy.NewObject()
	http.Set("method", api.Text("method"))
	http.Set("uri", alibabaLabel.ReplaceAllString(api.Text("pathPattern"), "{$1}"))
	http.Set("code", json.Number("200"))
	t.Set(smithy.TraitHTTP, http)
	a.builder.operation(name, t)
}

// alibabaLabel is the place of a parameter in a path.
var alibabaLabel = regexp.MustCompile(`\[([^\[\]]*)\]`)

// request adds the input of an operation: the parameters in the path in its order, then the others.
func (a *alibabaImport) request(name string, api *smithy.Object) {
	input := a.shape(name+"Request", "structure")
	parameters := a.objects(name, api, "parameters")
	var labels []string
	for _, match := range alibabaLabel.FindAllStringSubmatch(api.Text("pathPattern"), -1) {
		labels = append(labels, match[1])
	}
	order := func(p *smithy.Object) int { return slices.Index(labels, p.Text("name")) }
	for _, place := range alibabaPlaces {
		var here []*smithy.Object
		for _, p := range parameters {
			if p.Text("position") == place.position {
				here = append(here, p)
			}
		}
		if place.trait == smithy.TraitLabel {
			slices.SortStableFunc(here, func(p, q *smithy.Object) int { return order(p) - order(q) })
			a.checkLabels(name, labels, here)
		}
		for _, p := range here {
			a.parameter(name, input, p, place.trait)
		}
	}
	for _, p := range parameters {
		a.checkKeys("parameter", p, alibabaParameterKeys, a.keys)
		if !isAlibabaPlace(p.Text("position")) {
			a.fail("%s: the parameter %s has the position %q, which is not known", name, p.Text("name"), p.Text("position"))
		}
	}
}

func isAlibabaPlace(position string) bool {
	for _, place := range alibabaPlaces {
		if place.position == position {
			return true
		}
	}
	return false
}

// checkLabels finds places in the path without a parameter, and the opposite.
func (a *alibabaImport) checkLabels(name string, labels []string, parameters []*smithy.Object) {
	var named []string
	for _, p := range parameters {
		named = append(named, p.Text("name"))
	}
	for _, label := range labels {
		if !slices.Contains(named, label) {
			a.fail("%s: the path has [%s], which is no parameter of it", name, label)
		}
	}
	for _, p := range named {
		if !slices.Contains(labels, p) {
			a.fail("%s: the parameter %s is not in the path", name, p)
		}
	}
}

func (a *alibabaImport) parameter(operation string, input, p *smithy.Object, trait string) {
	name, kind := p.Text("name"), p.Text("type")
	target, known := alibabaTypes[kind]
	if !known || target == "" && trait != smithy.TraitPayload {
		a.fail("%s: the parameter %s is a %q, which is not known in a %s", operation, name, kind, p.Text("position"))
	}
	m := a.member(input, name, target)
	t := smithy.NewObject()
	switch trait {
	case smithy.TraitLabel, smithy.TraitPayload:
		t.Set(trait, smithy.NewObject())
	default:
		t.Set(trait, name)
	}
	if p.Flag("required") || trait == smithy.TraitLabel {
		t.Set(smithy.TraitRequired, smithy.NewObject())
	}
	setTraits(m, t)
}

// checkListed compares the operations with those that the index has.
func (a *alibabaImport) checkListed() {
	for _, name := range union(a.listed.Keys, a.ops) {
		switch {
		case !slices.Contains(a.ops, name):
			a.fail("the index has %s, but there is no file of it", name)
		case !a.listed.Has(name):
			a.fail("there is a file of %s, but the index does not have it", name)
		}
	}
}

// checkComplete finds what neither the metadata nor the clients say.
func (a *alibabaImport) checkComplete(clients string) {
	for _, name := range slices.Sorted(slices.Values(a.ops)) {
		if a.shapes[a.namespace+name+"Response"] == nil {
			a.fail("what %s responds is not published: describe %sResponse in %s", name, name, clients)
		}
		request := a.shapes[a.namespace+name+"Request"]
		if request == nil {
			a.fail("what %s requests is not published: describe %sRequest in %s", name, name, clients)
			continue
		}
		members := request.Object("members")
		for _, member := range members.Keys {
			if members.Object(member).Text("target") == "" {
				a.fail("what is in %sRequest.%s is not published: give its target in %s", name, member, clients)
			}
		}
	}
}
