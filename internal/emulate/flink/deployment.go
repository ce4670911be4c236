package flink

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/flink"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

func (s *Service) deploymentOperations() front.Handlers {
	return front.Handlers{
		"GetDeployment":    front.Handle(s.getDeployment),
		"ListDeployments":  front.Handle(s.listDeployments),
		"UpdateDeployment": front.Handle(s.updateDeployment),

		"CreateDeployment":       front.Handle(s.createDeployment),
		"DeleteDeployment":       front.Handle(s.deleteDeployment),
		"DeleteDeploymentByName": front.Handle(s.deleteDeploymentByName),
		"UpdateDeploymentByName": front.Handle(s.updateDeploymentByName),
		"GetDeploymentsByName":   front.Handle(s.getDeploymentsByName),
		"GetDeploymentsByLabel":  front.Handle(s.getDeploymentsByLabel),
		"GetDeploymentsByIp":     front.Handle(s.getDeploymentsByIP),
	}
}

// AddDeployment adds a deployment to a namespace of a workspace, or replaces it, and returns its ID.
func (s *Service) AddDeployment(workspace, namespace string, deployment flink.Deployment) (deploymentID string) {
	s.know(workspace, namespace)
	now, d := s.world.Now(), deployment
	d.Workspace, d.Namespace = workspace, namespace
	d.DeploymentID = cmp.Or(d.DeploymentID, s.world.NewUUID())
	d.Name = cmp.Or(d.Name, "deployment")
	completeDeployment(&d)
	d.CreatedAt = cmp.Or(d.CreatedAt, unixSeconds(now.Add(-24*time.Hour)))
	d.ModifiedAt = cmp.Or(d.ModifiedAt, d.CreatedAt)
	s.deployments.Add(world.KeyOf(workspace, namespace, d.DeploymentID), now, d)
	return d.DeploymentID
}

// completeDeployment sets what a deployment has even if nobody sets it.
func completeDeployment(d *flink.Deployment) {
	d.EngineVersion = cmp.Or(d.EngineVersion, defaultEngine)
	d.ExecutionMode = cmp.Or(d.ExecutionMode, flink.ExecutionModeStreaming)
	d.Artifact = cmp.Or(d.Artifact, &flink.Artifact{Kind: flink.ArtifactKindSQLScript})
}

func (s *Service) getDeployment(_ *front.Received, in flink.GetDeploymentRequest) (any, error) {
	d, ok := s.deployments.Row(world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID)).Visible(s.world.Now())
	if !ok {
		return nil, objectNotFound("deployment", in.DeploymentID)
	}
	return s.withSummary(d), nil
}

func (s *Service) listDeployments(_ *front.Received, in flink.ListDeploymentsRequest) (any, error) {
	list, err := s.selectDeployments(in)
	if err != nil {
		return nil, err
	}
	return sortedPage(list, in.PageIndex, in.PageSize, func(d *flink.Deployment) *flink.Deployment { return s.withSummary(*d) }), nil
}

// selectDeployments returns the deployments that a request selects, in its order.
func (s *Service) selectDeployments(in flink.ListDeploymentsRequest) (*world.Sorted[*flink.Deployment], error) {
	choose := func() (*world.Sorted[*flink.Deployment], error) {
		list := slices.DeleteFunc(inNamespace(s, s.deployments, in.Workspace, in.Namespace), func(d *flink.Deployment) bool {
			return !s.matches(d, in)
		})
		order := byCreation(list, in.SortName, "desc", func(d *flink.Deployment) cloud.TimeString { return d.CreatedAt })
		return world.Sort(list, order), nil
	}
	if in.Status != "" {
		return choose() // the status is that of the jobs, which change without the deployment
	}
	query := in
	query.PageIndex, query.PageSize = 0, 0
	return world.Select(s.deployments, s.world.Now(), &query, choose)
}

// matches reports whether a deployment matches the filters of a list. The filter by name matches a part of the
// name.
func (s *Service) matches(d *flink.Deployment, in flink.ListDeploymentsRequest) bool {
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

func (s *Service) hasJob(d *flink.Deployment, status string) bool {
	return slices.ContainsFunc(s.jobsOf(*d), func(j *flink.Job) bool { return string(j.Status.CurrentJobStatus) == status })
}

// jobsOf returns the jobs of a deployment that reads show. They must not be modified.
func (s *Service) jobsOf(d flink.Deployment) []*flink.Job {
	return s.jobs.ListBy(s.world.Now(), deploymentKey(d))
}

// jobLabel finds jobs by their deployment.
func jobLabel(j *flink.Job) string { return world.KeyOf(j.Workspace, j.Namespace, j.DeploymentID) }

// deploymentLabel finds deployments by their name.
func deploymentLabel(d *flink.Deployment) string {
	return world.KeyOf(d.Workspace, d.Namespace, d.Name)
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
	d, err := actual(s, s.deployments, world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID), "deployment", in.DeploymentID)
	if err != nil {
		return nil, err
	}
	return s.changeDeployment(d, r.Body)
}

func (s *Service) updateDeploymentByName(r *front.Received, in flink.UpdateDeploymentByNameRequest) (any, error) {
	d, err := s.deploymentNamed(in.Workspace, in.Namespace, in.DeploymentName)
	if err != nil {
		return nil, err
	}
	return s.changeDeployment(d, r.Body)
}

func (s *Service) changeDeployment(before flink.Deployment, body []byte) (any, error) {
	after, err := replaceMembers(before, body, fixedDeploymentMembers)
	if err != nil {
		return nil, err
	}
	after.ModifiedAt, after.Modifier, after.DeploymentHasChanged = unixSeconds(s.world.Now()), world.Account, true
	save(s, s.deployments, deploymentKey(after), after)
	s.planResources(after.Workspace, after.Namespace, after.DeploymentID)
	return s.withSummary(after), nil
}

func deploymentKey(d flink.Deployment) string {
	return world.KeyOf(d.Workspace, d.Namespace, d.DeploymentID)
}

// deploymentNamed returns the only deployment with a name. The service does not say what it does if there are several.
func (s *Service) deploymentNamed(workspace, namespace, name string) (flink.Deployment, error) {
	named := s.deploymentsNamed(workspace, namespace, name)
	switch len(named) {
	case 0:
		return flink.Deployment{}, objectNotFound("deployment", name)
	case 1:
		return named[0], nil
	}
	return flink.Deployment{}, stateConflict("deployment", name, "is the name of several deployments")
}

// deploymentsNamed returns the deployments with a name, the newest first.
func (s *Service) deploymentsNamed(workspace, namespace, name string) []flink.Deployment {
	named := world.Copies(s.deployments.ListBy(s.world.Now(), world.KeyOf(workspace, namespace, name)))
	slices.Reverse(named)
	slices.SortStableFunc(named, func(a, b flink.Deployment) int { return cmp.Compare(b.CreatedAt, a.CreatedAt) })
	return named
}

func (s *Service) createDeployment(_ *front.Received, in flink.CreateDeploymentRequest) (any, error) {
	d := in.Deployment
	d.Workspace, d.Namespace, d.DeploymentID = in.Workspace, in.Namespace, s.world.NewUUID()
	completeDeployment(&d)
	d.Creator, d.Modifier = world.Account, world.Account
	d.CreatedAt = unixSeconds(s.world.Now())
	d.ModifiedAt, d.DeploymentHasChanged = d.CreatedAt, false
	save(s, s.deployments, deploymentKey(d), d)
	return s.withSummary(d), nil
}

func (s *Service) deleteDeployment(_ *front.Received, in flink.DeleteDeploymentRequest) (any, error) {
	d, err := actual(s, s.deployments, world.KeyOf(in.Workspace, in.Namespace, in.DeploymentID), "deployment", in.DeploymentID)
	if err != nil {
		return nil, err
	}
	return nil, s.dropDeployment(d)
}

func (s *Service) deleteDeploymentByName(_ *front.Received, in flink.DeleteDeploymentByNameRequest) (any, error) {
	d, err := s.deploymentNamed(in.Workspace, in.Namespace, in.DeploymentName)
	if err != nil {
		return nil, err
	}
	return nil, s.dropDeployment(d)
}

// dropDeployment deletes a deployment whose jobs have ended, and these with it.
func (s *Service) dropDeployment(d flink.Deployment) error {
	if active, busy := s.activeJob(d); busy {
		return stateConflict("deployment", d.DeploymentID,
			"has a job, "+active.JobID+", which is "+string(active.Status.CurrentJobStatus))
	}
	for _, j := range s.jobsOf(d) {
		_, _ = remove(s, s.jobs, world.KeyOf(j.Workspace, j.Namespace, j.JobID), "job", j.JobID) // gone already if the reads are stale
	}
	_, err := remove(s, s.deployments, deploymentKey(d), "deployment", d.DeploymentID)
	return err
}

func (s *Service) getDeploymentsByName(_ *front.Received, in flink.GetDeploymentsByNameRequest) (any, error) {
	return s.brief(s.deploymentsNamed(in.Workspace, in.Namespace, in.DeploymentName), in.IgnoreJobSummary, in.IgnoreResourceSetting), nil
}

func (s *Service) getDeploymentsByLabel(_ *front.Received, in flink.GetDeploymentsByLabelRequest) (any, error) {
	labeled := selectFrom(inNamespace(s, s.deployments, in.Workspace, in.Namespace), func(d *flink.Deployment) bool {
		return hasLabel(d.Labels, in.LabelKey, in.LabelValue)
	})
	return s.brief(world.Copies(labeled), in.IgnoreJobSummary, in.IgnoreResourceSetting), nil
}

// getDeploymentsByIP returns the deployments with an active job whose program names the addresses: jobs of the emulator
// have no connections of their own.
func (s *Service) getDeploymentsByIP(_ *front.Received, in flink.GetDeploymentsByIPRequest) (any, error) {
	connected := selectFrom(inNamespace(s, s.deployments, in.Workspace, in.Namespace), func(d *flink.Deployment) bool {
		_, active := s.activeJob(*d)
		return active && mentions(d, in.SrcIP, in.SrcPort) && mentions(d, in.DstIP, in.DstPort)
	})
	return s.brief(world.Copies(connected), in.IgnoreJobSummary, in.IgnoreResourceSetting), nil
}

// mentions reports whether the program or the options of a deployment have an address, with its port if one is given.
func mentions(d *flink.Deployment, ip, port string) bool {
	if port != "" {
		ip += ":" + port
	}
	text, err := wire.Append(nil, &flink.Deployment{Artifact: d.Artifact, FlinkConf: d.FlinkConf, LocalVariables: d.LocalVariables})
	return err == nil && bytes.Contains(text, []byte(ip))
}

// brief returns deployments without what a request wants to ignore.
func (s *Service) brief(list []flink.Deployment, ignoreSummary, ignoreResources *bool) []*flink.Deployment {
	found := []*flink.Deployment{}
	for _, d := range list {
		if ignoreResources != nil && *ignoreResources {
			d.StreamingResourceSetting, d.BatchResourceSetting = nil, nil
		}
		b := s.withSummary(d)
		if ignoreSummary != nil && *ignoreSummary {
			b.JobSummary = nil
		}
		found = append(found, b)
	}
	return found
}
