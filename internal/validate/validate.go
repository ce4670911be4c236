// Package validate collects the rules that a request breaks. The generated Validate methods call it
// for what the models state, the hand-written check.go of each service for what only prose states.
//
// Nothing is allocated while nothing is wrong: names and indices are kept on a small stack, and
// become text only in a problem. The small methods are not inlined: generated code calls them in
// thousands of places, where they would take more room than the rules.
package validate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Open ends of Int.
const (
	NoMin = math.MinInt64
	NoMax = math.MaxInt64
)

// Problems collects the broken rules of one request. The zero value is ready.
type Problems struct {
	found []cloud.Problem
	told  map[string]bool // the values that have a problem, made for the first one
	path  [8]step         // an array, so that the usual depths cost no allocation
	deep  []step          // what does not fit into path
	depth int
	maps  []string // beside found: the path of the map that a problem lies in, "" if in none
}

// step is one part of a field's path: a member, an item of a list, or a value of a map.
type step struct {
	name  string
	key   string
	index int // -1 unless an item
	keyed bool
}

// Enter starts the members of the struct called name.
//
//go:noinline
func (p *Problems) Enter(name string) { p.push(step{name: name, index: -1}) }

// Index starts the members of item i of the list called name.
//
//go:noinline
func (p *Problems) Index(name string, i int) { p.push(step{name: name, index: i}) }

// Key starts the members of the value under key of the map called name.
//
//go:noinline
func (p *Problems) Key(name, key string) { p.push(step{name: name, index: -1, key: key, keyed: true}) }

// Leave ends what Enter, Index or Key started.
//
//go:noinline
func (p *Problems) Leave() {
	p.depth--
	if p.depth >= len(p.path) {
		p.deep = p.deep[:len(p.deep)-1]
	}
}

func (p *Problems) push(s step) {
	if p.depth < len(p.path) {
		p.path[p.depth] = s
	} else {
		p.deep = append(p.deep, s)
	}
	p.depth++
}

// Missing reports a required value that is not there.
//
//go:noinline
func (p *Problems) Missing(name string) { p.report(name, cloud.CheckRequired, "required", "") }

// Text checks a text that is there.
func (p *Problems) Text(name, value string, rule *Text) {
	if check, broken := rule.broken(value); broken != "" {
		p.report(name, check, broken, rule.given(value))
	}
}

// KeyText checks the key of the map entry that Key has started.
//
//go:noinline
func (p *Problems) KeyText(key string, rule *Text) {
	if check, broken := rule.broken(key); broken != "" {
		p.add("key ", "", cloud.Problem{Check: check, Rule: broken, Given: rule.given(key)})
	}
}

// AddKey reports that the key of the map entry that Key has started breaks a rule of a service's own.
func (p *Problems) AddKey(key, rule string) {
	p.add("key ", "", cloud.Problem{Check: cloud.CheckRule, Rule: rule, Given: quote(key)})
}

// Int checks a whole number.
func (p *Problems) Int(name string, value, min, max int64) {
	if value >= min && value <= max {
		return
	}
	low, high := "", ""
	if min != NoMin {
		low = strconv.FormatInt(min, 10)
	}
	if max != NoMax {
		high = strconv.FormatInt(max, 10)
	}
	p.report(name, cloud.CheckRange, "must be "+between(low, high), strconv.FormatInt(value, 10))
}

// Float checks a number.
func (p *Problems) Float(name string, value, min, max float64) {
	if value >= min && value <= max {
		return
	}
	low, high := "", ""
	if !math.IsInf(min, -1) {
		low = strconv.FormatFloat(min, 'g', -1, 64)
	}
	if !math.IsInf(max, 1) {
		high = strconv.FormatFloat(max, 'g', -1, 64)
	}
	p.report(name, cloud.CheckRange, "must be "+between(low, high), strconv.FormatFloat(value, 'g', -1, 64))
}

// Count checks the size of a list or map. A negative max is open.
//
//go:noinline
func (p *Problems) Count(name string, n, min, max int) {
	if n >= min && (max < 0 || n <= max) {
		return
	}
	p.report(name, cloud.CheckItems, "must have "+size(min, max, "item"), strconv.Itoa(n))
}

// OneOf checks the value of a closed set.
func OneOf[E ~string](p *Problems, name string, value E, known []E) {
	for _, k := range known {
		if value == k {
			return
		}
	}
	texts := make([]string, len(known))
	for i, k := range known {
		texts[i] = string(k)
	}
	p.report(name, cloud.CheckEnum, "must be one of "+strings.Join(texts, ", "), quote(string(value)))
}

// Union checks that exactly one member is set.
func (p *Problems) Union(name string, set int) {
	if set != 1 {
		p.report(name, cloud.CheckUnion, "must have exactly one member set", fmt.Sprintf("%d", set))
	}
}

// Add reports a rule of a service's own. A nil given says that nothing was.
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

// add adds a problem, unless the value has one already: a name that is too short is not also told that it
// does not match a pattern. part sets apart the key of a map entry from the value under it.
func (p *Problems) add(part, name string, problem cloud.Problem) {
	field, inMap := p.field(name)
	value := part + field
	if p.told[value] {
		return
	}
	if p.told == nil {
		p.told = map[string]bool{}
	}
	p.told[value] = true
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
		slices.SortStableFunc(p.found[i:end], func(a, b cloud.Problem) int { return strings.Compare(a.Field, b.Field) })
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

func between(low, high string) string {
	switch {
	case low == high:
		return "exactly " + low
	case high == "":
		return "at least " + low
	case low == "":
		return "at most " + high
	}
	return low + " to " + high
}

// size says how many units are allowed. A negative max is open.
func size(min, max int, unit string) string {
	low, high, last := "", "", min
	if min > 0 {
		low = strconv.Itoa(min)
	}
	if max >= 0 {
		high, last = strconv.Itoa(max), max
	}
	if last != 1 {
		unit += "s"
	}
	return between(low, high) + " " + unit
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

// Values is a copy of an enum's values, so that no caller can change them for the others. It is not
// inlined, so that all enums of a kind share it.
//
//go:noinline
func Values[E any](all []E) []E { return slices.Clone(all) }
