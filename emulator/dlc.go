package emulator

import (
	"strconv"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	emulated "github.com/polycloud-sdk/polycloud-go/internal/emulate/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
)

// DLC adds resources to Data Lake Compute, as if they had been there for some time.
type DLC struct{ resources }

// AddDatasourceConnection adds a connection to a data source, or replaces the one with its ID, and returns its ID.
// State has no default: 0 is initializing.
func (h *DLC) AddDatasourceConnection(connection dlc.DatasourceConnectionInfo) string {
	return h.add("DatasourceConnection", front.Nowhere{}, connection)
}

// AddNetworkConnection adds a network connection between an engine and a data source, or replaces the one with its
// name, DatasourceConnectionName, and returns its name. State has no default: 0 is initializing.
func (h *DLC) AddNetworkConnection(connection dlc.NetworkConnection) string {
	return h.add("NetworkConnection", front.Nowhere{}, connection)
}

// AddEngineNetwork adds a network of engines, or replaces the one with its ID, and returns its ID. EngineNetworkState
// has no default: 0 is initializing.
func (h *DLC) AddEngineNetwork(network dlc.EngineNetworkInfo) string {
	return h.add("EngineNetwork", front.Nowhere{}, network)
}

// AddResultDownload adds or replaces a download, and returns its ID. Status defaults to succeeded.
func (h *DLC) AddResultDownload(downloadID string, download dlc.DescribeResultDownloadResponse) string {
	return h.add("ResultDownload", emulated.OfDownload{DownloadID: downloadID}, download)
}

// AddDataEngine adds a data engine, or replaces the one with its ID, and returns the ID. Empty fields default to those
// of a running SuperSQL engine for SQL on Spark. That includes a zero State, so an initializing engine cannot be
// added.
func (h *DLC) AddDataEngine(engine dlc.DataEngineInfo) (dataEngineID string) {
	return h.add("DataEngine", front.Nowhere{}, engine)
}

// AddDataEngineImage adds an image version that engines can be switched to, or replaces the one with its ID, and
// returns the ID. Empty fields default to those of a public SparkSQL image that is online. The children are the IDs of
// its minor versions, oldest first.
func (h *DLC) AddDataEngineImage(image dlc.DataEngineImageVersion, children ...string) (imageVersionID string) {
	return h.add("DataEngineImage", emulated.OfImage{ChildImageVersionIDs: children}, image)
}

// AddInferenceService adds an inference service, or replaces the one with its ID, and returns the ID. Empty fields
// default to those of a service that has been running for a day.
func (h *DLC) AddInferenceService(service dlc.GetInferenceServiceResponse) (serviceID string) {
	return h.add("InferenceService", front.Nowhere{}, service)
}

// AddNativeSparkSession adds a Spark session of a standard engine, or replaces the one with its EngineSessionName, and
// returns its name. Empty fields default to those of a running session.
func (h *DLC) AddNativeSparkSession(session dlc.SparkSessionInfo) string {
	return h.add("NativeSparkSession", front.Nowhere{}, session)
}

// AddNotebookSessionStatementBatch adds a batch of statements to a notebook session, and returns its ID. Empty fields
// default to those of statements that run until they are canceled. Statements that the batch has already are replaced.
func (h *DLC) AddNotebookSessionStatementBatch(sessionID, batchID string, statements ...dlc.NotebookSessionStatementInfo) string {
	batch := emulated.StatementBatch{BatchID: batchID, Statements: statements}
	return h.add("NotebookSessionStatementBatch", emulated.InSession{SessionID: sessionID}, batch)
}

// AddRayCluster adds a Ray cluster, or replaces the one with its ID, and returns the ID. Empty fields default to those
// of a cluster that has been running for a day.
func (h *DLC) AddRayCluster(cluster dlc.GetRayClusterResponse) (id string) {
	return h.add("RayCluster", front.Nowhere{}, cluster)
}

// AddLab adds a lab, or replaces the one with its ID, and returns the ID. Empty fields default to those of a lab that
// has been running for a day.
func (h *DLC) AddLab(lab dlc.GetLabDetailResponse) (id string) {
	return h.add("Lab", emulated.OfLab{}, lab)
}

// AddJobSpec adds a job configuration that can be run, or replaces the one with its ID, and returns the ID.
func (h *DLC) AddJobSpec(spec dlc.GetJobSpecResponse) (id string) {
	return h.add("JobSpec", front.Nowhere{}, spec)
}

// AddRayJob adds a Ray job, or replaces the one with its ID, and returns the ID. Empty fields default to those of a
// job that runs until it is canceled.
func (h *DLC) AddRayJob(job dlc.GetRayJobResponse) (id string) {
	return h.add("RayJob", front.Nowhere{}, job)
}

// AddStandardEngineResourceGroup adds a resource group of a standard engine, or replaces the one with its name, and
// returns its name. Empty fields default to those of a running group. That includes a zero state, so a starting group
// cannot be added.
func (h *DLC) AddStandardEngineResourceGroup(group dlc.StandardEngineResourceGroupInfo) string {
	return h.add("StandardEngineResourceGroup", front.Nowhere{}, group)
}

// AddSparkSessionBatchSQL adds or replaces a batch of Spark SQL, and returns its ID. With a zero State it runs until
// it is canceled.
func (h *DLC) AddSparkSessionBatchSQL(batchID string, batch dlc.DescribeSparkSessionBatchSQLResponse) string {
	return h.add("SparkSessionBatchSQL", emulated.OfBatch{BatchID: batchID}, batch)
}

// AddNotebookSession adds a notebook session, or replaces the one with its ID, and returns the ID. Empty fields
// default to those of an idle session.
func (h *DLC) AddNotebookSession(session dlc.NotebookSessionInfo) (sessionID string) {
	return h.add("NotebookSession", front.Nowhere{}, session)
}

// AddNotebookSessionStatement adds a statement to a notebook session, or replaces the one with its ID, and returns the
// ID. Empty fields default to those of a statement that runs until it is canceled.
func (h *DLC) AddNotebookSessionStatement(sessionID string, statement dlc.NotebookSessionStatementInfo) (statementID string) {
	return h.add("NotebookSessionStatement", emulated.InSession{SessionID: sessionID}, statement)
}

// AddTask adds a task, or replaces the one with its ID, and returns the ID. Empty fields default to those of a task
// that runs until it is canceled. That includes a zero State, so an initializing task cannot be added.
func (h *DLC) AddTask(task dlc.TaskResponseInfo) (taskID string) {
	return h.add("Task", front.Nowhere{}, task)
}

// AddSparkApp adds a Spark job that can be run, or replaces the one with its name, and returns its name. Empty fields
// default to those of a job whose last run succeeded.
func (h *DLC) AddSparkApp(job dlc.SparkJobInfo) string {
	return h.add("SparkApp", front.Nowhere{}, job)
}

// AddDatabase adds a database, or replaces the one with its name and data source, and returns its name. Without a
// CatalogName it is in the managed data source.
func (h *DLC) AddDatabase(database dlc.DatabaseResponseInfo) string {
	return h.add("Database", emulated.OfDatabase{}, database)
}

// AddTable adds a table or a view, or replaces the one with its name, and returns its name. Its database is added if
// there is none. It is a view if the Type of its TableBaseInfo says so.
func (h *DLC) AddTable(table dlc.TableResponseInfo) string {
	return h.add("Table", emulated.OfTable{}, table)
}

// AddUser adds a user, or replaces the one with its ID, and returns the ID. It joins the groups of WorkGroupSet. Without
// a UserID it is the caller.
func (h *DLC) AddUser(user dlc.UserInfo) (userID string) {
	return h.add("User", front.Nowhere{}, user)
}

// AddWorkGroup adds a work group, or replaces the one with its ID, and returns the ID. The users of UserSet join it.
func (h *DLC) AddWorkGroup(group dlc.WorkGroupInfo) (workGroupID int) {
	workGroupID, _ = strconv.Atoi(h.add("WorkGroup", front.Nowhere{}, group))
	return workGroupID
}

// AddUserRole adds a role that jobs can take, or replaces the one with its ID, and returns the ID.
func (h *DLC) AddUserRole(role dlc.UserRole) (roleID int) {
	roleID, _ = strconv.Atoi(h.add("UserRole", front.Nowhere{}, role))
	return roleID
}

// AddScript adds a script of SQL, or replaces the one with its ID, and returns the ID.
func (h *DLC) AddScript(script dlc.Script) (scriptID string) {
	return h.add("Script", front.Nowhere{}, script)
}
