package resource

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// complete adds the members that the service sets when it creates a resource.
func (e *Engine) complete(k *kind, d Document) Document {
	for name, value := range k.Set {
		if _, ok := d[name]; !ok {
			d[name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(k.Make)) {
		e.makeMember(k, name, d)
	}
	for _, when := range []string{"created", "updated"} {
		e.stamp(k, d, when)
	}
	return d
}

// makeMember sets a member that the request did not give.
func (e *Engine) makeMember(k *kind, name string, d Document) {
	template := k.Make[name]
	switch {
	case text(d[name]) != "":
	case template == "{number}":
		d[name] = e.number(k, name, d)
	default:
		d[name] = e.expand(k, template, d)
	}
}

// expand replaces what is in braces in a template.
func (e *Engine) expand(k *kind, template string, d Document) string {
	var b strings.Builder
	for rest := template; rest != ""; {
		before, after, _ := strings.Cut(rest, "{")
		b.WriteString(before)
		name, behind, found := strings.Cut(after, "}")
		if found {
			b.WriteString(e.part(k, name, d))
		}
		rest = behind
	}
	return b.String()
}

func (e *Engine) part(k *kind, name string, d Document) string {
	if digits, ok := strings.CutPrefix(name, "hex:"); ok {
		n, _ := strconv.Atoi(digits)
		return e.World.NewID(n)
	}
	switch name {
	case "uuid":
		return e.World.NewUUID()
	case "number":
		return strconv.Itoa(len(k.table.Keys) + 1)
	case "region":
		return e.World.Region
	case "account":
		return world.Account
	}
	if k.Make[name] != "" {
		e.makeMember(k, name, d) // it may come later
	}
	return text(d[name])
}

// number returns the next number: they count from 1.
func (e *Engine) number(k *kind, name string, d Document) int64 {
	n := int64(len(k.table.Keys)) + 1
	for k.table.Rows[k.key(d.merge(map[string]any{name: n}))] != nil { // it was seeded
		n++
	}
	return n
}

// A clock writes a time into a member.
type clock struct {
	member string
	write  func(time.Time) any
}

// clocks returns how the times of a kind are written.
func (e *Engine) clocks(k *kind) map[string]clock {
	all := map[string]clock{}
	for when, declared := range k.Times {
		member, form, _ := strings.Cut(declared, ":")
		all[when] = clock{member, e.timeIn(e.typeOf(k, member), form)}
	}
	return all
}

func (e *Engine) timeIn(t reflect.Type, form string) func(time.Time) any {
	kind := reflect.Int64
	if t != nil {
		kind = t.Kind()
	}
	switch {
	case t == timeType:
		return seconds
	case kind == reflect.String && form == "":
		return func(t time.Time) any { return e.Time(t) }
	case kind == reflect.String && form == "s":
		return func(t time.Time) any { return strconv.FormatInt(t.Unix(), 10) }
	case kind == reflect.String:
		return func(t time.Time) any { return strconv.FormatInt(t.UnixMilli(), 10) }
	case form == "s":
		return func(t time.Time) any { return t.Unix() }
	}
	return func(t time.Time) any { return t.UnixMilli() }
}

// typeOf returns the type of a member where it is shown, nil if it is not.
func (e *Engine) typeOf(k *kind, member string) reflect.Type {
	for _, op := range e.ofKind(k) {
		for _, item := range k.itemTypes(op) {
			for f := range item.Fields() {
				name, place := wireName(f)
				if place == "json" && k.rename(op.name, name) == member {
					if f.Type.Kind() == reflect.Pointer {
						return f.Type.Elem()
					}
					return f.Type
				}
			}
		}
	}
	return nil
}

// stamp sets the member for the time of something that happens now.
func (e *Engine) stamp(k *kind, d Document, when string) {
	if c, ok := k.times[when]; ok {
		d[c.member] = c.write(e.World.Now())
	}
}
