package flink

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) jobOperations() front.Handlers {
	return front.Handlers{
		"StartJobWithParams": front.Handle(s.startJobWithParams),
		"StartJob":           front.Handle(s.startJob),
		"StopJob":            front.Handle(s.stopJob),
		"GetJob":             front.Handle(s.getJob),
		"ListJobs":           front.Handle(s.listJobs),
		"DeleteJob":          front.Handle(s.deleteJob),
	}
}

// AddJob adds a job to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddJob(workspace, namespace string, job flink.Job) (jobID string) {
	s.know(workspace, namespace)
	now, j := s.world.Now(), job
	j.Workspace, j.Namespace = workspace, namespace
	j.JobID = cmp.Or(j.JobID, s.world.NewUUID())
	if d, ok := s.deployments.Row(world.KeyOf(workspace, namespace, j.DeploymentID)).Actual(now); ok {
		applyDeployment(&j, d)
	}
	started := now.Add(-time.Hour)
	j.EngineVersion = cmp.Or(j.EngineVersion, defaultEngine)
	j.ExecutionMode = cmp.Or(j.ExecutionMode, flink.ExecutionModeStreaming)
	j.Status = cmp.Or(j.Status, &flink.JobStatus{Running: &flink.JobStatusRunning{ObservedFlinkJobStatus: "RUNNING"}})
	j.Status.CurrentJobStatus = cmp.Or(j.Status.CurrentJobStatus, flink.JobStateRunning)
	j.StartTime = cmp.Or(j.StartTime, cloud.Seconds(started))
	j.CreatedAt = cmp.Or(j.CreatedAt, unixSeconds(started))
	j.ModifiedAt = cmp.Or(j.ModifiedAt, j.CreatedAt)
	s.jobs.Add(world.KeyOf(workspace, namespace, j.JobID), now, j)
	s.jobEvent(world.Change{}, now, j, j.JobID, jobMessage(j))
	return j.JobID
}

const defaultEngine = "vvr-8.0.11-flink-1.17"

// applyDeployment sets the fields that a job gets from its deployment.
func applyDeployment(j *flink.Job, d flink.Deployment) {
	j.DeploymentName = cmp.Or(j.DeploymentName, d.Name)
	j.EngineVersion = cmp.Or(j.EngineVersion, d.EngineVersion)
	j.ExecutionMode = cmp.Or(j.ExecutionMode, d.ExecutionMode)
	j.Artifact = cmp.Or(j.Artifact, d.Artifact)
	j.Logging = cmp.Or(j.Logging, d.Logging)
	j.StreamingResourceSetting = cmp.Or(j.StreamingResourceSetting, d.StreamingResourceSetting)
	j.BatchResourceSetting = cmp.Or(j.BatchResourceSetting, d.BatchResourceSetting)
	if j.FlinkConf == nil {
		j.FlinkConf = d.FlinkConf
	}
	if j.LocalVariables == nil {
		j.LocalVariables = d.LocalVariables
	}
}

func (s *Service) getJob(_ *front.Received, in flink.GetJobRequest) (any, error) {
	job, ok := s.jobs.Row(world.KeyOf(in.Workspace, in.Namespace, in.JobID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("job", in.JobID)
	}
	return &job, nil
}

func (s *Service) listJobs(_ *front.Received, in flink.ListJobsRequest) (any, error) {
	now, query := s.world.Now(), in
	query.PageIndex, query.PageSize = 0, 0
	jobs, err := world.Select(s.jobs, now, &query, func() (*world.Sorted[*flink.Job], error) {
		list := s.jobs.ListBy(now, world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID))
		order := byCreation(list, in.SortName, in.SortOrder, func(j *flink.Job) cloud.TimeString { return j.CreatedAt })
		return world.Sort(list, order), nil
	})
	if err != nil {
		return nil, err
	}
	return sortedPage(jobs, in.PageIndex, in.PageSize, func(j *flink.Job) *flink.Job { return j }), nil
}

// byCreation returns the order by time of creation if the request asks for it, or else nil: the service documents no
// other. The latest first also reverses the list, so that what was created at once is in that order too.
func byCreation[T any](list []T, name, order string, createdAt func(T) cloud.TimeString) func(a, b T) int {
	if name != "gmt_create" {
		return nil
	}
	if !strings.EqualFold(order, "desc") {
		return func(a, b T) int { return cmp.Compare(createdAt(a), createdAt(b)) }
	}
	slices.Reverse(list)
	return func(a, b T) int { return cmp.Compare(createdAt(b), createdAt(a)) }
}

func (s *Service) startJobWithParams(_ *front.Received, in flink.StartJobWithParamsRequest) (any, error) {
	p := in.JobStartParameters
	return s.runDeployment("StartJobWithParams", flink.Job{
		Workspace: in.Workspace, Namespace: in.Namespace, DeploymentID: p.DeploymentID,
		LocalVariables: p.LocalVariables, RestoreStrategy: p.RestoreStrategy,
	})
}

func (s *Service) startJob(_ *front.Received, in flink.StartJobRequest) (any, error) {
	p := in.StartJobParameters
	job := flink.Job{Workspace: in.Workspace, Namespace: in.Namespace, DeploymentID: p.DeploymentID, RestoreStrategy: p.RestoreStrategy}
	if r := p.ResourceSettingSpec; r != nil {
		job.FlinkConf = r.FlinkConf
		job.StreamingResourceSetting, job.BatchResourceSetting = r.StreamingResourceSetting, r.BatchResourceSetting
	}
	return s.runDeployment("StartJob", job)
}

// runDeployment starts a job. A streaming deployment has one at a time.
func (s *Service) runDeployment(operation string, job flink.Job) (any, error) {
	d, ok := s.deployments.Row(world.KeyOf(job.Workspace, job.Namespace, job.DeploymentID)).Actual(s.world.Now())
	if !ok {
		return nil, objectNotFound("deployment", job.DeploymentID)
	}
	active, busy := s.activeJob(d)
	if busy && d.ExecutionMode != flink.ExecutionModeBatch {
		return nil, stateConflict("deployment", d.DeploymentID,
			"already has a job, "+active.JobID+", which is "+string(active.Status.CurrentJobStatus))
	}
	applyDeployment(&job, d)
	c := s.world.Begin("flink", operation)
	job.JobID, job.CreatedAt = s.world.NewUUID(), unixSeconds(c.Start)
	starting := jobWithState(job, flink.JobStateStarting, c.Start)
	s.scheduleJob(c, c.Start, starting)
	s.finishJob(c, jobAfter(c, starting, flink.JobStateRunning))
	if job.ExecutionMode == flink.ExecutionModeBatch && !c.Failed() && !c.Vanish && c.State == "" {
		finished := c.End.Add(c.End.Sub(c.Start))
		s.scheduleJob(c, finished, jobWithState(job, flink.JobStateFinished, finished)) // a batch job runs as long as it took to start
	}
	return &starting, nil
}

// activeJob returns a job of a deployment that has not ended.
func (s *Service) activeJob(d flink.Deployment) (flink.Job, bool) {
	for _, j := range s.jobs.AllBy(s.world.Now(), deploymentKey(d)) {
		if !isTerminal(j.Status.CurrentJobStatus) {
			return j, true
		}
	}
	return flink.Job{}, false
}

func isTerminal(state flink.JobState) bool {
	return state == flink.JobStateFailed || state == flink.JobStateCancelled || state == flink.JobStateFinished
}

// stopJob stops a running or starting job. With a savepoint, the strategy also creates one.
func (s *Service) stopJob(_ *front.Received, in flink.StopJobRequest) (any, error) {
	job, ok := s.jobs.Row(world.KeyOf(in.Workspace, in.Namespace, in.JobID)).Actual(s.world.Now())
	if !ok {
		return nil, objectNotFound("job", in.JobID)
	}
	if state := job.Status.CurrentJobStatus; isTerminal(state) || state == flink.JobStateCancelling {
		return nil, stateConflict("job", in.JobID, "is "+string(state))
	}
	c := s.world.Begin("flink", "StopJob")
	s.failHotUpdate(c, job)
	canceling := jobWithState(job, flink.JobStateCancelling, c.Start)
	s.scheduleJob(c, c.Start, canceling)
	c.Fail, c.Cancel = c.Failed(), false // the stop itself cannot be canceled
	s.finishJob(c, jobAfter(c, canceling, flink.JobStateCancelled))
	if strategy := in.StopJobParameters.StopStrategy; strategy != flink.StopStrategyWithoutSavepoint {
		s.startSavepoint(c, flink.Savepoint{
			DeploymentID: job.DeploymentID, JobID: job.JobID, SavepointOrigin: flink.SavepointOriginStopWithSavepoint,
			StopWithDrainEnabled: strategy == flink.StopStrategyWithDrain,
		}, in.Workspace, in.Namespace)
	}
	return &canceling, nil
}

// jobAfter returns a job at the end of a change.
func jobAfter(c world.Change, before flink.Job, goal flink.JobState) flink.Job {
	state := goal
	switch {
	case c.Cancel:
		state = flink.JobStateCancelled
	case c.Fail:
		state = flink.JobStateFailed
	}
	after := jobWithState(before, cmp.Or(flink.JobState(c.State), state), c.End)
	if c.Failed() {
		after.Status.Failure = &flink.JobFailure{
			Reason: cmp.Or(c.ReasonType, "JobFailed"), Message: cmp.Or(c.Reason, "the job failed"), FailedAt: cloud.Seconds(c.End),
		}
	}
	return after
}

// jobWithState returns a job in another state.
func jobWithState(j flink.Job, state flink.JobState, at time.Time) flink.Job {
	j.Status = &flink.JobStatus{CurrentJobStatus: state}
	j.ModifiedAt = unixSeconds(at)
	switch {
	case state == flink.JobStateStarting:
		j.StartTime = cloud.Seconds(at)
	case state == flink.JobStateRunning:
		j.Status.Running = &flink.JobStatusRunning{ObservedFlinkJobStatus: "RUNNING"}
	case isTerminal(state):
		j.EndTime = cloud.Seconds(at)
	}
	return j
}

// deleteJob deletes a job that has ended.
func (s *Service) deleteJob(_ *front.Received, in flink.DeleteJobRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.JobID)
	job, err := actual(s, s.jobs, key, "job", in.JobID)
	switch {
	case err != nil:
		return nil, err
	case !isTerminal(job.Status.CurrentJobStatus):
		return nil, stateConflict("job", in.JobID, "is "+string(job.Status.CurrentJobStatus))
	}
	_, err = remove(s, s.jobs, key, "job", in.JobID)
	return nil, err
}
