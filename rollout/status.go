package rollout

import (
	"context"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// Status returns what the Journal has of the rollout, also while another process runs it. It calls no service and changes
// nothing. The outcome is NotStarted if Run has not been called, and Unfinished if it has and the rollout has not ended,
// whether it runs or was interrupted.
func (r Rollout) Status(ctx context.Context) (*Report, error) {
	if r.Journal == nil {
		return nil, invalid("Journal", cloud.CheckRequired, "required for a status", "")
	}
	run, err := newRun(r, func(Event) {})
	if err != nil {
		return nil, err
	}
	ctx, cancel := run.bind(ctx)
	defer cancel()
	if err := run.load(ctx); err != nil {
		return nil, err
	}
	report := run.report(ctx, nil)
	switch recorded := run.record.kept(run.record.key(keyRollout, "")); {
	case len(recorded.Steps) == 0:
		report.Outcome = NotStarted
	case recorded.End == nil:
		report.Outcome = Unfinished
	}
	return report, nil
}
