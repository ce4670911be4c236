package finspace

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
)

// networkSpec is the wait for the network as it is configured.
func networkSpec(*Client, *environmentChange) cloud.WaitSpec[GetKxEnvironmentResponse] {
	return cloud.WaitSpec[GetKxEnvironmentResponse]{Judge: judgeNetwork}
}

func TestEnvironmentStatuses(t *testing.T) {
	t.Parallel()
	const (
		failed  = "FAILED_CREATION FAILED_UPDATING_NETWORK SUSPENDED DELETE_REQUESTED DELETING RETRY_DELETION DELETED FAILED_DELETION"
		pending = "CREATE_REQUESTED CREATING UPDATE_NETWORK_REQUESTED UPDATING_NETWORK"
		there   = pending + " CREATED FAILED_CREATION FAILED_UPDATING_NETWORK SUSPENDED DELETE_REQUESTED DELETING RETRY_DELETION"
	)
	show := func(status string) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{
			Status: EnvironmentStatus(status), TGWStatus: TGWStatusSuccessfullyUpdated, DNSStatus: DNSStatusNone,
			ErrorMessage: "as it is", CreationTimestamp: created, UpdateTimestamp: after,
		}
	}
	update := networkChange{Environment: environmentChange{Record: baseline}, Gateway: "tgw-1", TGWBefore: TGWStatusNone}
	testGoals(t, EnvironmentStatus("").Values(),
		goalOf("created", environments.creation, environmentChange{}, show, "CREATED", failed, pending),
		goalOf("network", networkSpec, environmentChange{}, show, "CREATED", failed, pending),
		goalOf("network update", updateKxEnvironmentNetwork.Spec, update, show, "CREATED", failed, pending),
		goalOf("deleted", environments.deletion, environmentChange{}, show, "DELETED", "FAILED_DELETION", there),
		goalOf("deletion", environments.deletion, environmentChange{Record: baseline}, show, "DELETED", "FAILED_DELETION", there),
	)
}

func TestNetworkStatuses(t *testing.T) {
	t.Parallel()
	const updated, failed, pending = "SUCCESSFULLY_UPDATED", "FAILED_UPDATE", "NONE UPDATE_REQUESTED UPDATING"
	gateway := func(status string) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{Status: EnvironmentStatusCreated, TGWStatus: TGWStatus(status), DNSStatus: DNSStatusNone, ErrorMessage: "as it is", UpdateTimestamp: after}
	}
	dns := func(status string) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{Status: EnvironmentStatusCreated, TGWStatus: TGWStatusNone, DNSStatus: DNSStatus(status), ErrorMessage: "as it is", UpdateTimestamp: after}
	}
	environment := environmentChange{Record: baseline}
	testGoals(t, TGWStatus("").Values(),
		goalOf("gateway", networkSpec, environmentChange{}, gateway, updated, failed, pending),
		goalOf("gateway update", updateKxEnvironmentNetwork.Spec, networkChange{Environment: environment, Gateway: "tgw-1", TGWBefore: TGWStatusNone}, gateway, updated, failed, pending),
	)
	testGoals(t, DNSStatus("").Values(),
		goalOf("DNS", networkSpec, environmentChange{}, dns, updated, failed, pending),
		goalOf("DNS update", updateKxEnvironmentNetwork.Spec, networkChange{Environment: environment, DNS: true, DNSBefore: DNSStatusNone}, dns, updated, failed, pending),
	)
}

func TestJudgeNetwork(t *testing.T) {
	t.Parallel()
	both := networkChange{Gateway: "tgw-new", TGWBefore: TGWStatusNone, DNS: true, DNSBefore: DNSStatusNone}
	dns := networkChange{DNS: true, DNSBefore: DNSStatusNone}
	env := func(status EnvironmentStatus, gateway TGWStatus, dns DNSStatus, updated time.Time) *GetKxEnvironmentResponse {
		return &GetKxEnvironmentResponse{Status: status, TGWStatus: gateway, DNSStatus: dns, UpdateTimestamp: updated}
	}
	tests := []struct {
		name   string
		update networkChange
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
		{"abandoned", both, env("CREATED", "UPDATING", "UPDATE_REQUESTED", after), env("CREATED", "NONE", "NONE", after),
			verdict{cloud.Failed, true, "abandoned: the state is tgwStatus NONE again, without the update"}, "tgwStatus NONE"},
		{"failed before, and not asked for", dns, nil, env("CREATED", "FAILED_UPDATE", "SUCCESSFULLY_UPDATED", after), verdict{cloud.Succeeded, false, ""}, "CREATED"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := tt.update
			s.Environment.Record.Before = snapshot{Status: "CREATED", Created: created, Modified: before}
			if tt.seen != nil {
				assert.Equal(t, cloud.Pending, s.judge(tt.seen).Outcome)
			}
			v := s.judge(tt.now)
			assert.Equal(t, tt.want, verdictOf(v))
			assert.Equal(t, tt.state, v.State)
		})
	}
}

// TestJudgeConfiguredNetwork is a wait for all parts of the network that are configured.
func TestJudgeConfiguredNetwork(t *testing.T) {
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
		v := judgeNetwork(&GetKxEnvironmentResponse{Status: EnvironmentStatusCreated, TGWStatus: tt.gateway, DNSStatus: tt.dns})
		assert.Equal(t, tt.want, v.Outcome, tt.state)
		assert.Equal(t, tt.state, v.State)
	}
}
