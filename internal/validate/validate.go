// Package validate collects the rules that a request breaks. The generated Validate methods check the rules of
// the models, the hand-written check files of each service those that are stated only in prose.
//
// A valid request costs no allocation: names and indices are kept on a small stack, and become strings only
// in a problem. The small methods are not inlined: generated code calls them in thousands of places.
package validate

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Problems collects the broken rules of one request. The zero value is ready.
type Problems struct {
	found    []cloud.Problem
	reported map[string]bool // the values that have a problem; nil without any
	path     [8]step         // an array, so that the usual depths cost no allocation
	deep     []step          // what does not fit into path
	depth    int
	maps     []string // beside found: the path of the map that a problem lies in, "" if in none
}

// step is one part of a field's path: a member, an item of a list, or a value of a map.
type step struct {
	name  string
	key   string
	index int // -1 unless an item
	keyed bool
}

// Enter starts the members of the struct called name. It returns p, for the method that checks the struct
// and then leaves it.
//
//go:noinline
func (p *Problems) Enter(name string) *Problems { return p.push(step{name: name, index: -1}) }

// Index starts the members of item i of the list called name.
//
//go:noinline
func (p *Problems) Index(name string, i int) *Problems { return p.push(step{name: name, index: i}) }

// Key starts the members of the value under key of the map called name.
//
//go:noinline
func (p *Problems) Key(name, key string) *Problems {
	return p.push(step{name: name, index: -1, key: key, keyed: true})
}

// Leave ends what Enter, Index or Key started.
//
//go:noinline
func (p *Problems) Leave() {
	p.depth--
	if p.depth >= len(p.path) {
		p.deep = p.deep[:len(p.deep)-1]
	}
}

func (p *Problems) push(s step) *Problems {
	if p.depth < len(p.path) {
		p.path[p.depth] = s
	} else {
		p.deep = append(p.deep, s)
	}
	p.depth++
	return p
}

// Add reports a broken rule of a service's own. given is the value, nil if there was none.
func (p *Problems) Add(field, rule string, given any) {
	switch g := given.(type) {
	case nil:
		p.report(field, cloud.CheckRule, rule, "")
	case string:
		p.report(field, cloud.CheckRule, rule, quote(g))
	default:
		p.report(field, cloud.CheckRule, rule, fmt.Sprint(g))
	}
}

// AddKey reports that the key of the map entry that Key has started breaks a rule of a service's own.
func (p *Problems) AddKey(key, rule string) {
	p.add("key ", "", cloud.Problem{Check: cloud.CheckRule, Rule: rule, Given: quote(key)})
}

// Err returns nil, or all problems as one *cloud.ValidationError.
//
//go:noinline
func (p *Problems) Err(service, operation string) error {
	if len(p.found) == 0 {
		return nil
	}
	p.orderMaps()
	return &cloud.ValidationError{Service: service, Operation: operation, Problems: p.found}
}

func (p *Problems) report(name string, check cloud.Check, rule, given string) {
	p.add("", name, cloud.Problem{Check: check, Rule: rule, Given: given})
}

// add adds a problem, unless the value has one already: a name that is too short is not also reported as not
// matching a pattern. part distinguishes the key of a map entry from the value under it.
func (p *Problems) add(part, name string, problem cloud.Problem) {
	field, inMap := p.field(name)
	value := part + field
	if p.reported[value] {
		return
	}
	if p.reported == nil {
		p.reported = map[string]bool{}
	}
	p.reported[value] = true
	problem.Field = field
	p.found = append(p.found, problem)
	p.maps = append(p.maps, inMap)
}

// orderMaps sorts the problems within each map, which come in the random order of its range.
func (p *Problems) orderMaps() {
	for i := 0; i < len(p.found); {
		end := i + 1
		for end < len(p.found) && p.maps[i] != "" && p.maps[end] == p.maps[i] {
			end++
		}
		found := p.found[i:end]
		sort.SliceStable(found, func(i, j int) bool { return found[i].Field < found[j].Field })
		i = end
	}
}

// field writes the path of name: "changeRequests[2].dbPath", "tags[team]". An empty name is the
// value that the path already names. It also returns the path of the outermost map on the way.
func (p *Problems) field(name string) (path, inMap string) {
	var b strings.Builder
	for i := range p.depth {
		s := p.step(i)
		if b.Len() > 0 && s.name != "" {
			b.WriteByte('.')
		}
		b.WriteString(s.name)
		switch {
		case s.keyed:
			if inMap == "" {
				inMap = b.String()
			}
			b.WriteString("[" + shorten(s.key) + "]")
		case s.index >= 0:
			fmt.Fprintf(&b, "[%d]", s.index)
		}
	}
	if b.Len() > 0 && name != "" {
		b.WriteByte('.')
	}
	b.WriteString(name)
	return b.String(), inMap
}

func (p *Problems) step(i int) step {
	if i < len(p.path) {
		return p.path[i]
	}
	return p.deep[i-len(p.path)]
}

// shown is how much of a value an error repeats.
const shown = 60

func quote(s string) string { return strconv.Quote(shorten(s)) }

func shorten(s string) string {
	if len(s) <= shown {
		return s
	}
	cut := shown
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
