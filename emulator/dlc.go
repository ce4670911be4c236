package emulator

import (
	"github.com/polycloud-sdk/polycloud-go/dlc"
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
)

// DLC adds resources to Data Lake Compute, as if they had been there for some time.
type DLC struct{ service *emulated.Service }

// AddDatasourceConnection adds a connection to a data source, or replaces the one with its ID, and returns its ID.
// State has no default: 0 is initializing.
func (h *DLC) AddDatasourceConnection(connection dlc.DatasourceConnectionInfo) string {
	return h.service.AddDatasourceConnection(connection)
}

// AddNetworkConnection adds a network connection between an engine and a data source, or replaces the one with its
// name, DatasourceConnectionName, and returns its name. State has no default: 0 is initializing.
func (h *DLC) AddNetworkConnection(connection dlc.NetworkConnection) string {
	return h.service.AddNetworkConnection(connection)
}

// AddEngineNetwork adds a network of engines, or replaces the one with its ID, and returns its ID. EngineNetworkState
// has no default: 0 is initializing.
func (h *DLC) AddEngineNetwork(network dlc.EngineNetworkInfo) string {
	return h.service.AddEngineNetwork(network)
}

// AddResultDownload adds or replaces a download, and returns its ID. Status defaults to succeeded.
func (h *DLC) AddResultDownload(downloadID string, download dlc.DescribeResultDownloadResponse) string {
	return h.service.AddResultDownload(downloadID, download)
}

// AddDataEngine adds a data engine, or replaces the one with its ID, and returns the ID. Empty fields default to those
// of a running SuperSQL engine for SQL on Spark. That includes a zero State, so an initializing engine cannot be
// added.
func (h *DLC) AddDataEngine(engine dlc.DataEngineInfo) (dataEngineID string) {
	return h.service.AddDataEngine(engine)
}

// AddDataEngineImage adds an image version that engines can be switched to, or replaces the one with its ID, and
// returns the ID. Empty fields default to those of a public SparkSQL image that is online. The children are the IDs of
// its minor versions, oldest first.
func (h *DLC) AddDataEngineImage(image dlc.DataEngineImageVersion, children ...string) (imageVersionID string) {
	return h.service.AddDataEngineImage(image, children...)
}

// AddInferenceService adds an inference service, or replaces the one with its ID, and returns the ID. Empty fields
// default to those of a service that has been running for a day.
func (h *DLC) AddInferenceService(service dlc.GetInferenceServiceResponse) (serviceID string) {
	return h.service.AddInferenceService(service)
}

// AddNativeSparkSession adds a Spark session of a standard engine, or replaces the one with its EngineSessionName, and
// returns its name. Empty fields default to those of a running session.
func (h *DLC) AddNativeSparkSession(session dlc.SparkSessionInfo) string {
	return h.service.AddNativeSparkSession(session)
}

// AddNotebookSessionStatementBatch adds a batch of statements to a notebook session, and returns its ID. Empty fields
// default to those of statements that run until they are canceled. Statements that the batch has already are replaced.
func (h *DLC) AddNotebookSessionStatementBatch(sessionID, batchID string, statements ...dlc.NotebookSessionStatementInfo) string {
	return h.service.AddNotebookSessionStatementBatch(sessionID, batchID, statements...)
}

// AddRayCluster adds a Ray cluster, or replaces the one with its ID, and returns the ID. Empty fields default to those
// of a cluster that has been running for a day.
func (h *DLC) AddRayCluster(cluster dlc.GetRayClusterResponse) (id string) {
	return h.service.AddRayCluster(cluster)
}

// AddLab adds a lab, or replaces the one with its ID, and returns the ID. Empty fields default to those of a lab that
// has been running for a day.
func (h *DLC) AddLab(lab dlc.GetLabDetailResponse) (id string) {
	return h.service.AddLab(lab)
}

// AddJobSpec adds a job configuration that can be run, or replaces the one with its ID, and returns the ID.
func (h *DLC) AddJobSpec(spec dlc.GetJobSpecResponse) (id string) {
	return h.service.AddJobSpec(spec)
}

// AddRayJob adds a Ray job, or replaces the one with its ID, and returns the ID. Empty fields default to those of a
// job that runs until it is canceled.
func (h *DLC) AddRayJob(job dlc.GetRayJobResponse) (id string) {
	return h.service.AddRayJob(job)
}

// AddStandardEngineResourceGroup adds a resource group of a standard engine, or replaces the one with its name, and
// returns its name. Empty fields default to those of a running group. That includes a zero state, so a starting group
// cannot be added.
func (h *DLC) AddStandardEngineResourceGroup(group dlc.StandardEngineResourceGroupInfo) string {
	return h.service.AddStandardEngineResourceGroup(group)
}

// AddSparkSessionBatchSQL adds or replaces a batch of Spark SQL, and returns its ID. With a zero State it runs until
// it is canceled.
func (h *DLC) AddSparkSessionBatchSQL(batchID string, batch dlc.DescribeSparkSessionBatchSQLResponse) string {
	return h.service.AddSparkSessionBatchSQL(batchID, batch)
}

// AddNotebookSession adds a notebook session, or replaces the one with its ID, and returns the ID. Empty fields
// default to those of an idle session.
func (h *DLC) AddNotebookSession(session dlc.NotebookSessionInfo) (sessionID string) {
	return h.service.AddNotebookSession(session)
}

// AddNotebookSessionStatement adds a statement to a notebook session, or replaces the one with its ID, and returns the
// ID. Empty fields default to those of a statement that runs until it is canceled.
func (h *DLC) AddNotebookSessionStatement(sessionID string, statement dlc.NotebookSessionStatementInfo) (statementID string) {
	return h.service.AddNotebookSessionStatement(sessionID, statement)
}

// AddTask adds a task, or replaces the one with its ID, and returns the ID. Empty fields default to those of a task
// that runs until it is canceled. That includes a zero State, so an initializing task cannot be added.
func (h *DLC) AddTask(task dlc.TaskResponseInfo) (taskID string) {
	return h.service.AddTask(task)
}

// AddSparkApp adds a Spark job that can be run, or replaces the one with its name, and returns its name. Empty fields
// default to those of a job whose last run succeeded.
func (h *DLC) AddSparkApp(job dlc.SparkJobInfo) string {
	return h.service.AddSparkApp(job)
}

// AddMetaDatabase adds or replaces a database of the metadata, in the managed data source, and returns its name.
func (h *DLC) AddMetaDatabase(database dlc.MetaDatabaseInfo) string {
	return h.service.AddMetaDatabase(database)
}
