package proton

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/polycloud-sdk/polycloud-go/cloud"
	"github.com/polycloud-sdk/polycloud-go/internal/follow"
)

func TestJudgeService(t *testing.T) {
	t.Parallel()
	created := before.Add(-time.Hour)
	modified := after.Add(time.Minute) // what the answer to the update shows
	s := &serviceState{CreatedAt: created, Before: before, ModifiedAt: modified}
	service := func(status ServiceStatus, createdAt, modifiedAt time.Time) *GetServiceResponse {
		return &GetServiceResponse{Service: &Service{Status: status, StatusMessage: "because", CreatedAt: createdAt, LastModifiedAt: modifiedAt}}
	}
	active := ServiceStatusActive
	tests := []struct {
		name  string
		judge func(*GetServiceResponse) cloud.Judgement
		out   *GetServiceResponse
		want  cloud.Outcome
	}{
		{"update, stale success", s.judgeUpdate, service(active, created, before), cloud.Pending},
		{"update, stale failure", s.judgeUpdate, service(ServiceStatusUpdateFailed, created, before), cloud.Pending},
		{"update, stale, and not what was last seen", s.judgeUpdate, service(active, created, after), cloud.Pending},
		{"update, live", s.judgeUpdate, service(active, created, modified), cloud.Succeeded},
		{"update, live, its time said less exactly", s.judgeUpdate, service(active, created, modified.Add(-500*time.Millisecond)), cloud.Succeeded},
		{"update, live, modified at its end", s.judgeUpdate, service(active, created, modified.Add(time.Hour)), cloud.Succeeded},
		{"update, failed", s.judgeUpdate, service(ServiceStatusUpdateFailedCleanupComplete, created, modified), cloud.Failed},
		{"update, older service", s.judgeUpdate, service(active, created.Add(-time.Hour), modified), cloud.Pending},
		{"update, newer service", s.judgeUpdate, service(active, after, after), cloud.Failed},
		{"update, nothing", s.judgeUpdate, &GetServiceResponse{}, cloud.Pending},
		{"creation, older service", s.judgeCreation, service(active, created.Add(-time.Hour), before), cloud.Pending},
		{"creation, live", s.judgeCreation, service(active, created, before), cloud.Succeeded},
		{"creation, newer service", s.judgeCreation, service(active, after, after), cloud.Failed},
		{"creation, nothing", s.judgeCreation, &GetServiceResponse{}, cloud.Pending},
		{"deletion, stale", s.judgeDeletion, service(active, created, before), cloud.Pending},
		{"deletion, failed", s.judgeDeletion, service(ServiceStatusDeleteFailed, created, before), cloud.Failed},
		{"deletion, older service", s.judgeDeletion, service(ServiceStatusDeleteFailed, created.Add(-time.Hour), before), cloud.Pending},
		{"deletion, newer service", s.judgeDeletion, service(ServiceStatusCreateInProgress, after, after), cloud.Succeeded},
		{"deletion, nothing", s.judgeDeletion, &GetServiceResponse{}, cloud.Pending},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.judge(tt.out).Outcome)
		})
	}
	assert.Equal(t, replacement, s.judgeUpdate(service(active, after, after)).Reason)
	assert.Equal(t, follow.ConfirmWithin, (&Client{}).serviceDeletion(&serviceState{FailedBefore: true}).Confirm)
}

func TestJudgePipelineOfAService(t *testing.T) {
	t.Parallel()
	pipeline := &ServicePipeline{DeploymentStatus: DeploymentStatusSucceeded}
	tests := []struct {
		name string
		out  GetServiceResponse
		want cloud.Judgement
	}{
		{"nothing", GetServiceResponse{}, cloud.Judgement{}},
		{"still to come", GetServiceResponse{Service: &Service{Status: ServiceStatusCreateInProgress}}, cloud.Judgement{State: "CREATE_IN_PROGRESS"}},
		{"never to come", GetServiceResponse{Service: &Service{Status: ServiceStatusActive}},
			cloud.Judgement{State: "ACTIVE", Outcome: cloud.Failed, Reason: "the service has no pipeline"}},
		{"of a service that failed", GetServiceResponse{Service: &Service{Status: ServiceStatusCreateFailed, StatusMessage: "quota"}},
			cloud.Judgement{State: "CREATE_FAILED", Outcome: cloud.Failed, Reason: "quota"}},
		{"of a service under deletion", GetServiceResponse{Service: &Service{Status: ServiceStatusDeleteInProgress, Pipeline: pipeline}},
			cloud.Judgement{State: "DELETE_IN_PROGRESS", Outcome: cloud.Failed}},
		{"there", GetServiceResponse{Service: &Service{Status: ServiceStatusUpdateInProgress, Pipeline: pipeline}},
			cloud.Judgement{State: "SUCCEEDED", Outcome: cloud.Succeeded}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, judgePipeline(&tt.out, judgeDeployed))
		})
	}
}
