package flink

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) diagnosisOperations() front.Handlers {
	return front.Handlers{
		"GetEvents":            front.Handle(s.getEvents),
		"GetJobDiagnosis":      front.Handle(s.getJobDiagnosis),
		"GetLatestJobStartLog": front.Handle(s.getLatestJobStartLog),
	}
}

// jobEvent records what happens to a job. id names what it happens to: the job itself, a savepoint or a hot update of
// it, each with a course of its own.
func (s *Service) jobEvent(c world.Change, at time.Time, job flink.Job, id, message string) {
	s.events.Add(world.KeyOf(job.Workspace, job.Namespace, id), c, at, flink.Event{
		CreatedAt: unixSeconds(at), DeploymentID: job.DeploymentID, EventID: s.world.NewUUID(), EventName: "STATE_TRANSITION_IS_COMPLETED",
		JobID: job.JobID, Message: message, Namespace: job.Namespace, Workspace: job.Workspace,
	})
}

// scheduleJob schedules a state of a job, and the event of that.
func (s *Service) scheduleJob(c world.Change, at time.Time, job flink.Job) {
	world.Schedule(s.jobs.Create(world.KeyOf(job.Workspace, job.Namespace, job.JobID)), c, at, job)
	s.jobEvent(c, at, job, job.JobID, jobMessage(job))
}

// finishJob schedules the state of a job at the end of a change, and the event of that.
func (s *Service) finishJob(c world.Change, job flink.Job) {
	world.Finish(s.jobs.Create(world.KeyOf(job.Workspace, job.Namespace, job.JobID)), c, job)
	s.jobEvent(c, c.End, job, job.JobID, jobMessage(job))
}

// jobMessage describes the state of a job.
func jobMessage(job flink.Job) string {
	message := "job " + job.JobID + " is " + string(job.Status.CurrentJobStatus)
	if f := job.Status.Failure; f != nil {
		message += ": " + f.Reason + ": " + f.Message
	}
	return message
}

func (s *Service) getEvents(_ *front.Received, in flink.GetEventsRequest) (any, error) {
	list := []flink.Event{}
	for _, h := range slices.Backward(s.eventsOf(in.Workspace, in.Namespace)) {
		e := h.What
		if world.MatchesName(in.DeploymentID, e.DeploymentID) && s.isNamed(e, in.DeploymentName) {
			list = append(list, e)
		}
	}
	return pageOf(list, in.PageIndex, in.PageSize), nil
}

// eventsOf returns the events of a namespace, the oldest first.
func (s *Service) eventsOf(workspace, namespace string) []world.Happening[flink.Event] {
	return s.events.In(s.world.Now(), workspace, namespace)
}

// isNamed reports whether an event is about the deployment with a name, if one is given.
func (s *Service) isNamed(e flink.Event, name string) bool {
	if name == "" {
		return true
	}
	d, ok := s.deployments.Row(world.KeyOf(e.Workspace, e.Namespace, e.DeploymentID)).Visible(s.world.Now())
	return ok && d.Name == name
}

// getJobDiagnosis finds the failure of a job, if it has one.
func (s *Service) getJobDiagnosis(_ *front.Received, in flink.GetJobDiagnosisRequest) (any, error) {
	now := s.world.Now()
	job, ok := s.jobs.Row(world.KeyOf(in.Workspace, in.Namespace, in.JobID)).Visible(now)
	if !ok || job.DeploymentID != in.DeploymentID {
		return nil, objectNotFound("job", in.JobID)
	}
	d := &flink.JobDiagnosis{
		DiagnoseID: s.world.NewUUID(), DiagnoseTime: cloud.Milliseconds(now), HealthScore: 100,
		Namespace: in.Namespace, Workspace: in.Workspace,
		RiskLevel: flink.RiskLevelLow, Symptoms: &flink.JobDiagnosisSymptoms{},
	}
	if f := job.Status.Failure; f != nil {
		d.HealthScore, d.RiskLevel = 0, flink.RiskLevelHigh
		d.Symptoms.Startup = []flink.JobDiagnosisSymptom{{
			Name: f.Reason, Description: f.Message, Recommendation: "Read the log of the start.",
		}}
	}
	return d, nil
}

// getLatestJobStartLog returns a line for each state of the latest job.
func (s *Service) getLatestJobStartLog(_ *front.Received, in flink.GetLatestJobStartLogRequest) (any, error) {
	d, ok := s.deployments.Row(world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	jobs := s.jobsOf(d)
	if len(jobs) == 0 {
		return "", nil
	}
	latest := slices.MaxFunc(jobs, func(a, b *flink.Job) int { return a.CreatedAt.Time().Compare(b.CreatedAt.Time()) })
	var log strings.Builder
	for _, h := range s.events.Of(s.world.Now(), in.Workspace, in.Namespace, latest.JobID) {
		fmt.Fprintf(&log, "%s INFO  JobManager - %s\n", h.At.Format("2006-01-02 15:04:05,000"), h.What.Message)
	}
	return log.String(), nil
}
