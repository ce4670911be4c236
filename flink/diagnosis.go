package flink

import (
	"cmp"
	"context"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/wait"
)

// eventPage is the largest page of events.
const eventPage = 100

// jobSources are what the service tells about one job.
type jobSources struct {
	c                    *Client
	namespace, workspace string
	deployment, job      string
	startLog             bool // whether the log of the job's start has to do with the change
}

// diagnoseJob fetches the events, the diagnosis and the start log of a job. last is the last response that was seen.
func (c *Client) diagnoseJob(ctx context.Context, s *jobChange, last *GetJobResponse, startLog bool) (*cloud.Diagnosis, error) {
	if last == nil || last.Data.DeploymentID == "" {
		r, err := c.job(ctx, s)
		if err != nil {
			return nil, err
		}
		last = r
	}
	return c.diagnose(ctx, jobSources{c, s.Namespace, s.Workspace, last.Data.DeploymentID, s.JobID, startLog})
}

// diagnoseHotUpdate fetches what the service tells about the job of a hot update. Nothing tells of the hot update
// itself.
func (c *Client) diagnoseHotUpdate(ctx context.Context, s *hotUpdateChange, last *GetHotUpdateJobResultResponse) (*cloud.Diagnosis, error) {
	if last == nil {
		r, err := c.GetHotUpdateJobResult(ctx, GetHotUpdateJobResultRequest{
			JobHotUpdateID: s.JobHotUpdateID, Namespace: s.Namespace, Workspace: s.Workspace,
		})
		if err != nil {
			return nil, err
		}
		last = r
	}
	job := &jobChange{JobID: last.Data.JobID, Namespace: s.Namespace, Workspace: s.Workspace}
	return c.diagnoseJob(ctx, job, nil, false)
}

// diagnoseSavepoint fetches what the service tells about the job of a savepoint.
func (c *Client) diagnoseSavepoint(ctx context.Context, s *savepointChange, last *GetSavepointResponse) (*cloud.Diagnosis, error) {
	if last == nil {
		r, err := c.GetSavepoint(ctx, GetSavepointRequest{SavepointID: s.SavepointID, Namespace: s.Namespace, Workspace: s.Workspace})
		if err != nil {
			return nil, err
		}
		last = r
	}
	return c.diagnose(ctx, jobSources{c, s.Namespace, s.Workspace, last.Data.DeploymentID, last.Data.JobID, false})
}

func (c *Client) diagnose(ctx context.Context, s jobSources) (*cloud.Diagnosis, error) {
	if s.deployment == "" || s.job == "" {
		return nil, wait.NothingToDiagnose(service, "the service does not show the deployment and the job")
	}
	sources := []wait.Source{s.events, s.symptoms}
	if s.startLog {
		sources = append(sources, s.log)
	}
	d, err := wait.Diagnose(ctx, sources...)
	if d != nil {
		d.Source = "job " + s.job + " of deployment " + s.deployment
	}
	return d, err
}

// events adds the events of the deployment that are about the job, or about none. The order of the pages is not
// documented, so it reads the first and the last.
func (s jobSources) events(ctx context.Context, d *cloud.Diagnosis) error {
	r := GetEventsRequest{DeploymentID: s.deployment, Namespace: s.namespace, Workspace: s.workspace, PageSize: eventPage}
	first, err := s.c.GetEvents(ctx, r)
	if err != nil {
		return err
	}
	s.addEvents(d, first.Data)
	if first.TotalSize <= eventPage {
		return nil
	}
	r.PageIndex = (first.TotalSize + eventPage - 1) / eventPage
	last, err := s.c.GetEvents(ctx, r)
	if err != nil {
		return err
	}
	s.addEvents(d, last.Data)
	return nil
}

func (s jobSources) addEvents(d *cloud.Diagnosis, events []Event) {
	for _, e := range events {
		if isOther(s.job, e.JobID) || isOther(s.deployment, e.DeploymentID) {
			continue
		}
		message := e.Message
		if e.CreatedAt.Time().IsZero() {
			message = join(": ", string(e.CreatedAt), message)
		}
		d.Events = append(d.Events, cloud.Event{Time: e.CreatedAt.Time(), Name: e.EventName, Message: message})
	}
}

// symptoms adds what the service finds wrong with the job.
func (s jobSources) symptoms(ctx context.Context, d *cloud.Diagnosis) error {
	r, err := s.c.GetJobDiagnosis(ctx, GetJobDiagnosisRequest{
		DeploymentID: s.deployment, JobID: s.job, Namespace: s.namespace, Workspace: s.workspace,
	})
	if err != nil || r.Data.Symptoms == nil {
		return err
	}
	at, found := r.Data.DiagnoseTime.Time(), r.Data.Symptoms
	symptoms := slices.Concat(found.Startup, found.Runtime, found.State, found.Troubleshooting, found.Others)
	if found.Autopilot != nil {
		symptoms = append(symptoms, *found.Autopilot)
	}
	for _, symptom := range symptoms {
		e := cloud.Event{Time: at, Name: symptom.Name, Message: join("; ", symptom.Description, symptom.Recommendation)}
		if cmp.Or(e.Name, e.Message) != "" {
			d.Events = append(d.Events, e)
		}
	}
	return nil
}

// log adds the log of the start of the job. The service has that of a deployment's latest job only.
func (s jobSources) log(ctx context.Context, d *cloud.Diagnosis) error {
	jobs, err := s.c.ListJobs(ctx, ListJobsRequest{
		DeploymentID: s.deployment, Namespace: s.namespace, Workspace: s.workspace,
		PageSize: 100, SortName: "gmt_create", SortOrder: "desc",
	})
	if err != nil {
		return err
	}
	if s.isFollowed(jobs.Data) {
		return nil
	}
	r, err := s.c.GetLatestJobStartLog(ctx, GetLatestJobStartLogRequest{
		DeploymentID: s.deployment, Namespace: s.namespace, Workspace: s.workspace,
	})
	if err != nil {
		return err
	}
	d.Log = r.Data
	return nil
}

// isFollowed reports whether a job of the deployment is later than the one of the change.
func (s jobSources) isFollowed(jobs []Job) bool {
	i := slices.IndexFunc(jobs, func(j Job) bool { return j.JobID == s.job })
	if i < 0 {
		return len(jobs) > 0 // it is on a later page, of older jobs
	}
	created := jobs[i].CreatedAt.Time()
	return slices.ContainsFunc(jobs, func(j Job) bool { return j.CreatedAt.Time().After(created) })
}
