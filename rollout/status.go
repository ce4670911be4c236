package rollout

import "context"

// Status returns what the journal has of the rollout, also while another process runs it, and changes nothing. Nothing is
// sent.
func (r Rollout) Status(ctx context.Context) (*Report, error) {
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
	if run.record.kept(run.record.key(keyRollout, "")).End == nil {
		report.Outcome = Unfinished
	}
	return report, nil
}
