package finspace

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

var (
	created  = time.Date(2026, 11, 21, 5, 0, 0, 0, time.UTC)
	before   = created.Add(24 * time.Hour)
	after    = before.Add(time.Minute)
	baseline = sight{Status: "BEFORE", Created: created, Modified: before}
)

// A goal is what one waiter waits for, with the statuses that mean that it is reached, that it never
// will be, and neither.
type goal struct {
	name                       string
	judge                      func(status string) cloud.Judgement
	succeeded, failed, pending string
}

func goalOf[T any](name string, w cloud.Wait[T], show func(status string) *T, succeeded, failed, pending string) goal {
	return goal{name, func(status string) cloud.Judgement { return w.Judge(show(status)) }, succeeded, failed, pending}
}

func words[S ~string](values []S) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// TestEveryStatusHasAnOutcome fails when a status is not placed, for each waiter.
func TestEveryStatusHasAnOutcome(t *testing.T) {
	t.Parallel()
	c := &Client{}
	environment := func(status string) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{
			Status: EnvironmentStatus(status), TGWStatus: TGWStatusSuccessfullyUpdated, DNSStatus: DNSStatusNone,
			ErrorMessage: "as it is", CreationTimestamp: created, UpdateTimestamp: after,
		}
	}
	gateway := func(status string) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{Status: EnvironmentStatusCreated, TGWStatus: TGWStatus(status), DNSStatus: DNSStatusNone, ErrorMessage: "as it is", UpdateTimestamp: after}
	}
	dns := func(status string) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{Status: EnvironmentStatusCreated, TGWStatus: TGWStatusNone, DNSStatus: DNSStatus(status), ErrorMessage: "as it is", UpdateTimestamp: after}
	}
	cluster := func(status string) *GetKxClusterResponse {
		return &GetKxClusterResponse{Status: KxClusterStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, Code: &asked}
	}
	node := func(status string) *KxNode { return &KxNode{Status: KxNodeStatus(status)} }
	changeset := func(status string) *GetKxChangesetResponse {
		return &GetKxChangesetResponse{Status: ChangesetStatus(status)}
	}
	dataview := func(status string) *GetKxDataviewResponse {
		return &GetKxDataviewResponse{Status: KxDataviewStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, StatusReason: "as it is"}
	}
	volume := func(status string) *GetKxVolumeResponse {
		return &GetKxVolumeResponse{Status: KxVolumeStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, StatusReason: "as it is"}
	}
	group := func(status string) *GetKxScalingGroupResponse {
		return &GetKxScalingGroupResponse{Status: KxScalingGroupStatus(status), CreatedTimestamp: created, LastModifiedTimestamp: after, StatusReason: "as it is"}
	}
	network := c.environmentWait(GetKxEnvironmentRequest{})
	network.Judge = judgeKxEnvironmentNetwork
	running := c.nodeWait(&nodeState{})
	running.Judge = judgeKxNode

	const (
		environmentEnded   = "FAILED_CREATION FAILED_UPDATING_NETWORK SUSPENDED DELETE_REQUESTED DELETING RETRY_DELETION DELETED FAILED_DELETION"
		environmentPending = "CREATE_REQUESTED CREATING UPDATE_NETWORK_REQUESTED UPDATING_NETWORK"
		environmentLives   = environmentPending + " CREATED FAILED_CREATION FAILED_UPDATING_NETWORK SUSPENDED DELETE_REQUESTED DELETING RETRY_DELETION"
		clusterEnded       = "CREATE_FAILED DELETING DELETED DELETE_FAILED"
		clusterPending     = "PENDING CREATING UPDATING"
		clusterLives       = clusterPending + " RUNNING CREATE_FAILED DELETING"
		volumeEnded        = "CREATE_FAILED UPDATE_FAILED DELETING DELETED DELETE_FAILED"
		volumeLives        = "CREATING CREATE_FAILED ACTIVE UPDATING UPDATED UPDATE_FAILED DELETING"
		groupEnded         = "CREATE_FAILED UPDATE_FAILED DELETING DELETED DELETE_FAILED"
		groupLives         = "CREATING CREATE_FAILED ACTIVE UPDATING UPDATE_FAILED DELETING"
	)
	birth := sight{Created: created}
	tests := []struct {
		statuses []string
		goals    []goal
	}{
		{words(EnvironmentStatus("").Values()), []goal{
			goalOf("created", c.environmentCreation(&environmentState{}), environment, "CREATED", environmentEnded, environmentPending),
			goalOf("network", network, environment, "CREATED", environmentEnded, environmentPending),
			goalOf("network update", c.networkUpdate(&environmentState{Before: baseline, TransitGateway: true}), environment, "CREATED", environmentEnded, environmentPending),
			goalOf("deleted", c.environmentDeletion(&environmentState{}), environment, "DELETED", "FAILED_DELETION", environmentLives),
			goalOf("deletion", c.environmentDeletion(&environmentState{Before: baseline}), environment, "DELETED", "FAILED_DELETION", environmentLives),
		}},
		{words(TGWStatus("").Values()), []goal{
			goalOf("gateway", network, gateway, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
			goalOf("gateway update", c.networkUpdate(&environmentState{Before: baseline, TransitGateway: true}), gateway, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
		}},
		{words(DNSStatus("").Values()), []goal{
			goalOf("DNS", network, dns, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
			goalOf("DNS update", c.networkUpdate(&environmentState{Before: baseline, DNS: true}), dns, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
		}},
		{words(KxClusterStatus("").Values()), []goal{
			goalOf("running", c.clusterCreation(&clusterState{}), cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("creation", c.clusterCreation(&clusterState{Before: birth}), cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("code", c.codeUpdate(&codeUpdate{Code: asked, Before: before}), cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("databases", c.databasesUpdate(&clusterState{Before: baseline}), cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("deleted", c.clusterDeletion(&clusterState{}), cluster, "DELETED", "DELETE_FAILED", clusterLives),
			goalOf("deletion", c.clusterDeletion(&clusterState{Before: baseline}), cluster, "DELETED", "DELETE_FAILED", clusterLives),
		}},
		{words(KxNodeStatus("").Values()), []goal{
			goalOf("running", running, node, "RUNNING", "", "PROVISIONING"),
			goalOf("deletion", c.nodeDeletion(&nodeState{}), node, "", "", "RUNNING PROVISIONING"),
		}},
		{words(ChangesetStatus("").Values()), []goal{
			goalOf("completion", c.changesetCompletion(&changesetState{}), changeset, "COMPLETED COMPLETE", "FAILED", "PENDING PROCESSING"),
		}},
		{words(KxDataviewStatus("").Values()), []goal{
			goalOf("active", c.dataviewCreation(&dataviewState{}), dataview, "ACTIVE", "FAILED DELETING", "CREATING UPDATING"),
			goalOf("creation", c.dataviewCreation(&dataviewState{Before: birth}), dataview, "ACTIVE", "FAILED DELETING", "CREATING UPDATING"),
			goalOf("update", c.dataviewUpdate(&dataviewState{Before: baseline}), dataview, "ACTIVE", "FAILED DELETING", "CREATING UPDATING"),
			goalOf("deleted", c.dataviewDeletion(&dataviewState{}), dataview, "", "FAILED", "CREATING ACTIVE UPDATING DELETING"),
			goalOf("deletion", c.dataviewDeletion(&dataviewState{Before: baseline}), dataview, "", "FAILED", "CREATING ACTIVE UPDATING DELETING"),
		}},
		{words(KxVolumeStatus("").Values()), []goal{
			goalOf("active", c.volumeCreation(&volumeState{}), volume, "ACTIVE UPDATED", volumeEnded, "CREATING UPDATING"),
			goalOf("creation", c.volumeCreation(&volumeState{Before: birth}), volume, "ACTIVE UPDATED", volumeEnded, "CREATING UPDATING"),
			goalOf("update", c.volumeUpdate(&volumeState{Before: baseline}), volume, "ACTIVE UPDATED", volumeEnded, "CREATING UPDATING"),
			goalOf("deleted", c.volumeDeletion(&volumeState{}), volume, "DELETED", "DELETE_FAILED", volumeLives),
			goalOf("deletion", c.volumeDeletion(&volumeState{Before: baseline}), volume, "DELETED", "DELETE_FAILED", volumeLives),
		}},
		{words(KxScalingGroupStatus("").Values()), []goal{
			goalOf("active", c.scalingGroupCreation(&scalingGroupState{}), group, "ACTIVE", groupEnded, "CREATING UPDATING"),
			goalOf("creation", c.scalingGroupCreation(&scalingGroupState{Before: birth}), group, "ACTIVE", groupEnded, "CREATING UPDATING"),
			goalOf("deleted", c.scalingGroupDeletion(&scalingGroupState{}), group, "DELETED", "DELETE_FAILED", groupLives),
			goalOf("deletion", c.scalingGroupDeletion(&scalingGroupState{Before: baseline}), group, "DELETED", "DELETE_FAILED", groupLives),
		}},
	}
	for _, tt := range tests {
		for _, g := range tt.goals {
			t.Run(tt.statuses[0]+"/"+g.name, func(t *testing.T) {
				t.Parallel()
				testGoal(t, g, tt.statuses)
			})
		}
	}
}

func testGoal(t *testing.T, g goal, statuses []string) {
	outcomes := map[string]cloud.Outcome{"HIBERNATING": cloud.Pending, "": cloud.Pending}
	for outcome, list := range map[cloud.Outcome]string{cloud.Succeeded: g.succeeded, cloud.Failed: g.failed, cloud.Pending: g.pending} {
		for status := range strings.FieldsSeq(list) {
			require.NotContains(t, outcomes, status, "placed twice")
			outcomes[status] = outcome
		}
	}
	for _, status := range statuses {
		assert.Contains(t, outcomes, status, "not placed")
	}
	for status, want := range outcomes {
		j := g.judge(status)
		assert.Equal(t, want, j.Outcome, status)
		assert.True(t, strings.HasSuffix(j.State, status) || j.State == "CREATED", "%s is shown as %s", status, j.State)
		if j.Reason != "" {
			assert.Equal(t, "as it is", j.Reason, "the service's own reason")
		}
	}
}

// TestSights is what tells a change from what was there before it and from what came after it.
func TestSights(t *testing.T) {
	t.Parallel()
	const superseded = "superseded: another of the same name was created at 2026-11-22T05:00:00Z"
	at := func(status string, created, modified time.Time) sight { return sight{status, created, modified} }
	none := time.Time{}
	failedBefore := sight{Status: "DELETE_FAILED", Created: created, Modified: before}
	tests := []struct {
		name   string
		read   func(cloud.Judgement, sight) cloud.Judgement
		now    sight
		said   cloud.Outcome // by the status alone
		want   cloud.Outcome
		reason string
	}{
		{"creation of ours", baseline.creation, at("ACTIVE", created, before), cloud.Succeeded, cloud.Succeeded, ""},
		{"creation, dated a little differently", baseline.creation, at("ACTIVE", created.Add(-time.Second), before), cloud.Succeeded, cloud.Succeeded, ""},
		{"creation, an older one", baseline.creation, at("ACTIVE", created.Add(-time.Hour), before), cloud.Succeeded, cloud.Pending, ""},
		{"creation, an older one that is being deleted", baseline.creation, at("DELETING", created.Add(-time.Hour), before), cloud.Failed, cloud.Pending, ""},
		{"creation, a newer one", baseline.creation, at("ACTIVE", before, before), cloud.Succeeded, cloud.Failed, superseded},
		{"creation, a newer one on its way", baseline.creation, at("CREATING", before, before), cloud.Pending, cloud.Failed, superseded},
		{"creation without a date", baseline.creation, at("ACTIVE", none, none), cloud.Succeeded, cloud.Pending, ""},
		{"failed creation without a date", baseline.creation, at("CREATE_FAILED", none, none), cloud.Failed, cloud.Failed, ""},
		{"creation of nobody in particular", sight{}.creation, at("ACTIVE", created, before), cloud.Succeeded, cloud.Succeeded, ""},

		{"update", baseline.update, at("ACTIVE", created, after), cloud.Succeeded, cloud.Succeeded, ""},
		{"update, stale success", baseline.update, at("ACTIVE", created, before), cloud.Succeeded, cloud.Pending, ""},
		{"update, stale failure", baseline.update, at("UPDATE_FAILED", created, before), cloud.Failed, cloud.Pending, ""},
		{"update, older than the baseline", baseline.update, at("ACTIVE", created, created), cloud.Succeeded, cloud.Pending, ""},
		{"update, of an older one", baseline.update, at("DELETED", created.Add(-time.Hour), created.Add(-time.Minute)), cloud.Failed, cloud.Pending, ""},
		{"update that failed", baseline.update, at("UPDATE_FAILED", created, after), cloud.Failed, cloud.Failed, ""},
		{"update of what was made anew", baseline.update, at("ACTIVE", before, after), cloud.Succeeded, cloud.Failed, superseded},
		{"update without a date", baseline.update, at("ACTIVE", none, none), cloud.Succeeded, cloud.Pending, ""},

		{"deletion", baseline.deletion, at("DELETED", created, after), cloud.Succeeded, cloud.Succeeded, ""},
		{"deletion without a date", baseline.deletion, at("DELETED", none, none), cloud.Succeeded, cloud.Succeeded, ""},
		{"deletion of an older one", baseline.deletion, at("DELETED", created.Add(-time.Hour), created.Add(-time.Minute)), cloud.Succeeded, cloud.Pending, ""},
		{"deletion, a newer one", baseline.deletion, at("CREATING", before, before), cloud.Pending, cloud.Succeeded, ""},
		{"deletion, a newer one that is broken", baseline.deletion, at("DELETE_FAILED", before, after), cloud.Failed, cloud.Succeeded, ""},
		{"deletion that failed", baseline.deletion, at("DELETE_FAILED", created, after), cloud.Failed, cloud.Failed, ""},
		{"deletion that failed and left the date", baseline.deletion, at("DELETE_FAILED", created, before), cloud.Failed, cloud.Failed, ""},
		{"deletion that failed before", failedBefore.deletion, at("DELETE_FAILED", created, before), cloud.Failed, cloud.Pending, ""},
		{"deletion that failed long before", baseline.deletion, at("DELETE_FAILED", created, created), cloud.Failed, cloud.Pending, ""},
		{"deletion that failed again", failedBefore.deletion, at("DELETE_FAILED", created, after), cloud.Failed, cloud.Failed, ""},
		{"deletion by somebody", sight{}.deletion, at("DELETE_FAILED", created, before), cloud.Failed, cloud.Failed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := tt.read(cloud.Judgement{State: tt.now.Status, Outcome: tt.said}, tt.now)
			assert.Equal(t, cloud.Judgement{State: tt.now.Status, Outcome: tt.want, Reason: tt.reason}, j)
		})
	}
}

func TestJudgeVolumeUpdate(t *testing.T) {
	t.Parallel()
	nas := func(kind KxNAS1Type, size int) *KxNAS1Configuration { return &KxNAS1Configuration{kind, size} }
	tests := []struct {
		name       string
		asked, now *KxNAS1Configuration
		want       cloud.Outcome
		reason     string
	}{
		{"as asked", nas("SSD_250", 2400), nas("SSD_250", 2400), cloud.Succeeded, ""},
		{"size alone", nas("", 2400), nas("SSD_1000", 2400), cloud.Succeeded, ""},
		{"type alone", nas("SSD_1000", 0), nas("SSD_1000", 1200), cloud.Succeeded, ""},
		{"description alone", nil, nas("SSD_250", 1200), cloud.Succeeded, ""},
		{"as before", nas("", 2400), nas("SSD_250", 1200), cloud.Pending, ""},
		{"not shown", nas("", 2400), nil, cloud.Pending, ""},
		{"another type, the size is to come", nas("", 2400), nas("SSD_1000", 1200), cloud.Pending, ""},
		{"superseded", nas("", 2400), nas("SSD_250", 4800), cloud.Failed, "superseded: the volume has 4800 GB of SSD_250"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := volumeState{Before: baseline, NAS1: nas1Of(tt.asked), NAS1Before: *nas("SSD_250", 1200)}
			volume := GetKxVolumeResponse{Status: KxVolumeStatusUpdated, CreatedTimestamp: created, LastModifiedTimestamp: after, NAS1Configuration: tt.now}
			j := s.judgeUpdate(&volume)
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.reason, j.Reason)
			volume.LastModifiedTimestamp = before
			assert.Equal(t, cloud.Pending, s.judgeUpdate(&volume).Outcome, "stale")
		})
	}
}

func TestJudgeDataviewUpdate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, asked, now string
		want             cloud.Outcome
		reason           string
	}{
		{"as asked", "new", "new", cloud.Succeeded, ""},
		{"layout alone", "", "old", cloud.Succeeded, ""},
		{"as before", "new", "old", cloud.Pending, ""},
		{"not shown", "new", "", cloud.Pending, ""},
		{"superseded", "new", "newer", cloud.Failed, "superseded: the dataview shows changeset newer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := dataviewState{Before: baseline, ChangesetID: tt.asked, ChangesetBefore: "old"}
			dataview := GetKxDataviewResponse{Status: KxDataviewStatusActive, CreatedTimestamp: created, LastModifiedTimestamp: after, ChangesetID: tt.now}
			j := s.judgeUpdate(&dataview)
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.reason, j.Reason)
			dataview.LastModifiedTimestamp = before
			assert.Equal(t, cloud.Pending, s.judgeUpdate(&dataview).Outcome, "stale")
		})
	}
}

func TestJudgeNetwork(t *testing.T) {
	t.Parallel()
	both := environmentState{Before: baseline, TransitGateway: true, DNS: true}
	dns := environmentState{Before: baseline, DNS: true}
	env := func(status EnvironmentStatus, gateway TGWStatus, dns DNSStatus, updated time.Time) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{Status: status, TGWStatus: gateway, DNSStatus: dns, UpdateTimestamp: updated}
	}
	tests := []struct {
		name  string
		judge func(*GetKxEnvironmentResponse) cloud.Judgement
		now   *GetKxEnvironmentResponse
		want  cloud.Outcome
		state string
	}{
		{"both", both.judgeNetwork, env("CREATED", "SUCCESSFULLY_UPDATED", "SUCCESSFULLY_UPDATED", after), cloud.Succeeded, "CREATED"},
		{"one of both", both.judgeNetwork, env("CREATED", "SUCCESSFULLY_UPDATED", "UPDATING", after), cloud.Pending, "dnsStatus UPDATING"},
		{"one fails", both.judgeNetwork, env("CREATED", "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", after), cloud.Failed, "dnsStatus FAILED_UPDATE"},
		{"one fails, the environment is not done", both.judgeNetwork, env("UPDATING_NETWORK", "FAILED_UPDATE", "UPDATING", after), cloud.Pending, "UPDATING_NETWORK"},
		{"stale success", both.judgeNetwork, env("CREATED", "SUCCESSFULLY_UPDATED", "SUCCESSFULLY_UPDATED", before), cloud.Pending, "CREATED"},
		{"stale failure", both.judgeNetwork, env("FAILED_UPDATING_NETWORK", "FAILED_UPDATE", "NONE", before), cloud.Pending, "FAILED_UPDATING_NETWORK"},
		{"failed before, and not asked for", dns.judgeNetwork, env("CREATED", "FAILED_UPDATE", "SUCCESSFULLY_UPDATED", after), cloud.Succeeded, "CREATED"},
		{"nobody asked", judgeKxEnvironmentNetwork, env("CREATED", "NONE", "NONE", after), cloud.Pending, "tgwStatus NONE"},
		{"whoever asked for both", judgeKxEnvironmentNetwork, env("CREATED", "SUCCESSFULLY_UPDATED", "UPDATING", after), cloud.Pending, "dnsStatus UPDATING"},
		{"whoever asked for one", judgeKxEnvironmentNetwork, env("CREATED", "NONE", "SUCCESSFULLY_UPDATED", after), cloud.Succeeded, "CREATED"},
		{"whoever asked for what failed", judgeKxEnvironmentNetwork, env("CREATED", "FAILED_UPDATE", "SUCCESSFULLY_UPDATED", after), cloud.Failed, "tgwStatus FAILED_UPDATE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			j := tt.judge(tt.now)
			assert.Equal(t, tt.want, j.Outcome)
			assert.Equal(t, tt.state, j.State)
		})
	}
}

func TestNodesNeedAnID(t *testing.T) {
	t.Parallel()
	c, err := New(cloud.Config{Region: "us-east-1"})
	require.NoError(t, err)
	r := KxClusterNodeRequest{EnvironmentID: "kx7example", ClusterName: "hdb-prod"}
	for name, w := range map[string]*cloud.Waiter[KxNode]{"running": c.UntilKxClusterNodeRunning(r), "deleted": c.UntilKxClusterNodeDeleted(r)} {
		_, err := w.Wait(t.Context())
		require.ErrorIs(t, err, cloud.ErrInvalid, name)
		assert.ErrorContains(t, err, "nodeId: required")
	}
}
