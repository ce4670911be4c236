package emulator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) diagnosisRoutes() []route {
	return []route{
		{"GetEvents", "GET", flinkNamespace + "/events", operation(s.getEvents)},
		{
			"GetJobDiagnosis", "GET", flinkNamespace + "/deployments/{deploymentId}/jobs/{jobId}/job-diagnoses/lite",
			operation(s.getJobDiagnosis),
		},
		{
			"GetLatestJobStartLog", "GET", flinkNamespace + "/deployments/{deploymentId}/latest_jobmanager_start_log",
			operation(s.getLatestJobStartLog),
		},
	}
}

// jobEvent records what happens to a job. id names what it happens to: the job itself, a savepoint or a hot update of
// it, each with a course of its own.
func (s *flinkService) jobEvent(c change, at time.Time, job flink.Job, id, message string) {
	s.events.add(keyOf(job.Workspace, job.Namespace, id), c, at, flink.Event{
		CreatedAt: unixSeconds(at), DeploymentID: job.DeploymentID, EventID: newUUID(), EventName: "STATE_TRANSITION_IS_COMPLETED",
		JobID: job.JobID, Message: message, Namespace: job.Namespace, Workspace: job.Workspace,
	})
}

// scheduleJob schedules a state of a job, and the event of that.
func (s *flinkService) scheduleJob(c change, at time.Time, job flink.Job) {
	schedule(s.jobs.create(keyOf(job.Workspace, job.Namespace, job.JobID)), c, at, job)
	s.jobEvent(c, at, job, job.JobID, jobMessage(job))
}

// finishJob schedules the state of a job at the end of a change, and the event of that.
func (s *flinkService) finishJob(c change, job flink.Job) {
	finish(s.jobs.create(keyOf(job.Workspace, job.Namespace, job.JobID)), c, job)
	s.jobEvent(c, c.end, job, job.JobID, jobMessage(job))
}

// jobMessage describes the state of a job.
func jobMessage(job flink.Job) string {
	message := "job " + job.JobID + " is " + string(job.Status.CurrentJobStatus)
	if f := job.Status.Failure; f != nil {
		message += ": " + f.Reason + ": " + f.Message
	}
	return message
}

func (s *flinkService) getEvents(_ *received, in flink.GetEventsRequest) (any, error) {
	list := []flink.Event{}
	for _, h := range slices.Backward(s.eventsOf(in.Workspace, in.Namespace)) {
		e := h.what
		if matchesName(in.DeploymentID, e.DeploymentID) && s.isNamed(e, in.DeploymentName) {
			list = append(list, e)
		}
	}
	return flinkPageOf(list, in.PageIndex, in.PageSize), nil
}

// eventsOf returns the events of a namespace, the oldest first.
func (s *flinkService) eventsOf(workspace, namespace string) []happening[flink.Event] {
	prefix := keyOf(workspace, namespace, "")
	return s.events.until(s.emulator.now(), func(key string) bool { return strings.HasPrefix(key, prefix) })
}

// isNamed reports whether an event is about the deployment with a name, if one is given.
func (s *flinkService) isNamed(e flink.Event, name string) bool {
	if name == "" {
		return true
	}
	d, ok := s.deployments.row(keyOf(e.Workspace, e.Namespace, e.DeploymentID)).visible(s.emulator.now())
	return ok && d.Name == name
}

// getJobDiagnosis finds the failure of a job, if it has one.
func (s *flinkService) getJobDiagnosis(_ *received, in flink.GetJobDiagnosisRequest) (any, error) {
	now := s.emulator.now()
	job, ok := s.jobs.row(keyOf(in.Workspace, in.Namespace, in.JobID)).visible(now)
	if !ok || job.DeploymentID != in.DeploymentID {
		return nil, objectNotFound("job", in.JobID)
	}
	d := &flink.JobDiagnosis{
		DiagnoseID: newUUID(), DiagnoseTime: cloud.Milliseconds(now), HealthScore: 100, Namespace: in.Namespace, Workspace: in.Workspace,
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
func (s *flinkService) getLatestJobStartLog(_ *received, in flink.GetLatestJobStartLogRequest) (any, error) {
	d, ok := s.deployments.row(keyOf(in.Workspace, in.Namespace, in.DeploymentID)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	jobs := s.jobsOf(d)
	if len(jobs) == 0 {
		return "", nil
	}
	latest := slices.MaxFunc(jobs, func(a, b flink.Job) int { return a.CreatedAt.Time().Compare(b.CreatedAt.Time()) })
	var log strings.Builder
	key := keyOf(in.Workspace, in.Namespace, latest.JobID)
	for _, h := range s.events.until(s.emulator.now(), func(k string) bool { return k == key }) {
		fmt.Fprintf(&log, "%s INFO  JobManager - %s\n", h.at.Format("2006-01-02 15:04:05,000"), h.what.Message)
	}
	return log.String(), nil
}
