package emulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) savepointRoutes() []route {
	return []route{
		{"CreateSavepoint", "POST", flinkNamespace + "/savepoints", operation(s.createSavepoint)},
		{"GetSavepoint", "GET", flinkNamespace + "/savepoints/{savepointId}", operation(s.getSavepoint)},
		{"ListSavepoints", "GET", flinkNamespace + "/savepoints", operation(s.listSavepoints)},
	}
}

// flinkSavepoint is a savepoint with its workspace, which the service does not send.
type flinkSavepoint struct {
	flink.Savepoint
	workspace string
}

// AddFlinkSavepoint adds a savepoint to a namespace of a workspace, or replaces it, and returns its ID. Empty
// fields default to those of one that a user created an hour ago.
func (e *Emulator) AddFlinkSavepoint(workspace, namespace string, savepoint flink.Savepoint) (savepointID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, p := e.now(), deepCopy(savepoint)
	p.Namespace = namespace
	p.SavepointID = cmp.Or(p.SavepointID, newUUID())
	p.SavepointOrigin = cmp.Or(p.SavepointOrigin, flink.SavepointOriginUserRequest)
	p.Status = cmp.Or(p.Status, &flink.SavepointStatus{State: flink.SavepointStateCompleted})
	p.CreatedAt = cmp.Or(p.CreatedAt, cloud.Seconds(now.Add(-time.Hour)))
	p.ModifiedAt = cmp.Or(p.ModifiedAt, p.CreatedAt)
	e.flink.savepoints.add(keyOf(workspace, namespace, p.SavepointID), now, flinkSavepoint{p, workspace})
	return p.SavepointID
}

// createSavepoint creates a savepoint of the running job of a deployment.
func (s *flinkService) createSavepoint(_ *received, in flink.CreateSavepointRequest) (any, error) {
	d, ok := s.deployments.row(keyOf(in.Workspace, in.Namespace, in.DeploymentID)).actual(s.emulator.now())
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	job, ok := s.activeJob(d)
	if !ok || job.Status.CurrentJobStatus != flink.JobStateRunning {
		return nil, stateConflict("deployment", in.DeploymentID, "has no running job")
	}
	p := flink.Savepoint{DeploymentID: d.DeploymentID, JobID: job.JobID, SavepointOrigin: flink.SavepointOriginUserRequest}
	if in.Description != nil {
		p.Description = *in.Description
	}
	p.NativeFormat = in.NativeFormat != nil && *in.NativeFormat
	return s.startSavepoint(s.emulator.begin("flink", "CreateSavepoint"), p, in.Workspace, in.Namespace), nil
}

// startSavepoint plans a savepoint that is complete when the change ends.
func (s *flinkService) startSavepoint(c change, p flink.Savepoint, workspace, namespace string) *flink.Savepoint {
	p.SavepointID, p.Namespace = newUUID(), namespace
	p.CreatedAt, p.ModifiedAt = cloud.Seconds(c.start), cloud.Seconds(c.start)
	p.Status = &flink.SavepointStatus{State: flink.SavepointStateStarted}

	after := p
	after.ModifiedAt = cloud.Seconds(c.end)
	after.Status = &flink.SavepointStatus{State: flink.SavepointStateCompleted}
	if c.failed() {
		after.Status = &flink.SavepointStatus{State: flink.SavepointStateFailed, Failure: &flink.SavepointFailure{
			Reason: cmp.Or(c.ReasonType, "IO Exception"), Message: cmp.Or(c.Reason, "the state could not be written"),
			FailedAt: cloud.Seconds(c.end),
		}}
	} else {
		after.SavepointLocation = "oss://flink/savepoints/" + p.SavepointID
	}
	row := s.savepoints.create(keyOf(workspace, namespace, p.SavepointID))
	schedule(row, c, c.start, flinkSavepoint{p, workspace})
	finish(row, c, flinkSavepoint{after, workspace})
	job := flink.Job{Workspace: workspace, Namespace: namespace, DeploymentID: p.DeploymentID, JobID: p.JobID}
	s.jobEvent(c, c.start, job, p.SavepointID, savepointMessage(p))
	s.jobEvent(c, c.end, job, p.SavepointID, savepointMessage(after))
	return &p
}

// savepointMessage describes the state of a savepoint.
func savepointMessage(p flink.Savepoint) string {
	message := "savepoint " + p.SavepointID + " is " + string(p.Status.State)
	if f := p.Status.Failure; f != nil {
		message += ": " + f.Reason + ": " + f.Message
	}
	return message
}

func (s *flinkService) getSavepoint(_ *received, in flink.GetSavepointRequest) (any, error) {
	p, ok := s.savepoints.row(keyOf(in.Workspace, in.Namespace, in.SavepointID)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("savepoint", in.SavepointID)
	}
	return &p.Savepoint, nil
}

func (s *flinkService) listSavepoints(_ *received, in flink.ListSavepointsRequest) (any, error) {
	equal := func(want, have string) bool { return want == "" || want == have }
	var list []flink.Savepoint
	for _, p := range slices.Backward(s.savepoints.list(s.emulator.now())) {
		if p.workspace == in.Workspace && p.Namespace == in.Namespace && equal(in.DeploymentID, p.DeploymentID) &&
			equal(in.JobID, p.JobID) {
			list = append(list, p.Savepoint)
		}
	}
	return flinkPageOf(list, in.PageIndex, in.PageSize), nil
}
