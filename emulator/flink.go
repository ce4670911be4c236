package emulator

import (
	"github.com/polycloud-sdk/polycloud-go/flink"
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/flink"
)

// Flink adds resources to Realtime Compute for Apache Flink, as if they had been there for some time.
type Flink struct{ resources }

// AddWorkspace adds a workspace with its namespaces, and returns its ID. Without any, it has one named default-
// namespace. The other methods do that for the workspace and the namespace that they name. As soon as there is a
// namespace, requests for workspaces and namespaces that were not added are refused as not found; before that, all are
// accepted.
func (h *Flink) AddWorkspace(workspace string, namespaces ...string) (workspaceID string) {
	if len(namespaces) == 0 {
		namespaces = []string{"default-namespace"}
	}
	for _, n := range namespaces {
		h.add("Namespace", emulated.InNamespace{Workspace: workspace, Namespace: n}, flink.EditableNamespace{})
	}
	return workspace
}

// AddDeployment adds a deployment to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of a streaming SQL deployment that was saved a day ago.
func (h *Flink) AddDeployment(workspace, namespace string, deployment flink.Deployment) (deploymentID string) {
	return h.add("Deployment", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, deployment)
}

// AddDeploymentDraft adds a draft to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of a streaming SQL draft that was saved a day ago and never deployed.
func (h *Flink) AddDeploymentDraft(workspace, namespace string, draft flink.DeploymentDraft) (deploymentDraftID string) {
	return h.add("DeploymentDraft", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, draft)
}

// AddJob adds a job to a namespace of a workspace, or replaces it, and returns its ID. Empty fields default to those
// of a job that has been running for an hour. A job with a DeploymentID gets the settings of that deployment, if it
// was added before.
func (h *Flink) AddJob(workspace, namespace string, job flink.Job) (jobID string) {
	return h.add("Job", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, job)
}

// AddPatrolReport adds the report of a patrol to a namespace of a workspace, or replaces it, and returns its ID. Empty
// fields default to those of a scheduled patrol that started an hour ago and found nothing.
func (h *Flink) AddPatrolReport(workspace, namespace string, report flink.PatrolReport) (reportID string) {
	return h.add("PatrolReport", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, report)
}

// AddSavepoint adds a savepoint to a namespace of a workspace, or replaces it, and returns its ID. Empty fields
// default to those of one that a user created an hour ago.
func (h *Flink) AddSavepoint(workspace, namespace string, savepoint flink.Savepoint) (savepointID string) {
	return h.add("Savepoint", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, savepoint)
}

// AddSessionCluster adds a session cluster to a namespace of a workspace, or replaces the one with its name, and
// returns its ID. Empty fields default to those of a cluster that has been running for an hour. The times are in
// milliseconds.
func (h *Flink) AddSessionCluster(workspace, namespace string, cluster flink.SessionCluster) (sessionClusterID string) {
	return h.add("SessionCluster", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, cluster)
}

// AddSQLFile adds a query script to a namespace of a workspace, or replaces it, and returns its ID.
func (h *Flink) AddSQLFile(workspace, namespace string, file flink.SQLFile) (sqlFileID string) {
	return h.add("SqlFile", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, file)
}

// AddSQLExecution adds the execution of a query script to a namespace of a workspace, or replaces it, and returns its
// ID. The default state is running. The service publishes no states; the emulator uses those of jobs.
func (h *Flink) AddSQLExecution(workspace, namespace string, execution flink.SQLExecution) (sqlExecutionID string) {
	return h.add("SqlExecution", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, execution)
}

// AddFolder adds a folder to a namespace of a workspace, or replaces it, and returns its ID. Without a ParentID it is in the
// root folder, whose ID is "root".
func (h *Flink) AddFolder(workspace, namespace string, folder flink.Folder) (folderID string) {
	return h.add("Folder", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, folder)
}

// AddMember adds a user to a namespace of a workspace, or replaces the role, and returns the name of the member. The default
// is a viewer. The account of the emulator is an administrator wherever it was not added as a member.
func (h *Flink) AddMember(workspace, namespace string, member flink.Member) (name string) {
	return h.add("Member", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, member)
}

// AddVariable adds a variable to a namespace of a workspace, or replaces it, and returns its name. The default kind is
// Plain. Responses show a mask instead of the value of an Encrypted one.
func (h *Flink) AddVariable(workspace, namespace string, variable flink.Variable) (name string) {
	return h.add("Variable", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, variable)
}

// AddDeploymentTarget adds a deployment target to a namespace of a workspace, or replaces it, and returns its name. The
// default is default-queue with 10 cores.
func (h *Flink) AddDeploymentTarget(workspace, namespace string, target flink.DeploymentTarget) (name string) {
	return h.add("DeploymentTarget", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, target)
}

// AddCustomConnector adds a connector to a namespace of a workspace, or replaces it, and returns its name.
func (h *Flink) AddCustomConnector(workspace, namespace string, connector flink.Connector) (name string) {
	return h.add("CustomConnector", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, connector)
}

// AddUDFArtifact adds a file with user-defined functions to a namespace of a workspace, or replaces it, and returns its name.
func (h *Flink) AddUDFArtifact(workspace, namespace string, artifact flink.UDFArtifact) (name string) {
	return h.add("UdfArtifact", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, artifact)
}

// AddScheduledPlan adds a scheduled plan to a namespace of a workspace, or replaces it, and returns its ID. It is not in
// effect until it is applied.
func (h *Flink) AddScheduledPlan(workspace, namespace string, plan flink.ScheduledPlan) (scheduledPlanID string) {
	return h.add("ScheduledPlan", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, plan)
}

// AddTuningHistory adds an automatic change of a deployment, or replaces it, and returns its ID. Empty fields default to those
// of a successful scale-up an hour ago.
func (h *Flink) AddTuningHistory(workspace, namespace, deploymentID string, history flink.TuningHistory) (tuningID string) {
	tuning := emulated.Tuning{DeploymentID: deploymentID, History: history}
	return h.add("TuningHistory", emulated.InNamespace{Workspace: workspace, Namespace: namespace}, tuning)
}
