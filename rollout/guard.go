package rollout

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// PanicError is a panic of a function of a step, or of Approve. The step fails, as by any other error of the function; a
// process that crashes in the middle of a rollout would leave everybody else's steps where they are.
type PanicError struct {
	Func  string // such as "Verify"
	Value any    // of the panic
	Stack []byte // of the goroutine, as of debug.Stack
}

// Error returns the function and the value.
func (e *PanicError) Error() string { return fmt.Sprintf("%s panicked: %v", e.Func, e.Value) }

// guard turns a panic of a function into its error.
func guard(name string, err *error) {
	if v := recover(); v != nil {
		*err = &PanicError{Func: name, Value: v, Stack: debug.Stack()}
	}
}

// guarded returns the step with functions that do not panic.
func guarded(s Step) Step {
	ready, prepare, verify, undo := s.Ready, s.Prepare, s.Verify, s.Undo
	s.Prepare = func(ctx context.Context) (_ cloud.AnyChange, err error) {
		defer guard("Prepare", &err)
		return prepare(ctx)
	}
	if ready != nil {
		s.Ready = func(ctx context.Context) (err error) {
			defer guard("Ready", &err)
			return ready(ctx)
		}
	}
	if verify != nil {
		s.Verify = func(ctx context.Context, live any) (err error) {
			defer guard("Verify", &err)
			return verify(ctx, live)
		}
	}
	if undo != nil {
		s.Undo = func(ctx context.Context, made cloud.AnyChange) (_ cloud.AnyChange, err error) {
			defer guard("Undo", &err)
			return undo(ctx, made)
		}
	}
	return s
}

// approve calls Approve.
func (r *run) approve(ctx context.Context, w Wave) (err error) {
	defer guard("Approve", &err)
	return r.Approve(ctx, w)
}
