package emulator

import (
	"cmp"
	"slices"
	"strings"
	"time"

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

// AddFlinkJob puts a job into a namespace of a workspace, or replaces it, and returns its id. What is left
// empty becomes that of a job which has run for an hour; a job with a DeploymentID gets the settings
// of that deployment, which must have been added before.
func (e *Emulator) AddFlinkJob(workspace, namespace string, job flink.Job) (jobID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, j := e.now(), copyOf(job)
	j.Workspace, j.Namespace = workspace, namespace
	j.JobID = cmp.Or(j.JobID, newUUID())
	if d, ok := e.flink.deployments.row(keyOf(workspace, namespace, j.DeploymentID)).truth(now); ok {
		takeSettings(&j, d)
	}
	started := now.Add(-time.Hour)
	j.EngineVersion = cmp.Or(j.EngineVersion, defaultEngine)
	j.ExecutionMode = cmp.Or(j.ExecutionMode, flink.ExecutionModeStreaming)
	j.Status = cmp.Or(j.Status, &flink.JobStatus{Running: &flink.JobStatusRunning{ObservedFlinkJobStatus: "RUNNING"}})
	j.Status.CurrentJobStatus = cmp.Or(j.Status.CurrentJobStatus, flink.JobStateRunning)
	j.StartTime = cmp.Or(j.StartTime, started.Unix())
	j.CreatedAt = cmp.Or(j.CreatedAt, epoch(started))
	j.ModifiedAt = cmp.Or(j.ModifiedAt, j.CreatedAt)
	e.flink.jobs.add(keyOf(workspace, namespace, j.JobID), now, j)
	return j.JobID
}

const defaultEngine = "vvr-8.0.11-flink-1.17"

// takeSettings fills in what a job takes over from its deployment.
func takeSettings(j *flink.Job, d flink.Deployment) {
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
	job, ok := s.jobs.row(keyOf(in.Workspace, in.Namespace, in.JobID)).seen(s.emulator.now())
	if !ok {
		return nil, noObject("job", in.JobID)
	}
	return &job, nil
}

func (s *flinkService) listJobs(_ *received, in flink.ListJobsRequest) (any, error) {
	jobs := slices.DeleteFunc(s.jobs.list(s.emulator.now()), func(j flink.Job) bool {
		return j.Workspace != in.Workspace || j.Namespace != in.Namespace || j.DeploymentID != in.DeploymentID
	})
	sortByCreation(jobs, in.SortName, in.SortOrder, func(j flink.Job) string { return j.CreatedAt })
	return listOf(jobs, in.PageIndex, in.PageSize), nil
}

// sortByCreation sorts a list whose request asks for it. The service documents no other name.
func sortByCreation[T any](list []T, name, order string, createdAt func(T) string) {
	if name != "gmt_create" {
		return
	}
	slices.SortStableFunc(list, func(a, b T) int { return strings.Compare(createdAt(a), createdAt(b)) })
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
		job.FlinkConf, job.StreamingResourceSetting, job.BatchResourceSetting = r.FlinkConf, r.StreamingResourceSetting, r.BatchResourceSetting
	}
	return s.runDeployment("StartJob", job)
}

// runDeployment starts a job. A streaming deployment has one at a time.
func (s *flinkService) runDeployment(operation string, job flink.Job) (any, error) {
	d, ok := s.deployments.row(keyOf(job.Workspace, job.Namespace, job.DeploymentID)).truth(s.emulator.now())
	if !ok {
		return nil, noObject("deployment", job.DeploymentID)
	}
	active, busy := s.activeJob(d)
	if busy && d.ExecutionMode != flink.ExecutionModeBatch {
		return nil, stateConflict("deployment", d.DeploymentID, "has the job "+active.JobID+", which is "+string(active.Status.CurrentJobStatus))
	}
	takeSettings(&job, d)
	c := s.emulator.begin("flink", operation)
	job.JobID, job.CreatedAt = newUUID(), epoch(c.start)
	starting := jobIn(job, flink.JobStateStarting, c.start)
	row := s.jobs.create(keyOf(job.Workspace, job.Namespace, job.JobID))
	during(row, c, c.start, starting)
	finish(row, c, jobAfter(c, starting, flink.JobStateRunning))
	if job.ExecutionMode == flink.ExecutionModeBatch && !c.failed() && !c.Vanish && c.State == "" {
		over := c.end.Add(c.end.Sub(c.start))
		during(row, c, over, jobIn(job, flink.JobStateFinished, over)) // a batch job runs for as long as it took to start
	}
	return &starting, nil
}

// activeJob finds a job of a deployment that is not over.
func (s *flinkService) activeJob(d flink.Deployment) (flink.Job, bool) {
	for _, key := range s.jobs.keys {
		j, ok := s.jobs.row(key).truth(s.emulator.now())
		if ok && j.Workspace == d.Workspace && j.Namespace == d.Namespace && j.DeploymentID == d.DeploymentID && !isOver(j.Status.CurrentJobStatus) {
			return j, true
		}
	}
	return flink.Job{}, false
}

func isOver(state flink.JobState) bool {
	return state == flink.JobStateFailed || state == flink.JobStateCancelled || state == flink.JobStateFinished
}

// stopJob stops a job that runs or is about to. What the strategy makes of the state shows only in a
// savepoint.
func (s *flinkService) stopJob(_ *received, in flink.StopJobRequest) (any, error) {
	row := s.jobs.row(keyOf(in.Workspace, in.Namespace, in.JobID))
	job, ok := row.truth(s.emulator.now())
	if !ok {
		return nil, noObject("job", in.JobID)
	}
	if state := job.Status.CurrentJobStatus; isOver(state) || state == flink.JobStateCancelling {
		return nil, stateConflict("job", in.JobID, "is "+string(state))
	}
	c := s.emulator.begin("flink", "StopJob")
	s.abandonHotUpdate(c, in.Workspace, in.Namespace, in.JobID)
	canceling := jobIn(job, flink.JobStateCancelling, c.start)
	during(row, c, c.start, canceling)
	c.Fail, c.Cancel = c.failed(), false // nobody can stop a stop
	finish(row, c, jobAfter(c, canceling, flink.JobStateCancelled))
	if in.StopJobParameters.StopStrategy == flink.StopStrategyWithSavepoint {
		s.startSavepoint(c, flink.Savepoint{DeploymentID: job.DeploymentID, JobID: job.JobID, SavepointOrigin: flink.SavepointOriginStopWithSavepoint}, in.Workspace, in.Namespace)
	}
	return &canceling, nil
}

// jobAfter is a job at the end of a change.
func jobAfter(c change, before flink.Job, goal flink.JobState) flink.Job {
	state := goal
	switch {
	case c.Cancel:
		state = flink.JobStateCancelled
	case c.Fail:
		state = flink.JobStateFailed
	}
	after := jobIn(before, cmp.Or(flink.JobState(c.State), state), c.end)
	if c.failed() {
		after.Status.Failure = &flink.JobFailure{
			Reason: cmp.Or(c.ReasonType, "JobFailed"), Message: cmp.Or(c.Reason, "the job ended in an error"), FailedAt: c.end.Unix(),
		}
	}
	return after
}

// jobIn is a job in another state.
func jobIn(j flink.Job, state flink.JobState, at time.Time) flink.Job {
	j.Status = &flink.JobStatus{CurrentJobStatus: state}
	j.ModifiedAt = epoch(at)
	switch {
	case state == flink.JobStateStarting:
		j.StartTime = at.Unix()
	case state == flink.JobStateRunning:
		j.Status.Running = &flink.JobStatusRunning{ObservedFlinkJobStatus: "RUNNING"}
	case isOver(state):
		j.EndTime = at.Unix()
	}
	return j
}
