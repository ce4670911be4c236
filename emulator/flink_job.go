package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

// flinkPage is how many items a page has unless the request says.
const flinkPage = 10

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

func listOf[T any](list []T, index, size int) flinkList {
	index, size = max(index, 1), cmp.Or(size, flinkPage)
	page := numberedPage(list, index, size)
	if page == nil {
		page = []T{}
	}
	return flinkList{items: page, index: index, size: size, from: len(list)}
}

// hotUpdate applies what was saved in the deployment to its running job.
func (s *flinkService) hotUpdate(r *received, in flink.HotUpdateJobRequest) (any, error) {
	key, now := keyOf(in.Workspace, in.Namespace, in.JobID), s.emulator.now()
	row := s.jobs.row(key)
	job, ok := row.truth(now)
	switch {
	case !ok:
		return nil, noObject("job", in.JobID)
	case job.Status.CurrentJobStatus != flink.JobStateRunning:
		return nil, jobConflict(fmt.Sprintf("job %q is %s, not running", in.JobID, job.Status.CurrentJobStatus))
	case now.Before(s.hotUpdating[key]):
		return nil, jobConflict(fmt.Sprintf("job %q has a hot update in progress", in.JobID))
	}
	return s.startHotUpdate(r, key, job), nil
}

// jobConflict is a job whose state forbids a hot update. The service publishes no code for that.
func jobConflict(message string) error {
	return &refusal{code: "JobStateConflict", message: message, status: http.StatusOK, hint: "the service publishes no code for this; the emulator's is its own"}
}

// startHotUpdate plans a hot update: it waits for a sixth of its time, then runs. The job takes the
// deployment's settings over when it has succeeded.
func (s *flinkService) startHotUpdate(r *received, key string, job flink.Job) *flink.HotUpdateJobResult {
	c := s.emulator.begin("flink", "HotUpdateJob")
	deployments := s.deployments.row(keyOf(job.Workspace, job.Namespace, job.DeploymentID))
	deployment, linked := deployments.truth(c.start)
	goal := job
	if linked {
		goal.FlinkConf, goal.StreamingResourceSetting = deployment.FlinkConf, deployment.StreamingResourceSetting
		goal.BatchResourceSetting = deployment.BatchResourceSetting
	}
	goal.ModifiedAt = epoch(c.end)
	initial := flink.HotUpdateJobResult{
		JobHotUpdateID: newUUID(), JobID: job.JobID,
		HotUpdateParams: paramsOf(job, goal),
		TargetResourceSetting: &flink.BriefResourceSetting{
			FlinkConf: goal.FlinkConf, StreamingResourceSetting: goal.StreamingResourceSetting, BatchResourceSetting: goal.BatchResourceSetting,
		},
		Status: &flink.HotUpdateJobStatus{Status: flink.HotUpdateStatusInit, RequestID: r.requestID},
	}
	with := func(status flink.HotUpdateJobStatus) flink.HotUpdateJobResult {
		result := initial
		status.RequestID = initial.Status.RequestID
		result.Status = &status
		return result
	}

	last := flink.HotUpdateJobStatus{Status: flink.HotUpdateStatusHotUpdated}
	if c.failed() {
		last.Status = flink.HotUpdateStatusFailed
		last.Failure = &flink.HotUpdateJobFailureInfo{
			Reason: cmp.Or(c.ReasonType, "HOT_UPDATE_FAILED"), Message: cmp.Or(c.Reason, "the job could not take over the new settings"),
			FailureSeverity: cmp.Or(flink.HotUpdateFailureSeverity(c.Severity), flink.HotUpdateFailureSeverityCritical),
		}
	} else {
		during(s.jobs.row(key), c, c.end, goal)
		if linked {
			deployment.DeploymentHasChanged = false
			during(deployments, c, c.end, deployment)
		}
	}
	last.Status = cmp.Or(flink.HotUpdateStatus(c.State), last.Status)

	row := s.hotUpdates.create(keyOf(job.Workspace, job.Namespace, initial.JobHotUpdateID))
	during(row, c, c.start, initial)
	during(row, c, c.part(1, 6), with(flink.HotUpdateJobStatus{Status: flink.HotUpdateStatusHotUpdating}))
	finish(row, c, with(last))
	s.hotUpdating[key] = c.end
	return &initial
}

// paramsOf says what a hot update changes.
func paramsOf(before, goal flink.Job) *flink.HotUpdateJobParams {
	p := &flink.HotUpdateJobParams{}
	if n := parallelism(goal); n != 0 && n != parallelism(before) {
		p.RescaleJobParam = &flink.RescaleJobParam{JobParallelism: n}
	}
	conf := map[string]any{}
	for k, v := range goal.FlinkConf {
		if !reflect.DeepEqual(v, before.FlinkConf[k]) {
			conf[k] = v
		}
	}
	if len(conf) > 0 {
		p.UpdateJobConfigParam = &flink.UpdateJobConfigParam{NewFlinkConf: conf}
	}
	return p
}

func parallelism(j flink.Job) int {
	switch {
	case j.StreamingResourceSetting != nil && j.StreamingResourceSetting.BasicResourceSetting != nil:
		return j.StreamingResourceSetting.BasicResourceSetting.Parallelism
	case j.BatchResourceSetting != nil && j.BatchResourceSetting.BasicResourceSetting != nil:
		return j.BatchResourceSetting.BasicResourceSetting.Parallelism
	}
	return 0
}

func (s *flinkService) getHotUpdate(_ *received, in flink.GetHotUpdateJobResultRequest) (any, error) {
	result, ok := s.hotUpdates.row(keyOf(in.Workspace, in.Namespace, in.JobHotUpdateID)).seen(s.emulator.now())
	if !ok {
		return nil, noObject("hot update", in.JobHotUpdateID)
	}
	return &result, nil
}
