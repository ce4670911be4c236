package importer

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

const dlcNamespace = "polycloud.dlc#"

// importDLC merges the api.json of the two sites into one Smithy model that serves both: all
// actions, all members, and a member may be null if either site says so.
func importDLC(mainlandFile, internationalFile []byte) (tree *smithy.Object, notes []string, err error) {
	cn, err := smithy.ParseObject(mainlandFile)
	if err != nil {
		return nil, nil, fmt.Errorf("mainland: %w", err)
	}
	intl, err := smithy.ParseObject(internationalFile)
	if err != nil {
		return nil, nil, fmt.Errorf("international: %w", err)
	}
	if len(cn.Object("actions").Keys) == 0 || len(intl.Object("actions").Keys) == 0 {
		return nil, nil, fmt.Errorf("not api.json files: one of them has no actions")
	}
	d := dlcImport{builder: newBuilder(dlcNamespace), cn: cn, intl: intl}
	for _, name := range union(cn.Object("objects").Keys, intl.Object("objects").Keys) {
		d.structure(name)
	}
	for _, name := range union(cn.Object("actions").Keys, intl.Object("actions").Keys) {
		d.action(name)
	}
	d.service("DLC", cn.Object("metadata").Text("apiVersion"), smithy.TraitTC3, smithy.NewObject())
	return d.model(), d.notes, nil
}

type dlcImport struct {
	*builder
	cn, intl *smithy.Object
	notes    []string
}

func (d *dlcImport) action(name string) {
	cn, intl := d.cn.Object("actions"), d.intl.Object("actions")
	t := smithy.NewObject()
	markSite(t, cn.Has(name), intl.Has(name))
	if cn.Object(name).Text("status") == "deprecated" || intl.Object(name).Text("status") == "deprecated" {
		t.Set(smithy.TraitDeprecated, smithy.NewObject())
	}
	d.builder.operation(name, t)
}

func markSite(t *smithy.Object, cn, intl bool) {
	switch {
	case !intl:
		t.Set(smithy.TraitSite, smithy.Mainland)
	case !cn:
		t.Set(smithy.TraitSite, smithy.International)
	}
}

func (d *dlcImport) structure(name string) {
	s := d.shape(name, "structure")
	cn, intl := dlcMembers(d.cn, name), dlcMembers(d.intl, name)
	both := len(cn.Keys) > 0 && len(intl.Keys) > 0
	for _, field := range inOrder(cn.Keys, intl.Keys) {
		a, b := cn.Object(field), intl.Object(field)
		if both && cn.Has(field) && intl.Has(field) && a.Text("member") != b.Text("member") {
			d.notes = append(d.notes,
				fmt.Sprintf("%s.%s: %s on one site, %s on the other", name, field, a.Text("member"), b.Text("member")))
		}
		d.dlcMember(s, field, a, b, both)
	}
}

// dlcMember adds one member. A structure that is on one site only says nothing about the sites of
// its members.
func (d *dlcImport) dlcMember(s *smithy.Object, name string, cn, intl *smithy.Object, both bool) {
	first := cn
	if len(cn.Keys) == 0 {
		first = intl
	}
	m := d.member(s, name, d.dlcType(first))
	t := smithy.NewObject()
	if both {
		markSite(t, len(cn.Keys) > 0, len(intl.Keys) > 0)
	}
	nullable := cn.Flag("value_allowed_null") || intl.Flag("value_allowed_null")
	if nullable {
		t.Set(smithy.TraitNullable, smithy.NewObject())
	}
	if everywhere("required", cn, intl) {
		t.Set(smithy.TraitRequired, smithy.NewObject())
	}
	if !nullable && everywhere("output_required", cn, intl) {
		t.Set(smithy.TraitReturned, smithy.NewObject())
	}
	if cn.Flag("disabled") || intl.Flag("disabled") {
		t.Set(smithy.TraitDeprecated, smithy.NewObject())
	}
	if first.Text("member") == "uint64" && first.Text("type") == "int" {
		r := smithy.NewObject()
		r.Set("min", json.Number("0"))
		t.Set(smithy.TraitRange, r)
	}
	setTraits(m, t)
}

// everywhere reports whether every site that has the member sets the flag.
func everywhere(flag string, sites ...*smithy.Object) bool {
	for _, s := range sites {
		if len(s.Keys) > 0 && !s.Flag(flag) {
			return false
		}
	}
	return true
}

func (d *dlcImport) dlcType(field *smithy.Object) string {
	simple := map[string]string{
		"string": "String", "datetime_iso": "String", "int64": "Long", "uint64": "Long", "float": "Double", "bool": "Boolean",
	}
	target := dlcNamespace + field.Text("member")
	if s := simple[field.Text("member")]; s != "" {
		target = "smithy.api#" + s
	}
	if field.Text("type") == "list" {
		return d.listOf(target)
	}
	return target
}

// dlcMembers returns the members of an object of one site by name.
func dlcMembers(site *smithy.Object, name string) *smithy.Object {
	out := smithy.NewObject()
	for _, m := range site.Object("objects").Object(name).List("members") {
		out.Set(m.(*smithy.Object).Text("name"), m)
	}
	return out
}

// inOrder returns all of a, then what only b has.
func inOrder(a, b []string) []string {
	out := slices.Clone(a)
	for _, k := range b {
		if !slices.Contains(a, k) {
			out = append(out, k)
		}
	}
	return out
}
