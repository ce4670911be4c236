package emulator

import (
	"maps"

	"github.com/polycloud-sdk/polycloud-go/flink"
)

func (t *twin) readFlink() {
	if t.live.Flink == nil {
		return
	}
	for _, n := range t.live.Namespaces {
		t.readNamespace(n.Workspace, n.Namespace)
	}
}

// readNamespace reads what lists show completely: the service has no more details of a resource.
func (t *twin) readNamespace(workspace, namespace string) {
	c := t.live.Flink
	of := func(name string) kind {
		return kind{service: "flink", name: name}.inside(workspace+"/"+namespace, map[string]any{
			"workspace": workspace, "namespace": namespace,
		})
	}
	deployments := addAll(t, of("Deployment"), c.AllDeployments(t.ctx, flink.ListDeploymentsRequest{
		Workspace: workspace, Namespace: namespace,
	}))
	addAll(t, of("DeploymentDraft"), c.AllDeploymentDrafts(t.ctx, flink.ListDeploymentDraftsRequest{
		Workspace: workspace, Namespace: namespace,
	}))
	for _, d := range deployments {
		addAll(t, of("Job"), c.AllJobs(t.ctx, flink.ListJobsRequest{
			Workspace: workspace, Namespace: namespace, DeploymentID: d.DeploymentID,
		}))
	}
	addAll(t, of("Savepoint"), c.AllSavepoints(t.ctx, flink.ListSavepointsRequest{Workspace: workspace, Namespace: namespace}))
	addAll(t, of("SessionCluster"), c.AllSessionClusters(t.ctx, flink.ListSessionClustersRequest{
		Workspace: workspace, Namespace: namespace,
	}))
	for _, d := range deployments {
		addAll(t, of("ScheduledPlan"), c.AllScheduledPlans(t.ctx, flink.ListScheduledPlanRequest{
			Workspace: workspace, Namespace: namespace, DeploymentID: d.DeploymentID,
		}))
	}
	addAll(t, of("Variable"), c.AllVariables(t.ctx, flink.ListVariablesRequest{Workspace: workspace, Namespace: namespace}))
	addAll(t, of("Member"), c.AllMembers(t.ctx, flink.ListMembersRequest{Workspace: workspace, Namespace: namespace}))
	addAll(t, of("DeploymentTarget"), c.AllDeploymentTargets(t.ctx, flink.ListDeploymentTargetsRequest{
		Workspace: workspace, Namespace: namespace,
	}))
	addAll(t, of("CustomConnector"), c.AllCustomConnectors(t.ctx, flink.ListCustomConnectorsRequest{
		Workspace: workspace, Namespace: namespace,
	}))
	addAll(t, of("UdfArtifact"), c.AllUDFArtifacts(t.ctx, flink.GetUDFArtifactsRequest{Workspace: workspace, Namespace: namespace}))
	t.readCatalogs(workspace, namespace)
	addAll(t, of("PatrolReport"), c.AllPatrolReports(t.ctx, flink.ListPatrolReportsRequest{Workspace: workspace, Namespace: namespace}))
}

// readCatalogs reads catalogs with their databases and tables.
func (t *twin) readCatalogs(workspace, namespace string) {
	c := t.live.Flink
	place := map[string]any{"workspace": workspace, "namespace": namespace}
	of := func(name, in string) kind {
		return kind{service: "flink", name: name}.inside(workspace+"/"+namespace+in, maps.Clone(place))
	}
	for _, catalog := range addAll(t, of("Catalog", ""), c.AllCatalogs(t.ctx, flink.GetCatalogsRequest{
		Workspace: workspace, Namespace: namespace,
	})) {
		place["catalogName"] = catalog.Name
		for _, database := range addAll(t, of("Database", "/"+catalog.Name), c.AllDatabases(t.ctx, flink.GetDatabasesRequest{
			Workspace: workspace, Namespace: namespace, CatalogName: catalog.Name,
		})) {
			place["databaseName"] = database.Name
			addAll(t, of("Table", "/"+catalog.Name+"/"+database.Name), c.AllTables(t.ctx, flink.GetTablesRequest{
				Workspace: workspace, Namespace: namespace, CatalogName: catalog.Name, DatabaseName: database.Name,
			}))
		}
		delete(place, "databaseName")
	}
}
