// Package release has recipes: what a release of one kind does, step by step, with its traps taken away. Each is a struct
// with what only its user can decide, and a method Build that returns a [rollout.Rollout] with the steps. Plan, Run and Watch
// are those of the rollout, and so are waves, soaks, approvals, journals and reports:
//
//	r, err := release.FinSpaceCode{Client: c, EnvironmentID: "kx7example", …}.Build(ctx, rollout.Rollout{
//		Name: "2026-11-29", Journal: journal.Dir("rollouts"), OnFailure: rollout.UndoWave,
//	})
//	report, err := r.Run(ctx) // called again after a crash, it continues
//
// # Recipes
//
//	recipe          steps                                                      what takes them back
//	FinSpaceCode    each cluster, group by group:                              the update to the code, the script and
//	                UpdateKxClusterCodeConfiguration                           the arguments from before
//	FinSpaceData    CreateKxChangeset, chunk by chunk;                         nothing; a changeset stays
//	                each dataview: UpdateKxDataview;                           the update to the changeset from before
//	                each cluster: UpdateKxClusterDatabases                     the update to the changeset from before
//	FlinkChange     a hot update: UpdateDeployment and HotUpdateJob;           both, with the settings from before
//	                or StopJob with a savepoint,                               StartJobWithParams from that savepoint
//	                UpdateDeployment,                                          UpdateDeployment as it was
//	                StartJobWithParams from the savepoint                      StopJob with a savepoint
//	FlinkDraft      UpdateDeploymentDraft,                                     UpdateDeploymentDraft as it was
//	                ValidateDeploymentDraftAsync before StopJob,               StartJobWithParams from the savepoint
//	                DeployDeploymentDraftAsync,                                UpdateDeployment as it was
//	                StartJobWithParams from the savepoint                      StopJob with a savepoint
//	DLCImage        each engine: drain, SwitchDataEngineImage,                 SwitchDataEngineImage
//	                or UpgradeDataEngineImage; CreateTask as a smoke test      or RollbackDataEngineImage
//	ProtonTemplate  CreateServiceTemplateVersion,                              nothing; a version stays
//	                UpdateServiceTemplateVersion to PUBLISHED;                 nothing; the service cannot
//	                each instance: UpdateServiceInstance, spec kept            the update to the version from before
//
// With UndoAll a rollout ends as "undo failed" where a step cannot be taken back; for FinSpaceData and ProtonTemplate, whose
// first wave has those steps, UndoWave is the better choice.
//
// # Crashes and lost responses
//
// Steps that start something are changes of the service packages: recorded before they start, and started at most once.
// The other calls set what is requested, and can be repeated: before each the resource is read again. What a later step
// needs of an earlier one, such as a savepoint, is read from the journal. Build must be called again with the same fields
// before Run is called again.
//
// Journals and tokens hold what is needed for the way back. For Flink that is as secret as the options of a deployment.
package release
