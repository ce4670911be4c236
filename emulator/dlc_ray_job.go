package emulator

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// rayJobCanceled is Ray's own word for a canceled job. No example of the service shows one.
const rayJobCanceled dlc.RayJobStatus = "STOPPED"

func (s *dlcService) rayJobActions() map[string]dlcAction {
	return map[string]dlcAction{
		"RunJobSpec":   action(s.runJobSpec),
		"CancelRayJob": action(s.cancelRayJob),
		"GetRayJob":    action(s.getRayJob),
	}
}

// AddJobSpec adds a job configuration that can be run, or replaces the one with its ID, and returns the ID.
func (e *Emulator) AddJobSpec(spec dlc.GetJobSpecResponse) (id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(spec)
	v.ID = cmp.Or(v.ID, newRayID("jobspec"))
	e.dlc.jobSpecs.add(v.ID, e.now(), v)
	return v.ID
}

// AddRayJob adds a Ray job, or replaces the one with its ID, and returns the ID. Empty fields default to those of a job
// that runs until it is canceled.
func (e *Emulator) AddRayJob(job dlc.GetRayJobResponse) (id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(job)
	v.ID = cmp.Or(v.ID, newRayID("rayjob"))
	v.Status = cmp.Or(v.Status, dlc.RayJobStatusRunning)
	v.CreateTime = cmp.Or(v.CreateTime, cloud.Milliseconds(e.now()))
	e.dlc.rayJobs.add(v.ID, e.now(), v)
	e.dlc.rayEvent(change{}, e.now(), v.ID, string(v.Status), v.ErrorMessage)
	return v.ID
}

// runJobSpec plans a job: it is submitted, pending from a third of its time on, and running from two thirds on.
func (s *dlcService) runJobSpec(r *received, in dlc.RunJobSpecRequest) (any, error) {
	spec, ok := s.jobSpecs.row(in.SpecID).actual(s.emulator.now())
	if !ok {
		return nil, &refusal{code: "ResourceNotFound", message: "The job configuration " + strconv.Quote(in.SpecID) + " does not exist."}
	}
	c := s.emulator.begin("dlc", "RunJobSpec")
	v := dlc.GetRayJobResponse{
		ID: newRayID("rayjob"), Status: dlc.RayJobStatusSubmitted, SpecID: spec.ID, JobSource: in.JobSource,
		CreateTime: cloud.Milliseconds(c.start),
	}
	submitted, row := v, s.rayJobs.create(v.ID)
	schedule(row, c, c.start, v)
	v.Status = dlc.RayJobStatusPending
	schedule(row, c, c.part(1, 3), v)
	v.Status = dlc.RayJobStatusRunning
	schedule(row, c, c.part(2, 3), v)
	after := finishedRayJob(c, v)
	finish(row, c, after)
	s.rayEvent(c, c.start, v.ID, string(submitted.Status), "")
	s.rayEvent(c, c.part(2, 3), v.ID, string(v.Status), "")
	s.rayEvent(c, c.end, v.ID, string(after.Status), after.ErrorMessage)
	return &dlc.RunJobSpecResponse{
		ID: submitted.ID, Status: submitted.Status, SpecID: submitted.SpecID, JobSource: submitted.JobSource,
		CreateTime: submitted.CreateTime, RequestID: r.requestID,
	}, nil
}

// cancelRayJob cancels a job that has not finished. If the cancellation fails, the job succeeds.
func (s *dlcService) cancelRayJob(r *received, in dlc.CancelRayJobRequest) (any, error) {
	row := s.rayJobs.row(in.ID)
	v, ok := row.actual(s.emulator.now())
	switch {
	case !ok:
		return nil, rayJobNotFound(in.ID)
	case !slices.Contains([]dlc.RayJobStatus{dlc.RayJobStatusSubmitted, dlc.RayJobStatusPending, dlc.RayJobStatusRunning}, v.Status):
		return nil, &refusal{code: "OperationDenied", message: "The job " + in.ID + " is " + string(v.Status) + "."}
	case s.isEnding(in.ID):
		return &dlc.CancelRayJobResponse{RequestID: r.requestID}, nil
	}
	c := s.emulator.begin("dlc", "CancelRayJob")
	s.ending[in.ID] = c.end
	after := finishedRayJob(cancellation(c), v)
	schedule(row, c, c.start, v)
	finish(row, c, after)
	s.rayEvent(c, c.start, v.ID, string(v.Status), "")
	s.rayEvent(c, c.end, v.ID, string(after.Status), after.ErrorMessage)
	return &dlc.CancelRayJobResponse{RequestID: r.requestID}, nil
}

func finishedRayJob(c change, v dlc.GetRayJobResponse) dlc.GetRayJobResponse {
	v.Status, v.FinishTime, v.ErrorMessage = dlc.RayJobStatusSucceeded, cloud.Milliseconds(c.end), c.Reason
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
	return &refusal{code: "ResourceNotFound", message: "The job " + strconv.Quote(id) + " does not exist."}
}

func (s *dlcService) getRayJob(r *received, in dlc.GetRayJobRequest) (any, error) {
	v, ok := s.rayJobs.row(in.ID).visible(s.emulator.now())
	if !ok {
		return nil, rayJobNotFound(in.ID)
	}
	v.RequestID = r.requestID
	return &v, nil
}
