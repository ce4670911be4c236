package dlc

import (
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
		"CancelTasks":           front.Handle(s.cancelTasks),
	}
}

func (s *Service) createSparkSubmitTask(r *front.Received, in dlc.CreateSparkSubmitTaskRequest) (any, error) {
	t := dlc.TaskResponseInfo{
		SparkJobName: in.TaskName, DataEngineName: in.DataEngineName, TaskType: "BatchJob", ResourceGroupName: in.ResourceGroupName,
		SparkJobFile: in.PackagePath, DriverSize: in.DriverSize, ExecutorSize: in.ExecutorSize, ExecutorNums: in.ExecutorNumbers,
	}
	if in.ExecutorMaxNumbers != nil {
		t.ExecutorMaxNumbers = *in.ExecutorMaxNumbers
	}
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
