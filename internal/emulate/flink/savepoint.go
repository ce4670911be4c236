package flink

import (
	"cmp"
	"slices"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) savepointOperations() front.Handlers {
	return front.Handlers{
		"CreateSavepoint": front.Handle(s.createSavepoint),
		"GetSavepoint":    front.Handle(s.getSavepoint),
		"ListSavepoints":  front.Handle(s.listSavepoints),
		"DeleteSavepoint": front.Handle(s.deleteSavepoint),
	}
}

// ownedSavepoint is a savepoint with its workspace, which the service does not send.
type ownedSavepoint struct {
	flink.Savepoint
	workspace string
}

// AddSavepoint adds a savepoint to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddSavepoint(workspace, namespace string, savepoint flink.Savepoint) (savepointID string) {
	s.know(workspace, namespace)
	now, p := s.world.Now(), savepoint
	p.Namespace = namespace
	p.SavepointID = cmp.Or(p.SavepointID, s.world.NewUUID())
	p.SavepointOrigin = cmp.Or(p.SavepointOrigin, flink.SavepointOriginUserRequest)
	p.Status = cmp.Or(p.Status, &flink.SavepointStatus{State: flink.SavepointStateCompleted})
	p.CreatedAt = cmp.Or(p.CreatedAt, cloud.Seconds(now.Add(-time.Hour)))
	p.ModifiedAt = cmp.Or(p.ModifiedAt, p.CreatedAt)
	s.savepoints.Add(world.KeyOf(workspace, namespace, p.SavepointID), now, ownedSavepoint{p, workspace})
	return p.SavepointID
}

// createSavepoint creates a savepoint of the running job of a deployment.
func (s *Service) createSavepoint(_ *front.Received, in flink.CreateSavepointRequest) (any, error) {
	d, ok := s.deployments.Row(world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)).Actual(s.world.Now())
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
	return s.startSavepoint(s.world.Begin("flink", "CreateSavepoint"), p, in.Workspace, in.Namespace), nil
}

// startSavepoint plans a savepoint that is complete when the change ends.
func (s *Service) startSavepoint(c world.Change, p flink.Savepoint, workspace, namespace string) *flink.Savepoint {
	p.SavepointID, p.Namespace = s.world.NewUUID(), namespace
	p.CreatedAt, p.ModifiedAt = cloud.Seconds(c.Start), cloud.Seconds(c.Start)
	p.Status = &flink.SavepointStatus{State: flink.SavepointStateStarted}

	after := p
	after.ModifiedAt = cloud.Seconds(c.End)
	after.Status = &flink.SavepointStatus{State: flink.SavepointStateCompleted}
	if c.Failed() {
		after.Status = &flink.SavepointStatus{State: flink.SavepointStateFailed, Failure: &flink.SavepointFailure{
			Reason: cmp.Or(c.ReasonType, "IO Exception"), Message: cmp.Or(c.Reason, "the state could not be written"),
			FailedAt: cloud.Seconds(c.End),
		}}
	} else {
		after.SavepointLocation = "oss://flink/savepoints/" + p.SavepointID
	}
	row := s.savepoints.Create(world.KeyOf(workspace, namespace, p.SavepointID))
	world.Schedule(row, c, c.Start, ownedSavepoint{p, workspace})
	world.Finish(row, c, ownedSavepoint{after, workspace})
	job := flink.Job{Workspace: workspace, Namespace: namespace, DeploymentID: p.DeploymentID, JobID: p.JobID}
	s.jobEvent(c, c.Start, job, p.SavepointID, savepointMessage(p))
	s.jobEvent(c, c.End, job, p.SavepointID, savepointMessage(after))
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

func (s *Service) getSavepoint(_ *front.Received, in flink.GetSavepointRequest) (any, error) {
	p, ok := s.savepoints.Row(world.KeyOf(in.Workspace, in.Namespace, in.SavepointID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("savepoint", in.SavepointID)
	}
	return &p.Savepoint, nil
}

func (s *Service) listSavepoints(_ *front.Received, in flink.ListSavepointsRequest) (any, error) {
	equal := func(want, have string) bool { return want == "" || want == have }
	list := slices.DeleteFunc(inNamespace(s, s.savepoints, in.Workspace, in.Namespace), func(p *ownedSavepoint) bool {
		return !equal(in.DeploymentID, p.DeploymentID) || !equal(in.JobID, p.JobID)
	})
	slices.Reverse(list)
	shown := func(p *ownedSavepoint) *flink.Savepoint { return &p.Savepoint }
	return sortedPage(world.Sort(list, nil), in.PageIndex, in.PageSize, shown), nil
}

// deleteSavepoint deletes a savepoint that is not being written.
func (s *Service) deleteSavepoint(_ *front.Received, in flink.DeleteSavepointRequest) (any, error) {
	key := world.KeyOf(in.Workspace, in.Namespace, in.SavepointID)
	p, err := actual(s, s.savepoints, key, "savepoint", in.SavepointID)
	switch {
	case err != nil:
		return nil, err
	case p.Status.State == flink.SavepointStateStarted:
		return nil, stateConflict("savepoint", in.SavepointID, "is "+string(p.Status.State))
	}
	_, err = remove(s, s.savepoints, key, "savepoint", in.SavepointID)
	return nil, err
}
