//lint:file-ignore SA1019 all operations of Proton are deprecated

package conformance_test

import (
	"testing"
	"time"

	official "github.com/aws/aws-sdk-go-v2/service/proton"
	"github.com/aws/aws-sdk-go-v2/service/proton/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/internal/conformance/clients"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// protonRun is a run through all operations. Its parts build on each other: the later ones use and delete what the
// earlier ones created.
type protonRun struct {
	*official.Client
	emu *emulator.Emulator
}

// TestOfficialProtonOperations calls all operations on the emulator with the official client.
func TestOfficialProtonOperations(t *testing.T) {
	t.Parallel()
	emu, err := emulator.Start(emulator.WithChangeTime(time.Second), emulator.WithStaleReads(0))
	require.NoError(t, err)
	t.Cleanup(emu.Close)
	calls := newAWSCalls(t, "proton")
	target := clients.Target{URL: emu.URL(), AccessKeyID: emulator.AccessKeyID, Secret: emulator.SecretAccessKey}
	client := official.New(clients.OfficialProton(target).Options(), func(o *official.Options) {
		o.APIOptions = append(o.APIOptions, calls.watch)
	})
	r := &protonRun{client, emu}
	r.environmentTemplates(t)
	r.serviceTemplates(t)
	r.repositories(t)
	r.connections(t)
	r.environments(t)
	r.refusedTemplates(t)
	r.services(t)
	r.pipelines(t)
	r.instances(t)
	r.components(t)
	r.deployments(t)
	r.serviceSyncs(t)
	r.templateSyncs(t)
	r.summary(t)
	r.deleteDeployed(t)
	r.deleteTemplates(t)
	calls.requireAll(client)
}

// finish ends the change in progress.
func (r *protonRun) finish() { r.emu.Advance(time.Second) }

// missing reads a resource that does not exist.
func missing[In, Out, Options any](t *testing.T, call officialCall[In, Out, Options], in *In) {
	t.Helper()
	refusedAs[*types.ResourceNotFoundException](t, call, in)
}

var desk = []types.Tag{{Key: new("team"), Value: new("desk")}, {Key: new("tier"), Value: new("one")}}

// tags checks that a resource has its tags, and can get and lose one.
func (r *protonRun) tags(t *testing.T, arn *string) {
	list := func() []string {
		return listed(t, r.ListTagsForResource, &official.ListTagsForResourceInput{ResourceArn: arn}, "Value")
	}
	assert.Equal(t, []string{"desk", "one"}, list())
	must(t, r.TagResource, &official.TagResourceInput{ResourceArn: arn, Tags: []types.Tag{{Key: new("stage"), Value: new("test")}}})
	assert.Contains(t, list(), "test")
	must(t, r.UntagResource, &official.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"stage"}})
	assert.Equal(t, []string{"desk", "one"}, list())
}

var source = &types.TemplateVersionSourceInputMemberS3{Value: types.S3ObjectSource{Bucket: new("templates"), Key: new("v.tar.gz")}}

func (r *protonRun) environmentTemplates(t *testing.T) {
	in := &official.CreateEnvironmentTemplateInput{
		Name: new("vpc"), DisplayName: new("Network"), Description: new("old"), EncryptionKey: new("arn:aws:kms:us-east-1:123456789012:key/k"),
		Tags: desk,
	}
	out := created(t, r.CreateEnvironmentTemplate, in)
	created(t, r.CreateEnvironmentTemplate, &official.CreateEnvironmentTemplateInput{
		Name: new("own"), Provisioning: types.ProvisioningCustomerManaged,
	})
	r.tags(t, out.EnvironmentTemplate.Arn)
	read := &official.GetEnvironmentTemplateInput{Name: in.Name}
	changed(t, r.GetEnvironmentTemplate, read, in)
	names := listed(t, r.ListEnvironmentTemplates, &official.ListEnvironmentTemplatesInput{}, "Name")
	assert.Equal(t, []string{"own", "vpc"}, sorted(names...))
	update := &official.UpdateEnvironmentTemplateInput{Name: in.Name, DisplayName: new("Networks"), Description: new("new")}
	created(t, r.UpdateEnvironmentTemplate, update)
	changed(t, r.GetEnvironmentTemplate, read, update)

	for _, major := range []*string{nil, new("1"), nil} {
		r.environmentVersion(t, major)
	}
	list := &official.ListEnvironmentTemplateVersionsInput{TemplateName: in.Name, MajorVersion: new("1")}
	assert.Equal(t, []string{"0", "1"}, sorted(listed(t, r.ListEnvironmentTemplateVersions, list, "MinorVersion")...))
	template := must(t, r.GetEnvironmentTemplate, read).EnvironmentTemplate
	assert.Equal(t, "2.0", *template.RecommendedVersion)
	missing(t, r.CreateEnvironmentTemplateVersion,
		&official.CreateEnvironmentTemplateVersionInput{TemplateName: new("none"), Source: source})
}

// environmentVersion adds a version of the template vpc and publishes it.
func (r *protonRun) environmentVersion(t *testing.T, major *string) {
	in := &official.CreateEnvironmentTemplateVersionInput{
		TemplateName: new("vpc"), MajorVersion: major, Description: new("old"), Source: source, Tags: desk,
	}
	v := created(t, r.CreateEnvironmentTemplateVersion, in).EnvironmentTemplateVersion
	r.finish()
	r.tags(t, v.Arn)
	read := &official.GetEnvironmentTemplateVersionInput{TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion}
	got := changed(t, r.GetEnvironmentTemplateVersion, read, in).EnvironmentTemplateVersion
	assert.Equal(t, types.TemplateVersionStatusDraft, got.Status)
	update := &official.UpdateEnvironmentTemplateVersionInput{
		TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
		Description: new("new"), Status: types.TemplateVersionStatusPublished,
	}
	created(t, r.UpdateEnvironmentTemplateVersion, update)
	changed(t, r.GetEnvironmentTemplateVersion, read, update)
}

func (r *protonRun) serviceTemplates(t *testing.T) {
	in := &official.CreateServiceTemplateInput{
		Name: new("web"), DisplayName: new("Site"), Description: new("old"), EncryptionKey: new("arn:aws:kms:us-east-1:123456789012:key/k"),
		Tags: desk,
	}
	out := created(t, r.CreateServiceTemplate, in)
	created(t, r.CreateServiceTemplate, &official.CreateServiceTemplateInput{
		Name: new("job"), PipelineProvisioning: types.ProvisioningCustomerManaged,
	})
	r.tags(t, out.ServiceTemplate.Arn)
	read := &official.GetServiceTemplateInput{Name: in.Name}
	changed(t, r.GetServiceTemplate, read, in)
	names := listed(t, r.ListServiceTemplates, &official.ListServiceTemplatesInput{}, "Name")
	assert.Equal(t, []string{"job", "web"}, sorted(names...))
	update := &official.UpdateServiceTemplateInput{Name: in.Name, DisplayName: new("Sites"), Description: new("new")}
	created(t, r.UpdateServiceTemplate, update)
	changed(t, r.GetServiceTemplate, read, update)

	for _, major := range []*string{nil, new("1"), nil} {
		r.serviceVersion(t, major)
	}
	list := &official.ListServiceTemplateVersionsInput{TemplateName: in.Name, MajorVersion: new("1")}
	assert.Equal(t, []string{"0", "1"}, sorted(listed(t, r.ListServiceTemplateVersions, list, "MinorVersion")...))
}

// serviceVersion adds a version of the template web and publishes it.
func (r *protonRun) serviceVersion(t *testing.T, major *string) {
	in := &official.CreateServiceTemplateVersionInput{
		TemplateName: new("web"), MajorVersion: major, Description: new("old"), Source: source, Tags: desk,
		CompatibleEnvironmentTemplates: []types.CompatibleEnvironmentTemplateInput{{TemplateName: new("vpc"), MajorVersion: new("1")}},
		SupportedComponentSources: []types.ServiceTemplateSupportedComponentSourceType{
			types.ServiceTemplateSupportedComponentSourceTypeDirectlyDefined,
		},
	}
	v := created(t, r.CreateServiceTemplateVersion, in).ServiceTemplateVersion
	r.finish()
	r.tags(t, v.Arn)
	read := &official.GetServiceTemplateVersionInput{TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion}
	changed(t, r.GetServiceTemplateVersion, read, in)
	update := &official.UpdateServiceTemplateVersionInput{
		TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
		Description: new("new"), Status: types.TemplateVersionStatusPublished,
		CompatibleEnvironmentTemplates: []types.CompatibleEnvironmentTemplateInput{{TemplateName: new("vpc"), MajorVersion: new("2")}},
	}
	created(t, r.UpdateServiceTemplateVersion, update)
	changed(t, r.GetServiceTemplateVersion, read, update)
}

const connection = "arn:aws:codestar-connections:us-east-1:123456789012:connection/c"

func (r *protonRun) repositories(t *testing.T) {
	in := &official.CreateRepositoryInput{
		Name: new("acme/shop"), Provider: types.RepositoryProviderGithub, ConnectionArn: new(connection), Tags: desk,
		EncryptionKey: new("arn:aws:kms:us-east-1:123456789012:key/k"),
	}
	out := created(t, r.CreateRepository, in)
	created(t, r.CreateRepository, &official.CreateRepositoryInput{
		Name: new("acme/infra"), Provider: types.RepositoryProviderGithub, ConnectionArn: new(connection),
	})
	changed(t, r.GetRepository, &official.GetRepositoryInput{Name: in.Name, Provider: in.Provider}, in)
	names := listed(t, r.ListRepositories, &official.ListRepositoriesInput{}, "Name")
	assert.Equal(t, []string{"acme/infra", "acme/shop"}, sorted(names...))
	r.tags(t, out.Repository.Arn)

	settings := &official.UpdateAccountSettingsInput{
		PipelineServiceRoleArn: new("arn:aws:iam::123456789012:role/pipeline"), PipelineCodebuildRoleArn: new("arn:aws:iam::123456789012:role/build"),
	}
	created(t, r.UpdateAccountSettings, settings)
	changed(t, r.GetAccountSettings, &official.GetAccountSettingsInput{}, settings)
	must(t, r.UpdateAccountSettings, &official.UpdateAccountSettingsInput{PipelineProvisioningRepository: &types.RepositoryBranchInput{
		Name: new("acme/infra"), Provider: types.RepositoryProviderGithub, Branch: new("main"),
	}})
	got := changed(t, r.GetAccountSettings, &official.GetAccountSettingsInput{}, settings)
	assert.Equal(t, "acme/infra", *got.AccountSettings.PipelineProvisioningRepository.Name)
	must(t, r.UpdateAccountSettings, &official.UpdateAccountSettingsInput{DeletePipelineProvisioningRepository: new(true)})
	got = changed(t, r.GetAccountSettings, &official.GetAccountSettingsInput{}, settings)
	assert.Nil(t, got.AccountSettings.PipelineProvisioningRepository)
}

func (r *protonRun) connections(t *testing.T) {
	in := &official.CreateEnvironmentAccountConnectionInput{
		EnvironmentName: new("production"), ManagementAccountId: new("210987654321"), RoleArn: new("arn:aws:iam::123456789012:role/old"),
		ComponentRoleArn: new("arn:aws:iam::123456789012:role/component"), CodebuildRoleArn: new("arn:aws:iam::123456789012:role/build"), Tags: desk,
	}
	accepted := created(t, r.CreateEnvironmentAccountConnection, in).EnvironmentAccountConnection
	rejected := created(t, r.CreateEnvironmentAccountConnection, in).EnvironmentAccountConnection
	r.tags(t, accepted.Arn)
	must(t, r.AcceptEnvironmentAccountConnection, &official.AcceptEnvironmentAccountConnectionInput{Id: accepted.Id})
	must(t, r.RejectEnvironmentAccountConnection, &official.RejectEnvironmentAccountConnectionInput{Id: rejected.Id})
	refusedAs[*types.ConflictException](t, r.AcceptEnvironmentAccountConnection,
		&official.AcceptEnvironmentAccountConnectionInput{Id: rejected.Id})
	read := &official.GetEnvironmentAccountConnectionInput{Id: accepted.Id}
	got := changed(t, r.GetEnvironmentAccountConnection, read, in).EnvironmentAccountConnection
	assert.Equal(t, types.EnvironmentAccountConnectionStatusConnected, got.Status)
	list := &official.ListEnvironmentAccountConnectionsInput{
		RequestedBy: types.EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount,
	}
	ids := listed(t, r.ListEnvironmentAccountConnections, list, "Id")
	assert.Equal(t, sorted(*accepted.Id, *rejected.Id), sorted(ids...))
	update := &official.UpdateEnvironmentAccountConnectionInput{Id: accepted.Id, RoleArn: new("arn:aws:iam::123456789012:role/new")}
	created(t, r.UpdateEnvironmentAccountConnection, update)
	changed(t, r.GetEnvironmentAccountConnection, read, update)
	for _, id := range ids {
		must(t, r.DeleteEnvironmentAccountConnection, &official.DeleteEnvironmentAccountConnectionInput{Id: &id})
		missing(t, r.GetEnvironmentAccountConnection, &official.GetEnvironmentAccountConnectionInput{Id: &id})
	}
}

const (
	environmentSpec = "proton: EnvironmentSpec\nspec:\n  cidr: 10.0.0.0/16\n  zones: 2\n"
	serviceSpec     = "proton: ServiceSpec\npipeline:\n  tests: go\ninstances:\n- name: prod\n  environment: production\n  spec:\n    port: 80\n"
	protonRole      = "arn:aws:iam::123456789012:role/proton"
)

func (r *protonRun) environments(t *testing.T) {
	in := &official.CreateEnvironmentInput{
		Name: new("production"), TemplateName: new("vpc"), TemplateMajorVersion: new("1"), TemplateMinorVersion: new("0"),
		Spec: new(environmentSpec), Description: new("old"), ProtonServiceRoleArn: new(protonRole), Tags: desk,
		ComponentRoleArn: new("arn:aws:iam::123456789012:role/component"),
	}
	created(t, r.CreateEnvironment, in)
	other := *in
	other.Name, other.TemplateMinorVersion = new("staging"), nil
	assert.Equal(t, "1", *created(t, r.CreateEnvironment, &other).Environment.TemplateMinorVersion, "the recommended one")
	refusedAs[*types.ConflictException](t, r.CreateEnvironment, &official.CreateEnvironmentInput{
		Name: in.Name, TemplateName: in.TemplateName, TemplateMajorVersion: in.TemplateMajorVersion, Spec: new("proton: EnvironmentSpec\n"),
		ProtonServiceRoleArn: new(protonRole),
	})
	r.finish()
	read := &official.GetEnvironmentInput{Name: in.Name}
	got := changed(t, r.GetEnvironment, read, in).Environment
	assert.Equal(t, types.DeploymentStatusSucceeded, got.DeploymentStatus)
	r.tags(t, got.Arn)
	names := listed(t, r.ListEnvironments, &official.ListEnvironmentsInput{}, "Name")
	assert.Equal(t, []string{"production", "staging"}, sorted(names...))

	update := &official.UpdateEnvironmentInput{
		Name: in.Name, DeploymentType: types.DeploymentUpdateTypeMinorVersion, TemplateMajorVersion: new("1"), TemplateMinorVersion: new("1"),
		Spec: new(environmentSpec + "  nat: true\n"), Description: new("new"),
	}
	must(t, r.UpdateEnvironment, update)
	refusedAs[*types.ConflictException](t, r.UpdateEnvironment, update)
	r.finish()
	changed(t, r.GetEnvironment, read, update)
	list := &official.ListEnvironmentOutputsInput{EnvironmentName: in.Name}
	assert.Equal(t, []string{"cidr", "zones", "nat"}, listed(t, r.ListEnvironmentOutputs, list, "Key"))
	assert.Len(t, listed(t, r.ListEnvironmentProvisionedResources,
		&official.ListEnvironmentProvisionedResourcesInput{EnvironmentName: in.Name}, "Identifier"), 1)

	update.DeploymentType, update.TemplateMajorVersion, update.TemplateMinorVersion = types.DeploymentUpdateTypeCurrentVersion, nil, nil
	must(t, r.UpdateEnvironment, update)
	canceling := must(t, r.CancelEnvironmentDeployment, &official.CancelEnvironmentDeploymentInput{EnvironmentName: in.Name})
	assert.Equal(t, types.DeploymentStatusCancelling, canceling.Environment.DeploymentStatus)
	r.finish()
	assert.Equal(t, types.DeploymentStatusCancelled, must(t, r.GetEnvironment, read).Environment.DeploymentStatus)
}

// refusedTemplates uses templates, and versions of them, that do not exist.
func (r *protonRun) refusedTemplates(t *testing.T) {
	environment := official.CreateEnvironmentInput{
		Name: new("refused"), TemplateName: new("vpc"), TemplateMajorVersion: new("1"), Spec: new(environmentSpec), ProtonServiceRoleArn: new(protonRole),
	}
	service := official.CreateServiceInput{
		Name: new("refused"), TemplateName: new("web"), TemplateMajorVersion: new("1"), Spec: new(serviceSpec),
	}
	for _, tt := range []struct{ environment, service, major, minor *string }{
		{new("none"), new("none"), new("1"), nil},
		{new("web"), new("vpc"), new("1"), nil},
		{new("vpc"), new("web"), new("3"), nil},
		{new("vpc"), new("web"), new("1"), new("7")},
		{new("own"), new("job"), new("1"), nil},
	} {
		environment.TemplateName, environment.TemplateMajorVersion, environment.TemplateMinorVersion = tt.environment, tt.major, tt.minor
		missing(t, r.CreateEnvironment, &environment)
		service.TemplateName, service.TemplateMajorVersion, service.TemplateMinorVersion = tt.service, tt.major, tt.minor
		missing(t, r.CreateService, &service)
	}
	missing(t, r.GetEnvironment, &official.GetEnvironmentInput{Name: new("refused")})
	missing(t, r.GetService, &official.GetServiceInput{Name: new("refused")})
}

func (r *protonRun) services(t *testing.T) {
	in := &official.CreateServiceInput{
		Name: new("shop"), TemplateName: new("web"), TemplateMajorVersion: new("1"), TemplateMinorVersion: new("0"), Spec: new(serviceSpec),
		Description: new("old"), RepositoryId: new("acme/shop"), RepositoryConnectionArn: new(connection), BranchName: new("main"), Tags: desk,
	}
	created(t, r.CreateService, in)
	created(t, r.CreateService, &official.CreateServiceInput{
		Name: new("batch"), TemplateName: new("web"), TemplateMajorVersion: new("2"), Spec: new("proton: ServiceSpec\n"),
	})
	r.finish()
	read := &official.GetServiceInput{Name: in.Name}
	got := changed(t, r.GetService, read, in).Service
	assert.Equal(t, types.ServiceStatusActive, got.Status)
	r.tags(t, got.Arn)
	names := listed(t, r.ListServices, &official.ListServicesInput{}, "Name")
	assert.Equal(t, []string{"batch", "shop"}, sorted(names...))
	update := &official.UpdateServiceInput{
		Name: in.Name, Description: new("new"), Spec: new(serviceSpec + "- name: canary\n  environment: staging\n  spec:\n    port: 81\n"),
	}
	must(t, r.UpdateService, update)
	refusedAs[*types.ConflictException](t, r.UpdateService, update)
	r.finish()
	changed(t, r.GetService, read, update)
}

func (r *protonRun) pipelines(t *testing.T) {
	shop := new("shop")
	read := func() *types.ServicePipeline {
		return must(t, r.GetService, &official.GetServiceInput{Name: shop}).Service.Pipeline
	}
	update := &official.UpdateServicePipelineInput{
		ServiceName: shop, DeploymentType: types.DeploymentUpdateTypeMinorVersion, TemplateMajorVersion: new("1"),
		TemplateMinorVersion: new("1"), Spec: new(serviceSpec + "# again\n"),
	}
	must(t, r.UpdateServicePipeline, update)
	r.finish()
	assertKept(t, update, read())
	assert.Equal(t, []string{"tests"}, listed(t, r.ListServicePipelineOutputs, &official.ListServicePipelineOutputsInput{ServiceName: shop}, "Key"))
	assert.Len(t, listed(t, r.ListServicePipelineProvisionedResources,
		&official.ListServicePipelineProvisionedResourcesInput{ServiceName: shop}, "Identifier"), 1)
	update.DeploymentType, update.TemplateMajorVersion, update.TemplateMinorVersion = types.DeploymentUpdateTypeCurrentVersion, nil, nil
	must(t, r.UpdateServicePipeline, update)
	must(t, r.CancelServicePipelineDeployment, &official.CancelServicePipelineDeploymentInput{ServiceName: shop})
	r.finish()
	assert.Equal(t, types.DeploymentStatusCancelled, read().DeploymentStatus)
}

func (r *protonRun) instances(t *testing.T) {
	in := &official.CreateServiceInstanceInput{
		ServiceName: new("shop"), Name: new("beta"), TemplateMajorVersion: new("1"), TemplateMinorVersion: new("0"), Tags: desk,
		Spec: new("proton: ServiceSpec\ninstances:\n- name: beta\n  environment: staging\n  spec:\n    port: 82\n"),
	}
	created(t, r.CreateServiceInstance, in)
	unknown := *in
	unknown.Name, unknown.TemplateMinorVersion = new("refused"), new("7")
	missing(t, r.CreateServiceInstance, &unknown)
	r.finish()
	read := &official.GetServiceInstanceInput{ServiceName: in.ServiceName, Name: in.Name}
	got := changed(t, r.GetServiceInstance, read, in).ServiceInstance
	assert.Equal(t, types.DeploymentStatusSucceeded, got.DeploymentStatus)
	assert.Equal(t, "staging", *got.EnvironmentName)
	r.tags(t, got.Arn)
	names := listed(t, r.ListServiceInstances, &official.ListServiceInstancesInput{ServiceName: in.ServiceName}, "Name")
	assert.Equal(t, []string{"beta", "canary", "prod"}, sorted(names...))

	update := &official.UpdateServiceInstanceInput{
		ServiceName: in.ServiceName, Name: in.Name, DeploymentType: types.DeploymentUpdateTypeMajorVersion,
		TemplateMajorVersion: new("2"), TemplateMinorVersion: new("0"), Spec: new(*in.Spec + "    size: 2\n"),
	}
	must(t, r.UpdateServiceInstance, update)
	r.finish()
	changed(t, r.GetServiceInstance, read, update)
	outputs := &official.ListServiceInstanceOutputsInput{ServiceName: in.ServiceName, ServiceInstanceName: in.Name}
	assert.Equal(t, []string{"port", "size"}, listed(t, r.ListServiceInstanceOutputs, outputs, "Key"))
	assert.Len(t, listed(t, r.ListServiceInstanceProvisionedResources, &official.ListServiceInstanceProvisionedResourcesInput{
		ServiceName: in.ServiceName, ServiceInstanceName: in.Name,
	}, "Identifier"), 1)
	update.DeploymentType, update.TemplateMajorVersion, update.TemplateMinorVersion = types.DeploymentUpdateTypeCurrentVersion, nil, nil
	must(t, r.UpdateServiceInstance, update)
	must(t, r.CancelServiceInstanceDeployment, &official.CancelServiceInstanceDeploymentInput{
		ServiceName: in.ServiceName, ServiceInstanceName: in.Name,
	})
	r.finish()
	assert.Equal(t, types.DeploymentStatusCancelled, must(t, r.GetServiceInstance, read).ServiceInstance.DeploymentStatus)
}

func (r *protonRun) components(t *testing.T) {
	in := &official.CreateComponentInput{
		Name: new("bucket"), EnvironmentName: new("production"), Description: new("old"), Tags: desk, Manifest: new("infrastructure: {}\n"),
		TemplateFile: new("Resources:\n  Store: {}\nOutputs:\n  Name: store\n"),
	}
	created(t, r.CreateComponent, in)
	other := *in
	other.Name = new("queue")
	created(t, r.CreateComponent, &other)
	r.finish()
	read := &official.GetComponentInput{Name: in.Name}
	got := changed(t, r.GetComponent, read, in).Component
	assert.Equal(t, types.DeploymentStatusSucceeded, got.DeploymentStatus)
	r.tags(t, got.Arn)
	names := listed(t, r.ListComponents, &official.ListComponentsInput{EnvironmentName: in.EnvironmentName}, "Name")
	assert.Equal(t, []string{"bucket", "queue"}, sorted(names...))
	assert.Equal(t, []string{"Name"}, listed(t, r.ListComponentOutputs, &official.ListComponentOutputsInput{ComponentName: in.Name}, "Key"))
	assert.Equal(t, []string{"Store"}, listed(t, r.ListComponentProvisionedResources,
		&official.ListComponentProvisionedResourcesInput{ComponentName: in.Name}, "Name"))

	update := &official.UpdateComponentInput{
		Name: in.Name, DeploymentType: types.ComponentDeploymentUpdateTypeCurrentVersion, Description: new("new"),
		ServiceName: new("shop"), ServiceInstanceName: new("prod"), ServiceSpec: new("proton: ServiceSpec\n"),
		TemplateFile: new("Resources:\n  Store: {}\n  Log: {}\n"),
	}
	must(t, r.UpdateComponent, update)
	r.finish()
	changed(t, r.GetComponent, read, update)
	must(t, r.UpdateComponent, update)
	must(t, r.CancelComponentDeployment, &official.CancelComponentDeploymentInput{ComponentName: in.Name})
	r.finish()
	assert.Equal(t, types.DeploymentStatusCancelled, must(t, r.GetComponent, read).Component.DeploymentStatus)
	refusedAs[*types.ConflictException](t, r.DeleteComponent, &official.DeleteComponentInput{Name: in.Name})
	update.ServiceName, update.ServiceInstanceName, update.ServiceSpec = new(""), new(""), nil
	must(t, r.UpdateComponent, update)
	r.finish()
	assert.Empty(t, must(t, r.GetComponent, read).Component.ServiceInstanceName)
	for _, name := range names {
		must(t, r.DeleteComponent, &official.DeleteComponentInput{Name: &name})
		r.finish()
		missing(t, r.GetComponent, &official.GetComponentInput{Name: &name})
	}
}

func (r *protonRun) deployments(t *testing.T) {
	staging := new("staging")
	environment := must(t, r.GetEnvironment, &official.GetEnvironmentInput{Name: staging}).Environment
	running := must(t, r.UpdateEnvironment, &official.UpdateEnvironmentInput{
		Name: staging, DeploymentType: types.DeploymentUpdateTypeCurrentVersion, Spec: new(environmentSpec),
	}).Environment
	must(t, r.NotifyResourceDeploymentStatusChange, &official.NotifyResourceDeploymentStatusChangeInput{
		ResourceArn: environment.Arn, DeploymentId: running.LastAttemptedDeploymentId, Status: types.ResourceDeploymentStatusSucceeded,
		Outputs: []types.Output{{Key: new("vpc"), ValueString: new("vpc-1")}},
	})
	assert.Equal(t, []string{"vpc"}, listed(t, r.ListEnvironmentOutputs, &official.ListEnvironmentOutputsInput{EnvironmentName: staging}, "Key"))
	ids := listed(t, r.ListDeployments, &official.ListDeploymentsInput{EnvironmentName: staging}, "Id")
	assert.Contains(t, ids, *running.LastAttemptedDeploymentId)
	got := must(t, r.GetDeployment, &official.GetDeploymentInput{Id: running.LastAttemptedDeploymentId}).Deployment
	assert.Equal(t, types.DeploymentStatusSucceeded, got.DeploymentStatus)
	state, ok := got.TargetState.(*types.DeploymentStateMemberEnvironment)
	require.True(t, ok, "%T", got.TargetState)
	assert.Equal(t, environmentSpec, *state.Value.Spec)
	must(t, r.DeleteDeployment, &official.DeleteDeploymentInput{Id: environment.LastAttemptedDeploymentId})
	missing(t, r.GetDeployment, &official.GetDeploymentInput{Id: environment.LastAttemptedDeploymentId})
}

func (r *protonRun) serviceSyncs(t *testing.T) {
	in := &official.CreateServiceSyncConfigInput{
		ServiceName: new("shop"), RepositoryProvider: types.RepositoryProviderGithub, RepositoryName: new("acme/shop"),
		Branch: new("main"), FilePath: new("/ops.yaml"),
	}
	created(t, r.CreateServiceSyncConfig, in)
	read := &official.GetServiceSyncConfigInput{ServiceName: in.ServiceName}
	changed(t, r.GetServiceSyncConfig, read, in)
	update := official.UpdateServiceSyncConfigInput(*in)
	update.Branch = new("release")
	created(t, r.UpdateServiceSyncConfig, &update)
	changed(t, r.GetServiceSyncConfig, read, &update)

	id := r.emu.Proton.AddServiceSyncBlocker("shop", "prod", proton.SyncBlocker{
		Contexts: []proton.SyncBlockerContext{{Key: "commit", Value: "abc"}},
	})
	summary := &official.GetServiceSyncBlockerSummaryInput{ServiceName: in.ServiceName, ServiceInstanceName: new("prod")}
	assert.Len(t, changed(t, r.GetServiceSyncBlockerSummary, summary, summary).ServiceSyncBlockerSummary.LatestBlockers, 1)
	resolved := must(t, r.UpdateServiceSyncBlocker, &official.UpdateServiceSyncBlockerInput{Id: &id, ResolvedReason: new("redeployed")})
	assert.Equal(t, types.BlockerStatusResolved, resolved.ServiceSyncBlocker.Status)
	blockers := must(t, r.GetServiceSyncBlockerSummary, summary).ServiceSyncBlockerSummary.LatestBlockers
	assert.Equal(t, "redeployed", *blockers[0].ResolvedReason)

	sync := &official.GetServiceInstanceSyncStatusInput{ServiceName: in.ServiceName, ServiceInstanceName: new("prod")}
	missing(t, r.GetServiceInstanceSyncStatus, sync)
	r.emu.Proton.SetServiceInstanceSync(proton.GetServiceInstanceSyncStatusRequest{ServiceName: "shop", ServiceInstanceName: "prod"},
		proton.GetServiceInstanceSyncStatusResponse{DesiredState: &proton.Revision{}, LatestSync: &proton.ResourceSyncAttempt{}})
	assert.Equal(t, types.ResourceSyncStatusSucceeded, must(t, r.GetServiceInstanceSyncStatus, sync).LatestSync.Status)

	refusedAs[*types.ConflictException](t, r.DeleteRepository,
		&official.DeleteRepositoryInput{Name: in.RepositoryName, Provider: in.RepositoryProvider})
	must(t, r.DeleteServiceSyncConfig, &official.DeleteServiceSyncConfigInput{ServiceName: in.ServiceName})
	missing(t, r.GetServiceSyncConfig, read)
}

func (r *protonRun) templateSyncs(t *testing.T) {
	in := &official.CreateTemplateSyncConfigInput{
		TemplateName: new("vpc"), TemplateType: types.TemplateTypeEnvironment, RepositoryProvider: types.RepositoryProviderGithub,
		RepositoryName: new("acme/infra"), Branch: new("main"), Subdirectory: new("/vpc"),
	}
	created(t, r.CreateTemplateSyncConfig, in)
	read := &official.GetTemplateSyncConfigInput{TemplateName: in.TemplateName, TemplateType: in.TemplateType}
	changed(t, r.GetTemplateSyncConfig, read, in)
	update := official.UpdateTemplateSyncConfigInput(*in)
	update.Branch = new("release")
	created(t, r.UpdateTemplateSyncConfig, &update)
	changed(t, r.GetTemplateSyncConfig, read, &update)
	list := &official.ListRepositorySyncDefinitionsInput{
		RepositoryName: in.RepositoryName, RepositoryProvider: in.RepositoryProvider, SyncType: types.SyncTypeTemplateSync,
	}
	assert.Equal(t, []string{"vpc"}, listed(t, r.ListRepositorySyncDefinitions, list, "Target"))

	repository := &official.GetRepositorySyncStatusInput{
		RepositoryName: in.RepositoryName, RepositoryProvider: in.RepositoryProvider, Branch: new("main"), SyncType: types.SyncTypeTemplateSync,
	}
	missing(t, r.GetRepositorySyncStatus, repository)
	r.emu.Proton.SetRepositorySync(proton.GetRepositorySyncStatusRequest{
		RepositoryName: "acme/infra", RepositoryProvider: proton.RepositoryProviderGitHub, Branch: "main", SyncType: proton.SyncTypeTemplateSync,
	}, proton.RepositorySyncAttempt{})
	assert.Equal(t, types.RepositorySyncStatusSucceeded, must(t, r.GetRepositorySyncStatus, repository).LatestSync.Status)
	template := &official.GetTemplateSyncStatusInput{TemplateName: in.TemplateName, TemplateType: in.TemplateType, TemplateVersion: new("1")}
	missing(t, r.GetTemplateSyncStatus, template)
	r.emu.Proton.SetTemplateSync(proton.GetTemplateSyncStatusRequest{
		TemplateName: "vpc", TemplateType: proton.TemplateTypeEnvironment, TemplateVersion: "1",
	}, proton.GetTemplateSyncStatusResponse{LatestSync: &proton.ResourceSyncAttempt{}})
	assert.Equal(t, types.ResourceSyncStatusSucceeded, must(t, r.GetTemplateSyncStatus, template).LatestSync.Status)

	must(t, r.DeleteTemplateSyncConfig, &official.DeleteTemplateSyncConfigInput{TemplateName: in.TemplateName, TemplateType: in.TemplateType})
	missing(t, r.GetTemplateSyncConfig, read)
	for _, name := range []string{"acme/infra", "acme/shop"} {
		must(t, r.DeleteRepository, &official.DeleteRepositoryInput{Name: &name, Provider: in.RepositoryProvider})
		missing(t, r.GetRepository, &official.GetRepositoryInput{Name: &name, Provider: in.RepositoryProvider})
	}
}

func (r *protonRun) summary(t *testing.T) {
	counts := must(t, r.GetResourcesSummary, &official.GetResourcesSummaryInput{}).Counts
	assert.EqualValues(t, 2, *counts.Environments.Total)
	assert.EqualValues(t, 2, *counts.Environments.BehindMajor)
	assert.EqualValues(t, 2, *counts.Services.Total)
	assert.EqualValues(t, 3, *counts.ServiceInstances.Total)
	assert.EqualValues(t, 2, *counts.EnvironmentTemplates.Total)
}

func (r *protonRun) deleteDeployed(t *testing.T) {
	for _, name := range []string{"shop", "batch"} {
		must(t, r.DeleteService, &official.DeleteServiceInput{Name: &name})
		r.finish()
		missing(t, r.GetService, &official.GetServiceInput{Name: &name})
	}
	missing(t, r.GetServiceInstance, &official.GetServiceInstanceInput{ServiceName: new("shop"), Name: new("prod")})
	for _, name := range []string{"production", "staging"} {
		must(t, r.DeleteEnvironment, &official.DeleteEnvironmentInput{Name: &name})
		r.finish()
		missing(t, r.GetEnvironment, &official.GetEnvironmentInput{Name: &name})
	}
}

// deleteTemplates deletes the recommended versions last.
func (r *protonRun) deleteTemplates(t *testing.T) {
	refusedAs[*types.ConflictException](t, r.DeleteEnvironmentTemplate, &official.DeleteEnvironmentTemplateInput{Name: new("vpc")})
	refusedAs[*types.ConflictException](t, r.DeleteServiceTemplate, &official.DeleteServiceTemplateInput{Name: new("web")})
	for _, v := range []struct{ major, minor *string }{{new("1"), new("0")}, {new("1"), new("1")}, {new("2"), new("0")}} {
		must(t, r.DeleteEnvironmentTemplateVersion,
			&official.DeleteEnvironmentTemplateVersionInput{TemplateName: new("vpc"), MajorVersion: v.major, MinorVersion: v.minor})
		missing(t, r.GetEnvironmentTemplateVersion,
			&official.GetEnvironmentTemplateVersionInput{TemplateName: new("vpc"), MajorVersion: v.major, MinorVersion: v.minor})
		must(t, r.DeleteServiceTemplateVersion,
			&official.DeleteServiceTemplateVersionInput{TemplateName: new("web"), MajorVersion: v.major, MinorVersion: v.minor})
		missing(t, r.GetServiceTemplateVersion,
			&official.GetServiceTemplateVersionInput{TemplateName: new("web"), MajorVersion: v.major, MinorVersion: v.minor})
	}
	for _, name := range []string{"vpc", "own"} {
		must(t, r.DeleteEnvironmentTemplate, &official.DeleteEnvironmentTemplateInput{Name: &name})
		missing(t, r.GetEnvironmentTemplate, &official.GetEnvironmentTemplateInput{Name: &name})
	}
	for _, name := range []string{"web", "job"} {
		must(t, r.DeleteServiceTemplate, &official.DeleteServiceTemplateInput{Name: &name})
		missing(t, r.GetServiceTemplate, &official.GetServiceTemplateInput{Name: &name})
	}
}
