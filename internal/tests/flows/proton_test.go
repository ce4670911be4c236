package flows_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

func seedInstance(emu *emulator.Emulator) {
	emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod", Spec: "old"})
}

func seedProtonService(emu *emulator.Emulator) {
	emu.Proton.AddService(proton.Service{Name: "shop", Spec: "old", Pipeline: &proton.ServicePipeline{}})
}

func seedProtonEnvironment(emu *emulator.Emulator) {
	seedProtonVersions(emu)
	emu.Proton.AddEnvironment(proton.Environment{Name: "staging", Spec: "old"})
}

func seedProtonComponent(emu *emulator.Emulator) {
	emu.Proton.AddComponent(proton.Component{Name: "bucket", EnvironmentName: "staging"})
}

// seedProtonVersions adds what environments and services are created from.
func seedProtonVersions(emu *emulator.Emulator) {
	emu.Proton.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: "vpc"})
	emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web"})
}

func seedProtonTemplates(emu *emulator.Emulator) {
	emu.Proton.AddEnvironmentTemplate(proton.EnvironmentTemplate{Name: "vpc"})
	emu.Proton.AddServiceTemplate(proton.ServiceTemplate{Name: "web"})
}

// What is read while the changes below are under way.
var (
	protonInstance    = proton.GetServiceInstanceRequest{ServiceName: "shop", Name: "prod"}
	protonService     = proton.GetServiceRequest{Name: "shop"}
	protonEnvironment = proton.GetEnvironmentRequest{Name: "staging"}
	protonComponent   = proton.GetComponentRequest{Name: "bucket"}
)

// The ways in which a deployment fails or is canceled.
var (
	protonDeploymentFails    = ending{"fails", emulator.Ending{Fail: true, Reason: "subnet is full"}, cloud.Failed, "FAILED", "subnet is full", false}
	protonDeploymentCanceled = ending{"is canceled", emulator.Ending{Cancel: true, Reason: "User initiated cancellation."}, cloud.Canceled, "CANCELLED", "User initiated cancellation.", false}
	protonDeploymentTornDown = ending{"is torn down", emulator.Ending{Fail: true, State: "DELETE_IN_PROGRESS", Reason: "torn down"}, cloud.Failed, "DELETE_IN_PROGRESS", "torn down", true}
	protonDeletionFails      = ending{"fails", emulator.Ending{Fail: true, Reason: "bucket is not empty"}, cloud.Failed, "DELETE_FAILED", "bucket is not empty", false}

	protonDeletionAbandoned = ending{"is abandoned", emulator.Ending{State: "SUCCEEDED"}, cloud.Failed, "SUCCEEDED", "abandoned: the state is SUCCEEDED again, and not deleted: The infrastructure could not be deleted.", false}

	protonCreationEnds     = []ending{protonOnce(protonDeploymentFails), protonOnce(protonDeploymentCanceled), protonDeploymentTornDown}
	protonUpdateEnds       = []ending{protonDeploymentFails, protonDeploymentCanceled, protonDeploymentTornDown}
	protonCancellationEnds = []ending{
		{"fails", emulator.Ending{Fail: true, Reason: "stack is stuck"}, cloud.Failed, "FAILED", "too late: the deployment failed: stack is stuck", true},
		{"is abandoned", emulator.Ending{State: "IN_PROGRESS", Reason: "busy"}, cloud.Failed, "IN_PROGRESS", "abandoned: the state is IN_PROGRESS again, and not canceled: busy", true},
		{"comes too late", emulator.Ending{State: "SUCCEEDED"}, cloud.Failed, "SUCCEEDED", "too late: the deployment succeeded", true},
	}
)

// protonOnce is an ending of a change that cannot be started again.
func protonOnce(e ending) ending {
	e.final = true
	return e
}

// What changes replace, which undoing them brings back.

func protonExists[T any](read func(context.Context, clients) (T, error)) func(context.Context, clients) (any, error) {
	return func(ctx context.Context, c clients) (any, error) {
		_, err := read(ctx, c)
		if cloud.KindOf(err) == cloud.ErrNotFound {
			return false, nil
		}
		return err == nil, err
	}
}

var (
	protonEnvironmentExists = protonExists(func(ctx context.Context, c clients) (*proton.GetEnvironmentResponse, error) {
		return c.proton.GetEnvironment(ctx, protonEnvironment)
	})
	protonComponentExists = protonExists(func(ctx context.Context, c clients) (*proton.GetComponentResponse, error) {
		return c.proton.GetComponent(ctx, protonComponent)
	})
	protonServiceExists = protonExists(func(ctx context.Context, c clients) (*proton.GetServiceResponse, error) {
		return c.proton.GetService(ctx, protonService)
	})
)

func protonInstanceContent(ctx context.Context, c clients) (any, error) {
	out, err := c.proton.GetServiceInstance(ctx, protonInstance)
	if err != nil {
		return nil, err
	}
	i := out.ServiceInstance
	return []string{i.Spec, i.TemplateMajorVersion, i.TemplateMinorVersion}, nil
}

func protonEnvironmentContent(ctx context.Context, c clients) (any, error) {
	out, err := c.proton.GetEnvironment(ctx, protonEnvironment)
	if err != nil {
		return nil, err
	}
	e := out.Environment
	return []string{e.Spec, e.TemplateMajorVersion, e.TemplateMinorVersion, e.Description, e.ComponentRoleARN}, nil
}

func protonComponentContent(ctx context.Context, c clients) (any, error) {
	out, err := c.proton.GetComponent(ctx, protonComponent)
	if err != nil {
		return nil, err
	}
	m := out.Component
	deployment, err := c.proton.GetDeployment(ctx, proton.GetDeploymentRequest{ID: m.LastSucceededDeploymentID})
	if err != nil {
		return nil, err
	}
	file := deployment.Deployment.TargetState.Component.TemplateFile
	return []string{m.ServiceName, m.ServiceInstanceName, m.ServiceSpec, m.Description, file}, nil
}

func protonServiceContent(ctx context.Context, c clients) (any, error) {
	out, err := c.proton.GetService(ctx, protonService)
	if err != nil {
		return nil, err
	}
	return []string{out.Service.Spec, out.Service.Description}, nil
}

func protonPipelineContent(ctx context.Context, c clients) (any, error) {
	out, err := c.proton.GetService(ctx, protonService)
	if err != nil {
		return nil, err
	}
	p := out.Service.Pipeline
	return []string{p.Spec, p.TemplateMajorVersion, p.TemplateMinorVersion}, nil
}

func protonGone(t *testing.T, value any) { assert.Nil(t, value) }

var protonFlows = slices.Concat(protonInstanceFlows, protonEnvironmentFlows, protonComponentFlows, protonServiceFlows, protonPipelineFlows, protonTemplateFlows, protonConnectionFlows)

var protonInstanceFlows = []flow{
	{
		service: "proton", start: "UpdateServiceInstance", read: "GetServiceInstance", oldState: "SUCCEEDED", idempotent: true,
		seed: seedInstance, thorough: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateServiceInstance(ctx, proton.UpdateServiceInstanceRequest{
				ServiceName: "shop", Name: "prod", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "new",
			})
		},
		content: protonInstanceContent,
		diff:    []string{"spec"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeUpdateServiceInstance(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceInstanceResponse).ServiceInstance
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.DeploymentStatus)
			assert.Equal(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
			assert.Equal(t, "new", v.Spec)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilServiceInstanceDeployed(protonInstance) },
		ends:  protonUpdateEnds,
	},
	{
		service: "proton", start: "CreateServiceInstance", read: "GetServiceInstance", idempotent: true,
		seed: seedProtonService,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCreateServiceInstance(ctx, proton.CreateServiceInstanceRequest{ServiceName: "shop", Name: "prod", Spec: "new"})
		},
		diff: []string{"name", "serviceName", "spec"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCreateServiceInstance(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceInstanceResponse).ServiceInstance
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.DeploymentStatus)
			assert.Equal(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
			assert.Equal(t, "new", v.Spec)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilServiceInstanceDeployed(protonInstance) },
		ends:  protonCreationEnds,
	},
	{
		service: "proton", start: "CancelServiceInstanceDeployment", read: "GetServiceInstance", oldState: "IN_PROGRESS",
		seed: func(emu *emulator.Emulator) {
			emu.Proton.AddServiceInstance(proton.ServiceInstance{ServiceName: "shop", Name: "prod", DeploymentStatus: proton.DeploymentStatusInProgress})
		},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCancelServiceInstanceDeployment(ctx, proton.CancelServiceInstanceDeploymentRequest{ServiceName: "shop", ServiceInstanceName: "prod"})
		},
		diff: []string{"serviceInstanceName", "serviceName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCancelServiceInstanceDeployment(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceInstanceResponse).ServiceInstance
			assert.Equal(t, proton.DeploymentStatusCancelled, v.DeploymentStatus)
			assert.NotEqual(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.proton.UntilServiceInstanceDeploymentCanceled(protonInstance)
		},
		ends: protonCancellationEnds,
	},
}

var protonEnvironmentFlows = []flow{
	{
		service: "proton", start: "CreateEnvironment", read: "GetEnvironment", idempotent: true,
		seed: seedProtonVersions,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCreateEnvironment(ctx, proton.CreateEnvironmentRequest{Name: "staging", TemplateName: "vpc", TemplateMajorVersion: "1", Spec: "new"})
		},
		content: protonEnvironmentExists,
		diff:    []string{"name", "spec", "templateMajorVersion", "templateName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCreateEnvironment(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetEnvironmentResponse).Environment
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.DeploymentStatus)
			assert.Equal(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
			assert.Equal(t, "new", v.Spec)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilEnvironmentDeployed(protonEnvironment) },
		ends:  protonCreationEnds,
	},
	{
		service: "proton", start: "UpdateEnvironment", read: "GetEnvironment", oldState: "SUCCEEDED",
		seed: seedProtonEnvironment,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateEnvironment(ctx, proton.UpdateEnvironmentRequest{Name: "staging", DeploymentType: proton.DeploymentUpdateTypeMinorVersion, TemplateMinorVersion: "4", Spec: "new"})
		},
		content: protonEnvironmentContent,
		diff:    []string{"spec", "templateMinorVersion"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeUpdateEnvironment(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetEnvironmentResponse).Environment
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.DeploymentStatus)
			assert.Equal(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
			assert.Equal(t, "new", v.Spec)
			assert.Equal(t, "4", v.TemplateMinorVersion)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilEnvironmentDeployed(protonEnvironment) },
		ends:  protonUpdateEnds,
	},
	{
		service: "proton", start: "DeleteEnvironment", read: "GetEnvironment", oldState: "SUCCEEDED", idempotent: true,
		seed: seedProtonEnvironment, deletes: true, repeatable: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareDeleteEnvironment(ctx, proton.DeleteEnvironmentRequest{Name: "staging"})
		},
		diff: []string{"name"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeDeleteEnvironment(token)
		},
		live:  protonGone,
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilEnvironmentDeleted(protonEnvironment) },
		ends:  []ending{protonDeletionFails, protonDeletionAbandoned},
	},
	{
		service: "proton", start: "CancelEnvironmentDeployment", read: "GetEnvironment", oldState: "IN_PROGRESS",
		seed: func(emu *emulator.Emulator) {
			emu.Proton.AddEnvironment(proton.Environment{Name: "staging", DeploymentStatus: proton.DeploymentStatusInProgress})
		},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCancelEnvironmentDeployment(ctx, proton.CancelEnvironmentDeploymentRequest{EnvironmentName: "staging"})
		},
		diff: []string{"environmentName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCancelEnvironmentDeployment(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetEnvironmentResponse).Environment
			assert.Equal(t, proton.DeploymentStatusCancelled, v.DeploymentStatus)
			assert.NotEqual(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.proton.UntilEnvironmentDeploymentCanceled(protonEnvironment)
		},
		ends: protonCancellationEnds,
	},
}

var protonComponentFlows = []flow{
	{
		service: "proton", start: "CreateComponent", read: "GetComponent", idempotent: true,
		seed: seedProtonVersions,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCreateComponent(ctx, proton.CreateComponentRequest{
				Name: "bucket", EnvironmentName: "staging", TemplateFile: "Resources: {}", Manifest: "infrastructure: {}",
			})
		},
		content: protonComponentExists,
		diff:    []string{"environmentName", "manifest", "name", "templateFile"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCreateComponent(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetComponentResponse).Component
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.DeploymentStatus)
			assert.Equal(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilComponentDeployed(protonComponent) },
		ends:  protonCreationEnds,
	},
	{
		service: "proton", start: "UpdateComponent", read: "GetComponent", oldState: "SUCCEEDED", idempotent: true,
		seed: seedProtonComponent,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateComponent(ctx, proton.UpdateComponentRequest{
				Name: "bucket", DeploymentType: proton.ComponentDeploymentUpdateTypeCurrentVersion,
				ServiceName: new("shop"), ServiceInstanceName: new("prod"), ServiceSpec: "new",
			})
		},
		content: protonComponentContent,
		diff:    []string{"serviceInstanceName", "serviceName", "serviceSpec"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeUpdateComponent(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetComponentResponse).Component
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.DeploymentStatus)
			assert.Equal(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
			assert.Equal(t, "new", v.ServiceSpec)
			assert.Equal(t, "prod", v.ServiceInstanceName)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilComponentDeployed(protonComponent) },
		ends:  protonUpdateEnds,
	},
	{
		service: "proton", start: "DeleteComponent", read: "GetComponent", oldState: "SUCCEEDED", idempotent: true,
		seed: seedProtonComponent, deletes: true, repeatable: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareDeleteComponent(ctx, proton.DeleteComponentRequest{Name: "bucket"})
		},
		diff: []string{"name"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeDeleteComponent(token)
		},
		live:  protonGone,
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilComponentDeleted(protonComponent) },
		ends:  []ending{protonDeletionFails, protonDeletionAbandoned},
	},
	{
		service: "proton", start: "CancelComponentDeployment", read: "GetComponent", oldState: "IN_PROGRESS",
		seed: func(emu *emulator.Emulator) {
			emu.Proton.AddComponent(proton.Component{Name: "bucket", DeploymentStatus: proton.DeploymentStatusInProgress})
		},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCancelComponentDeployment(ctx, proton.CancelComponentDeploymentRequest{ComponentName: "bucket"})
		},
		diff: []string{"componentName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCancelComponentDeployment(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetComponentResponse).Component
			assert.Equal(t, proton.DeploymentStatusCancelled, v.DeploymentStatus)
			assert.NotEqual(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilComponentDeploymentCanceled(protonComponent) },
		ends:  protonCancellationEnds,
	},
}

var protonServiceFlows = []flow{
	{
		service: "proton", start: "CreateService", read: "GetService", idempotent: true,
		seed: seedProtonVersions,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCreateService(ctx, proton.CreateServiceRequest{
				Name: "shop", TemplateName: "web", TemplateMajorVersion: "1", Spec: "new",
				RepositoryConnectionARN: "arn:aws:codestar-connections:us-east-1:123456789012:connection/shop", RepositoryID: "example/shop", BranchName: "main",
			})
		},
		content: protonServiceExists,
		diff:    []string{"branchName", "name", "repositoryConnectionArn", "repositoryId", "spec", "templateMajorVersion", "templateName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCreateService(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceResponse).Service
			assert.Equal(t, proton.ServiceStatusActive, v.Status)
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.Pipeline.DeploymentStatus)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilServiceActive(protonService) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such repository"}, cloud.Failed, "CREATE_FAILED", "no such repository", true},
			{"is cleaned up", emulator.Ending{Fail: true, State: "CREATE_FAILED_CLEANUP_COMPLETE", Reason: "quota"}, cloud.Failed, "CREATE_FAILED_CLEANUP_COMPLETE", "quota", true},
		},
	},
	{
		service: "proton", start: "UpdateService", read: "GetService", oldState: "ACTIVE",
		seed: seedProtonService,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateService(ctx, proton.UpdateServiceRequest{Name: "shop", Spec: "new"})
		},
		content: protonServiceContent,
		diff:    []string{"spec"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeUpdateService(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceResponse).Service
			assert.Equal(t, proton.ServiceStatusActive, v.Status)
			assert.Equal(t, "new", v.Spec)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilServiceActive(protonService) },
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "no such environment"}, cloud.Failed, "UPDATE_FAILED", "no such environment", false},
			{"is not cleaned up", emulator.Ending{Fail: true, State: "UPDATE_COMPLETE_CLEANUP_FAILED", Reason: "bucket is not empty"}, cloud.Failed, "UPDATE_COMPLETE_CLEANUP_FAILED", "bucket is not empty", false},
			{"is torn down", emulator.Ending{Fail: true, State: "DELETE_IN_PROGRESS", Reason: "torn down"}, cloud.Failed, "DELETE_IN_PROGRESS", "torn down", true},
		},
	},
	{
		service: "proton", start: "DeleteService", read: "GetService", oldState: "ACTIVE", idempotent: true,
		seed: seedProtonService, deletes: true, repeatable: true,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareDeleteService(ctx, proton.DeleteServiceRequest{Name: "shop"})
		},
		diff: []string{"name"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeDeleteService(token)
		},
		live:  protonGone,
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilServiceDeleted(protonService) },
		ends: []ending{
			protonDeletionFails,
			{"is abandoned", emulator.Ending{State: "ACTIVE"}, cloud.Failed, "ACTIVE", "abandoned: the state is ACTIVE again, and not deleted: The infrastructure could not be deleted.", false},
		},
	},
}

var protonPipelineFlows = []flow{
	{
		service: "proton", start: "UpdateServicePipeline", read: "GetService", oldState: "SUCCEEDED",
		seed: seedProtonService,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareUpdateServicePipeline(ctx, proton.UpdateServicePipelineRequest{ServiceName: "shop", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion, Spec: "new"})
		},
		content: protonPipelineContent,
		diff:    []string{"spec"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeUpdateServicePipeline(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceResponse).Service.Pipeline
			assert.Equal(t, proton.DeploymentStatusSucceeded, v.DeploymentStatus)
			assert.Equal(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
			assert.Equal(t, "new", v.Spec)
		},
		until: func(c clients) cloud.AnyWaiter { return c.proton.UntilServicePipelineDeployed(protonService) },
		ends:  protonUpdateEnds,
	},
	{
		service: "proton", start: "CancelServicePipelineDeployment", read: "GetService", oldState: "IN_PROGRESS",
		seed: func(emu *emulator.Emulator) {
			emu.Proton.AddService(proton.Service{Name: "shop", Pipeline: &proton.ServicePipeline{DeploymentStatus: proton.DeploymentStatusInProgress}})
		},
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCancelServicePipelineDeployment(ctx, proton.CancelServicePipelineDeploymentRequest{ServiceName: "shop"})
		},
		diff: []string{"serviceName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCancelServicePipelineDeployment(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceResponse).Service.Pipeline
			assert.Equal(t, proton.DeploymentStatusCancelled, v.DeploymentStatus)
			assert.NotEqual(t, v.LastAttemptedDeploymentID, v.LastSucceededDeploymentID)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.proton.UntilServicePipelineDeploymentCanceled(protonService)
		},
		ends: protonCancellationEnds,
	},
}

var protonTemplateFlows = []flow{
	{
		service: "proton", start: "CreateEnvironmentTemplateVersion", read: "GetEnvironmentTemplateVersion", idempotent: true,
		seed: seedProtonTemplates,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCreateEnvironmentTemplateVersion(ctx, proton.CreateEnvironmentTemplateVersionRequest{
				TemplateName: "vpc", Source: proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "bundles", Key: "vpc.tar.gz"}},
			})
		},
		diff: []string{"source.s3.bucket", "source.s3.key", "templateName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCreateEnvironmentTemplateVersion(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetEnvironmentTemplateVersionResponse).EnvironmentTemplateVersion
			assert.Equal(t, proton.TemplateVersionStatusDraft, v.Status)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.proton.UntilEnvironmentTemplateVersionRegistered(proton.GetEnvironmentTemplateVersionRequest{TemplateName: "vpc", MajorVersion: "1", MinorVersion: "0"})
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "schema.yaml is missing"}, cloud.Failed, "REGISTRATION_FAILED", "schema.yaml is missing", false},
		},
	},
	{
		service: "proton", start: "CreateServiceTemplateVersion", read: "GetServiceTemplateVersion", idempotent: true,
		seed: seedProtonTemplates,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCreateServiceTemplateVersion(ctx, proton.CreateServiceTemplateVersionRequest{
				TemplateName: "web", Source: proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "bundles", Key: "web.tar.gz"}},
				CompatibleEnvironmentTemplates: []proton.CompatibleEnvironmentTemplateInput{{TemplateName: "vpc", MajorVersion: "1"}},
			})
		},
		diff: []string{"compatibleEnvironmentTemplates", "source.s3.bucket", "source.s3.key", "templateName"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCreateServiceTemplateVersion(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetServiceTemplateVersionResponse).ServiceTemplateVersion
			assert.Equal(t, proton.TemplateVersionStatusDraft, v.Status)
		},
		until: func(c clients) cloud.AnyWaiter {
			return c.proton.UntilServiceTemplateVersionRegistered(proton.GetServiceTemplateVersionRequest{TemplateName: "web", MajorVersion: "1", MinorVersion: "0"})
		},
		ends: []ending{
			{"fails", emulator.Ending{Fail: true, Reason: "schema.yaml is missing"}, cloud.Failed, "REGISTRATION_FAILED", "schema.yaml is missing", false},
		},
	},
}

var protonConnectionFlows = []flow{
	{
		service: "proton", start: "CreateEnvironmentAccountConnection", read: "GetEnvironmentAccountConnection", idempotent: true,
		seed: seedProtonVersions,
		prepare: func(ctx context.Context, c clients) (cloud.AnyChange, error) {
			return c.proton.PrepareCreateEnvironmentAccountConnection(ctx, proton.CreateEnvironmentAccountConnectionRequest{ManagementAccountID: "210987654321", EnvironmentName: "staging"})
		},
		diff: []string{"environmentName", "managementAccountId"},
		resume: func(c clients, token string) (cloud.AnyChange, error) {
			return c.proton.ResumeCreateEnvironmentAccountConnection(token)
		},
		live: func(t *testing.T, value any) {
			v := value.(*proton.GetEnvironmentAccountConnectionResponse).EnvironmentAccountConnection
			assert.Equal(t, proton.EnvironmentAccountConnectionStatusConnected, v.Status)
		},
		ends: []ending{
			{"is rejected", emulator.Ending{Fail: true}, cloud.Failed, "REJECTED", "the management account rejected the connection", false},
		},
	},
}

// protonTest runs a test in virtual time, with an emulator that seed has filled.
func protonTest(t *testing.T, seed func(*emulator.Emulator), test func(t *testing.T, emu *emulator.Emulator, c *proton.Client)) {
	synctest.Test(t, func(t *testing.T) {
		run(t, flow{seed: seed}, func(emu *emulator.Emulator) { test(t, emu, newClients(t, emu).proton) })
	})
}

// TestProtonNothingToWaitFor tests that an update which starts no deployment is refused before anything is sent.
func TestProtonNothingToWaitFor(t *testing.T) {
	t.Parallel()
	protonTest(t, seedProtonVersions, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		none := proton.DeploymentUpdateTypeNone
		starts := map[string]func() error{
			"UpdateServiceInstance": func() error {
				_, err := c.BeginUpdateServiceInstance(t.Context(), proton.UpdateServiceInstanceRequest{ServiceName: "shop", Name: "prod", DeploymentType: none})
				return err
			},
			"UpdateEnvironment": func() error {
				_, err := c.BeginUpdateEnvironment(t.Context(), proton.UpdateEnvironmentRequest{Name: "staging", DeploymentType: none})
				return err
			},
			"UpdateServicePipeline": func() error {
				_, err := c.BeginUpdateServicePipeline(t.Context(), proton.UpdateServicePipelineRequest{ServiceName: "shop", Spec: "new", DeploymentType: none})
				return err
			},
			"UpdateComponent": func() error {
				_, err := c.BeginUpdateComponent(t.Context(), proton.UpdateComponentRequest{Name: "bucket", DeploymentType: proton.ComponentDeploymentUpdateTypeNone})
				return err
			},
		}
		for operation, start := range starts {
			err := start()
			require.ErrorIs(t, err, cloud.ErrInvalid, operation)
			assert.ErrorContains(t, err, "proton "+operation+": invalid: deploymentType: must start a deployment; call "+operation+" to change only metadata")
		}
		assert.Empty(t, emu.Requests())
	})
}

// TestProtonDeployments follows deployments by their ID.
func TestProtonDeployments(t *testing.T) {
	t.Parallel()
	update := proton.UpdateEnvironmentRequest{Name: "staging", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion}
	protonTest(t, seedProtonEnvironment, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		out, err := c.UpdateEnvironment(t.Context(), update)
		require.NoError(t, err)
		r := proton.GetDeploymentRequest{ID: out.Environment.LastAttemptedDeploymentID}
		deployment, err := c.UntilDeploymentSucceeded(r).Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "staging", deployment.Deployment.EnvironmentName)
		_, err = c.UntilDeploymentCanceled(r).Wait(t.Context())
		assert.ErrorContains(t, err, "too late: the deployment succeeded")

		out, err = c.UpdateEnvironment(t.Context(), update)
		require.NoError(t, err)
		_, err = c.CancelEnvironmentDeployment(t.Context(), proton.CancelEnvironmentDeploymentRequest{EnvironmentName: "staging"})
		require.NoError(t, err)
		r.ID = out.Environment.LastAttemptedDeploymentID
		_, err = c.UntilDeploymentCanceled(r).Wait(t.Context())
		require.NoError(t, err)
		_, err = c.UntilDeploymentSucceeded(r).Wait(t.Context())
		var wait *cloud.WaitError
		require.ErrorAs(t, err, &wait)
		assert.Equal(t, cloud.Canceled, wait.Outcome)
	})
}

// TestProtonDeletedMeanwhile tests that a newer resource of that name shows that the old one is gone, and that an
// update of the old one does not succeed on it.
func TestProtonDeletedMeanwhile(t *testing.T) {
	t.Parallel()
	protonTest(t, seedProtonEnvironment, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		update, err := c.BeginUpdateEnvironment(t.Context(), proton.UpdateEnvironmentRequest{Name: "staging", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion})
		require.NoError(t, err)
		time.Sleep(changeTime)
		deletion, err := c.BeginDeleteEnvironment(t.Context(), proton.DeleteEnvironmentRequest{Name: "staging"})
		require.NoError(t, err)
		time.Sleep(changeTime)
		creation, err := c.BeginCreateEnvironment(t.Context(), proton.CreateEnvironmentRequest{Name: "staging", TemplateName: "vpc", TemplateMajorVersion: "1", Spec: "new"})
		require.NoError(t, err)
		time.Sleep(time.Minute)

		_, err = update.Wait(t.Context())
		assert.ErrorContains(t, err, "superseded: it was deleted, and a new one has its name")
		newer, err := deletion.Wait(t.Context())
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, newer.Environment.DeploymentStatus)
		_, err = creation.Wait(t.Context())
		require.NoError(t, err)
	})
}

// TestProtonGone tests waits for the end of resources that have no Begin method for it.
func TestProtonGone(t *testing.T) {
	t.Parallel()
	protonTest(t, func(emu *emulator.Emulator) {
		emu.Proton.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: "vpc"})
		emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web"})
		seedProtonService(emu)
		seedInstance(emu)
	}, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		ctx, id := t.Context(), emu.Proton.AddEnvironmentAccountConnection(proton.EnvironmentAccountConnection{})
		environment := proton.GetEnvironmentTemplateVersionRequest{TemplateName: "vpc", MajorVersion: "1", MinorVersion: "0"}
		service := proton.GetServiceTemplateVersionRequest{TemplateName: "web", MajorVersion: "1", MinorVersion: "0"}
		waiters := []cloud.AnyWaiter{
			c.UntilEnvironmentTemplateVersionDeleted(environment),
			c.UntilServiceTemplateVersionDeleted(service),
			c.UntilEnvironmentAccountConnectionDeleted(proton.GetEnvironmentAccountConnectionRequest{ID: id}),
		}
		for _, w := range waiters {
			p, err := w.PollAny(ctx)
			require.NoError(t, err)
			assert.Equal(t, cloud.Pending, p.Outcome)
		}
		_, err := c.DeleteEnvironmentTemplateVersion(ctx, proton.DeleteEnvironmentTemplateVersionRequest(environment))
		require.NoError(t, err)
		_, err = c.DeleteServiceTemplateVersion(ctx, proton.DeleteServiceTemplateVersionRequest(service))
		require.NoError(t, err)
		_, err = c.DeleteEnvironmentAccountConnection(ctx, proton.DeleteEnvironmentAccountConnectionRequest{ID: id})
		require.NoError(t, err)
		_, err = c.DeleteService(ctx, proton.DeleteServiceRequest{Name: "shop"})
		require.NoError(t, err)
		for _, w := range append(waiters, c.UntilServiceInstanceDeleted(protonInstance)) {
			value, err := w.WaitAny(ctx)
			require.NoError(t, err)
			assert.Nil(t, value)
		}
	})
}

// TestProtonConnections tests waits for the decision of the other account.
func TestProtonConnections(t *testing.T) {
	t.Parallel()
	protonTest(t, seedProtonVersions, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		create := proton.CreateEnvironmentAccountConnectionRequest{ManagementAccountID: "210987654321", EnvironmentName: "staging"}
		first, err := c.CreateEnvironmentAccountConnection(t.Context(), create)
		require.NoError(t, err)
		id := first.EnvironmentAccountConnection.ID
		_, err = c.AcceptEnvironmentAccountConnection(t.Context(), proton.AcceptEnvironmentAccountConnectionRequest{ID: id})
		require.NoError(t, err)
		began := time.Now()
		_, err = c.UntilEnvironmentAccountConnectionConnected(proton.GetEnvironmentAccountConnectionRequest{ID: id}).Wait(t.Context())
		require.NoError(t, err)
		assert.Less(t, time.Since(began), time.Minute)

		w, err := c.BeginCreateEnvironmentAccountConnection(t.Context(), create)
		require.NoError(t, err)
		list, err := c.ListEnvironmentAccountConnections(t.Context(), proton.ListEnvironmentAccountConnectionsRequest{
			RequestedBy: proton.EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount,
		})
		require.NoError(t, err)
		require.Len(t, list.EnvironmentAccountConnections, 1, "the new one is not shown yet")
		time.Sleep(time.Minute)
		p, err := w.Poll(t.Context())
		require.NoError(t, err)
		_, err = c.RejectEnvironmentAccountConnection(t.Context(), proton.RejectEnvironmentAccountConnectionRequest{ID: p.Value.EnvironmentAccountConnection.ID})
		require.NoError(t, err)
		_, err = w.Wait(t.Context())
		assert.ErrorContains(t, err, "the management account rejected the connection")
	})
}

// TestProtonSyncs tests waits for syncs after a push to a repository.
func TestProtonSyncs(t *testing.T) {
	t.Parallel()
	repository := proton.GetRepositorySyncStatusRequest{
		RepositoryName: "example/templates", RepositoryProvider: proton.RepositoryProviderGitHub, Branch: "main", SyncType: proton.SyncTypeTemplateSync,
	}
	instance := proton.GetServiceInstanceSyncStatusRequest{ServiceName: "shop", ServiceInstanceName: "prod"}
	template := proton.GetTemplateSyncStatusRequest{TemplateName: "vpc", TemplateType: proton.TemplateTypeEnvironment, TemplateVersion: "1"}
	set := func(emu *emulator.Emulator, status, sha string) {
		failed := "FAILED"
		attempt := proton.ResourceSyncAttempt{
			TargetRevision: proton.Revision{Sha: sha}, StartedAt: time.Now(), Status: proton.ResourceSyncStatus(status),
			Events: []proton.ResourceSyncEvent{{Type: failed, Time: time.Now(), Event: "schema.yaml is missing"}},
		}
		desired := &proton.Revision{Sha: "c2"}
		emu.Proton.SetRepositorySync(repository, proton.RepositorySyncAttempt{
			StartedAt: attempt.StartedAt, Status: proton.RepositorySyncStatus(status), Events: []proton.RepositorySyncEvent{proton.RepositorySyncEvent(attempt.Events[0])},
		})
		emu.Proton.SetServiceInstanceSync(instance, proton.GetServiceInstanceSyncStatusResponse{LatestSync: &attempt, DesiredState: desired})
		emu.Proton.SetTemplateSync(template, proton.GetTemplateSyncStatusResponse{LatestSync: &attempt, DesiredState: desired})
	}
	untils := func(c *proton.Client) []cloud.AnyWaiter {
		return []cloud.AnyWaiter{
			c.UntilRepositorySynced(repository), c.UntilServiceInstanceSynced(instance), c.UntilTemplateSynced(template),
		}
	}
	protonTest(t, seedProtonVersions, func(t *testing.T, emu *emulator.Emulator, c *proton.Client) {
		set(emu, "SUCCEEDED", "c1")
		waiters := untils(c)
		for _, w := range waiters {
			p, err := w.PollAny(t.Context())
			require.NoError(t, err)
			assert.Equal(t, cloud.Pending, p.Outcome, "it may be the sync before the push")
		}
		set(emu, "IN_PROGRESS", "c2")
		for _, w := range waiters {
			p, err := w.PollAny(t.Context())
			require.NoError(t, err)
			assert.Equal(t, cloud.Pending, p.Outcome)
		}
		set(emu, "SUCCEEDED", "c2")
		for _, w := range waiters {
			_, err := w.WaitAny(t.Context())
			require.NoError(t, err)
		}
		set(emu, "FAILED", "c2")
		for _, w := range untils(c) {
			_, err := w.WaitAny(t.Context())
			assert.ErrorContains(t, err, "in state FAILED: schema.yaml is missing")
		}
	})
}

// TestProtonDeletesWhatIsGone tests that a deletion may be repeated: the response to the second one is empty, which
// is no failure.
func TestProtonDeletesWhatIsGone(t *testing.T) {
	t.Parallel()
	protonTest(t, seedProtonVersions, func(t *testing.T, _ *emulator.Emulator, c *proton.Client) {
		out, err := c.DeleteService(t.Context(), proton.DeleteServiceRequest{Name: "gone"})
		require.NoError(t, err)
		assert.Nil(t, out.Service)
		w, err := c.BeginDeleteService(t.Context(), proton.DeleteServiceRequest{Name: "gone"})
		require.NoError(t, err)
		value, err := w.Wait(t.Context())
		require.NoError(t, err)
		assert.Nil(t, value)
	})
}
