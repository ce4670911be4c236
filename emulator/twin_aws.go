package emulator

import (
	"slices"

	"github.com/polycloud-sdk/polycloud-go/finspace"
	"github.com/polycloud-sdk/polycloud-go/proton"
)

// readFinSpace reads all but the environments of the dataset browser, which has been discontinued.
func (t *twin) readFinSpace() {
	c := t.live.FinSpace
	if c == nil {
		return
	}
	ids := t.live.KxEnvironments
	k := kind{service: "finspace", name: "KxEnvironment"}
	if len(ids) == 0 {
		for _, e := range listAll(t, k, c.AllKxEnvironments(t.ctx, finspace.ListKxEnvironmentsRequest{})) {
			ids = append(ids, e.EnvironmentID)
		}
	}
	for _, id := range ids {
		environment, err := c.GetKxEnvironment(t.ctx, finspace.GetKxEnvironmentRequest{EnvironmentID: id})
		if err != nil {
			t.skip(k.inside(id, nil), err)
			continue
		}
		add(t, k, environment)
		t.readKxEnvironment(id)
	}
}

// readKxEnvironment reads what is in an environment.
func (t *twin) readKxEnvironment(id string) {
	c := t.live.FinSpace
	of := func(name string) kind {
		return kind{service: "finspace", name: name}.inside(id, map[string]any{"environmentId": id})
	}
	databases := addEach(t, of("KxDatabase"), c.AllKxDatabases(t.ctx, finspace.ListKxDatabasesRequest{EnvironmentID: id}),
		func(d finspace.KxDatabaseListEntry) (*finspace.GetKxDatabaseResponse, error) {
			database, err := c.GetKxDatabase(t.ctx, finspace.GetKxDatabaseRequest{EnvironmentID: id, DatabaseName: d.DatabaseName})
			if err == nil { // these follow from its changesets
				database.NumChangesets, database.NumFiles, database.LastCompletedChangesetID = 0, 0, ""
			}
			return database, err
		})
	addAll(t, of("KxUser"), c.AllKxUsers(t.ctx, finspace.ListKxUsersRequest{EnvironmentID: id}))
	addEach(t, of("KxScalingGroup"), c.AllKxScalingGroups(t.ctx, finspace.ListKxScalingGroupsRequest{EnvironmentID: id}),
		func(g finspace.KxScalingGroup) (*finspace.GetKxScalingGroupResponse, error) {
			return c.GetKxScalingGroup(t.ctx, finspace.GetKxScalingGroupRequest{EnvironmentID: id, ScalingGroupName: g.ScalingGroupName})
		})
	addEach(t, of("KxVolume"), c.AllKxVolumes(t.ctx, finspace.ListKxVolumesRequest{EnvironmentID: id}),
		func(v finspace.KxVolume) (*finspace.GetKxVolumeResponse, error) {
			return c.GetKxVolume(t.ctx, finspace.GetKxVolumeRequest{EnvironmentID: id, VolumeName: v.VolumeName})
		})
	for _, database := range databases {
		t.readKxDatabase(id, database.DatabaseName)
	}
	clusters := addEach(t, of("KxCluster"), c.AllKxClusters(t.ctx, finspace.ListKxClustersRequest{EnvironmentID: id}),
		func(v finspace.KxCluster) (*finspace.GetKxClusterResponse, error) {
			return c.GetKxCluster(t.ctx, finspace.GetKxClusterRequest{EnvironmentID: id, ClusterName: v.ClusterName})
		})
	for _, cluster := range clusters {
		name := cluster.ClusterName
		addAll(t, of("KxClusterNode").inside(id+"/"+name, map[string]any{"environmentId": id, "clusterName": name}),
			c.AllKxClusterNodes(t.ctx, finspace.ListKxClusterNodesRequest{EnvironmentID: id, ClusterName: name}))
	}
}

func (t *twin) readKxDatabase(environment, name string) {
	c := t.live.FinSpace
	of := func(kindName string) kind {
		k := kind{service: "finspace", name: kindName}
		return k.inside(environment+"/"+name, map[string]any{"environmentId": environment, "databaseName": name})
	}
	addEach(t, of("KxChangeset"),
		c.AllKxChangesets(t.ctx, finspace.ListKxChangesetsRequest{EnvironmentID: environment, DatabaseName: name}),
		func(v finspace.KxChangesetListEntry) (*finspace.GetKxChangesetResponse, error) {
			return c.GetKxChangeset(t.ctx, finspace.GetKxChangesetRequest{
				EnvironmentID: environment, DatabaseName: name, ChangesetID: v.ChangesetID,
			})
		})
	addEach(t, of("KxDataview"),
		c.AllKxDataviews(t.ctx, finspace.ListKxDataviewsRequest{EnvironmentID: environment, DatabaseName: name}),
		func(v finspace.KxDataviewListEntry) (*finspace.GetKxDataviewResponse, error) {
			return c.GetKxDataview(t.ctx, finspace.GetKxDataviewRequest{
				EnvironmentID: environment, DatabaseName: name, DataviewName: v.DataviewName,
			})
		})
}

func (t *twin) readProton() {
	if t.live.Proton == nil {
		return
	}
	t.readTemplates()
	t.readEnvironmentTemplates()
	t.readServiceTemplates()
	t.readEnvironmentAccountConnections()
	t.readDeployables()
}

// readTemplates reads templates without their versions, and the repositories that are linked.
func (t *twin) readTemplates() {
	c := t.live.Proton
	addEach(t, kind{service: "proton", name: "EnvironmentTemplate"},
		c.AllEnvironmentTemplates(t.ctx, proton.ListEnvironmentTemplatesRequest{}),
		func(v proton.EnvironmentTemplateSummary) (*proton.EnvironmentTemplate, error) {
			resp, err := c.GetEnvironmentTemplate(t.ctx, proton.GetEnvironmentTemplateRequest{Name: v.Name})
			return part(resp, err, func(r *proton.GetEnvironmentTemplateResponse) *proton.EnvironmentTemplate {
				return &r.EnvironmentTemplate
			})
		})
	addEach(t, kind{service: "proton", name: "ServiceTemplate"}, c.AllServiceTemplates(t.ctx, proton.ListServiceTemplatesRequest{}),
		func(v proton.ServiceTemplateSummary) (*proton.ServiceTemplate, error) {
			resp, err := c.GetServiceTemplate(t.ctx, proton.GetServiceTemplateRequest{Name: v.Name})
			return part(resp, err, func(r *proton.GetServiceTemplateResponse) *proton.ServiceTemplate { return &r.ServiceTemplate })
		})
	addEach(t, kind{service: "proton", name: "Repository"}, c.AllRepositories(t.ctx, proton.ListRepositoriesRequest{}),
		func(v proton.RepositorySummary) (*proton.Repository, error) {
			resp, err := c.GetRepository(t.ctx, proton.GetRepositoryRequest{Name: v.Name, Provider: v.Provider})
			return part(resp, err, func(r *proton.GetRepositoryResponse) *proton.Repository { return &r.Repository })
		})
}

func (t *twin) readEnvironmentTemplates() {
	c, k := t.live.Proton, kind{service: "proton", name: "EnvironmentTemplateVersion"}
	for _, template := range listAll(t, k, c.AllEnvironmentTemplates(t.ctx, proton.ListEnvironmentTemplatesRequest{})) {
		in := k.inside(template.Name, nil)
		var majors []string
		for _, v := range listAll(t, in, c.AllEnvironmentTemplateVersions(t.ctx, proton.ListEnvironmentTemplateVersionsRequest{
			TemplateName: template.Name,
		})) {
			majors = append(majors, v.MajorVersion)
		}
		for _, major := range slices.Compact(majors) {
			addEach(t, in, c.AllEnvironmentTemplateVersions(t.ctx, proton.ListEnvironmentTemplateVersionsRequest{
				TemplateName: template.Name, MajorVersion: major,
			}), func(v proton.EnvironmentTemplateVersionSummary) (*proton.EnvironmentTemplateVersion, error) {
				resp, err := c.GetEnvironmentTemplateVersion(t.ctx, proton.GetEnvironmentTemplateVersionRequest{
					TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
				})
				return part(resp, err, func(r *proton.GetEnvironmentTemplateVersionResponse) *proton.EnvironmentTemplateVersion {
					return &r.EnvironmentTemplateVersion
				})
			})
		}
	}
}

func (t *twin) readServiceTemplates() {
	c, k := t.live.Proton, kind{service: "proton", name: "ServiceTemplateVersion"}
	for _, template := range listAll(t, k, c.AllServiceTemplates(t.ctx, proton.ListServiceTemplatesRequest{})) {
		in := k.inside(template.Name, nil)
		var majors []string
		for _, v := range listAll(t, in, c.AllServiceTemplateVersions(t.ctx, proton.ListServiceTemplateVersionsRequest{
			TemplateName: template.Name,
		})) {
			majors = append(majors, v.MajorVersion)
		}
		for _, major := range slices.Compact(majors) {
			addEach(t, in, c.AllServiceTemplateVersions(t.ctx, proton.ListServiceTemplateVersionsRequest{
				TemplateName: template.Name, MajorVersion: major,
			}), func(v proton.ServiceTemplateVersionSummary) (*proton.ServiceTemplateVersion, error) {
				resp, err := c.GetServiceTemplateVersion(t.ctx, proton.GetServiceTemplateVersionRequest{
					TemplateName: v.TemplateName, MajorVersion: v.MajorVersion, MinorVersion: v.MinorVersion,
				})
				return part(resp, err, func(r *proton.GetServiceTemplateVersionResponse) *proton.ServiceTemplateVersion {
					return &r.ServiceTemplateVersion
				})
			})
		}
	}
}

// readEnvironmentAccountConnections reads those that either side has requested.
func (t *twin) readEnvironmentAccountConnections() {
	c, k := t.live.Proton, kind{service: "proton", name: "EnvironmentAccountConnection"}
	for _, side := range []proton.EnvironmentAccountConnectionRequesterAccountType{
		proton.EnvironmentAccountConnectionRequesterAccountTypeManagementAccount,
		proton.EnvironmentAccountConnectionRequesterAccountTypeEnvironmentAccount,
	} {
		addEach(t, k.inside(string(side), nil),
			c.AllEnvironmentAccountConnections(t.ctx, proton.ListEnvironmentAccountConnectionsRequest{RequestedBy: side}),
			func(v proton.EnvironmentAccountConnectionSummary) (*proton.EnvironmentAccountConnection, error) {
				resp, err := c.GetEnvironmentAccountConnection(t.ctx, proton.GetEnvironmentAccountConnectionRequest{ID: v.ID})
				return part(resp, err, func(r *proton.GetEnvironmentAccountConnectionResponse) *proton.EnvironmentAccountConnection {
					return &r.EnvironmentAccountConnection
				})
			})
	}
}

// readDeployables reads environments, services, their instances, and components.
func (t *twin) readDeployables() {
	c := t.live.Proton
	addEach(t, kind{service: "proton", name: "Environment"}, c.AllEnvironments(t.ctx, proton.ListEnvironmentsRequest{}),
		func(v proton.EnvironmentSummary) (*proton.Environment, error) {
			resp, err := c.GetEnvironment(t.ctx, proton.GetEnvironmentRequest{Name: v.Name})
			return part(resp, err, func(r *proton.GetEnvironmentResponse) *proton.Environment { return &r.Environment })
		})
	addEach(t, kind{service: "proton", name: "Service"}, c.AllServices(t.ctx, proton.ListServicesRequest{}),
		func(v proton.ServiceSummary) (*proton.Service, error) {
			resp, err := c.GetService(t.ctx, proton.GetServiceRequest{Name: v.Name})
			return part(resp, err, func(r *proton.GetServiceResponse) *proton.Service { return r.Service })
		})
	addEach(t, kind{service: "proton", name: "ServiceInstance"}, c.AllServiceInstances(t.ctx, proton.ListServiceInstancesRequest{}),
		func(v proton.ServiceInstanceSummary) (*proton.ServiceInstance, error) {
			resp, err := c.GetServiceInstance(t.ctx, proton.GetServiceInstanceRequest{ServiceName: v.ServiceName, Name: v.Name})
			return part(resp, err, func(r *proton.GetServiceInstanceResponse) *proton.ServiceInstance { return &r.ServiceInstance })
		})
	addEach(t, kind{service: "proton", name: "Component"}, c.AllComponents(t.ctx, proton.ListComponentsRequest{}),
		func(v proton.ComponentSummary) (*proton.Component, error) {
			resp, err := c.GetComponent(t.ctx, proton.GetComponentRequest{Name: v.Name})
			return part(resp, err, func(r *proton.GetComponentResponse) *proton.Component { return r.Component })
		})
}
