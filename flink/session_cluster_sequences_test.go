package flink

// cluster is a session cluster that was last changed, and came to its state, at a time.
func cluster(state string, at int64, message ...string) object {
	status := object{"currentSessionClusterStatus": state}
	if state == "RUNNING" {
		status["running"] = object{"startedAt": at}
	}
	if len(message) > 0 {
		status["failure"] = object{"message": message[0], "failedAt": at}
	}
	return object{"sessionClusterId": "c1", "name": "shared", "createdAt": 50, "modifiedAt": at, "status": status, "engineVersion": "v1"}
}

// untimed is a session cluster that does not say when it came to its state.
func untimed(state string, modified int64, message ...string) object {
	status := object{"currentSessionClusterStatus": state}
	if len(message) > 0 {
		status["failure"] = object{"message": message[0]}
	}
	return object{"sessionClusterId": "c1", "name": "shared", "createdAt": 50, "modifiedAt": modified, "status": status, "engineVersion": "v1"}
}

func v2(o object) object { return of(o, "engineVersion", "v2") }

func another(o object, created int64) object {
	return of(o, "sessionClusterId", "c2", "createdAt", created)
}

// sessionClusterSequences are sequences of what a service may show of a session cluster.
var sessionClusterSequences = []hostile{
	// Starts of session clusters.
	{"stale", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {300 * sec, cluster("STARTING", 101)}, {360 * sec, cluster("RUNNING", 130)}}, "succeeded", 360 * sec},
	{"not polled in between", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("RUNNING", 101)}}, "succeeded", 30 * sec},
	{"fails", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("FAILED", 160, "no quota")}}, "failed: no quota", 60 * sec},
	{"stale failure", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {300 * sec, cluster("STARTING", 101)}, {360 * sec, cluster("RUNNING", 130)}}, "succeeded", 360 * sec},
	{"stale failure without a time", "cluster start", []shown{{-1, untimed("FAILED", 100, "old")}, {300 * sec, untimed("STARTING", 101)}, {360 * sec, untimed("RUNNING", 130)}}, "succeeded", 360 * sec},
	{"stale failure without any time", "cluster start", []shown{{-1, untimed("FAILED", 0, "old")}, {25 * sec, untimed("STARTING", 0)}, {60 * sec, untimed("RUNNING", 0)}}, "succeeded", 60 * sec},
	{"no time tells", "cluster start", []shown{{-1, untimed("FAILED", 0, "old")}}, "failed: old", 30 * sec},
	{"fails in the same second", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {2 * sec, cluster("STARTING", 100)}, {3 * sec, cluster("FAILED", 100, "new")}}, "failed: new", 30 * sec},
	{"fails in the same second with the same message", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {2 * sec, cluster("STARTING", 100)}, {20 * sec, cluster("FAILED", 100, "old")}}, "failed: old", 50 * sec},
	{"runs in the same second", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {20 * sec, cluster("RUNNING", 100)}}, "succeeded", 50 * sec},
	{"the clock is set back", "cluster start", []shown{{-1, cluster("STOPPED", 1000)}, {2 * sec, cluster("STARTING", 900)}, {60 * sec, cluster("RUNNING", 950)}}, "succeeded", 60 * sec},
	{"older than the snapshot before", "cluster start", []shown{{-1, cluster("FAILED", 1000, "old")}, {0, cluster("RUNNING", 500)}, {200 * sec, cluster("FAILED", 1000, "old")}, {300 * sec, cluster("STARTING", 1100)}, {400 * sec, cluster("FAILED", 1200, "new")}}, "failed: new", 400 * sec},
	{"an older start", "cluster start", []shown{{-1, cluster("STOPPED", 1000)}, {0, cluster("STARTING", 500)}, {20 * sec, cluster("STOPPED", 1000)}, {300 * sec, cluster("STARTING", 1100)}, {400 * sec, cluster("RUNNING", 1200)}}, "succeeded", 400 * sec},
	{"abandoned", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("STOPPED", 160, "no quota")}}, "failed: the cluster is stopped again: no quota", 90 * sec},
	{"abandoned in the same second", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 100)}, {60 * sec, cluster("STOPPED", 100)}}, "failed: the cluster is stopped again", 90 * sec},
	{"stale in between", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {40 * sec, cluster("STOPPED", 100)}, {60 * sec, cluster("STARTING", 101)}, {90 * sec, cluster("RUNNING", 190)}}, "succeeded", 90 * sec},
	{"being stopped", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("STOPPING", 160)}}, "failed: superseded: the cluster is being stopped", 90 * sec},
	{"stopped", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {1, cluster("STARTING", 101)}, {60 * sec, cluster("STOPPING", 160)}, {70 * sec, cluster("STOPPED", 170)}}, "failed: superseded: the cluster was stopped", 90 * sec},
	{"stopped, not polled in between", "cluster start", []shown{{-1, cluster("FAILED", 100, "old")}, {1, cluster("STOPPED", 170)}}, "failed: superseded: the cluster was stopped", 30 * sec},
	{"another name", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {0, of(cluster("RUNNING", 200), "name", "theirs")}}, "pending", 0},
	{"deleted and made anew", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {0, another(cluster("RUNNING", 200), 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},
	{"deleted and made anew, without ids", "cluster start", []shown{{-1, of(cluster("STOPPED", 100), "sessionClusterId", "")}, {0, of(cluster("RUNNING", 200), "sessionClusterId", "", "createdAt", 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},
	{"an older one of the name", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {0, another(cluster("FAILED", 30, "theirs"), 20)}, {60 * sec, cluster("STARTING", 101)}, {90 * sec, cluster("RUNNING", 190)}}, "succeeded", 90 * sec},
	{"gone", "cluster start", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, gone}}, "not found", 60 * sec},
	{"never starts", "cluster start", []shown{{-1, cluster("STOPPED", 100)}}, "pending", 0},
	{"runs already", "cluster start", []shown{{-1, cluster("RUNNING", 100)}}, "pending", 0},

	// Stops of session clusters.
	{"stale", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, cluster("STOPPING", 101)}, {360 * sec, cluster("STOPPED", 160)}}, "succeeded", 360 * sec},
	{"fails", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {60 * sec, cluster("FAILED", 160, "stuck")}}, "failed: stuck", 60 * sec},
	{"abandoned", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster runs again", 90 * sec},
	{"abandoned without times", "cluster stop", []shown{{-1, untimed("RUNNING", 0)}, {1, untimed("STOPPING", 0)}, {60 * sec, untimed("RUNNING", 0, "in use")}}, "failed: the cluster runs again: in use", 90 * sec},
	{"stale in between", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {40 * sec, cluster("RUNNING", 100)}, {60 * sec, cluster("STOPPED", 160)}}, "succeeded", 60 * sec},
	{"started again", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("RUNNING", 200)}}, "failed: superseded: the cluster was started again", 30 * sec},
	{"starts again", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STARTING", 200)}}, "failed: superseded: the cluster was started again", 30 * sec},
	{"stopped in the same second", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {20 * sec, cluster("STOPPED", 100)}}, "succeeded", 50 * sec},
	{"older than the snapshot before", "cluster stop", []shown{{-1, cluster("RUNNING", 1000)}, {0, cluster("STOPPED", 500)}, {300 * sec, cluster("STOPPING", 1100)}, {360 * sec, cluster("FAILED", 1200, "stuck")}}, "failed: stuck", 360 * sec},
	{"started meanwhile, then stopped", "cluster stop", []shown{{-1, cluster("STARTING", 100)}, {1, cluster("RUNNING", 110)}, {300 * sec, cluster("STOPPING", 120)}, {360 * sec, cluster("STOPPED", 130)}}, "succeeded", 360 * sec},
	{"never seen under way", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}}, "pending", 0},
	{"deleted and made anew", "cluster stop", []shown{{-1, cluster("RUNNING", 100)}, {0, another(cluster("STOPPED", 200), 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},

	// Updates of session clusters, which ask for the engine version v2.
	{"stale", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("UPDATING", 200))}, {360 * sec, v2(cluster("RUNNING", 260))}}, "succeeded", 390 * sec},
	{"saved at once, begins later, fails", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("RUNNING", 200))}, {25 * sec, v2(cluster("UPDATING", 200))}, {60 * sec, v2(cluster("FAILED", 260, "bad"))}}, "failed: bad", 60 * sec},
	{"flaps", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {20 * sec, v2(cluster("RUNNING", 200))}, {40 * sec, v2(cluster("UPDATING", 200))}, {60 * sec, v2(cluster("FAILED", 260, "bad"))}}, "failed: bad", 60 * sec},
	{"abandoned", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster is as before again", 90 * sec},
	{"abandoned, later", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {60 * sec, cluster("RUNNING", 260)}}, "failed: the cluster is as before again", 90 * sec},
	{"abandoned, and says why", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("UPDATING", 200))}, {60 * sec, cluster("RUNNING", 260, "no such engine")}}, "failed: no such engine", 90 * sec},
	{"superseded", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, of(cluster("RUNNING", 300), "engineVersion", "v3")}}, "failed: superseded: the cluster has the engine version v3", 30 * sec},
	{"stopped", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, v2(cluster("STOPPED", 300))}}, "failed: superseded: the cluster was stopped", 30 * sec},
	{"of a stopped cluster", "cluster update", []shown{{-1, cluster("STOPPED", 100)}, {0, v2(cluster("STOPPED", 200))}}, "succeeded", 30 * sec},
	{"of a failed cluster", "cluster update", []shown{{-1, cluster("FAILED", 100, "old")}, {0, of(v2(cluster("FAILED", 100, "old")), "modifiedAt", 200)}}, "succeeded", 30 * sec},
	{"of a failed cluster, stale", "cluster update", []shown{{-1, cluster("FAILED", 100, "old")}}, "pending", 0},
	{"older than the snapshot before", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, of(cluster("RUNNING", 50), "engineVersion", "v0")}, {300 * sec, v2(cluster("RUNNING", 200))}}, "succeeded", 330 * sec},
	{"deleted and made anew", "cluster update", []shown{{-1, cluster("RUNNING", 100)}, {0, another(v2(cluster("RUNNING", 200)), 190)}}, "failed: superseded: another session cluster has the name", 30 * sec},
	{"never begins", "cluster update", []shown{{-1, cluster("RUNNING", 100)}}, "pending", 0},
	{"the configuration tells", "cluster update in the same second", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 330 * sec},
	{"the state on the way tells", "cluster update in the same second", []shown{{-1, v2(cluster("RUNNING", 100))}, {60 * sec, v2(cluster("UPDATING", 100))}, {90 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 30 * sec},
	{"stale", "cluster update without a time", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("RUNNING", 101))}}, "succeeded", 330 * sec},
	{"in the same second", "cluster update without a time", []shown{{-1, cluster("RUNNING", 100)}, {300 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 330 * sec},
	{"seen in the same second", "cluster update without a time", []shown{{-1, v2(cluster("RUNNING", 100))}, {300 * sec, v2(cluster("UPDATING", 100))}, {360 * sec, v2(cluster("RUNNING", 100))}}, "succeeded", 390 * sec},
	{"the clock is set back", "cluster update in the same second", []shown{{-1, cluster("RUNNING", 1000)}, {300 * sec, v2(cluster("UPDATING", 100))}, {360 * sec, v2(of(cluster("RUNNING", 1000), "modifiedAt", 160))}}, "succeeded", 390 * sec},

	// Deletions of session clusters.
	{"stale", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"fails", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, cluster("FAILED", 160, "in use")}}, "failed: in use", 90 * sec},
	{"fails in the same second", "cluster deletion", []shown{{-1, cluster("FAILED", 100, "old")}, {60 * sec, cluster("FAILED", 100, "in use")}}, "failed: in use", 90 * sec},
	{"of a failed cluster", "cluster deletion", []shown{{-1, untimed("FAILED", 0, "old")}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"abandoned", "cluster deletion", []shown{{-1, cluster("RUNNING", 100)}, {1, cluster("STOPPING", 101)}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster is as before again", 90 * sec},
	{"abandoned, in an unknown state", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {1, cluster("DELETING", 101)}, {60 * sec, cluster("STOPPED", 160, "in use")}}, "failed: the cluster is as before again: in use", 90 * sec},
	{"an older stop", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {0, cluster("STOPPING", 95)}, {10 * sec, cluster("STOPPED", 100)}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"started", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, cluster("RUNNING", 160)}}, "failed: superseded: the cluster was started again", 90 * sec},
	{"deleted and made anew", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {60 * sec, another(cluster("RUNNING", 200), 190)}}, "succeeded", 90 * sec},
	{"an older one of the name", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {0, another(cluster("STOPPED", 30), 20)}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"another name", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}, {0, of(cluster("FAILED", 200, "theirs"), "name", "theirs")}, {300 * sec, gone}}, "succeeded", 300 * sec},
	{"never begins", "cluster deletion", []shown{{-1, cluster("STOPPED", 100)}}, "pending", 0},

	// Waits for a state.
	{"stale failure", "until the cluster runs", []shown{{0, cluster("FAILED", 100, "old")}, {25 * sec, cluster("STARTING", 101)}, {60 * sec, cluster("RUNNING", 160)}}, "succeeded", 60 * sec},
	{"has failed", "until the cluster runs", []shown{{0, cluster("FAILED", 100, "old")}}, "failed: old", 30 * sec},
	{"abandoned", "until the cluster runs", []shown{{0, cluster("STARTING", 100)}, {60 * sec, cluster("STOPPED", 160)}}, "failed: the cluster is stopped again", 90 * sec},
	{"another name", "until the cluster runs", []shown{{0, of(cluster("RUNNING", 100), "name", "theirs")}}, "pending", 0},
	{"abandoned", "until the cluster is stopped", []shown{{0, cluster("STOPPING", 100)}, {60 * sec, cluster("RUNNING", 100)}}, "failed: the cluster runs again", 90 * sec},
	{"fails", "until the cluster is stopped", []shown{{0, cluster("STOPPING", 100)}, {60 * sec, cluster("FAILED", 160, "stuck")}}, "failed: stuck", 60 * sec},
}
