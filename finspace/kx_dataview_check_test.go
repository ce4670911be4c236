package finspace

import "testing"

func TestDataviewRules(t *testing.T) {
	t.Parallel()
	create := func(change func(*CreateKxDataviewRequest)) CreateKxDataviewRequest {
		r := CreateKxDataviewRequest{EnvironmentID: "kx7example", DatabaseName: "taq", DataviewName: "taq-view", AZMode: KxAZModeSingle}
		change(&r)
		return r
	}
	segment := func(volume string, paths ...string) KxDataviewSegmentConfiguration {
		return KxDataviewSegmentConfiguration{VolumeName: volume, DBPaths: paths}
	}
	update := func(segments ...KxDataviewSegmentConfiguration) UpdateKxDataviewRequest {
		return UpdateKxDataviewRequest{EnvironmentID: "kx7example", DatabaseName: "taq", DataviewName: "taq-view", ChangesetID: "QqO4hBX", SegmentConfigurations: segments}
	}
	twice := []KxDataviewSegmentConfiguration{segment("fast", "/2026.11.20/"), segment("fast", "/2026.11.21/", "/2026.11.20/")}
	runCheckTests(t, []checkTest{
		{"updates itself", create(func(r *CreateKxDataviewRequest) { r.AutoUpdate = true }), nil},
		{"writable", create(func(r *CreateKxDataviewRequest) { r.ReadWrite = true }), nil},
		{"writable and updates itself", create(func(r *CreateKxDataviewRequest) { r.ReadWrite, r.AutoUpdate = true, true }), []string{
			"autoUpdate: must be false with readWrite true, given true",
		}},
		{"in all zones", create(func(r *CreateKxDataviewRequest) { r.AZMode = KxAZModeMulti }), []string{`azMode: must be SINGLE, given "MULTI"`}},
		{"path on two volumes", update(segment("fast", "/2026.11.20/"), segment("slow", "/2026.11.20/")), nil},
		{"two paths on one volume", update(segment("fast", "/2026.11.20/"), segment("fast", "/2026.11.21/")), nil},
		{"path twice on one volume", update(twice...), []string{
			`segmentConfigurations[1].dbPaths[1]: must not come twice for one volume, given "/2026.11.20/"`,
		}},
		{"path twice in one segment", update(segment("fast", "/sym", "/sym")), []string{
			`segmentConfigurations[0].dbPaths[1]: must not come twice for one volume, given "/sym"`,
		}},
		{"path twice in a new dataview", create(func(r *CreateKxDataviewRequest) { r.SegmentConfigurations = twice }), []string{
			`segmentConfigurations[1].dbPaths[1]: must not come twice for one volume, given "/2026.11.20/"`,
		}},
		{"path twice in a cluster's dataview", UpdateKxClusterDatabasesRequest{
			EnvironmentID: "kx7example", ClusterName: "hdb-prod",
			Databases: []KxDatabaseConfiguration{{DatabaseName: "taq", DataviewConfiguration: &KxDataviewConfiguration{SegmentConfigurations: twice}}},
		}, []string{
			`databases[0].dataviewConfiguration.segmentConfigurations[1].dbPaths[1]: must not come twice for one volume, given "/2026.11.20/"`,
		}},
	})
}
