package flink

import (
	"cmp"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/flink"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// InNamespace is the place of all resources.
type InNamespace struct {
	Workspace string `json:"workspace"`
	Namespace string `json:"namespace"`
}

// InCatalog is the place of a database.
type InCatalog struct {
	Workspace   string `json:"workspace"`
	Namespace   string `json:"namespace"`
	CatalogName string `json:"catalogName"`
}

// InDatabase is the place of a table.
type InDatabase struct {
	Workspace    string `json:"workspace"`
	Namespace    string `json:"namespace"`
	CatalogName  string `json:"catalogName"`
	DatabaseName string `json:"databaseName"`
}

// OfDeployment is the place of what a deployment has once.
type OfDeployment struct {
	Workspace    string `json:"workspace"`
	Namespace    string `json:"namespace"`
	DeploymentID string `json:"deploymentId"`
}

// Kinds returns the kinds of resources that can be added.
func (s *Service) Kinds() []front.Kind {
	return []front.Kind{
		kind(s, "Namespace", s.AddNamespace, s.namespaces),
		kind(s, "Folder", s.AddFolder, s.folders),
		kind(s, "Variable", s.AddVariable, s.variables),
		kind(s, "Member", s.AddMember, s.members),
		kind(s, "DeploymentTarget", s.AddDeploymentTarget, s.targets),
		kind(s, "CustomConnector", s.AddCustomConnector, s.connectors),
		kind(s, "UdfArtifact", s.AddUDFArtifact, s.udfs),
		kind(s, "ScheduledPlan", s.AddScheduledPlan, s.plans),
		kind(s, "TuningHistory", s.AddTuningHistory, s.tunings),
		kind(s, "Deployment", s.AddDeployment, s.deployments),
		kind(s, "DeploymentDraft", s.AddDeploymentDraft, s.drafts),
		kind(s, "Job", s.AddJob, s.jobs),
		front.KindOf("Savepoint", func(p InNamespace, v flink.Savepoint) string { return s.AddSavepoint(p.Workspace, p.Namespace, v) },
			s.allSavepoints),
		kind(s, "SessionCluster", s.AddSessionCluster, s.clusters),
		kind(s, "SqlFile", s.AddSQLFile, s.sqlFiles),
		kind(s, "SqlExecution", s.AddSQLExecution, s.executions),
		kind(s, "PatrolReport", s.AddPatrolReport, s.patrols),
		kind(s, "PatrolConfig", s.addPatrolConfig, s.patrolling),
		kind(s, "HotUpdateJobResult", s.addHotUpdate, s.hotUpdates),
		kind(s, "AppliedScheduledPlan", s.addAppliedPlan, s.applied),
		front.KindOf("ScheduledPlanExecutedInfo", s.addExecutedPlan, s.allExecutedPlans),
		front.KindOf("AutopilotPolicy", s.addPolicy, placed(s, s.policies, func(names []string) OfDeployment {
			return OfDeployment{names[0], names[1], names[2]}
		})),
		kind(s, "Catalog", s.addCatalog, s.catalogs),
		front.KindOf("Database", s.addDatabase, s.allDatabases),
		front.KindOf("Table", s.addTable, s.allTables),
	}
}

func (s *Service) addPatrolConfig(workspace, namespace string, v flink.PatrolConfig) string {
	s.know(workspace, namespace)
	v.Workspace, v.Namespace = workspace, namespace
	save(s, s.patrolling, world.KeyOf(workspace, namespace), v)
	return namespace
}

// addHotUpdate adds or replaces a hot update, which was successful unless it says otherwise.
func (s *Service) addHotUpdate(workspace, namespace string, v flink.HotUpdateJobResult) string {
	s.know(workspace, namespace)
	v.JobHotUpdateID = cmp.Or(v.JobHotUpdateID, s.world.NewUUID())
	if v.Status == nil {
		v.Status = &flink.HotUpdateJobStatus{Status: flink.HotUpdateStatusHotUpdated}
	}
	save(s, s.hotUpdates, world.KeyOf(workspace, namespace, v.JobHotUpdateID), v)
	return v.JobHotUpdateID
}

// addAppliedPlan puts the plan of a deployment into effect, with what it does later if the plan was added before.
func (s *Service) addAppliedPlan(workspace, namespace string, v flink.ScheduledPlanAppliedInfo) string {
	s.know(workspace, namespace)
	v.Workspace, v.Namespace = workspace, namespace
	save(s, s.applied, world.KeyOf(workspace, namespace, v.DeploymentID), v)
	if p, err := s.plan(workspace, namespace, v.ScheduledPlanID); err == nil {
		s.schedule(p)
	}
	return v.ScheduledPlanID
}

func (s *Service) addExecutedPlan(p InNamespace, v flink.ScheduledPlanExecutedInfo) string {
	s.know(p.Workspace, p.Namespace)
	v.Workspace, v.Namespace = p.Workspace, p.Namespace
	v.JobResourceUpgradingID = cmp.Or(v.JobResourceUpgradingID, s.world.NewUUID())
	save(s, s.executed, world.KeyOf(p.Workspace, p.Namespace, v.JobResourceUpgradingID), executedPlan{Info: v, At: s.world.Now()})
	return v.JobResourceUpgradingID
}

func (s *Service) allExecutedPlans(yield func(InNamespace, flink.ScheduledPlanExecutedInfo) bool) {
	for key, v := range s.executed.All(s.world.Now()) {
		if !yield(placeOf(key), v.Info) {
			return
		}
	}
}

func (s *Service) addPolicy(p OfDeployment, v flink.AutopilotConfig) string {
	s.know(p.Workspace, p.Namespace)
	save(s, s.policies, world.KeyOf(p.Workspace, p.Namespace, p.DeploymentID), v)
	return p.DeploymentID
}

func (s *Service) addCatalog(workspace, namespace string, v flink.Catalog) string {
	s.know(workspace, namespace)
	if v.Name != defaultCatalog { // which is there anyway
		save(s, s.catalogs, world.KeyOf(workspace, namespace, v.Name), v)
	}
	return v.Name
}

func (s *Service) addDatabase(p InCatalog, v flink.Database) string {
	s.know(p.Workspace, p.Namespace)
	if v.Name != defaultDatabase { // which is there anyway
		save(s, s.databases, world.KeyOf(p.Workspace, p.Namespace, p.CatalogName, v.Name), database{p.CatalogName, v})
	}
	return v.Name
}

func (s *Service) allDatabases(yield func(InCatalog, flink.Database) bool) {
	for key, v := range s.databases.All(s.world.Now()) {
		if in := placeOf(key); !yield(InCatalog{in.Workspace, in.Namespace, v.Catalog}, v.Database) {
			return
		}
	}
}

func (s *Service) addTable(p InDatabase, v flink.Table) string {
	s.know(p.Workspace, p.Namespace)
	key := world.KeyOf(p.Workspace, p.Namespace, p.CatalogName, p.DatabaseName, v.Name)
	save(s, s.tables, key, table{p.CatalogName, p.DatabaseName, v})
	return v.Name
}

func (s *Service) allTables(yield func(InDatabase, flink.Table) bool) {
	for key, v := range s.tables.All(s.world.Now()) {
		if in := placeOf(key); !yield(InDatabase{in.Workspace, in.Namespace, v.Catalog, v.Database}, v.Table) {
			return
		}
	}
}

// kind returns a kind of resources that have all their members in a table.
func kind[T any](s *Service, name string, add func(workspace, namespace string, v T) string, t *world.Table[T]) front.Kind {
	return front.KindOf(name, func(p InNamespace, v T) string { return add(p.Workspace, p.Namespace, v) },
		placed(s, t, func(names []string) InNamespace { return InNamespace{names[0], names[1]} }))
}

// placed returns what reads show of a table, with the place that the names in the key say.
func placed[Place, T any](s *Service, t *world.Table[T], place func(names []string) Place) func(func(Place, T) bool) {
	return func(yield func(Place, T) bool) {
		for key, v := range t.All(s.world.Now()) {
			if !yield(place(strings.Split(key, "\x00")), *v) {
				return
			}
		}
	}
}

func placeOf(key string) InNamespace {
	names := strings.Split(key, "\x00")
	return InNamespace{names[0], names[1]}
}

func (s *Service) allSavepoints(yield func(InNamespace, flink.Savepoint) bool) {
	for key, v := range s.savepoints.All(s.world.Now()) {
		if !yield(placeOf(key), v.Savepoint) {
			return
		}
	}
}
