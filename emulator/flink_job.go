package emulator

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) jobRoutes() []route {
	return []route{
		{"StartJobWithParams", "POST", flinkNamespace + "/jobs:start", operation(s.startJobWithParams)},
		{"StartJob", "POST", flinkNamespace + "/jobs", operation(s.startJob)},
		{"StopJob", "POST", flinkNamespace + "/jobs/{jobId}:stop", operation(s.stopJob)},
		{"GetJob", "GET", flinkNamespace + "/jobs/{jobId}", operation(s.getJob)},
		{"ListJobs", "GET", flinkNamespace + "/jobs", operation(s.listJobs)},
	}
}

// AddFlinkJob adds a job to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of a job that has been running for an hour. A job with a DeploymentID gets the settings of
// that deployment, if it was added before.
func (e *Emulator) AddFlinkJob(workspace, namespace string, job flink.Job) (jobID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, j := e.now(), deepCopy(job)
	j.Workspace, j.Namespace = workspace, namespace
	j.JobID = cmp.Or(j.JobID, newUUID())
	if d, ok := e.flink.deployments.row(keyOf(workspace, namespace, j.DeploymentID)).actual(now); ok {
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
	e.flink.jobs.add(keyOf(workspace, namespace, j.JobID), now, j)
	e.flink.jobEvent(change{}, now, j, j.JobID, jobMessage(j))
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

func (s *flinkService) getJob(_ *received, in flink.GetJobRequest) (any, error) {
	job, ok := s.jobs.row(keyOf(in.Workspace, in.Namespace, in.JobID)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("job", in.JobID)
	}
	return &job, nil
}

func (s *flinkService) listJobs(_ *received, in flink.ListJobsRequest) (any, error) {
	jobs := slices.DeleteFunc(s.jobs.list(s.emulator.now()), func(j flink.Job) bool {
		return j.Workspace != in.Workspace || j.Namespace != in.Namespace || j.DeploymentID != in.DeploymentID
	})
	sortByCreation(jobs, in.SortName, in.SortOrder, func(j flink.Job) cloud.TimeString { return j.CreatedAt })
	return flinkPageOf(jobs, in.PageIndex, in.PageSize), nil
}

// sortByCreation sorts a list by time of creation if the request asks for it. The service documents no other
// order.
func sortByCreation[T any](list []T, name, order string, createdAt func(T) cloud.TimeString) {
	if name != "gmt_create" {
		return
	}
	slices.SortStableFunc(list, func(a, b T) int { return cmp.Compare(createdAt(a), createdAt(b)) })
	if strings.EqualFold(order, "desc") {
		slices.Reverse(list)
	}
}

func (s *flinkService) startJobWithParams(_ *received, in flink.StartJobWithParamsRequest) (any, error) {
	p := in.JobStartParameters
	return s.runDeployment("StartJobWithParams", flink.Job{
		Workspace: in.Workspace, Namespace: in.Namespace, DeploymentID: p.DeploymentID,
		LocalVariables: p.LocalVariables, RestoreStrategy: p.RestoreStrategy,
	})
}

func (s *flinkService) startJob(_ *received, in flink.StartJobRequest) (any, error) {
	p := in.StartJobParameters
	job := flink.Job{Workspace: in.Workspace, Namespace: in.Namespace, DeploymentID: p.DeploymentID, RestoreStrategy: p.RestoreStrategy}
	if r := p.ResourceSettingSpec; r != nil {
		job.FlinkConf = r.FlinkConf
		job.StreamingResourceSetting, job.BatchResourceSetting = r.StreamingResourceSetting, r.BatchResourceSetting
	}
	return s.runDeployment("StartJob", job)
}

// runDeployment starts a job. A streaming deployment has one at a time.
func (s *flinkService) runDeployment(operation string, job flink.Job) (any, error) {
	d, ok := s.deployments.row(keyOf(job.Workspace, job.Namespace, job.DeploymentID)).actual(s.emulator.now())
	if !ok {
		return nil, objectNotFound("deployment", job.DeploymentID)
	}
	active, busy := s.activeJob(d)
	if busy && d.ExecutionMode != flink.ExecutionModeBatch {
		return nil, stateConflict("deployment", d.DeploymentID,
			"already has a job, "+active.JobID+", which is "+string(active.Status.CurrentJobStatus))
	}
	applyDeployment(&job, d)
	c := s.emulator.begin("flink", operation)
	job.JobID, job.CreatedAt = newUUID(), unixSeconds(c.start)
	starting := jobWithState(job, flink.JobStateStarting, c.start)
	s.scheduleJob(c, c.start, starting)
	s.finishJob(c, jobAfter(c, starting, flink.JobStateRunning))
	if job.ExecutionMode == flink.ExecutionModeBatch && !c.failed() && !c.Vanish && c.State == "" {
		finished := c.end.Add(c.end.Sub(c.start))
		s.scheduleJob(c, finished, jobWithState(job, flink.JobStateFinished, finished)) // a batch job runs as long as it took to start
	}
	return &starting, nil
}

// activeJob returns a job of a deployment that has not ended.
func (s *flinkService) activeJob(d flink.Deployment) (flink.Job, bool) {
	for _, key := range s.jobs.keys {
		j, ok := s.jobs.row(key).actual(s.emulator.now())
		if ok && j.Workspace == d.Workspace && j.Namespace == d.Namespace && j.DeploymentID == d.DeploymentID &&
			!isTerminal(j.Status.CurrentJobStatus) {
			return j, true
		}
	}
	return flink.Job{}, false
}

func isTerminal(state flink.JobState) bool {
	return state == flink.JobStateFailed || state == flink.JobStateCancelled || state == flink.JobStateFinished
}

// stopJob stops a running or starting job. With a savepoint, the strategy also creates one.
func (s *flinkService) stopJob(_ *received, in flink.StopJobRequest) (any, error) {
	job, ok := s.jobs.row(keyOf(in.Workspace, in.Namespace, in.JobID)).actual(s.emulator.now())
	if !ok {
		return nil, objectNotFound("job", in.JobID)
	}
	if state := job.Status.CurrentJobStatus; isTerminal(state) || state == flink.JobStateCancelling {
		return nil, stateConflict("job", in.JobID, "is "+string(state))
	}
	c := s.emulator.begin("flink", "StopJob")
	s.failHotUpdate(c, job)
	canceling := jobWithState(job, flink.JobStateCancelling, c.start)
	s.scheduleJob(c, c.start, canceling)
	c.Fail, c.Cancel = c.failed(), false // the stop itself cannot be canceled
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
func jobAfter(c change, before flink.Job, goal flink.JobState) flink.Job {
	state := goal
	switch {
	case c.Cancel:
		state = flink.JobStateCancelled
	case c.Fail:
		state = flink.JobStateFailed
	}
	after := jobWithState(before, cmp.Or(flink.JobState(c.State), state), c.end)
	if c.failed() {
		after.Status.Failure = &flink.JobFailure{
			Reason: cmp.Or(c.ReasonType, "JobFailed"), Message: cmp.Or(c.Reason, "the job failed"), FailedAt: cloud.Seconds(c.end),
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
