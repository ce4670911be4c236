package cloud

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"time"
)

// Options are settings for the calls that are made under a context; see [WithOptions]. Each wins over the setting of
// the client's [Config], which wins over the default. A field that is zero changes nothing.
type Options struct {
	// Header is added to every attempt. Its headers are not signed. Refused are those that the client, the protocol or
	// the connection sets, such as Authorization, Host, Content-Type and what begins with "X-Amz-", and values with
	// control characters.
	Header http.Header

	// MaxAttempts is Retry.MaxAttempts; 1 means no ordinary retries.
	MaxAttempts int

	// Timeout is Config.Timeout: it limits each attempt, and a negative one means no limit. To limit the whole call,
	// use a context with a deadline.
	Timeout time.Duration

	// Priority is the call's place among those that wait because of Config.RequestRate or Config.Limiter: a page for a
	// user can pass the queue of background work.
	Priority Priority

	// Logger is Config.Logger.
	Logger *slog.Logger
}

type optionsKey struct{}

// WithOptions returns a context for calls with other settings. It holds for every call that is made with the context:
// by a method of an operation, by the pages of a list, and by changes and waits, for their polls too. What ctx has
// already stays where o has nothing; headers are joined by name. A call whose options break a rule is refused before
// anything is sent.
func WithOptions(ctx context.Context, o Options) context.Context {
	ctx = orBackground(ctx)
	merged := OptionsFrom(ctx)
	if len(o.Header) > 0 {
		header := http.Header{}
		maps.Copy(header, merged.Header)
		for name, values := range o.Header {
			header[http.CanonicalHeaderKey(name)] = append([]string(nil), values...)
		}
		merged.Header = header
	}
	if o.MaxAttempts != 0 {
		merged.MaxAttempts = o.MaxAttempts
	}
	if o.Timeout != 0 {
		merged.Timeout = o.Timeout
	}
	if o.Priority != 0 {
		merged.Priority = o.Priority
	}
	if o.Logger != nil {
		merged.Logger = o.Logger
	}
	return context.WithValue(ctx, optionsKey{}, &merged)
}

// OptionsFrom returns the options that WithOptions has set.
func OptionsFrom(ctx context.Context) Options {
	if ctx == nil {
		return Options{}
	}
	if o, ok := ctx.Value(optionsKey{}).(*Options); ok {
		return *o
	}
	return Options{}
}
