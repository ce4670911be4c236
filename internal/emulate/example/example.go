// Package example responds to operations that read nothing that the emulator keeps, and change nothing: such as prices, and
// what the service sells.
package example

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Config is what the examples of one service share.
type Config struct {
	Service string
	World   *world.World
	API     front.API
	Time    func(time.Time) cloud.TimeString // as the service sends times as strings; RFC 3339 if nil
}

// Complete adds examples for the operations that have no handler. It returns what executes each.
func (c Config) Complete(handlers front.Handlers) map[string]front.Tier {
	tiers := map[string]front.Tier{}
	for name, op := range c.API {
		tiers[name] = front.Stateful
		if handlers[name] == nil {
			tiers[name], handlers[name] = front.Example, c.handler(name, op)
		}
	}
	return tiers
}

// handler responds with what the response must have, and with what the request says of it.
func (c Config) handler(name string, op front.Operation) front.Handler {
	return func(r *front.Received) (any, error) {
		in, err := r.Decode(op)
		if err != nil {
			return nil, err
		}
		out := reflect.New(op.Response)
		echo(op, in, out.Elem())
		c.finish(r, name, op, out.Elem())
		return out.Interface(), nil
	}
}

// echo copies the members of a request that its response has under the same name and in the same type.
func echo(op front.Operation, in, out reflect.Value) {
	for f, field := range out.Fields() {
		name, _ := wireName(f)
		if op.Pages != nil && (f.Name == op.Pages.Next || f.Name == op.Pages.Items) {
			continue
		}
		for g, given := range in.Fields() {
			if from, _ := wireName(g); from == name && given.Type() == field.Type() && field.IsZero() {
				field.Set(given)
			}
		}
	}
}

// finish adds what a response lacks: the ID of the request, the members that the types require, and those that every
// success has.
func (c Config) finish(r *front.Received, name string, op front.Operation, out reflect.Value) {
	for f, field := range out.Fields() {
		if wire, _ := wireName(f); strings.EqualFold(wire, "requestId") && field.Kind() == reflect.String {
			field.SetString(r.RequestID)
		}
	}
	x := example{Config: c, id: exampleID(name, r.Body, r.Path)}
	x.complete(out, 0)
	for _, path := range op.Certain {
		x.ensure(out, path)
	}
}

// exampleID returns an ID that depends on the request alone.
func exampleID(name string, body []byte, path string) string {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s %s %s", name, path, body)
	return fmt.Sprintf("%016x", h.Sum64())
}

// An example makes values of members that nothing is known of.
type example struct {
	Config
	id string
}

// maxExample is how far down examples go.
const maxExample = 6

// complete sets the required members of a struct that are zero.
func (x example) complete(v reflect.Value, depth int) {
	if depth > maxExample {
		return
	}
	for f, field := range v.Fields() {
		name, place := wireName(f)
		switch {
		case place != "json":
		case field.IsZero() && required(f):
			x.fill(field, name, depth)
		case field.Kind() == reflect.Pointer && !field.IsNil() && structOf(f.Type) != nil:
			x.complete(field.Elem(), depth+1)
		case structOf(f.Type) != nil && field.Kind() == reflect.Struct && !field.IsZero():
			x.complete(field, depth+1)
		case itemOf(f.Type) != nil && field.Kind() == reflect.Slice:
			for i := range field.Len() {
				x.complete(indirect(field.Index(i)), depth+1)
			}
		}
	}
}

// ensure sets the member at a path of names on the wire, if it is absent.
func (x example) ensure(v reflect.Value, path string) {
	name, rest, _ := strings.Cut(path, ".")
	f, ok := front.MemberOf(v.Type(), name)
	if !ok {
		return
	}
	field := v.FieldByIndex(f.Index)
	if field.IsZero() {
		x.fill(field, name, 0)
	}
	if inner := reflect.Indirect(field); rest != "" && inner.Kind() == reflect.Struct {
		x.ensure(inner, rest)
	}
}

// fill sets a member to an example: the first known value, the present, or something that looks like its name.
func (x example) fill(v reflect.Value, name string, depth int) {
	switch {
	case v.Kind() == reflect.Pointer:
		x.fill(indirect(v), name, depth)
	case v.Type() == timeType:
		v.Set(reflect.ValueOf(x.World.Now()))
	case v.Type() == reflect.TypeFor[cloud.TimeString]():
		v.SetString(string(x.timeString()))
	case v.Type() == reflect.TypeFor[cloud.Timestamp]():
		v.SetInt(x.World.Now().UnixMilli())
	case firstValue(v):
	case v.Kind() == reflect.Struct:
		x.complete(v, depth+1)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case v.Kind() == reflect.Interface:
		v.Set(reflect.ValueOf(map[string]any{}))
	case v.Kind() == reflect.String:
		v.SetString(x.text(name))
	}
}

func (x example) timeString() cloud.TimeString {
	if x.Time == nil {
		return cloud.TimeString(x.World.Now().Format(time.RFC3339))
	}
	return x.Time(x.World.Now())
}

func (x example) text(name string) string {
	lower := strings.ToLower(name)
	switch {
	case strings.HasSuffix(lower, "arn"):
		return "arn:aws:" + x.Service + ":" + x.World.Region + ":" + world.Account + ":example/" + x.id
	case strings.HasSuffix(lower, "id"):
		return x.id
	case strings.HasSuffix(lower, "url"):
		return "https://emulator.invalid/" + x.id
	}
	return "example"
}

// firstValue sets an enum to its first known value. It reports whether the value is an enum.
func firstValue(v reflect.Value) bool {
	method := v.MethodByName("Values")
	if !method.IsValid() || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 {
		return false
	}
	values := method.Call(nil)[0]
	if values.Kind() != reflect.Slice || values.Len() == 0 || values.Type().Elem() != v.Type() {
		return false
	}
	v.Set(values.Index(0))
	return true
}
