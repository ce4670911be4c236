// Package emulator runs the four services of this module in process, so that code that changes a running
// system can be tested without one.
//
//	emu, err := emulator.Start(emulator.InProcess())
//	if err != nil { … }
//	defer emu.Close()
//	emu.FinSpace.AddKxCluster("kxenv", finspace.GetKxClusterResponse{ClusterName: "hdb"})
//
//	c, err := finspace.New(emu.Config())
//	w, err := c.BeginUpdateKxClusterCodeConfiguration(ctx, …)
//	cluster, err := w.Wait(ctx)
//
// It implements the services' HTTP APIs, so the vendors' clients can use it too: set their endpoint to
// [Emulator.URL] and their keys to [AccessKeyID] and [SecretAccessKey]. Every signature is verified from the
// request as received. Invalid requests are refused with the error codes and the error format of the service;
// [WithLogger] logs why, for a signature with the expected canonical request.
//
// # Operations
//
// Amazon FinSpace: CreateKxEnvironment, GetKxEnvironment, ListKxEnvironments,
// UpdateKxEnvironmentNetwork, DeleteKxEnvironment, CreateKxCluster, GetKxCluster, ListKxClusters,
// UpdateKxClusterCodeConfiguration, UpdateKxClusterDatabases, DeleteKxCluster, ListKxClusterNodes,
// DeleteKxClusterNode, CreateKxChangeset, GetKxChangeset, ListKxChangesets, CreateKxDataview,
// GetKxDataview, ListKxDataviews, UpdateKxDataview, DeleteKxDataview, CreateKxVolume, GetKxVolume,
// ListKxVolumes, UpdateKxVolume, DeleteKxVolume, CreateKxScalingGroup, GetKxScalingGroup,
// ListKxScalingGroups, DeleteKxScalingGroup; of the dataset browser CreateEnvironment, GetEnvironment,
// ListEnvironments, DeleteEnvironment.
//
// AWS Proton: CreateEnvironment, UpdateEnvironment, DeleteEnvironment, CancelEnvironmentDeployment,
// GetEnvironment, ListEnvironments; CreateService, UpdateService, DeleteService, GetService,
// ListServices; UpdateServicePipeline, CancelServicePipelineDeployment; CreateServiceInstance,
// UpdateServiceInstance, CancelServiceInstanceDeployment, GetServiceInstance, ListServiceInstances;
// CreateComponent, UpdateComponent, DeleteComponent, CancelComponentDeployment, GetComponent,
// ListComponents; GetDeployment, ListDeployments; Create, Delete, Get and List of
// EnvironmentTemplateVersion and ServiceTemplateVersion; Create, Accept, Reject, Delete, Get and List of
// EnvironmentAccountConnection; GetRepositorySyncStatus, GetServiceInstanceSyncStatus,
// GetTemplateSyncStatus. It does not read specs, so a service comes without instances.
//
// Realtime Compute for Apache Flink: StartJobWithParams, StartJob, StopJob, GetJob, ListJobs,
// HotUpdateJob, GetHotUpdateJobResult, GetDeployment, ListDeployments, UpdateDeployment,
// CreateSavepoint, GetSavepoint, ListSavepoints, StartSessionCluster, StopSessionCluster,
// UpdateSessionCluster, DeleteSessionCluster, GetSessionCluster, ListSessionClusters,
// DeployDeploymentDraftAsync, GetDeployDeploymentDraftResult, ValidateDeploymentDraftAsync,
// GetValidateDeploymentDraftResult, GetDeploymentDraft, ListDeploymentDrafts,
// GenerateResourcePlanWithFlinkConfAsync, GetGenerateResourcePlanResult, StartSQLExecution,
// StopSQLExecution, FetchSQLExecutionResult, GetSQLFile, TriggerPatrol, ListPatrolReports, GetEvents,
// GetJobDiagnosis, GetLatestJobStartLog.
//
// Data Lake Compute, engines: CreateDataEngine, SuspendResumeDataEngine, RestartDataEngine,
// UpdateDataEngine, DeleteDataEngine, DescribeDataEngine, DescribeDataEngines,
// DescribeDataEnginesScaleDetail, DescribeUpdatableDataEngines; their images:
// SwitchDataEngineImage, UpgradeDataEngineImage, RollbackDataEngineImage,
// DescribeDataEngineImageVersions, CheckDataEngineImageCanBeUpgrade. Resource groups:
// CreateStandardEngineResourceGroup, LaunchStandardEngineResourceGroups,
// PauseStandardEngineResourceGroups, UpdateStandardEngineResourceGroupResourceInfo,
// UpdateStandardEngineResourceGroupConfigInfo, UpdateStandardEngineResourceGroupBaseInfo,
// UpdateEngineResourceGroupNetworkConfigInfo, DeleteStandardEngineResourceGroup,
// DescribeStandardEngineResourceGroups. Tasks: CreateTask, CreateTasks, CancelTask, CancelTasks,
// DescribeTasks, DescribeTaskResult, CreateResultDownload, DescribeResultDownload, CreateSparkAppTask,
// DescribeSparkAppTasks, DescribeSparkAppJob, CreateSparkSubmitTask, CreateImportTask, CreateExportTask,
// CopyDLCTable, CreateMetaDatabase, DeleteMetaDatabase, DescribeDatabase. Sessions: CreateSparkSessionBatchSQL,
// CancelSparkSessionBatchSQL, DescribeSparkSessionBatchSQL, DescribeSparkSessionBatchSQLLog,
// CreateNotebookSession, DescribeNotebookSession, DescribeNotebookSessions, DeleteNotebookSession,
// CreateNotebookSessionStatement,
// CancelNotebookSessionStatement, DescribeNotebookSessionStatement,
// CreateNotebookSessionStatementSupportBatchSQL, CancelNotebookSessionStatementBatch,
// DescribeNotebookSessionStatements. Ray: Create, Start, Stop, Delete and Get of RayCluster and Lab (its
// read is GetLabDetail), RunJobSpec, CancelRayJob, GetRayJob. Connections: CreateDatasourceConnection,
// DescribeDatasourceConnection, DescribeNetworkConnections, DescribeEngineNetworks. Locks:
// LockMetaData, CheckLockMetaData, UnlockMetaData. Inference services: CreateInferenceService,
// RestartInferenceService, StopInferenceService, GetInferenceService. Spark sessions of standard
// engines: DeleteNativeSparkSession, DescribeNativeSparkSessions. Events and logs, which the changes here
// write: DescribeDataEngineEvents, DescribeTaskLog, DescribeNotebookSessionLog,
// DescribeSparkSessionBatchSQLLog, GetRayClusterEvent, GetLabEvent, GetRayJobEvent.
//
// Every other operation is refused as unknown. The Add methods add the resources that these operations need.
// They panic on a value that no service could send, such as a NaN, because the test would otherwise continue
// without its resource.
//
// # Time
//
// A change takes [WithChangeTime], and for [WithStaleReads] after its start reads return the state before it, as the
// real services may. Nothing happens in between: the emulator has no timers, and computes the state of a change
// when it is read. Its clock is time.Now plus what [Emulator.Advance] has added. In a testing/synctest bubble
// time.Now is virtual, so an emulator started there with [InProcess] completes an hour's change at once.
//
// # Faults
//
// [Emulator.Script] sets how future changes end, [Emulator.Inject] which requests meet a fault, and
// [Emulator.Requests] returns what arrived.
package emulator
