package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (s *flinkService) deploymentRoutes() []route {
	return []route{
		{"GetDeployment", "GET", flinkNamespace + "/deployments/{deploymentId}", operation(s.getDeployment)},
		{"ListDeployments", "GET", flinkNamespace + "/deployments", operation(s.listDeployments)},
		{"UpdateDeployment", "PUT", flinkNamespace + "/deployments/{deploymentId}", operation(s.updateDeployment)},
	}
}

// AddFlinkDeployment adds a deployment to a namespace of a workspace, or replaces it, and returns its ID. Empty
// fields default to those of a streaming SQL deployment that was saved a day ago.
func (e *Emulator) AddFlinkDeployment(workspace, namespace string, deployment flink.Deployment) (deploymentID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now, d := e.now(), deepCopy(deployment)
	d.Workspace, d.Namespace = workspace, namespace
	d.DeploymentID = cmp.Or(d.DeploymentID, newUUID())
	d.Name = cmp.Or(d.Name, "deployment")
	d.EngineVersion = cmp.Or(d.EngineVersion, defaultEngine)
	d.ExecutionMode = cmp.Or(d.ExecutionMode, flink.ExecutionModeStreaming)
	d.Artifact = cmp.Or(d.Artifact, &flink.Artifact{Kind: flink.ArtifactKindSQLScript})
	d.CreatedAt = cmp.Or(d.CreatedAt, unixSeconds(now.Add(-24*time.Hour)))
	d.ModifiedAt = cmp.Or(d.ModifiedAt, d.CreatedAt)
	e.flink.deployments.add(keyOf(workspace, namespace, d.DeploymentID), now, d)
	return d.DeploymentID
}

func (s *flinkService) getDeployment(_ *received, in flink.GetDeploymentRequest) (any, error) {
	d, ok := s.deployments.row(keyOf(in.Workspace, in.Namespace, in.DeploymentID)).visible(s.emulator.now())
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	return s.withSummary(d), nil
}

func (s *flinkService) listDeployments(_ *received, in flink.ListDeploymentsRequest) (any, error) {
	var list []*flink.Deployment
	for _, d := range s.deployments.list(s.emulator.now()) {
		if d.Workspace == in.Workspace && d.Namespace == in.Namespace && s.matches(d, in) {
			list = append(list, s.withSummary(d))
		}
	}
	sortByCreation(list, in.SortName, "desc", func(d *flink.Deployment) cloud.TimeString { return d.CreatedAt })
	return flinkPageOf(list, in.PageIndex, in.PageSize), nil
}

// matches reports whether a deployment matches the filters of a list. The filter by name matches a part of the
// name.
func (s *flinkService) matches(d flink.Deployment, in flink.ListDeploymentsRequest) bool {
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

func (s *flinkService) hasJob(d flink.Deployment, status string) bool {
	return slices.ContainsFunc(s.jobsOf(d), func(j flink.Job) bool { return string(j.Status.CurrentJobStatus) == status })
}

func (s *flinkService) jobsOf(d flink.Deployment) []flink.Job {
	return slices.DeleteFunc(s.jobs.list(s.emulator.now()), func(j flink.Job) bool {
		return j.Workspace != d.Workspace || j.Namespace != d.Namespace || j.DeploymentID != d.DeploymentID
	})
}

// withSummary returns a deployment with the number of its jobs in each state.
func (s *flinkService) withSummary(d flink.Deployment) *flink.Deployment {
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
func (s *flinkService) updateDeployment(r *received, in flink.UpdateDeploymentRequest) (any, error) {
	now := s.emulator.now()
	row := s.deployments.row(keyOf(in.Workspace, in.Namespace, in.DeploymentID))
	before, ok := row.actual(now)
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	after, err := replaceMembers(before, r.Body, fixedDeploymentMembers)
	if err != nil {
		return nil, err
	}
	after.ModifiedAt, after.DeploymentHasChanged = unixSeconds(now), true
	row.forget(now)
	row.put(now, now, after)
	return s.withSummary(after), nil
}
