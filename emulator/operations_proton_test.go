package emulator_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

const (
	protonEnvironment  = "staging"
	protonService      = "shop"
	protonComponent    = "bucket"
	protonConnectionID = "72bcb28d-55d0-4fad-9dd4-53c0635fd9ec"
)

var (
	protonRepositorySync = proton.GetRepositorySyncStatusRequest{
		RepositoryName: "example/templates", RepositoryProvider: proton.RepositoryProviderGitHub, Branch: "main",
		SyncType: proton.SyncTypeTemplateSync,
	}
	protonInstanceSync = proton.GetServiceInstanceSyncStatusRequest{ServiceName: protonService, ServiceInstanceName: "prod"}
	protonTemplateSync = proton.GetTemplateSyncStatusRequest{
		TemplateName: "vpc", TemplateType: proton.TemplateTypeEnvironment, TemplateVersion: "1",
	}
)

// seedProton adds the resources that protonOperations work on.
func seedProton(emu *emulator.Emulator) {
	emu.Proton.AddEnvironment(proton.Environment{Name: protonEnvironment, TemplateName: "vpc"})
	emu.Proton.AddService(proton.Service{Name: protonService, TemplateName: "web", Pipeline: &proton.ServicePipeline{}})
	emu.Proton.AddComponent(proton.Component{Name: protonComponent, EnvironmentName: protonEnvironment})
	emu.Proton.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: "vpc"})
	emu.Proton.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: "vpc", MajorVersion: "2"})
	emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web"})
	emu.Proton.AddServiceSyncBlocker(protonService, "prod", proton.SyncBlocker{ID: protonBlocker})
	emu.Proton.AddEnvironmentAccountConnection(proton.EnvironmentAccountConnection{
		ID: protonConnectionID, Status: proton.EnvironmentAccountConnectionStatusPending,
	})
	attempt := proton.ResourceSyncAttempt{Status: proton.ResourceSyncStatusSucceeded, Target: "vpc", StartedAt: time.Unix(1_790_000_000, 0)}
	emu.Proton.SetRepositorySync(protonRepositorySync, proton.RepositorySyncAttempt{
		Status: proton.RepositorySyncStatusQueued, StartedAt: attempt.StartedAt,
	})
	emu.Proton.SetServiceInstanceSync(protonInstanceSync, proton.GetServiceInstanceSyncStatusResponse{LatestSync: &attempt})
	emu.Proton.SetTemplateSync(protonTemplateSync, proton.GetTemplateSyncStatusResponse{LatestSync: &attempt})
}

// protonOperations calls the operations of Proton with the module's client.
var protonOperations = map[string]func(t *testing.T, c *proton.Client){
	"Environment templates": environmentTemplates,
	"Service templates":     serviceTemplates,
	"Repositories":          protonRepositories,
	"Account settings":      protonSettings,
	"Sync configurations":   protonSyncs,
	"Tags":                  protonTags,
	"Roles":                 protonRoles,
	"Outputs":               protonOutputs,
	"Outputs of components": protonComponentOutputs,
	"Environments": func(t *testing.T, c *proton.Client) {
		create := proton.CreateEnvironmentRequest{Name: "dev", TemplateName: "vpc", TemplateMajorVersion: "2", Spec: "dev"}
		created, err := c.CreateEnvironment(t.Context(), create)
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, created.Environment.DeploymentStatus)
		again, err := c.CreateEnvironment(t.Context(), create)
		require.NoError(t, err)
		assert.Equal(t, created, again, "repeating the request changes nothing")
		create.Spec = "other"
		_, err = c.CreateEnvironment(t.Context(), create)
		require.ErrorIs(t, err, cloud.ErrConflict)

		got, err := c.GetEnvironment(t.Context(), proton.GetEnvironmentRequest{Name: "dev"})
		require.NoError(t, err)
		assert.Equal(t, created.Environment, got.Environment)
		list, err := c.ListEnvironments(t.Context(), proton.ListEnvironmentsRequest{
			EnvironmentTemplates: []proton.EnvironmentTemplateFilter{{TemplateName: "vpc", MajorVersion: "2"}},
		})
		require.NoError(t, err)
		require.Len(t, list.Environments, 1)
		assert.Equal(t, "dev", list.Environments[0].Name)
	},
	"UpdateEnvironment": func(t *testing.T, c *proton.Client) {
		out, err := c.UpdateEnvironment(t.Context(), proton.UpdateEnvironmentRequest{
			Name: protonEnvironment, DeploymentType: proton.DeploymentUpdateTypeNone, Description: new("for tests"),
		})
		require.NoError(t, err)
		assert.Equal(t, "for tests", out.Environment.Description)
		assert.Equal(t, proton.DeploymentStatusSucceeded, out.Environment.DeploymentStatus, "no deployment")
		out, err = c.UpdateEnvironment(t.Context(), proton.UpdateEnvironmentRequest{
			Name: protonEnvironment, DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
		})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, out.Environment.DeploymentStatus)
		canceled, err := c.CancelEnvironmentDeployment(t.Context(),
			proton.CancelEnvironmentDeploymentRequest{EnvironmentName: protonEnvironment})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusCancelling, canceled.Environment.DeploymentStatus)
		_, err = c.DeleteEnvironment(t.Context(), proton.DeleteEnvironmentRequest{Name: protonEnvironment})
		require.ErrorIs(t, err, cloud.ErrConflict)

		id := out.Environment.LastAttemptedDeploymentID
		deployment, err := c.GetDeployment(t.Context(), proton.GetDeploymentRequest{ID: id})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusCancelling, deployment.Deployment.DeploymentStatus)
		list, err := c.ListDeployments(t.Context(), proton.ListDeploymentsRequest{EnvironmentName: protonEnvironment})
		require.NoError(t, err)
		assert.Equal(t, id, list.Deployments[len(list.Deployments)-1].ID)
	},
	"DeleteEnvironment": func(t *testing.T, c *proton.Client) {
		out, err := c.DeleteEnvironment(t.Context(), proton.DeleteEnvironmentRequest{Name: protonEnvironment})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusDeleteInProgress, out.Environment.DeploymentStatus)
		again, err := c.DeleteEnvironment(t.Context(), proton.DeleteEnvironmentRequest{Name: protonEnvironment})
		require.NoError(t, err)
		assert.Equal(t, out, again)
	},
	"Services": func(t *testing.T, c *proton.Client) {
		created, err := c.CreateService(t.Context(), proton.CreateServiceRequest{
			Name: "api", TemplateName: "web", TemplateMajorVersion: "1", Spec: "api",
		})
		require.NoError(t, err)
		assert.Equal(t, proton.ServiceStatusCreateInProgress, created.Service.Status)
		assert.Nil(t, created.Service.Pipeline, "the request has no repository")
		_, err = c.CancelServicePipelineDeployment(t.Context(), proton.CancelServicePipelineDeploymentRequest{ServiceName: "api"})
		require.ErrorIs(t, err, cloud.ErrNotFound)
		built, err := c.CreateService(t.Context(), proton.CreateServiceRequest{
			Name: "worker", TemplateName: "web", TemplateMajorVersion: "1", Spec: "worker", RepositoryID: "example/worker",
			BranchName: "main",
		})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, built.Service.Pipeline.DeploymentStatus)
		_, err = c.CancelServicePipelineDeployment(t.Context(), proton.CancelServicePipelineDeploymentRequest{ServiceName: "worker"})
		require.ErrorIs(t, err, cloud.ErrConflict, "a creation cannot be canceled")
		_, err = c.UpdateService(t.Context(), proton.UpdateServiceRequest{Name: "api", Spec: "other"})
		require.ErrorIs(t, err, cloud.ErrConflict)
		list, err := c.ListServices(t.Context(), proton.ListServicesRequest{})
		require.NoError(t, err)
		assert.Len(t, list.Services, 3)
	},
	"UpdateService": func(t *testing.T, c *proton.Client) {
		out, err := c.UpdateService(t.Context(), proton.UpdateServiceRequest{Name: protonService, Spec: "new"})
		require.NoError(t, err)
		assert.Equal(t, proton.ServiceStatusUpdateInProgress, out.Service.Status)
		got, err := c.GetService(t.Context(), proton.GetServiceRequest{Name: protonService})
		require.NoError(t, err)
		assert.Equal(t, &out.Service, got.Service)
		_, err = c.DeleteService(t.Context(), proton.DeleteServiceRequest{Name: protonService})
		require.ErrorIs(t, err, cloud.ErrConflict)
	},
	"DeleteService": func(t *testing.T, c *proton.Client) {
		out, err := c.DeleteService(t.Context(), proton.DeleteServiceRequest{Name: protonService})
		require.NoError(t, err)
		assert.Equal(t, proton.ServiceStatusDeleteInProgress, out.Service.Status)
	},
	"ServicePipelines": func(t *testing.T, c *proton.Client) {
		out, err := c.UpdateServicePipeline(t.Context(), proton.UpdateServicePipelineRequest{
			ServiceName: protonService, Spec: "new", DeploymentType: proton.DeploymentUpdateTypeMajorVersion, TemplateMajorVersion: "2",
		})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, out.Pipeline.DeploymentStatus)
		assert.Equal(t, "1", out.Pipeline.TemplateMajorVersion, "the version stays the same until the deployment succeeds")
		canceled, err := c.CancelServicePipelineDeployment(t.Context(),
			proton.CancelServicePipelineDeploymentRequest{ServiceName: protonService})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusCancelling, canceled.Pipeline.DeploymentStatus)
		assert.Equal(t, out.Pipeline.LastAttemptedDeploymentID, canceled.Pipeline.LastAttemptedDeploymentID)
		_, err = c.UpdateService(t.Context(), proton.UpdateServiceRequest{Name: protonService, Spec: "new"})
		require.ErrorIs(t, err, cloud.ErrConflict, "while the pipeline is being deployed")
		_, err = c.DeleteService(t.Context(), proton.DeleteServiceRequest{Name: protonService})
		require.ErrorIs(t, err, cloud.ErrConflict, "while the pipeline is being deployed")
	},
	"CreateServiceInstance": func(t *testing.T, c *proton.Client) {
		out, err := c.CreateServiceInstance(t.Context(), proton.CreateServiceInstanceRequest{
			Name: "test", ServiceName: protonService, Spec: "test",
		})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, out.ServiceInstance.DeploymentStatus)
		_, err = c.CreateServiceInstance(t.Context(), proton.CreateServiceInstanceRequest{
			Name: "test", ServiceName: "nothing", Spec: "test",
		})
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"Components": func(t *testing.T, c *proton.Client) {
		created, err := c.CreateComponent(t.Context(), proton.CreateComponentRequest{
			Name: "queue", TemplateFile: "Resources: {}", Manifest: "infrastructure: {}", EnvironmentName: "dev",
		})
		require.NoError(t, err)
		got, err := c.GetComponent(t.Context(), proton.GetComponentRequest{Name: "queue"})
		require.NoError(t, err)
		assert.Equal(t, &created.Component, got.Component)
		canceled, err := c.CancelComponentDeployment(t.Context(), proton.CancelComponentDeploymentRequest{ComponentName: "queue"})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusCancelling, canceled.Component.DeploymentStatus)
		list, err := c.ListComponents(t.Context(), proton.ListComponentsRequest{EnvironmentName: "dev"})
		require.NoError(t, err)
		require.Len(t, list.Components, 1)
		assert.Equal(t, "queue", list.Components[0].Name)
	},
	"UpdateComponent": func(t *testing.T, c *proton.Client) {
		out, err := c.UpdateComponent(t.Context(), proton.UpdateComponentRequest{
			Name: protonComponent, DeploymentType: proton.ComponentDeploymentUpdateTypeCurrentVersion, TemplateFile: "Resources: {}",
		})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusInProgress, out.Component.DeploymentStatus)
	},
	"DeleteComponent": func(t *testing.T, c *proton.Client) {
		out, err := c.DeleteComponent(t.Context(), proton.DeleteComponentRequest{Name: protonComponent})
		require.NoError(t, err)
		assert.Equal(t, proton.DeploymentStatusDeleteInProgress, out.Component.DeploymentStatus)
	},
	"attached component": func(t *testing.T, c *proton.Client) {
		_, err := c.CreateComponent(t.Context(), proton.CreateComponentRequest{
			Name: "queue", TemplateFile: "Resources: {}", Manifest: "infrastructure: {}", ServiceName: protonService,
			ServiceInstanceName: "prod",
		})
		require.NoError(t, err)
		_, err = c.DeleteComponent(t.Context(), proton.DeleteComponentRequest{Name: "queue"})
		require.ErrorIs(t, err, cloud.ErrConflict)
		_, err = c.DeleteService(t.Context(), proton.DeleteServiceRequest{Name: protonService})
		require.ErrorIs(t, err, cloud.ErrConflict)
	},
	"EnvironmentTemplateVersions": func(t *testing.T, c *proton.Client) {
		create := proton.CreateEnvironmentTemplateVersionRequest{
			TemplateName: "vpc", MajorVersion: "1",
			Source: proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "bundles", Key: "vpc.tar.gz"}},
		}
		created, err := c.CreateEnvironmentTemplateVersion(t.Context(), create)
		require.NoError(t, err)
		assert.Equal(t, "1", created.EnvironmentTemplateVersion.MinorVersion)
		r := proton.GetEnvironmentTemplateVersionRequest{TemplateName: "vpc", MajorVersion: "1", MinorVersion: "1"}
		got, err := c.GetEnvironmentTemplateVersion(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, proton.TemplateVersionStatusRegistrationInProgress, got.EnvironmentTemplateVersion.Status)
		list, err := c.ListEnvironmentTemplateVersions(t.Context(),
			proton.ListEnvironmentTemplateVersionsRequest{TemplateName: "vpc", MajorVersion: "1"})
		require.NoError(t, err)
		assert.Len(t, list.TemplateVersions, 2)
		deleted, err := c.DeleteEnvironmentTemplateVersion(t.Context(), proton.DeleteEnvironmentTemplateVersionRequest(r))
		require.NoError(t, err)
		assert.Equal(t, &got.EnvironmentTemplateVersion, deleted.EnvironmentTemplateVersion)

		create.MajorVersion = "7"
		_, err = c.CreateEnvironmentTemplateVersion(t.Context(), create)
		require.ErrorIs(t, err, cloud.ErrNotFound)
	},
	"ServiceTemplateVersions": func(t *testing.T, c *proton.Client) {
		created, err := c.CreateServiceTemplateVersion(t.Context(), proton.CreateServiceTemplateVersionRequest{
			TemplateName: "web",
			Source: proton.TemplateVersionSourceInput{
				S3: &proton.S3ObjectSource{Bucket: "bundles", Key: "web.tar.gz"},
			},
			CompatibleEnvironmentTemplates: []proton.CompatibleEnvironmentTemplateInput{{TemplateName: "vpc", MajorVersion: "1"}},
		})
		require.NoError(t, err)
		assert.Equal(t, "2", created.ServiceTemplateVersion.MajorVersion)
		r := proton.GetServiceTemplateVersionRequest{TemplateName: "web", MajorVersion: "2", MinorVersion: "0"}
		got, err := c.GetServiceTemplateVersion(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, created.ServiceTemplateVersion, got.ServiceTemplateVersion)
		list, err := c.ListServiceTemplateVersions(t.Context(), proton.ListServiceTemplateVersionsRequest{TemplateName: "web"})
		require.NoError(t, err)
		assert.Len(t, list.TemplateVersions, 2)
		_, err = c.DeleteServiceTemplateVersion(t.Context(), proton.DeleteServiceTemplateVersionRequest(r))
		require.NoError(t, err)
	},
	"EnvironmentAccountConnections": func(t *testing.T, c *proton.Client) {
		created, err := c.CreateEnvironmentAccountConnection(t.Context(), proton.CreateEnvironmentAccountConnectionRequest{
			ManagementAccountID: "210987654321", EnvironmentName: "dev",
		})
		require.NoError(t, err)
		assert.Equal(t, proton.EnvironmentAccountConnectionStatusPending, created.EnvironmentAccountConnection.Status)
		list, err := c.ListEnvironmentAccountConnections(t.Context(), proton.ListEnvironmentAccountConnectionsRequest{
			RequestedBy: proton.EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount, EnvironmentName: "dev",
		})
		require.NoError(t, err)
		assert.Len(t, list.EnvironmentAccountConnections, 1)
		rejected, err := c.RejectEnvironmentAccountConnection(t.Context(),
			proton.RejectEnvironmentAccountConnectionRequest{ID: created.EnvironmentAccountConnection.ID})
		require.NoError(t, err)
		assert.Equal(t, proton.EnvironmentAccountConnectionStatusRejected, rejected.EnvironmentAccountConnection.Status)

		accepted, err := c.AcceptEnvironmentAccountConnection(t.Context(),
			proton.AcceptEnvironmentAccountConnectionRequest{ID: protonConnectionID})
		require.NoError(t, err)
		assert.Equal(t, proton.EnvironmentAccountConnectionStatusConnected, accepted.EnvironmentAccountConnection.Status)
		_, err = c.RejectEnvironmentAccountConnection(t.Context(), proton.RejectEnvironmentAccountConnectionRequest{ID: protonConnectionID})
		require.ErrorIs(t, err, cloud.ErrConflict)
		got, err := c.GetEnvironmentAccountConnection(t.Context(), proton.GetEnvironmentAccountConnectionRequest{ID: protonConnectionID})
		require.NoError(t, err)
		assert.Equal(t, accepted.EnvironmentAccountConnection, got.EnvironmentAccountConnection)
		_, err = c.DeleteEnvironmentAccountConnection(t.Context(), proton.DeleteEnvironmentAccountConnectionRequest{ID: protonConnectionID})
		require.NoError(t, err)
	},
	"Syncs": func(t *testing.T, c *proton.Client) {
		repository, err := c.GetRepositorySyncStatus(t.Context(), protonRepositorySync)
		require.NoError(t, err)
		assert.Equal(t, proton.RepositorySyncStatusQueued, repository.LatestSync.Status)
		instance, err := c.GetServiceInstanceSyncStatus(t.Context(), protonInstanceSync)
		require.NoError(t, err)
		assert.Equal(t, proton.ResourceSyncStatusSucceeded, instance.LatestSync.Status)
		template, err := c.GetTemplateSyncStatus(t.Context(), protonTemplateSync)
		require.NoError(t, err)
		assert.Equal(t, "vpc", template.LatestSync.Target)
	},
	"missing resources": func(t *testing.T, c *proton.Client) {
		ctx, id := t.Context(), "00000000-0000-4000-8000-000000000000"
		calls := map[string]func() error{
			"GetEnvironment": func() error {
				_, err := c.GetEnvironment(ctx, proton.GetEnvironmentRequest{Name: "nothing"})
				return err
			},
			"UpdateEnvironment": func() error {
				_, err := c.UpdateEnvironment(ctx, proton.UpdateEnvironmentRequest{
					Name: "nothing", DeploymentType: proton.DeploymentUpdateTypeNone,
				})
				return err
			},
			"CancelEnvironmentDeployment": func() error {
				_, err := c.CancelEnvironmentDeployment(ctx, proton.CancelEnvironmentDeploymentRequest{EnvironmentName: "nothing"})
				return err
			},
			"GetService": func() error {
				_, err := c.GetService(ctx, proton.GetServiceRequest{Name: "nothing"})
				return err
			},
			"UpdateServicePipeline": func() error {
				_, err := c.UpdateServicePipeline(ctx, proton.UpdateServicePipelineRequest{
					ServiceName: "nothing", Spec: "new", DeploymentType: proton.DeploymentUpdateTypeCurrentVersion,
				})
				return err
			},
			"CancelServicePipelineDeployment": func() error {
				_, err := c.CancelServicePipelineDeployment(ctx, proton.CancelServicePipelineDeploymentRequest{ServiceName: "nothing"})
				return err
			},
			"GetComponent": func() error {
				_, err := c.GetComponent(ctx, proton.GetComponentRequest{Name: "nothing"})
				return err
			},
			"GetDeployment": func() error {
				_, err := c.GetDeployment(ctx, proton.GetDeploymentRequest{ID: id})
				return err
			},
			"AcceptEnvironmentAccountConnection": func() error {
				_, err := c.AcceptEnvironmentAccountConnection(ctx, proton.AcceptEnvironmentAccountConnectionRequest{ID: id})
				return err
			},
		}
		for name, call := range calls {
			require.ErrorIs(t, call(), cloud.ErrNotFound, name)
		}
	},
}

func TestProtonOperations(t *testing.T) {
	t.Parallel()
	for name, f := range protonOperations {
		t.Run(name+"/loopback", func(t *testing.T) {
			t.Parallel()
			emu := start(t, emulator.WithStaleReads(0))
			seedProton(emu)
			f(t, clientsOf(t, withoutRetries(emu)).proton)
		})
		t.Run(name+"/in process", func(t *testing.T) {
			t.Parallel()
			bubble(t, func(t *testing.T, emu *emulator.Emulator) {
				seedProton(emu)
				f(t, clientsOf(t, withoutRetries(emu)).proton)
			}, emulator.WithStaleReads(0))
		})
	}
}

// TestProtonDeletionOfMissingResources checks that deleting a resource that does not exist is not an error.
func TestProtonDeletionOfMissingResources(t *testing.T) {
	t.Parallel()
	emu := start(t)
	requests := map[string]string{
		"DeleteEnvironment": `{"name":"nothing"}`, "DeleteService": `{"name":"nothing"}`, "DeleteComponent": `{"name":"nothing"}`,
		"DeleteEnvironmentTemplateVersion":   `{"templateName":"nothing","majorVersion":"1","minorVersion":"0"}`,
		"DeleteServiceTemplateVersion":       `{"templateName":"nothing","majorVersion":"1","minorVersion":"0"}`,
		"DeleteEnvironmentAccountConnection": `{"id":"` + protonConnectionID + `"}`,
	}
	for operation, body := range requests {
		r := protonCall(operation, body).send(t, emu)
		assert.Equal(t, 200, r.status, operation)
		assert.JSONEq(t, `{}`, string(r.body), operation)
	}
}
