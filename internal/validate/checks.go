package validate

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Open ends of Int.
const (
	NoMin = math.MinInt64
	NoMax = math.MaxInt64
)

// Missing reports that a required value is missing.
//
//go:noinline
func (p *Problems) Missing(name string) { p.report(name, cloud.CheckRequired, "required", "") }

// Present checks that a required value is there.
//
//go:noinline
func (p *Problems) Present(name string, there bool) {
	if !there {
		p.Missing(name)
	}
}

// Required checks a string that must not be empty.
//
//go:noinline
func (p *Problems) Required(name, value string, rule *Text) {
	if value == "" {
		p.Missing(name)
		return
	}
	p.Text(name, value, rule)
}

// Optional checks a string unless it is empty.
//
//go:noinline
func (p *Problems) Optional(name, value string, rule *Text) {
	if value != "" {
		p.Text(name, value, rule)
	}
}

// OptionalPointer checks the string that value points to, which may be empty.
//
//go:noinline
func (p *Problems) OptionalPointer(name string, value *string, rule *Text) {
	if value != nil {
		p.Text(name, *value, rule)
	}
}

// Text checks a string, whether or not it is empty.
func (p *Problems) Text(name, value string, rule *Text) {
	if check, broken := rule.broken(value); broken != "" {
		p.report(name, check, broken, rule.given(value))
	}
}

// Texts checks all strings of a list.
//
//go:noinline
func (p *Problems) Texts(name string, values []string, rule *Text) {
	for i, value := range values {
		p.Index(name, i)
		p.Text("", value, rule)
		p.Leave()
	}
}

// TextMap checks the keys and the values of a map. A nil rule checks nothing.
//
//go:noinline
func (p *Problems) TextMap(name string, values map[string]string, keys, rule *Text) {
	for key, value := range values {
		p.Key(name, key)
		if keys != nil {
			p.KeyText(key, keys)
		}
		if rule != nil {
			p.Text("", value, rule)
		}
		p.Leave()
	}
}

// KeyText checks the key of the map entry that Key has started.
//
//go:noinline
func (p *Problems) KeyText(key string, rule *Text) *Problems {
	if check, broken := rule.broken(key); broken != "" {
		p.add("key ", "", cloud.Problem{Check: check, Rule: broken, Given: rule.given(key)})
	}
	return p
}

// Int checks an integer.
//
//go:noinline
func (p *Problems) Int(name string, value, min, max int64) {
	if value < min || value > max {
		p.outside(name, value, min, max)
	}
}

// OptionalInt checks an integer unless it is zero.
//
//go:noinline
func (p *Problems) OptionalInt(name string, value, min, max int64) {
	if value != 0 {
		p.Int(name, value, min, max)
	}
}

// OptionalIntPointer checks the integer that value points to, which may be zero.
func OptionalIntPointer[I int | int64](p *Problems, name string, value *I, min, max int64) {
	if value != nil {
		p.Int(name, int64(*value), min, max)
	}
}

func (p *Problems) outside(name string, value, min, max int64) {
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

// OptionalFloat checks a number unless it is zero.
func (p *Problems) OptionalFloat(name string, value, min, max float64) {
	if value != 0 {
		p.Float(name, value, min, max)
	}
}

// OptionalFloatPointer checks the number that value points to, which may be zero.
func (p *Problems) OptionalFloatPointer(name string, value *float64, min, max float64) {
	if value != nil {
		p.Float(name, *value, min, max)
	}
}

// Count checks the size of a list or map. A negative max means no limit.
//
//go:noinline
func (p *Problems) Count(name string, n, min, max int) {
	if n >= min && (max < 0 || n <= max) {
		return
	}
	p.report(name, cloud.CheckItems, "must have "+size(min, max, "item"), strconv.Itoa(n))
}

// OptionalCount checks the size of a list or map unless it is nil.
//
//go:noinline
func (p *Problems) OptionalCount(name string, there bool, n, min, max int) {
	if there {
		p.Count(name, n, min, max)
	}
}

// OneOf checks that the value is one of a closed set.
func OneOf[E ~string](p *Problems, name string, value E, known []E) {
	if slices.Contains(known, value) {
		return
	}
	values := make([]string, len(known))
	for i, k := range known {
		values[i] = string(k)
	}
	p.report(name, cloud.CheckEnum, "must be one of "+strings.Join(values, ", "), quote(string(value)))
}

// RequiredOneOf checks the value of a closed set that must not be empty.
func RequiredOneOf[E ~string](p *Problems, name string, value E, known []E) {
	if value == "" {
		p.Missing(name)
		return
	}
	OneOf(p, name, value, known)
}

// OptionalOneOf checks the value of a closed set unless it is empty.
func OptionalOneOf[E ~string](p *Problems, name string, value E, known []E) {
	if value != "" {
		OneOf(p, name, value, known)
	}
}

// EachOneOf checks all values of a list.
func EachOneOf[E ~string](p *Problems, name string, values, known []E) {
	for i, value := range values {
		p.Index(name, i)
		OneOf(p, "", value, known)
		p.Leave()
	}
}

// Union checks that exactly one member is set.
func (p *Problems) Union(name string, members ...bool) {
	set := 0
	for _, m := range members {
		if m {
			set++
		}
	}
	if set != 1 {
		p.report(name, cloud.CheckUnion, "must have exactly one member set", strconv.Itoa(set))
	}
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

// size describes how many units are allowed. A negative max means no limit.
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
