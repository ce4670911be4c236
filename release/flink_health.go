package release

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

const (
	healthyWithin = 10 * time.Minute // how long reads of the health of a job may be throttled
	recoverWithin = 2 * time.Minute  // how long the health score of a job may be too low
	minHealth     = 80               // unless the caller has said
)

// healthy returns a verification of the running job: it has not restarted by itself, and its health score is good. isNew says
// that the release has started the job; otherwise restarts count from the first verification on.
func (f FlinkJob) healthy(isNew bool) func(context.Context, any) error {
	var mu sync.Mutex
	restarts := map[string]int{} // when the job was first verified, by its ID
	before := func(job *flink.Job) int {
		mu.Lock()
		defer mu.Unlock()
		if _, seen := restarts[job.JobID]; !seen && !isNew {
			restarts[job.JobID] = restartsOf(job)
		}
		return restarts[job.JobID]
	}
	return func(ctx context.Context, _ any) error {
		job, err := f.runs(ctx)
		if err != nil {
			return err
		}
		if more := restartsOf(job) - before(job); more > 0 {
			return f.unhealthy(ctx, job, fmt.Sprintf("job %s has restarted %d times since it was live", job.JobID, more))
		}
		if job, err = f.scored(ctx, job); err != nil || f.Verify == nil {
			return err
		}
		return f.Verify(ctx, job)
	}
}

func restartsOf(job *flink.Job) int {
	if job.Status.Running == nil {
		return 0
	}
	return job.Status.Running.ObservedFlinkJobRestarts
}

// runs reads the job, which must be running.
func (f FlinkJob) runs(ctx context.Context) (job *flink.Job, err error) {
	err = until(ctx, healthyWithin, func(ctx context.Context) (_ string, err error) {
		job, err = f.running(ctx)
		return "", err
	})
	return job, err
}

// scored waits a little until the health score of the job is good, if it has one.
func (f FlinkJob) scored(ctx context.Context, job *flink.Job) (*flink.Job, error) {
	least, begun := cmp.Or(f.MinHealth, minHealth), time.Now()
	for isLow(job, least) {
		if time.Since(begun) >= recoverWithin {
			why := fmt.Sprintf("job %s has a health score of %d, and must have %d", job.JobID, job.Status.HealthScore, least)
			return job, f.unhealthy(ctx, job, why)
		}
		if err := pause(ctx, recoverWithin/4); err != nil {
			return job, err
		}
		next, err := f.runs(ctx)
		if err != nil {
			return job, err
		}
		job = next
	}
	return job, nil
}

// isLow reports whether the service shows a health score that is too low. Without a risk, zero is one that it does not show.
func isLow(job *flink.Job, least int) bool {
	s := job.Status
	return s.HealthScore < least && (s.HealthScore != 0 || s.RiskLevel != "")
}

// unhealthy is an error with what the service finds wrong with the job, if it says so at once.
func (f FlinkJob) unhealthy(ctx context.Context, job *flink.Job, why string) error {
	out, err := f.Client.GetJobDiagnosis(ctx, flink.GetJobDiagnosisRequest{
		DeploymentID: f.DeploymentID, JobID: job.JobID, Namespace: f.Namespace, Workspace: f.Workspace,
	})
	if err != nil || out.Data.Symptoms == nil {
		return errors.New(why)
	}
	found := out.Data.Symptoms
	for _, s := range slices.Concat(found.Runtime, found.State, found.Startup, found.Troubleshooting, found.Others) {
		why += "; " + strings.Trim(s.Name+": "+s.Description, ": ")
	}
	return errors.New(why)
}
