package dlc

import (
	"cmp"
	"slices"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) jobSpecOperations() front.Handlers {
	return front.Handlers{
		"CreateJobSpec":         front.Handle(s.createJobSpec),
		"GetJobSpec":            front.Handle(s.getJobSpec),
		"ListJobSpecs":          front.Handle(s.listJobSpecs),
		"UpdateJobSpec":         front.Handle(s.updateJobSpec),
		"UpdateJobSpecPriority": front.Handle(s.updateJobSpecPriority),
		"CopyJobSpec":           front.Handle(s.copyJobSpec),
		"DeleteJobSpec":         front.Handle(s.deleteJobSpec),
	}
}

// jobSpec returns a job configuration that exists, with its jobs counted.
func (s *Service) jobSpec(id string) (dlc.GetJobSpecResponse, error) {
	v, ok := s.jobSpecs.Row(id).Actual(s.world.Now())
	if !ok {
		return v, refuse("ResourceNotFound", "The job configuration %q does not exist.", id)
	}
	return s.countJobs(v), nil
}

func (s *Service) countJobs(v dlc.GetJobSpecResponse) dlc.GetJobSpecResponse {
	v.JobInstanceCount, v.HasRunningJobs = 0, false
	for _, j := range s.rayJobs.ListBy(s.world.Now(), v.ID) {
		v.JobInstanceCount++
		v.HasRunningJobs = v.HasRunningJobs || slices.Contains(unfinishedRayJob, j.Status)
	}
	return v
}

// putJobSpec adds or replaces a job configuration that changes now.
func (s *Service) putJobSpec(v dlc.GetJobSpecResponse) dlc.GetJobSpecResponse {
	v.UpdateTime = max(cloud.Milliseconds(s.world.Now()), v.UpdateTime+1)
	v.CreateTime = cmp.Or(v.CreateTime, v.UpdateTime)
	s.jobSpecs.Add(v.ID, s.world.Now(), v)
	return s.countJobs(v)
}

func (s *Service) createJobSpec(r *front.Received, in dlc.CreateJobSpecRequest) (any, error) {
	v := world.CommonTo[dlc.GetJobSpecResponse](in)
	v.ID, v.UIN = s.newRayID("jobspec"), account
	v.Name = cmp.Or(v.Name, v.ID)
	out := world.CommonTo[dlc.CreateJobSpecResponse](s.putJobSpec(v))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) getJobSpec(r *front.Received, in dlc.GetJobSpecRequest) (any, error) {
	v, err := s.jobSpec(in.SpecID)
	if err != nil {
		return nil, err
	}
	v.RequestID = r.RequestID
	return &v, nil
}

func (s *Service) listJobSpecs(r *front.Received, in dlc.ListJobSpecsRequest) (any, error) {
	shown := func(v *dlc.GetJobSpecResponse) dlc.JobSpec { return world.CommonTo[dlc.JobSpec](s.countJobs(*v)) }
	l, err := pageOf(s.jobSpecs.List(s.world.Now()), listQuery{
		in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields,
	}, shown)
	if err != nil {
		return nil, err
	}
	return &dlc.ListJobSpecsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, nil
}

func (s *Service) updateJobSpec(r *front.Received, in dlc.UpdateJobSpecRequest) (any, error) {
	v, err := s.jobSpec(in.SpecID)
	if err != nil {
		return nil, err
	}
	world.CopyMembers(&v, in)
	out := world.CommonTo[dlc.UpdateJobSpecResponse](s.putJobSpec(v))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) updateJobSpecPriority(r *front.Received, in dlc.UpdateJobSpecPriorityRequest) (any, error) {
	v, err := s.jobSpec(in.SpecID)
	if err != nil {
		return nil, err
	}
	v.Priority = in.Priority
	out := world.CommonTo[dlc.UpdateJobSpecPriorityResponse](s.putJobSpec(v))
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) copyJobSpec(r *front.Received, in dlc.CopyJobSpecRequest) (any, error) {
	v, err := s.jobSpec(in.SpecID)
	if err != nil {
		return nil, err
	}
	v.ID, v.Name, v.CreateTime = s.newRayID("jobspec"), cmp.Or(in.NewName, v.Name+"-copy"), 0
	out := world.CommonTo[dlc.CopyJobSpecResponse](s.putJobSpec(v))
	out.RequestID = r.RequestID
	return &out, nil
}

// deleteJobSpec deletes a job configuration that no unfinished job uses.
func (s *Service) deleteJobSpec(r *front.Received, in dlc.DeleteJobSpecRequest) (any, error) {
	v, err := s.jobSpec(in.SpecID)
	if err != nil {
		return nil, err
	}
	if v.HasRunningJobs {
		return nil, refuse("OperationDenied", "The job configuration %q has jobs that have not finished.", in.SpecID)
	}
	remove(s, s.jobSpecs, in.SpecID)
	return &dlc.DeleteJobSpecResponse{RequestID: r.RequestID}, nil
}
