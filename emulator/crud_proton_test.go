package emulator_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/emulator"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

const (
	protonBlocker    = "blocker-1"
	protonRole       = "arn:aws:iam::123456789012:role/deployer"
	protonRepository = "example/infrastructure"
)

func environmentTemplates(t *testing.T, c *proton.Client) {
	ctx := t.Context()
	source := proton.TemplateVersionSourceInput{S3: &proton.S3ObjectSource{Bucket: "bundles", Key: "net.tar.gz"}}
	version := proton.CreateEnvironmentTemplateVersionRequest{TemplateName: "net", Source: source}
	_, err := c.CreateEnvironmentTemplateVersion(ctx, version)
	require.ErrorIs(t, err, cloud.ErrNotFound, "it has no template")
	created, err := c.CreateEnvironmentTemplate(ctx, proton.CreateEnvironmentTemplateRequest{Name: "net", DisplayName: "Network"})
	require.NoError(t, err)
	_, err = c.CreateEnvironmentTemplate(ctx, proton.CreateEnvironmentTemplateRequest{Name: "net", DisplayName: "Other"})
	require.ErrorIs(t, err, cloud.ErrConflict)
	got, err := c.GetEnvironmentTemplate(ctx, proton.GetEnvironmentTemplateRequest{Name: "net"})
	require.NoError(t, err)
	assert.Equal(t, created.EnvironmentTemplate, got.EnvironmentTemplate)
	updated, err := c.UpdateEnvironmentTemplate(ctx, proton.UpdateEnvironmentTemplateRequest{Name: "net", Description: new("with NAT")})
	require.NoError(t, err)
	assert.Equal(t, "Network", updated.EnvironmentTemplate.DisplayName)
	assert.Equal(t, "with NAT", updated.EnvironmentTemplate.Description)

	_, err = c.CreateEnvironmentTemplateVersion(ctx, version)
	require.NoError(t, err)
	publish := proton.UpdateEnvironmentTemplateVersionRequest{
		TemplateName: "net", MajorVersion: "1", MinorVersion: "0", Status: proton.TemplateVersionStatusPublished,
	}
	_, err = c.UpdateEnvironmentTemplateVersion(ctx, publish)
	require.ErrorIs(t, err, cloud.ErrConflict, "it is not registered yet")
	publish.TemplateName, publish.Description = "vpc", new("stable")
	published, err := c.UpdateEnvironmentTemplateVersion(ctx, publish)
	require.NoError(t, err)
	assert.Equal(t, "stable", published.EnvironmentTemplateVersion.Description)
	list, err := c.ListEnvironmentTemplates(ctx, proton.ListEnvironmentTemplatesRequest{})
	require.NoError(t, err)
	assert.Len(t, list.Templates, 2)
	_, err = c.CreateEnvironmentTemplate(ctx, proton.CreateEnvironmentTemplateRequest{Name: "empty"})
	require.NoError(t, err)
	deleted, err := c.DeleteEnvironmentTemplate(ctx, proton.DeleteEnvironmentTemplateRequest{Name: "empty"})
	require.NoError(t, err)
	assert.Equal(t, "empty", deleted.EnvironmentTemplate.Name)
}

func serviceTemplates(t *testing.T, c *proton.Client) {
	ctx := t.Context()
	created, err := c.CreateServiceTemplate(ctx, proton.CreateServiceTemplateRequest{Name: "job", DisplayName: "Job"})
	require.NoError(t, err)
	_, err = c.UpdateServiceTemplate(ctx, proton.UpdateServiceTemplateRequest{Name: "job", DisplayName: "Batch job"})
	require.NoError(t, err)
	got, err := c.GetServiceTemplate(ctx, proton.GetServiceTemplateRequest{Name: "job"})
	require.NoError(t, err)
	assert.Equal(t, "Batch job", got.ServiceTemplate.DisplayName)
	assert.Equal(t, created.ServiceTemplate.ARN, got.ServiceTemplate.ARN)
	var names []string
	for v, err := range c.AllServiceTemplates(ctx, proton.ListServiceTemplatesRequest{MaxResults: 1}) {
		require.NoError(t, err)
		names = append(names, v.Name)
	}
	assert.Equal(t, []string{"template", "web", "job"}, names)

	_, err = c.DeleteServiceTemplate(ctx, proton.DeleteServiceTemplateRequest{Name: "web"})
	require.ErrorIs(t, err, cloud.ErrConflict, "it has versions")
	_, err = c.DeleteServiceTemplate(ctx, proton.DeleteServiceTemplateRequest{Name: "job"})
	require.NoError(t, err)
	_, err = c.GetServiceTemplate(ctx, proton.GetServiceTemplateRequest{Name: "job"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
	out, err := c.UpdateServiceTemplateVersion(ctx, proton.UpdateServiceTemplateVersionRequest{
		TemplateName: "web", MajorVersion: "1", MinorVersion: "0", Description: new("faster"),
		CompatibleEnvironmentTemplates: []proton.CompatibleEnvironmentTemplateInput{{TemplateName: "vpc", MajorVersion: "1"}},
	})
	require.NoError(t, err)
	assert.Equal(t, "vpc", out.ServiceTemplateVersion.CompatibleEnvironmentTemplates[0].TemplateName)
	assert.Equal(t, "0", out.ServiceTemplateVersion.RecommendedMinorVersion)

	summary, err := c.GetResourcesSummary(ctx, proton.GetResourcesSummaryRequest{})
	require.NoError(t, err)
	assert.Equal(t, 2, summary.Counts.ServiceTemplates.Total)
	assert.Equal(t, 1, summary.Counts.Pipelines.Total)
}

// TestProtonTemplateVersions checks what publishing versions does to the recommended one, and to what depends on it.
func TestProtonTemplateVersions(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, emu *emulator.Emulator) {
		ctx, c := t.Context(), clientsOf(t, withoutRetries(emu)).proton
		emu.Proton.AddEnvironmentTemplateVersion(proton.EnvironmentTemplateVersion{TemplateName: "net"})
		emu.Proton.AddEnvironment(proton.Environment{Name: "dev", TemplateName: "net"})
		template := func() string {
			out, err := c.GetEnvironmentTemplate(ctx, proton.GetEnvironmentTemplateRequest{Name: "net"})
			require.NoError(t, err)
			return out.EnvironmentTemplate.RecommendedVersion
		}
		add := func(major string) {
			r := proton.CreateEnvironmentTemplateVersionRequest{TemplateName: "net", MajorVersion: major}
			r.Source.S3 = &proton.S3ObjectSource{Bucket: "bundles", Key: "net.tar.gz"}
			_, err := c.CreateEnvironmentTemplateVersion(ctx, r)
			require.NoError(t, err)
			time.Sleep(time.Hour)
		}
		publish := func(major, minor string) {
			_, err := c.UpdateEnvironmentTemplateVersion(ctx, proton.UpdateEnvironmentTemplateVersionRequest{
				TemplateName: "net", MajorVersion: major, MinorVersion: minor, Status: proton.TemplateVersionStatusPublished,
			})
			require.NoError(t, err)
		}
		counts := func() proton.ResourceCountsSummary {
			out, err := c.GetResourcesSummary(ctx, proton.GetResourcesSummaryRequest{})
			require.NoError(t, err)
			return *out.Counts.Environments
		}
		assert.Equal(t, proton.ResourceCountsSummary{Total: 1, UpToDate: 1}, counts())
		add("1")
		assert.Equal(t, "1.0", template(), "1.1 is a draft")
		publish("1", "1")
		assert.Equal(t, "1.1", template())
		assert.Equal(t, proton.ResourceCountsSummary{Total: 1, BehindMinor: 1}, counts())
		add("")
		publish("2", "0")
		assert.Equal(t, "2.0", template())
		assert.Equal(t, proton.ResourceCountsSummary{Total: 1, BehindMajor: 1}, counts())

		remove := func(major, minor string) error {
			_, err := c.DeleteEnvironmentTemplateVersion(ctx, proton.DeleteEnvironmentTemplateVersionRequest{
				TemplateName: "net", MajorVersion: major, MinorVersion: minor,
			})
			return err
		}
		require.ErrorIs(t, remove("2", "0"), cloud.ErrConflict, "it is recommended")
		require.ErrorIs(t, remove("1", "1"), cloud.ErrConflict, "it is recommended for 1")
		for _, v := range [][2]string{{"1", "0"}, {"1", "1"}, {"2", "0"}} {
			require.NoError(t, remove(v[0], v[1]))
		}
		_, err := c.DeleteEnvironmentTemplate(ctx, proton.DeleteEnvironmentTemplateRequest{Name: "net"})
		require.NoError(t, err)
		list, err := c.ListEnvironmentTemplates(ctx, proton.ListEnvironmentTemplatesRequest{})
		require.NoError(t, err)
		assert.Empty(t, list.Templates)
	}, emulator.WithStaleReads(0))
}

func protonRepositories(t *testing.T, c *proton.Client) {
	ctx := t.Context()
	create := proton.CreateRepositoryRequest{
		Provider: proton.RepositoryProviderGitHub, Name: protonRepository,
		ConnectionARN: "arn:aws:codestar-connections:us-east-1:123456789012:connection/c",
	}
	get := proton.GetRepositoryRequest{Provider: create.Provider, Name: create.Name}
	_, err := c.GetRepository(ctx, get)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	for range 2 { // repeating the request changes nothing
		_, err = c.CreateRepository(ctx, create)
		require.NoError(t, err)
	}
	got, err := c.GetRepository(ctx, get)
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:proton:us-east-1:123456789012:repository/github:"+protonRepository, got.Repository.ARN)
	list, err := c.ListRepositories(ctx, proton.ListRepositoriesRequest{})
	require.NoError(t, err)
	assert.Len(t, list.Repositories, 1)
	_, err = c.DeleteRepository(ctx, proton.DeleteRepositoryRequest(get))
	require.NoError(t, err)
	_, err = c.GetRepository(ctx, get)
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

func linkRepository(t *testing.T, c *proton.Client) {
	t.Helper()
	_, err := c.CreateRepository(t.Context(), proton.CreateRepositoryRequest{
		Provider: proton.RepositoryProviderGitHub, Name: protonRepository,
		ConnectionARN: "arn:aws:codestar-connections:us-east-1:123456789012:connection/c",
	})
	require.NoError(t, err)
}

func protonSettings(t *testing.T, c *proton.Client) {
	ctx := t.Context()
	r := proton.UpdateAccountSettingsRequest{
		PipelineServiceRoleARN:         new(protonRole),
		PipelineProvisioningRepository: &proton.RepositoryBranchInput{Provider: "GITHUB", Name: protonRepository, Branch: "main"},
	}
	_, err := c.UpdateAccountSettings(ctx, r)
	require.ErrorIs(t, err, cloud.ErrInvalid, "the repository is not linked")
	linkRepository(t, c)
	updated, err := c.UpdateAccountSettings(ctx, r)
	require.NoError(t, err)
	got, err := c.GetAccountSettings(ctx, proton.GetAccountSettingsRequest{})
	require.NoError(t, err)
	assert.Equal(t, &updated.AccountSettings, got.AccountSettings)
	assert.Equal(t, protonRepository, got.AccountSettings.PipelineProvisioningRepository.Name)
	updated, err = c.UpdateAccountSettings(ctx, proton.UpdateAccountSettingsRequest{DeletePipelineProvisioningRepository: new(true)})
	require.NoError(t, err)
	assert.Equal(t, proton.AccountSettings{PipelineServiceRoleARN: protonRole}, updated.AccountSettings)
}

func protonSyncs(t *testing.T, c *proton.Client) {
	ctx := t.Context()
	service := proton.CreateServiceSyncConfigRequest{
		ServiceName: protonService, RepositoryProvider: "GITHUB", RepositoryName: protonRepository, Branch: "main", FilePath: "shop/ops.yaml",
	}
	template := proton.CreateTemplateSyncConfigRequest{
		TemplateName: "vpc", TemplateType: proton.TemplateTypeEnvironment,
		RepositoryProvider: "GITHUB", RepositoryName: protonRepository, Branch: "main",
	}
	_, err := c.CreateServiceSyncConfig(ctx, service)
	require.ErrorIs(t, err, cloud.ErrInvalid, "the repository is not linked")
	linkRepository(t, c)
	_, err = c.CreateServiceSyncConfig(ctx, service)
	require.NoError(t, err)
	_, err = c.CreateTemplateSyncConfig(ctx, template)
	require.NoError(t, err)
	unknown := template
	unknown.TemplateName = "unknown"
	_, err = c.CreateTemplateSyncConfig(ctx, unknown)
	require.ErrorIs(t, err, cloud.ErrInvalid)

	service.Branch, template.Subdirectory = "stable", "/net"
	_, err = c.UpdateServiceSyncConfig(ctx, proton.UpdateServiceSyncConfigRequest(service))
	require.NoError(t, err)
	_, err = c.UpdateTemplateSyncConfig(ctx, proton.UpdateTemplateSyncConfigRequest(template))
	require.NoError(t, err)
	getTemplate := proton.GetTemplateSyncConfigRequest{TemplateName: "vpc", TemplateType: proton.TemplateTypeEnvironment}
	gotTemplate, err := c.GetTemplateSyncConfig(ctx, getTemplate)
	require.NoError(t, err)
	assert.Equal(t, proton.TemplateSyncConfig(template), *gotTemplate.TemplateSyncConfig)
	gotService, err := c.GetServiceSyncConfig(ctx, proton.GetServiceSyncConfigRequest{ServiceName: protonService})
	require.NoError(t, err)
	assert.Equal(t, proton.ServiceSyncConfig(service), *gotService.ServiceSyncConfig)
	definitions, err := c.ListRepositorySyncDefinitions(ctx, proton.ListRepositorySyncDefinitionsRequest{
		RepositoryProvider: "GITHUB", RepositoryName: protonRepository, SyncType: proton.SyncTypeTemplateSync,
	})
	require.NoError(t, err)
	assert.Equal(t, []proton.RepositorySyncDefinition{
		{Target: "vpc", Parent: protonRepository, Branch: "main", Directory: "/net"},
	}, definitions.SyncDefinitions)
	unlink := proton.DeleteRepositoryRequest{Provider: "GITHUB", Name: protonRepository}
	_, err = c.DeleteRepository(ctx, unlink)
	require.ErrorIs(t, err, cloud.ErrConflict)
	_, err = c.DeleteServiceSyncConfig(ctx, proton.DeleteServiceSyncConfigRequest{ServiceName: protonService})
	require.NoError(t, err)
	_, err = c.DeleteTemplateSyncConfig(ctx, proton.DeleteTemplateSyncConfigRequest(getTemplate))
	require.NoError(t, err)
	_, err = c.GetTemplateSyncConfig(ctx, getTemplate)
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.DeleteRepository(ctx, unlink)
	require.NoError(t, err)

	resolved, err := c.UpdateServiceSyncBlocker(ctx, proton.UpdateServiceSyncBlockerRequest{ID: protonBlocker, ResolvedReason: "merged"})
	require.NoError(t, err)
	blockers, err := c.GetServiceSyncBlockerSummary(ctx, proton.GetServiceSyncBlockerSummaryRequest{ServiceName: protonService})
	require.NoError(t, err)
	assert.Equal(t, []proton.SyncBlocker{resolved.ServiceSyncBlocker}, blockers.ServiceSyncBlockerSummary.LatestBlockers)
	assert.Equal(t, proton.BlockerStatusResolved, resolved.ServiceSyncBlocker.Status)
	_, err = c.UpdateServiceSyncBlocker(ctx, proton.UpdateServiceSyncBlockerRequest{ID: "unknown", ResolvedReason: "merged"})
	require.ErrorIs(t, err, cloud.ErrNotFound)
}

// protonTags tags resources as they are created, and again later.
func protonTags(t *testing.T, c *proton.Client) {
	ctx, tags := t.Context(), []proton.Tag{{Key: "team", Value: "a"}}
	template, err := c.CreateServiceTemplate(ctx, proton.CreateServiceTemplateRequest{Name: "job", Tags: tags})
	require.NoError(t, err)
	environment, err := c.CreateEnvironment(ctx, proton.CreateEnvironmentRequest{
		Name: "dev", TemplateName: "vpc", TemplateMajorVersion: "1", Spec: "dev", Tags: tags,
	})
	require.NoError(t, err)
	service, err := c.CreateService(ctx, proton.CreateServiceRequest{
		Name: "api", TemplateName: "web", TemplateMajorVersion: "1", Spec: "api", Tags: tags,
	})
	require.NoError(t, err)
	arns := []string{template.ServiceTemplate.ARN, environment.Environment.ARN, service.Service.ARN}
	for _, arn := range arns {
		_, err := c.TagResource(ctx, proton.TagResourceRequest{ResourceARN: arn, Tags: []proton.Tag{{Key: "b", Value: "1"}, {Key: "a", Value: "2"}}})
		require.NoError(t, err)
		_, err = c.UntagResource(ctx, proton.UntagResourceRequest{ResourceARN: arn, TagKeys: []string{"b"}})
		require.NoError(t, err)
		var got []proton.Tag
		for tag, err := range c.AllTagsForResource(ctx, proton.ListTagsForResourceRequest{ResourceARN: arn, MaxResults: 1}) {
			require.NoError(t, err)
			got = append(got, tag)
		}
		assert.Equal(t, []proton.Tag{{Key: "a", Value: "2"}, {Key: "team", Value: "a"}}, got, arn)
	}
	many := make([]proton.Tag, 49)
	for i := range many {
		many[i].Key = fmt.Sprint(i)
	}
	_, err = c.TagResource(ctx, proton.TagResourceRequest{ResourceARN: arns[0], Tags: many})
	require.ErrorIs(t, err, cloud.ErrInvalid)
	_, err = c.DeleteServiceTemplate(ctx, proton.DeleteServiceTemplateRequest{Name: "job"})
	require.NoError(t, err)
	_, err = c.ListTagsForResource(ctx, proton.ListTagsForResourceRequest{ResourceARN: arns[0]})
	require.ErrorIs(t, err, cloud.ErrNotFound)
	_, err = c.CreateServiceTemplate(ctx, proton.CreateServiceTemplateRequest{Name: "job", DisplayName: "again"})
	require.NoError(t, err)
	out, err := c.ListTagsForResource(ctx, proton.ListTagsForResourceRequest{ResourceARN: arns[0]})
	require.NoError(t, err)
	assert.Empty(t, out.Tags, "the deletion forgot them")
}

// protonRoles changes the roles of a connection that is pending. It can still be accepted.
func protonRoles(t *testing.T, c *proton.Client) {
	out, err := c.UpdateEnvironmentAccountConnection(t.Context(), proton.UpdateEnvironmentAccountConnectionRequest{
		ID: protonConnectionID, RoleARN: protonRole,
	})
	require.NoError(t, err)
	assert.Equal(t, protonRole, out.EnvironmentAccountConnection.RoleARN)
	assert.Equal(t, proton.EnvironmentAccountConnectionStatusPending, out.EnvironmentAccountConnection.Status)
	accepted, err := c.AcceptEnvironmentAccountConnection(t.Context(),
		proton.AcceptEnvironmentAccountConnectionRequest{ID: protonConnectionID})
	require.NoError(t, err)
	assert.Equal(t, protonRole, accepted.EnvironmentAccountConnection.RoleARN)
}
