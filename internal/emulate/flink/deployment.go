package flink

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) deploymentOperations() front.Handlers {
	return front.Handlers{
		"GetDeployment":    front.Handle(s.getDeployment),
		"ListDeployments":  front.Handle(s.listDeployments),
		"UpdateDeployment": front.Handle(s.updateDeployment),
	}
}

// AddDeployment adds a deployment to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddDeployment(workspace, namespace string, deployment flink.Deployment) (deploymentID string) {
	s.world.Lock()
	defer s.world.Unlock()
	now, d := s.world.Now(), world.DeepCopy(deployment)
	d.Workspace, d.Namespace = workspace, namespace
	d.DeploymentID = cmp.Or(d.DeploymentID, s.world.NewUUID())
	d.Name = cmp.Or(d.Name, "deployment")
	d.EngineVersion = cmp.Or(d.EngineVersion, defaultEngine)
	d.ExecutionMode = cmp.Or(d.ExecutionMode, flink.ExecutionModeStreaming)
	d.Artifact = cmp.Or(d.Artifact, &flink.Artifact{Kind: flink.ArtifactKindSQLScript})
	d.CreatedAt = cmp.Or(d.CreatedAt, unixSeconds(now.Add(-24*time.Hour)))
	d.ModifiedAt = cmp.Or(d.ModifiedAt, d.CreatedAt)
	s.deployments.Add(world.KeyOf(workspace, namespace, d.DeploymentID), now, d)
	return d.DeploymentID
}

func (s *Service) getDeployment(_ *front.Received, in flink.GetDeploymentRequest) (any, error) {
	d, ok := s.deployments.Row(world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	return s.withSummary(d), nil
}

func (s *Service) listDeployments(_ *front.Received, in flink.ListDeploymentsRequest) (any, error) {
	var list []*flink.Deployment
	for _, d := range s.deployments.List(s.world.Now()) {
		if d.Workspace == in.Workspace && d.Namespace == in.Namespace && s.matches(d, in) {
			list = append(list, s.withSummary(d))
		}
	}
	sortByCreation(list, in.SortName, "desc", func(d *flink.Deployment) cloud.TimeString { return d.CreatedAt })
	return pageOf(list, in.PageIndex, in.PageSize), nil
}

// matches reports whether a deployment matches the filters of a list. The filter by name matches a part of the
// name.
func (s *Service) matches(d flink.Deployment, in flink.ListDeploymentsRequest) bool {
	equal := func(want, have string) bool { return want == "" || want == have }
	return strings.Contains(d.Name, in.Name) && equal(string(in.ExecutionMode), string(d.ExecutionMode)) &&
		equal(in.Creator, d.Creator) && equal(in.Modifier, d.Modifier) &&
		hasLabel(d.Labels, in.LabelKey, in.LabelValueArray) && (in.Status == "" || s.hasJob(d, in.Status))
}

// hasLabel reports whether there is a label with one of the values, which are separated by commas.
func hasLabel(labels map[string]any, key, values string) bool {
	if key == "" {
		return true
	}
	have, ok := labels[key]
	return ok && (values == "" || slices.Contains(strings.Split(values, ","), fmt.Sprint(have)))
}

func (s *Service) hasJob(d flink.Deployment, status string) bool {
	return slices.ContainsFunc(s.jobsOf(d), func(j flink.Job) bool { return string(j.Status.CurrentJobStatus) == status })
}

func (s *Service) jobsOf(d flink.Deployment) []flink.Job {
	return slices.DeleteFunc(s.jobs.List(s.world.Now()), func(j flink.Job) bool {
		return j.Workspace != d.Workspace || j.Namespace != d.Namespace || j.DeploymentID != d.DeploymentID
	})
}

// withSummary returns a deployment with the number of its jobs in each state.
func (s *Service) withSummary(d flink.Deployment) *flink.Deployment {
	var n flink.JobSummary
	counters := map[flink.JobState]*int{
		flink.JobStateStarting: &n.Starting, flink.JobStateRunning: &n.Running, flink.JobStateCancelling: &n.Cancelling,
		flink.JobStateFailed: &n.Failed, flink.JobStateCancelled: &n.Cancelled, flink.JobStateFinished: &n.Finished,
	}
	for _, j := range s.jobsOf(d) {
		if c := counters[j.Status.CurrentJobStatus]; c != nil {
			*c++
		}
	}
	d.JobSummary = &n
	return &d
}

// fixedDeploymentMembers are the members that an update of a deployment does not change.
var fixedDeploymentMembers = []string{
	"deploymentId", "workspace", "namespace", "creator", "creatorName", "createdAt", "modifiedAt", "jobSummary",
	"deploymentHasChanged",
}

// updateDeployment replaces the members that the request has. A running job keeps its settings until a hot
// update.
func (s *Service) updateDeployment(r *front.Received, in flink.UpdateDeploymentRequest) (any, error) {
	now := s.world.Now()
	row := s.deployments.Row(world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID))
	before, ok := row.Actual(now)
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	after, err := replaceMembers(before, r.Body, fixedDeploymentMembers)
	if err != nil {
		return nil, err
	}
	after.ModifiedAt, after.DeploymentHasChanged = unixSeconds(now), true
	row.Forget(now)
	row.Put(now, now, after)
	return s.withSummary(after), nil
}
