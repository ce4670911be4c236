package main

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/rollout"
)

// A fileCheck is a call whose response must have a value at a path.
type fileCheck struct {
	fileCall `yaml:",inline"`
	Path     string    `yaml:"path"`
	Equals   yaml.Node `yaml:"equals"`
}

// step makes a step of the file.
func (r *roller) step(f *rolloutFile, i int) (rollout.Step, error) {
	s, path := &f.Steps[i], fmt.Sprintf("steps[%d]", i)
	if s.Name == "" {
		return rollout.Step{}, f.invalid(path+".name", "required")
	}
	o, client, request, err := r.operation(f, path, s.fileCall)
	if err != nil {
		return rollout.Step{}, err
	}
	if o.prepare == "" {
		return rollout.Step{}, f.invalid(path+".operation", o.name+" is not a change that can be followed")
	}
	step := rollout.Step{Name: s.Name, Needs: s.Needs, Prepare: func(ctx context.Context) (cloud.AnyChange, error) {
		return o.change(ctx, client, request)
	}}
	if s.Verify != nil {
		step.Verify, err = r.verify(f, path+".verify", s)
	}
	return step, err
}

// operation finds an operation and reads its request.
func (r *roller) operation(f *rolloutFile, path string, c fileCall) (operation, cloud.Resumer, reflect.Value, error) {
	none := reflect.Value{}
	if _, err := serviceOf(c.Service); err != nil {
		return operation{}, nil, none, f.invalid(path+".service", err.Error())
	}
	o, err := operationOf(c.Service, c.Operation)
	if err != nil {
		return o, nil, none, f.invalid(path+".operation", err.Error())
	}
	text, err := jsonOf(c.Request)
	if err != nil {
		return o, nil, none, f.invalid(path+".request", err.Error())
	}
	request, err := o.read(text)
	if err == nil {
		err = o.validate(request)
	}
	if err != nil {
		return o, nil, none, f.located(path+".request", err)
	}
	client, err := r.open(o.service, "")
	return o, client, request, err
}

// verify makes the check of a step.
func (r *roller) verify(f *rolloutFile, path string, s *fileStep) (func(context.Context, any) error, error) {
	check := s.Verify
	if check.Service == "" {
		check.Service = s.Service
	}
	o, client, request, err := r.operation(f, path, check.fileCall)
	switch {
	case err != nil:
		return nil, err
	case o.stream:
		return nil, f.invalid(path+".operation", o.name+" has no single response")
	case check.Path == "":
		return nil, f.invalid(path+".path", "required")
	case check.Equals.Kind != yaml.ScalarNode:
		return nil, f.invalid(path+".equals", "required, and must be a single value")
	}
	return func(ctx context.Context, _ any) error {
		response, err := o.call(ctx, client, request)
		if err != nil {
			return err
		}
		found, err := valueAt(response, check.Path)
		if err == nil && found != check.Equals.Value {
			err = fmt.Errorf("%s: %s must be %q, and is %q", o.name, check.Path, check.Equals.Value, cloud.OneLine(found, 200))
		}
		return err
	}, nil
}

// valueAt returns the value at a path of a response, such as "items[0].status", as text.
func valueAt(response any, path string) (string, error) {
	text, err := json.Marshal(response)
	if err != nil {
		return "", err
	}
	for _, part := range pathPart.FindAllString(path, -1) {
		if i, err := strconv.Atoi(part); err == nil {
			var list []json.RawMessage
			if json.Unmarshal(text, &list) == nil {
				if i >= len(list) {
					return "", fmt.Errorf("%s: the response has no such item", path)
				}
				text = list[i]
				continue
			}
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(text, &members) != nil || members[part] == nil {
			return "", fmt.Errorf("%s: the response has no such member", path)
		}
		text = members[part]
	}
	var s string
	if json.Unmarshal(text, &s) == nil {
		return s, nil
	}
	return string(text), nil
}
