package main

import (
	"encoding/json"
	"fmt"
	"slices"
)

const dlcNamespace = "polycloud.dlc#"

// The sites of DLC. What one of them has and the other lacks is marked with its name.
const (
	mainland      = "mainland"
	international = "international"
)

// importDLC merges the api.json of the two sites into one Smithy model that serves both: all
// actions, all members, and a member may be null if either site says so.
func importDLC(mainlandFile, internationalFile []byte) (tree *object, notes []string, err error) {
	cn, err := parseObject(mainlandFile)
	if err != nil {
		return nil, nil, fmt.Errorf("mainland: %w", err)
	}
	intl, err := parseObject(internationalFile)
	if err != nil {
		return nil, nil, fmt.Errorf("international: %w", err)
	}
	if len(cn.object("actions").keys) == 0 || len(intl.object("actions").keys) == 0 {
		return nil, nil, fmt.Errorf("not api.json files: one of them has no actions")
	}
	d := dlcImport{builder: newBuilder(dlcNamespace), cn: cn, intl: intl}
	for _, name := range union(cn.object("objects").keys, intl.object("objects").keys) {
		d.structure(name)
	}
	for _, name := range union(cn.object("actions").keys, intl.object("actions").keys) {
		d.action(name)
	}
	d.service("DLC", cn.object("metadata").text("apiVersion"), traitTC3, newObject())
	return d.model(), d.notes, nil
}

type dlcImport struct {
	*builder
	cn, intl *object
	notes    []string
}

func (d *dlcImport) action(name string) {
	cn, intl := d.cn.object("actions"), d.intl.object("actions")
	t := newObject()
	markSite(t, cn.has(name), intl.has(name))
	if cn.object(name).text("status") == "deprecated" || intl.object(name).text("status") == "deprecated" {
		t.set(traitDeprecated, newObject())
	}
	d.builder.operation(name, t)
}

func markSite(t *object, cn, intl bool) {
	switch {
	case !intl:
		t.set(traitSite, mainland)
	case !cn:
		t.set(traitSite, international)
	}
}

func (d *dlcImport) structure(name string) {
	s := d.shape(name, "structure")
	cn, intl := dlcMembers(d.cn, name), dlcMembers(d.intl, name)
	both := len(cn.keys) > 0 && len(intl.keys) > 0
	for _, field := range inOrder(cn.keys, intl.keys) {
		a, b := cn.object(field), intl.object(field)
		if both && cn.has(field) && intl.has(field) && a.text("member") != b.text("member") {
			d.notes = append(d.notes, fmt.Sprintf("%s.%s: %s on one site, %s on the other", name, field, a.text("member"), b.text("member")))
		}
		d.dlcMember(s, field, a, b, both)
	}
}

// dlcMember adds one member. A structure that is on one site only says nothing about the sites of
// its members.
func (d *dlcImport) dlcMember(s *object, name string, cn, intl *object, both bool) {
	first := cn
	if len(cn.keys) == 0 {
		first = intl
	}
	m := d.member(s, name, d.dlcType(first))
	t := newObject()
	if both {
		markSite(t, len(cn.keys) > 0, len(intl.keys) > 0)
	}
	nullable := cn.flag("value_allowed_null") || intl.flag("value_allowed_null")
	if nullable {
		t.set(traitNullable, newObject())
	}
	if everywhere("required", cn, intl) {
		t.set(traitRequired, newObject())
	}
	if !nullable && everywhere("output_required", cn, intl) {
		t.set(traitReturned, newObject())
	}
	if cn.flag("disabled") || intl.flag("disabled") {
		t.set(traitDeprecated, newObject())
	}
	if first.text("member") == "uint64" && first.text("type") == "int" {
		r := newObject()
		r.set("min", json.Number("0"))
		t.set(traitRange, r)
	}
	setTraits(m, t)
}

// everywhere reports whether every site that has the member sets the flag.
func everywhere(flag string, sites ...*object) bool {
	for _, s := range sites {
		if len(s.keys) > 0 && !s.flag(flag) {
			return false
		}
	}
	return true
}

func (d *dlcImport) dlcType(field *object) string {
	simple := map[string]string{
		"string": "String", "datetime_iso": "String", "int64": "Long", "uint64": "Long", "float": "Double", "bool": "Boolean",
	}
	target := dlcNamespace + field.text("member")
	if s := simple[field.text("member")]; s != "" {
		target = "smithy.api#" + s
	}
	if field.text("type") == "list" {
		return d.listOf(target)
	}
	return target
}

// dlcMembers returns the members of an object of one site by name.
func dlcMembers(site *object, name string) *object {
	out := newObject()
	for _, m := range site.object("objects").object(name).list("members") {
		out.set(m.(*object).text("name"), m)
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
