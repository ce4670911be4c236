package dlc

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// rayChanges are the actions that change Ray clusters, labs and Ray jobs.
var rayChanges = []string{
	"CreateRayCluster", "StartRayCluster", "StopRayCluster", "DeleteRayCluster",
	"CreateLab", "StartLab", "StopLab", "DeleteLab", "RunJobSpec", "CancelRayJob",
}

// The states on the way, which no example of the service shows.
const (
	rayStopping dlc.RayClusterStatus = "STOPPING"
	rayDeleting dlc.RayClusterStatus = "DELETING"
)

func (s *Service) rayOperations() front.Handlers {
	return front.Handlers{
		"CreateRayCluster": front.Handle(s.createRayCluster),
		"StartRayCluster":  front.Handle(s.startRayCluster),
		"StopRayCluster":   front.Handle(s.stopRayCluster),
		"DeleteRayCluster": front.Handle(s.deleteRayCluster),
		"GetRayCluster":    front.Handle(s.getRayCluster),
		"CreateLab":        front.Handle(s.createLab),
		"StartLab":         front.Handle(s.startLab),
		"StopLab":          front.Handle(s.stopLab),
		"DeleteLab":        front.Handle(s.deleteLab),
		"GetLabDetail":     front.Handle(s.getLab),
	}
}

// A rayState is what Ray clusters and labs have in common.
type rayState struct {
	ID, Name         string
	Status           dlc.RayClusterStatus
	StatusMessage    string
	CreateTime       cloud.Timestamp
	Started, Stopped cloud.Timestamp

	Cluster dlc.GetRayClusterResponse // everything else of a cluster
	Lab     dlc.GetLabDetailResponse  // everything else of a lab
	OfLab   OfLab
}

// AddRayCluster adds a Ray cluster, or replaces the one with its ID, and returns the ID.
func (s *Service) AddRayCluster(cluster dlc.GetRayClusterResponse) (id string) {
	return s.addRay(s.rayClusters, "raycluster", rayState{
		ID: cluster.ID, Name: cluster.Name, Status: cluster.Status, StatusMessage: cluster.StatusMessage,
		CreateTime: cluster.CreateTime, Started: cluster.StartTime, Stopped: cluster.StopTime, Cluster: cluster,
	})
}

// AddLab adds a lab, or replaces the one with its ID, and returns the ID.
func (s *Service) AddLab(of OfLab, lab dlc.GetLabDetailResponse) (id string) {
	return s.addRay(s.labs, "raylab", rayState{
		ID: lab.ID, Name: lab.Name, Status: lab.Status, StatusMessage: lab.StatusMessage,
		CreateTime: of.CreateTime, Started: lab.StartTime, Stopped: lab.StopTime, Lab: lab, OfLab: of,
	})
}

func (s *Service) addRay(t *world.Table[rayState], prefix string, v rayState) string {
	v.ID = cmp.Or(v.ID, s.newRayID(prefix))
	v.Name = cmp.Or(v.Name, v.ID)
	v.Status = cmp.Or(v.Status, dlc.RayClusterStatusRunning)
	v.CreateTime = cmp.Or(v.CreateTime, cloud.Milliseconds(s.world.Now().Add(-24*time.Hour)))
	v.Started = cmp.Or(v.Started, v.CreateTime)
	t.Add(v.ID, s.world.Now(), v)
	return v.ID
}

func (s *Service) newRayID(prefix string) string { return prefix + "-" + s.world.NewID(8) }

// createRay plans a cluster or a lab, which is set up but does not run in the end.
func (s *Service) createRay(t *world.Table[rayState], operation string, v rayState) rayState {
	c := s.world.Begin("dlc", operation)
	v.Name, v.Status, v.CreateTime = cmp.Or(v.Name, v.ID), dlc.RayClusterStatusInitializing, cloud.Milliseconds(c.Start)
	after := rayAtEnd(c, v, dlc.RayClusterStatusCreated, dlc.RayClusterStatusFailed)
	s.changeRay(t.Create(v.ID), c, v, after)
	return v
}

// startRay plans a start. One that fails leaves the cluster or lab failed.
func (s *Service) startRay(t *world.Table[rayState], operation, id string) (rayState, error) {
	row, v, err := s.rayInState(t, id, dlc.RayClusterStatusCreated, dlc.RayClusterStatusStopped, dlc.RayClusterStatusFailed)
	if err != nil {
		return v, err
	}
	c := s.world.Begin("dlc", operation)
	v.Status, v.StatusMessage, v.Started = dlc.RayClusterStatusStarting, "", max(cloud.Milliseconds(c.Start), v.Started+1)
	s.changeRay(row, c, v, rayAtEnd(c, v, dlc.RayClusterStatusRunning, dlc.RayClusterStatusFailed))
	return v, nil
}

// stopRay plans a stop. If it fails, the cluster or lab goes on running.
func (s *Service) stopRay(t *world.Table[rayState], operation, id string) (rayState, error) {
	row, v, err := s.rayInState(t, id, dlc.RayClusterStatusRunning)
	if err != nil {
		return v, err
	}
	c := s.world.Begin("dlc", operation)
	v.Status = rayStopping
	after := rayAtEnd(c, v, dlc.RayClusterStatusStopped, dlc.RayClusterStatusRunning)
	if after.Status == dlc.RayClusterStatusStopped {
		after.Stopped = max(cloud.Milliseconds(c.End), v.Stopped+1)
	}
	s.changeRay(row, c, v, after)
	return v, nil
}

// deleteRay plans a deletion. If it fails, the cluster or lab is as before.
func (s *Service) deleteRay(t *world.Table[rayState], operation, id string, vanishes bool) error {
	row, v, err := s.rayInState(t, id, dlc.RayClusterStatusCreated, dlc.RayClusterStatusRunning, dlc.RayClusterStatusStopped,
		dlc.RayClusterStatusFailed)
	if err != nil {
		return err
	}
	c := s.world.Begin("dlc", operation)
	c.Vanish = c.Vanish || vanishes && !c.Failed() && c.State == ""
	after := rayAtEnd(c, v, dlc.RayClusterStatusDeleted, v.Status)
	v.Status = rayDeleting
	s.changeRay(row, c, v, after)
	return nil
}

// changeRay plans a change of a cluster or a lab, and records its events.
func (s *Service) changeRay(row *world.Timeline[rayState], c world.Change, changing, after rayState) {
	world.Schedule(row, c, c.Start, changing)
	world.Finish(row, c, after)
	s.rayEvent(c, c.Start, changing.ID, string(changing.Status), "")
	s.rayEvent(c, c.End, after.ID, string(after.Status), after.StatusMessage)
}

// rayAtEnd returns a cluster or a lab at the end of a change, which makes it live or broken.
func rayAtEnd(c world.Change, v rayState, live, broken dlc.RayClusterStatus) rayState {
	v.Status, v.StatusMessage = live, c.Reason
	if c.Failed() {
		v.Status = broken
	}
	v.Status = cmp.Or(dlc.RayClusterStatus(c.State), v.Status)
	return v
}

// rayInState returns a cluster or a lab that is in one of the given states.
func (s *Service) rayInState(
	t *world.Table[rayState], id string, states ...dlc.RayClusterStatus,
) (*world.Timeline[rayState], rayState, error) {
	row := t.Row(id)
	v, ok := row.Actual(s.world.Now())
	switch {
	case !ok || v.Status == dlc.RayClusterStatusDeleted:
		return nil, v, s.rayNotFound(t, id)
	case !slices.Contains(states, v.Status):
		code := "OperationDenied"
		if t == s.labs {
			code = "FailedOperation.LabInTransition"
		}
		return nil, v, &front.Refusal{Code: code, Message: strconv.Quote(id) + " is " + string(v.Status) + "."}
	}
	return row, v, nil
}

func (s *Service) rayNotFound(t *world.Table[rayState], id string) error {
	code := "ResourceNotFound"
	if t == s.labs {
		code = "FailedOperation.LabNotFound"
	}
	return &front.Refusal{Code: code, Message: strconv.Quote(id) + " does not exist."}
}

func (s *Service) createRayCluster(r *front.Received, in dlc.CreateRayClusterRequest) (any, error) {
	v := s.createRay(s.rayClusters, r.Operation, rayState{
		ID: s.newRayID("raycluster"), Name: in.Name, Cluster: world.CommonTo[dlc.GetRayClusterResponse](in),
	})
	out := world.CommonTo[dlc.CreateRayClusterResponse](v.cluster())
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) startRayCluster(r *front.Received, in dlc.StartRayClusterRequest) (any, error) {
	v, err := s.startRay(s.rayClusters, r.Operation, in.ID)
	if err != nil {
		return nil, err
	}
	out := world.CommonTo[dlc.StartRayClusterResponse](v.cluster())
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) stopRayCluster(r *front.Received, in dlc.StopRayClusterRequest) (any, error) {
	v, err := s.stopRay(s.rayClusters, r.Operation, in.ID)
	if err != nil {
		return nil, err
	}
	out := world.CommonTo[dlc.StopRayClusterResponse](v.cluster())
	out.RequestID = r.RequestID
	return &out, nil
}

// deleteRayCluster deletes a cluster, which is not found afterwards.
func (s *Service) deleteRayCluster(r *front.Received, in dlc.DeleteRayClusterRequest) (any, error) {
	if err := s.deleteRay(s.rayClusters, r.Operation, in.ID, true); err != nil {
		return nil, err
	}
	return &dlc.DeleteRayClusterResponse{RequestID: r.RequestID}, nil
}

func (s *Service) getRayCluster(r *front.Received, in dlc.GetRayClusterRequest) (any, error) {
	v, ok := s.rayClusters.Row(in.ID).Visible(s.world.Now())
	if !ok {
		return nil, s.rayNotFound(s.rayClusters, in.ID)
	}
	out := v.cluster()
	out.RequestID = r.RequestID
	return &out, nil
}

// cluster returns a cluster as the service shows it.
func (v rayState) cluster() dlc.GetRayClusterResponse {
	out := v.Cluster
	out.ID, out.Type, out.Name = v.ID, cmp.Or(out.Type, "RAY_CLUSTER"), v.Name
	out.Status, out.StatusMessage, out.CreateTime = v.Status, v.StatusMessage, v.CreateTime
	out.StartTime, out.StopTime = v.Started, v.Stopped
	return out
}

func (s *Service) createLab(r *front.Received, in dlc.CreateLabRequest) (any, error) {
	v := s.createRay(s.labs, r.Operation, rayState{
		ID: s.newRayID("raylab"), Name: in.Name, Lab: world.CommonTo[dlc.GetLabDetailResponse](in),
		OfLab: world.CommonTo[OfLab](in),
	})
	out := labAs[dlc.CreateLabResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) startLab(r *front.Received, in dlc.StartLabRequest) (any, error) {
	v, err := s.startRay(s.labs, r.Operation, in.ID)
	if err != nil {
		return nil, err
	}
	out := labAs[dlc.StartLabResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

func (s *Service) stopLab(r *front.Received, in dlc.StopLabRequest) (any, error) {
	v, err := s.stopRay(s.labs, r.Operation, in.ID)
	if err != nil {
		return nil, err
	}
	out := labAs[dlc.StopLabResponse](v)
	out.RequestID = r.RequestID
	return &out, nil
}

// deleteLab deletes a lab, which is shown as deleted afterwards.
func (s *Service) deleteLab(r *front.Received, in dlc.DeleteLabRequest) (any, error) {
	if err := s.deleteRay(s.labs, r.Operation, in.ID, false); err != nil {
		return nil, err
	}
	return &dlc.DeleteLabResponse{RequestID: r.RequestID}, nil
}

func (s *Service) getLab(r *front.Received, in dlc.GetLabDetailRequest) (any, error) {
	v, ok := s.labs.Row(in.ID).Visible(s.world.Now())
	if !ok {
		return nil, s.rayNotFound(s.labs, in.ID)
	}
	out := v.lab()
	out.RequestID = r.RequestID
	return &out, nil
}

// labAs returns a lab as a list or a change shows it.
func labAs[T any](v rayState) (out T) {
	world.CopyMembers(&out, v.lab())
	world.CopyMembers(&out, v.ofLab())
	return out
}

func (v rayState) ofLab() OfLab {
	v.OfLab.CreateTime = v.CreateTime
	return v.OfLab
}

// lab returns a lab as the service shows it.
func (v rayState) lab() dlc.GetLabDetailResponse {
	out := v.Lab
	out.ID, out.Type, out.Name = v.ID, cmp.Or(out.Type, "RAY_LAB"), v.Name
	out.Status, out.StatusMessage, out.StartTime, out.StopTime = v.Status, v.StatusMessage, v.Started, v.Stopped
	return out
}
