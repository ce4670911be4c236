package emulator

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcRayChanges are the actions that change Ray clusters, labs and Ray jobs.
var dlcRayChanges = []string{
	"CreateRayCluster", "StartRayCluster", "StopRayCluster", "DeleteRayCluster",
	"CreateLab", "StartLab", "StopLab", "DeleteLab", "RunJobSpec", "CancelRayJob",
}

// The states on the way, which no example of the service shows.
const (
	rayStopping dlc.RayClusterStatus = "STOPPING"
	rayDeleting dlc.RayClusterStatus = "DELETING"
)

func (s *dlcService) rayActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateRayCluster": action(s.createRayCluster),
		"StartRayCluster":  action(s.startRayCluster),
		"StopRayCluster":   action(s.stopRayCluster),
		"DeleteRayCluster": action(s.deleteRayCluster),
		"GetRayCluster":    action(s.getRayCluster),
		"CreateLab":        action(s.createLab),
		"StartLab":         action(s.startLab),
		"StopLab":          action(s.stopLab),
		"DeleteLab":        action(s.deleteLab),
		"GetLabDetail":     action(s.getLab),
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
}

// AddRayCluster adds a Ray cluster, or replaces the one with its ID, and returns the ID. Empty fields default to those
// of a cluster that has been running for a day.
func (e *Emulator) AddRayCluster(cluster dlc.GetRayClusterResponse) (id string) {
	return e.addRay(func(s *dlcService) *table[rayState] { return s.rayClusters }, rayState{
		ID: cmp.Or(cluster.ID, newRayID("raycluster")), Name: cluster.Name, Status: cluster.Status, StatusMessage: cluster.StatusMessage,
		CreateTime: cluster.CreateTime, Started: cluster.StartTime, Stopped: cluster.StopTime, Cluster: deepCopy(cluster),
	})
}

// AddLab adds a lab, or replaces the one with its ID, and returns the ID. Empty fields default to those of a lab that
// has been running for a day.
func (e *Emulator) AddLab(lab dlc.GetLabDetailResponse) (id string) {
	return e.addRay(func(s *dlcService) *table[rayState] { return s.labs }, rayState{
		ID: cmp.Or(lab.ID, newRayID("raylab")), Name: lab.Name, Status: lab.Status, StatusMessage: lab.StatusMessage,
		Started: lab.StartTime, Stopped: lab.StopTime, Lab: deepCopy(lab),
	})
}

func (e *Emulator) addRay(tableOf func(*dlcService) *table[rayState], v rayState) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	v.Name = cmp.Or(v.Name, v.ID)
	v.Status = cmp.Or(v.Status, dlc.RayClusterStatusRunning)
	v.CreateTime = cmp.Or(v.CreateTime, cloud.Milliseconds(e.now().Add(-24*time.Hour)))
	v.Started = cmp.Or(v.Started, v.CreateTime)
	tableOf(e.dlc).add(v.ID, e.now(), v)
	return v.ID
}

func newRayID(prefix string) string { return prefix + "-" + newUUID()[:8] }

// createRay plans a cluster or a lab, which is set up but does not run in the end.
func (s *dlcService) createRay(t *table[rayState], operation string, v rayState) rayState {
	c := s.emulator.begin("dlc", operation)
	v.Name, v.Status, v.CreateTime = cmp.Or(v.Name, v.ID), dlc.RayClusterStatusInitializing, cloud.Milliseconds(c.start)
	after := rayAtEnd(c, v, dlc.RayClusterStatusCreated, dlc.RayClusterStatusFailed)
	s.changeRay(t.create(v.ID), c, v, after)
	return v
}

// startRay plans a start. One that fails leaves the cluster or lab failed.
func (s *dlcService) startRay(t *table[rayState], operation, id string) (rayState, error) {
	row, v, err := s.rayInState(t, id, dlc.RayClusterStatusCreated, dlc.RayClusterStatusStopped, dlc.RayClusterStatusFailed)
	if err != nil {
		return v, err
	}
	c := s.emulator.begin("dlc", operation)
	v.Status, v.StatusMessage, v.Started = dlc.RayClusterStatusStarting, "", max(cloud.Milliseconds(c.start), v.Started+1)
	s.changeRay(row, c, v, rayAtEnd(c, v, dlc.RayClusterStatusRunning, dlc.RayClusterStatusFailed))
	return v, nil
}

// stopRay plans a stop. If it fails, the cluster or lab goes on running.
func (s *dlcService) stopRay(t *table[rayState], operation, id string) (rayState, error) {
	row, v, err := s.rayInState(t, id, dlc.RayClusterStatusRunning)
	if err != nil {
		return v, err
	}
	c := s.emulator.begin("dlc", operation)
	v.Status = rayStopping
	after := rayAtEnd(c, v, dlc.RayClusterStatusStopped, dlc.RayClusterStatusRunning)
	if after.Status == dlc.RayClusterStatusStopped {
		after.Stopped = max(cloud.Milliseconds(c.end), v.Stopped+1)
	}
	s.changeRay(row, c, v, after)
	return v, nil
}

// deleteRay plans a deletion. If it fails, the cluster or lab is as before.
func (s *dlcService) deleteRay(t *table[rayState], operation, id string, vanishes bool) error {
	row, v, err := s.rayInState(t, id, dlc.RayClusterStatusCreated, dlc.RayClusterStatusRunning, dlc.RayClusterStatusStopped,
		dlc.RayClusterStatusFailed)
	if err != nil {
		return err
	}
	c := s.emulator.begin("dlc", operation)
	c.Vanish = c.Vanish || vanishes && !c.failed() && c.State == ""
	after := rayAtEnd(c, v, dlc.RayClusterStatusDeleted, v.Status)
	v.Status = rayDeleting
	s.changeRay(row, c, v, after)
	return nil
}

// changeRay plans a change of a cluster or a lab, and records its events.
func (s *dlcService) changeRay(row *timeline[rayState], c change, changing, after rayState) {
	schedule(row, c, c.start, changing)
	finish(row, c, after)
	s.rayEvent(c, c.start, changing.ID, string(changing.Status), "")
	s.rayEvent(c, c.end, after.ID, string(after.Status), after.StatusMessage)
}

// rayAtEnd returns a cluster or a lab at the end of a change, which makes it live or broken.
func rayAtEnd(c change, v rayState, live, broken dlc.RayClusterStatus) rayState {
	v.Status, v.StatusMessage = live, c.Reason
	if c.failed() {
		v.Status = broken
	}
	v.Status = cmp.Or(dlc.RayClusterStatus(c.State), v.Status)
	return v
}

// rayInState returns a cluster or a lab that is in one of the given states.
func (s *dlcService) rayInState(t *table[rayState], id string, states ...dlc.RayClusterStatus) (*timeline[rayState], rayState, error) {
	row := t.row(id)
	v, ok := row.actual(s.emulator.now())
	switch {
	case !ok || v.Status == dlc.RayClusterStatusDeleted:
		return nil, v, s.rayNotFound(t, id)
	case !slices.Contains(states, v.Status):
		code := "OperationDenied"
		if t == s.labs {
			code = "FailedOperation.LabInTransition"
		}
		return nil, v, &refusal{code: code, message: strconv.Quote(id) + " is " + string(v.Status) + "."}
	}
	return row, v, nil
}

func (s *dlcService) rayNotFound(t *table[rayState], id string) error {
	code := "ResourceNotFound"
	if t == s.labs {
		code = "FailedOperation.LabNotFound"
	}
	return &refusal{code: code, message: strconv.Quote(id) + " does not exist."}
}

func (s *dlcService) createRayCluster(r *received, in dlc.CreateRayClusterRequest) (any, error) {
	v := s.createRay(s.rayClusters, r.operation, rayState{ID: newRayID("raycluster"), Name: in.Name, Cluster: dlc.GetRayClusterResponse{
		Description: in.Description, ResourcePartitionID: in.ResourcePartitionID, Queue: in.Queue, GroupID: in.GroupID, Image: in.Image,
		ResourceConfig: in.ResourceConfig, ResourceConfigID: in.ResourceConfigID, Catalog: in.Catalog, Priority: in.Priority, Tags: in.Tags,
	}})
	return &dlc.CreateRayClusterResponse{ID: v.ID, Name: v.Name, Status: v.Status, CreateTime: v.CreateTime, RequestID: r.requestID}, nil
}

func (s *dlcService) startRayCluster(r *received, in dlc.StartRayClusterRequest) (any, error) {
	v, err := s.startRay(s.rayClusters, r.operation, in.ID)
	if err != nil {
		return nil, err
	}
	return &dlc.StartRayClusterResponse{
		ID: v.ID, Name: v.Name, Status: v.Status, CreateTime: v.CreateTime, StartTime: v.Started, StopTime: v.Stopped,
		RequestID: r.requestID,
	}, nil
}

func (s *dlcService) stopRayCluster(r *received, in dlc.StopRayClusterRequest) (any, error) {
	v, err := s.stopRay(s.rayClusters, r.operation, in.ID)
	if err != nil {
		return nil, err
	}
	return &dlc.StopRayClusterResponse{
		ID: v.ID, Name: v.Name, Status: v.Status, CreateTime: v.CreateTime, StartTime: v.Started, StopTime: v.Stopped,
		RequestID: r.requestID,
	}, nil
}

// deleteRayCluster deletes a cluster, which is not found afterwards.
func (s *dlcService) deleteRayCluster(r *received, in dlc.DeleteRayClusterRequest) (any, error) {
	if err := s.deleteRay(s.rayClusters, r.operation, in.ID, true); err != nil {
		return nil, err
	}
	return &dlc.DeleteRayClusterResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) getRayCluster(r *received, in dlc.GetRayClusterRequest) (any, error) {
	v, ok := s.rayClusters.row(in.ID).visible(s.emulator.now())
	if !ok {
		return nil, s.rayNotFound(s.rayClusters, in.ID)
	}
	out := v.cluster()
	out.RequestID = r.requestID
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

func (s *dlcService) createLab(r *received, in dlc.CreateLabRequest) (any, error) {
	v := s.createRay(s.labs, r.operation, rayState{ID: newRayID("raylab"), Name: in.Name, Lab: dlc.GetLabDetailResponse{
		Description: in.Description, ResourcePartitionID: in.ResourcePartitionID, Queue: in.Queue, Image: in.Image,
		ResourceConfig: in.ResourceConfig, ResourceConfigID: in.ResourceConfigID, Catalog: in.Catalog, Priority: in.Priority, Tags: in.Tags,
	}})
	return &dlc.CreateLabResponse{ID: v.ID, Name: v.Name, Status: v.Status, CreateTime: v.CreateTime, RequestID: r.requestID}, nil
}

func (s *dlcService) startLab(r *received, in dlc.StartLabRequest) (any, error) {
	v, err := s.startRay(s.labs, r.operation, in.ID)
	if err != nil {
		return nil, err
	}
	return &dlc.StartLabResponse{
		ID: v.ID, Name: v.Name, Status: v.Status, CreateTime: v.CreateTime, StartTime: v.Started, RequestID: r.requestID,
	}, nil
}

func (s *dlcService) stopLab(r *received, in dlc.StopLabRequest) (any, error) {
	v, err := s.stopRay(s.labs, r.operation, in.ID)
	if err != nil {
		return nil, err
	}
	return &dlc.StopLabResponse{
		ID: v.ID, Name: v.Name, Status: v.Status, CreateTime: v.CreateTime, StartTime: v.Started, RequestID: r.requestID,
	}, nil
}

// deleteLab deletes a lab, which is shown as deleted afterwards.
func (s *dlcService) deleteLab(r *received, in dlc.DeleteLabRequest) (any, error) {
	if err := s.deleteRay(s.labs, r.operation, in.ID, false); err != nil {
		return nil, err
	}
	return &dlc.DeleteLabResponse{RequestID: r.requestID}, nil
}

func (s *dlcService) getLab(r *received, in dlc.GetLabDetailRequest) (any, error) {
	v, ok := s.labs.row(in.ID).visible(s.emulator.now())
	if !ok {
		return nil, s.rayNotFound(s.labs, in.ID)
	}
	out := v.lab()
	out.RequestID = r.requestID
	return &out, nil
}

// lab returns a lab as the service shows it.
func (v rayState) lab() dlc.GetLabDetailResponse {
	out := v.Lab
	out.ID, out.Type, out.Name = v.ID, cmp.Or(out.Type, "RAY_LAB"), v.Name
	out.Status, out.StatusMessage, out.StartTime, out.StopTime = v.Status, v.StatusMessage, v.Started, v.Stopped
	return out
}
