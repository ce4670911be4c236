package cloud

import "context"

type onCallKey struct{}

// WithOnCall returns a context under which each call is also reported to f, like to Config.OnCall and after it. It is
// for code that observes calls without configuring the client. An f that ctx has already is called before this one.
// Changes and waits make their calls with the context that they get; a poll that several of them share may be made with
// the context of any.
func WithOnCall(ctx context.Context, f func(ctx context.Context, call Call)) context.Context {
	if outer := OnCallFrom(ctx); outer != nil && f != nil {
		inner := f
		f = func(ctx context.Context, call Call) {
			outer(ctx, call)
			inner(ctx, call)
		}
	}
	if f == nil {
		return ctx
	}
	return context.WithValue(orBackground(ctx), onCallKey{}, f)
}

// OnCallFrom returns the function that WithOnCall has set, or nil.
func OnCallFrom(ctx context.Context) func(ctx context.Context, call Call) {
	if ctx == nil {
		return nil
	}
	f, _ := ctx.Value(onCallKey{}).(func(context.Context, Call))
	return f
}
