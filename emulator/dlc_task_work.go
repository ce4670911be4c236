package emulator

import (
	"strconv"
	"time"

	"github.com/polycloud-sdk/polycloud-go/dlc"
	"github.com/polycloud-sdk/polycloud-go/internal/wire"
)

// dlcTaskWorkChanges are the other actions that start or cancel tasks.
var dlcTaskWorkChanges = []string{
	"CreateSparkSubmitTask", "CreateImportTask", "CreateExportTask", "CopyDLCTable", "CreateMetaDatabase", "DeleteMetaDatabase",
	"CancelTasks",
}

func (s *dlcService) taskWorkActions() map[string]dlcAction {
	return map[string]dlcAction{
		"CreateSparkSubmitTask": action(s.createSparkSubmitTask),
		"CreateImportTask":      action(s.createImportTask),
		"CreateExportTask":      action(s.createExportTask),
		"CopyDLCTable":          action(s.copyTable),
		"CreateMetaDatabase":    action(s.createMetaDatabase),
		"DescribeDatabase":      action(s.describeDatabase),
		"DeleteMetaDatabase":    action(s.deleteMetaDatabase),
		"CancelTasks":           action(s.cancelTasks),
	}
}

// AddMetaDatabase adds or replaces a database of the metadata, in the managed data source.
func (e *Emulator) AddMetaDatabase(database dlc.MetaDatabaseInfo) {
	e.mu.Lock()
	defer e.mu.Unlock()
	v := deepCopy(database)
	e.dlc.databases.add(databaseKey("", v.DatabaseName), e.now(), shownDatabase(v, e.now()))
}

func shownDatabase(v dlc.MetaDatabaseInfo, created time.Time) dlc.DatabaseResponseInfo {
	d := dlc.DatabaseResponseInfo{DatabaseName: v.DatabaseName, CreateTime: digits(created.Unix())}
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
	return keyOf(datasource, name)
}

func (s *dlcService) createSparkSubmitTask(r *received, in dlc.CreateSparkSubmitTaskRequest) (any, error) {
	t := dlc.TaskResponseInfo{SparkJobName: in.TaskName, DataEngineName: in.DataEngineName, TaskType: "BatchJob",
		ResourceGroupName: in.ResourceGroupName}
	t = s.startTask(s.emulator.begin("dlc", r.operation), t, 0, 1)
	return &dlc.CreateSparkSubmitTaskResponse{BatchID: newUUID(), TaskID: t.ID, RequestID: r.requestID}, nil
}

func (s *dlcService) createImportTask(r *received, in dlc.CreateImportTaskRequest) (any, error) {
	t := dlc.TaskResponseInfo{TaskType: "ImportTask", InputType: in.InputType, InputConf: pairsJSON(in.InputConf)}
	t = s.startTask(s.emulator.begin("dlc", r.operation), t, 0, 1)
	return &dlc.CreateImportTaskResponse{TaskID: t.ID, RequestID: r.requestID}, nil
}

// pairsJSON is how a task shows its configuration.
func pairsJSON(pairs []dlc.KVPair) string {
	text, _ := wire.Revealed{V: pairs}.MarshalJSON()
	return string(text)
}

func (s *dlcService) createExportTask(r *received, in dlc.CreateExportTaskRequest) (any, error) {
	t := dlc.TaskResponseInfo{TaskType: "ExportTask", InputType: in.InputType, InputConf: pairsJSON(in.InputConf)}
	t = s.startTask(s.emulator.begin("dlc", r.operation), t, 0, 1)
	return &dlc.CreateExportTaskResponse{TaskID: t.ID, RequestID: r.requestID}, nil
}

func (s *dlcService) copyTable(r *received, in dlc.CopyDLCTableRequest) (any, error) {
	t := dlc.TaskResponseInfo{
		DataEngineName: in.DataEngineName, DatabaseName: in.DestinationDatabaseName, ResourceGroupName: in.ResourceGroupName,
		SQL: dlc.Base64("INSERT INTO " + in.DestinationDatabaseName + "." + in.DestinationTableName + " SELECT *"),
	}
	t = s.startTask(s.emulator.begin("dlc", r.operation), t, 0, 1)
	return &dlc.CopyDLCTableResponse{TaskID: t.ID, RequestID: r.requestID}, nil
}

// createMetaDatabase plans a database, which two tasks create: one after the other.
func (s *dlcService) createMetaDatabase(r *received, in dlc.CreateMetaDatabaseRequest) (any, error) {
	if in.MetaDatabaseInfo == nil {
		return nil, &refusal{code: "MissingParameter", message: "The parameter MetaDatabaseInfo is missing."}
	}
	key := databaseKey(in.DatasourceConnectionName, in.MetaDatabaseInfo.DatabaseName)
	if _, ok := s.databases.row(key).actual(s.emulator.now()); ok {
		return nil, &refusal{
			code:    "FailedOperation",
			message: "The database " + strconv.Quote(in.MetaDatabaseInfo.DatabaseName) + " already exists.",
		}
	}
	c := s.emulator.begin("dlc", "CreateMetaDatabase")
	out := &dlc.CreateMetaDatabaseResponse{BatchID: newUUID(), RequestID: r.requestID}
	out.TaskIDSet = s.databaseTasks(c, "CREATE", in.MetaDatabaseInfo.DatabaseName)
	if !c.failed() && c.State == "" {
		schedule(s.databases.create(key), c, c.end, shownDatabase(*in.MetaDatabaseInfo, c.end))
	}
	return out, nil
}

// deleteMetaDatabase plans the end of a database.
func (s *dlcService) deleteMetaDatabase(r *received, in dlc.DeleteMetaDatabaseRequest) (any, error) {
	row := s.databases.row(databaseKey(in.DatasourceConnectionName, in.DatabaseName))
	if _, ok := row.actual(s.emulator.now()); !ok {
		return nil, &refusal{
			code: "ResourceNotFound", message: "The database " + strconv.Quote(in.DatabaseName) + " does not exist.",
		}
	}
	c := s.emulator.begin("dlc", "DeleteMetaDatabase")
	out := &dlc.DeleteMetaDatabaseResponse{BatchID: newUUID(), RequestID: r.requestID,
		TaskIDSet: s.databaseTasks(c, "DROP", in.DatabaseName)}
	if !c.failed() && c.State == "" {
		remove(row, c)
	}
	return out, nil
}

// databaseTasks plans the two tasks that create or delete a database, and returns their IDs.
func (s *dlcService) databaseTasks(c change, verb, database string) []string {
	const parts = 2
	var ids []string
	for n := range parts {
		t := dlc.TaskResponseInfo{DatabaseName: database, SQLType: "DDL", SQL: dlc.Base64(verb + " DATABASE `" + database + "`")}
		ids = append(ids, s.startTask(c, t, n, parts).ID)
	}
	return ids
}

func (s *dlcService) describeDatabase(r *received, in dlc.DescribeDatabaseRequest) (any, error) {
	database, ok := s.databases.row(databaseKey(in.DatasourceConnectionName, in.DatabaseName)).visible(s.emulator.now())
	if !ok {
		return nil, &refusal{
			code: "ResourceNotFound", message: "The database " + strconv.Quote(in.DatabaseName) + " does not exist.",
		}
	}
	return &dlc.DescribeDatabaseResponse{DatabaseInfo: &database, RequestID: r.requestID}, nil
}

// cancelTasks cancels tasks, all in one change. Those that have finished are left alone.
func (s *dlcService) cancelTasks(r *received, in dlc.CancelTasksRequest) (any, error) {
	var c change
	for _, id := range in.TaskID {
		row := s.tasks.row(id)
		task, ok := row.actual(s.emulator.now())
		if !ok || task.State == dlc.TaskStateSucceeded || task.State < 0 || s.isEnding(id) {
			continue
		}
		if c.start.IsZero() {
			c = s.emulator.begin("dlc", "CancelTasks")
		}
		s.ending[id] = c.end
		schedule(row, c, c.start, task)
		finish(row, c, finishedTask(cancellation(c), task))
	}
	return &dlc.CancelTasksResponse{RequestID: r.requestID}, nil
}
