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
// # What cannot be taken back
//
//   - FinSpaceCode: what processes had in memory before they restarted with the new code, and again with the old one.
//   - FinSpaceData: changesets, and dataviews that update themselves to them. Only another changeset replaces that.
//   - FlinkChange: with a restart, what the job has written since the savepoint of the stop; the job from before reads it again.
//     The job that runs then is another one, and the savepoints stay.
//   - FlinkDraft: the same, and what deploying a draft sets apart from its artifact, engine version, local variables and cluster,
//     such as labels.
//   - DLCImage: an upgrade that the service has no rollback for; sessions and tasks that the switch has ended; what the smoke
//     statements have changed.
//   - ProtonTemplate: a version stays, and stays published. An instance goes back to the version and spec from before if that
//     version is still there.
//
// With UndoAll a rollout ends as "undo failed" where a step cannot be taken back; for FinSpaceData and ProtonTemplate, whose
// first wave has those steps, UndoWave is the better choice.
//
// # Crashes and lost responses
//
// Steps that start something are changes of the service packages: recorded before they start, and started at most once.
// Their tokens name region and account, and are refused by clients of others.
// The other calls set what is requested, and can be repeated: before each the resource is read again. What a later step
// needs of an earlier one, such as a savepoint, is read from the journal. Build must be called again with the same fields
// before Run is called again.
//
// # Health of Flink jobs
//
// During the soak a job is good if it runs, has a health score of at least MinHealth, and does not restart. Restarts of a job
// that was updated count from its first verification by this process on; of one that was started anew all count. The error has what
// GetJobDiagnosis finds. The service does not say when a checkpoint was completed; Verify may ask Flink itself.
//
// Journals and tokens hold what is needed for the way back. For Flink that is as secret as the options of a deployment.
package release
