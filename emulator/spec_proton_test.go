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

const twoInstances = `proton: ServiceSpec
instances:
  - name: prod
    environment: staging
    spec: {port: 80}
  - name: test
    environment: staging
    spec: {port: 8080}
`

const otherInstances = `proton: ServiceSpec
instances:
  - name: test
    environment: staging
  - name: canary
    environment: staging
`

// TestProtonSpecs checks that services come with the instances of their specs, and gain and lose instances with them.
func TestProtonSpecs(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		ctx, c := t.Context(), clientsOf(t, withoutRetries(emu)).proton
		emu.Proton.AddEnvironment(proton.Environment{Name: protonEnvironment})
		emu.Proton.AddServiceTemplateVersion(proton.ServiceTemplateVersion{TemplateName: "web", MajorVersion: "3"})
		instances := func() map[string]proton.DeploymentStatus {
			found := map[string]proton.DeploymentStatus{}
			for v, err := range c.AllServiceInstances(ctx, proton.ListServiceInstancesRequest{ServiceName: "api"}) {
				require.NoError(t, err)
				assert.Equal(t, protonEnvironment, v.EnvironmentName)
				assert.Equal(t, "3", v.TemplateMajorVersion)
				found[v.Name] = v.DeploymentStatus
			}
			return found
		}
		_, err := c.CreateService(ctx, proton.CreateServiceRequest{
			Name: "api", TemplateName: "web", TemplateMajorVersion: "3", Spec: twoInstances,
		})
		require.NoError(t, err)
		assert.Equal(t, map[string]proton.DeploymentStatus{"prod": "IN_PROGRESS", "test": "IN_PROGRESS"}, instances())
		time.Sleep(time.Hour)
		assert.Equal(t, map[string]proton.DeploymentStatus{"prod": "SUCCEEDED", "test": "SUCCEEDED"}, instances())
		outputs, err := c.ListServiceInstanceOutputs(ctx, proton.ListServiceInstanceOutputsRequest{ServiceName: "api", ServiceInstanceName: "test"})
		require.NoError(t, err)
		assert.Equal(t, []proton.Output{{Key: "port", ValueString: "8080"}}, outputs.Outputs)

		_, err = c.UpdateService(ctx, proton.UpdateServiceRequest{Name: "api", Spec: otherInstances})
		require.NoError(t, err)
		assert.Equal(t, map[string]proton.DeploymentStatus{
			"prod": "DELETE_IN_PROGRESS", "test": "SUCCEEDED", "canary": "IN_PROGRESS",
		}, instances())
		time.Sleep(time.Hour)
		assert.Equal(t, map[string]proton.DeploymentStatus{"test": "SUCCEEDED", "canary": "SUCCEEDED"}, instances())
		_, err = c.DeleteService(ctx, proton.DeleteServiceRequest{Name: "api"})
		require.NoError(t, err)
		time.Sleep(time.Hour)
		assert.Empty(t, instances())
	}, emulator.WithStaleReads(0))
}

// TestProtonSpecsRefused checks the refusals of specs.
func TestProtonSpecsRefused(t *testing.T) {
	t.Parallel()
	instance := "proton: ServiceSpec\ninstances:\n  - {name: a, environment: staging}\n"
	for name, tt := range map[string]struct {
		spec, says string
		is         error
	}{
		"not YAML":               {"proton: ServiceSpec\n\tinstances: []\n", "line 2", cloud.ErrInvalid},
		"no list of instances":   {"proton: ServiceSpec\ninstances: many\n", "line 2", cloud.ErrInvalid},
		"an instance nowhere":    {"instances: [{name: a}]", "environment", cloud.ErrInvalid},
		"an unknown environment": {"instances: [{name: a, environment: unknown}]", "unknown", cloud.ErrNotFound},
		"a name twice":           {instance + "  - {name: a, environment: staging}\n", "two instances", cloud.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			emu := start(t)
			seedProton(emu)
			_, err := clientsOf(t, withoutRetries(emu)).proton.CreateService(t.Context(), proton.CreateServiceRequest{
				Name: "api", TemplateName: "web", TemplateMajorVersion: "1", Spec: tt.spec,
			})
			require.ErrorIs(t, err, tt.is)
			require.ErrorContains(t, err, tt.says)
		})
	}
}

// protonOutputs lists what deployments have left behind.
func protonOutputs(t *testing.T, c *proton.Client) {
	ctx := t.Context()
	created, err := c.CreateEnvironment(ctx, proton.CreateEnvironmentRequest{
		Name: "dev", TemplateName: "vpc", TemplateMajorVersion: "1", Spec: "proton: EnvironmentSpec\nspec:\n  cidr: 10.0.0.0/16\n",
	})
	require.NoError(t, err)
	read := func() []proton.Output {
		out, err := c.ListEnvironmentOutputs(ctx, proton.ListEnvironmentOutputsRequest{EnvironmentName: "dev"})
		require.NoError(t, err)
		return out.Outputs
	}
	assert.Empty(t, read(), "it is being deployed")
	notify := proton.NotifyResourceDeploymentStatusChangeRequest{
		ResourceARN: created.Environment.ARN, Status: proton.ResourceDeploymentStatusSucceeded,
		DeploymentID: created.Environment.LastAttemptedDeploymentID,
	}
	_, err = c.NotifyResourceDeploymentStatusChange(ctx, notify)
	require.NoError(t, err)
	assert.Equal(t, []proton.Output{{Key: "cidr", ValueString: "10.0.0.0/16"}}, read())
	got, err := c.GetEnvironment(ctx, proton.GetEnvironmentRequest{Name: "dev"})
	require.NoError(t, err)
	assert.Equal(t, proton.DeploymentStatusSucceeded, got.Environment.DeploymentStatus)
	_, err = c.NotifyResourceDeploymentStatusChange(ctx, notify)
	require.ErrorIs(t, err, cloud.ErrConflict, "it has ended")
	notify.Status, notify.Outputs = "", []proton.Output{{Key: "vpc", ValueString: "vpc-1"}}
	_, err = c.NotifyResourceDeploymentStatusChange(ctx, notify)
	require.NoError(t, err)
	assert.Equal(t, notify.Outputs, read())
	notify.ResourceARN += "x"
	_, err = c.NotifyResourceDeploymentStatusChange(ctx, notify)
	require.ErrorIs(t, err, cloud.ErrNotFound)

	first, err := c.ListEnvironmentProvisionedResources(ctx, proton.ListEnvironmentProvisionedResourcesRequest{EnvironmentName: "dev"})
	require.NoError(t, err)
	assert.Len(t, first.ProvisionedResources, 1)
	pipeline, err := c.ListServicePipelineProvisionedResources(ctx,
		proton.ListServicePipelineProvisionedResourcesRequest{ServiceName: protonService})
	require.NoError(t, err)
	assert.NotEqual(t, first.ProvisionedResources, pipeline.ProvisionedResources)
	_, err = c.ListServicePipelineOutputs(ctx, proton.ListServicePipelineOutputsRequest{ServiceName: protonService})
	require.NoError(t, err)
	resources, err := c.ListServiceInstanceProvisionedResources(ctx, proton.ListServiceInstanceProvisionedResourcesRequest{
		ServiceName: serviceName, ServiceInstanceName: instance,
	})
	require.NoError(t, err)
	assert.Len(t, resources.ProvisionedResources, 1)
	_, err = c.ListServiceInstanceOutputs(ctx, proton.ListServiceInstanceOutputsRequest{ServiceName: serviceName, ServiceInstanceName: instance})
	require.NoError(t, err)

	id := created.Environment.LastAttemptedDeploymentID
	_, err = c.DeleteDeployment(ctx, proton.DeleteDeploymentRequest{ID: id})
	require.NoError(t, err)
	_, err = c.GetDeployment(ctx, proton.GetDeploymentRequest{ID: id})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

const protonFile = `Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Queue: {Type: AWS::SQS::Queue}
Outputs:
  Region: {Value: !Ref AWS::Region}
`

// protonComponentOutputs lists what the code of a component has.
func protonComponentOutputs(t *testing.T, c *proton.Client) {
	ctx := t.Context()
	created, err := c.CreateComponent(ctx, proton.CreateComponentRequest{
		Name: "queue", TemplateFile: protonFile, Manifest: "infrastructure: {}", EnvironmentName: protonEnvironment,
	})
	require.NoError(t, err)
	_, err = c.NotifyResourceDeploymentStatusChange(ctx, proton.NotifyResourceDeploymentStatusChangeRequest{
		ResourceARN: created.Component.ARN, Status: proton.ResourceDeploymentStatusSucceeded,
	})
	require.NoError(t, err)
	outputs, err := c.ListComponentOutputs(ctx, proton.ListComponentOutputsRequest{ComponentName: "queue"})
	require.NoError(t, err)
	require.Len(t, outputs.Outputs, 1)
	assert.Equal(t, "Region", outputs.Outputs[0].Key)
	assert.NotEmpty(t, outputs.Outputs[0].ValueString)
	var names []string
	resources, err := c.ListComponentProvisionedResources(ctx, proton.ListComponentProvisionedResourcesRequest{ComponentName: "queue"})
	require.NoError(t, err)
	for _, r := range resources.ProvisionedResources {
		names = append(names, r.Name)
	}
	assert.Equal(t, []string{"Bucket", "Queue"}, names)
}
