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
	baseline = record{Before: sight{Status: "BEFORE", Created: created, Modified: before}}
)

// A goal is what one waiter waits for, with the statuses that mean that it is reached, that it never
// will be, and neither.
type goal struct {
	name                       string
	judge                      func(status string) cloud.Verdict
	succeeded, failed, pending string
}

// goalOf judges each status with a waiter that has seen nothing else.
func goalOf[S, T any](name string, wait func(*S) cloud.WaitSpec[T], state S, show func(status string) *T, succeeded, failed, pending string) goal {
	return goal{name, func(status string) cloud.Verdict {
		s := state
		return wait(&s).Judge(show(status))
	}, succeeded, failed, pending}
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
	network := func(*environmentState) cloud.WaitSpec[GetKxEnvironmentResponse] {
		return cloud.WaitSpec[GetKxEnvironmentResponse]{Judge: judgeKxEnvironmentNetwork}
	}
	running := func(*nodeState) cloud.WaitSpec[KxNode] { return cloud.WaitSpec[KxNode]{Judge: judgeKxNode} }
	gatewayUpdate := networkUpdate{Environment: environmentState{Record: baseline}, Gateway: "tgw-1", TGWBefore: TGWStatusNone}
	dnsUpdate := networkUpdate{Environment: environmentState{Record: baseline}, DNS: true, DNSBefore: DNSStatusNone}

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
	birth := record{Before: sight{Created: created}}
	tests := []struct {
		statuses []string
		goals    []goal
	}{
		{words(EnvironmentStatus("").Values()), []goal{
			goalOf("created", c.environmentCreation, environmentState{}, environment, "CREATED", environmentEnded, environmentPending),
			goalOf("network", network, environmentState{}, environment, "CREATED", environmentEnded, environmentPending),
			goalOf("network update", c.networkUpdate, gatewayUpdate, environment, "CREATED", environmentEnded, environmentPending),
			goalOf("deleted", c.environmentDeletion, environmentState{}, environment, "DELETED", "FAILED_DELETION", environmentLives),
			goalOf("deletion", c.environmentDeletion, environmentState{Record: baseline}, environment, "DELETED", "FAILED_DELETION", environmentLives),
		}},
		{words(TGWStatus("").Values()), []goal{
			goalOf("gateway", network, environmentState{}, gateway, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
			goalOf("gateway update", c.networkUpdate, gatewayUpdate, gateway, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
		}},
		{words(DNSStatus("").Values()), []goal{
			goalOf("DNS", network, environmentState{}, dns, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
			goalOf("DNS update", c.networkUpdate, dnsUpdate, dns, "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"),
		}},
		{words(KxClusterStatus("").Values()), []goal{
			goalOf("running", c.clusterCreation, clusterState{}, cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("creation", c.clusterCreation, clusterState{Record: birth}, cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("code", c.codeUpdate, codeUpdate{Cluster: clusterState{Record: baseline}, Code: asked}, cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("databases", c.databasesUpdate, databasesUpdate{Cluster: clusterState{Record: baseline}}, cluster, "RUNNING", clusterEnded, clusterPending),
			goalOf("deleted", c.clusterDeletion, clusterState{}, cluster, "DELETED", "DELETE_FAILED", clusterLives),
			goalOf("deletion", c.clusterDeletion, clusterState{Record: baseline}, cluster, "DELETED", "DELETE_FAILED", clusterLives),
		}},
		{words(KxNodeStatus("").Values()), []goal{
			goalOf("running", running, nodeState{}, node, "RUNNING", "", "PROVISIONING"),
			goalOf("deletion", c.nodeDeletion, nodeState{}, node, "", "", "RUNNING PROVISIONING"),
		}},
		{words(ChangesetStatus("").Values()), []goal{
			goalOf("completion", c.changesetCompletion, changesetState{}, changeset, "COMPLETED COMPLETE", "FAILED", "PENDING PROCESSING"),
		}},
		{words(KxDataviewStatus("").Values()), []goal{
			goalOf("active", c.dataviewCreation, dataviewState{}, dataview, "ACTIVE", "FAILED DELETING", "CREATING UPDATING"),
			goalOf("creation", c.dataviewCreation, dataviewState{Record: birth}, dataview, "ACTIVE", "FAILED DELETING", "CREATING UPDATING"),
			goalOf("update", c.dataviewUpdate, dataviewUpdate{Dataview: dataviewState{Record: baseline}}, dataview, "ACTIVE", "FAILED DELETING", "CREATING UPDATING"),
			goalOf("deleted", c.dataviewDeletion, dataviewState{}, dataview, "", "FAILED", "CREATING ACTIVE UPDATING DELETING"),
			goalOf("deletion", c.dataviewDeletion, dataviewState{Record: baseline}, dataview, "", "FAILED", "CREATING ACTIVE UPDATING DELETING"),
		}},
		{words(KxVolumeStatus("").Values()), []goal{
			goalOf("active", c.volumeCreation, volumeState{}, volume, "ACTIVE UPDATED", volumeEnded, "CREATING UPDATING"),
			goalOf("creation", c.volumeCreation, volumeState{Record: birth}, volume, "ACTIVE UPDATED", volumeEnded, "CREATING UPDATING"),
			goalOf("update", c.volumeUpdate, volumeUpdate{Volume: volumeState{Record: baseline}}, volume, "ACTIVE UPDATED", volumeEnded, "CREATING UPDATING"),
			goalOf("deleted", c.volumeDeletion, volumeState{}, volume, "DELETED", "DELETE_FAILED", volumeLives),
			goalOf("deletion", c.volumeDeletion, volumeState{Record: baseline}, volume, "DELETED", "DELETE_FAILED", volumeLives),
		}},
		{words(KxScalingGroupStatus("").Values()), []goal{
			goalOf("active", c.scalingGroupCreation, scalingGroupState{}, group, "ACTIVE", groupEnded, "CREATING UPDATING"),
			goalOf("creation", c.scalingGroupCreation, scalingGroupState{Record: birth}, group, "ACTIVE", groupEnded, "CREATING UPDATING"),
			goalOf("deleted", c.scalingGroupDeletion, scalingGroupState{}, group, "DELETED", "DELETE_FAILED", groupLives),
			goalOf("deletion", c.scalingGroupDeletion, scalingGroupState{Record: baseline}, group, "DELETED", "DELETE_FAILED", groupLives),
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
