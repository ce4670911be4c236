package importer

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode"

	"github.com/polycloud-sdk/polycloud-go/internal/apigen/smithy"
)

// The keys of api.json that are read, or hold nothing but prose.
const (
	tencentActionKeys = "document input name output status"
	tencentObjectKeys = "document members type usage"
	tencentMemberKeys = "disabled document example member name output_required required type value_allowed_null"
)

// importTencent merges the api.json of the sites into one Smithy model that serves all: all actions, all members, and a
// member may be null if either site says so. A service that is on one site has nothing to merge.
func (s Service) importTencent(files [][]byte) (tree *smithy.Object, notes []string, err error) {
	sites := make([]*smithy.Object, len(files))
	for i, file := range files {
		if sites[i], err = parseSite(s.siteName(i), file); err != nil {
			return nil, nil, err
		}
	}
	cn, intl := sites[0], sites[len(sites)-1]
	if !hasChinese(cn) && hasChinese(intl) {
		return nil, nil, errors.New("the files are swapped: the first must be that of the mainland site, whose documentation is in Chinese")
	}
	d := tencentImport{builder: newBuilder(s.namespace()), sites: sites, cn: cn, intl: intl, keys: map[string]bool{}}
	d.checkSites()
	for _, name := range union(cn.Object("objects").Keys, intl.Object("objects").Keys) {
		d.structure(name)
	}
	for _, name := range union(cn.Object("actions").Keys, intl.Object("actions").Keys) {
		d.action(name)
	}
	d.service(s.Shape, cn.Object("metadata").Text("apiVersion"), smithy.TraitTC3, smithy.NewObject())
	return d.result()
}

// siteName names a site in errors.
func (s Service) siteName(i int) string {
	if i < len(s.Sites) {
		return s.Sites[i]
	}
	return "api.json"
}

// parseSite reads the api.json of one site.
func parseSite(name string, data []byte) (*smithy.Object, error) {
	site, err := smithy.ParseObject(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(site.Object("actions").Keys) == 0 {
		return nil, fmt.Errorf("%s: not an api.json file: it has no actions", name)
	}
	return site, nil
}

// hasChinese reports whether any action of a site is documented in Chinese.
func hasChinese(site *smithy.Object) bool {
	actions := site.Object("actions")
	return slices.ContainsFunc(actions.Keys, func(name string) bool {
		return slices.ContainsFunc([]rune(actions.Object(name).Text("document")), func(r rune) bool { return unicode.Is(unicode.Han, r) })
	})
}

type tencentImport struct {
	*builder
	sites    []*smithy.Object
	cn, intl *smithy.Object  // the same if there is one site
	keys     map[string]bool // unknown keys that were noted
}

// checkSites finds what is not of the form that is read.
func (d *tencentImport) checkSites() {
	for _, site := range d.sites {
		for _, kind := range []struct{ plural, name, known string }{
			{"actions", "action", tencentActionKeys}, {"objects", "object", tencentObjectKeys},
		} {
			all := site.Object(kind.plural)
			for _, name := range all.Keys {
				one := d.child(kind.plural, all, name)
				d.checkKeys(kind.name, one, kind.known, d.keys)
				for _, m := range d.objects(name, one, "members") {
					d.checkKeys("member", m, tencentMemberKeys, d.keys)
				}
			}
		}
	}
}

func (d *tencentImport) action(name string) {
	t := smithy.NewObject()
	markSite(t, d.cn.Object("actions").Has(name), d.intl.Object("actions").Has(name))
	for _, site := range d.sites {
		actions := site.Object("actions")
		if !actions.Has(name) {
			continue
		}
		action := actions.Object(name)
		switch status := action.Text("status"); status {
		case "online":
		case "deprecated":
			t.Set(smithy.TraitDeprecated, smithy.NewObject())
		default:
			d.note("the action %s has the status %q: it is kept as deprecated", name, status)
			t.Set(smithy.TraitDeprecated, smithy.NewObject())
		}
		d.checkMessages(name, action)
	}
	d.operation(name, t)
}

// checkMessages finds an action whose input or output has another name than its own or is not there.
func (d *tencentImport) checkMessages(name string, action *smithy.Object) {
	for _, message := range []struct{ key, end string }{{"input", "Request"}, {"output", "Response"}} {
		switch is := action.Text(message.key); {
		case is != name+message.end:
			d.fail("the %s of the action %s is %q, not %s", message.key, name, is, name+message.end)
		case d.shapes[d.namespace+is] == nil:
			d.fail("the action %s has no object for its %s, %s", name, message.key, is)
		}
	}
}

func markSite(t *smithy.Object, cn, intl bool) {
	switch {
	case !intl:
		t.Set(smithy.TraitSite, smithy.Mainland)
	case !cn:
		t.Set(smithy.TraitSite, smithy.International)
	}
}

func (d *tencentImport) structure(name string) {
	s := d.shape(name, "structure")
	cn, intl := tencentMembers(d.cn, name), tencentMembers(d.intl, name)
	both := len(cn.Keys) > 0 && len(intl.Keys) > 0
	for _, field := range inOrder(cn.Keys, intl.Keys) {
		a, b := cn.Object(field), intl.Object(field)
		if both && cn.Has(field) && intl.Has(field) {
			for _, key := range []string{"type", "member"} {
				if a.Text(key) != b.Text(key) {
					d.note("%s.%s: %s on one site, %s on the other; it is generated as on the mainland site",
						name, field, a.Text(key), b.Text(key))
				}
			}
		}
		d.siteMember(s, name, field, a, b, both)
	}
}

// siteMember adds one member. A structure that is on one site only says nothing about the sites of
// its members.
func (d *tencentImport) siteMember(s *smithy.Object, owner, name string, cn, intl *smithy.Object, both bool) {
	first := cn
	if len(cn.Keys) == 0 {
		first = intl
	}
	m := d.member(s, name, d.siteType(owner+"."+name, first))
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

// siteType returns the shape of a member.
func (d *tencentImport) siteType(name string, field *smithy.Object) string {
	simple := map[string]string{
		"string": "String", "datetime_iso": "String", "datetime": "String", "date": "String", "int64": "Long", "uint64": "Long",
		"float": "Double", "bool": "Boolean",
	}
	of, target := field.Text("member"), d.namespace+field.Text("member")
	switch isObject := d.cn.Object("objects").Has(of) || d.intl.Object("objects").Has(of); {
	case simple[of] != "":
		target = "smithy.api#" + simple[of]
	case !isObject:
		d.fail("%s is of the type %q, which is neither known nor an object", name, of)
	}
	switch kind := field.Text("type"); kind {
	case "list":
		return d.listOf(target)
	case "string", "int", "object", "float", "bool":
	default:
		d.fail("%s is a %q, which is not known", name, kind)
	}
	return target
}

// tencentMembers returns the members of an object of one site by name.
func tencentMembers(site *smithy.Object, name string) *smithy.Object {
	out := smithy.NewObject()
	members, _ := site.Object("objects").Object(name).Objects("members") // checkSites has reported an error
	for _, m := range members {
		out.Set(m.Text("name"), m)
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
