package dlc

func ray(id, status any, at int, more ...any) string {
	return response(append([]any{"Id", id, "Status", status, "StartTime", at, "StopTime", at}, more...)...)
}

// rayKind is a change of a cluster or a lab. In STOPPING it is under way, which no example of the service shows.
func rayKind(begin start, op, read string, before, through, live RayClusterStatus) kind {
	return kind{
		begin: begin, read: read, fixed: map[string]string{op: response("Id", "id-1")},
		before: ray("id-1", before, 100), underway: ray("id-1", through, 100), live: ray("id-1", live, 100), later: ray("id-1", live, 102),
		broken: ray("id-1", RayClusterStatusFailed, 102, "StatusMessage", "no quota"), undone: ray("id-1", before, 102),
		another: ray("id-2", live, 102),
	}
}

func rayCreationKind(begin start, op, read string) kind {
	k := workKind(begin, op, response("Id", "id-1"), read, func(id, status any) string { return ray(id, status, 100) },
		RayClusterStatusInitializing, RayClusterStatusCreated, RayClusterStatusFailed)
	k.third = ray("id-1", RayClusterStatusStopped, 102)
	return k
}

func rayDeletionKind(begin start, op, read string) kind {
	k := rayKind(begin, op, read, RayClusterStatusStopped, "DELETING", RayClusterStatusDeleted)
	k.deletes, k.undone, k.another = true, ray("id-1", RayClusterStatusStopped, 102), ray("id-2", RayClusterStatusDeleted, 102)
	return k
}

// rayKinds are the changes of Ray clusters, labs and Ray jobs.
func rayKinds() map[string]kind {
	const running, stopped, stopping = RayClusterStatusRunning, RayClusterStatusStopped, RayClusterStatus("STOPPING")
	job := func(id, status any) string { return response("Id", id, "Status", status, "FinishTime", 100) }
	return map[string]kind{
		"CreateRayCluster": rayCreationKind(begin((*Client).BeginCreateRayCluster, CreateRayClusterRequest{Name: "train"}), "CreateRayCluster", "GetRayCluster"),
		"StartRayCluster": rayKind(begin((*Client).BeginStartRayCluster, StartRayClusterRequest{ID: "id-1"}),
			"StartRayCluster", "GetRayCluster", stopped, RayClusterStatusStarting, running),
		"StopRayCluster": rayKind(begin((*Client).BeginStopRayCluster, StopRayClusterRequest{ID: "id-1"}),
			"StopRayCluster", "GetRayCluster", running, stopping, stopped),
		"DeleteRayCluster": rayDeletionKind(begin((*Client).BeginDeleteRayCluster, DeleteRayClusterRequest{ID: "id-1"}), "DeleteRayCluster", "GetRayCluster"),
		"CreateLab": rayCreationKind(begin((*Client).BeginCreateLab, CreateLabRequest{Name: "study", ResourcePartitionID: "p-1", Queue: "default"}),
			"CreateLab", "GetLabDetail"),
		"StartLab":  rayKind(begin((*Client).BeginStartLab, StartLabRequest{ID: "id-1"}), "StartLab", "GetLabDetail", stopped, RayClusterStatusStarting, running),
		"StopLab":   rayKind(begin((*Client).BeginStopLab, StopLabRequest{ID: "id-1"}), "StopLab", "GetLabDetail", running, stopping, stopped),
		"DeleteLab": rayDeletionKind(begin((*Client).BeginDeleteLab, DeleteLabRequest{ID: "id-1"}), "DeleteLab", "GetLabDetail"),
		"RunJobSpec": workKind(begin((*Client).BeginRunJobSpec, RunJobSpecRequest{SpecID: "spec-1"}), "RunJobSpec", response("Id", "id-1"),
			"GetRayJob", job, RayJobStatusRunning, RayJobStatusSucceeded, RayJobStatusFailed),
		"CancelRayJob": workKind(begin((*Client).BeginCancelRayJob, CancelRayJobRequest{ID: "id-1"}), "CancelRayJob", accepted,
			"GetRayJob", job, RayJobStatusRunning, "STOPPED", RayJobStatusSucceeded),
	}
}
