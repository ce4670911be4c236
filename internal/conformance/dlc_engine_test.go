package conformance_test

import (
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcEngines creates engines, and changes, suspends, resumes, restarts and deletes them.
func dlcEngines(d *dlcCaller) {
	var ids []string
	for _, name := range []string{"sql", "etl", "spare"} {
		engine := object{
			"EngineType": "spark", "DataEngineName": name, "ClusterType": "spark_cu", "Mode": 1, "AutoResume": true, "AutoSuspend": true,
			"MinClusters": 1, "MaxClusters": 2, "Size": 16, "Message": "first", "EngineExecType": "SQL", "MaxConcurrency": 5,
			"TolerableQueueTime": 1,
			"AutoSuspendTime":    10, "ResourceType": "Standard_CU", "EngineNetworkId": "net-1", "ElasticSwitch": true, "ElasticLimit": 8,
			"SessionResourceTemplate": object{"DriverSize": "small", "ExecutorSize": "small", "ExecutorNums": 1,
				"ExecutorMaxNumbers": 2},
			"CrontabResumeSuspendStrategy": object{"ResumeTime": "1 08:00", "SuspendTime": "5 20:00", "SuspendStrategy": 0},
			"Tags": []object{{"TagKey": "team",
				"TagValue": "web"}}, "CidrBlock": "10.0.0.0/16", "PayMode": 0, "AutoRenew": 0,
		}
		ids = append(ids, d.id("DataEngineId", "CreateDataEngine", engine))
		d.refuse("InvalidParameter.DuplicateDataEngineName", "CreateDataEngine", engine)
		d.do("DescribeDataEngine", object{"DataEngineName": name}, object{"DataEngine.State": int(dlc.DataEngineStateInitializing)})
		d.wait()
		d.shows(d.do("DescribeDataEngine", object{"DataEngineName": name},
			object{"DataEngine.State": int(dlc.DataEngineStateRunning)})["DataEngine"], engine)
	}
	d.pages("DataEngines", 3, "DescribeDataEngines", object{})
	d.pages("DataEngines", 3, "DescribeDataEngines", object{"SortBy": "create-time", "Sorting": "desc"})
	d.pages("DataEngines", 2, "DescribeDataEngines", object{"Filters": filter("data-engine-name", "sql", "spare")})
	d.pages("DataEngines", 0, "DescribeDataEngines", object{"EngineType": "presto"})
	d.pages("DataEngines", 1, "DescribeDataEngines", object{"Filters": filter("engine-id", ids[1])})

	update := object{
		"DataEngineName": "sql", "Size": 32, "MinClusters": 2, "MaxClusters": 3, "AutoResume": false, "Message": "second",
		"MaxConcurrency": 7,
		"AutoSuspend":    false, "AutoSuspendTime": 20, "TolerableQueueTime": 2,
	}
	d.engine(dlc.DataEngineStateResizing, dlc.DataEngineStateRunning, "UpdateDataEngine", update)
	d.shows(d.do("DescribeDataEngine", object{"DataEngineName": "sql"})["DataEngine"], update)
	const asleep = "ResourceNotFound.DataEngineNotActivity"
	d.engine(dlc.DataEngineStateSuspending, dlc.DataEngineStateSuspended, "SuspendResumeDataEngine",
		object{"DataEngineName": "sql", "Operate": "suspend"})
	d.refuse(asleep, "SuspendResumeDataEngine", object{"DataEngineName": "sql", "Operate": "suspend"})
	d.refuse(asleep, "RestartDataEngine", object{"DataEngineId": ids[0]})
	d.engine(dlc.DataEngineStateStarting, dlc.DataEngineStateRunning, "SuspendResumeDataEngine",
		object{"DataEngineName": "sql", "Operate": "resume"})
	d.engine(dlc.DataEngineStateStarting, dlc.DataEngineStateRunning, "RestartDataEngine",
		object{"DataEngineId": ids[0], "ForcedOperation": false})
	d.pages("Events", 10, "DescribeDataEngineEvents", object{"DataEngineName": "sql"})
	d.do("DescribeDataEnginesScaleDetail",
		object{"DataEngineNames": []string{"sql", "etl"}, "StartTime": "2026-01-01 00:00:00", "EndTime": "2026-01-02 00:00:00"},
		object{"Scales.#": 2, "Scales.0.ScaleDetail.0.CU": 32})
	d.do("DescribeUpdatableDataEngines", object{"DataEngineConfigCommand": "UpdateSparkSQLResultPath"},
		object{"TotalCount": 3, "DataEngineBasicInfos.#": 3})
	dlcEngineSettings(d, ids[0])

	d.do("DeleteDataEngine", object{"DataEngineNames": []string{"etl", "spare"}})
	d.do("DescribeDataEngine", object{"DataEngineName": "etl"}, object{"DataEngine.State": int(dlc.DataEngineStateDeleting)})
	d.wait()
	d.pages("DataEngines", 1, "DescribeDataEngines", object{})
	const gone = "ResourceNotFound.DataEngineNotFound"
	d.refuse(gone, "DescribeDataEngine", object{"DataEngineName": "etl"})
	d.refuse(gone, "DeleteDataEngine", object{"DataEngineNames": []string{"etl"}})
	d.refuse(gone, "RestartDataEngine", object{"DataEngineId": ids[1]})
	d.refuse(gone, "SuspendResumeDataEngine", object{"DataEngineName": "etl", "Operate": "suspend"})
	update["DataEngineName"] = "etl"
	d.refuse(gone, "UpdateDataEngine", update)
	d.refuse(gone, "SwitchDataEngineImage", object{"DataEngineId": ids[1], "NewImageVersionId": "new"})
}

// engine makes a change of the engine sql, through a state to another.
func (d *dlcCaller) engine(through, to dlc.DataEngineState, operation string, parameters object) {
	d.Helper()
	d.do(operation, parameters)
	d.do("DescribeDataEngine", object{"DataEngineName": "sql"}, object{"DataEngine.State": int(through)})
	d.wait()
	d.do("DescribeDataEngine", object{"DataEngineName": "sql"}, object{"DataEngine.State": int(to)})
}

// dlcEngineSettings changes the image of an engine that runs, and what the engine is set to.
func dlcEngineSettings(d *dlcCaller, id string) {
	d.emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "old"})
	d.emu.DLC.AddDataEngineImage(dlc.DataEngineImageVersion{ImageVersionID: "new"}, "child-1", "child-2")
	d.do("DescribeDataEngineImageVersions", object{"EngineType": "SparkSQL"}, object{"Total": 2, "ImageParentVersions.#": 2})
	running := dlc.DataEngineStateRunning
	d.engine(dlc.DataEngineStateStarting, running, "SwitchDataEngineImage", object{"DataEngineId": id, "NewImageVersionId": "new"})
	image := func(child string, up, down bool) {
		d.Helper()
		d.do("DescribeDataEngine", object{"DataEngineName": "sql"},
			object{"DataEngine.ImageVersionId": "new", "DataEngine.ChildImageVersionId": child})
		d.do("CheckDataEngineImageCanBeUpgrade", object{"DataEngineId": id}, object{"IsUpgrade": up})
		d.do("CheckDataEngineImageCanBeRollback", object{"DataEngineId": id}, object{"IsRollback": down})
	}
	image("child-2", false, true)
	d.engine(dlc.DataEngineStateStarting, running, "RollbackDataEngineImage", object{"DataEngineId": id})
	image("child-1", true, false)
	d.engine(dlc.DataEngineStateStarting, running, "UpgradeDataEngineImage", object{"DataEngineId": id})
	image("child-2", false, true)
	d.refuse("ResourceNotFound.ImageVersionNotFound", "SwitchDataEngineImage", object{"DataEngineId": id, "NewImageVersionId": "none"})

	named, pairs := object{"DataEngineName": "sql"}, []object{{"ConfigItem": "spark.a", "ConfigValue": "b"}}
	d.do("UpdateUserDataEngineConfig", object{"DataEngineId": id, "DataEngineConfigPairs": pairs})
	d.pages("DataEngineConfigInstanceInfos", 1, "DescribeUserDataEngineConfig", object{})
	d.shows(d.only("DataEngineConfigInstanceInfos", "DescribeUserDataEngineConfig", object{}),
		object{"DataEngineId": id, "DataEngineConfigPairs": pairs})
	d.valid("ModifyDataEngineDescription", joined([]object{named, {"Message": "third"}}))
	d.valid("RenewDataEngine", joined([]object{named, {"TimeSpan": 1, "PayMode": 1, "TimeUnit": "m", "RenewFlag": 0}}))
	d.valid("SwitchDataEngine", joined([]object{named, {"StartStandbyCluster": true}}))
	d.wait()
	d.valid("UpdateDataEngineConfig",
		object{"DataEngineIds": []string{id}, "DataEngineConfigCommand": "UpdateSparkSQLResultPath", "CustomResultPath": "cosn://b/"})
	d.valid("CheckDataEngineConfigPairsValidity",
		object{"ImageVersionId": "new", "ChildImageVersionId": "child-2", "DataEngineConfigPairs": pairs})
	d.valid("DescribeDataEnginePythonSparkImages", object{"ChildImageVersionId": "child-2"})
	d.valid("DescribeDataEngineSessionParameters", object{"DataEngineId": id, "DataEngineName": "sql"})
	d.valid("DescribeSessionImageVersion", object{"DataEngineId": id, "FrameworkType": "machine-learning"})
	d.valid("DescribeEngineNodeSpec", named)
	d.valid("DescribeEngineUsageInfo", object{"DataEngineId": id})
	d.valid("DescribeClusterMonitorInfos",
		object{"DataEngineId": id, "TimeStart": "2026-01-01 00:00:00", "TimeEnd": "2026-01-02 00:00:00"})
}

// dlcGroups creates resource groups of a standard engine.
func dlcGroups(d *dlcCaller) {
	d.emu.DLC.AddDataEngine(dlc.DataEngineInfo{DataEngineID: "DataEngine-1", DataEngineName: "standard", EngineGeneration: "Native"})
	for _, name := range []string{"sql", "etl", "ai"} {
		group := object{
			"EngineResourceGroupName": name, "DataEngineName": "standard", "AutoLaunch": 1, "AutoPause": 1, "DriverCuSpec": "small",
			"ExecutorCuSpec": "medium", "MinExecutorNums": 1, "MaxExecutorNums": 4, "IsLaunchNow": 0, "AutoPauseTime": 10,
			"MaxConcurrency":     5,
			"NetworkConfigNames": []string{"net"}, "ResourceGroupScene": "SQL", "Size": 16, "PythonCuSpec": "small", "SparkSize": 8,
			"ImageType": "build-in", "ImageName": "image", "ImageVersion": "1", "FrameType": "machine-learning", "SparkSpecMode": "fast",
		}
		d.do("CreateStandardEngineResourceGroup", group)
		d.refuse("InvalidParameter.DuplicateGroupName", "CreateStandardEngineResourceGroup", group)
		d.wait()
		d.shows(d.group(name), group)
	}
	d.pages("UserEngineResourceGroupInfos", 3, "DescribeStandardEngineResourceGroups", object{})
	d.pages("UserEngineResourceGroupInfos", 2, "DescribeStandardEngineResourceGroups",
		object{"Filters": filter("engine-resource-group-name", "sql", "e")})
	names := object{"EngineResourceGroupNames": []string{"sql", "none"}}
	change := func(operation string, parameters object, want object) {
		d.Helper()
		d.do(operation, parameters)
		d.wait()
		d.shows(d.group("sql"), want)
	}
	const failed = "OperateEngineResourceGroupFailMessages.#"
	d.do("LaunchStandardEngineResourceGroups", names, object{failed: 2})
	d.do("PauseStandardEngineResourceGroups", names, object{failed: 1})
	d.wait()
	change("LaunchStandardEngineResourceGroups", names, object{"ResourceGroupState": int(dlc.ResourceGroupStateRunning)})
	id := at(d.group("sql"), "EngineResourceGroupId")
	base := object{"EngineResourceGroupName": "sql", "AutoLaunch": 0, "AutoPause": 0, "AutoPauseTime": 20, "MaxConcurrency": 8}
	change("UpdateStandardEngineResourceGroupBaseInfo", base, base)
	size := object{"EngineResourceGroupName": "sql", "DriverCuSpec": "large", "ExecutorCuSpec": "large", "MinExecutorNums": 2,
		"MaxExecutorNums": 6, "Size": 32}
	change("UpdateStandardEngineResourceGroupResourceInfo", joined([]object{size, {"IsEffectiveNow": 0}}), size)
	change("UpdateEngineResourceGroupNetworkConfigInfo",
		object{"EngineResourceGroupId": id, "IsEffectiveNow": 0, "NetworkConfigNames": []string{"other"}},
		object{"NetworkConfigNames": []string{"other"}})
	configured := []object{{"ConfigItem": "spark.a", "ConfigValue": "b", "Operate": "ADD"}}
	change("UpdateStandardEngineResourceGroupConfigInfo", object{
		"EngineResourceGroupName": "sql", "IsEffectiveNow": 0, "UpdateConfContext": []object{{"ConfigType": "DynamicConfigType",
			"Params": configured}},
	}, object{"EngineResourceGroupName": "sql"})
	d.do("DescribeStandardEngineResourceGroupConfigInfo", object{"Filters": filter("engine-resource-group-id", id)},
		object{"Total": 1, "StandardEngineResourceGroupConfigInfos.0.DynamicConfigPairs.0.ConfigValue": "b"})
	d.pages("StandardEngineResourceGroupConfigInfos", 3, "DescribeStandardEngineResourceGroupConfigInfo", object{})
	d.valid("DescribeResourceGroupUsageInfo", object{"SessionId": id})

	d.do("DeleteStandardEngineResourceGroup", object{"EngineResourceGroupName": "ai"})
	d.wait()
	d.pages("UserEngineResourceGroupInfos", 2, "DescribeStandardEngineResourceGroups", object{})
	const gone = "ResourceNotFound"
	d.refuse(gone, "DeleteStandardEngineResourceGroup", object{"EngineResourceGroupName": "ai"})
	base["EngineResourceGroupName"] = "ai"
	d.refuse(gone, "UpdateStandardEngineResourceGroupBaseInfo", base)
	dlcNativeSessions(d)
}

// group returns the resource group of a name.
func (d *dlcCaller) group(name string) any {
	d.Helper()
	return d.only("UserEngineResourceGroupInfos", "DescribeStandardEngineResourceGroups",
		object{"Filters": filter("engine-resource-group-name-unique", name)})
}

// dlcNativeSessions deletes Spark sessions of a standard engine.
func dlcNativeSessions(d *dlcCaller) {
	for _, name := range []string{"study", "play"} {
		d.emu.DLC.AddNativeSparkSession(dlc.SparkSessionInfo{EngineSessionName: name, ResourceGroupID: "rg-1"})
	}
	in := object{"DataEngineId": "DataEngine-1", "ResourceGroupId": "rg-1"}
	require.Len(d, d.do("DescribeNativeSparkSessions", object{"ResourceGroupId": "rg-1"})["SparkSessionsList"], 2)
	d.do("DeleteNativeSparkSession", joined([]object{in, {"EngineSessionName": "study"}}))
	d.wait()
	require.Len(d, d.do("DescribeNativeSparkSessions", object{"ResourceGroupId": "rg-1"})["SparkSessionsList"], 1)
	d.refuse("ResourceNotFound.SessionNotFound", "DeleteNativeSparkSession", joined([]object{in, {"EngineSessionName": "study"}}))
}
