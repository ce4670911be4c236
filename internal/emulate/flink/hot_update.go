package flink

import (
	"cmp"
	"reflect"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) hotUpdateOperations() front.Handlers {
	return front.Handlers{
		"HotUpdateJob":          front.Handle(s.hotUpdate),
		"GetHotUpdateJobResult": front.Handle(s.getHotUpdate),
	}
}

// hotUpdate applies the saved settings of the deployment to its running job.
func (s *Service) hotUpdate(r *front.Received, in flink.HotUpdateJobRequest) (any, error) {
	key, now := world.KeyOf(in.Workspace, in.Namespace, in.JobID), s.world.Now()
	row := s.jobs.Row(key)
	job, ok := row.Actual(now)
	switch {
	case !ok:
		return nil, objectNotFound("job", in.JobID)
	case job.Status.CurrentJobStatus != flink.JobStateRunning:
		return nil, stateConflict("job", in.JobID, "is "+string(job.Status.CurrentJobStatus)+", not running")
	case now.Before(s.hotUpdating[key]):
		return nil, stateConflict("job", in.JobID, "has a hot update in progress")
	}
	return s.startHotUpdate(r, key, job), nil
}

// startHotUpdate plans a hot update: it waits for a sixth of its time, then runs. The job gets the settings of
// the deployment when the update succeeds.
func (s *Service) startHotUpdate(r *front.Received, key string, job flink.Job) *flink.HotUpdateJobResult {
	c := s.world.Begin("flink", "HotUpdateJob")
	deployments := s.deployments.Row(world.KeyOf(job.Workspace, job.Namespace, job.DeploymentID))
	deployment, linked := deployments.Actual(c.Start)
	goal := job
	if linked {
		goal.FlinkConf, goal.StreamingResourceSetting = deployment.FlinkConf, deployment.StreamingResourceSetting
		goal.BatchResourceSetting = deployment.BatchResourceSetting
	}
	goal.ModifiedAt = unixSeconds(c.End)
	initial := flink.HotUpdateJobResult{
		JobHotUpdateID: s.world.NewUUID(), JobID: job.JobID,
		HotUpdateParams: hotUpdateParams(job, goal),
		TargetResourceSetting: &flink.BriefResourceSetting{
			FlinkConf: goal.FlinkConf, StreamingResourceSetting: goal.StreamingResourceSetting,
			BatchResourceSetting: goal.BatchResourceSetting,
		},
		Status: &flink.HotUpdateJobStatus{Status: flink.HotUpdateStatusInit, RequestID: r.RequestID},
	}
	with := func(status flink.HotUpdateJobStatus) flink.HotUpdateJobResult {
		result := initial
		status.RequestID = initial.Status.RequestID
		result.Status = &status
		return result
	}

	last := flink.HotUpdateJobStatus{Status: flink.HotUpdateStatusHotUpdated}
	if c.Failed() {
		last.Status = flink.HotUpdateStatusFailed
		last.Failure = &flink.HotUpdateJobFailureInfo{
			Reason:          cmp.Or(c.ReasonType, "HOT_UPDATE_FAILED"),
			Message:         cmp.Or(c.Reason, "the new settings could not be applied to the job"),
			FailureSeverity: cmp.Or(flink.HotUpdateFailureSeverity(c.Severity), flink.HotUpdateFailureSeverityCritical),
		}
	} else {
		world.Schedule(s.jobs.Row(key), c, c.End, goal)
		if linked {
			deployment.DeploymentHasChanged = false
			world.Schedule(deployments, c, c.End, deployment)
		}
	}
	last.Status = cmp.Or(flink.HotUpdateStatus(c.State), last.Status)

	row := s.hotUpdates.Create(world.KeyOf(job.Workspace, job.Namespace, initial.JobHotUpdateID))
	world.Schedule(row, c, c.Start, initial)
	world.Schedule(row, c, c.Part(1, 6), with(flink.HotUpdateJobStatus{Status: flink.HotUpdateStatusHotUpdating}))
	world.Finish(row, c, with(last))
	s.jobEvent(c, c.Start, job, initial.JobHotUpdateID, hotUpdateMessage(initial))
	s.jobEvent(c, c.End, job, initial.JobHotUpdateID, hotUpdateMessage(with(last)))
	s.hotUpdating[key] = c.End
	return &initial
}

// hotUpdateMessage describes the status of a hot update.
func hotUpdateMessage(r flink.HotUpdateJobResult) string {
	message := "hot update " + r.JobHotUpdateID + " is " + string(r.Status.Status)
	if f := r.Status.Failure; f != nil {
		message += ": " + f.Reason + ": " + f.Message
	}
	return message
}

// failHotUpdate ends a hot update in progress, because its job is stopped.
func (s *Service) failHotUpdate(c world.Change, job flink.Job) {
	for key, result := range s.hotUpdates.AllBy(c.Start, job.JobID) {
		if key != world.KeyOf(job.Workspace, job.Namespace, result.JobHotUpdateID) {
			continue
		}
		if status := result.Status.Status; status != flink.HotUpdateStatusInit && status != flink.HotUpdateStatusHotUpdating {
			continue
		}
		result.Status = &flink.HotUpdateJobStatus{
			Status: flink.HotUpdateStatusFailed, RequestID: result.Status.RequestID,
			Failure: &flink.HotUpdateJobFailureInfo{
				Reason: "JOB_NOT_RUNNING", Message: "the job was stopped", FailureSeverity: flink.HotUpdateFailureSeverityCritical,
			},
		}
		world.Schedule(s.hotUpdates.Row(key), c, c.Start, result)
		s.jobEvent(c, c.Start, job, result.JobHotUpdateID, hotUpdateMessage(result))
	}
	delete(s.hotUpdating, world.KeyOf(job.Workspace, job.Namespace, job.JobID))
}

// hotUpdateParams returns what a hot update changes.
func hotUpdateParams(before, goal flink.Job) *flink.HotUpdateJobParams {
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

func (s *Service) getHotUpdate(_ *front.Received, in flink.GetHotUpdateJobResultRequest) (any, error) {
	result, ok := s.hotUpdates.Row(world.KeyOf(in.Workspace, in.Namespace, in.JobHotUpdateID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("hot update", in.JobHotUpdateID)
	}
	return &result, nil
}

// hotUpdateLabel finds hot updates by their job.
func hotUpdateLabel(r *flink.HotUpdateJobResult) string { return r.JobID }
