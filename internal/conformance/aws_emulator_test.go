package conformance_test

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/middleware"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// awsCalls watches the calls of an official client of AWS: which operations succeed, and whether the responses are as
// the model says.
type awsCalls struct {
	t      *testing.T
	model  model
	called map[string]bool
}

func newAWSCalls(t *testing.T, service string) *awsCalls {
	return &awsCalls{t, loadModel(t, service), map[string]bool{}}
}

// watch is an API option of the client.
func (c *awsCalls) watch(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Watch", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(ctx, in)
		if err == nil {
			c.called[stack.ID()] = true
			c.check(stack.ID(), c.model.output(stack.ID()), reflect.ValueOf(out.Result))
		}
		return out, metadata, err
	}), middleware.Before)
}

// requireAll checks that every operation of the client has been called, and that the client and the model have the same.
func (c *awsCalls) requireAll(client any) {
	var operations []string
	for m := range reflect.TypeOf(client).Methods() {
		if m.Name != "Options" {
			operations = append(operations, m.Name)
		}
	}
	assert.ElementsMatch(c.t, c.model.operations(), operations)
	assert.ElementsMatch(c.t, operations, slices.Collect(maps.Keys(c.called)))
	c.t.Logf("operations: %d", len(c.called))
}

// check checks a part of a response: it has the members that are required, enums have values that the official package
// knows, and times are near the present.
func (c *awsCalls) check(path string, s *shape, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		c.checkElement(path, s, v)
	case reflect.Struct:
		c.checkStruct(path, s, v)
	case reflect.Slice:
		for i := range v.Len() {
			c.check(path, c.model.target(s.Member), v.Index(i))
		}
	case reflect.Map:
		for _, value := range v.Seq2() {
			c.check(path, c.model.target(s.Value), value)
		}
	case reflect.String:
		values := v.MethodByName("Values")
		if values.IsValid() && v.String() != "" {
			assert.Contains(c.t, values.Call(nil)[0].Interface(), v.Interface(), path)
		}
	}
}

func (c *awsCalls) checkElement(path string, s *shape, v reflect.Value) {
	if v.IsNil() {
		return
	}
	if v.Kind() == reflect.Pointer {
		c.check(path, s, v.Elem())
		return
	}
	name, known := unionName(v.Elem())
	if assert.True(c.t, known, "%s: %s", path, v.Elem().Type()) {
		c.check(path+"."+name, c.model.target(s.Members[name]), v.Elem().Elem().FieldByName("Value"))
	}
}

func (c *awsCalls) checkStruct(path string, s *shape, v reflect.Value) {
	if at, ok := reflect.TypeAssert[time.Time](v); ok {
		assert.WithinDuration(c.t, time.Now(), at, 48*time.Hour, path)
		return
	}
	for f, field := range v.Fields() {
		if !f.IsExported() || f.Name == "ResultMetadata" {
			continue
		}
		name := path + "." + wireName(f)
		m := s.Members[wireName(f)]
		if !assert.NotNil(c.t, m, name) {
			continue
		}
		if m.Traits.has("required") && canBeMissing(field) {
			assert.False(c.t, field.IsZero(), "%s is required", name)
		}
		c.check(name, c.model.target(m), field)
	}
}

// canBeMissing reports whether a field has a value that says that the response does not have the member.
func canBeMissing(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map, reflect.String:
		return true
	}
	return false
}

// officialCall is an operation of an official client.
type officialCall[In, Out, Options any] func(context.Context, *In, ...func(*Options)) (*Out, error)

// must makes a call that succeeds. The client gets a copy of the input, because it sets its token.
func must[In, Out, Options any](t *testing.T, call officialCall[In, Out, Options], in *In) *Out {
	t.Helper()
	out, err := call(t.Context(), new(*in))
	require.NoError(t, err, "%T", in)
	return out
}

// refusedAs makes a call that is refused with an error of a type of the official package.
func refusedAs[E error, In, Out, Options any](t *testing.T, call officialCall[In, Out, Options], in *In) E {
	t.Helper()
	_, err := call(t.Context(), new(*in))
	refusal, ok := errors.AsType[E](err)
	require.True(t, ok, "%T: %v", in, err)
	return refusal
}

// changed makes a call that creates, reads or updates a resource, which must have the members of kept.
func changed[In, Out, Options any](t *testing.T, call officialCall[In, Out, Options], in *In, kept any, except ...string) *Out {
	t.Helper()
	out := must(t, call, in)
	assertKept(t, kept, out, except...)
	return out
}

// created makes a call that creates or updates a resource and returns it as the request says.
func created[In, Out, Options any](t *testing.T, call officialCall[In, Out, Options], in *In, except ...string) *Out {
	t.Helper()
	return changed(t, call, in, in, except...)
}

// assertKept checks that a resource has what a request has in members of the same names, but for tags.
func assertKept(t *testing.T, request, out any, except ...string) {
	t.Helper()
	resource := resourceOf(reflect.ValueOf(out))
	have, _ := plain(resource).(map[string]any)
	compared := 0
	for name, want := range plain(reflect.ValueOf(request)).(map[string]any) {
		if _, ok := fieldOf(resource, name); !ok || slices.Contains(except, name) {
			continue
		}
		compared++
		assert.Equal(t, want, have[name], "%s of %T", name, out)
	}
	assert.Positive(t, compared, "%T", out)
}

// resourceOf returns the resource of a response: its only member, or all of it.
func resourceOf(out reflect.Value) reflect.Value {
	out = reflect.Indirect(out)
	var members []reflect.Value
	for f, field := range out.Fields() {
		if f.IsExported() && f.Name != "ResultMetadata" {
			members = append(members, field)
		}
	}
	if len(members) == 1 && members[0].Kind() == reflect.Pointer && members[0].Type().Elem().Kind() == reflect.Struct {
		return members[0].Elem()
	}
	return out
}

// listed lists one item at a time, if the operation lets the caller choose, and returns one member of each.
func listed[In, Out, Options any](t *testing.T, call officialCall[In, Out, Options], in *In, member string) (values []string) {
	t.Helper()
	request := reflect.ValueOf(in).Elem()
	limit := request.FieldByName("MaxResults")
	switch {
	case limit.IsValid() && limit.Kind() == reflect.Pointer:
		limit.Set(reflect.ValueOf(new(int32(1))))
	case limit.IsValid():
		limit.SetInt(1)
	}
	for {
		out := reflect.ValueOf(must(t, call, in)).Elem()
		items := itemsOf(out)
		if limit.IsValid() {
			require.LessOrEqual(t, items.Len(), 1, "%T", in)
		}
		for i := range items.Len() {
			values = append(values, reflect.Indirect(items.Index(i).FieldByName(member)).String())
		}
		next := out.FieldByName("NextToken")
		if next.IsNil() {
			return values
		}
		request.FieldByName("NextToken").Set(next)
	}
}

// itemsOf returns the only list of a response.
func itemsOf(out reflect.Value) (items reflect.Value) {
	for _, field := range out.Fields() {
		if field.Kind() == reflect.Slice {
			items = field
		}
	}
	return items
}

// sorted is for lists whose order is not documented.
func sorted(list ...string) []string {
	slices.SortFunc(list, strings.Compare)
	return list
}
