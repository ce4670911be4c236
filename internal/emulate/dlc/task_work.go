package dlc

import (
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"

	"github.com/polycloud-sdk/polycloud-go/internal/emulate/front"
	"github.com/polycloud-sdk/polycloud-go/internal/emulate/world"
)

// taskWorkChanges are the other actions that start or cancel tasks.
var taskWorkChanges = []string{
	"CreateSparkSubmitTask", "CreateImportTask", "CreateExportTask", "CopyDLCTable", "CreateMetaDatabase", "DeleteMetaDatabase",
	"CancelTasks",
}

func (s *Service) taskWorkOperations() front.Handlers {
	return front.Handlers{
		"CreateSparkSubmitTask": front.Handle(s.createSparkSubmitTask),
		"CreateImportTask":      front.Handle(s.createImportTask),
		"CreateExportTask":      front.Handle(s.createExportTask),
		"CopyDLCTable":          front.Handle(s.copyTable),
		"CreateMetaDatabase":    front.Handle(s.createMetaDatabase),
		"DescribeDatabase":      front.Handle(s.describeDatabase),
		"DeleteMetaDatabase":    front.Handle(s.deleteMetaDatabase),
		"CancelTasks":           front.Handle(s.cancelTasks),
	}
}

// AddMetaDatabase adds or replaces a database of the metadata, in the managed data source, and returns its name.
func (s *Service) AddMetaDatabase(database dlc.MetaDatabaseInfo) string {
	s.world.Lock()
	defer s.world.Unlock()
	v := world.DeepCopy(database)
	s.databases.Add(databaseKey("", v.DatabaseName), s.world.Now(), shownDatabase(v, s.world.Now()))
	return v.DatabaseName
}

func shownDatabase(v dlc.MetaDatabaseInfo, created time.Time) dlc.DatabaseResponseInfo {
	d := dlc.DatabaseResponseInfo{DatabaseName: v.DatabaseName, CreateTime: world.Digits(created.Unix())}
	if v.Comment != nil {
		d.Comment = *v.Comment
	}
	return d
}

// databaseKey returns the key of a database. Without a data source it is in the managed one.
func databaseKey(datasource, name string) string {
	if datasource == "" {
		datasource = "DataLakeCatalog"
	}
	return world.KeyOf(datasource, name)
}

func (s *Service) createSparkSubmitTask(r *front.Received, in dlc.CreateSparkSubmitTaskRequest) (any, error) {
	t := dlc.TaskResponseInfo{SparkJobName: in.TaskName, DataEngineName: in.DataEngineName, TaskType: "BatchJob",
		ResourceGroupName: in.ResourceGroupName}
	t = s.startTask(s.world.Begin("dlc", r.Operation), t, 0, 1)
	return &dlc.CreateSparkSubmitTaskResponse{BatchID: s.world.NewUUID(), TaskID: t.ID, RequestID: r.RequestID}, nil
}

func (s *Service) createImportTask(r *front.Received, in dlc.CreateImportTaskRequest) (any, error) {
	t := dlc.TaskResponseInfo{TaskType: "ImportTask", InputType: in.InputType, InputConf: pairsJSON(in.InputConf)}
	t = s.startTask(s.world.Begin("dlc", r.Operation), t, 0, 1)
	return &dlc.CreateImportTaskResponse{TaskID: t.ID, RequestID: r.RequestID}, nil
}

// pairsJSON is how a task shows its configuration.
func pairsJSON(pairs []dlc.KVPair) string {
	text, _ := wire.Revealed{V: pairs}.MarshalJSON()
	return string(text)
}

func (s *Service) createExportTask(r *front.Received, in dlc.CreateExportTaskRequest) (any, error) {
	t := dlc.TaskResponseInfo{TaskType: "ExportTask", InputType: in.InputType, InputConf: pairsJSON(in.InputConf)}
	t = s.startTask(s.world.Begin("dlc", r.Operation), t, 0, 1)
	return &dlc.CreateExportTaskResponse{TaskID: t.ID, RequestID: r.RequestID}, nil
}

func (s *Service) copyTable(r *front.Received, in dlc.CopyDLCTableRequest) (any, error) {
	t := dlc.TaskResponseInfo{
		DataEngineName: in.DataEngineName, DatabaseName: in.DestinationDatabaseName, ResourceGroupName: in.ResourceGroupName,
		SQL: dlc.Base64("INSERT INTO " + in.DestinationDatabaseName + "." + in.DestinationTableName + " SELECT *"),
	}
	t = s.startTask(s.world.Begin("dlc", r.Operation), t, 0, 1)
	return &dlc.CopyDLCTableResponse{TaskID: t.ID, RequestID: r.RequestID}, nil
}

// createMetaDatabase plans a database, which two tasks create: one after the other.
func (s *Service) createMetaDatabase(r *front.Received, in dlc.CreateMetaDatabaseRequest) (any, error) {
	if in.MetaDatabaseInfo == nil {
		return nil, &front.Refusal{Code: "MissingParameter", Message: "The parameter MetaDatabaseInfo is missing."}
	}
	key := databaseKey(in.DatasourceConnectionName, in.MetaDatabaseInfo.DatabaseName)
	if _, ok := s.databases.Row(key).Actual(s.world.Now()); ok {
		return nil, &front.Refusal{
			Code:    "FailedOperation",
			Message: "The database " + strconv.Quote(in.MetaDatabaseInfo.DatabaseName) + " already exists.",
		}
	}
	c := s.world.Begin("dlc", "CreateMetaDatabase")
	out := &dlc.CreateMetaDatabaseResponse{BatchID: s.world.NewUUID(), RequestID: r.RequestID}
	out.TaskIDSet = s.databaseTasks(c, "CREATE", in.MetaDatabaseInfo.DatabaseName)
	if !c.Failed() && c.State == "" {
		world.Schedule(s.databases.Create(key), c, c.End, shownDatabase(*in.MetaDatabaseInfo, c.End))
	}
	return out, nil
}

// deleteMetaDatabase plans the end of a database.
func (s *Service) deleteMetaDatabase(r *front.Received, in dlc.DeleteMetaDatabaseRequest) (any, error) {
	row := s.databases.Row(databaseKey(in.DatasourceConnectionName, in.DatabaseName))
	if _, ok := row.Actual(s.world.Now()); !ok {
		return nil, &front.Refusal{
			Code: "ResourceNotFound", Message: "The database " + strconv.Quote(in.DatabaseName) + " does not exist.",
		}
	}
	c := s.world.Begin("dlc", "DeleteMetaDatabase")
	out := &dlc.DeleteMetaDatabaseResponse{BatchID: s.world.NewUUID(), RequestID: r.RequestID,
		TaskIDSet: s.databaseTasks(c, "DROP", in.DatabaseName)}
	if !c.Failed() && c.State == "" {
		world.Remove(row, c)
	}
	return out, nil
}

// databaseTasks plans the two tasks that create or delete a database, and returns their IDs.
func (s *Service) databaseTasks(c world.Change, verb, database string) []string {
	const parts = 2
	var ids []string
	for n := range parts {
		t := dlc.TaskResponseInfo{DatabaseName: database, SQLType: "DDL", SQL: dlc.Base64(verb + " DATABASE `" + database + "`")}
		ids = append(ids, s.startTask(c, t, n, parts).ID)
	}
	return ids
}

func (s *Service) describeDatabase(r *front.Received, in dlc.DescribeDatabaseRequest) (any, error) {
	database, ok := s.databases.Row(databaseKey(in.DatasourceConnectionName, in.DatabaseName)).Visible(s.world.Now())
	if !ok {
		return nil, &front.Refusal{
			Code: "ResourceNotFound", Message: "The database " + strconv.Quote(in.DatabaseName) + " does not exist.",
		}
	}
	return &dlc.DescribeDatabaseResponse{DatabaseInfo: &database, RequestID: r.RequestID}, nil
}

// cancelTasks cancels tasks, all in one change. Those that have finished are left alone.
func (s *Service) cancelTasks(r *front.Received, in dlc.CancelTasksRequest) (any, error) {
	var c world.Change
	for _, id := range in.TaskID {
		row := s.tasks.Row(id)
		task, ok := row.Actual(s.world.Now())
		if !ok || task.State == dlc.TaskStateSucceeded || task.State < 0 || s.isEnding(id) {
			continue
		}
		if c.Start.IsZero() {
			c = s.world.Begin("dlc", "CancelTasks")
		}
		s.ending[id] = c.End
		world.Schedule(row, c, c.Start, task)
		world.Finish(row, c, finishedTask(cancellation(c), task))
	}
	return &dlc.CancelTasksResponse{RequestID: r.RequestID}, nil
}
