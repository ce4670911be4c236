package finspace

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

func TestUpdateBegun(t *testing.T) {
	t.Parallel()
	met, moved := content{met: true}, content{met: true, changed: true}
	same, other := content{}, content{changed: true, other: "theirs"}
	tests := []struct {
		name   string
		before snapshot
		now    snapshot
		found  content
		want   cloud.StartStatus
		wait   bool // it shows later
	}{
		{"as before", snapshot{}, snapshot{Status: "RUNNING", Modified: before}, same, cloud.NotBegun, false},
		{"as asked for before", snapshot{}, snapshot{Status: "RUNNING", Modified: before}, met, cloud.NotBegun, false},
		{"live", snapshot{}, snapshot{Status: "RUNNING", Modified: after}, moved, cloud.Begun, false},
		{"live in the same second", snapshot{}, snapshot{Status: "RUNNING", Modified: before}, moved, cloud.Begun, false},
		{"live again", snapshot{}, snapshot{Status: "RUNNING", Modified: after}, met, cloud.Begun, false},
		{"live, and being deleted", snapshot{}, snapshot{Status: "DELETING", Modified: after}, moved, cloud.Begun, false},
		{"under way, with the new content", snapshot{}, snapshot{Status: "UPDATING", Modified: after}, moved, cloud.Begun, false},
		{"under way", snapshot{}, snapshot{Status: "UPDATING", Modified: after}, same, cloud.Uncertain, true},
		{"under way again", snapshot{}, snapshot{Status: "UPDATING", Modified: after}, met, cloud.Uncertain, true},
		{"under way in the same second", snapshot{}, snapshot{Status: "UPDATING", Modified: before}, same, cloud.Uncertain, true},
		{"under way before", snapshot{Status: "UPDATING", Modified: before}, snapshot{Status: "UPDATING", Modified: before}, same, cloud.NotBegun, false},
		{"failed", snapshot{}, snapshot{Status: "UPDATE_FAILED", Modified: after}, same, cloud.Begun, false},
		{"failed before", snapshot{Status: "FAILED", Modified: before}, snapshot{Status: "FAILED", Modified: before}, same, cloud.NotBegun, false},
		{"failed, by its reason", snapshot{}, snapshot{Status: "RUNNING", Reason: "no", Modified: after}, content{reasons: true}, cloud.Begun, false},
		{"failed with other content", snapshot{}, snapshot{Status: "UPDATE_FAILED", Modified: after}, other, cloud.Uncertain, false},
		{"deletion failed", snapshot{}, snapshot{Status: "DELETE_FAILED", Modified: after}, same, cloud.Uncertain, false},
		{"other content", snapshot{}, snapshot{Status: "RUNNING", Modified: after}, other, cloud.Uncertain, false},
		{"modified", snapshot{}, snapshot{Status: "RUNNING", Modified: after}, same, cloud.Uncertain, false},
		{"being deleted", snapshot{}, snapshot{Status: "DELETING", Modified: after}, same, cloud.Uncertain, false},
		{"without a time", snapshot{}, snapshot{Status: "RUNNING"}, same, cloud.Uncertain, false},
		{"never with a time", snapshot{Status: "RUNNING"}, snapshot{Status: "RUNNING"}, same, cloud.Uncertain, false},
		{"older than before", snapshot{}, snapshot{Status: "RUNNING", Modified: before.Add(-time.Hour)}, moved, cloud.Uncertain, false},
		{"another resource", snapshot{}, snapshot{Status: "RUNNING", Created: before, Modified: after}, moved, cloud.Uncertain, false},
		{"an older resource", snapshot{}, snapshot{Status: "RUNNING", Created: created.Add(-time.Hour), Modified: after}, moved, cloud.Uncertain, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := record{Before: tt.before}
			if r.Before.Status == "" {
				r.Before = snapshot{Status: "RUNNING", Created: created, Modified: before}
			}
			if tt.now.Created.IsZero() {
				tt.now.Created = r.Before.Created
			}
			status, err := r.updateBegun(tt.now, tt.found)
			assert.Equal(t, tt.want, status)
			if tt.wait {
				assert.EqualError(t, err, "the state is UPDATING; whether this change is the cause shows when it is done")
			} else {
				assert.NoError(t, err)
			}
		})
	}
}

func TestDeletionBegun(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before string // the status, RUNNING unless given
		now    snapshot
		want   cloud.StartStatus
	}{
		{"as before", "", snapshot{"RUNNING", "", created, before}, cloud.NotBegun},
		{"under way", "", snapshot{"DELETING", "", created, after}, cloud.Begun},
		{"under way in the same second", "", snapshot{"DELETING", "", created, before}, cloud.Begun},
		{"under way before", "DELETING", snapshot{"DELETING", "", created, before}, cloud.NotBegun},
		{"under way once more", "DELETING", snapshot{"DELETING", "", created, after}, cloud.Begun},
		{"deleted", "", snapshot{"DELETED", "", created, after}, cloud.Begun},
		{"failed", "", snapshot{"DELETE_FAILED", "in use", created, after}, cloud.Begun},
		{"failed before", "DELETE_FAILED", snapshot{"DELETE_FAILED", "", created, before}, cloud.NotBegun},
		{"failed once more", "DELETE_FAILED", snapshot{"DELETE_FAILED", "", created, after}, cloud.Begun},
		{"modified", "", snapshot{"RUNNING", "", created, after}, cloud.Uncertain},
		{"being updated", "", snapshot{"UPDATING", "", created, after}, cloud.Uncertain},
		{"made anew", "", snapshot{"CREATING", "", after, after}, cloud.Begun},
		{"an older one", "", snapshot{"DELETED", "", created.Add(-time.Hour), created}, cloud.Uncertain},
		{"a stale read", "", snapshot{"DELETING", "", created, before.Add(-time.Minute)}, cloud.Uncertain},
		{"without a time", "", snapshot{"RUNNING", "", created, time.Time{}}, cloud.Uncertain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := clusters
			k.read = func(*Client, context.Context, *clusterChange) (*GetKxClusterResponse, error) {
				return &GetKxClusterResponse{
					Status: KxClusterStatus(tt.now.Status), StatusReason: tt.now.Reason, CreatedTimestamp: tt.now.Created, LastModifiedTimestamp: tt.now.Modified,
				}, nil
			}
			s := clusterChange{Record: baseline}
			s.Record.Before.Status = "RUNNING"
			if tt.before != "" {
				s.Record.Before.Status = tt.before
			}
			status, err := k.deletionBegun(&Client{}, t.Context(), &s)
			require.NoError(t, err)
			assert.Equal(t, tt.want, status)
		})
	}
	for status, want := range map[string]cloud.StartStatus{
		"CREATED": cloud.NotBegun, "FAILED_DELETION": cloud.Uncertain, "DELETING": cloud.Uncertain,
	} {
		r := record{Before: snapshot{Status: status}}
		assert.Equal(t, want, r.deletionBegun(snapshot{Status: status}, status == "FAILED_DELETION"), "%s, without times", status)
	}
}

// TestGone is a resource that is not found when a process finds out whether its deletion has begun.
func TestGone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		age  time.Duration
		err  error
		want cloud.StartStatus
	}{
		{"deleted", time.Hour, &cloud.Error{Kind: cloud.ErrNotFound}, cloud.Begun},
		{"created a moment ago, and perhaps not shown yet", time.Minute, &cloud.Error{Kind: cloud.ErrNotFound}, cloud.Uncertain},
		{"not readable", time.Hour, &cloud.Error{Kind: cloud.ErrDenied}, cloud.Uncertain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k := clusters
			k.read = func(*Client, context.Context, *clusterChange) (*GetKxClusterResponse, error) { return nil, tt.err }
			s := clusterChange{Record: record{Before: snapshot{Status: "RUNNING", Created: time.Now().Add(-tt.age)}}}
			status, err := k.deletionBegun(&Client{}, t.Context(), &s)
			assert.Equal(t, tt.want, status)
			assert.Equal(t, cloud.KindOf(tt.err) == cloud.ErrDenied, err != nil)
		})
	}
}

func TestCreationBegun(t *testing.T) {
	t.Parallel()
	prepared := created
	hdb := CreateKxClusterRequest{EnvironmentID: "kxenv", ClusterName: "hdb", ClusterType: KxClusterTypeHDB, Tags: map[string]string{"team": "kdb"}}
	for _, tt := range []struct {
		name string
		now  GetKxClusterResponse
		err  error
		want cloud.StartStatus
	}{
		{"made since", GetKxClusterResponse{Status: "CREATING", ClusterType: KxClusterTypeHDB, CreatedTimestamp: prepared.Add(time.Minute)}, nil, cloud.Begun},
		{"made since, and failed", GetKxClusterResponse{Status: "CREATE_FAILED", CreatedTimestamp: prepared.Add(time.Minute)}, nil, cloud.Begun},
		{"made since as another type", GetKxClusterResponse{Status: "RUNNING", ClusterType: KxClusterTypeGP, CreatedTimestamp: prepared.Add(time.Minute)}, nil, cloud.Uncertain},
		{"there before", GetKxClusterResponse{Status: "RUNNING", ClusterType: KxClusterTypeHDB, CreatedTimestamp: prepared.Add(-time.Hour)}, nil, cloud.NotBegun},
		{"not there", GetKxClusterResponse{}, &cloud.Error{Kind: cloud.ErrNotFound}, cloud.NotBegun},
		{"not readable", GetKxClusterResponse{}, &cloud.Error{Kind: cloud.ErrDenied}, cloud.Uncertain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			k, s := clusters, new(clusterChange)
			k.read = func(*Client, context.Context, *clusterChange) (*GetKxClusterResponse, error) { return &tt.now, tt.err }
			status, err := k.creationBegun(nil, t.Context(), s, &hdb, prepared)
			assert.Equal(t, tt.want, status)
			assert.Equal(t, cloud.KindOf(tt.err) == cloud.ErrDenied, err != nil)
			if status == cloud.Begun {
				assert.Equal(t, tt.now.CreatedTimestamp, s.Record.Before.Created)
			} else {
				assert.Zero(t, s.Record.Before.Created)
			}
		})
	}
}

// TestMeets checks when a request with a client token of the caller's own may repeat one whose change has ended.
func TestMeets(t *testing.T) {
	t.Parallel()
	arguments := []KxCommandLineArgument{{Key: "password", Value: "hunter2"}}
	code := codeChange{CodeBefore: &CodeConfiguration{S3Bucket: "b", S3Key: "k", S3ObjectVersion: "1"}, ScriptBefore: "init.q", ArgumentsBefore: arguments}
	codeRequest := func(change func(*UpdateKxClusterCodeConfigurationRequest)) *UpdateKxClusterCodeConfigurationRequest {
		r := &UpdateKxClusterCodeConfigurationRequest{Code: CodeConfiguration{S3Bucket: "b", S3Key: "k"}, CommandLineArguments: arguments}
		change(r)
		return r
	}
	assert.True(t, code.meets(codeRequest(func(*UpdateKxClusterCodeConfigurationRequest) {})))
	assert.True(t, code.meets(codeRequest(func(r *UpdateKxClusterCodeConfigurationRequest) { r.InitializationScript = "init.q" })))
	assert.False(t, code.meets(codeRequest(func(r *UpdateKxClusterCodeConfigurationRequest) { r.InitializationScript = "other.q" })))
	assert.False(t, code.meets(codeRequest(func(r *UpdateKxClusterCodeConfigurationRequest) { r.Code.S3Key = "other" })))
	assert.False(t, code.meets(codeRequest(func(r *UpdateKxClusterCodeConfigurationRequest) { r.Code.S3ObjectVersion = "2" })))
	assert.False(t, code.meets(codeRequest(func(r *UpdateKxClusterCodeConfigurationRequest) {
		r.CommandLineArguments = []KxCommandLineArgument{{Key: "password", Value: "hunter3"}}
	})))

	shown := []KxDatabaseConfiguration{{DatabaseName: "news"}, {DatabaseName: "trades", ChangesetID: "new", CacheConfigurations: []KxDatabaseCacheConfiguration{
		{CacheType: "CACHE_1000", DBPaths: []string{"/"}},
	}}}
	databases := func(d KxDatabaseConfiguration) bool {
		r := &UpdateKxClusterDatabasesRequest{Databases: []KxDatabaseConfiguration{d}}
		return updateKxClusterDatabases.State(r).meets(r, shown)
	}
	assert.True(t, databases(KxDatabaseConfiguration{DatabaseName: "trades", ChangesetID: "new"}))
	assert.False(t, databases(KxDatabaseConfiguration{DatabaseName: "trades", ChangesetID: "old"}))
	assert.False(t, databases(KxDatabaseConfiguration{DatabaseName: "quotes"}))
	assert.False(t, databases(KxDatabaseConfiguration{DatabaseName: "trades", CacheConfigurations: []KxDatabaseCacheConfiguration{
		{CacheType: "CACHE_1000", DBPaths: []string{"/2026/"}},
	}}))

	segments := []KxDataviewSegmentConfiguration{{DBPaths: []string{"/a/", "/b/"}, VolumeName: "cache"}}
	dataview := dataviewUpdateChange{ChangesetBefore: "c", DescriptionBefore: "d", SegmentsBefore: segments}
	assert.True(t, dataview.meets(&UpdateKxDataviewRequest{ChangesetID: "c", Description: "d", SegmentConfigurations: segments}))
	assert.False(t, dataview.meets(&UpdateKxDataviewRequest{ChangesetID: "e", SegmentConfigurations: segments}))
	assert.False(t, dataview.meets(&UpdateKxDataviewRequest{Description: "e", SegmentConfigurations: segments}))
	assert.False(t, dataview.meets(&UpdateKxDataviewRequest{SegmentConfigurations: []KxDataviewSegmentConfiguration{{DBPaths: []string{"/a/"}, VolumeName: "cache"}}}))
	assert.False(t, (&dataviewUpdateChange{}).meets(&UpdateKxDataviewRequest{SegmentConfigurations: segments}))

	volume := volumeUpdateChange{NAS1Before: KxNAS1Configuration{Type: KxNAS1TypeSSD250, Size: 1200}, DescriptionBefore: "d"}
	assert.True(t, volume.meets(&UpdateKxVolumeRequest{NAS1Configuration: &KxNAS1Configuration{Size: 1200}, Description: "d"}))
	assert.False(t, volume.meets(&UpdateKxVolumeRequest{NAS1Configuration: &KxNAS1Configuration{Size: 2400}}))
	assert.False(t, volume.meets(&UpdateKxVolumeRequest{NAS1Configuration: &KxNAS1Configuration{Type: KxNAS1TypeSSD1000}}))
	assert.False(t, volume.meets(&UpdateKxVolumeRequest{Description: "e"}))
}

// TestRestore covers what cannot be brought back, and what an update leaves as it is.
func TestRestore(t *testing.T) {
	t.Parallel()
	assert.Nil(t, (&codeChange{}).restore(), "the cluster had no code")
	assert.Nil(t, (&databasesChange{Databases: []mount{{DatabaseName: "trades"}}}).restore(), "the cluster had no such database")
	volume := volumeUpdateChange{NAS1Before: KxNAS1Configuration{Size: 1200}, DescriptionBefore: "d"}
	assert.Equal(t, &UpdateKxVolumeRequest{Description: "d"}, volume.restore(), "the update leaves the storage as it is")
	dataview := dataviewUpdateChange{ChangesetBefore: "c", DescriptionBefore: "d"}
	assert.Equal(t, &UpdateKxDataviewRequest{Description: "d"}, dataview.restore(), "the update leaves the changeset as it is")
	databases := databasesChange{Databases: []mount{{DatabaseName: "trades"}}, DatabasesBefore: []KxDatabaseConfiguration{{DatabaseName: "trades"}, {DatabaseName: "news"}}, Strategy: KxDeploymentStrategyNoRestart}
	assert.Equal(t, &UpdateKxClusterDatabasesRequest{
		Databases: []KxDatabaseConfiguration{{DatabaseName: "trades"}}, DeploymentConfiguration: &KxDeploymentConfiguration{DeploymentStrategy: KxDeploymentStrategyNoRestart},
	}, databases.restore())
}

// TestResources checks what tokens say that changes are about.
func TestResources(t *testing.T) {
	t.Parallel()
	cluster, volume := clusterChange{EnvironmentID: "e", ClusterName: "c"}, volumeChange{EnvironmentID: "e", VolumeName: "v"}
	for want, s := range map[string]interface{ Resource() string }{
		"e/c": &codeChange{Cluster: cluster}, "e/c/n": &nodeChange{EnvironmentID: "e", ClusterName: "c", NodeID: "n"},
		"e/v": &volumeUpdateChange{Volume: volume}, "e/d/v": &dataviewUpdateChange{Dataview: dataviewChange{EnvironmentID: "e", DatabaseName: "d", DataviewName: "v"}},
		"e": &networkChange{Environment: environmentChange{EnvironmentID: "e"}}, "e/g": &scalingGroupChange{EnvironmentID: "e", ScalingGroupName: "g"},
		"e/d": &changesetChange{EnvironmentID: "e", DatabaseName: "d"}, "e/d/i": &changesetChange{EnvironmentID: "e", DatabaseName: "d", ChangesetID: "i"},
	} {
		assert.Equal(t, want, s.Resource())
	}
	assert.Equal(t, "e/c", (&databasesChange{Cluster: cluster}).Resource())
	assert.Equal(t, "e/v", volume.Resource())
}

// TestNetworkChange compares an environment with an update of its network.
func TestNetworkChange(t *testing.T) {
	t.Parallel()
	servers := []CustomDNSServer{{CustomDNSServerName: "dns.example.com", CustomDNSServerIP: "10.0.0.2"}}
	both := &UpdateKxEnvironmentNetworkRequest{
		TransitGatewayConfiguration: &TransitGatewayConfiguration{TransitGatewayID: "tgw-1"}, CustomDNSConfiguration: servers,
	}
	none := networkChange{TGWBefore: TGWStatusNone, DNSBefore: DNSStatusNone}
	for _, tt := range []struct {
		name string
		now  networkChange
		want content
	}{
		{"nothing", none, content{}},
		{"requested", networkChange{GatewayBefore: "tgw-1", TGWBefore: TGWStatusUpdateRequested, ServersBefore: servers, DNSBefore: DNSStatusUpdateRequested}, content{met: true, changed: true}},
		{"half of it", networkChange{GatewayBefore: "tgw-1", TGWBefore: TGWStatusUpdating, DNSBefore: DNSStatusNone}, content{changed: true}},
		{"another gateway", networkChange{GatewayBefore: "tgw-2", TGWBefore: TGWStatusUpdating, DNSBefore: DNSStatusNone}, content{changed: true, other: "another transit gateway"}},
		{"the same gateway and other servers", networkChange{
			GatewayBefore: "tgw-1", TGWBefore: TGWStatusUpdating, ServersBefore: []CustomDNSServer{{CustomDNSServerName: "theirs"}}, DNSBefore: DNSStatusUpdating,
		}, content{changed: true}},
	} {
		s := none
		s.Gateway, s.DNS = "tgw-1", true
		assert.Equal(t, tt.want, s.changeIn(both, tt.now), tt.name)
	}
}
