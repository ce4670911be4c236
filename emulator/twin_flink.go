package emulator

import "github.com/polycloud-sdk/polycloud-go/flink"

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
	addAll(t, of("PatrolReport"), c.AllPatrolReports(t.ctx, flink.ListPatrolReportsRequest{Workspace: workspace, Namespace: namespace}))
}
