package main

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/cloud/request"
)

// An operation is one of an API, found by the methods of its client.
type operation struct {
	service *service
	name    string
	request reflect.Type
	stream  bool   // the method returns a sequence
	prepare string // the method that prepares it as a change; empty if it is none
	all     string // the method that ranges over all pages; empty if it is no list
}

// operations returns those of a service, by name.
var operations = func() func(s *service) []operation {
	var known sync.Map
	return func(s *service) []operation {
		list, ok := known.Load(s)
		if !ok {
			list, _ = known.LoadOrStore(s, operationsOf(s))
		}
		return list.([]operation)
	}
}()

func operationsOf(s *service) []operation {
	lists := map[reflect.Type]string{}
	var found []operation
	for m := range s.client.Methods() {
		if m.Type.NumIn() != 3 || m.Type.In(1) != reflect.TypeFor[context.Context]() {
			continue
		}
		r := m.Type.In(2)
		switch {
		case r.Name() == m.Name+"Request":
			o := operation{service: s, name: m.Name, request: r, stream: m.Type.NumOut() == 1}
			if _, ok := s.client.MethodByName("Prepare" + m.Name); ok {
				o.prepare = "Prepare" + m.Name
			}
			found = append(found, o)
		case strings.HasPrefix(m.Name, "All"):
			lists[r] = m.Name
		}
	}
	for i := range found {
		found[i].all = lists[found[i].request]
	}
	return found
}

// operationOf finds an operation. Case does not count, because the API and Go spell initialisms in different ways.
func operationOf(serviceName, name string) (operation, error) {
	s, err := serviceOf(serviceName)
	if err != nil {
		return operation{}, err
	}
	list := operations(s)
	i := slices.IndexFunc(list, func(o operation) bool { return strings.EqualFold(o.name, name) })
	if i < 0 {
		return operation{}, usage("operation: %s has no %.80q; polycloud call %s lists its operations", s.name, name, s.name)
	}
	return list[i], nil
}

// read makes a request of JSON. Calls validate it.
func (o operation) read(data []byte) (reflect.Value, error) {
	r := reflect.New(o.request)
	err := request.Unmarshal(data, r.Interface())
	if e, ok := err.(*cloud.ValidationError); ok { //nolint:errorlint // it is never wrapped
		e.Service, e.Operation = o.service.name, o.name
	}
	return r.Elem(), err
}

// validate validates a request before anything is called.
func (o operation) validate(r reflect.Value) error {
	return r.Interface().(interface{ Validate() error }).Validate()
}

// call calls the operation once.
func (o operation) call(ctx context.Context, client cloud.Resumer, r reflect.Value) (any, error) {
	return results(invoke(ctx, client, o.name, r))
}

// change prepares the operation as a change.
func (o operation) change(ctx context.Context, client cloud.Resumer, r reflect.Value) (cloud.AnyChange, error) {
	ch, err := results(invoke(ctx, client, o.prepare, r))
	if err != nil {
		return nil, err
	}
	return ch.(cloud.AnyChange), nil
}

// sequence yields what a method returns that ranges over pages or a stream.
func (o operation) sequence(ctx context.Context, client cloud.Resumer, method string, r reflect.Value) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for item, failed := range invoke(ctx, client, method, r)[0].Seq2() {
			err, _ := reflect.TypeAssert[error](failed)
			if !yield(item.Interface(), err) {
				return
			}
		}
	}
}

func invoke(ctx context.Context, client cloud.Resumer, method string, r reflect.Value) []reflect.Value {
	return reflect.ValueOf(client).MethodByName(method).Call([]reflect.Value{reflect.ValueOf(ctx), r})
}

func results(out []reflect.Value) (any, error) {
	if err, _ := reflect.TypeAssert[error](out[1]); err != nil {
		return nil, err
	}
	return out[0].Interface(), nil
}

// completeOperations completes a service and an operation; if only changes count, one that is a change.
func completeOperations(changes bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var found []cobra.Completion
		switch len(args) {
		case 0:
			for _, s := range services {
				found = append(found, cobra.CompletionWithDesc(s.name, s.title))
			}
		case 1:
			s, err := serviceOf(args[0])
			if err != nil {
				break
			}
			for _, o := range operations(s) {
				if hasPrefixFold(o.name, toComplete) && (!changes || o.prepare != "") {
					found = append(found, o.name)
				}
			}
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
