package dlc

import (
	"slices"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) rayReadOperations() front.Handlers {
	return front.Handlers{
		"UpdateRayCluster":      front.Handle(s.updateRayCluster),
		"ModifyClusterPriority": front.Handle(s.modifyClusterPriority),
		"GetRayClusterHistory":  front.Handle(s.rayClusterHistory),
		"GetRayClusterPods":     front.Handle(s.rayClusterPods),
		"UpdateLab":             front.Handle(s.updateLab),
		"ModifyLabPriority":     front.Handle(s.modifyLabPriority),
		"GetLabHistory":         front.Handle(s.labHistory),
		"GetLabPods":            front.Handle(s.labPods),
		"GetRayJobHistory":      front.Handle(s.rayJobHistory),
		"GetRayJobPods":         front.Handle(s.rayJobPods),
		"GetRayJobEventLog":     front.Handle(s.rayJobEventLog),
		"UpdateRayJobPriority":  front.Handle(s.updateRayJobPriority),
		"DeleteRayJob":          front.Handle(s.deleteRayJob),
		"CheckResourceName":     front.Handle(s.checkResourceName),
	}
}

// settled returns a cluster or a lab that is not on the way from one state to another.
func (s *Service) settled(t *world.Table[rayState], id string) (*world.Timeline[rayState], rayState, error) {
	return s.rayInState(t, id, dlc.RayClusterStatusCreated, dlc.RayClusterStatusRunning, dlc.RayClusterStatusStopped,
		dlc.RayClusterStatusFailed)
}

func (s *Service) updateRayCluster(r *front.Received, in dlc.UpdateRayClusterRequest) (any, error) {
	_, v, err := s.settled(s.rayClusters, in.ID)
	if err != nil {
		return nil, err
	}
	c := v.cluster()
	world.CopyMembers(&c, in)
	v.Name, v.Cluster = c.Name, c
	s.rayClusters.Add(v.ID, s.world.Now(), v)
	out := world.CommonTo[dlc.UpdateRayClusterResponse](c)
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) modifyClusterPriority(r *front.Received, in dlc.ModifyClusterPriorityRequest) (any, error) {
	_, v, err := s.settled(s.rayClusters, in.ID)
	if err != nil {
		return nil, err
	}
	v.Cluster.Priority = in.Priority
	s.rayClusters.Add(v.ID, s.world.Now(), v)
	out := world.CommonTo[dlc.ModifyClusterPriorityResponse](v.cluster())
	out.RequestID = r.RequestID
	return &out, nil
}

// updateLab changes the lab of a name.
func (s *Service) updateLab(r *front.Received, in dlc.UpdateLabRequest) (any, error) {
	id, _, ok := s.labs.By(s.world.Now(), in.Name)
	if !ok {
		return nil, s.rayNotFound(s.labs, in.Name)
	}
	_, v, err := s.settled(s.labs, id)
	if err != nil {
		return nil, err
	}
	lab := v.lab()
	world.CopyMembers(&lab, in)
	v.Lab = lab
	world.CopyMembers(&v.OfLab, in)
	s.labs.Add(v.ID, s.world.Now(), v)
	out := labAs[dlc.UpdateLabResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) modifyLabPriority(r *front.Received, in dlc.ModifyLabPriorityRequest) (any, error) {
	_, v, err := s.settled(s.labs, in.ID)
	if err != nil {
		return nil, err
	}
	v.Lab.Priority = in.Priority
	s.labs.Add(v.ID, s.world.Now(), v)
	out := labAs[dlc.ModifyLabPriorityResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

// history returns how a cluster or a lab got from state to state, the oldest first.
func (s *Service) history(t *world.Table[rayState], id string) ([]dlc.RayClusterHistory, error) {
	v, ok := t.Row(id).Visible(s.world.Now())
	if !ok {
		return nil, s.rayNotFound(t, id)
	}
	list := []dlc.RayClusterHistory{}
	from := dlc.RayClusterStatus("")
	for i, h := range s.rayEvents.Of(s.world.Now(), id) {
		to := dlc.RayClusterStatus(h.What.Reason)
		list = append(list, dlc.RayClusterHistory{
			ID: i + 1, ClusterID: id, ClusterName: v.Name, FromState: from, ToState: to, Event: "TO_" + string(to), Message: h.What.Message,
			TransitionTime: cloud.Milliseconds(h.At),
		})
		from = to
	}
	return list, nil
}

func (s *Service) rayClusterHistory(r *front.Received, in dlc.GetRayClusterHistoryRequest) (any, error) {
	list, err := s.history(s.rayClusters, in.ID)
	if err != nil {
		return nil, err
	}
	l, err := pageOf(list, listQuery{page: in.Page, size: in.PageSize}, same)
	return &dlc.GetRayClusterHistoryResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

func (s *Service) labHistory(r *front.Received, in dlc.GetLabHistoryRequest) (any, error) {
	list, err := s.history(s.labs, in.ID)
	if err != nil {
		return nil, err
	}
	l, err := pageOf(list, listQuery{page: in.Page, size: in.PageSize}, same)
	return &dlc.GetLabHistoryResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

// pods returns the pods of a cluster or a lab, which has some while it runs: a head and a worker.
func (s *Service) pods(t *world.Table[rayState], id string) ([]dlc.ClusterPod, error) {
	v, ok := t.Row(id).Visible(s.world.Now())
	if !ok {
		return nil, s.rayNotFound(t, id)
	}
	if v.Status != dlc.RayClusterStatusRunning {
		return []dlc.ClusterPod{}, nil
	}
	return podsOf(id, v.Started, "head", "worker"), nil
}

func podsOf(id string, started cloud.Timestamp, roles ...string) []dlc.ClusterPod {
	list := []dlc.ClusterPod{}
	for _, role := range roles {
		list = append(list, dlc.ClusterPod{
			PodName: id + "-" + role + "-0", Status: "Running", Phase: "Running", Namespace: "dlc", Role: role, CPURequest: "1",
			CPULimit: "1", MemoryRequest: "4Gi", MemoryLimit: "4Gi", GPUCount: "0", CreateTime: started, StartTime: started,
		})
	}
	return list
}

func (s *Service) rayClusterPods(r *front.Received, in dlc.GetRayClusterPodsRequest) (any, error) {
	list, err := s.pods(s.rayClusters, in.ID)
	if err != nil {
		return nil, err
	}
	l, err := pageOf(list, listQuery{in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields}, same)
	return &dlc.GetRayClusterPodsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

func (s *Service) labPods(r *front.Received, in dlc.GetLabPodsRequest) (any, error) {
	list, err := s.pods(s.labs, in.ID)
	if err != nil {
		return nil, err
	}
	l, err := pageOf(list, listQuery{in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields}, same)
	return &dlc.GetLabPodsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

// rayJob returns a job that reads show.
func (s *Service) rayJob(id string) (dlc.GetRayJobResponse, error) {
	v, ok := s.rayJobs.Row(id).Visible(s.world.Now())
	if !ok {
		return v, rayJobNotFound(id)
	}
	return v, nil
}

func (s *Service) rayJobHistory(r *front.Received, in dlc.GetRayJobHistoryRequest) (any, error) {
	v, err := s.rayJob(in.ID)
	if err != nil {
		return nil, err
	}
	list := []dlc.JobStatusHistory{}
	from := dlc.RayJobStatus("")
	for i, h := range s.rayEvents.Of(s.world.Now(), in.ID) {
		to := dlc.RayJobStatus(h.What.Reason)
		list = append(list, dlc.JobStatusHistory{
			ID: i + 1, JobID: v.ID, JobName: v.JobName, FromState: from, ToState: to, Event: "TO_" + string(to), Message: h.What.Message,
			TransitionTime: cloud.Milliseconds(h.At),
		})
		from = to
	}
	l, err := pageOf(list, listQuery{page: in.Page, size: in.PageSize}, same)
	return &dlc.GetRayJobHistoryResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

func (s *Service) rayJobPods(r *front.Received, in dlc.GetRayJobPodsRequest) (any, error) {
	v, err := s.rayJob(in.ID)
	if err != nil {
		return nil, err
	}
	list := []dlc.JobPodEntity{}
	if v.Status == dlc.RayJobStatusRunning {
		list = shownAs[dlc.JobPodEntity](podsOf(v.ID, v.CreateTime, "submitter"))
	}
	l, err := pageOf(list, listQuery{in.Page, in.PageSize, in.StartTime, in.EndTime, in.Filters, in.SortFields}, same)
	return &dlc.GetRayJobPodsResponse{
		Items: l.Items, Total: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

func (s *Service) rayJobEventLog(r *front.Received, in dlc.GetRayJobEventLogRequest) (any, error) {
	if _, err := s.rayJob(in.ID); err != nil {
		return nil, err
	}
	all, err := s.eventsOf(eventQuery{in.ID, "", in.StartTime, in.EndTime, maxEvents, in.SortFields, nil})
	if err != nil {
		return nil, err
	}
	l, err := pageOf(shownAs[dlc.EventLogItem](all.list), listQuery{page: in.Page, size: in.PageSize}, same)
	return &dlc.GetRayJobEventLogResponse{
		Events: l.Items, TotalCount: l.Total, Page: l.Page, PageSize: l.Size, TotalPages: l.TotalPages, RequestID: r.RequestID,
	}, err
}

// maxEvents is more events than anything has.
const maxEvents = 10_000

func (s *Service) updateRayJobPriority(r *front.Received, in dlc.UpdateRayJobPriorityRequest) (any, error) {
	v, err := s.rayJob(in.ID)
	if err != nil {
		return nil, err
	}
	if slices.Contains(unfinishedRayJob, v.Status) && v.Status != dlc.RayJobStatusRunning {
		return nil, refuse("OperationDenied", "The job %q is %s.", in.ID, v.Status)
	}
	v.Priority = in.Priority
	s.rayJobs.Add(v.ID, s.world.Now(), v)
	out := world.CommonTo[dlc.UpdateRayJobPriorityResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

// deleteRayJob deletes a job that has finished.
func (s *Service) deleteRayJob(r *front.Received, in dlc.DeleteRayJobRequest) (any, error) {
	v, err := s.rayJob(in.ID)
	if err != nil {
		return nil, err
	}
	if slices.Contains(unfinishedRayJob, v.Status) {
		return nil, refuse("OperationDenied", "The job %q is %s.", in.ID, v.Status)
	}
	remove(s, s.rayJobs, in.ID)
	return &dlc.DeleteRayJobResponse{RequestID: r.RequestID}, nil
}

// checkResourceName reports whether a new Ray cluster, lab or job configuration can have a name.
func (s *Service) checkResourceName(r *front.Received, in dlc.CheckResourceNameRequest) (any, error) {
	now := s.world.Now()
	_, _, cluster := s.rayClusters.By(now, in.ResourceName)
	_, _, lab := s.labs.By(now, in.ResourceName)
	_, _, spec := s.jobSpecs.By(now, in.ResourceName)
	_, _, config := s.resourceConfigs.By(now, in.ResourceName)
	valid := "true"
	if cluster || lab || spec || config || strings.TrimSpace(in.ResourceName) == "" {
		valid = "false"
	}
	return &dlc.CheckResourceNameResponse{IsValid: valid, RequestID: r.RequestID}, nil
}

// nameOfRay returns the name that a Ray cluster or a lab has, none if it is deleted.
func nameOfRay(v *rayState) string {
	if v.Status == dlc.RayClusterStatusDeleted {
		return ""
	}
	return v.Name
}
