package dlc

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// rayJobCanceled is Ray's own word for a canceled job. No example of the service shows one.
const rayJobCanceled dlc.RayJobStatus = "STOPPED"

// unfinishedRayJob are the states of a job that has not finished.
var unfinishedRayJob = []dlc.RayJobStatus{dlc.RayJobStatusSubmitted, dlc.RayJobStatusPending, dlc.RayJobStatusRunning}

func (s *Service) rayJobOperations() front.Handlers {
	return front.Handlers{
		"RunJobSpec":   front.Handle(s.runJobSpec),
		"CancelRayJob": front.Handle(s.cancelRayJob),
		"GetRayJob":    front.Handle(s.getRayJob),
	}
}

// AddJobSpec adds a job configuration that can be run, or replaces the one with its ID, and returns the ID.
func (s *Service) AddJobSpec(spec dlc.GetJobSpecResponse) (id string) {
	v := spec
	v.ID = cmp.Or(v.ID, s.newRayID("jobspec"))
	s.jobSpecs.Add(v.ID, s.world.Now(), v)
	return v.ID
}

// AddRayJob adds a Ray job, or replaces the one with its ID, and returns the ID.
func (s *Service) AddRayJob(job dlc.GetRayJobResponse) (id string) {
	v := job
	v.ID = cmp.Or(v.ID, s.newRayID("rayjob"))
	v.Status = cmp.Or(v.Status, dlc.RayJobStatusRunning)
	v.CreateTime = cmp.Or(v.CreateTime, cloud.Milliseconds(s.world.Now()))
	s.rayJobs.Add(v.ID, s.world.Now(), v)
	s.rayEvent(world.Change{}, s.world.Now(), v.ID, string(v.Status), v.ErrorMessage)
	return v.ID
}

// runJobSpec plans a job: it is submitted, pending from a third of its time on, and running from two thirds on.
func (s *Service) runJobSpec(r *front.Received, in dlc.RunJobSpecRequest) (any, error) {
	spec, ok := s.jobSpecs.Row(in.SpecID).Actual(s.world.Now())
	if !ok {
		return nil, &front.Refusal{
			Code:    "ResourceNotFound",
			Message: "The job configuration " + strconv.Quote(in.SpecID) + " does not exist.",
		}
	}
	c := s.world.Begin("dlc", "RunJobSpec")
	v := world.CommonTo[dlc.GetRayJobResponse](spec)
	v.ID, v.Status, v.JobSource, v.CreateTime = s.newRayID("rayjob"), dlc.RayJobStatusSubmitted, in.JobSource, cloud.Milliseconds(c.Start)
	v.SpecID, v.SpecName, v.JobName = spec.ID, spec.Name, spec.Name
	submitted, row := v, s.rayJobs.Create(v.ID)
	world.Schedule(row, c, c.Start, v)
	v.Status = dlc.RayJobStatusPending
	world.Schedule(row, c, c.Part(1, 3), v)
	v.Status = dlc.RayJobStatusRunning
	world.Schedule(row, c, c.Part(2, 3), v)
	after := finishedRayJob(c, v)
	world.Finish(row, c, after)
	s.rayEvent(c, c.Start, v.ID, string(submitted.Status), "")
	s.rayEvent(c, c.Part(2, 3), v.ID, string(v.Status), "")
	s.rayEvent(c, c.End, v.ID, string(after.Status), after.ErrorMessage)
	out := world.CommonTo[dlc.RunJobSpecResponse](submitted)
	out.RequestID = r.RequestID
	return &out, nil
}

// cancelRayJob cancels a job that has not finished. If the cancellation fails, the job succeeds.
func (s *Service) cancelRayJob(r *front.Received, in dlc.CancelRayJobRequest) (any, error) {
	row := s.rayJobs.Row(in.ID)
	v, ok := row.Actual(s.world.Now())
	switch {
	case !ok:
		return nil, rayJobNotFound(in.ID)
	case !slices.Contains(unfinishedRayJob, v.Status):
		return nil, &front.Refusal{Code: "OperationDenied", Message: "The job " + in.ID + " is " + string(v.Status) + "."}
	case s.isEnding(in.ID):
		return &dlc.CancelRayJobResponse{RequestID: r.RequestID}, nil
	}
	c := s.world.Begin("dlc", "CancelRayJob")
	s.ending[in.ID] = c.End
	after := finishedRayJob(cancellation(c), v)
	world.Schedule(row, c, c.Start, v)
	world.Finish(row, c, after)
	s.rayEvent(c, c.Start, v.ID, string(v.Status), "")
	s.rayEvent(c, c.End, v.ID, string(after.Status), after.ErrorMessage)
	return &dlc.CancelRayJobResponse{RequestID: r.RequestID}, nil
}

func finishedRayJob(c world.Change, v dlc.GetRayJobResponse) dlc.GetRayJobResponse {
	v.Status, v.FinishTime, v.ErrorMessage = dlc.RayJobStatusSucceeded, cloud.Milliseconds(c.End), c.Reason
	switch {
	case c.Cancel:
		v.Status = rayJobCanceled
	case c.Fail:
		v.Status, v.ErrorMessage = dlc.RayJobStatusFailed, cmp.Or(c.Reason, "The command failed.")
	}
	v.Status = cmp.Or(dlc.RayJobStatus(c.State), v.Status)
	return v
}

func rayJobNotFound(id string) error {
	return &front.Refusal{Code: "ResourceNotFound", Message: "The job " + strconv.Quote(id) + " does not exist."}
}

func (s *Service) getRayJob(r *front.Received, in dlc.GetRayJobRequest) (any, error) {
	v, ok := s.rayJobs.Row(in.ID).Visible(s.world.Now())
	if !ok {
		return nil, rayJobNotFound(in.ID)
	}
	v.RequestID = r.RequestID
	return &v, nil
}
