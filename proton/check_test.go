package proton

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// checkTest is a request and the problems that Validate reports, if any.
type checkTest struct {
	name    string
	request interface{ Validate() error }
	want    []string
}

func runCheckTests(t *testing.T, tests []checkTest) {
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.request.Validate()
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			var invalid *cloud.ValidationError
			require.ErrorAs(t, err, &invalid)
			var got []string
			for _, p := range invalid.Problems {
				got = append(got, p.String())
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

const spec = "proton: ServiceSpec\n"

func TestVersionRules(t *testing.T) {
	t.Parallel()
	instance := func(d DeploymentUpdateType, major, minor string) UpdateServiceInstanceRequest {
		return UpdateServiceInstanceRequest{Name: "prod", ServiceName: "shop", DeploymentType: d, TemplateMajorVersion: major, TemplateMinorVersion: minor}
	}
	pipeline := func(d DeploymentUpdateType, major, minor string) UpdateServicePipelineRequest {
		return UpdateServicePipelineRequest{ServiceName: "shop", Spec: spec, DeploymentType: d, TemplateMajorVersion: major, TemplateMinorVersion: minor}
	}
	environment := func(d DeploymentUpdateType, major, minor string) UpdateEnvironmentRequest {
		return UpdateEnvironmentRequest{Name: "staging", DeploymentType: d, TemplateMajorVersion: major, TemplateMinorVersion: minor}
	}
	both := []string{
		`templateMajorVersion: must be empty with deploymentType CURRENT_VERSION, given "1"`,
		`templateMinorVersion: must be empty with deploymentType CURRENT_VERSION, given "2"`,
	}
	current, major := DeploymentUpdateTypeCurrentVersion, DeploymentUpdateTypeMajorVersion
	runCheckTests(t, []checkTest{
		{"instance, present version", instance(current, "", ""), nil},
		{"instance, new version", instance(major, "1", "2"), nil},
		{"instance, minor version", instance(DeploymentUpdateTypeMinorVersion, "", "2"), nil},
		{"instance, both", instance(current, "1", "2"), both},
		{"pipeline, present version", pipeline(current, "", ""), nil},
		{"pipeline, new version", pipeline(major, "1", "2"), nil},
		{"pipeline, both", pipeline(current, "1", "2"), both},
		{"environment, present version", environment(current, "", ""), nil},
		{"environment, new version", environment(major, "1", "2"), nil},
		{"environment, both", environment(current, "1", "2"), both},
	})
}

func TestTemplateStatusRules(t *testing.T) {
	t.Parallel()
	var tests []checkTest
	for _, status := range append(TemplateVersionStatus("").Values(), "") {
		tests = append(tests,
			checkTest{"environment " + string(status), UpdateEnvironmentTemplateVersionRequest{TemplateName: "vpc", MajorVersion: "1", MinorVersion: "0", Status: status}, nil},
			checkTest{"service " + string(status), UpdateServiceTemplateVersionRequest{TemplateName: "web", MajorVersion: "1", MinorVersion: "0", Status: status}, nil},
		)
	}
	runCheckTests(t, tests)
}

func TestAccountRules(t *testing.T) {
	t.Parallel()
	repository := &RepositoryBranchInput{Provider: RepositoryProviderGitHub, Name: "example/pipelines", Branch: "main"}
	runCheckTests(t, []checkTest{
		{"set", UpdateAccountSettingsRequest{PipelineProvisioningRepository: repository}, nil},
		{"set and keep", UpdateAccountSettingsRequest{PipelineProvisioningRepository: repository, DeletePipelineProvisioningRepository: new(false)}, nil},
		{"delete", UpdateAccountSettingsRequest{DeletePipelineProvisioningRepository: new(true)}, nil},
		{"set and delete", UpdateAccountSettingsRequest{PipelineProvisioningRepository: repository, DeletePipelineProvisioningRepository: new(true)}, []string{
			`pipelineProvisioningRepository: must be left out with deletePipelineProvisioningRepository true, given "example/pipelines"`,
		}},
	})
}

func TestReadRules(t *testing.T) {
	t.Parallel()
	definitions := func(s SyncType) ListRepositorySyncDefinitionsRequest {
		return ListRepositorySyncDefinitionsRequest{RepositoryName: "example/templates", RepositoryProvider: RepositoryProviderGitHub, SyncType: s}
	}
	deployment := func(service, instance string) GetDeploymentRequest {
		return GetDeploymentRequest{ID: "1f0c7b6f-9a51-4f57-3b0e-c2f1f0a62f10", ServiceName: service, ServiceInstanceName: instance}
	}
	filter := func(key ListServiceInstancesFilterBy, value string) ListServiceInstancesRequest {
		return ListServiceInstancesRequest{Filters: []ListServiceInstancesFilter{{Key: ListServiceInstancesFilterByName, Value: new("prod")}, {Key: key, Value: new(value)}}}
	}
	noTime := func(given string) []string {
		return []string{`filters[1].value: must be a time in UTC such as 2026-03-01T08:30:00Z with this key, given "` + given + `"`}
	}
	runCheckTests(t, []checkTest{
		{"template sync", definitions(SyncTypeTemplateSync), nil},
		{"service sync", definitions(SyncTypeServiceSync), []string{`syncType: must be TEMPLATE_SYNC, given "SERVICE_SYNC"`}},

		{"deployment of an instance", deployment("shop", "prod"), nil},
		{"deployment of a pipeline", deployment("shop", ""), nil},
		{"deployment of anything", deployment("", ""), nil},
		{"deployment of an instance without its service", deployment("", "prod"), []string{"serviceName: required with serviceInstanceName"}},

		{"created before", filter(ListServiceInstancesFilterByCreatedAtBefore, "2026-11-21T08:30:00Z"), nil},
		{"fraction of a second", filter(ListServiceInstancesFilterByCreatedAtAfter, "1985-04-12T23:20:50.52Z"), nil},
		{"no time, for a key that needs none", filter(ListServiceInstancesFilterByTemplateName, "yesterday"), nil},
		{"no value", ListServiceInstancesRequest{Filters: []ListServiceInstancesFilter{{Key: ListServiceInstancesFilterByCreatedAtAfter}}}, nil},
		{"offset", filter(ListServiceInstancesFilterByCreatedAtAfter, "2026-11-21T08:30:00+01:00"), noTime("2026-11-21T08:30:00+01:00")},
		{"day alone", filter(ListServiceInstancesFilterByLastDeploymentAttemptedAtAfter, "2026-11-21"), noTime("2026-11-21")},
		{"seconds", filter(ListServiceInstancesFilterByLastDeploymentAttemptedAtBefore, "1763710200"), noTime("1763710200")},
		{"nothing", filter(ListServiceInstancesFilterByCreatedAtBefore, ""), noTime("")},
	})
}

func TestComponentRules(t *testing.T) {
	t.Parallel()
	create := func(service, instance, environment, spec string) CreateComponentRequest {
		return CreateComponentRequest{
			Name: "bucket", TemplateFile: "Resources: {}", Manifest: "infrastructure: {}",
			ServiceName: service, ServiceInstanceName: instance, EnvironmentName: environment, ServiceSpec: spec,
		}
	}
	update := func(d ComponentDeploymentUpdateType, change func(*UpdateComponentRequest)) UpdateComponentRequest {
		r := UpdateComponentRequest{Name: "bucket", DeploymentType: d, Description: new("")}
		change(&r)
		return r
	}
	none, current := ComponentDeploymentUpdateTypeNone, ComponentDeploymentUpdateTypeCurrentVersion
	attach := func(service, instance *string, spec string) UpdateComponentRequest {
		return update(current, func(r *UpdateComponentRequest) {
			r.ServiceName, r.ServiceInstanceName, r.ServiceSpec = service, instance, spec
		})
	}
	runCheckTests(t, []checkTest{
		{"created for an instance", create("shop", "prod", "", spec), nil},
		{"created for an environment", create("", "", "staging", ""), nil},
		{"created for both", create("shop", "prod", "staging", spec), nil},
		{"created for nothing", create("", "", "", ""), []string{"environmentName: required without serviceName and serviceInstanceName"}},
		{"created for an instance of no service", create("", "prod", "", ""), []string{"serviceName: required with serviceInstanceName"}},
		{"created for a service alone", create("shop", "", "staging", ""), []string{"serviceInstanceName: required with serviceName"}},
		{"created with a spec for no instance", create("", "", "staging", "secret"), []string{
			"serviceSpec: must be empty without serviceName and serviceInstanceName, given [redacted] (length 6)",
		}},

		{"described", update(none, func(*UpdateComponentRequest) {}), nil},
		{"changed without a deployment", update(none, func(r *UpdateComponentRequest) {
			r.ServiceName, r.ServiceInstanceName, r.ServiceSpec, r.TemplateFile = new("shop"), new(""), "secret", "Resources: é"
		}), []string{
			`serviceName: must be left out with deploymentType NONE, given "shop"`,
			`serviceInstanceName: must be left out with deploymentType NONE, given ""`,
			"serviceSpec: must be left out with deploymentType NONE, given [redacted] (length 6)",
			"templateFile: must be left out with deploymentType NONE, given [redacted] (length 12)",
		}},
		{"deployed", update(current, func(r *UpdateComponentRequest) { r.ServiceSpec, r.TemplateFile = spec, "Resources: {}" }), nil},
		{"attached", attach(new("shop"), new("prod"), spec), nil},
		{"detached", attach(new(""), new(""), ""), nil},
		{"detached by one name", attach(new(""), nil, ""), nil},
		{"attached to a service alone", attach(new("shop"), nil, ""), []string{"serviceInstanceName: required with serviceName"}},
		{"attached to an instance of no service", attach(new(""), new("prod"), spec), []string{"serviceName: required with serviceInstanceName"}},
		{"detached with a spec", attach(new(""), new(""), "secret"), []string{
			"serviceSpec: must be empty when the component is detached, given [redacted] (length 6)",
		}},
	})
}

func TestProvisioningRules(t *testing.T) {
	t.Parallel()
	const role, connection = "arn:aws:iam::123456789012:role/proton", "72bcb28d-55d0-4fad-9dd4-53c0635fd9ec"
	repository := &RepositoryBranchInput{Provider: RepositoryProviderGitHub, Name: "example/infra", Branch: "main"}
	create := func(role, connection, codebuild string, repository *RepositoryBranchInput) CreateEnvironmentRequest {
		return CreateEnvironmentRequest{
			Name: "staging", TemplateName: "vpc", TemplateMajorVersion: "1", Spec: spec, ProtonServiceRoleARN: role,
			EnvironmentAccountConnectionID: connection, CodeBuildRoleARN: codebuild, ProvisioningRepository: repository,
		}
	}
	update := func(role, connection, codebuild string, repository *RepositoryBranchInput) UpdateEnvironmentRequest {
		return UpdateEnvironmentRequest{
			Name: "staging", DeploymentType: DeploymentUpdateTypeNone, ProtonServiceRoleARN: role,
			EnvironmentAccountConnectionID: connection, CodeBuildRoleARN: codebuild, ProvisioningRepository: repository,
		}
	}
	twoAccounts := `protonServiceRoleArn: must be empty with environmentAccountConnectionId, given "` + role + `"`
	twoWays := `provisioningRepository: must be left out with protonServiceRoleArn or environmentAccountConnectionId, given "example/infra"`
	runCheckTests(t, []checkTest{
		{"create with a role", create(role, "", role, nil), nil},
		{"create in another account", create("", connection, "", nil), nil},
		{"create by pull request", create("", "", role, repository), nil},
		{"create in two accounts", create(role, connection, "", nil), []string{twoAccounts}},
		{"create with a role and by pull request", create(role, "", "", repository), []string{twoWays}},
		{"create in another account and by pull request", create("", connection, "", repository), []string{twoWays}},
		{"create with CodeBuild in two accounts", create("", connection, role, nil), []string{
			`codebuildRoleArn: must be empty with environmentAccountConnectionId, given "` + role + `"`,
		}},

		{"update the role", update(role, "", "", nil), nil},
		{"update the connection, and the role of CodeBuild", update("", connection, role, nil), nil},
		{"update the repository", update("", "", "", repository), nil},
		{"update in two accounts", update(role, connection, "", nil), []string{twoAccounts}},
		{"update the role and the repository", update(role, "", "", repository), []string{twoWays}},
		{"update the connection and the repository", update("", connection, "", repository), []string{twoWays}},
	})
}

// TestBlankClientTokens checks that a token of white space is refused before it is sent; an empty one is filled in.
func TestBlankClientTokens(t *testing.T) {
	t.Parallel()
	for token, ok := range map[string]bool{"": true, "t-1": true, " ": false, "\t\n": false} {
		err := CreateEnvironmentAccountConnectionRequest{
			EnvironmentName: "e", ManagementAccountID: "123456789012", RoleARN: "arn:aws:iam::123456789012:role/r", ClientToken: token,
		}.Validate()
		if ok {
			require.NoError(t, err, "%q", token)
			continue
		}
		require.ErrorContains(t, err, "clientToken: must consist of", "%q", token)
	}
}
