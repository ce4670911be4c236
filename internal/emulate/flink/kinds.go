package flink

import (
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
	}
}

// kind returns a kind of resources that have all their members in a table.
func kind[T any](s *Service, name string, add func(workspace, namespace string, v T) string, t *world.Table[T]) front.Kind {
	return front.KindOf(name, func(p InNamespace, v T) string { return add(p.Workspace, p.Namespace, v) },
		func(yield func(InNamespace, T) bool) {
			for key, v := range t.All(s.world.Now()) {
				if !yield(placeOf(key), *v) {
					return
				}
			}
		})
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
