package rollout

import (
	"context"
	"fmt"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/journal"
)

// Result returns how the change of a step has ended, with the last response of the service, for steps that need what
// others have made. It reads the Journal, which may be that of another process, and is an error before the change has
// ended.
func (r Rollout) Result(ctx context.Context, step string) (journal.End, error) {
	if r.Journal == nil {
		return journal.End{}, invalid("Journal", cloud.CheckRequired, "required for results", "")
	}
	record := newRecord(r, func(error) {})
	e, err := record.Load(ctx, record.key(keyChange, step))
	switch {
	case err != nil:
		return journal.End{}, err
	case e.End == nil:
		return journal.End{}, fmt.Errorf("rollout: the change of step %q has not ended", step)
	}
	return *e.End, e.End.Err()
}
