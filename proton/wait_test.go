package proton

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	before = time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC)
	after  = before.Add(time.Minute)
)

// goal is one thing to wait for: which statuses end it, and how. All others are pending.
type goal struct {
	judge                       func(status string) cloud.Verdict
	succeeds, fails, isCanceled []string
	pending                     []string
}

func (g goal) outcome(status string) (cloud.Outcome, bool) {
	switch {
	case slices.Contains(g.succeeds, status):
		return cloud.Succeeded, true
	case slices.Contains(g.fails, status):
		return cloud.Failed, true
	case slices.Contains(g.isCanceled, status):
		return cloud.Canceled, true
	}
	return cloud.Pending, slices.Contains(g.pending, status)
}

// by is a goal that judge judges, on responses with a status.
func by[T any](g goal, judge func(*T) cloud.Verdict, with func(status string) *T) goal {
	g.judge = func(status string) cloud.Verdict { return judge(with(status)) }
	return g
}

// fresh judges each response with a waiter that has seen nothing else.
func fresh[R, O, S, T any](ch *change[R, O, S, T], state S) func(*T) cloud.Verdict {
	return func(value *T) cloud.Verdict {
		s := state
		return ch.Spec(&Client{}, &s).Judge(value)
	}
}

func names[T ~string](values []T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

// TestEveryStatusHasAnOutcome fails when a status is not placed for a goal.
func TestEveryStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	deletion := []string{"DELETE_IN_PROGRESS", "DELETE_FAILED", "DELETE_COMPLETE"}
	deployed := goal{
		succeeds: []string{"SUCCEEDED"}, fails: append([]string{"FAILED"}, deletion...),
		isCanceled: []string{"CANCELLED"}, pending: []string{"IN_PROGRESS", "CANCELLING"},
	}
	canceled := goal{
		succeeds: []string{"CANCELLED"}, fails: append([]string{"SUCCEEDED", "FAILED"}, deletion...),
		pending: []string{"IN_PROGRESS", "CANCELLING"},
	}
	gone := goal{
		succeeds: []string{"DELETE_COMPLETE"}, fails: []string{"DELETE_FAILED"},
		pending: []string{"IN_PROGRESS", "FAILED", "SUCCEEDED", "DELETE_IN_PROGRESS", "CANCELLING", "CANCELLED"},
	}
	deployment := goal{
		succeeds: []string{"SUCCEEDED", "DELETE_COMPLETE"}, fails: []string{"FAILED", "DELETE_FAILED"},
		isCanceled: []string{"CANCELLED"}, pending: []string{"IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"},
	}
	active := goal{
		succeeds: []string{"ACTIVE"},
		fails: []string{
			"CREATE_FAILED", "CREATE_FAILED_CLEANUP_COMPLETE", "CREATE_FAILED_CLEANUP_FAILED", "UPDATE_FAILED", "UPDATE_FAILED_CLEANUP_COMPLETE",
			"UPDATE_FAILED_CLEANUP_FAILED", "UPDATE_COMPLETE_CLEANUP_FAILED", "DELETE_IN_PROGRESS", "DELETE_FAILED",
		},
		pending: []string{"CREATE_IN_PROGRESS", "CREATE_FAILED_CLEANUP_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_FAILED_CLEANUP_IN_PROGRESS"},
	}
	serviceGone := goal{fails: []string{"DELETE_FAILED"}}
	serviceGone.pending = slices.DeleteFunc(names(ServiceStatus("").Values()), func(s string) bool { return s == "DELETE_FAILED" })
	noPipeline := active // one that is active will not get one
	noPipeline.succeeds, noPipeline.fails = nil, append([]string{"ACTIVE"}, active.fails...)
	registered := goal{succeeds: []string{"DRAFT", "PUBLISHED"}, fails: []string{"REGISTRATION_FAILED"}, pending: []string{"REGISTRATION_IN_PROGRESS"}}
	connected := goal{succeeds: []string{"CONNECTED"}, fails: []string{"REJECTED"}, pending: []string{"PENDING"}}
	synced := goal{succeeds: []string{"SUCCEEDED"}, fails: []string{"FAILED"}, pending: []string{"INITIATED", "IN_PROGRESS"}}
	repositorySynced := synced
	repositorySynced.pending = append([]string{"QUEUED"}, synced.pending...)

	c := &Client{}
	deletes := func(now snapshot) cloud.Verdict { return new(deploymentChange).judgeDeletion(now) }
	deployments, services := names(DeploymentStatus("").Values()), names(ServiceStatus("").Values())
	connections, versions := names(EnvironmentAccountConnectionStatus("").Values()), names(TemplateVersionStatus("").Values())
	tests := map[string]struct {
		goal
		statuses []string
	}{
		"instance deployed":            {by(deployed, serviceInstances.spec(c, GetServiceInstanceRequest{}, judgeDeployed).Judge, instanceIn), deployments},
		"instance created":             {by(deployed, fresh(&createServiceInstance, deploymentChange{}), instanceIn), deployments},
		"instance updated":             {by(deployed, fresh(&updateServiceInstance, deploymentChange{LastAt: before}), instanceIn), deployments},
		"instance canceled":            {by(canceled, serviceInstances.spec(c, GetServiceInstanceRequest{}, judgeCanceled).Judge, instanceIn), deployments},
		"instance's own canceled":      {by(canceled, fresh(&cancelServiceInstanceDeployment, deploymentChange{}), instanceIn), deployments},
		"instance deleted":             {by(gone, serviceInstances.spec(c, GetServiceInstanceRequest{}, deletes).Judge, instanceIn), deployments},
		"environment deployed":         {by(deployed, environments.spec(c, GetEnvironmentRequest{}, judgeDeployed).Judge, environmentIn), deployments},
		"environment created":          {by(deployed, fresh(&createEnvironment, deploymentChange{}), environmentIn), deployments},
		"environment updated":          {by(deployed, fresh(&updateEnvironment, deploymentChange{LastAt: before}), environmentIn), deployments},
		"environment canceled":         {by(canceled, environments.spec(c, GetEnvironmentRequest{}, judgeCanceled).Judge, environmentIn), deployments},
		"environment's own canceled":   {by(canceled, fresh(&cancelEnvironmentDeployment, deploymentChange{}), environmentIn), deployments},
		"environment deleted":          {by(gone, fresh(&deleteEnvironment, deploymentChange{}), environmentIn), deployments},
		"component deployed":           {by(deployed, components.spec(c, GetComponentRequest{}, judgeDeployed).Judge, componentIn), deployments},
		"component created":            {by(deployed, fresh(&createComponent, deploymentChange{}), componentIn), deployments},
		"component updated":            {by(deployed, fresh(&updateComponent, deploymentChange{LastAt: before}), componentIn), deployments},
		"component canceled":           {by(canceled, components.spec(c, GetComponentRequest{}, judgeCanceled).Judge, componentIn), deployments},
		"component's own canceled":     {by(canceled, fresh(&cancelComponentDeployment, deploymentChange{}), componentIn), deployments},
		"component deleted":            {by(gone, fresh(&deleteComponent, deploymentChange{}), componentIn), deployments},
		"pipeline deployed":            {by(deployed, pipelines.spec(c, GetServiceRequest{}, judgeDeployed).Judge, pipelineIn), deployments},
		"pipeline updated":             {by(deployed, fresh(&updateServicePipeline, deploymentChange{LastAt: before}), pipelineIn), deployments},
		"pipeline canceled":            {by(canceled, pipelines.spec(c, GetServiceRequest{}, judgeCanceled).Judge, pipelineIn), deployments},
		"pipeline's own canceled":      {by(canceled, fresh(&cancelServicePipelineDeployment, deploymentChange{}), pipelineIn), deployments},
		"pipeline of a service":        {by(noPipeline, fresh(&updateServicePipeline, deploymentChange{}), serviceIn), services},
		"deployment succeeded":         {by(deployment, c.deploymentSpec(GetDeploymentRequest{}, judgeDeployment).Judge, deploymentIn), deployments},
		"deployment canceled":          {by(canceled, c.deploymentSpec(GetDeploymentRequest{}, judgeCanceled).Judge, deploymentIn), deployments},
		"service active":               {by(active, c.serviceSpec(GetServiceRequest{}, judgeServiceActive).Judge, serviceIn), services},
		"service created":              {by(active, fresh(&createService, serviceChange{}), serviceIn), services},
		"service updated":              {by(active, fresh(&updateService, serviceChange{Before: before}), serviceIn), services},
		"service deleted":              {by(serviceGone, fresh(&deleteService, serviceChange{}), serviceIn), services},
		"environment version":          {by(registered, fresh(&createEnvironmentTemplateVersion, versionChange{}), environmentVersionIn), versions},
		"environment version deleted":  {by(goal{pending: versions}, c.environmentVersionSpec(GetEnvironmentTemplateVersionRequest{}, judgeVersionDeleted).Judge, environmentVersionIn), versions},
		"service version":              {by(registered, fresh(&createServiceTemplateVersion, versionChange{}), serviceVersionIn), versions},
		"service version deleted":      {by(goal{pending: versions}, c.serviceVersionSpec(GetServiceTemplateVersionRequest{}, judgeVersionDeleted).Judge, serviceVersionIn), versions},
		"connection":                   {by(connected, fresh(&createEnvironmentAccountConnection, connectionChange{}), connectionIn), connections},
		"connection deleted":           {by(goal{pending: connections}, judgeConnectionDeleted, connectionIn), connections},
		"repository synced":            {by(repositorySynced, judgeRepositorySync, repositorySyncIn), names(RepositorySyncStatus("").Values())},
		"instance and template synced": {by(synced, func(s *ResourceSyncAttempt) cloud.Verdict { return judgeResourceSync(s, nil) }, resourceSyncIn), names(ResourceSyncStatus("").Values())},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range tt.statuses {
				want, placed := tt.outcome(status)
				assert.True(t, placed, "%s is not placed", status)
				v := tt.judge(status)
				assert.Equal(t, want, v.Outcome, status)
				assert.Equal(t, status, v.State)
			}
			assert.Len(t, slices.Concat(tt.succeeds, tt.fails, tt.isCanceled, tt.pending), len(tt.statuses))
			assert.Equal(t, cloud.Verdict{State: "NEXT_YEAR", Reason: tt.judge("NEXT_YEAR").Reason}, tt.judge("NEXT_YEAR"), "unknown states are pending")
		})
	}
}

// What reads show of a resource with a status, after something has changed.

func instanceIn(status string) *GetServiceInstanceResponse {
	return &GetServiceInstanceResponse{ServiceInstance: ServiceInstance{DeploymentStatus: DeploymentStatus(status), LastDeploymentAttemptedAt: after}}
}

func environmentIn(status string) *GetEnvironmentResponse {
	return &GetEnvironmentResponse{Environment: Environment{DeploymentStatus: DeploymentStatus(status), LastDeploymentAttemptedAt: after}}
}

func componentIn(status string) *GetComponentResponse {
	return &GetComponentResponse{Component: &Component{DeploymentStatus: DeploymentStatus(status), LastDeploymentAttemptedAt: after}}
}

func pipelineIn(status string) *GetServiceResponse {
	p := &ServicePipeline{DeploymentStatus: DeploymentStatus(status), LastDeploymentAttemptedAt: after}
	return &GetServiceResponse{Service: &Service{Status: ServiceStatusActive, Pipeline: p}}
}

func deploymentIn(status string) *GetDeploymentResponse {
	return &GetDeploymentResponse{Deployment: &Deployment{DeploymentStatus: DeploymentStatus(status)}}
}

func serviceIn(status string) *GetServiceResponse {
	return &GetServiceResponse{Service: &Service{Status: ServiceStatus(status), LastModifiedAt: after}}
}

func environmentVersionIn(status string) *GetEnvironmentTemplateVersionResponse {
	return &GetEnvironmentTemplateVersionResponse{EnvironmentTemplateVersion: EnvironmentTemplateVersion{Status: TemplateVersionStatus(status)}}
}

func serviceVersionIn(status string) *GetServiceTemplateVersionResponse {
	return &GetServiceTemplateVersionResponse{ServiceTemplateVersion: ServiceTemplateVersion{Status: TemplateVersionStatus(status)}}
}

func connectionIn(status string) *GetEnvironmentAccountConnectionResponse {
	return &GetEnvironmentAccountConnectionResponse{
		EnvironmentAccountConnection: EnvironmentAccountConnection{Status: EnvironmentAccountConnectionStatus(status)},
	}
}

func repositorySyncIn(status string) *GetRepositorySyncStatusResponse {
	return &GetRepositorySyncStatusResponse{LatestSync: &RepositorySyncAttempt{Status: RepositorySyncStatus(status)}}
}

func resourceSyncIn(status string) *ResourceSyncAttempt {
	return &ResourceSyncAttempt{Status: ResourceSyncStatus(status)}
}
