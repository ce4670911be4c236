package emulator

import (
	"github.com/polycloud-sdk/polycloud-go/flink"
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/flink"
)

// Flink adds resources to Realtime Compute for Apache Flink, as if they had been there for some time.
type Flink struct{ service *emulated.Service }

// AddDeployment adds a deployment to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of a streaming SQL deployment that was saved a day ago.
func (h *Flink) AddDeployment(workspace, namespace string, deployment flink.Deployment) (deploymentID string) {
	return h.service.AddDeployment(workspace, namespace, deployment)
}

// AddDeploymentDraft adds a draft to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of a streaming SQL draft that was saved a day ago and never deployed.
func (h *Flink) AddDeploymentDraft(workspace, namespace string, draft flink.DeploymentDraft) (deploymentDraftID string) {
	return h.service.AddDeploymentDraft(workspace, namespace, draft)
}

// AddJob adds a job to a namespace of a workspace, or replaces it, and returns its ID. Empty fields default to those
// of a job that has been running for an hour. A job with a DeploymentID gets the settings of that deployment, if it
// was added before.
func (h *Flink) AddJob(workspace, namespace string, job flink.Job) (jobID string) {
	return h.service.AddJob(workspace, namespace, job)
}

// AddPatrolReport adds the report of a patrol to a namespace of a workspace, or replaces it, and returns its ID. Empty
// fields default to those of a scheduled patrol that started an hour ago and found nothing.
func (h *Flink) AddPatrolReport(workspace, namespace string, report flink.PatrolReport) (reportID string) {
	return h.service.AddPatrolReport(workspace, namespace, report)
}

// AddSavepoint adds a savepoint to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of one that a user created an hour ago.
func (h *Flink) AddSavepoint(workspace, namespace string, savepoint flink.Savepoint) (savepointID string) {
	return h.service.AddSavepoint(workspace, namespace, savepoint)
}

// AddSessionCluster adds a session cluster to a namespace of a workspace, or replaces the one with its name, and
// returns its ID. Empty fields default to those of a cluster that has been running for an hour. The times are in
// milliseconds.
func (h *Flink) AddSessionCluster(workspace, namespace string, cluster flink.SessionCluster) (sessionClusterID string) {
	return h.service.AddSessionCluster(workspace, namespace, cluster)
}

// AddSQLFile adds a query script to a namespace of a workspace, or replaces it, and returns its ID.
func (h *Flink) AddSQLFile(workspace, namespace string, file flink.SQLFile) (sqlFileID string) {
	return h.service.AddSQLFile(workspace, namespace, file)
}

// AddSQLExecution adds the execution of a query script to a namespace of a workspace, or replaces it, and returns its
// ID. The default state is running. The service publishes no states; the emulator uses those of jobs.
func (h *Flink) AddSQLExecution(workspace, namespace string, execution flink.SQLExecution) (sqlExecutionID string) {
	return h.service.AddSQLExecution(workspace, namespace, execution)
}
