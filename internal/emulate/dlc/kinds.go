package dlc

import (
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/dlc"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// Members that reads do not show in the resource.
type (
	// InSession is the place of a statement.
	InSession struct {
		SessionID string `json:"SessionId"`
	}
	// OfBatch identifies a batch of Spark SQL.
	OfBatch struct {
		BatchID string `json:"BatchId"`
	}
	// OfDownload identifies the download of a result.
	OfDownload struct {
		DownloadID string `json:"DownloadId"`
	}
	// OfImage says which minor versions an image version has, the oldest first.
	OfImage struct {
		ChildImageVersionIDs []string `json:"ChildImageVersionIds,omitzero"`
	}
	// OfLab says when a lab was created.
	OfLab struct {
		CreateTime cloud.Timestamp `json:"CreateTime,omitzero"`
	}
	// A StatementBatch is a batch of statements of a notebook session.
	StatementBatch struct {
		BatchID    string                             `json:"BatchId"`
		Statements []dlc.NotebookSessionStatementInfo `json:"NotebookSessionStatementBatch"`
	}
)

// Kinds returns the kinds of resources that can be added.
func (s *Service) Kinds() []front.Kind {
	return slices.Concat(s.engineKinds(), s.sessionKinds(), s.rayKinds(), s.accessKinds(), s.catalogKinds(), []front.Kind{
		kind(s, "DatasourceConnection", s.AddDatasourceConnection, s.datasources),
		kind(s, "NetworkConnection", s.AddNetworkConnection, s.connections),
		kind(s, "InferenceService", s.AddInferenceService, s.inference),
		kind(s, "Task", s.AddTask, s.tasks),
		kind(s, "SparkApp", s.AddSparkApp, s.jobs),
		front.KindOf("ResultDownload", func(p OfDownload, v dlc.DescribeResultDownloadResponse) string {
			return s.AddResultDownload(p.DownloadID, v)
		}, placed(s, s.downloads, func(key string) OfDownload { return OfDownload{key} })),
	})
}

func (s *Service) engineKinds() []front.Kind {
	return []front.Kind{
		kind(s, "EngineNetwork", s.AddEngineNetwork, s.networks),
		front.KindOf("DataEngineImage", func(p OfImage, v dlc.DataEngineImageVersion) string {
			return s.AddDataEngineImage(v, p.ChildImageVersionIDs...)
		}, s.allImages),
		kind(s, "DataEngine", s.AddDataEngine, s.engines),
		kind(s, "StandardEngineResourceGroup", s.AddStandardEngineResourceGroup, s.groups),
		kind(s, "NativeSparkSession", s.AddNativeSparkSession, s.nativeSessions),
	}
}

func (s *Service) sessionKinds() []front.Kind {
	return []front.Kind{
		kind(s, "NotebookSession", s.AddNotebookSession, s.sessions),
		front.KindOf("NotebookSessionStatement", func(p InSession, v dlc.NotebookSessionStatementInfo) string {
			return s.AddNotebookSessionStatement(p.SessionID, v)
		}, s.allStatements),
		front.KindOf("NotebookSessionStatementBatch", func(p InSession, v StatementBatch) string {
			return s.AddNotebookSessionStatementBatch(p.SessionID, v.BatchID, v.Statements...)
		}, s.allStatementBatches),
		front.KindOf("SparkSessionBatchSQL", func(p OfBatch, v sqlBatch) string { return s.AddSparkSessionBatchSQL(p.BatchID, v) },
			placed(s, s.batches, func(key string) OfBatch { return OfBatch{key} })),
	}
}

func (s *Service) rayKinds() []front.Kind {
	return []front.Kind{
		front.KindOf("RayCluster", func(_ front.Nowhere, v dlc.GetRayClusterResponse) string { return s.AddRayCluster(v) },
			s.allRayClusters),
		front.KindOf("Lab", func(p OfLab, v dlc.GetLabDetailResponse) string { return s.AddLab(p.CreateTime, v) }, s.allLabs),
		kind(s, "JobSpec", s.AddJobSpec, s.jobSpecs),
		kind(s, "RayJob", s.AddRayJob, s.rayJobs),
	}
}

func (s *Service) accessKinds() []front.Kind {
	return []front.Kind{
		kind(s, "User", s.AddUser, s.access.users),
		front.KindOf("WorkGroup", func(_ front.Nowhere, v dlc.WorkGroupInfo) string { return strconv.Itoa(s.AddWorkGroup(v)) },
			s.allWorkGroups),
		front.KindOf("UserRole", func(_ front.Nowhere, v dlc.UserRole) string { return strconv.Itoa(s.AddUserRole(v)) },
			placed(s, s.access.roles, nowhere)),
	}
}

func (s *Service) catalogKinds() []front.Kind {
	return []front.Kind{
		front.KindOf("Database", func(_ front.Nowhere, v dlc.DatabaseResponseInfo) string { return s.AddDatabase(v) }, s.allDatabases),
		front.KindOf("Table", func(_ front.Nowhere, v dlc.TableResponseInfo) string { return s.AddTable(v) }, s.allTables),
		kind(s, "Script", s.AddScript, s.scripts),
	}
}

// allWorkGroups returns the work groups with their users.
func (s *Service) allWorkGroups(yield func(front.Nowhere, dlc.WorkGroupInfo) bool) {
	for _, shown := range s.access.workGroups.All(s.world.Now()) {
		v := *shown
		for _, id := range s.access.members[v.WorkGroupID] {
			v.UserSet = append(v.UserSet, dlc.UserMessage{UserID: id})
		}
		if !yield(front.Nowhere{}, v) {
			return
		}
	}
}

func (s *Service) allDatabases(yield func(front.Nowhere, dlc.DatabaseResponseInfo) bool) {
	s.runStatements()
	for key, shown := range s.catalog.databases.All(s.world.Now()) {
		v := shown.DatabaseResponseInfo
		v.CatalogName, _, _ = strings.Cut(key, "\x00")
		if !yield(front.Nowhere{}, v) {
			return
		}
	}
}

func (s *Service) allTables(yield func(front.Nowhere, dlc.TableResponseInfo) bool) {
	s.runStatements()
	for _, v := range s.catalog.tables.All(s.world.Now()) {
		if !yield(front.Nowhere{}, v.TableResponseInfo) {
			return
		}
	}
}

func nowhere(string) front.Nowhere { return front.Nowhere{} }

// kind returns a kind of resources that have all their members in a table.
func kind[T any](s *Service, name string, add func(T) string, t *world.Table[T]) front.Kind {
	return front.KindOf(name, func(_ front.Nowhere, v T) string { return add(v) },
		placed(s, t, nowhere))
}

// placed returns what reads show of a table, with the members that the key says.
func placed[Place, T any](s *Service, t *world.Table[T], place func(key string) Place) iter.Seq2[Place, T] {
	return func(yield func(Place, T) bool) {
		for key, v := range t.All(s.world.Now()) {
			if !yield(place(key), *v) {
				return
			}
		}
	}
}

func (s *Service) allImages(yield func(OfImage, dlc.DataEngineImageVersion) bool) {
	for _, i := range s.images {
		if !yield(OfImage{i.children}, i.DataEngineImageVersion) {
			return
		}
	}
}

func (s *Service) allRayClusters(yield func(front.Nowhere, dlc.GetRayClusterResponse) bool) {
	for _, v := range s.rayClusters.All(s.world.Now()) {
		if !yield(front.Nowhere{}, v.cluster()) {
			return
		}
	}
}

func (s *Service) allLabs(yield func(OfLab, dlc.GetLabDetailResponse) bool) {
	for _, v := range s.labs.All(s.world.Now()) {
		if !yield(OfLab{v.CreateTime}, v.lab()) {
			return
		}
	}
}

// allStatements returns the statements that are in no batch.
func (s *Service) allStatements(yield func(InSession, dlc.NotebookSessionStatementInfo) bool) {
	inBatch := map[string]bool{}
	for _, keys := range s.statementBatches {
		for _, key := range keys {
			inBatch[key] = true
		}
	}
	for key, v := range s.statements.All(s.world.Now()) {
		session, _, _ := strings.Cut(key, "\x00")
		if !inBatch[key] && !yield(InSession{session}, *v) {
			return
		}
	}
}

func (s *Service) allStatementBatches(yield func(InSession, StatementBatch) bool) {
	for _, key := range slices.Sorted(maps.Keys(s.statementBatches)) {
		session, id, _ := strings.Cut(key, "\x00")
		batch := StatementBatch{BatchID: id}
		for _, statement := range s.statementBatches[key] {
			if v, ok := s.statements.Row(statement).Visible(s.world.Now()); ok {
				batch.Statements = append(batch.Statements, v)
			}
		}
		if len(batch.Statements) > 0 && !yield(InSession{session}, batch) {
			return
		}
	}
}
