package conformance_test

import (
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// The states of tasks.
const (
	succeeded = int(dlc.TaskStateSucceeded)
	canceled  = int(dlc.TaskStateCanceled)
)

// dlcTasks runs tasks, reads them in all ways, and cancels them.
func dlcTasks(d *dlcCaller) {
	d.emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "sql"})
	one := d.run("SELECT 1")
	many := object{"DatabaseName": "", "DataEngineName": "sql", "Tasks": object{
		"TaskType": "SQLTask", "FailureTolerance": "Proceed", "SQL": dlc.Base64("SELECT 2; SELECT 3"),
	}}
	batch := d.do("CreateTasks", many, object{"TaskIdSet.#": 2})
	two := at(batch, "TaskIdSet.0")
	delete(many, "DataEngineName")
	ordered := d.do("CreateTasksInOrder", many, object{"TaskIdSet.#": 2})
	d.do("CancelTask", object{"TaskId": two})
	d.do("CancelTasks", object{"TaskId": ordered["TaskIdSet"]})
	d.wait()
	for id, state := range map[string]int{one: succeeded, two: canceled, at(ordered, "TaskIdSet.0"): canceled} {
		d.do("DescribeTaskResult", object{"TaskId": id}, object{"TaskInfo.State": state})
	}
	d.refuse("InvalidParameter.TaskAlreadyFinished", "CancelTask", object{"TaskId": one})
	d.pages("TaskList", 5, "DescribeTasks", object{})
	d.pages("TaskList", 2, "DescribeTasks", object{"Filters": filter("task-state", "2"), "Sorting": "desc"})
	d.shows(d.only("TaskList", "DescribeTasks", object{"Filters": filter("task-id", one)}),
		object{"Id": one, "SQL": dlc.Base64("SELECT 1"), "DataEngineName": "sql", "State": succeeded})
	d.pages("TaskList", 5, "DescribeTaskList", object{})
	d.shows(d.only("TaskList", "DescribeTaskList", object{"Filters": filter("task-sql-keyword", "SELECT 1")}),
		object{"Id": one, "DataEngineId": "DataEngine-1", "State": succeeded})
	d.do("DescribeTasksOverview", object{}, object{"TasksOverview.TotalTaskCount": 5})
	d.pages("TaskList", 5, "DescribeTasksAnalysis", object{})
	d.pages("TaskMonitorInfoList", 5, "DescribeTaskMonitorInfos", object{})
	d.pages("TaskMonitorInfoList", 1, "DescribeTaskMonitorInfos", object{"TaskIdList": []string{one}})
	dlcTaskReads(d, one)

	pairs := []object{{"Key": "paths", "Value": "cosn://in/a.csv"}}
	move := object{"InputType": "cos", "InputConf": pairs, "OutputConf": pairs}
	d.id("TaskId", "CreateImportTask", move)
	d.id("TaskId", "CreateExportTask", move)
	d.wait()
	d.pages("TaskList", 7, "DescribeTasks", object{"Filters": filter("task-state", "2", "-3")})
	for _, operation := range []string{"DescribeTasksCostInfo", "QueryTaskCostDetail"} {
		d.valid(operation, object{"StartTime": "2026-01-01 00:00:00", "EndTime": "2026-01-02 00:00:00", "DataEngineName": "sql"})
	}
}

// dlcTaskReads reads a task that has succeeded, and one that does not exist.
func dlcTaskReads(d *dlcCaller, id string) {
	const missing = "InvalidParameter.TaskNotFound"
	task := object{"TaskId": id}
	d.do("DescribeTaskDetail", object{"TaskInstanceId": id}, object{"TaskDetail.Id": id, "TaskDetail.State": succeeded})
	d.do("DescribeTaskStatistics", task, object{"StatisticInfo.TaskId": id})
	d.do("QueryResult", task, object{"TaskId": id, "ResultSet": "[]"})
	d.do("DescribeQuery", task, object{"TaskId": id, "State": succeeded})
	d.do("DescribeMCPTask", task, object{"TaskInfo.State": succeeded})
	d.do("DescribeMCPTaskResult", task, object{"TaskResult.TaskId": id})
	d.valid("DescribeTaskResourceUsage", object{"TaskInstanceId": id})
	d.do("ListTaskJobLogName", task, object{"Names.#": 1})
	for _, operation := range []string{"ListTaskJobLogDetail", "DescribeTaskLog"} {
		log := object{"TaskId": id, "StartTime": 1, "EndTime": 1 << 52, "Limit": 2, "Asc": true, "Context": ""}
		first := d.do(operation, log, object{"Results.#": 2, "ListOver": false})
		log["Context"] = at(first, "Context")
		d.do(operation, log, object{"Results.#": 1, "ListOver": true})
		log["TaskId"], log["Context"] = "none", ""
		d.refuse(missing, operation, log)
	}
	d.refuse(missing, "DescribeTaskDetail", object{"TaskInstanceId": "none"})
	d.do("DescribeTaskResult", object{"TaskId": "none"}, object{"TaskInfo": "<nil>"})
	none := object{"TaskId": "none"}
	for _, operation := range []string{
		"DescribeTaskStatistics", "QueryResult", "DescribeQuery", "DescribeMCPTask", "DescribeMCPTaskResult", "ListTaskJobLogName",
		"CancelTask",
	} {
		d.refuse(missing, operation, none)
	}
	result := object{"TaskId": id, "Format": "CSV"}
	download := d.id("DownloadId", "CreateResultDownload", result)
	require.Equal(d, download, d.id("DownloadId", "CreateResultDownload", result))
	d.do("DescribeResultDownload", object{"DownloadId": download}, object{"Status": "queue"})
	d.wait()
	d.do("DescribeResultDownload", object{"DownloadId": download}, object{"Status": "success"})
	d.refuse("ResourceNotFound", "DescribeResultDownload", object{"DownloadId": "none"})
	d.refuse(missing, "CreateResultDownload", object{"TaskId": "none", "Format": "CSV"})
}

// dlcScripts keeps scripts.
func dlcScripts(d *dlcCaller) {
	var ids []string
	for _, name := range []string{"daily", "weekly", "yearly"} {
		script := object{"ScriptName": name, "SQLStatement": dlc.Base64("SELECT 1"), "ScriptDesc": "first", "DatabaseName": "sales"}
		d.do("CreateScript", script)
		d.refuse("FailedOperation", "CreateScript", script)
		shown := d.only("Scripts", "DescribeScripts", object{"Filters": filter("script-name-keyword", name)})
		d.shows(shown, script)
		ids = append(ids, at(shown, "ScriptId"))
	}
	d.pages("Scripts", 3, "DescribeScripts", object{"SortBy": "update-time", "Sorting": "desc"})
	d.pages("Scripts", 1, "DescribeScripts", object{"Filters": filter("script-id", ids[1])})
	d.do("DeleteScript", object{"ScriptIds": ids[:2]}, object{"ScriptsAffected": 2})
	d.do("DeleteScript", object{"ScriptIds": ids}, object{"ScriptsAffected": 1})
	d.pages("Scripts", 0, "DescribeScripts", object{})
}

// dlcSpark creates Spark jobs, changes them, and runs them.
func dlcSpark(d *dlcCaller) {
	app := object{
		"AppName": "etl", "AppType": 1, "DataEngine": "batch", "AppFile": "cosn://b/etl.jar", "RoleArn": 12, "AppDriverSize": "small",
		"AppExecutorSize": "small", "AppExecutorNums": 1, "MainClass": "a.Etl", "AppConf": "spark.a=b", "CmdArgs": "x", "MaxRetries": 2,
		"DataSource": "DataLakeCatalog", "IsLocal": "cos", "AppJars": "cosn://b/lib.jar", "IsInherit": 0, "AppExecutorMaxNumbers": 3,
	}
	const gone = "InvalidParameter.SparkJobNotFound"
	id := d.id("SparkAppId", "CreateSparkApp", app)
	d.refuse("InvalidParameter.SparkJobNotUnique", "CreateSparkApp", app)
	job := func(id string, want object) {
		d.Helper()
		d.shows(d.do("DescribeSparkAppJob", object{"JobId": id}, object{"IsExists": true})["Job"], want)
	}
	job(id,
		joined([]object{app,
			{"JobName": "etl", "JobFile": "cosn://b/etl.jar", "JobConf": "spark.a=b", "JobMaxAttempts": 2, "JobExecutorMaxNumbers": 3}}))
	app["AppName"], app["AppFile"], app["SparkAppId"] = "etl-2", "cosn://b/etl2.jar", id
	d.do("ModifySparkApp", app)
	job(id, object{"JobName": "etl-2", "JobFile": "cosn://b/etl2.jar", "MainClass": "a.Etl"})

	delete(app, "SparkAppId")
	app["AppName"] = "other"
	other := d.id("SparkAppId", "CreateSparkAppForTDLC", app)
	app["SparkAppId"], app["MainClass"] = other, "a.Other"
	d.do("ModifySparkAppForTDLC", app)
	job(other, object{"MainClass": "a.Other"})
	d.do("ModifySparkAppBatch", object{"SparkAppId": []string{id, other}, "AppExecutorNums": 9, "AppDriverSize": "large"})
	job(id, object{"JobExecutorNums": 9, "JobDriverSize": "large", "JobExecutorSize": "small"})
	d.pages("SparkAppJobs", 2, "DescribeSparkAppJobs", object{"Sorting": "desc"})
	d.pages("SparkAppJobs", 1, "DescribeSparkAppJobs", object{"Filters": filter("spark-job-name", "other")})

	run := d.id("TaskId", "CreateSparkAppTask", object{"JobName": "etl-2", "CmdArgs": "y"})
	again := d.id("TaskId", "CreateSparkAppTask", object{"JobName": "etl-2"})
	d.wait()
	d.pages("SparkAppTasks", 2, "DescribeSparkAppTasks", object{"JobId": id})
	d.shows(d.only("SparkAppTasks", "DescribeSparkAppTasks", object{"JobId": id, "TaskId": run}),
		object{"Id": run, "State": succeeded, "CmdArgs": "y"})
	d.do("DescribeJob", object{"JobId": id}, object{"JobName": "etl-2", "JobStatus": succeeded, "StatisticInfo.TaskId": again})
	d.pages("JobList", 2, "DescribeJobs", object{})
	d.pages("JobList", 1, "DescribeJobs", object{"Keyword": "etl"})
	submitted := d.id("TaskId", "CreateSparkSubmitTask", object{
		"TaskName": "nightly", "TaskType": 1, "DataEngineName": "batch", "PackagePath": "cosn://b/a.py", "RoleArn": 12, "IsInherit": 0,
		"DriverSize": "small", "ExecutorSize": "medium", "ExecutorNumbers": 1, "ExecutorMaxNumbers": 2,
	})
	d.wait()
	d.shows(d.only("TaskList", "DescribeTasks", object{"Filters": filter("task-id", submitted)}),
		object{"DataEngineName": "batch", "SparkJobName": "nightly", "DriverSize": "small", "ExecutorSize": "medium",
			"ExecutorMaxNumbers": 2})

	d.do("DeleteSparkApp", object{"AppName": "other"})
	d.do("DescribeSparkAppJob", object{"JobId": other}, object{"IsExists": false, "Job": "<nil>"})
	d.pages("SparkAppJobs", 1, "DescribeSparkAppJobs", object{})
	d.refuse(gone, "DeleteSparkApp", object{"AppName": "other"})
	d.refuse(gone, "ModifySparkApp", app)
	d.refuse(gone, "ModifySparkAppForTDLC", app)
	d.refuse(gone, "ModifySparkAppBatch", object{"SparkAppId": []string{id, other}, "AppExecutorNums": 8})
	d.refuse(gone, "CreateSparkAppTask", object{"JobName": "other"})
	d.refuse("InvalidParameter.JobNotFound", "DescribeJob", object{"JobId": other})
}

// dlcBatches runs batches of SQL in sessions.
func dlcBatches(d *dlcCaller) {
	create := object{"DataEngineName": "sql", "ExecuteSQL": dlc.Base64("SELECT 1"), "CustomKey": "nightly"}
	const running, done, stopped = 0, int(dlc.SparkBatchSQLStateSucceeded), int(dlc.SparkBatchSQLStateCanceled)
	id := d.id("BatchId", "CreateSparkSessionBatchSQL", create)
	d.refuse("InvalidParameter.BatchSQLCustomKeyNotUnique", "CreateSparkSessionBatchSQL", create)
	delete(create, "CustomKey")
	other := d.id("BatchId", "CreateSparkSessionBatchSQL", create)
	d.do("DescribeSparkSessionBatchSQL", object{"BatchId": id}, object{"State": running})
	d.do("CancelSparkSessionBatchSQL", object{"BatchId": other})
	d.wait()
	d.do("DescribeSparkSessionBatchSQL", object{"BatchId": id}, object{"State": done, "Tasks.#": 1})
	d.do("DescribeSparkSessionBatchSQL", object{"BatchId": other, "CustomKey": "nightly"}, object{"State": done})
	d.do("DescribeSparkSessionBatchSQL", object{"BatchId": other}, object{"State": stopped})
	d.do("DescribeSparkSessionBatchSqlLog", object{"BatchId": id}, object{"State": done, "LogSet.#": 2, "LogSet.0.Step": "BEG"})
	d.valid("DescribeSparkSessionBatchSQLCost", object{"BatchIds": []string{id, other}})
	d.refuse("ResourceNotFound.TaskAlreadyFinished", "CancelSparkSessionBatchSQL", object{"BatchId": id})
	for _, operation := range []string{"CancelSparkSessionBatchSQL", "DescribeSparkSessionBatchSQL", "DescribeSparkSessionBatchSqlLog"} {
		d.refuse("ResourceNotFound.BatchSQLTaskNotFound", operation, object{"BatchId": "none"})
	}
}

// dlcNotebooks starts sessions, runs statements in them, and ends them.
func dlcNotebooks(d *dlcCaller) {
	var ids []string
	for _, name := range []string{"study", "play", "work"} {
		session := object{
			"Name": name, "Kind": "pyspark", "DataEngineName": "sql", "ProgramDependentFiles": []string{"cosn://b/f"},
			"DriverSize":   "small",
			"ExecutorSize": "small", "ExecutorNumbers": 1, "ExecutorMaxNumbers": 2, "Arguments": []object{{"Key": "a", "Value": "b"}},
			"ProxyUser": "root", "TimeoutInSecond": 3600,
		}
		id := d.id("SessionId", "CreateNotebookSession", session)
		d.wait()
		d.shows(d.do("DescribeNotebookSession", object{"SessionId": id}, object{"Session.State": "idle"})["Session"], session)
		ids = append(ids, id)
	}
	d.pages("Sessions", 3, "DescribeNotebookSessions", object{"DataEngineName": "sql"})
	d.do("DescribeNotebookSessions", object{"DataEngineName": "sql", "Limit": 2, "Offset": 2},
		object{"Page": 2, "TotalPages": 2, "TotalElements": 3, "Sessions.0.SessionId": ids[0]})
	d.pages("Sessions", 0, "DescribeNotebookSessions", object{"DataEngineName": "sql", "State": []string{"dead"}})
	in := object{"SessionId": ids[0]}
	code := joined([]object{in, {"Code": dlc.Base64("1 + 1"), "Kind": "pyspark"}})
	first := d.id("NotebookSessionStatement.StatementId", "CreateNotebookSessionStatement", code)
	second := d.id("NotebookSessionStatement.StatementId", "CreateNotebookSessionStatement", code)
	d.do("CancelNotebookSessionStatement", joined([]object{in, {"StatementId": second}}))
	d.wait()
	for id, state := range map[string]string{first: "available", second: "cancelled"} {
		d.shows(d.do("DescribeNotebookSessionStatement", joined([]object{in, {"StatementId": id}}))["NotebookSessionStatement"],
			object{"StatementId": id, "State": state, "Code": dlc.Base64("1 + 1")})
	}
	none := joined([]object{in, {"StatementId": "none"}})
	d.refuse("ResourceNotFound", "DescribeNotebookSessionStatement", none)
	d.refuse("ResourceNotFound", "CancelNotebookSessionStatement", none)
	dlcStatementBatches(d, in)

	d.do("DescribeNotebookSessionLog", joined([]object{in, {"Limit": 2, "Offset": 1}}), object{"Logs.#": 2, "Limit": 2, "Offset": 1})
	d.do("DeleteNotebookSession", in)
	d.refuse("ResourceNotFound.SessionStateShuttingDown", "DeleteNotebookSession", in)
	d.wait()
	d.do("DescribeNotebookSession", in, object{"Session.State": "killed"})
	d.refuse("ResourceNotFound.SessionStateDead", "CreateNotebookSessionStatement", code)
	d.pages("Sessions", 2, "DescribeNotebookSessions", object{"DataEngineName": "sql", "State": []string{"idle"}})
	for _, operation := range []string{"DescribeNotebookSession", "DescribeNotebookSessionLog", "DeleteNotebookSession"} {
		d.refuse("ResourceNotFound.SessionNotFound", operation, object{"SessionId": "none"})
	}
	code["SessionId"] = "none"
	d.refuse("ResourceNotFound.SessionNotFound", "CreateNotebookSessionStatement", code)
}

// dlcStatementBatches runs batches of statements in a session, and cancels one.
func dlcStatementBatches(d *dlcCaller, session object) {
	create := joined([]object{session, {"Code": "SELECT 1; SELECT 2", "Kind": "sql", "SaveResult": true}})
	create["SessionId"] = session["SessionId"]
	var batches []object
	for range 2 {
		id := d.id("NotebookSessionStatementBatches.BatchId", "CreateNotebookSessionStatementSupportBatchSQL", create)
		batches = append(batches, joined([]object{session, {"BatchId": id}}))
	}
	d.do("DescribeNotebookSessionStatements", batches[0], object{"NotebookSessionStatements.IsAvailable": false})
	d.do("CancelNotebookSessionStatementBatch", batches[1])
	d.wait()
	const statements = "NotebookSessionStatements.NotebookSessionStatementBatch."
	done := d.do("DescribeNotebookSessionStatements", batches[0],
		object{"NotebookSessionStatements.IsAvailable": true, statements + "#": 2, statements + "1.State": "available"})
	d.do("DescribeNotebookSessionStatements", batches[1], object{statements + "1.State": "cancelled"})
	d.refuse("ResourceNotFound.TaskAlreadyFinished", "CancelNotebookSessionStatementBatch", batches[0])
	none := joined([]object{session, {"BatchId": "none"}})
	d.refuse("ResourceNotFound.BatchSQLTaskNotFound", "DescribeNotebookSessionStatements", none)
	d.refuse("ResourceNotFound.BatchSQLTaskNotFound", "CancelNotebookSessionStatementBatch", none)
	d.valid("DescribeNotebookSessionStatementSqlResult", object{"TaskId": at(done, statements+"0.TaskId")})
}
