// Package wait begins changes and makes the waiters of the service packages. A service declares, for each change,
// a state that names the resource and holds a snapshot of it from before the change, and a wait that recognizes
// the end; the state is what a resume token carries.
package wait

import (
	"cmp"
	"context"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/transport"
)

// What waits of all services have in common, where [cloud.WaitSpec] has no default for it.
const (
	// QuickInterval is the minimum interval between two polls of a change that usually takes seconds.
	QuickInterval = 3 * time.Second
	// AppearsWithin is how long a new resource may not be visible.
	AppearsWithin = time.Minute
	// ConfirmWithin is for ends that cannot be distinguished from the state before the change.
	ConfirmWithin = cloud.DefaultConfirm
)

// Until returns a waiter for a state, no matter what causes it. The name is that of the method.
func Until[T any](api *transport.Client, name string, w cloud.WaitSpec[T]) *cloud.Waiter[T] {
	w.Operation = name
	return waiterOf(api, &w, nil)
}

// waiterOf returns a waiter with the client's settings for all its waits, and with the retry policy of polls. confirm,
// which may be nil, is called before each read.
func waiterOf[T any](api *transport.Client, w *cloud.WaitSpec[T], confirm func(context.Context) error) *cloud.Waiter[T] {
	within, every, confirmAfter := api.Pace()
	w.Within, w.MinInterval = cmp.Or(within, w.Within), cmp.Or(every, w.MinInterval)
	w.ConfirmAfter = confirmAfter
	w.Renewable = api.Renewable()
	w.Observer, w.Region = api.Observer(), api.Region()
	if read := w.Read; read != nil {
		w.Read = func(ctx context.Context) (*T, error) {
			ctx = transport.Polling(ctx)
			if err := confirmed(ctx, confirm); err != nil {
				return nil, err
			}
			return read(ctx)
		}
	}
	if diagnose := w.Diagnose; diagnose != nil && confirm != nil {
		w.Diagnose = func(ctx context.Context, last *T) (*cloud.Diagnosis, error) {
			if err := confirm(ctx); err != nil {
				return nil, err
			}
			return diagnose(ctx, last)
		}
	}
	return cloud.NewWaiter(*w)
}

// confirmed calls confirm, unless that is nil.
func confirmed(ctx context.Context, confirm func(context.Context) error) error {
	if confirm == nil {
		return nil
	}
	return confirm(ctx)
}
