package conformance_test

import (
	"github.com/polycloud-sdk/polycloud-go/dlc"
)

// dlcRayClusters creates, updates, starts, stops and deletes Ray clusters.
func dlcRayClusters(d *dlcCaller) {
	group := d.id("Id", "CreateClusterGroup", object{"Name": "ours"})
	var ids []string
	for _, name := range []string{"train", "serve", "spare"} {
		cluster := object{
			"Name": name, "Description": "first", "GroupId": group, "ResourcePartitionId": "p-1", "Queue": "default", "Image": "ray:2",
			"ImagePullPolicy": "Always", "ImagePullType": "PUBLIC", "ResourceConfig": "{}", "ResourceConfigId": "rc-1", "Catalog": "{}",
			"AdvancedOptions": "{}", "Priority": 3, "Tags": []object{{"TagKey": "team", "TagValue": "web"}},
		}
		created := d.do("CreateRayCluster", cluster, object{"Status": "INIT"})
		d.shows(created, cluster)
		d.wait()
		d.shows(d.do("GetRayCluster", object{"Id": at(created, "Id")}, object{"Status": "CREATED"}), cluster)
		ids = append(ids, at(created, "Id"))
	}
	d.pages("Items", 3, "ListRayClusters", object{})
	d.pages("Items", 2, "ListRayClusters", object{"Filters": filter("Name", "train", "spare")})
	d.do("ListRayClusters", object{"SortFields": []object{{"Field": "name", "Order": "ASC"}}}, object{"Items.0.Name": "serve"})
	d.do("DescribeClusterGroupClusters", object{"Id": group, "SampleLimit": 1}, object{"Count": 3, "SampleClusters.#": 1})
	d.do("CheckResourceName", object{"ResourceName": "train"}, object{"IsValid": "false"})
	d.do("CheckResourceName", object{"ResourceName": "free"}, object{"IsValid": "true"})

	in := object{"Id": ids[0]}
	update := joined([]object{in, {"Name": "train-2", "Description": "second"}})
	d.shows(d.do("UpdateRayCluster", update), update)
	d.do("ModifyClusterPriority", joined([]object{in, {"Priority": 5}}), object{"Priority": 5, "Name": "train-2"})
	d.do("GetRayCluster", in, object{"Name": "train-2", "Description": "second", "Priority": 5, "Queue": "default"})
	d.do("StartRayCluster", in, object{"Status": "STARTING", "Queue": "default"})
	d.refuse("OperationDenied", "StartRayCluster", in)
	d.wait()
	d.do("GetRayCluster", in, object{"Status": "RUNNING"})
	d.pages("Items", 2, "GetRayClusterPods", in)
	dlcRayYAML(d, "GetRayCluster", in)
	d.do("StopRayCluster", in, object{"Status": "STOPPING", "Queue": "default"})
	d.wait()
	d.do("GetRayCluster", in, object{"Status": "STOPPED"})
	d.pages("Items", 6, "GetRayClusterHistory", in)
	event := d.do("GetRayClusterEvent", joined([]object{in, {"PageSize": 1}}), object{"Events.#": 1, "ListOver": false})
	d.do("GetRayClusterEvent", joined([]object{in, {"PageSize": 9, "Context": at(event, "Context")}}),
		object{"Events.#": 5, "ListOver": true})
	d.do("DeleteRayCluster", in)
	d.wait()
	d.pages("Items", 2, "ListRayClusters", object{})
	for _, operation := range []string{
		"GetRayCluster", "StartRayCluster", "StopRayCluster", "DeleteRayCluster", "GetRayClusterPods", "GetRayClusterHistory",
		"GetRayClusterEvent",
		"UpdateRayCluster",
	} {
		d.refuse("ResourceNotFound", operation, in)
	}
	d.refuse("ResourceNotFound", "ModifyClusterPriority", joined([]object{in, {"Priority": 6}}))
}

// dlcRayYAML reads the definitions of what runs.
func dlcRayYAML(d *dlcCaller, prefix string, in object) {
	pod := at(d.do(prefix+"Pods", in), "Items.0.PodName")
	d.valid(prefix+"Yaml", in)
	d.valid(prefix+"PodYaml", joined([]object{in, {"PodName": pod}}))
}

// dlcLabs creates, updates, starts, stops and deletes labs.
func dlcLabs(d *dlcCaller) {
	var ids []string
	for _, name := range []string{"study", "play", "spare"} {
		lab := object{
			"Name": name, "ResourcePartitionId": "p-1", "Queue": "default", "Image": "ray:2", "Description": "first",
			"ImagePullPolicy": "Always",
			"ResourceConfig":  "{}", "ResourceConfigId": "rc-1", "Catalog": "{}", "GroupId": "g", "ServiceTypes": []string{"JUPYTER"},
			"ExampleId":      "e-1",
			"CodeArchiveUrl": "cosn://b/a.zip", "AdvancedOptions": "{}", "Priority": 3, "EnableToken": true, "ImagePullType": "PUBLIC",
			"PersistentWorkDir": object{"Enabled": true, "Type": "COS",
				"Bucket": "b"}, "Tags": []object{{"TagKey": "team", "TagValue": "web"}},
		}
		created := d.do("CreateLab", lab, object{"Status": "INIT"})
		d.shows(created, lab)
		d.wait()
		d.shows(d.do("GetLabDetail", object{"Id": at(created, "Id")}, object{"Status": "CREATED"}), lab)
		ids = append(ids, at(created, "Id"))
	}
	d.pages("Items", 3, "ListLabs", object{})
	d.shows(d.only("Items", "ListLabs", object{"Filters": filter("name", "play")}),
		object{"Name": "play", "GroupId": "g", "Image": "ray:2"})
	in := object{"Id": ids[0]}
	update := object{"Name": "study", "LabImage": "x", "Description": "second", "Queue": "other"}
	d.shows(d.do("UpdateLab", update), update)
	d.do("ModifyLabPriority", joined([]object{in, {"Priority": 4}}), object{"Priority": 4, "Description": "second"})
	d.do("GetLabDetail", in, object{"Description": "second", "Queue": "other", "Priority": 4, "Image": "ray:2"})
	d.do("StartLab", in, object{"Status": "STARTING", "Queue": "other"})
	d.refuse("FailedOperation.LabInTransition", "StartLab", in)
	d.wait()
	d.pages("Items", 2, "GetLabPods", in)
	d.valid("GetLabServiceUrls", in)
	dlcRayYAML(d, "GetLab", in)
	d.do("StopLab", in, object{"Status": "STOPPING", "Queue": "other"})
	d.wait()
	d.do("GetLabDetail", in, object{"Status": "STOPPED"})
	d.pages("Items", 6, "GetLabHistory", in)
	d.do("GetLabEvent", joined([]object{in, {"PageSize": 4}}), object{"Events.#": 4, "ListOver": false})
	d.do("DeleteLab", in)
	d.wait()
	d.do("GetLabDetail", in, object{"Status": "DELETED"})
	const gone = "FailedOperation.LabNotFound"
	for _, operation := range []string{"StartLab", "StopLab", "DeleteLab"} {
		d.refuse(gone, operation, in)
	}
	d.refuse(gone, "UpdateLab", update)
	d.refuse(gone, "ModifyLabPriority", joined([]object{in, {"Priority": 5}}))
	for _, operation := range []string{"GetLabDetail", "GetLabPods", "GetLabHistory", "GetLabEvent"} {
		d.refuse(gone, operation, object{"Id": "none"})
	}
}

// dlcRayJobs keeps configurations of jobs, and runs them.
func dlcRayJobs(d *dlcCaller) {
	cluster := d.emu.DLC.AddRayCluster(dlc.GetRayClusterResponse{Name: "shared"})
	spec := object{
		"Entrypoint": "python a.py", "Name": "train", "Description": "first", "Image": "ray:2", "ImagePullPolicy": "Always",
		"ResourceConfig": "{}",
		"RuntimeEnv":     "{}", "Catalog": "{}", "AutoscalerOptions": "{}", "ResourcePartitionId": "p-1", "Queue": "default",
		"JobPackage":      "cosn://b/a.zip",
		"AdvancedOptions": "{}", "ClusterId": cluster, "Priority": 3, "Tags": []object{{"TagKey": "team", "TagValue": "web"}},
	}
	created := d.do("CreateJobSpec", spec)
	d.shows(created, spec)
	id := at(created, "Id")
	in := object{"SpecId": id}
	d.shows(d.do("GetJobSpec", in), spec)
	copied := d.do("CopyJobSpec", joined([]object{in, {"NewName": "train-2"}}), object{"Name": "train-2", "Entrypoint": "python a.py"})
	update := joined([]object{in, {"Entrypoint": "python b.py", "Description": "second"}})
	d.shows(d.do("UpdateJobSpec", update), update)
	d.do("UpdateJobSpecPriority", joined([]object{in, {"Priority": 7}}), object{"Priority": 7})
	d.do("GetJobSpec", in, object{"Entrypoint": "python b.py", "Description": "second", "Priority": 7, "Queue": "default"})
	d.pages("Items", 2, "ListJobSpecs", object{"SortFields": []object{{"Field": "name", "Order": "DESC"}}})
	d.pages("Items", 1, "ListJobSpecs", object{"Filters": filter("Name", "train")})

	var jobs []object
	for range 3 {
		job := d.do("RunJobSpec", in, object{"SpecId": id, "Entrypoint": "python b.py", "Queue": "default", "JobName": "train"})
		jobs = append(jobs, object{"Id": at(job, "Id")})
	}
	d.refuse("OperationDenied", "DeleteJobSpec", in)
	d.do("CancelRayJob", jobs[1])
	d.refuse("OperationDenied", "DeleteRayJob", jobs[0])
	d.wait()
	d.do("GetRayJob", jobs[0], object{"Status": "SUCCEEDED", "Entrypoint": "python b.py", "SpecName": "train"})
	d.do("GetRayJob", jobs[1], object{"Status": "STOPPED"})
	d.refuse("OperationDenied", "CancelRayJob", jobs[0])
	d.do("UpdateRayJobPriority", joined([]object{jobs[0], {"Priority": 2}}), object{"Priority": 2})
	d.do("GetRayJob", jobs[0], object{"Priority": 2})
	d.pages("Items", 3, "ListRayJobs", object{})
	d.pages("Items", 2, "ListRayJobs", object{"Filters": filter("Status", "SUCCEEDED")})
	d.pages("Items", 3, "ListJobsBySpec", in)
	d.pages("Items", 3, "ListRayClusterJobs", object{"ClusterId": cluster})
	dlcRayJobReads(d, jobs[0])

	d.do("DeleteRayJob", jobs[2])
	d.do("DeleteJobSpec", object{"SpecId": at(copied, "Id")})
	d.pages("Items", 1, "ListJobSpecs", object{})
	d.pages("Items", 2, "ListRayJobs", object{})
	for _, operation := range []string{"GetRayJob", "CancelRayJob", "DeleteRayJob", "GetRayJobHistory", "GetRayJobPods",
		"GetRayJobEvent", "GetRayJobEventLog"} {
		d.refuse("ResourceNotFound", operation, jobs[2])
	}
	d.refuse("ResourceNotFound", "UpdateRayJobPriority", joined([]object{jobs[2], {"Priority": 2}}))
	d.refuse("ResourceNotFound", "ListRayClusterJobs", object{"ClusterId": "none"})
	none := object{"SpecId": at(copied, "Id")}
	for _, operation := range []string{"GetJobSpec", "CopyJobSpec", "DeleteJobSpec", "RunJobSpec"} {
		d.refuse("ResourceNotFound", operation, none)
	}
	d.refuse("ResourceNotFound", "UpdateJobSpec", joined([]object{none, {"Entrypoint": "python c.py"}}))
	d.refuse("ResourceNotFound", "UpdateJobSpecPriority", joined([]object{none, {"Priority": 1}}))
}

// dlcRayJobReads reads a job that has succeeded.
func dlcRayJobReads(d *dlcCaller, job object) {
	d.pages("Items", 3, "GetRayJobHistory", job)
	d.pages("Events", 3, "GetRayJobEventLog", job)
	event := d.do("GetRayJobEvent", joined([]object{job, {"PageSize": 2}}), object{"Events.#": 2, "ListOver": false})
	d.do("GetRayJobEvent", joined([]object{job, {"PageSize": 2, "Context": at(event, "Context")}}),
		object{"Events.#": 1, "ListOver": true})
	d.pages("Items", 0, "GetRayJobPods", job)
	d.valid("GetRayJobYaml", job)
	d.valid("GetRayJobPodYaml", joined([]object{job, {"PodName": "submitter"}}))
}

// dlcRayGroups keeps groups of clusters and configurations of resources.
func dlcRayGroups(d *dlcCaller) {
	var groups, configs []object
	for _, name := range []string{"one", "two", "three"} {
		group := object{"Name": name, "Description": "first", "Config": "{}"}
		created := d.do("CreateClusterGroup", group)
		d.shows(created, group)
		d.refuse("OperationDenied", "CreateClusterGroup", group)
		groups = append(groups, object{"Id": at(created, "Id")})
		config := object{
			"Name": name, "Description": "first", "Type": "Ray", "Head": object{"PodNum": 1, "PodCpu": 2, "ResourceType": "CPU"},
			"Worker": []object{{"Name": "w", "MinPodNum": 1, "MaxPodNum": 4, "Envs": []object{{"Name": "A", "Value": "b"}}}},
		}
		made := d.do("CreateResourceConfig", config)
		d.shows(made, config)
		d.refuse("OperationDenied", "CreateResourceConfig", config)
		configs = append(configs, object{"Id": at(made, "Id")})
		d.shows(d.do("DescribeClusterGroup", groups[len(groups)-1]), group)
		d.shows(d.do("GetResourceConfig", configs[len(configs)-1]), config)
	}
	for _, list := range []string{"ListClusterGroups", "ListResourceConfigs"} {
		d.pages("Items", 3, list, object{"SortFields": []object{{"Field": "Name", "Order": "DESC"}}})
		d.pages("Items", 1, list, object{"Filters": filter("Name", "two")})
	}
	update := joined([]object{groups[0], {"Name": "first", "Description": "second"}})
	d.shows(d.do("UpdateClusterGroup", update), update)
	d.do("DescribeClusterGroup", groups[0], object{"Name": "first", "Description": "second", "Config": "{}"})
	change := joined([]object{configs[0], {"Description": "second"}})
	d.shows(d.do("UpdateResourceConfig", change), change)
	d.do("GetResourceConfig", configs[0], object{"Description": "second", "Head.PodNum": 1, "Worker.#": 1})

	d.do("DescribeClusterGroupClusters", groups[0], object{"Count": 0})
	d.do("DeleteClusterGroup", groups[0], object{"Deleted": true, "Name": "first"})
	d.do("DescribeClusterGroup", joined([]object{groups[0], {"IncludeDeleted": true}}), object{"Deleted": true})
	for _, operation := range []string{"DescribeClusterGroup", "UpdateClusterGroup", "DeleteClusterGroup",
		"DescribeClusterGroupClusters"} {
		d.refuse("FailedOperation.ClusterGroupNotFound", operation, groups[0])
	}
	d.do("DeleteResourceConfig", configs[0])
	for _, operation := range []string{"GetResourceConfig", "UpdateResourceConfig", "DeleteResourceConfig"} {
		d.refuse("ResourceNotFound", operation, configs[0])
	}
	for _, list := range []string{"ListClusterGroups", "ListResourceConfigs"} {
		d.pages("Items", 2, list, object{})
	}
}

// dlcModels keeps models with their versions, and serves one.
func dlcModels(d *dlcCaller) {
	var models []object
	for _, name := range []string{"chat", "embed", "rank"} {
		model := object{
			"Name": name, "ModelType": "LLM", "InitialVersion": "v1", "Provider": "us", "Description": "first", "ParameterSize": "7B",
			"Tags": []string{"a"}, "Tasks": []string{"chat"}, "ModelUid": "m-" + name, "ResourceTags": []object{{"TagKey": "team",
				"TagValue": "web"}},
		}
		d.shows(d.do("CreateInferenceModel", model, object{"VersionCount": 1, "LatestVersion": "v1"}), model)
		d.refuse("OperationDenied", "CreateInferenceModel", model)
		models = append(models, object{"ModelUid": "m-" + name})
		d.shows(d.do("GetInferenceModel", models[len(models)-1]), model)
	}
	d.pages("Items", 3, "ListInferenceModels", object{})
	d.pages("Items", 1, "ListInferenceModels", object{"Filters": filter("Name", "rank")})
	update := joined([]object{models[0], {"Description": "second", "Tags": []string{"b", "c"}}})
	d.shows(d.do("UpdateInferenceModel", update), update)
	version := joined([]object{models[0],
		{"ModelVersion": "v2", "Description": "newer", "StorageUri": "cos://b/m/", "UseCustomStorage": true}})
	d.shows(d.do("CreateModelVersion", version, object{"Version": "v2"}), version)
	d.refuse("OperationDenied", "CreateModelVersion", version)
	d.pages("Items", 2, "ListModelVersions", models[0])
	d.do("GetInferenceModel", models[0], object{"Description": "second", "LatestVersion": "v2", "VersionCount": 2, "Provider": "us"})
	none := object{"ModelUid": "none"}
	for _, operation := range []string{"GetInferenceModel", "UpdateInferenceModel", "ListModelVersions"} {
		d.refuse("ResourceNotFound", operation, none)
	}
	d.refuse("ResourceNotFound", "CreateModelVersion", joined([]object{none, {"ModelVersion": "v2"}}))
	for _, operation := range []string{"GetModelConfig", "GetModelFiles", "GetModelReadme"} {
		d.valid(operation, models[0])
	}
	dlcServices(d)
}

// dlcServices serves models.
func dlcServices(d *dlcCaller) {
	var services []object
	for _, name := range []string{"chat", "embed"} {
		service := object{
			"Name": name, "ModelUid": "m-" + name, "Engine": "vllm", "Replicas": 1, "ResourcePartitionId": "p-1", "Image": "ray",
			"ModelIdentifier": name,
			"Queue":           "default", "ModelVersion": "v1", "IsCustom": false, "ResourceTags": []object{{"TagKey": "team", "TagValue": "web"}},
		}
		created := d.do("CreateInferenceService", service,
			object{"Status": string(dlc.InferenceServiceStatusDeploying), "ModelName": name, "ModelType": "LLM"})
		d.shows(created, service)
		in := object{"ServiceId": at(created, "ServiceId")}
		d.refuse("OperationDenied", "StopInferenceService", in)
		d.wait()
		d.shows(d.do("GetInferenceService", in, object{"Status": string(dlc.InferenceServiceStatusRunning)}), service)
		services = append(services, in)
	}
	d.pages("Items", 2, "ListInferenceServices", object{})
	d.pages("Items", 1, "ListInferenceServices", object{"Filters": filter("Name", "embed")})
	d.do("GetInferenceModel", object{"ModelUid": "m-chat"}, object{"ServiceCount": 1})
	in := services[0]
	d.do("StopInferenceService", in, object{"Name": "chat", "ModelUid": "m-chat"})
	d.wait()
	d.do("GetInferenceService", in, object{"Status": string(dlc.InferenceServiceStatusStopped)})
	d.do("RestartInferenceService", in, object{"Status": string(dlc.InferenceServiceStatusDeploying), "ModelUid": "m-chat"})
	d.wait()
	d.do("GetInferenceService", in, object{"Status": string(dlc.InferenceServiceStatusRunning)})
	none := object{"ServiceId": "none"}
	for _, operation := range []string{"GetInferenceService", "StopInferenceService", "RestartInferenceService"} {
		d.refuse("ResourceNotFound", operation, none)
	}
	d.valid("QueryDashboardOverview", object{"StartTime": "2026-01-01 00:00:00", "EndTime": "2026-01-02 00:00:00"})
	d.valid("QueryDashboardServiceList", object{})
	d.valid("QueryMonitorOverview", joined([]object{in, {"ChartTypes": []string{"qps"}}}))
	d.valid("ListInferenceEngines", object{})
	d.valid("ListImages", object{})
}

// dlcExamples reads the examples that the service offers.
func dlcExamples(d *dlcCaller) {
	for _, operation := range []string{"ListExampleCategories", "ListExampleDifficulties", "ListExampleTags", "ListExamples"} {
		d.valid(operation, object{})
	}
	id := "hello" // which does not have to exist
	if examples, _ := d.do("ListExamples", object{})["Items"].([]any); len(examples) > 0 {
		id = at(examples[0], "ExampleId")
	}
	d.valid("GetExampleDetail", object{"ExampleId": id})
}
