package finspace

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// repeated is the refusal of a call whose first attempt may have been carried out.
func repeated(kind cloud.Kind) error {
	return &cloud.Error{Kind: kind, Code: "AnyException", Message: "no", MaybeExecuted: true}
}

func TestRepeatedDeletion(t *testing.T) {
	t.Parallel()
	running, deleted := sight{Status: "RUNNING", Created: created, Modified: before}, sight{Status: "DELETED", Created: created, Modified: before}
	once := &cloud.Error{Kind: cloud.ErrNotFound}
	tests := []struct {
		name          string
		before        sight
		look, send    error
		kinds         []cloud.Kind
		want          error
		sends, doubts bool
	}{
		{"started", running, nil, nil, nil, nil, true, false},
		{"deleted already", deleted, nil, errors.New("must not be sent"), nil, nil, false, false},
		{"not there", sight{}, once, nil, nil, cloud.ErrNotFound, false, false},
		{"deleted by somebody else", running, nil, once, nil, cloud.ErrNotFound, true, false},
		{"nothing is left for the repetition", running, nil, repeated(cloud.ErrNotFound), nil, nil, true, false},
		{"the repetition conflicts", running, nil, repeated(cloud.ErrConflict), nil, nil, true, true},
		{"the repetition is invalid", running, nil, repeated(cloud.ErrInvalid), nil, cloud.ErrInvalid, true, false},
		{"the repetition is invalid, which may be its success", running, nil, repeated(cloud.ErrInvalid), []cloud.Kind{cloud.ErrInvalid}, nil, true, true},
		{"the repetition is denied", running, nil, repeated(cloud.ErrDenied), nil, cloud.ErrDenied, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sent := false
			var r record
			err := r.delete(func() (sight, error) { return tt.before, tt.look }, func() error { sent = true; return tt.send }, tt.kinds...)
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.sends, sent)
			assert.Equal(t, tt.doubts, r.Refusal.Code != "")
			if err == nil {
				assert.Equal(t, tt.before, r.Before)
			}
		})
	}
}

// TestRefusedChange is a change whose start was refused when it was repeated: it gets under way, or it fails with
// the service's words.
func TestRefusedChange(t *testing.T) {
	t.Parallel()
	was := sight{Status: "RUNNING", Created: created, Modified: before}
	at := func(status string) sight { return sight{Status: status, Created: created, Modified: before} }
	refused := func() *record {
		r := &record{Before: was}
		require.NoError(t, r.accepted(repeated(cloud.ErrConflict)))
		return r
	}
	const why = "the service refused the repeated call with AnyException: no"
	deletion := func(r *record, now sight) cloud.Verdict {
		return r.deletion(judgeKxClusterDeletion(&GetKxClusterResponse{Status: KxClusterStatus(now.Status)}), now)
	}
	update := func(r *record, now sight) cloud.Verdict {
		return r.update(judgeKxCluster(&GetKxClusterResponse{Status: KxClusterStatus(now.Status)}), now, content{})
	}
	assert.Equal(t, verdict{cloud.Failed, true, why}, verdictOf(deletion(refused(), was)))
	assert.Equal(t, verdict{cloud.Failed, true, why}, verdictOf(update(refused(), was)))
	assert.Equal(t, cloud.Pending, deletion(&record{Before: was}, was).Outcome, "nobody refused it")
	assert.Equal(t, cloud.Pending, deletion(refused(), at("DELETING")).Outcome)
	assert.Equal(t, cloud.Pending, deletion(refused(), at("UPDATING")).Outcome, "which may be why it was refused")
	assert.Equal(t, cloud.Pending, update(refused(), at("UPDATING")).Outcome)
	assert.Equal(t, cloud.Succeeded, deletion(refused(), at("DELETED")).Outcome)

	r := refused()
	assert.Equal(t, cloud.Pending, deletion(r, at("DELETING")).Outcome)
	j := deletion(r, was)
	assert.Equal(t, "given up: the state is RUNNING again, and not deleted", j.Reason)
	assert.ErrorIs(t, (&record{}).accepted(&cloud.Error{Kind: cloud.ErrConflict}), cloud.ErrConflict, "the only attempt")
}

func TestRepeatedCreation(t *testing.T) {
	t.Parallel()
	start := created
	tests := []struct {
		name    string
		now     sight
		look    error
		want    error
		created time.Time
	}{
		{"made since", sight{Status: "CREATING", Created: start.Add(2 * time.Second)}, nil, nil, start.Add(2 * time.Second)},
		{"made since, and done", sight{Status: "RUNNING", Created: start.Add(2 * time.Second)}, nil, nil, start.Add(2 * time.Second)},
		{"there before", sight{Status: "RUNNING", Created: start.Add(-time.Hour)}, nil, cloud.ErrConflict, time.Time{}},
		{"being made by somebody else", sight{Status: "CREATING", Created: start.Add(-time.Hour)}, nil, cloud.ErrConflict, time.Time{}},
		{"being made, by another clock", sight{Status: "CREATING", Created: time.Unix(100, 0)}, nil, nil, time.Unix(100, 0)},
		{"not visible yet", sight{}, &cloud.Error{Kind: cloud.ErrNotFound}, nil, time.Time{}},
		{"cannot be told", sight{}, &cloud.Error{Kind: cloud.ErrDenied}, cloud.ErrConflict, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var r record
			look := func() (sight, error) { return tt.now, tt.look }
			require.ErrorIs(t, r.made(start.Add(-time.Hour), time.Hour, repeated(cloud.ErrConflict), look), tt.want)
			assert.Equal(t, tt.created, r.Before.Created)
		})
	}
	look := func() (sight, error) { t.Error("nobody has to look"); return sight{}, nil }
	require.ErrorIs(t, new(record).made(start, 0, &cloud.Error{Kind: cloud.ErrConflict}, look), cloud.ErrConflict)
}

// TestChecks is that a token of nothing is refused.
func TestChecks(t *testing.T) {
	t.Parallel()
	seen := record{Before: sight{Status: "RUNNING"}}
	cluster := clusterState{EnvironmentID: "e", ClusterName: "c", Record: seen}
	volume := volumeState{EnvironmentID: "e", VolumeName: "v", Record: seen}
	dataview := dataviewState{EnvironmentID: "e", DatabaseName: "d", DataviewName: "v", Record: seen}
	environment := environmentState{EnvironmentID: "e", Record: seen}
	code := CodeConfiguration{S3Bucket: "b", S3Key: "k"}
	type state interface{ Check() error }
	for _, good := range []state{
		&changesetState{"e", "d", "c"}, &cluster, &nodeState{"e", "c", "n"}, &volume, &dataview, &environment,
		&scalingGroupState{EnvironmentID: "e", ScalingGroupName: "g"}, &codeUpdate{Cluster: cluster, Code: code},
		&databasesUpdate{Cluster: cluster, Databases: []mount{{DatabaseName: "d"}}}, &volumeUpdate{Volume: volume}, &dataviewUpdate{Dataview: dataview},
		&networkUpdate{Environment: environment, Gateway: "g"}, &networkUpdate{Environment: environment, DNS: true},
	} {
		assert.NoError(t, good.Check(), "%T", good)
	}
	unseen := cluster
	unseen.Record = record{}
	for _, tt := range []struct {
		state state
		says  string
	}{
		{&changesetState{}, "has no environmentId"},
		{&changesetState{"e", "d", ""}, "has no changesetId"},
		{&clusterState{}, "has no environmentId"},
		{&clusterState{EnvironmentID: "e"}, "has no clusterName"},
		{&nodeState{"e", "c", ""}, "has no nodeId"},
		{&volumeState{EnvironmentID: "e"}, "has no volumeName"},
		{&dataviewState{EnvironmentID: "e", DataviewName: "v"}, "has no databaseName"},
		{&environmentState{}, "has no environmentId"},
		{&scalingGroupState{EnvironmentID: "e"}, "has no scalingGroupName"},
		{&codeUpdate{Code: code}, "has no environmentId"},
		{&codeUpdate{Cluster: cluster}, "has no code.s3Bucket"},
		{&codeUpdate{Cluster: unseen, Code: code}, "has no before"},
		{&databasesUpdate{Cluster: cluster}, "has no databases"},
		{&databasesUpdate{Cluster: cluster, Databases: []mount{{}}}, "has no databases.databaseName"},
		{&databasesUpdate{Cluster: unseen, Databases: []mount{{DatabaseName: "d"}}}, "has no before"},
		{&volumeUpdate{}, "has no environmentId"},
		{&volumeUpdate{Volume: volumeState{EnvironmentID: "e", VolumeName: "v"}}, "has no before"},
		{&dataviewUpdate{}, "has no environmentId"},
		{&dataviewUpdate{Dataview: dataviewState{EnvironmentID: "e", DatabaseName: "d", DataviewName: "v"}}, "has no before"},
		{&networkUpdate{Environment: environment}, "has no gateway"},
		{&networkUpdate{Gateway: "g"}, "has no environmentId"},
		{&networkUpdate{Environment: environmentState{EnvironmentID: "e"}, DNS: true}, "has no before"},
	} {
		assert.EqualError(t, tt.state.Check(), tt.says, "%T", tt.state)
	}
}

// TestStartsThatNameNothing is that a response which does not say what to follow is an error.
func TestStartsThatNameNothing(t *testing.T) {
	t.Parallel()
	c := clientOf(t, answers(`{"status":"PENDING"}`))
	_, err := c.BeginCreateKxChangeset(t.Context(), CreateKxChangesetRequest{EnvironmentID: "kxenv", DatabaseName: "trades"})
	require.ErrorIs(t, err, cloud.ErrTransport)
	assert.ErrorContains(t, err, "finspace CreateKxChangeset: no usable answer: unexpected response: it has no changesetId")
	_, err = c.BeginCreateKxEnvironment(t.Context(), CreateKxEnvironmentRequest{Name: "trading"})
	require.ErrorIs(t, err, cloud.ErrTransport)
	assert.ErrorContains(t, err, "it has no environmentId")
}

// answers is a service that says one thing.
type answers string

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	return respond(r, http.StatusOK, string(a)), nil
}

// TestRecord is what tells a creation from others of its name, and a deletion from what came after.
func TestRecord(t *testing.T) {
	t.Parallel()
	const anew = "superseded: another of the same name was created at 2026-11-22T05:00:00Z"
	at := func(status string, created, modified time.Time) sight {
		return sight{Status: status, Created: created, Modified: modified}
	}
	none := time.Time{}
	creation, deletion := (*record).creation, (*record).deletion
	tests := []struct {
		name string
		read func(*record, cloud.Verdict, sight) cloud.Verdict
		now  sight
		said cloud.Outcome // by the status alone
		want verdict
	}{
		{"creation of ours", creation, at("ACTIVE", created, before), cloud.Succeeded, verdict{cloud.Succeeded, false, ""}},
		{"creation, dated a little differently", creation, at("ACTIVE", created.Add(-time.Second), before), cloud.Succeeded, verdict{cloud.Succeeded, false, ""}},
		{"creation, an older one", creation, at("ACTIVE", created.Add(-time.Hour), before), cloud.Succeeded, verdict{cloud.Pending, false, ""}},
		{"creation, an older one that is being deleted", creation, at("DELETING", created.Add(-time.Hour), before), cloud.Failed, verdict{cloud.Pending, false, ""}},
		{"creation, a newer one", creation, at("ACTIVE", before, before), cloud.Succeeded, verdict{cloud.Failed, false, anew}},
		{"creation, a newer one on its way", creation, at("CREATING", before, before), cloud.Pending, verdict{cloud.Failed, false, anew}},
		{"creation without a date", creation, at("ACTIVE", none, none), cloud.Succeeded, verdict{cloud.Succeeded, true, ""}},
		{"failed creation without a date", creation, at("CREATE_FAILED", none, none), cloud.Failed, verdict{cloud.Failed, true, ""}},

		{"deletion", deletion, at("DELETED", created, after), cloud.Succeeded, verdict{cloud.Succeeded, false, ""}},
		{"deletion without a date", deletion, at("DELETED", none, none), cloud.Succeeded, verdict{cloud.Succeeded, true, ""}},
		{"deletion of an older one", deletion, at("DELETED", created.Add(-time.Hour), created.Add(-time.Minute)), cloud.Succeeded, verdict{cloud.Pending, false, ""}},
		{"deletion, a newer one", deletion, at("CREATING", before, before), cloud.Pending, verdict{cloud.Succeeded, false, ""}},
		{"deletion, a newer one that is broken", deletion, at("DELETE_FAILED", before, after), cloud.Failed, verdict{cloud.Succeeded, false, ""}},
		{"deletion that failed", deletion, at("DELETE_FAILED", created, after), cloud.Failed, verdict{cloud.Failed, true, ""}},
		{"deletion that failed and left the date", deletion, at("DELETE_FAILED", created, before), cloud.Failed, verdict{cloud.Failed, true, ""}},
		{"deletion that failed long before", deletion, at("DELETE_FAILED", created, created), cloud.Failed, verdict{cloud.Pending, false, ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := baseline
			j := tt.read(&r, cloud.Verdict{State: tt.now.Status, Outcome: tt.said}, tt.now)
			assert.Equal(t, tt.want, verdictOf(j))
			assert.Equal(t, tt.want.reason == anew, j.Superseded)
		})
	}
}

func TestWhoUsesIt(t *testing.T) {
	t.Parallel()
	volume := &GetKxVolumeResponse{Status: KxVolumeStatusDeleteFailed, AttachedClusters: []KxAttachedCluster{{ClusterName: "hdb"}, {ClusterName: "rdb"}}}
	assert.Equal(t, "in use by hdb, rdb", judgeKxVolumeDeletion(volume).Reason)
	volume.StatusReason = "host away"
	assert.Equal(t, "host away", judgeKxVolumeDeletion(volume).Reason)
	group := &GetKxScalingGroupResponse{Status: KxScalingGroupStatusDeleteFailed, Clusters: []string{"hdb"}}
	assert.Equal(t, "in use by hdb", judgeKxScalingGroupDeletion(group).Reason)
	dataview := &GetKxDataviewResponse{Status: KxDataviewStatusFailed, ActiveVersions: []KxDataviewActiveVersion{
		{AttachedClusters: []string{"rdb", "hdb"}}, {AttachedClusters: []string{"hdb"}},
	}}
	assert.Equal(t, "in use by hdb, rdb", judgeKxDataviewDeletion(dataview).Reason)
	assert.Empty(t, judgeKxDataviewDeletion(&GetKxDataviewResponse{Status: KxDataviewStatusFailed}).Reason)
}

func TestJudgeNetwork(t *testing.T) {
	t.Parallel()
	both := networkUpdate{Gateway: "tgw-new", TGWBefore: TGWStatusNone, DNS: true, DNSBefore: DNSStatusNone}
	dns := networkUpdate{DNS: true, DNSBefore: DNSStatusNone}
	env := func(status EnvironmentStatus, gateway TGWStatus, dns DNSStatus, updated time.Time) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{Status: status, TGWStatus: gateway, DNSStatus: dns, UpdateTimestamp: updated}
	}
	tests := []struct {
		name   string
		update networkUpdate
		seen   *GetKxEnvironmentResponse // by the same waiter before, if any
		now    *GetKxEnvironmentResponse
		want   verdict
		state  string
	}{
		{"both", both, nil, env("CREATED", "SUCCESSFULLY_UPDATED", "SUCCESSFULLY_UPDATED", after), verdict{cloud.Succeeded, false, ""}, "CREATED"},
		{"both in the same second", both, nil, env("CREATED", "SUCCESSFULLY_UPDATED", "SUCCESSFULLY_UPDATED", before), verdict{cloud.Succeeded, false, ""}, "CREATED"},
		{"one of both", both, nil, env("CREATED", "SUCCESSFULLY_UPDATED", "UPDATING", after), verdict{cloud.Pending, false, ""}, "dnsStatus UPDATING"},
		{"one fails", both, nil, env("CREATED", "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", after), verdict{cloud.Failed, true, "dnsStatus FAILED_UPDATE"}, "dnsStatus FAILED_UPDATE"},
		{"one fails, and was under way", both, env("UPDATING_NETWORK", "UPDATING", "UPDATING", after), env("CREATED", "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", after),
			verdict{cloud.Failed, false, "dnsStatus FAILED_UPDATE"}, "dnsStatus FAILED_UPDATE"},
		{"all fails", both, nil, env("FAILED_UPDATING_NETWORK", "FAILED_UPDATE", "FAILED_UPDATE", after),
			verdict{cloud.Failed, true, "tgwStatus FAILED_UPDATE, dnsStatus FAILED_UPDATE"}, "FAILED_UPDATING_NETWORK"},
		{"one fails, the environment is not done", both, nil, env("UPDATING_NETWORK", "FAILED_UPDATE", "UPDATING", after), verdict{cloud.Pending, false, ""}, "UPDATING_NETWORK"},
		{"nothing yet", both, nil, env("CREATED", "NONE", "NONE", before), verdict{cloud.Pending, false, ""}, "tgwStatus NONE"},
		{"given up", both, env("CREATED", "UPDATING", "UPDATE_REQUESTED", after), env("CREATED", "NONE", "NONE", after),
			verdict{cloud.Failed, true, "given up: the state is tgwStatus NONE again, without the update"}, "tgwStatus NONE"},
		{"failed before, and not asked for", dns, nil, env("CREATED", "FAILED_UPDATE", "SUCCESSFULLY_UPDATED", after), verdict{cloud.Succeeded, false, ""}, "CREATED"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := tt.update
			u.Environment.Record.Before = sight{Status: "CREATED", Created: created, Modified: before}
			if tt.seen != nil {
				assert.Equal(t, cloud.Pending, u.judge(tt.seen).Outcome)
			}
			j := u.judge(tt.now)
			assert.Equal(t, tt.want, verdictOf(j))
			assert.Equal(t, tt.state, j.State)
		})
	}
}

// TestJudgeAnybodysNetwork is a wait for what somebody has asked for.
func TestJudgeAnybodysNetwork(t *testing.T) {
	t.Parallel()
	tests := []struct {
		gateway TGWStatus
		dns     DNSStatus
		want    cloud.Outcome
		state   string
	}{
		{"NONE", "NONE", cloud.Pending, "tgwStatus NONE"},
		{"SUCCESSFULLY_UPDATED", "UPDATING", cloud.Pending, "dnsStatus UPDATING"},
		{"NONE", "SUCCESSFULLY_UPDATED", cloud.Succeeded, "CREATED"},
		{"FAILED_UPDATE", "SUCCESSFULLY_UPDATED", cloud.Failed, "tgwStatus FAILED_UPDATE"},
	}
	for _, tt := range tests {
		j := judgeKxEnvironmentNetwork(&GetKxEnvironmentResponse{Status: EnvironmentStatusCreated, TGWStatus: tt.gateway, DNSStatus: tt.dns})
		assert.Equal(t, tt.want, j.Outcome, tt.state)
		assert.Equal(t, tt.state, j.State)
	}
}

// TestWithin is that the documented longest times are those of the waits.
func TestWithin(t *testing.T) {
	t.Parallel()
	c := &Client{}
	for want, got := range map[time.Duration][]time.Duration{
		24 * time.Hour: {
			c.environmentCreation(&environmentState{}).Within, c.environmentDeletion(&environmentState{}).Within, c.clusterCreation(&clusterState{}).Within,
			c.clusterDeletion(&clusterState{}).Within, c.codeUpdate(&codeUpdate{}).Within, c.databasesUpdate(&databasesUpdate{}).Within,
			c.dataviewCreation(&dataviewState{}).Within, c.dataviewUpdate(&dataviewUpdate{}).Within, c.dataviewDeletion(&dataviewState{}).Within,
		},
		12 * time.Hour: {
			c.networkUpdate(&networkUpdate{}).Within, c.volumeCreation(&volumeState{}).Within, c.volumeUpdate(&volumeUpdate{}).Within, c.volumeDeletion(&volumeState{}).Within,
			c.scalingGroupCreation(&scalingGroupState{}).Within, c.scalingGroupDeletion(&scalingGroupState{}).Within,
		},
		6 * time.Hour:  {c.nodeDeletion(&nodeState{}).Within},
		48 * time.Hour: {c.changesetCompletion(&changesetState{}).Within},
	} {
		for i, w := range got {
			assert.Equal(t, want, w, "%s, %d", want, i)
		}
	}
}
