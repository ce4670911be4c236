package rules_test

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// change is one change to a valid request, and its expected result.
type change struct {
	place
	rule  rule // that it breaks, none if the request stays good
	value any  // what the builder sets
	at    string
	given string // how the problem shows the value; "" if it cannot
}

// good returns the other values that are valid at a place, and its bounds.
func (b *builder) good(at place) []change {
	var out []change
	add := func(v any) { out = append(out, change{place: at, value: v}) }
	l := b.model.limits(at.x)
	switch b.model.kind(at.x) {
	case "string":
		accept, _ := b.samples.of(at.key, at.x)
		for _, v := range accept {
			add(string(v))
		}
	case "enum":
		for _, v := range b.model.values(at.x) {
			add(v)
		}
	case "number":
		if l.hasMin {
			add(l.min)
		}
		if l.hasMax {
			add(l.max)
		}
	case "list", "map":
		if l.hasMin {
			add(count(l.min))
		}
		if l.hasMax {
			add(count(l.max))
		}
	}
	return out
}

// bad returns the values that break one rule each.
func (b *builder) bad(at place) []change {
	var out []change
	add := func(r rule, value any, given string) {
		out = append(out, change{place: at, rule: r, value: value, at: at.path, given: given})
	}
	l := b.model.limits(at.x)
	for _, r := range b.model.rulesOf(at.x, at.item) {
		switch r {
		case required:
			add(r, nil, "")
		case empty:
			add(r, "", `""`)
		case unknown:
			add(r, "NO_SUCH_VALUE", `"NO_SUCH_VALUE"`)
		case below:
			v := under(at, l.min)
			add(r, v, number(at, v))
		case above:
			v := l.max + step(at)
			add(r, v, number(at, v))
		case few:
			add(r, count(l.min-1), fmt.Sprint(l.min-1))
		case many:
			add(r, count(l.max+1), fmt.Sprint(l.max+1))
		case noMember:
			add(r, noMembers{}, "0")
		}
	}
	if b.model.kind(at.x) == "string" {
		out = append(out, b.badTexts(at, l)...)
	}
	for i := range out {
		if at.sensitive {
			out[i].given = "[redacted]"
		}
	}
	return out
}

// badTexts are the invalid samples. The length of one shows which rule it breaks.
func (b *builder) badTexts(at place, l limits) []change {
	var out []change
	_, refuse := b.samples.of(at.key, at.x)
	for _, v := range refuse {
		c := change{place: at, rule: form, value: string(v), at: at.path, given: strconv.Quote(shorten(string(v)))}
		switch n := v.length(); {
		case n < l.min:
			c.rule = short
		case l.hasMax && n > l.max:
			c.rule = long
		}
		out = append(out, c)
	}
	return out
}

func step(at place) float64 {
	if isFloat(at) {
		return 0.01
	}
	return 1
}

func isFloat(at place) bool {
	t := at.field
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Float64
}

// under returns a number below the minimum, but not zero where that means that no value is given.
func under(at place, least float64) float64 {
	v := least - step(at)
	if v == 0 && !isRequired(at.x) && at.field.Kind() != reflect.Pointer {
		return -1
	}
	return math.Round(v*100) / 100
}

func number(at place, v float64) string {
	if isFloat(at) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatInt(int64(v), 10)
}
