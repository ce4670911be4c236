package dlc

import (
	"iter"
	"maps"
	"reflect"
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
	// OfLab is what only lists and changes show of a lab.
	OfLab struct {
		CreateTime         cloud.Timestamp `json:"CreateTime,omitzero"`
		GroupID            string          `json:"GroupId,omitzero"`
		GroupName          string          `json:"GroupName,omitzero"`
		LabImage           string          `json:"LabImage,omitzero"`
		LabImagePullPolicy string          `json:"LabImagePullPolicy,omitzero"`
	}
	// OfDatabase has what only the metadata shows of a database.
	OfDatabase struct {
		SchemaName string    `json:"SchemaName,omitzero"`
		Asset      dlc.Asset `json:"Asset,omitzero"`
	}
	// OfTable has what only the metadata shows of a table.
	OfTable struct {
		Meta     dlc.DMSTable                   `json:"Meta,omitzero"`
		Asset    dlc.Asset                      `json:"Asset,omitzero"`
		External *dlc.ExternalDataConfiguration `json:"ExternalDataConfiguration,omitzero"`
	}
	// OfPartition has the queues of a partition of resources.
	OfPartition struct {
		Queues []dlc.QueueInfo `json:"Queues,omitzero"`
	}
	// OfModel is the place of a version of a model.
	OfModel struct {
		ModelUID string `json:"ModelUid"`
	}
	// A StatementBatch is a batch of statements of a notebook session.
	StatementBatch struct {
		BatchID    string                             `json:"BatchId"`
		Statements []dlc.NotebookSessionStatementInfo `json:"NotebookSessionStatementBatch"`
	}
)

// Kinds returns the kinds of resources that can be added.
func (s *Service) Kinds() []front.Kind {
	return slices.Concat(s.engineKinds(), s.sessionKinds(), s.rayKinds(), s.accessKinds(), s.catalogKinds(), s.storageKinds(),
		s.modelKinds(), s.workKinds())
}

func (s *Service) workKinds() []front.Kind {
	return []front.Kind{
		kind(s, "DatasourceConnection", s.AddDatasourceConnection, s.datasources),
		kind(s, "NetworkConnection", s.AddNetworkConnection, s.connections),
		kind(s, "InferenceService", s.AddInferenceService, s.inference),
		kind(s, "Task", s.AddTask, s.tasks),
		kind(s, "SparkApp", s.AddSparkApp, s.jobs),
		front.KindOf("ResultDownload", func(p OfDownload, v dlc.DescribeResultDownloadResponse) string {
			return s.AddResultDownload(p.DownloadID, v)
		}, placed(s, s.downloads, func(key string) OfDownload { return OfDownload{key} })),
	}
}

func (s *Service) engineKinds() []front.Kind {
	return []front.Kind{
		kind(s, "EngineNetwork", s.AddEngineNetwork, s.networks),
		front.KindOf("DataEngineImage", func(p OfImage, v dlc.DataEngineImageVersion) string {
			return s.AddDataEngineImage(v, p.ChildImageVersionIDs...)
		}, s.allImages),
		kind(s, "DataEngine", s.AddDataEngine, s.engines),
		kind(s, "StandardEngineResourceGroup", s.AddStandardEngineResourceGroup, s.groups),
		row(s, "StandardEngineResourceGroupConfig", s.groupConfigs, func(v dlc.StandardEngineResourceGroupConfigInfo) string {
			return v.ResourceGroupID
		}),
		kind(s, "UserDataEngineConfig", s.AddUserDataEngineConfig, s.userConfigs),
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
		front.KindOf("Lab", func(p OfLab, v dlc.GetLabDetailResponse) string { return s.AddLab(p, v) }, s.allLabs),
		row(s, "ResourceConfig", s.resourceConfigs, func(v dlc.ResourceConfig) string { return v.ID }),
		row(s, "ClusterGroup", s.clusterGroups, func(v dlc.ClusterGroup) string { return v.ID }),
		front.KindOf("Partition", s.addPartition, s.allPartitions),
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
		row(s, "UDFPolicy", s.access.functions, functionKey),
		only("ThirdPartyAccessUser", &s.access.thirdParty),
	}
}

func (s *Service) catalogKinds() []front.Kind {
	return []front.Kind{
		front.KindOf("Database", s.AddDatabase, s.allDatabases),
		front.KindOf("Table", s.AddTable, s.allTables),
		row(s, "TablePartition", s.catalog.partitions, func(v dlc.DMSPartition) string {
			return world.KeyOf(databaseKey(v.DatasourceConnectionName, v.DatabaseName), v.TableName, v.Name)
		}),
		kind(s, "SmartPolicy", s.AddSmartPolicy, s.policies),
		row(s, "DataMaskStrategy", s.masks, func(v dlc.DataMaskStrategy) string { return v.StrategyID }),
		front.KindOf("Lock", func(_ front.Nowhere, v dlc.CheckLockMetaDataResponse) string {
			key := strconv.FormatInt(v.LockID, 10)
			s.locks.Add(key, s.world.Now(), v.LockState)
			return key
		}, s.allLocks),
		kind(s, "Script", s.AddScript, s.scripts),
	}
}

func (s *Service) storageKinds() []front.Kind {
	return []front.Kind{
		only("StoreLocation", &s.storage.location),
		only("AdvancedStoreLocation", &s.storage.advanced),
		row(s, "CHDFSBindingProduct", s.storage.bindings, func(v dlc.CreateCHDFSBindingProductRequest) string {
			return world.KeyOf(v.MountPoint, v.ProductName)
		}),
		row(s, "DLCCatalogAccess", s.storage.catalog, func(v dlc.DLCCatalogAccess) string { return v.VPCID }),
		row(s, "UserVpcConnection", s.storage.endpoint, func(v dlc.UserVPCConnectionInfo) string {
			return world.KeyOf(v.EngineNetworkID, v.UserVPCEndpointID)
		}),
	}
}

func (s *Service) modelKinds() []front.Kind {
	return []front.Kind{
		row(s, "InferenceModel", s.models, func(v dlc.InferenceModelInfo) string { return v.ModelUID }),
		front.KindOf("ModelVersion", func(p OfModel, v dlc.ModelVersionInfo) string {
			s.modelVersions.Add(world.KeyOf(p.ModelUID, v.Version), s.world.Now(), v)
			return v.Version
		}, placed(s, s.modelVersions, func(key string) OfModel {
			uid, _, _ := strings.Cut(key, "\x00")
			return OfModel{uid}
		})),
	}
}

// addPartition adds a partition of resources with its queues, or replaces the one with its code.
func (s *Service) addPartition(p OfPartition, v dlc.PartitionInfo) string {
	for _, q := range p.Queues {
		s.access.lastID = max(s.access.lastID, q.ID)
	}
	v.QueueCount = len(p.Queues)
	s.partitions.Add(v.PartitionCode, s.world.Now(), partitionState{v, p.Queues})
	return v.PartitionCode
}

func (s *Service) allPartitions(yield func(OfPartition, dlc.PartitionInfo) bool) {
	for _, v := range s.partitions.All(s.world.Now()) {
		if !yield(OfPartition{v.Queues}, v.PartitionInfo) {
			return
		}
	}
}

func (s *Service) allLocks(yield func(front.Nowhere, dlc.CheckLockMetaDataResponse) bool) {
	for key, state := range s.locks.All(s.world.Now()) {
		id, _ := strconv.ParseInt(key, 10, 64)
		if !yield(front.Nowhere{}, dlc.CheckLockMetaDataResponse{LockID: id, LockState: *state}) {
			return
		}
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

func (s *Service) allDatabases(yield func(OfDatabase, dlc.DatabaseResponseInfo) bool) {
	s.runStatements()
	for key, shown := range s.catalog.databases.All(s.world.Now()) {
		v := shown.DatabaseResponseInfo
		v.CatalogName, _, _ = strings.Cut(key, "\x00")
		if !yield(OfDatabase{shown.Schema, shown.Asset}, v) {
			return
		}
	}
}

func (s *Service) allTables(yield func(OfTable, dlc.TableResponseInfo) bool) {
	s.runStatements()
	for _, v := range s.catalog.tables.All(s.world.Now()) {
		if !yield(OfTable{v.Meta, v.Asset, v.External}, v.TableResponseInfo) {
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

// row returns a kind of resources that are complete as they are, with the key that they have in a table.
func row[T any](s *Service, name string, t *world.Table[T], key func(T) string) front.Kind {
	return kind(s, name, func(v T) string {
		t.Add(key(v), s.world.Now(), v)
		return key(v)
	}, t)
}

// only returns a kind that an account has once, unless it is empty.
func only[T any](name string, v *T) front.Kind {
	add := func(_ front.Nowhere, added T) string {
		*v = added
		return ""
	}
	return front.KindOf(name, add, func(yield func(front.Nowhere, T) bool) {
		if !reflect.ValueOf(v).Elem().IsZero() {
			yield(front.Nowhere{}, *v)
		}
	})
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
		if !yield(v.ofLab(), v.lab()) {
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
